package postgres_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"muster/internal/pglocal/pgtest"
	"muster/rollcall"
	"muster/rollcall/account"
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
	if dropped, err := s.DropPlannedExcuse(ctx, "a", by, at); err != nil || dropped != week {
		t.Errorf("dropped %+v, %v", dropped, err)
	}
	for _, id := range []string{"a", "\x00"} {
		if _, err := s.DropPlannedExcuse(ctx, id, by, at); !errors.Is(err, rollcall.ErrNotFound) {
			t.Errorf("dropping %q: %v", id, err)
		}
	}
	backwards := excuse("d", "210105000000", "2026-11-27", "2026-11-26")
	if err := s.PutPlannedExcuse(ctx, backwards); err == nil {
		t.Error("days that run backwards are kept")
	}
}

// TestAnExcuseAheadAndItsActionAreOne lets the second of the two fail, as a server does that is killed between them.
func TestAnExcuseAheadAndItsActionAreOne(t *testing.T) {
	url := pgtest.URL(t)
	s := openAt(t, url)
	ctx := t.Context()
	at := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	by := rollcall.Actor{Kind: "host", ID: "li", Name: "李主持"}
	kept := rollcall.PlannedExcuse{
		ID: "kept", Unit: "210105150000", From: "2026-11-27", To: "2026-11-28", Reason: rollcall.ExcuseLeave, Approver: "王副局长", By: by, At: at,
	}
	if err := s.PutPlannedExcuse(ctx, kept); err != nil {
		t.Fatal(err)
	}
	exec(t, url, `ALTER TABLE audit ADD CONSTRAINT away CHECK (false) NOT VALID`)
	other, changed := kept, kept
	other.ID, changed.To = "other", "2026-12-24"
	for what, change := range map[string]func() error{
		"a new one": func() error { return s.PutPlannedExcuse(ctx, other) },
		"a change":  func() error { return s.PutPlannedExcuse(ctx, changed) },
		"a removal": func() error { _, err := s.DropPlannedExcuse(ctx, kept.ID, by, at); return err },
	} {
		if err := change(); err == nil {
			t.Errorf("%s went in without its action", what)
		}
	}
	if got, err := s.PlannedExcuses(ctx, "2026-11-01", "2026-12-31"); err != nil || !reflect.DeepEqual(got, []rollcall.PlannedExcuse{kept}) {
		t.Errorf("there is %+v, %v", got, err)
	}
	exec(t, url, `ALTER TABLE audit DROP CONSTRAINT away`)
	later, now := at.Add(time.Hour), rollcall.Actor{Kind: "admin", ID: "zhang", Name: "张管理"}
	if _, err := s.DropPlannedExcuse(ctx, kept.ID, now, later); err != nil {
		t.Fatal(err)
	}
	const detail = "2026-11-27/2026-11-28 leave 王副局长"
	want := []account.Action{
		{At: later, Actor: "zhang", Action: "excuse.unplan", Subject: kept.Unit, Detail: detail},
		{At: at, Actor: "li", Action: "excuse.plan", Subject: kept.Unit, Detail: detail},
	}
	if got, err := s.Actions(ctx, at, later.Add(time.Second)); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("done: %+v, %v", got, err)
	}
}
