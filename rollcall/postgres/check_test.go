package postgres_test

import (
	"context"
	"testing"
	"time"

	"muster/rollcall/incident"
)

func TestNewestIncident(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	if got, err := s.NewestIncident(ctx, at(60)); err != nil || !got.IsZero() {
		t.Errorf("of an empty house: %v, %v", got, err)
	}
	putRoster(t, s, roster())
	elsewhere := full("d", "999999999999", 1, 55) // not of this roster
	list := []incident.Incident{full("a", "210105150000", 1, 20), full("b", "210106010000", 3, 30), full("c", "210106010000", 3, 50), elsewhere}
	if err := s.PutIncidents(ctx, list); err != nil {
		t.Fatal(err)
	}
	for until, want := range map[int]time.Time{60: at(50), 50: at(50), 49: at(30), 10: {}} {
		if got, err := s.NewestIncident(ctx, at(until)); err != nil || !got.Equal(want) {
			t.Errorf("until %d: %v, %v; want %v", until, got, err, want)
		}
	}
}

func TestClock(t *testing.T) {
	s := open(t)
	first, err := s.Clock(t.Context())
	if err != nil || first.IsZero() {
		t.Fatal(first, err)
	}
	if second, err := s.Clock(t.Context()); err != nil || !second.After(first) {
		t.Errorf("%v, then %v, %v", first, second, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Clock(ended); err == nil {
		t.Error("a clock without a database")
	}
}
