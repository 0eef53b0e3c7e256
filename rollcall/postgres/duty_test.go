package postgres_test

import (
	"reflect"
	"testing"

	"muster/rollcall/duty"
	"muster/rollcall/postgres"
)

var _ duty.Store = (*postgres.Store)(nil)

func onDuty(t *testing.T, s *postgres.Store, date, unit string) []duty.Officer {
	t.Helper()
	list, err := s.Officers(t.Context(), date, unit)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestDuty(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	putRoster(t, s, roster())
	officer := func(unit, date, number, name string) duty.Officer {
		return duty.Officer{Unit: unit, Date: date, Number: number, Name: name, Phone: "024-0000", Role: "民警"}
	}
	const today, tomorrow = "2026-11-27", "2026-11-28"
	gone := officer("100000000000", today, "9", "单位已撤")
	second := officer("210105150000", today, "2", "乙")
	first := officer("210105150000", today, "1", "甲")
	branch := officer("210105000000", today, "1", "丙")
	later := officer("210105150000", tomorrow, "1", "丁")
	if err := s.PutOfficers(ctx, []duty.Officer{gone, second, first, branch, later}); err != nil {
		t.Fatal(err)
	}
	if got := onDuty(t, s, today, ""); !reflect.DeepEqual(got, []duty.Officer{branch, first, second, gone}) {
		t.Errorf("in the order of the units: %+v", got)
	}
	if got := onDuty(t, s, today, "210105150000"); !reflect.DeepEqual(got, []duty.Officer{first, second}) {
		t.Errorf("of a unit: %+v", got)
	}
	if got := onDuty(t, s, "2026-11-26", ""); len(got) != 0 {
		t.Errorf("of a day without a roster: %+v", got)
	}

	// The same unit, day and number again replaces; of two in one import the later one counts.
	older := first
	older.Name, first.Phone, first.Role = "旧", "", "所长"
	if err := s.PutOfficers(ctx, []duty.Officer{older, first}); err != nil {
		t.Fatal(err)
	}
	if got := onDuty(t, s, today, "210105150000"); !reflect.DeepEqual(got, []duty.Officer{first, second}) {
		t.Errorf("after a change: %+v", got)
	}

	for _, want := range []int{4, 0} {
		if n, err := s.DropOfficers(ctx, today); err != nil || n != want {
			t.Errorf("removed %d, %v; want %d", n, err, want)
		}
	}
	if got := onDuty(t, s, tomorrow, ""); !reflect.DeepEqual(got, []duty.Officer{later}) {
		t.Errorf("the next day: %+v", got)
	}
}

func TestARefusedDutyRosterLeavesNothing(t *testing.T) {
	s := open(t)
	good := duty.Officer{Unit: "210105150000", Date: "2026-11-27", Number: "1", Name: "甲"}
	for _, bad := range []duty.Officer{{Unit: "210105150000", Date: "2026-11-27", Number: "2"}, {Unit: "x", Date: "no day", Number: "2", Name: "乙"}} {
		if err := s.PutOfficers(t.Context(), []duty.Officer{good, bad}); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
	if got := onDuty(t, s, "2026-11-27", ""); len(got) != 0 {
		t.Errorf("something of it went in: %+v", got)
	}
	if _, err := s.Officers(t.Context(), "no day", ""); err == nil {
		t.Error("a day that is none has officers")
	}
}
