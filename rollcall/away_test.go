package rollcall_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"muster/rollcall"
)

// unreachable fails the test when somebody asks a store that is known to be away.
type unreachable struct {
	*away
	t *testing.T
}

func (u unreachable) OpenSessions(context.Context) ([]rollcall.SessionRow, error) {
	u.t.Error("the store was asked for sessions")
	return nil, errors.New("away")
}

func (u unreachable) Events(context.Context, string) ([]rollcall.Event, error) {
	u.t.Error("the store was asked for events")
	return nil, errors.New("away")
}

// newAway is a house whose store can go away.
func newAway(t *testing.T) (*house, *away) {
	t.Helper()
	h := newHouse(t)
	h.stop()
	store := &away{Store: h.store, gone: make(chan bool, 1)}
	store.gone <- false
	h.start(store)
	return h, store
}

func (a *away) set(gone bool) {
	<-a.gone
	a.gone <- gone
}

// startWithout starts the server again while its store is away.
func (h *house) startWithout(store *away) {
	h.t.Helper()
	u := unreachable{store, h.t}
	h.run(rollcall.DirectorConfig{Journal: u, Sessions: u, Away: true}, func() {})
}

// drained waits until the store has all.
func (h *house) drained(store *away) {
	h.t.Helper()
	updates, cancel := h.Subscribe()
	defer cancel()
	store.set(false)
	untilRecord(h.t, updates, rollcall.RecordOK)
	h.journalTells(h.Current())
}

func TestAServerThatStartsWithoutItsStoreGoesOnWithTheCall(t *testing.T) {
	u := units(5)
	for name, spooled := range map[string]bool{"killed before the store went away": false, "killed when it was away": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, store := newAway(t)
			id := h.open(rollcall.Extra).ID
			h.do("", rollcall.Begin{})
			h.do("", rollcall.Enter{Unit: u[0].Code, Conn: "a"})
			store.set(spooled)
			called := h.do("", rollcall.Call{Unit: u[0].Code, How: "hand"})
			h.stop()
			store.set(true)
			for range 2 { // and it is killed again
				h.startWithout(store)
				v := h.until("taken up", func(v *rollcall.View) bool { return v != nil })
				if v.ID != id || v.Floor[0] != called.Turn {
					t.Errorf("it goes on with %s, floor %v", v.ID, v.Floor)
				}
				h.do("", rollcall.Enter{Unit: u[1].Code, Conn: v.Seats[u[1].Code].Conn + "b"})
				h.stop()
			}
			h.startWithout(store)
			h.until("taken up", func(v *rollcall.View) bool { return v != nil })
			h.drained(store)
			h.stop()
			h.start(store) // with the store, from the store
			if v := h.until("taken up", func(v *rollcall.View) bool { return v != nil }); v.ID != id || v.Seats[u[1].Code].Conn != "bb" {
				t.Errorf("the store has %+v", v)
			}
			h.journalTells(h.Current())
		})
	}
}

func TestAScheduleHasOneSessionWithoutTheStore(t *testing.T) {
	h, store := newAway(t)
	store.set(true)
	daily := rollcall.Meta{Actor: rollcall.Actor{Kind: "schedule", ID: "daily"}}
	req := rollcall.StartRequest{Kind: rollcall.Regular, Schedule: "daily", PlannedAt: time.Now().Add(time.Minute)}
	opened, err := h.Start(t.Context(), daily, req)
	if err != nil {
		t.Fatal(err)
	}
	again := func(when string) {
		t.Helper()
		if _, err := h.Start(t.Context(), daily, req); !errors.Is(err, rollcall.ErrSessionExists) {
			t.Errorf("%s it is opened again: %v", when, err)
		}
	}
	again("at once")
	h.stop()
	h.startWithout(store)
	h.until("taken up", func(v *rollcall.View) bool { return v != nil })
	again("after a kill")
	h.do("", rollcall.Close{})
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	again("after its end")
	h.stop()
	h.startWithout(store)
	again("after its end and a kill")
	if v := h.Current(); v != nil {
		t.Errorf("it lives again: %+v", v)
	}
	updates, cancel := h.Subscribe()
	defer cancel()
	store.set(false)
	untilRecord(t, updates, rollcall.RecordOK)
	rows, err := h.store.Sessions(t.Context(), req.PlannedAt.Add(-time.Hour), req.PlannedAt.Add(time.Hour))
	if err != nil || len(rows) != 1 || rows[0].ID != opened.ID || rows[0].ClosedAt.IsZero() {
		t.Errorf("sessions %+v, %v", rows, err)
	}
}

// TestWhatAnotherServerOvertookIsSetAside has a spool that its server comes back with after another one led.
func TestWhatAnotherServerOvertookIsSetAside(t *testing.T) {
	h, store := newAway(t)
	store.set(true)
	id := h.open(rollcall.Extra).ID
	h.stop()
	store.set(false)
	if _, _, release, err := h.store.Lead(t.Context()); err == nil {
		release()
	}
	h.epoch += 2
	h.run(rollcall.DirectorConfig{Journal: store, Sessions: h.store, Superseded: true}, func() {})
	h.open(rollcall.Drill) // it waits until the director has looked
	if events, err := h.store.Events(t.Context(), id); err != nil || len(events) != 0 {
		t.Errorf("the store has %d events of the session, %v", len(events), err)
	}
	branches, err := filepath.Glob(filepath.Join(h.dir, "journal.spool.branch-*"))
	if err != nil || len(branches) != 1 {
		t.Fatalf("branches %v, %v", branches, err)
	}
	if content, err := os.ReadFile(branches[0]); err != nil || !bytes.Contains(content, []byte(id)) {
		t.Errorf("the branch is %s, %v", content, err)
	}
}

func TestAJournalThatWasTamperedWithIsNotBelieved(t *testing.T) {
	h, store := newAway(t)
	h.open(rollcall.Extra)
	h.stop()
	store.set(true)
	path := filepath.Join(h.dir, "journal.last")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(content, []byte("extra"), []byte("drill"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	h.startWithout(store)
	h.open(rollcall.Drill) // it waits until the director has looked, and would be refused
}
