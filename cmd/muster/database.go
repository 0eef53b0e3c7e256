package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"sync"
	"time"

	"muster/internal/pglocal"
	"muster/rollcall/account"
	"muster/rollcall/postgres"
)

// databaseFlags say where the data is, the same for every command.
type databaseFlags struct {
	DatabaseURL string `env:"MUSTER_DATABASE_URL" help:"URL of a PostgreSQL 15 or newer; empty runs a private one in the data folder."`
	Data        string `default:"${data}" type:"path" env:"MUSTER_DATA" help:"Folder of the data."`
	PostgresBin string `type:"path" env:"MUSTER_POSTGRES_BIN" help:"Folder with initdb and postgres for the private one; found by itself when empty."`
}

// database is the store with the private server below it, if there is one.
type database struct {
	*postgres.Store
	flags *databaseFlags
	log   *slog.Logger
	there chan struct{}   // closed when the database has answered
	local *pglocal.Server // nil before that, and with a URL; it belongs to arrive first, to watch then, to close last

	running sync.WaitGroup // what is to end before close; its context is to be ended first
}

// restartPause keeps a private server that can't start from being started in a busy loop.
const restartPause = time.Second

// open starts the private server if no URL is given, and opens the store.
func (f *databaseFlags) open(ctx context.Context, log *slog.Logger) (*database, error) {
	db, err := f.connect(ctx, log)
	if err != nil {
		return nil, err
	}
	if err := db.arrive(ctx, false); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return db, nil
}

// connect makes the store without asking the database, which may be away.
func (f *databaseFlags) connect(ctx context.Context, log *slog.Logger) (*database, error) {
	url := f.DatabaseURL
	if url == "" {
		var err error
		if url, err = pglocal.URL(f.localConfig(log).Dir); err != nil {
			return nil, err
		}
	}
	store, err := postgres.New(ctx, url, log)
	if err != nil {
		return nil, err
	}
	return &database{Store: store, flags: f, log: log, there: make(chan struct{})}, nil
}

// arrive returns when the database answers and its schema is up to date. One that is away is tried again until ctx ends if
// insist says so.
func (d *database) arrive(ctx context.Context, insist bool) error {
	for first := true; ; first = false {
		err := d.begin(ctx)
		if err == nil {
			close(d.there)
			return nil
		}
		if !insist || first && errors.Is(err, pglocal.ErrBusy) { // later it is a tool that looks at the data
			return err
		}
		if first {
			d.log.Warn("the database is away", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(restartPause):
		}
	}
}

func (d *database) begin(ctx context.Context) error {
	if d.flags.DatabaseURL == "" && d.local == nil {
		local, err := pglocal.Start(ctx, d.flags.localConfig(d.log))
		if err != nil {
			return err
		}
		d.local = local
	}
	err := d.Migrate(ctx)
	if err != nil && d.local != nil {
		select {
		case <-d.local.Exited(): //nolint:errcheck // the next try starts it again
			d.local = nil
		default:
		}
	}
	return err
}

func (f *databaseFlags) localConfig(log *slog.Logger) pglocal.Config {
	packages := []string{filepath.Join("web", "ui", "node_modules")}
	if self, err := os.Executable(); err == nil {
		packages = append(packages, filepath.Join(filepath.Dir(filepath.Dir(self)), "web", "ui", "node_modules"))
	}
	return pglocal.Config{
		Dir: filepath.Join(f.Data, "postgres"), Bin: f.PostgresBin, Packages: packages,
		Cache: filepath.Join(f.Data, "postgresql"), Log: log,
	}
}

// withStore runs a tool beside a server that may be running in the same data folder.
func (f *databaseFlags) withStore(ctx context.Context, log *slog.Logger, tool func(*database) error) error {
	if f.DatabaseURL == "" {
		if url, err := pglocal.Attach(filepath.Join(f.Data, "postgres")); err == nil {
			store, err := postgres.Open(ctx, url, log)
			if err != nil {
				return err
			}
			defer store.Close()
			return tool(&database{Store: store})
		}
	}
	db, err := f.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(tool(db), db.close())
}

// watch restarts the private server when it dies; the call goes on meanwhile, its journal in the spool.
func (d *database) watch(ctx context.Context) {
	select {
	case <-ctx.Done():
		return
	case <-d.there:
	}
	for d.local != nil {
		select {
		case <-ctx.Done():
			return
		case err := <-d.local.Exited():
			d.log.Error("the private PostgreSQL ended; starting it again", "error", err)
		}
		for {
			local, err := pglocal.Start(ctx, d.flags.localConfig(d.log))
			if err == nil {
				d.local = local
				break
			}
			d.log.Error("cannot start the private PostgreSQL again", "error", err)
			select {
			case <-ctx.Done():
				return
			case <-time.After(restartPause):
			}
		}
	}
}

// audit keeps what was done by hand on this machine.
func (d *database) audit(ctx context.Context, what, subject, detail string) error {
	return d.Audit(ctx, account.Action{At: time.Now(), Actor: operator(), Action: what, Subject: subject, Detail: detail})
}

// operator is who uses the command line.
func operator() string {
	if u, err := user.Current(); err == nil {
		return "command line, " + u.Username
	}
	return "command line"
}

// close ends the private server; whoever runs beside it ends by its context.
func (d *database) close() error {
	d.running.Wait()
	if d.Store != nil {
		d.Close()
	}
	if d.local == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	if err := d.local.Stop(ctx); err != nil {
		return fmt.Errorf("the private PostgreSQL did not stop cleanly: %w", err)
	}
	return nil
}
