package rollcall

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// spool keeps events on local disk while the journal's store is away. Each line is a CRC-32 in hex, a blank and an event in
// JSON; a last line that was cut short by a crash is not believed.
type spool struct {
	path string
	file *os.File
}

func openSpool(dir string) (*spool, []Event, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("cannot make the spool folder %s: %w", dir, err)
	}
	s := &spool{path: filepath.Join(dir, "journal.spool")}
	events, whole, err := readSpool(s.path)
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

// readSpool returns the events up to the first line that can't be believed, and whether that was the end of the file.
func readSpool(path string) (events []Event, whole bool, err error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("cannot read the spool: %w", err)
	}
	r := bufio.NewReader(bytes.NewReader(content))
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return events, len(line) == 0, nil
		}
		e, ok := parseSpoolLine(bytes.TrimSuffix(line, []byte{'\n'}))
		if !ok {
			return events, false, nil
		}
		events = append(events, e)
	}
}

func parseSpoolLine(line []byte) (Event, bool) {
	var e Event
	sum, body, ok := bytes.Cut(line, []byte{' '})
	if !ok {
		return e, false
	}
	want, err := strconv.ParseUint(string(sum), 16, 32)
	if err != nil || uint32(want) != crc32.ChecksumIEEE(body) {
		return e, false
	}
	return e, json.Unmarshal(body, &e) == nil
}

func spoolLines(events []Event) ([]byte, error) {
	var out bytes.Buffer
	for _, e := range events {
		body, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("cannot write an event to the spool: %w", err)
		}
		fmt.Fprintf(&out, "%08x %s\n", crc32.ChecksumIEEE(body), body)
	}
	return out.Bytes(), nil
}

// append returns when the events are on disk. After an error nothing of them counts: the file is cut back.
func (s *spool) append(events []Event) (err error) {
	lines, err := spoolLines(events)
	if err != nil {
		return err
	}
	if s.file == nil {
		if s.file, err = os.OpenFile(s.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
			return fmt.Errorf("cannot open the spool: %w", err)
		}
	}
	info, err := s.file.Stat()
	if err != nil {
		return fmt.Errorf("cannot write the spool: %w", err)
	}
	if _, err = s.file.Write(lines); err == nil {
		err = s.file.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("cannot write the spool: %w", err), s.file.Truncate(info.Size()))
	}
	return nil
}

// clear forgets all events: they are in the store now.
func (s *spool) clear() error { return s.rewrite(nil) }

// rewrite replaces what the spool holds.
func (s *spool) rewrite(events []Event) error {
	if err := s.close(); err != nil {
		return err
	}
	if len(events) == 0 {
		if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot clear the spool: %w", err)
		}
		return nil
	}
	if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot replace the spool: %w", err)
	}
	return s.append(events)
}

// branch sets events aside that another server's journal contradicts: never dropped, and never mixed in.
func (s *spool) branch(events []Event) (path string, err error) {
	lines, err := spoolLines(events)
	if err != nil {
		return "", err
	}
	path = fmt.Sprintf("%s.branch-%s", s.path, time.Now().UTC().Format("20060102T150405.000000"))
	if err := os.WriteFile(path, lines, 0o600); err != nil {
		return "", fmt.Errorf("cannot set spooled events aside: %w", err)
	}
	return path, nil
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
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
