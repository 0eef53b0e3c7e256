// Package pgtest gives each test a PostgreSQL database of its own, on one real server a test binary.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/internal/pglocal"
)

// template is the database that the tests' databases are copies of.
const template = "muster"

// house is the server of this test binary. It starts with the first test that asks for a database.
type house struct {
	prepare func(url string) error
	start   sync.Once
	dir     string
	server  *pglocal.Server
	err     error
	count   atomic.Int64
}

// current is set by Main alone, before any test runs: testing.M gives tests no other way to it.
var current *house

// Main runs the tests of a binary beside one server. Use it as: func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }.
// With prepare (migrations, say) the tests' databases are copies of one that it was called on.
func Main(m *testing.M, prepare ...func(url string) error) int {
	current = &house{prepare: func(url string) error {
		for _, step := range prepare {
			if err := step(url); err != nil {
				return err
			}
		}
		return nil
	}}
	code := m.Run()
	if err := current.end(); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		return max(code, 1)
	}
	return code
}

// URL returns the address of a new database, which is dropped when the test ends.
func URL(t testing.TB) string {
	t.Helper()
	if current == nil {
		t.Fatal("pgtest: TestMain of this package must call pgtest.Main")
	}
	h := current
	if h.start.Do(h.begin); h.err != nil {
		t.Fatalf("pgtest: %v", h.err)
	}
	name := fmt.Sprintf("test_%d", h.count.Add(1))
	quoted := pgx.Identifier{name}.Sanitize()
	if err := h.do(t.Context(), "CREATE DATABASE "+quoted+" TEMPLATE "+template); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := h.do(ctx, "DROP DATABASE "+quoted+" WITH (FORCE)"); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return h.address(name)
}

func (h *house) begin() {
	h.err = func() error {
		dir, err := os.MkdirTemp("", "muster-pgtest-")
		if err != nil {
			return err
		}
		h.dir = dir
		if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL's user must get through
			return err
		}
		// Test data need not survive anything.
		settings := map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
		h.server, err = pglocal.Start(context.Background(), pglocal.Config{Dir: dir, Settings: settings, Cache: cacheFolder()})
		if err != nil {
			return err
		}
		return h.prepare(h.server.URL())
	}()
}

// cacheFolder is where the programs are fetched to on a machine without PostgreSQL; once for all test binaries.
func cacheFolder() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return cache + "/muster/postgresql"
}

func (h *house) end() error {
	var err error
	if h.server != nil {
		err = h.server.Stop(context.Background())
	}
	if h.dir != "" {
		err = errors.Join(err, os.RemoveAll(h.dir))
	}
	return err
}

// address swaps the database in the server's URL.
func (h *house) address(database string) string {
	return strings.Replace(h.server.URL(), "/"+template+"?", "/"+database+"?", 1)
}

func (h *house) do(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, h.address("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}
