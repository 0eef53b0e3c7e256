package postgres_test

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/pglocal/pgtest"
	"muster/rollcall/postgres"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m, migrate)) }

func migrate(url string) error {
	s, err := postgres.Open(context.Background(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	s.Close()
	return nil
}

func open(t *testing.T) *postgres.Store {
	t.Helper()
	return openAt(t, pgtest.URL(t))
}

func openAt(t *testing.T, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// soon polls until what holds is true; the deadline only bounds a failure.
func soon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("does not happen: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestStartersMigrateOnce(t *testing.T) {
	url := pgtest.URL(t)
	exec(t, url, `DROP SCHEMA public CASCADE; CREATE SCHEMA public`)
	var starters sync.WaitGroup
	for range 3 {
		starters.Go(func() {
			s, err := postgres.Open(t.Context(), url, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if units, err := s.Units(t.Context()); err != nil || len(units) != 0 {
				t.Errorf("%d units, %v", len(units), err)
			}
		})
	}
	starters.Wait()
	if n := count(t, url, `SELECT count(*) FROM goose_db_version WHERE version_id = 1`); n != 1 {
		t.Errorf("the first migration was applied %d times", n)
	}
}

func TestOpenErrors(t *testing.T) {
	for name, url := range map[string]string{
		"not a URL": "postgres://host:port:secret/",
		"nobody":    "postgres://muster:secret@127.0.0.1:1/muster?connect_timeout=5",
	} {
		s, err := postgres.Open(t.Context(), url, slog.New(slog.DiscardHandler))
		if err == nil {
			s.Close()
			t.Errorf("%s: no error", name)
			continue
		}
		if strings.Contains(err.Error(), "muster:secret") {
			t.Errorf("%s: the error gives the password away: %v", name, err)
		}
	}
}

func TestPing(t *testing.T) {
	s := open(t)
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Ping(ended); err == nil {
		t.Error("a ping with an ended context succeeds")
	}
}
