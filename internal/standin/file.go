package standin

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/renameio/v2"

	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/schedule"
)

// Copy is what a call needs of the database: passwords and join tokens are in it as hashes only, as they are there.
type Copy struct {
	At        time.Time                `json:"at"`
	Units     []rollcall.Unit          `json:"units"`
	Users     []account.User           `json:"users"`
	Links     []account.Link           `json:"links"`
	Schedules []schedule.Schedule      `json:"schedules"`
	Planned   []rollcall.PlannedExcuse `json:"planned,omitempty"`  // from yesterday on
	Advanced  map[string]Advance       `json:"advanced,omitempty"` // by schedule
	Actions   []account.Action         `json:"actions,omitempty"`  // done while the database was away
}

// Advance is a begin that was opened while the database was away.
type Advance struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// same says whether two copies differ in nothing but their age.
func (c *Copy) same(other *Copy) bool {
	a, b := *c, *other
	a.At, b.At = time.Time{}, time.Time{}
	left, errA := json.Marshal(a)
	right, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(left, right)
}

// file keeps a value on disk: a line with the HMAC-SHA-256 (RFC 2104) of what follows in hex, then JSON.
type file struct {
	path string
	key  []byte
}

// errTampered says that the file is not what this server wrote.
var errTampered = errors.New("the copy on disk does not carry this server's signature")

func (f file) sign(content []byte) []byte {
	mac := hmac.New(sha256.New, f.key)
	mac.Write(content)
	return []byte(hex.EncodeToString(mac.Sum(nil)))
}

func (f file) read(into any) error {
	whole, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("read the copy: %w", err)
	}
	signature, content, _ := bytes.Cut(whole, []byte{'\n'})
	if !hmac.Equal(signature, f.sign(content)) {
		return fmt.Errorf("%s: %w", f.path, errTampered)
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("read the copy: %w", err)
	}
	return nil
}

// write replaces the file, never leaving half of one.
func (f file) write(value any) error {
	content, err := json.Marshal(value)
	if err == nil {
		err = renameio.WriteFile(f.path, append(append(f.sign(content), '\n'), content...), 0o600)
	}
	if err != nil {
		return fmt.Errorf("write the copy: %w", err)
	}
	return nil
}
