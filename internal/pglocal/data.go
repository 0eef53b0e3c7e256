package pglocal

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// dataFolder is where the data of a major version lives.
func dataFolder(dir string, major int) string {
	return filepath.Join(dir, fmt.Sprintf("data-%d", major))
}

// existingMajor returns the major version of the data that is there, 0 when there is none yet.
func existingMajor(dir string) (int, error) {
	list, err := filepath.Glob(filepath.Join(dir, "data-*"))
	if err != nil {
		return 0, err
	}
	found := 0
	for _, folder := range list {
		if strings.HasSuffix(folder, ".new") {
			continue // of an initdb that did not come to its end
		}
		version, err := os.ReadFile(filepath.Join(folder, "PG_VERSION"))
		if err != nil {
			return 0, fmt.Errorf("%s is not PostgreSQL data: %w", folder, err)
		}
		major, err := strconv.Atoi(strings.TrimSpace(string(version)))
		if err != nil || folder != dataFolder(dir, major) {
			return 0, fmt.Errorf("%s says that it is data of PostgreSQL %q; it is left as it is", folder, strings.TrimSpace(string(version)))
		}
		if found != 0 {
			return 0, fmt.Errorf("%s holds data of PostgreSQL %d and of %d: move the one that is not wanted away", dir, found, major)
		}
		found = major
	}
	return found, nil
}

// initData makes the data under another name and renames it at the end, so that a half-made one is never taken for real.
func initData(ctx context.Context, dir string, found programs, who owner) error {
	data := dataFolder(dir, found.major)
	fresh := data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := who.mkdir(fresh); err != nil {
		return err
	}
	cmd := who.command(ctx, filepath.Join(found.bin, "initdb"), "-D", fresh, "-U", role, "-A", "trust", // the folder of the socket is the guard
		"-E", "UTF8", "--locale=C", "--data-checksums", "--no-instructions")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb as user %s: %w: %s", who.name, err, strings.TrimSpace(string(out)))
	}
	if err := os.Rename(fresh, data); err != nil {
		return err
	}
	return syncFolder(dir)
}

// syncFolder makes a rename in the folder survive a power cut.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// maxSocketFolder leaves room for the socket's own name in the 104 bytes that the shortest system gives to a socket's path.
const maxSocketFolder = 104 - len("/.s.PGSQL.5432.lock") - 1

// socketFolder is in the data folder, or in the temp folder when the path is too long for a socket.
func socketFolder(dir string) string {
	folder := filepath.Join(dir, "run")
	if len(folder) <= maxSocketFolder {
		return folder
	}
	sum := fnv.New64a()
	sum.Write([]byte(dir))
	return filepath.Join(os.TempDir(), fmt.Sprintf("muster-pg-%016x", sum.Sum64()))
}

// makeSocketFolder makes sure that nobody else can get at the socket: the folder is the only guard of the database.
func makeSocketFolder(dir string, who owner) (string, error) {
	folder := socketFolder(dir)
	if err := who.mkdir(folder); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return "", err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || stat.Uid != who.uid || info.Mode().Perm() != 0o700 {
		return "", fmt.Errorf("%s must be a folder that only user %s can enter (0700): remove it", folder, who.name)
	}
	return folder, nil
}
