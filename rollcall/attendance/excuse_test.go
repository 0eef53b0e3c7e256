package attendance_test

import (
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

func excused(from, to time.Time) rollcall.UnitsExcused {
	return rollcall.UnitsExcused{Units: []string{"a"}, Reason: rollcall.ExcuseLine, From: from, To: to}
}

func dispatched(from, to time.Time) rollcall.UnitsExcused {
	return rollcall.UnitsExcused{Units: []string{"a"}, Reason: rollcall.ExcuseDispatch, Incident: "J1", From: from, To: to}
}

func TestExcuses(t *testing.T) {
	whole := rollcall.UnitsExcused{Units: []string{"a"}, Reason: rollcall.ExcuseDispatch, Incident: "J1"}
	away := func() *script {
		return open().enter(clock(8, 20, 0)).begin().leave(clock(8, 40, 0), "timeout").enter(clock(8, 45, 0))
	}
	early := func() *script { return open().enter(clock(8, 20, 0)).begin().leave(clock(9, 0, 0), "closed") }
	suspected := rollcall.FaultSuspected{Fault: "f", Branch: "b", Units: []string{"a"}, From: clock(8, 39, 50)}
	for name, test := range map[string]struct {
		script                   *script
		status                   string
		excused, pending         bool
		tallied, gaps, leftEarly int // excused, interruptions, left early in the tally
	}{
		"absent, on a dispatch":          {open().at(clock(8, 20, 0), whole).begin().close(), "excused", true, false, 1, 0, 0},
		"absent, excused after the call": {open().begin().close().at(clock(11, 0, 0), whole), "excused", true, false, 1, 0, 0},
		"late, on a dispatch":            {open().at(clock(8, 20, 0), whole).begin().enter(clock(8, 50, 0)).close(), "late", true, false, 1, 0, 0},
		"excused and there all the time": {open().enter(clock(8, 20, 0)).at(clock(8, 21, 0), whole).begin().close(), "on_time", false, false, 0, 0, 0},
		"the excuse was taken back": {open().at(clock(8, 20, 0), whole).at(clock(8, 25, 0), rollcall.ExcuseWithdrawn{Units: []string{"a"}}).begin().close(),
			"absent", false, false, 0, 0, 0},
		"one of two was taken back": {open().at(clock(8, 20, 0), whole).at(clock(8, 21, 0), whole).
			at(clock(8, 25, 0), rollcall.ExcuseWithdrawn{Units: []string{"a"}, Excuse: 2}).begin().close(), "excused", true, false, 1, 0, 0},
		"both were taken back": {open().at(clock(8, 20, 0), whole).at(clock(8, 21, 0), whole).at(clock(8, 25, 0), rollcall.ExcuseWithdrawn{Units: []string{"a"}, Excuse: 2}).
			at(clock(8, 25, 0), rollcall.ExcuseWithdrawn{Units: []string{"a"}, Excuse: 3}).begin().close(), "absent", false, false, 0, 0, 0},
		"interruption in the span": {away().at(clock(8, 50, 0), excused(clock(8, 39, 0), clock(8, 46, 0))).close(), "on_time", false, false, 0, 0, 0},
		"interruption outside it":  {away().at(clock(8, 50, 0), excused(clock(8, 30, 0), clock(8, 35, 0))).close(), "on_time", false, false, 0, 1, 0},
		"left early, in the span":  {early().at(clock(9, 1, 0), dispatched(clock(8, 59, 0), clock(9, 40, 0))).close(), "on_time", true, false, 1, 0, 0},
		"left early":               {early().close(), "on_time", false, false, 0, 0, 1},
		"line fault, undecided":    {away().at(clock(8, 45, 0), suspected).close(), "on_time", false, true, 0, 0, 0},
		"line fault, rejected": {away().at(clock(8, 45, 0), suspected).at(clock(8, 50, 0), rollcall.FaultRejected{Fault: "f"}).close(),
			"on_time", false, false, 0, 1, 0},
	} {
		r := derive(t, test.script, time.Time{})
		a := r.Units[0]
		if a.Status != test.status || a.Excused != test.excused || a.Pending != test.pending {
			t.Errorf("%s: %+v", name, a)
		}
		var tally attendance.Tally
		tally.Add(r.Session, a)
		if tally.Excused != test.tallied || tally.Interruptions != test.gaps || tally.LeftEarly != test.leftEarly {
			t.Errorf("%s: tally %+v", name, tally)
		}
		if sum := tally.OnTime + tally.Late + tally.Absent; sum > 1 || sum+tally.Excused+tally.Pending == 0 {
			t.Errorf("%s: the session counts %d times", name, sum)
		}
	}
}

func TestDismissedMayLeave(t *testing.T) {
	dismissed := rollcall.UnitsDismissed{Units: []string{"a"}}
	r := derive(t, open().enter(clock(8, 20, 0)).begin().at(clock(9, 0, 0), dismissed).leave(clock(9, 1, 0), "closed").close(), time.Time{})
	if a := r.Units[0]; a.LeftEarly || a.Status != "on_time" || a.PresentSeconds != 1800 || !a.DismissedAt.Equal(clock(9, 0, 0)) {
		t.Errorf("dismissed and left: %+v", a)
	}
	r = derive(t, open().enter(clock(8, 20, 0)).begin().leave(clock(8, 50, 0), "closed").at(clock(9, 0, 0), dismissed).close(), time.Time{})
	if a := r.Units[0]; !a.LeftEarly {
		t.Errorf("left before it was dismissed: %+v", a)
	}
}

func TestPostponedCountsFromTheAnnouncedBegin(t *testing.T) {
	later := rollcall.SessionPostponed{From: clock(8, 30, 0), To: clock(9, 0, 0), Reason: "x"}
	r := derive(t, open().at(clock(8, 20, 0), later).at(clock(9, 0, 0), rollcall.SessionBegun{}).enter(clock(9, 1, 0)).close(), time.Time{})
	if a := r.Units[0]; a.Status != "on_time" || !r.Session.Announced.Equal(clock(8, 30, 0)) || !r.Session.PlannedAt.Equal(clock(9, 0, 0)) {
		t.Errorf("%+v, %+v", a, r.Session)
	}
}

func TestACallPostponedPastMidnightGoesByTheCalendarOfItsNewDay(t *testing.T) {
	for verdict, want := range map[string]string{"": "workday", "dayoff": "dayoff"} {
		later := rollcall.SessionPostponed{From: clock(8, 30, 0), To: clock(9, 0, 0), Reason: "x", Calendar: verdict}
		r := derive(t, open().at(clock(8, 20, 0), later).at(clock(9, 0, 0), rollcall.SessionBegun{}).close(), time.Time{})
		if a := r.Units[0]; r.Session.Calendar != want || r.Session.DayOff(a) != (want == "dayoff") {
			t.Errorf("%q: %+v, %+v", verdict, a, r.Session)
		}
	}
}

func TestAForgottenCallAddsNoAttendance(t *testing.T) {
	s := open().enter(clock(8, 20, 0)).begin().at(clock(12, 30, 0), rollcall.SessionClosed{Reason: "forgotten", Until: clock(9, 0, 0)})
	if a := derive(t, s, time.Time{}).Units[0]; a.PresentSeconds != 1800 || a.LeftEarly {
		t.Errorf("%+v", a)
	}
}

func TestRollsAreCounted(t *testing.T) {
	s := open().enter(clock(8, 20, 0)).begin().
		at(clock(8, 30, 0), rollcall.RollOpened{Roll: "r", Kind: "roll", Units: []string{"a", "b"}, Until: clock(8, 32, 0)}).
		at(clock(8, 31, 0), rollcall.RollAnswered{Roll: "r", Unit: "a"}).
		at(clock(8, 32, 0), rollcall.RollClosed{Roll: "r", Missing: []string{"b"}}).close()
	r := derive(t, s, time.Time{})
	if a, b := r.Units[0], r.Units[1]; a.Rolls != 1 || a.RollsAnswered != 1 || b.Rolls != 1 || b.RollsAnswered != 0 {
		t.Errorf("%+v, %+v", a, b)
	}
}

func TestADrawThatWasChangedIsFound(t *testing.T) {
	good := rollcall.DrawMade{Seed: "s", Candidates: []string{"a", "b"}, Weights: []int{1, 4}}
	good.Unit = good.Recompute()
	bad := good
	bad.Unit = map[string]string{"a": "b", "b": "a"}[good.Unit]
	for _, d := range []rollcall.DrawMade{good, bad} {
		book, _ := newBook(t)
		journal := journalOf("drawn", 22, on(22, rollcall.Regular, "workday").begin().at(clock(8, 40, 0), d).close())
		if err := book.Journal.Append(t.Context(), journal); err != nil {
			t.Fatal(err)
		}
		_, faults, err := book.Verify(t.Context(), clock(0, 0, 0).AddDate(0, -1, 0), clock(0, 0, 0).AddDate(0, 1, 0))
		if err != nil {
			t.Fatal(err)
		}
		if (len(faults) > 0) != (d.Unit == bad.Unit) {
			t.Errorf("drawn %s: faults %v", d.Unit, faults)
		}
	}
}
