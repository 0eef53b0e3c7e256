package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"muster/internal/standin"
	"muster/rollcall"
)

// TestWhoWasOvertakenDoesNotLeadAgain: whoever finds it, the lock or the journal, the server may not lead from its own disk next time.
func TestWhoWasOvertakenDoesNotLeadAgain(t *testing.T) {
	for _, c := range []struct {
		why  error
		kept bool
	}{
		{nil, true},
		{errors.New("the disk"), true},
		{fmt.Errorf("the journal: %w", rollcall.ErrJournalConflict), false},
		{fmt.Errorf("the journal: %w", rollcall.ErrSuperseded), false},
	} {
		path := filepath.Join(t.TempDir(), "lead.json")
		l := &lead{mandates: standin.Mandates(path, []byte("0123456789abcdef0123456789abcdef")), free: func() {}}
		if err := l.mandates.Write(standin.Mandate{Epoch: 7, Alone: true}); err != nil {
			t.Fatal(err)
		}
		if err := l.release(c.why); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); (err == nil) != c.kept {
			t.Errorf("ended by %v: %v", c.why, err)
		}
	}
}
