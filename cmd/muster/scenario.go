package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/internal/pglocal"
	"muster/internal/rehearsal"
)

// scenarioCommand plays mornings against servers of its own.
type scenarioCommand struct {
	Names       []string `arg:"" optional:"" help:"Scenarios that come with the program, or files; none plays all."`
	PostgresBin string   `type:"path" env:"MUSTER_POSTGRES_BIN" help:"Folder with initdb and postgres; found by itself when empty."`
	Cache       string   `type:"path" help:"Folder for drawn pictures and an installed PostgreSQL, kept between runs."`
	Parallel    int      `default:"1" help:"How many are played at once, each with a server of its own."`
	Verbose     bool     `short:"v" help:"Print each step."`
}

// Run plays the scenarios and says which came true.
func (c *scenarioCommand) Run(ctx context.Context, log *slog.Logger) error {
	if len(c.Names) == 0 {
		c.Names = rehearsal.ScenarioNames()
	}
	var failed atomic.Int64
	var group errgroup.Group
	group.SetLimit(max(1, c.Parallel))
	for _, name := range c.Names {
		group.Go(func() error {
			begin := time.Now()
			title, err := c.play(ctx, name, log)
			verdict := "came true"
			if err != nil {
				verdict = "FAILED: " + err.Error()
				failed.Add(1)
			}
			fmt.Printf("%-16s %-12s %5.1f s  %s\n", name, title, time.Since(begin).Seconds(), verdict)
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if n := failed.Load(); n > 0 {
		return fmt.Errorf("%d of %d scenarios failed", n, len(c.Names))
	}
	return nil
}

func (c *scenarioCommand) load(name string) (rehearsal.Scenario, error) {
	if !strings.HasSuffix(name, ".txt") {
		return rehearsal.LoadScenario(name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return rehearsal.Scenario{}, fmt.Errorf("read the scenario: %w", err)
	}
	return rehearsal.ParseScenario(filepath.Base(name), string(text))
}

// play plays one scenario with a database and a server of its own, which end with it.
func (c *scenarioCommand) play(ctx context.Context, name string, log *slog.Logger) (title string, err error) {
	scenario, err := c.load(name)
	if err != nil {
		return "", err
	}
	data, err := os.MkdirTemp("", "muster-scenario-")
	if err != nil {
		return scenario.Title, fmt.Errorf("cannot make a data folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	if err := os.Chmod(data, 0o711); err != nil { //nolint:gosec // as root the database runs as another user, who has to get in
		return scenario.Title, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h, err := c.open(ctx, data, scenario.Speed, log)
	if err != nil {
		return scenario.Title, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	cache := c.Cache
	if cache == "" {
		cache = data
	}
	err = rehearsal.Play(ctx, rehearsal.Config{
		URL: "http://" + h.address, Speed: scenario.Speed, CacheDir: filepath.Join(cache, "pictures"), Log: log,
		Progress: func(s string) {
			if c.Verbose {
				fmt.Fprintln(os.Stderr, " ", s)
			}
		},
	}, scenario, h)
	if err == nil {
		err = h.verify(ctx, log)
	}
	return scenario.Title, err
}

// scenarioHouse is the database and the server of one scenario; it implements rehearsal.Environment.
type scenarioHouse struct {
	data, address string
	speed         int
	postgres      pglocal.Config
	db            *pglocal.Server
	server        *exec.Cmd
	ended         chan error
	ctx           context.Context
}

func (c *scenarioCommand) open(ctx context.Context, data string, speed int, log *slog.Logger) (*scenarioHouse, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	flags := databaseFlags{Data: data, PostgresBin: c.PostgresBin}
	h := &scenarioHouse{data: data, address: fmt.Sprintf("127.0.0.1:%d", port), speed: speed, postgres: flags.localConfig(log), ctx: ctx}
	if c.Cache != "" {
		h.postgres.Cache = filepath.Join(c.Cache, "postgresql")
	}
	if h.db, err = pglocal.Start(ctx, h.postgres); err != nil {
		return nil, err
	}
	if err := h.StartServer(ctx); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// Admin implements rehearsal.Environment.
func (h *scenarioHouse) Admin() (string, error) {
	info, err := readRehearsal(filepath.Join(h.data, rehearsalFile))
	return info.AdminToken, err
}

// StartServer implements rehearsal.Environment.
func (h *scenarioHouse) StartServer(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find this program's own file: %w", err)
	}
	h.server = child(h.ctx, self, "serve", "--rehearsal", "--rehearsal-speed", fmt.Sprint(h.speed), "--database-url", h.db.URL(),
		"--data", h.data, "--http", h.address, "--media-port", "0", "--log-level", "error")
	h.ended = make(chan error, 1)
	if err := start(h.server, "server", h.ended); err != nil {
		return err
	}
	return (&demoCommand{Data: h.data}).waitReady(ctx, "http://"+h.address, h.ended)
}

// KillServer implements rehearsal.Environment.
func (h *scenarioHouse) KillServer() error {
	if err := h.server.Process.Signal(syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill the server: %w", err)
	}
	<-h.ended //nolint:errcheck // it was killed
	return nil
}

// StopDatabase implements rehearsal.Environment.
func (h *scenarioHouse) StopDatabase(ctx context.Context) error { return h.db.Stop(ctx) }

// StartDatabase implements rehearsal.Environment.
func (h *scenarioHouse) StartDatabase(ctx context.Context) (err error) {
	h.db, err = pglocal.Start(ctx, h.postgres)
	return err
}

// verify does what `muster verify` does, whatever the scenario looked at.
func (h *scenarioHouse) verify(ctx context.Context, log *slog.Logger) error {
	flags := databaseFlags{DatabaseURL: h.db.URL()}
	return flags.withStore(ctx, log, func(d *database) error {
		from, to := (&spanFlags{}).moments()
		_, faults, err := d.book().Verify(ctx, from, to)
		if err == nil && len(faults) > 0 {
			err = fmt.Errorf("the journal of session %s: %s", faults[0].Session, faults[0].What)
		}
		return err
	})
}

func (h *scenarioHouse) close() error {
	if h.server != nil && h.server.Process != nil && h.server.ProcessState == nil {
		_ = h.server.Process.Signal(syscall.SIGTERM) // it may have ended
		if err := wait(h.ended); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	return h.db.Stop(ctx)
}
