package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// defaultData is where the data is kept when no flag says otherwise.
func defaultData() string {
	if os.Geteuid() == 0 {
		return "/var/lib/muster"
	}
	if state := os.Getenv("XDG_STATE_HOME"); state != "" {
		return filepath.Join(state, "muster")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = os.TempDir()
	}
	return filepath.Join(home, ".local", "state", "muster")
}

// secret returns the bytes kept in a file of the data folder, made when it is not there yet.
func secret(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if err == nil && len(key) == 32 {
		return key, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot read the key %s: %w", path, err)
	}
	key = make([]byte, 32)
	_, _ = rand.Read(key) // never fails since Go 1.24
	if err := writePrivate(path, key); err != nil {
		return nil, fmt.Errorf("cannot keep a new key: %w", err)
	}
	return key, nil
}

// writePrivate replaces a file that only its owner may read, never leaving half of it.
func writePrivate(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return renameio.WriteFile(path, content, 0o600)
}
