// Command muster is the morning-call system of a police bureau: server, tools and rehearsal in one binary.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // schedules name their time zone; a bare machine may have no zone files

	"github.com/alecthomas/kong"

	"muster/rollcall"
)

// build is the version stamped in by the Makefile.
var build = "dev"

type cli struct {
	Serve    serveCommand    `cmd:"" help:"Run the server."`
	Demo     demoCommand     `cmd:"" help:"Run a server with sample data, an open drill and a fleet of simulated stations on this machine (make run)."`
	Rehearse rehearseCommand `cmd:"" help:"Connect simulated stations to a server of serve --rehearsal and call some of them."`
	Scenario scenarioCommand `cmd:"" help:"Play written-down mornings against servers of its own and check screens and journal."`

	User    userCommand    `cmd:"" help:"Add users and change passwords."`
	Link    linkCommand    `cmd:"" help:"Make a unit's join link."`
	Verify  verifyCommand  `cmd:"" help:"Check every journal's chain of hashes and the attendance derived from it."`
	Rebuild rebuildCommand `cmd:"" help:"Derive the attendance of all closed sessions again from their journals."`

	OpenAPI openapiCommand `cmd:"" name:"openapi" help:"Print the description of the HTTP API (OpenAPI 3.1)."`

	LogLevel slog.Level       `default:"info" env:"MUSTER_LOG_LEVEL" help:"debug, info, warn or error."`
	Version  kong.VersionFlag `help:"Print the version."`
}

func main() {
	var c cli
	k := kong.Parse(&c,
		kong.Name("muster"),
		kong.Description("Muster 点调台 holds a police bureau's morning video call: one command hall and all its units at once."),
		kong.Vars{"version": build, "data": defaultData()},
		kong.UsageOnError(),
	)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.LogLevel}))
	k.BindTo(ctx, (*context.Context)(nil))
	k.Bind(log)
	if err := k.Run(); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "muster:", sentence(err))
		os.Exit(1) //nolint:gocritic // the process ends; stop has nothing left to stop
	}
}

// sentence shows a refusal in both languages, any other error as it is.
func sentence(err error) string {
	var refusal *rollcall.Error
	if errors.As(err, &refusal) {
		return fmt.Sprintf("%v (%s)", err, refusal.ZH)
	}
	return err.Error()
}
