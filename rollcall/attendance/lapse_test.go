package attendance_test

import (
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

// suspected is a line fault of the unit from a moment on; over ends it, and excusedFault approves it.
func suspected(from time.Time) rollcall.FaultSuspected {
	return rollcall.FaultSuspected{Fault: "f", Branch: "b", Units: []string{"a"}, From: from}
}

func excusedFault(from, to time.Time) rollcall.UnitsExcused {
	x := excused(from, to)
	x.Fault = "f"
	return x
}

// figures are what a session adds to a month.
type figures struct{ onTime, late, absent, excused, dayOff, pending, early, gaps int }

func figuresOf(r attendance.Report) figures {
	var t attendance.Tally
	t.Add(r.Session, r.Units[0])
	return figures{t.OnTime, t.Late, t.Absent, t.Excused, t.DayOff, t.Pending, t.LeftEarly, t.Interruptions}
}

type lapseCase struct {
	script *script
	status string
	want   figures
}

func check(t *testing.T, cases map[string]lapseCase) {
	t.Helper()
	for name, c := range cases {
		r := derive(t, c.script, time.Time{})
		if got := figuresOf(r); r.Units[0].Status != c.status || got != c.want {
			t.Errorf("%s: %s, %+v\nwant %s, %+v\n%+v", name, r.Units[0].Status, got, c.status, c.want, r.Units[0])
		}
	}
}

// TestAbsenceInASpan: what covers an absence from the begin to the first entry excuses it, all spans together.
func TestAbsenceInASpan(t *testing.T) {
	lost := func() *script {
		return open().enter(clock(8, 20, 0)).leave(clock(8, 25, 0), rollcall.LeftLost).at(clock(8, 25, 1), suspected(clock(8, 25, 0))).begin()
	}
	never := func(spans ...rollcall.UnitsExcused) *script {
		s := open().begin()
		for _, x := range spans {
			s.at(clock(8, 40, 0), x)
		}
		return s
	}
	next := clock(8, 25, 0).AddDate(0, 0, 1)
	check(t, map[string]lapseCase{
		"dispatched all the time":         {never(dispatched(clock(8, 0, 0), clock(11, 0, 0))).close(), "excused", figures{excused: 1}},
		"dispatched too shortly":          {never(dispatched(clock(8, 0, 0), clock(9, 29, 59))).close(), "absent", figures{absent: 1}},
		"dispatched after the begin":      {never(dispatched(clock(8, 30, 1), clock(11, 0, 0))).close(), "absent", figures{absent: 1}},
		"two dispatches that overlap":     {never(dispatched(clock(8, 50, 0), clock(11, 0, 0)), dispatched(clock(8, 0, 0), clock(9, 0, 0))).close(), "excused", figures{excused: 1}},
		"two dispatches with a hole":      {never(dispatched(clock(8, 0, 0), clock(8, 50, 0)), dispatched(clock(8, 51, 0), clock(11, 0, 0))).close(), "absent", figures{absent: 1}},
		"back late from a dispatch":       {never(dispatched(clock(8, 0, 0), clock(8, 50, 0))).enter(clock(8, 49, 0)).close(), "late", figures{excused: 1}},
		"later than the dispatch":         {never(dispatched(clock(8, 0, 0), clock(8, 50, 0))).enter(clock(8, 55, 0)).close(), "late", figures{late: 1}},
		"only there when excused to come": {never(dispatched(clock(8, 40, 0), clock(8, 50, 0))).enter(clock(8, 45, 0)).close(), "late", figures{late: 1}},
		"begun before the plan": {open().at(clock(8, 25, 0), rollcall.SessionBegun{}).at(clock(8, 26, 0), dispatched(clock(8, 30, 0), clock(11, 0, 0))).close(),
			"excused", figures{excused: 1}},
		"the line, undecided":            {lost().close(), "pending", figures{pending: 1}},
		"the line, excused":              {lost().at(clock(9, 0, 0), excusedFault(clock(8, 25, 0), next)).close(), "excused", figures{excused: 1}},
		"the line, rejected":             {lost().at(clock(9, 0, 0), rollcall.FaultRejected{Fault: "f"}).close(), "absent", figures{absent: 1}},
		"the line, back late, undecided": {lost().enter(clock(8, 45, 0)).at(clock(8, 45, 0), rollcall.FaultOver{Fault: "f"}).close(), "late", figures{pending: 1}},
		"the line, back late, excused": {lost().enter(clock(8, 45, 0)).at(clock(8, 45, 0), rollcall.FaultOver{Fault: "f"}).
			at(clock(8, 50, 0), excusedFault(clock(8, 25, 0), clock(8, 45, 0))).close(), "late", figures{excused: 1}},
		"the line, then a dispatch": {lost().at(clock(9, 0, 0), excusedFault(clock(8, 25, 0), clock(8, 45, 0))).
			at(clock(9, 0, 0), rollcall.FaultOver{Fault: "f"}).at(clock(9, 0, 0), dispatched(clock(8, 44, 0), clock(9, 40, 0))).close(),
			"excused", figures{excused: 1}},
		"closed in the waiting room, the line excused": {open().enter(clock(8, 20, 0)).leave(clock(8, 25, 0), "closed").begin().
			at(clock(9, 0, 0), excusedFault(clock(8, 20, 0), next)).close(), "absent", figures{absent: 1}},
		"on a day off, the line undecided": {openWith(func(o *rollcall.SessionOpened) { o.Calendar = "dayoff" }).enter(clock(8, 20, 0)).
			leave(clock(8, 25, 0), rollcall.LeftLost).at(clock(8, 25, 1), suspected(clock(8, 25, 0))).begin().close(),
			"pending", figures{dayOff: 1}},
	})
}

// TestEachLapseByItself: what excuses one lapse says nothing about another.
func TestEachLapseByItself(t *testing.T) {
	both := func() *script {
		return open().begin().enter(clock(8, 40, 0)).leave(clock(9, 0, 0), "closed")
	}
	whole := rollcall.UnitsExcused{Units: []string{"a"}, Reason: rollcall.ExcuseLeave}
	toEnd := clock(11, 0, 0)
	check(t, map[string]lapseCase{
		"late and early":             {both().close(), "late", figures{late: 1, early: 1}},
		"late, the early excused":    {both().close().at(toEnd, dispatched(clock(8, 59, 0), toEnd)), "late", figures{late: 1, excused: 1}},
		"early, the late excused":    {both().close().at(toEnd, dispatched(clock(8, 0, 0), clock(8, 41, 0))), "late", figures{early: 1, excused: 1}},
		"both excused":               {both().close().at(toEnd, whole), "late", figures{excused: 1}},
		"excused for a part of it":   {both().close().at(toEnd, dispatched(clock(8, 59, 0), clock(9, 10, 0))), "late", figures{late: 1, early: 1}},
		"not yet judged, and closed": {both().at(clock(9, 0, 1), suspected(clock(8, 59, 0))).close(), "late", figures{late: 1, early: 1}},
		"the line, not yet judged": {open().begin().enter(clock(8, 40, 0)).leave(clock(9, 0, 0), rollcall.LeftTimeout).
			at(clock(9, 0, 1), suspected(clock(8, 59, 0))).close(), "late", figures{late: 1, pending: 1}},
	})
}

// TestALineExcusesOnlyTheLine: a page that was closed has nothing to do with it.
func TestALineExcusesOnlyTheLine(t *testing.T) {
	gone := func(reason string) *script {
		return open().enter(clock(8, 20, 0)).begin().leave(clock(8, 40, 0), reason).at(clock(8, 40, 1), suspected(clock(8, 39, 0))).
			enter(clock(8, 45, 0)).at(clock(8, 45, 0), rollcall.FaultOver{Fault: "f"})
	}
	approved := excusedFault(clock(8, 39, 0), clock(8, 45, 0))
	check(t, map[string]lapseCase{
		"lost":               {gone(rollcall.LeftLost).close().at(clock(10, 0, 0), approved), "on_time", figures{onTime: 1}},
		"timeout":            {gone(rollcall.LeftTimeout).close().at(clock(10, 0, 0), approved), "on_time", figures{onTime: 1}},
		"closed":             {gone("closed").close().at(clock(10, 0, 0), approved), "on_time", figures{onTime: 1, gaps: 1}},
		"restart":            {gone("restart").close().at(clock(10, 0, 0), approved), "on_time", figures{onTime: 1, gaps: 1}},
		"closed, dispatched": {gone("closed").close().at(clock(10, 0, 0), dispatched(clock(8, 39, 0), clock(8, 46, 0))), "on_time", figures{onTime: 1}},
		"lost, undecided":    {gone(rollcall.LeftLost).close(), "on_time", figures{onTime: 1, pending: 1}},
		"closed, undecided":  {gone("closed").close(), "on_time", figures{onTime: 1, gaps: 1}},
	})
}

// TestExcusedTimeIsNoPresenceThatLacks: half of the hour is wanted, of what remains of it.
func TestExcusedTimeIsNoPresenceThatLacks(t *testing.T) {
	half := func() *script { return openWith(func(o *rollcall.SessionOpened) { o.Rules.MinPresence = 0.5 }) }
	lost := func() *script {
		return half().enter(clock(8, 20, 0)).begin().leave(clock(8, 50, 0), rollcall.LeftLost).at(clock(8, 50, 1), suspected(clock(8, 50, 0)))
	}
	came := half().begin().enter(clock(9, 10, 0))
	whole := rollcall.UnitsExcused{Units: []string{"a"}, Reason: rollcall.ExcuseLeave}
	check(t, map[string]lapseCase{
		"twenty minutes of sixty":               {half().begin().enter(clock(9, 10, 0)).close(), "absent", figures{absent: 1}},
		"of thirty, the others were a dispatch": {came.close().at(clock(10, 0, 0), dispatched(clock(8, 0, 0), clock(9, 0, 0))), "late", figures{late: 1}},
		"ten of thirty, as ten lie in the dispatch": {half().enter(clock(8, 20, 0)).begin().leave(clock(8, 50, 0), "closed").close().
			at(clock(10, 0, 0), dispatched(clock(8, 40, 0), clock(9, 10, 0))), "absent", figures{absent: 1}},
		"excused from all of it":   {half().begin().enter(clock(9, 10, 0)).close().at(clock(10, 0, 0), whole), "excused", figures{excused: 1}},
		"the line's time, judged":  {lost().close().at(clock(10, 0, 0), excusedFault(clock(8, 50, 0), clock(9, 40, 0))), "on_time", figures{onTime: 1, excused: 1}},
		"the line's time, not yet": {lost().close(), "pending", figures{pending: 1}},
		"a page that was closed in it": {half().enter(clock(8, 20, 0)).begin().leave(clock(8, 50, 0), "closed").close().
			at(clock(10, 0, 0), excusedFault(clock(8, 50, 0), clock(9, 40, 0))), "absent", figures{absent: 1}},
	})
}

func TestOfficersLeaveWithTheUnit(t *testing.T) {
	in := func(unit, number string) rollcall.OfficerSignedIn {
		return rollcall.OfficerSignedIn{Unit: unit, Officer: rollcall.Officer{Name: "李强", Number: number}}
	}
	b := func(when time.Time, s *script) *script { return s.at(when, rollcall.SeatEntered{Unit: "b", Conn: "2"}) }
	sat := func() *script { return open().enter(clock(8, 20, 0)).at(clock(8, 21, 0), in("a", "1")).begin() }
	for name, test := range map[string]struct {
		script *script
		now    time.Time
		to     time.Time
	}{
		"stays to the close":     {sat().close(), time.Time{}, clock(9, 30, 0)},
		"still there":            {sat(), clock(9, 0, 0), time.Time{}},
		"the page was closed":    {sat().leave(clock(9, 0, 0), "closed").close(), time.Time{}, clock(9, 0, 0)},
		"gone and back":          {sat().leave(clock(9, 0, 0), "closed").enter(clock(9, 5, 0)).close(), time.Time{}, clock(9, 30, 0)},
		"never came to the call": {open().enter(clock(8, 20, 0)).at(clock(8, 21, 0), in("a", "1")).leave(clock(8, 25, 0), "closed").begin().close(), time.Time{}, clock(8, 25, 0)},
		"signed out before":      {sat().at(clock(8, 50, 0), rollcall.OfficerSignedOut{Unit: "a", Number: "1"}).leave(clock(9, 0, 0), "closed").close(), time.Time{}, clock(8, 50, 0)},
		"dismissed, but stays": {sat().at(clock(9, 0, 0), rollcall.UnitsDismissed{Units: []string{"a"}}).leave(clock(9, 10, 0), "closed").close(),
			time.Time{}, clock(9, 10, 0)},
		"the call was forgotten": {sat().at(clock(12, 30, 0), rollcall.SessionClosed{Reason: "forgotten", Until: clock(9, 0, 0)}), time.Time{}, clock(9, 0, 0)},
	} {
		o := derive(t, test.script, test.now).Units[0].Officers
		if len(o) != 1 || !o[0].To.Equal(test.to) || o[0].Elsewhere != "" {
			t.Errorf("%s: %+v", name, o)
		}
	}
	for name, test := range map[string]struct {
		script *script
		a, b   string
	}{
		"at two seats at once":  {b(clock(8, 22, 0), sat()).at(clock(8, 50, 0), in("b", "1")).close(), "b", "a"},
		"at one after another":  {b(clock(8, 22, 0), sat()).leave(clock(8, 50, 0), "closed").at(clock(8, 50, 0), in("b", "1")).close(), "", ""},
		"two different people":  {b(clock(8, 22, 0), sat()).at(clock(8, 50, 0), in("b", "2")).close(), "", ""},
		"while the call is on":  {b(clock(8, 22, 0), sat()).at(clock(8, 50, 0), in("b", "1")), "b", "a"},
		"signed out in between": {b(clock(8, 22, 0), sat()).at(clock(8, 40, 0), rollcall.OfficerSignedOut{Unit: "a", Number: "1"}).at(clock(8, 50, 0), in("b", "1")).close(), "", ""},
	} {
		r := derive(t, test.script, clock(9, 0, 0))
		if a, b := r.Units[0].Officers, r.Units[1].Officers; len(a) != 1 || len(b) != 1 || a[0].Elsewhere != test.a || b[0].Elsewhere != test.b {
			t.Errorf("%s: %+v, %+v", name, a, b)
		}
	}
}

func TestWhyACallWasOpenedLate(t *testing.T) {
	r := derive(t, openWith(func(o *rollcall.SessionOpened) { o.Late = "the server was down" }).begin().close(), time.Time{})
	if r.Session.Late != "the server was down" {
		t.Errorf("%+v", r.Session)
	}
}
