package standin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Mandate is what a server may lead by when it is started while the database is away: it led last.
type Mandate struct {
	Epoch int64 `json:"epoch"`
	// Alone says that no other server could have taken over: none stood by, or the database was away from it, too.
	Alone bool `json:"alone"`
}

// MandateFile keeps a mandate on disk.
type MandateFile struct{ file }

// Mandates are kept in a file that key signs.
func Mandates(path string, key []byte) MandateFile { return MandateFile{file{path, key}} }

// Read returns the mandate, the zero one when there is none.
func (f MandateFile) Read() (Mandate, error) {
	var m Mandate
	err := f.read(&m)
	if errors.Is(err, fs.ErrNotExist) {
		return Mandate{}, nil
	}
	if err != nil {
		return Mandate{}, fmt.Errorf("the mandate of the last run: %w", err)
	}
	return m, nil
}

// Write replaces the mandate.
func (f MandateFile) Write(m Mandate) error {
	if err := f.write(m); err != nil {
		return fmt.Errorf("keep the mandate: %w", err)
	}
	return nil
}

// Drop forgets the mandate: another server led.
func (f MandateFile) Drop() error {
	if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("drop the mandate: %w", err)
	}
	return nil
}
