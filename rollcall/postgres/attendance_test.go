package postgres_test

import (
	"reflect"
	"sync"
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
	"muster/rollcall/postgres"
	"muster/rollcall/storetest"
)

var _ attendance.Store = (*postgres.Store)(nil)

func TestReports(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	station := storetest.Roster()[3].Code
	journal := storetest.Journal("s1", 1, storetest.Opened("daily"), rollcall.SeatEntered{Unit: station, Conn: "1"}, rollcall.SessionBegun{},
		rollcall.UnitLacks{Unit: station, Device: rollcall.LackCamera, What: "none"},
		rollcall.TurnCalled{Turn: "t1", Unit: station, How: "hand"}, rollcall.TurnAnswered{Turn: "t1", By: "officer"},
		rollcall.TurnNoted{Turn: "t1", Rating: 5, Note: "nul \x00 <é>"}, rollcall.SessionClosed{Reason: "host"})
	want, err := attendance.Derive(journal, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var keepers sync.WaitGroup
	for range 4 { // as many administrators who ask for the same day at once
		keepers.Go(func() {
			if err := s.PutReport(ctx, want); err != nil {
				t.Error(err)
			}
		})
	}
	keepers.Wait()
	if got, err := s.Reports(ctx, at(30), at(31), ""); err != nil || !reflect.DeepEqual(got, []attendance.Report{want}) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	got, err := s.Reports(ctx, at(30), at(31), station)
	if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0].Units, want.Units[3:]) || got[0].Session != want.Session {
		t.Errorf("one unit: %+v, %v", got, err)
	}
	if got, err := s.Reports(ctx, at(30), at(31), "stranger"); err != nil || len(got) != 1 || len(got[0].Units) != 0 {
		t.Errorf("a unit that was not in the roster: %+v, %v", got, err)
	}
	if got, err := s.Reports(ctx, at(31), at(60), ""); err != nil || len(got) != 0 {
		t.Errorf("another hour: %+v, %v", got, err)
	}
	if err := s.Append(ctx, journal); err != nil { // the report is of this very event
		t.Fatal(err)
	}
	if got, err := s.Reports(ctx, at(30), at(31), ""); err != nil || !reflect.DeepEqual(got, []attendance.Report{want}) {
		t.Errorf("as old as its journal: %+v, %v", got, err)
	}
	want.Units = want.Units[:2]
	if err := s.PutReport(ctx, want); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Reports(ctx, at(30), at(31), ""); err != nil || !reflect.DeepEqual(got, []attendance.Report{want}) {
		t.Errorf("after a change: %+v, %v", got, err)
	}
	want.Session.Seq--
	if err := s.PutReport(ctx, want); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Reports(ctx, at(30), at(31), ""); err != nil || len(got) != 0 {
		t.Errorf("older than its journal: %+v, %v", got, err)
	}
}

// TestBookOnPostgres asks for a day, then again from what was kept, and verifies it.
func TestBookOnPostgres(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	journal := storetest.Journal("s1", 1, storetest.Opened("daily"), rollcall.SessionBegun{}, rollcall.SessionClosed{Reason: "host"})
	if err := s.Append(ctx, journal); err != nil {
		t.Fatal(err)
	}
	book := &attendance.Book{Journal: s, Sessions: s, Store: s}
	first, err := book.Day(ctx, "2026-11-24")
	if err != nil || len(first) != 1 || len(first[0].Units) != 4 {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := book.Day(ctx, "2026-11-24"); err != nil || !reflect.DeepEqual(again, first) {
		t.Errorf("from the cache: %+v, %v\nwant %+v", again, err, first)
	}
	if n, faults, err := book.Verify(ctx, at(0), at(60)); err != nil || n != 1 || len(faults) != 0 {
		t.Errorf("%d sessions, %+v, %v", n, faults, err)
	}
}
