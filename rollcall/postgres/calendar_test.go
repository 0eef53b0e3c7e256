package postgres_test

import (
	"errors"
	"reflect"
	"testing"

	"muster/rollcall"
	"muster/rollcall/postgres"
	"muster/rollcall/schedule"
)

var _ schedule.CalendarStore = (*postgres.Store)(nil)

func TestCalendar(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	day := func(date, kind string) schedule.Day { return schedule.Day{Date: date, Kind: kind, Name: "元旦"} }
	first := schedule.Year{Year: 2027, ImportedAt: at(1), ImportedBy: "zhang", Days: []schedule.Day{
		day("2026-12-26", schedule.Workday), day("2027-01-01", schedule.DayOff), day("2027-01-02", schedule.DayOff),
	}}
	// Two years may name the same December: each keeps what it says.
	before := schedule.Year{Year: 2026, ImportedAt: at(2), ImportedBy: "li", Days: []schedule.Day{day("2026-12-26", schedule.DayOff)}}
	for _, y := range []schedule.Year{first, before} {
		if err := s.PutCalendarYear(ctx, y); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.CalendarYears(ctx); err != nil || !reflect.DeepEqual(got, []schedule.Year{before, first}) {
		t.Errorf("got %+v, %v", got, err)
	}

	again := schedule.Year{Year: 2027, ImportedAt: at(3), ImportedBy: "wang", Days: []schedule.Day{day("2027-01-01", schedule.DayOff)}}
	if err := s.PutCalendarYear(ctx, again); err != nil {
		t.Fatal(err)
	}
	bad := schedule.Year{Year: 2027, ImportedAt: at(4), Days: []schedule.Day{day("2027-05-01", schedule.DayOff), day("2027-05-02", "holiday")}}
	if err := s.PutCalendarYear(ctx, bad); err == nil {
		t.Error("a day of no kind was taken")
	}
	if got, err := s.CalendarYears(ctx); err != nil || !reflect.DeepEqual(got, []schedule.Year{before, again}) {
		t.Errorf("after a second import and a refused one: %+v, %v", got, err)
	}
}

func TestOverrides(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	later := schedule.Day{Date: "2027-05-04", Kind: schedule.DayOff, Name: "本市"}
	changed := schedule.Day{Date: "2027-03-01", Kind: schedule.Workday, Name: "重大安保"}
	for _, d := range []schedule.Day{later, {Date: changed.Date, Kind: schedule.DayOff, Name: "x"}, changed} {
		if err := s.PutOverride(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PutOverride(ctx, schedule.Day{Date: "2027-03-01", Kind: "holiday"}); err == nil {
		t.Error("a day of no kind was taken")
	}
	if got, err := s.Overrides(ctx); err != nil || !reflect.DeepEqual(got, []schedule.Day{changed, later}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := s.DropOverride(ctx, later.Date); err != nil {
		t.Fatal(err)
	}
	if err := s.DropOverride(ctx, later.Date); !errors.Is(err, rollcall.ErrNotFound) {
		t.Errorf("%v; want ErrNotFound", err)
	}
	if got, err := s.Overrides(ctx); err != nil || !reflect.DeepEqual(got, []schedule.Day{changed}) {
		t.Errorf("got %+v, %v", got, err)
	}
}
