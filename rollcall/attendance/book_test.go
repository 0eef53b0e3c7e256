package attendance_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
	"muster/rollcall/memory"
)

// shelf keeps reports in memory.
type shelf struct {
	journal rollcall.JournalStore
	reports []attendance.Report
}

func (s *shelf) PutReport(_ context.Context, r attendance.Report) error {
	for i := range s.reports {
		if s.reports[i].Session.ID == r.Session.ID {
			s.reports[i] = r
			return nil
		}
	}
	s.reports = append(s.reports, r)
	return nil
}

func (s *shelf) Reports(ctx context.Context, from, to time.Time, unit string) ([]attendance.Report, error) {
	var list []attendance.Report
	for _, r := range s.reports {
		if r.Session.PlannedAt.Before(from) || !r.Session.PlannedAt.Before(to) {
			continue
		}
		events, err := s.journal.Events(ctx, r.Session.ID)
		if err != nil {
			return nil, err
		}
		if n := len(events); n > 0 && events[n-1].Seq > r.Session.Seq {
			continue
		}
		if unit != "" {
			var own []attendance.Entry
			for _, e := range r.Units {
				if e.Unit.Code == unit {
					own = append(own, e)
				}
			}
			r.Units = own
		}
		list = append(list, r)
	}
	return list, nil
}

// journalOf moves a script to another session and another day of November.
func journalOf(id string, day int, s *script) []rollcall.Event {
	moved := new(script)
	for _, e := range s.events {
		e.Session, e.At = id, e.At.AddDate(0, 0, day-24)
		moved.events = append(moved.events, e)
	}
	var prev []byte
	for i := range moved.events {
		moved.events[i].Prev = prev
		moved.events[i].Seal()
		prev = moved.events[i].Hash
	}
	return moved.events
}

func on(day int, kind rollcall.SessionKind, calendar string) *script {
	return openWith(func(o *rollcall.SessionOpened) {
		o.Kind, o.Calendar, o.PlannedAt = kind, calendar, o.PlannedAt.AddDate(0, 0, day-24)
		o.Schedule = "" // several may be on a day
	})
}

func newBook(t *testing.T) (*attendance.Book, *shelf) {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	store := memory.New()
	kept := &shelf{journal: store}
	for _, journal := range [][]rollcall.Event{
		journalOf("mon", 23, on(23, rollcall.Regular, "workday").enter(clock(8, 20, 0)).begin().close()),
		journalOf("drill", 24, on(24, rollcall.Drill, "workday").begin().close()),
		journalOf("tue", 24, on(24, rollcall.Extra, "dayoff").begin().enter(clock(8, 40, 0)).close()),
		journalOf("open", 25, on(25, rollcall.Regular, "workday").enter(clock(8, 20, 0)).begin()),
	} {
		if err := store.Append(t.Context(), journal); err != nil {
			t.Fatal(err)
		}
	}
	now := func() time.Time { return clock(8, 45, 0).AddDate(0, 0, 1) }
	return &attendance.Book{Journal: store, Sessions: store, Store: kept, Zone: zone, Now: now}, kept
}

func TestBookDay(t *testing.T) {
	book, kept := newBook(t)
	for range 2 { // from the journal, then from the cache
		list, err := book.Day(t.Context(), "2026-11-24")
		if err != nil || len(list) != 2 {
			t.Fatalf("%d reports, %v", len(list), err)
		}
		if list[0].Session.ID != "drill" || list[1].Session.ID != "tue" || list[1].Units[0].Status != "late" {
			t.Errorf("%+v", list)
		}
	}
	if len(kept.reports) != 2 {
		t.Errorf("%d reports kept, want 2", len(kept.reports))
	}
	if list, err := book.Day(t.Context(), "2026-11-25"); err != nil || len(list) != 1 || list[0].Units[0].PresentSeconds != 900 || len(kept.reports) != 2 {
		t.Errorf("open session: %+v, %v, %d kept", list, err, len(kept.reports))
	}
	if list, err := book.Day(t.Context(), "2026-11-22"); err != nil || list == nil || len(list) != 0 {
		t.Errorf("a day without a session: %v, %v", list, err)
	}
}

// TestBookFollowsACorrection: what was kept before it must not be shown after it.
func TestBookFollowsACorrection(t *testing.T) {
	book, kept := newBook(t)
	ctx := t.Context()
	absent := func() int {
		t.Helper()
		month, err := book.Month(ctx, "2026-11")
		if err != nil {
			t.Fatal(err)
		}
		return month.Units[1].Absent
	}
	if n := absent(); n != 2 {
		t.Fatalf("absent %d times", n)
	}
	events, err := book.Journal.Events(ctx, "mon")
	if err != nil {
		t.Fatal(err)
	}
	fix := &script{events: events}
	fix.at(clock(10, 0, 0), rollcall.SeatEntered{Unit: "b", Conn: "by hand"})
	correction := fix.events[len(events)]
	correction.Session, correction.At = "mon", clock(8, 30, 0).AddDate(0, 0, -1)
	correction.Seal()
	if err := book.Journal.Append(ctx, []rollcall.Event{correction}); err != nil {
		t.Fatal(err)
	}
	if n := absent(); n != 1 {
		t.Errorf("after the correction absent %d times, want 1", n)
	}
	if kept.reports[0].Session.Seq != correction.Seq {
		t.Errorf("kept is %+v", kept.reports[0].Session)
	}
}

func TestBookUnitAndMonth(t *testing.T) {
	book, _ := newBook(t)
	for range 2 {
		unit, err := book.Unit(t.Context(), "a", "2026-11-23", "2026-11-24")
		if err != nil {
			t.Fatal(err)
		}
		want := attendance.Tally{Unit: units("a")[0], Sessions: 2, OnTime: 1, Late: 1, PresentSeconds: 3600 + 3000}
		if unit.Tally != want || len(unit.Sessions) != 3 {
			t.Errorf("tally %+v of %d sessions, want %+v of 3", unit.Tally, len(unit.Sessions), want)
		}
		month, err := book.Month(t.Context(), "2026-11")
		if err != nil || month.Sessions != 3 || len(month.Units) != 2 {
			t.Fatalf("%+v, %v", month, err)
		}
		want = attendance.Tally{Unit: units("a", "b")[1], Sessions: 3, Absent: 2, DayOff: 1}
		if month.Units[1] != want {
			t.Errorf("tally %+v, want %+v", month.Units[1], want)
		}
	}
	if unit, err := book.Unit(t.Context(), "stranger", "2026-11-01", "2026-11-30"); err != nil || len(unit.Sessions) != 0 || unit.Tally.Sessions != 0 {
		t.Errorf("a unit that was in no session: %+v, %v", unit, err)
	}
}

func TestBookRefuses(t *testing.T) {
	book, _ := newBook(t)
	ctx := t.Context()
	if _, err := book.Session(ctx, "none"); !errors.Is(err, rollcall.ErrNotFound) {
		t.Errorf("%v; want ErrNotFound", err)
	}
	for _, day := range []string{"", "2026-11", "2026-02-30", "24.11.2026"} {
		if _, err := book.Day(ctx, day); !errors.Is(err, attendance.ErrBadDay) {
			t.Errorf("day %q: %v; want ErrBadDay", day, err)
		}
	}
	if _, err := book.Unit(ctx, "a", "2026-11-24", "2026-11-23"); !errors.Is(err, attendance.ErrBadDay) {
		t.Errorf("backwards: %v; want ErrBadDay", err)
	}
	if _, err := book.Month(ctx, "2026-13"); !errors.Is(err, attendance.ErrBadDay) {
		t.Errorf("%v; want ErrBadDay", err)
	}
}

func TestVerifyAndRebuild(t *testing.T) {
	book, kept := newBook(t)
	ctx := t.Context()
	from, to := clock(0, 0, 0).AddDate(0, -1, 0), clock(0, 0, 0).AddDate(0, 1, 0)
	if n, err := book.Rebuild(ctx, from, to); err != nil || n != 3 || len(kept.reports) != 3 {
		t.Fatalf("%d rebuilt, %d kept, %v", n, len(kept.reports), err)
	}
	if n, faults, err := book.Verify(ctx, from, to); err != nil || n != 4 || len(faults) != 0 {
		t.Errorf("%d sessions, %+v, %v", n, faults, err)
	}
	kept.reports[0].Units[0].Status = "absent"
	if _, faults, err := book.Verify(ctx, from, to); err != nil || len(faults) != 1 || faults[0].Session != kept.reports[0].Session.ID {
		t.Errorf("a changed report: %+v, %v", faults, err)
	}
	if _, err := book.Rebuild(ctx, from, to); err != nil {
		t.Fatal(err)
	}
	if _, faults, err := book.Verify(ctx, from, to); err != nil || len(faults) != 0 {
		t.Errorf("after the rebuild: %+v, %v", faults, err)
	}
	broken := journalOf("broken", 26, on(26, rollcall.Regular, "workday").begin().close())
	broken[1].Actor.Name = "somebody else"
	if err := book.Journal.Append(ctx, broken); err != nil {
		t.Fatal(err)
	}
	if _, faults, err := book.Verify(ctx, from, to); err != nil || !reflect.DeepEqual(sessionsOf(faults), []string{"broken"}) {
		t.Errorf("a changed event: %+v, %v", faults, err)
	}
}

func sessionsOf(faults []attendance.Fault) (ids []string) {
	for _, f := range faults {
		ids = append(ids, f.Session)
	}
	return ids
}
