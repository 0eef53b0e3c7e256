package rollcall

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// spool keeps events on local disk while the journal's store is away.
type spool struct{ eventFile }

func openSpool(dir string, key []byte) (*spool, []Event, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("cannot make the spool folder %s: %w", dir, err)
	}
	s := &spool{eventFile{path: filepath.Join(dir, "journal.spool"), key: key}}
	events, whole, err := s.read()
	if err != nil {
		return nil, nil, err
	}
	if !whole {
		if err := copyAside(s.path); err != nil {
			return nil, nil, err
		}
		if err := s.rewrite(events); err != nil {
			return nil, nil, err
		}
	}
	return s, events, nil
}

// clear forgets all events: they are in the store now.
func (s *spool) clear() error { return s.rewrite(nil) }

// branch sets events aside that another server's journal contradicts: never dropped, and never mixed in.
func (s *spool) branch(events []Event) (path string, err error) {
	lines, err := s.lines(events)
	if err != nil {
		return "", err
	}
	path = fmt.Sprintf("%s.branch-%s", s.path, time.Now().UTC().Format("20060102T150405.000000"))
	if err := os.WriteFile(path, lines, 0o600); err != nil {
		return "", fmt.Errorf("cannot set spooled events aside: %w", err)
	}
	return path, nil
}

// copyAside keeps a damaged file for people to look at.
func copyAside(path string) error {
	content, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(fmt.Sprintf("%s.damaged-%s", path, time.Now().UTC().Format("20060102T150405.000000")), content, 0o600)
	}
	if err != nil {
		return fmt.Errorf("cannot keep the damaged spool: %w", err)
	}
	return nil
}
