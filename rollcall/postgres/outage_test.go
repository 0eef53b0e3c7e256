package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"muster/internal/pglocal"
	"muster/rollcall"
	"muster/rollcall/storetest"
)

// TestDatabaseKilled goes through what a server does when its private PostgreSQL is killed under it: the lock is lost, the
// database comes back at the same address, and the same store goes on in the same epoch with everything that was appended.
func TestDatabaseKilled(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // for PostgreSQL's user
		t.Fatal(err)
	}
	local := startLocal(t, dir)
	s := openAt(t, local.URL())
	journal := storetest.Journal("s1", 1, storetest.Opened("daily"), rollcall.SessionBegun{})
	before := leadNow(t, s)
	if err := s.Append(t.Context(), journal[:1]); err != nil {
		t.Fatal(err)
	}
	killPostmaster(t, dir)
	if err := <-local.Exited(); err == nil {
		t.Error("the end of the database is told without a reason")
	}
	soon(t, "the lock is lost", func() bool { return isLost(before) })
	if err := s.Append(t.Context(), journal[1:]); err == nil {
		t.Error("an append without a database succeeds")
	}
	if again := startLocal(t, dir); again.URL() != local.URL() {
		t.Fatalf("the address changed from %s to %s", local.URL(), again.URL())
	}
	_, release, err := s.Resume(t.Context(), before.epoch)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	soon(t, "the store appends again", func() bool { return s.Append(t.Context(), journal) == nil })
	if got := events(t, s, "s1"); len(got) != 2 {
		t.Errorf("%d events, want 2", len(got))
	}
}

func startLocal(t *testing.T, dir string) *pglocal.Server {
	t.Helper()
	local, err := pglocal.Start(t.Context(), pglocal.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := local.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return local
}

func killPostmaster(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "data-*", "postmaster.pid"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}
