package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"muster/internal/rehearsal"
)

// rehearseCommand connects simulated stations to a running server.
type rehearseCommand struct {
	URL      string        `name:"url" placeholder:"http://127.0.0.1:8230" help:"Address of the server; by default the one that serve --rehearsal left in --data."`
	Token    string        `env:"MUSTER_TOKEN" help:"Administrator's token; by default the one that serve --rehearsal left in --data."`
	Data     string        `default:"${data}" type:"path" help:"Data folder of the server; drawn pictures are kept there too."`
	Stations int           `help:"How many stations take part; 0 is all of the roster."`
	Turns    int           `default:"10" help:"How many of them are called."`
	Profile  string        `default:"demo" enum:"demo,full" help:"demo: pictures below 400 kbit/s; full: 1.5 Mbit/s."`
	Guest    []string      `placeholder:"CODE" help:"Unit whose page is open in a browser, and whose officer answers there: called in every second turn, with figures of its own."`
	Settle   time.Duration `default:"2s" help:"How long the stations only see the hall before the first is called."`
	Cold     bool          `help:"Call units without choosing them first: their cameras are not ready then."`
	Hold     bool          `help:"Only keep the stations in until Ctrl-C; people do the calling."`
	Profiles string        `type:"existingdir" placeholder:"DIR" help:"Put CPU profiles of the server and of the fleet there, for go tool pprof."`
	CA       string        `name:"ca" type:"existingfile" placeholder:"FILE" help:"Certificate (PEM) that the server's is signed with, for a server with a local CA."`
	JSON     bool          `name:"json" help:"Print the result as one JSON object on the last line."`
}

// fleetGCPercent is the growth of the fleet's heap that starts a collection.
const fleetGCPercent = 400

// Run rehearses and prints what came out.
func (c *rehearseCommand) Run(ctx context.Context, log *slog.Logger) error {
	if c.URL == "" || c.Token == "" {
		left, err := readRehearsal(filepath.Join(c.Data, rehearsalFile))
		if err != nil {
			return err
		}
		c.URL, c.Token = cmp.Or(c.URL, left.URL), cmp.Or(c.Token, left.AdminToken)
	}
	roots, err := certificatePool(c.CA)
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		// The fleet shares the machine with what it measures: memory is cheaper there than time.
		debug.SetGCPercent(fleetGCPercent)
	}
	begin := time.Now()
	result, err := rehearsal.Run(ctx, rehearsal.Config{
		URL: c.URL, AdminToken: c.Token, Stations: c.Stations, Turns: c.Turns, Profile: rehearsal.Profile(c.Profile), Guests: c.Guest, Settle: c.Settle, Cold: c.Cold, Hold: c.Hold,
		CacheDir: filepath.Join(c.Data, "pictures"), ProfileDir: c.Profiles, Roots: roots, Log: log,
		Progress: func(s string) { fmt.Fprintf(os.Stderr, "%5.1f s  %s\n", time.Since(begin).Seconds(), s) },
	})
	if err != nil || c.Hold {
		return err
	}
	if !c.JSON {
		fmt.Printf("%d of %d stations joined, %d turns, %d missed\n", result.Joined, result.Stations, result.Turns, result.Missed)
		return nil
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}

// certificatePool reads a CA's certificate; no file is the system's.
func certificatePool(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read --ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("--ca %s has no certificate in PEM", file)
	}
	return pool, nil
}

// rehearsalFile is what serve --rehearsal leaves in its data folder, readable by its owner only.
const rehearsalFile = "rehearsal.json"

// rehearsalInfo is for programs on the same machine: where the server is, and how to enter.
type rehearsalInfo struct {
	URL         string `json:"url"`
	AdminToken  string `json:"admin_token"`
	Password    string `json:"password"`     // of the sample users
	StationLink string `json:"station_link"` // of one station
}

func readRehearsal(path string) (rehearsalInfo, error) {
	var r rehearsalInfo
	content, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return r, fmt.Errorf("%s is not there: is `muster serve --rehearsal` running with this data folder? Else give --token", path)
	}
	if err != nil {
		return r, fmt.Errorf("cannot read the administrator's token: %w", err)
	}
	if err := json.Unmarshal(content, &r); err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func writeRehearsal(path string, r rehearsalInfo) error {
	content, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("cannot write the rehearsal file: %w", err)
	}
	if err := writePrivate(path, content); err != nil {
		return fmt.Errorf("cannot write the rehearsal file: %w", err)
	}
	return nil
}
