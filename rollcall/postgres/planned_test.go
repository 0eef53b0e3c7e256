package postgres_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/postgres"
)

var _ rollcall.PlannedStore = (*postgres.Store)(nil)

func TestPlannedExcuses(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	putRoster(t, s, roster())
	by := rollcall.Actor{Kind: "host", ID: "li", Name: "李主持"}
	at := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	excuse := func(id, unit, from, to string) rollcall.PlannedExcuse {
		return rollcall.PlannedExcuse{ID: id, Unit: unit, From: from, To: to, Reason: rollcall.ExcuseLeave, Note: "年休假", Approver: "王副局长", By: by, At: at}
	}
	week := excuse("a", "210105150000", "2026-11-27", "2026-12-03")
	day := excuse("b", "210105000000", "2026-11-27", "2026-11-27")
	gone := excuse("c", "100000000000", "2026-11-27", "2026-11-28")
	for _, p := range []rollcall.PlannedExcuse{gone, week, day} {
		if err := s.PutPlannedExcuse(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	list := func(from, to string, want ...rollcall.PlannedExcuse) {
		t.Helper()
		if got, err := s.PlannedExcuses(ctx, from, to); err != nil || len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%s to %s: %+v, %v", from, to, got, err)
		}
	}
	list("2026-11-27", "2026-11-27", day, week, gone)
	list("2026-11-29", "9999-12-31", week)
	list("2026-12-04", "2026-12-31")
	list("2026-11-01", "2026-11-26")

	week.To, week.Reason, week.Incident = "2026-11-28", rollcall.ExcuseDispatch, "J1"
	if err := s.PutPlannedExcuse(ctx, week); err != nil {
		t.Fatal(err)
	}
	list("2026-11-28", "2026-11-28", week, gone)
	if dropped, err := s.DropPlannedExcuse(ctx, "a"); err != nil || dropped != week {
		t.Errorf("dropped %+v, %v", dropped, err)
	}
	for _, id := range []string{"a", "\x00"} {
		if _, err := s.DropPlannedExcuse(ctx, id); !errors.Is(err, rollcall.ErrNotFound) {
			t.Errorf("dropping %q: %v", id, err)
		}
	}
	backwards := excuse("d", "210105000000", "2026-11-27", "2026-11-26")
	if err := s.PutPlannedExcuse(ctx, backwards); err == nil {
		t.Error("days that run backwards are kept")
	}
}
