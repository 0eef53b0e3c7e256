package rollcall

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// eventFile holds events on local disk. Each line is the HMAC-SHA-256 (RFC 2104) of an event in hex, a blank and the event in
// JSON; a last line that was cut short by a crash is not believed.
type eventFile struct {
	path string
	key  []byte
	file *os.File // nil until something is appended
}

// read returns the events up to the first line that can't be believed, and whether that was the end of the file.
func (f *eventFile) read() (events []Event, whole bool, err error) {
	content, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("cannot read events: %w", err)
	}
	r := bufio.NewReader(bytes.NewReader(content))
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return events, len(line) == 0, nil
		}
		e, ok := f.parse(bytes.TrimSuffix(line, []byte{'\n'}))
		if !ok {
			return events, false, nil
		}
		events = append(events, e)
	}
}

func (f *eventFile) parse(line []byte) (Event, bool) {
	var e Event
	signature, body, ok := bytes.Cut(line, []byte{' '})
	if !ok || !hmac.Equal(signature, f.sign(body)) {
		return e, false
	}
	return e, json.Unmarshal(body, &e) == nil
}

func (f *eventFile) sign(body []byte) []byte {
	mac := hmac.New(sha256.New, f.key)
	mac.Write(body)
	return []byte(hex.EncodeToString(mac.Sum(nil)))
}

func (f *eventFile) lines(events []Event) ([]byte, error) {
	var out bytes.Buffer
	for _, e := range events {
		body, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("cannot write an event to disk: %w", err)
		}
		fmt.Fprintf(&out, "%s %s\n", f.sign(body), body)
	}
	return out.Bytes(), nil
}

// append returns when the events are on disk. After an error nothing of them counts: the file is cut back.
func (f *eventFile) append(events []Event) error {
	before, err := f.write(events)
	if err == nil {
		err = f.sync()
	}
	if err != nil && f.file != nil {
		err = errors.Join(err, f.file.Truncate(before))
	}
	return err
}

// write appends events, which survive the end of this process then, and returns how long the file was before.
func (f *eventFile) write(events []Event) (before int64, err error) {
	lines, err := f.lines(events)
	if err != nil {
		return 0, err
	}
	if f.file == nil {
		if f.file, err = os.OpenFile(f.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
			f.file = nil
			return 0, fmt.Errorf("cannot open %s: %w", f.path, err)
		}
	}
	info, err := f.file.Stat()
	if err != nil {
		return 0, fmt.Errorf("cannot write %s: %w", f.path, err)
	}
	if _, err = f.file.Write(lines); err != nil {
		return info.Size(), fmt.Errorf("cannot write %s: %w", f.path, err)
	}
	return info.Size(), nil
}

// sync returns when what was written survives a power failure, too.
func (f *eventFile) sync() error {
	if f.file == nil {
		return nil
	}
	if err := f.file.Sync(); err != nil {
		return fmt.Errorf("cannot write %s: %w", f.path, err)
	}
	return nil
}

// rewrite replaces what the file holds, never leaving half of it.
func (f *eventFile) rewrite(events []Event) error {
	if err := f.close(); err != nil {
		return err
	}
	if len(events) == 0 {
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot clear %s: %w", f.path, err)
		}
		return nil
	}
	part := eventFile{path: f.path + ".new", key: f.key}
	err := os.Remove(part.path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil {
		err = part.append(events)
	}
	if err = errors.Join(err, part.close()); err == nil {
		err = os.Rename(part.path, f.path)
	}
	if err != nil {
		return fmt.Errorf("cannot replace %s: %w", f.path, err)
	}
	return syncFolder(filepath.Dir(f.path))
}

// syncFolder keeps the names in a folder over a power failure.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("cannot write the folder: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("cannot write the folder: %w", err)
	}
	return nil
}

func (f *eventFile) close() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}
