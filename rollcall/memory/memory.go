// Package memory keeps journals, sessions and the roster in memory: for tests and simulations. It behaves as package
// postgres does; storetest holds both to it.
package memory

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"muster/rollcall"
)

// Store implements rollcall's JournalStore, SessionStore, RosterStore and Leader.
type Store struct {
	mu       sync.Mutex
	events   map[string][]rollcall.Event
	sessions map[string]rollcall.SessionRow
	units    []rollcall.Unit
	epoch    int64
	leading  chan struct{} // holds one token while somebody leads
}

// New returns an empty store.
func New() *Store {
	return &Store{events: map[string][]rollcall.Event{}, sessions: map[string]rollcall.SessionRow{}, leading: make(chan struct{}, 1)}
}

// Append implements rollcall.JournalStore.
func (s *Store) Append(ctx context.Context, events []rollcall.Event) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("append to the journal: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh, largest, err := s.freshLocked(events)
	if err != nil || len(fresh) == 0 {
		return err
	}
	if largest < s.epoch {
		return fmt.Errorf("epoch %d, newest is %d: %w", largest, s.epoch, rollcall.ErrSuperseded)
	}
	rows, err := s.rowsAfterLocked(fresh)
	if err != nil {
		return err
	}
	for _, e := range fresh {
		list := s.events[e.Session]
		place, _ := slices.BinarySearchFunc(list, e.Seq, func(a rollcall.Event, seq int64) int { return cmp.Compare(a.Seq, seq) })
		s.events[e.Session] = slices.Insert(list, place, e) // readers have clones
	}
	for _, r := range rows {
		s.sessions[r.ID] = r
	}
	return nil
}

func (s *Store) freshLocked(events []rollcall.Event) (fresh []rollcall.Event, largest int64, err error) {
	for _, e := range events {
		largest = max(largest, e.Epoch)
		i, kept := slices.BinarySearchFunc(s.events[e.Session], e.Seq, func(a rollcall.Event, seq int64) int { return cmp.Compare(a.Seq, seq) })
		switch {
		case !kept:
			fresh = append(fresh, e)
		case !bytes.Equal(s.events[e.Session][i].Hash, e.Hash):
			return nil, 0, fmt.Errorf("session %s, event %d: %w", e.Session, e.Seq, rollcall.ErrJournalConflict)
		}
	}
	return fresh, largest, nil
}

// rowsAfterLocked computes the session rows that follow from new events.
func (s *Store) rowsAfterLocked(fresh []rollcall.Event) (map[string]rollcall.SessionRow, error) {
	rows := map[string]rollcall.SessionRow{}
	for _, e := range fresh {
		row, ok := rows[e.Session]
		if !ok {
			row = s.sessions[e.Session]
		}
		switch e.Kind {
		case rollcall.KindSessionOpened:
			var d rollcall.SessionOpened
			if err := json.Unmarshal(e.Data, &d); err != nil {
				return nil, fmt.Errorf("session %s: %w", e.Session, err)
			}
			if d.Schedule != "" && s.existsLocked(d.Schedule, d.PlannedAt) {
				return nil, fmt.Errorf("schedule %s: %w", d.Schedule, rollcall.ErrSessionExists)
			}
			row = rollcall.SessionRow{ID: e.Session, Kind: d.Kind, Title: d.Title, Schedule: d.Schedule, PlannedAt: d.PlannedAt, OpenedAt: e.At}
		case rollcall.KindSessionBegun:
			row.BegunAt = e.At
		case rollcall.KindSessionClosed:
			row.ClosedAt = e.At
		default:
			continue
		}
		rows[e.Session] = row
	}
	return rows, nil
}

func (s *Store) existsLocked(schedule string, planned time.Time) bool {
	for _, r := range s.sessions {
		if r.Schedule == schedule && r.PlannedAt.Equal(planned) {
			return true
		}
	}
	return false
}

// Events implements rollcall.JournalStore.
func (s *Store) Events(_ context.Context, session string) ([]rollcall.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events[session]), nil
}

// OpenSessions implements rollcall.SessionStore.
func (s *Store) OpenSessions(context.Context) ([]rollcall.SessionRow, error) {
	return s.list(func(r rollcall.SessionRow) bool { return r.ClosedAt.IsZero() }), nil
}

// Sessions implements rollcall.SessionStore.
func (s *Store) Sessions(_ context.Context, from, to time.Time) ([]rollcall.SessionRow, error) {
	return s.list(func(r rollcall.SessionRow) bool { return !r.PlannedAt.Before(from) && r.PlannedAt.Before(to) }), nil
}

func (s *Store) list(wanted func(rollcall.SessionRow) bool) []rollcall.SessionRow {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []rollcall.SessionRow
	for _, r := range s.sessions {
		if wanted(r) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b rollcall.SessionRow) int {
		return cmp.Or(a.PlannedAt.Compare(b.PlannedAt), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Session implements rollcall.SessionStore.
func (s *Store) Session(_ context.Context, id string) (rollcall.SessionRow, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.sessions[id]
	if !ok {
		return row, fmt.Errorf("session %q: %w", id, rollcall.ErrNotFound)
	}
	return row, nil
}

// Units implements rollcall.RosterStore.
func (s *Store) Units(context.Context) ([]rollcall.Unit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.units), nil
}

// Unit implements rollcall.RosterStore.
func (s *Store) Unit(_ context.Context, code string) (rollcall.Unit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.units {
		if u.Code == code {
			return u, nil
		}
	}
	return rollcall.Unit{}, fmt.Errorf("unit %q: %w", code, rollcall.ErrNotFound)
}

// PutUnits implements rollcall.RosterStore: it replaces the whole roster.
func (s *Store) PutUnits(_ context.Context, units []rollcall.Unit) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.units = slices.Clone(units)
	slices.SortFunc(s.units, func(a, b rollcall.Unit) int { return cmp.Compare(a.Order, b.Order) })
	return nil
}

// Lead implements rollcall.Leader. The lock in memory is never lost.
func (s *Store) Lead(ctx context.Context) (epoch int64, lost <-chan struct{}, release func(), err error) {
	select {
	case s.leading <- struct{}{}:
	case <-ctx.Done():
		return 0, nil, nil, fmt.Errorf("lead: %w", ctx.Err())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
	return s.epoch, make(chan struct{}), sync.OnceFunc(func() { <-s.leading }), nil
}
