// Package postgres keeps everything of the house in PostgreSQL 15 or newer.
package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"muster/rollcall"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store implements the stores of the domain on one pool of connections. Its methods may be called from any goroutine.
type Store struct {
	pool    *pgxpool.Pool
	log     *slog.Logger
	stop    context.CancelFunc
	cleaner sync.WaitGroup
}

// Open connects, brings the schema up to date and returns the store. Servers that start at the same time wait for the one
// that migrates.
func Open(ctx context.Context, databaseURL string, log *slog.Logger) (*Store, error) {
	s, err := New(ctx, databaseURL, log)
	if err != nil {
		return nil, err
	}
	if err := s.Migrate(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// New returns a store without asking the database, which may be away; nothing can be relied upon before Migrate.
func New(ctx context.Context, databaseURL string, log *slog.Logger) (*Store, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("database URL: %w", err) // pgx leaves the password out of it
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	s := &Store{pool: pool, log: log, stop: stop}
	s.cleaner.Go(func() { s.cleanHTTPSessions(background, time.Tick(10*time.Minute)) })
	return s, nil
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.Ping(ctx); err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	return nil
}

// Close waits for what is running and closes all connections of the pool. A lock taken by Lead is not given up by it.
func (s *Store) Close() {
	s.stop()
	s.cleaner.Wait()
	s.pool.Close()
}

// Migrate brings the schema up to date.
func (s *Store) Migrate(ctx context.Context) (err error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	// One try a second for five minutes: the other starter may be at a long migration.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	db := stdlib.OpenDBFromPool(s.pool)
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, r := range results {
		s.log.Info("migrated the database", "step", r.Source.Path, "took", r.Duration)
	}
	return nil
}

// collect runs a query whose columns are named like the fields of T.
func collect[T any](ctx context.Context, db querier, query string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// one runs a query that gives one row at most; none is rollcall.ErrNotFound.
func one[T any](ctx context.Context, db querier, query string, args ...any) (T, error) {
	list, err := collect[T](ctx, db, query, args...)
	// A name with a NUL or broken UTF-8 in it can't be in the database: looking for it is no fault of the database.
	if hasCode(err, badText) || err == nil && len(list) == 0 {
		return *new(T), rollcall.ErrNotFound
	}
	if err != nil {
		return *new(T), err
	}
	return list[0], nil
}

// SQLSTATE codes that mean something to us.
const (
	badText   = "22021" // character not in repertoire
	notUnique = "23505" // unique violation
)

func hasCode(err error, code string) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == code
}

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// null makes the zero time NULL.
func null(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// utc makes NULL the zero time.
func utc(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
