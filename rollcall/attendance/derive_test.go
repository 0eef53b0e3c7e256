package attendance_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

// clock returns a moment of the morning of the 24th in Shenyang: clock(8, 30, 0) is when the call is planned.
func clock(hour, minute, second int) time.Time {
	return time.Date(2026, 11, 24, hour-8, minute, second, 0, time.UTC)
}

// script writes a journal line by line.
type script struct{ events []rollcall.Event }

func (s *script) at(when time.Time, payload any) *script {
	data, err := json.Marshal(payload)
	if err != nil {
		panic(err)
	}
	e := rollcall.Event{
		Session: "s1", Epoch: 1, Seq: int64(len(s.events) + 1), At: when, Kind: rollcall.EventKind(reflect.TypeOf(payload).Name()),
		Actor: rollcall.Actor{Kind: "unit", ID: "a"}, Data: data,
	}
	if n := len(s.events); n > 0 {
		e.Prev = s.events[n-1].Hash
	}
	e.Seal()
	s.events = append(s.events, e)
	return s
}

func (s *script) enter(when time.Time) *script {
	return s.at(when, rollcall.SeatEntered{Unit: "a", Conn: "1"})
}

func (s *script) leave(when time.Time, reason string) *script {
	return s.at(when, rollcall.SeatLeft{Unit: "a", Conn: "1", Reason: reason, At: when})
}

func (s *script) begin() *script { return s.at(clock(8, 30, 0), rollcall.SessionBegun{}) }

func (s *script) close() *script {
	return s.at(clock(9, 30, 0), rollcall.SessionClosed{Reason: "host"})
}

func units(codes ...string) []rollcall.Unit {
	var list []rollcall.Unit
	for i, code := range codes {
		list = append(list, rollcall.Unit{Code: code, Name: code, Short: code, Kind: rollcall.Station, Order: i})
	}
	return list
}

func openWith(change func(*rollcall.SessionOpened)) *script {
	o := rollcall.SessionOpened{
		Kind: rollcall.Regular, Title: "点调会", Schedule: "daily", PlannedAt: clock(8, 30, 0), Roster: units("a", "b"),
		Rules: rollcall.DefaultRules(), Calendar: "workday",
	}
	change(&o)
	return new(script).at(clock(8, 15, 0), o)
}

func open() *script { return openWith(func(*rollcall.SessionOpened) {}) }

func derive(t *testing.T, s *script, now time.Time) attendance.Report {
	t.Helper()
	r, err := attendance.Derive(s.events, now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestStatus(t *testing.T) {
	gap := func(from, to time.Time, reason string) []attendance.Interruption {
		return []attendance.Interruption{{From: from, To: to, Reason: reason}}
	}
	strict := func(o *rollcall.SessionOpened) { o.Rules.MinPresence = 0.5 }
	for name, test := range map[string]struct {
		script *script
		want   attendance.Entry
	}{
		"waiting, stays to the end": {open().enter(clock(8, 20, 0)).begin().close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 30, 0), PresentSeconds: 3600}},
		"exactly at the end of the grace": {open().begin().enter(clock(8, 32, 0)).close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 32, 0), PresentSeconds: 3480}},
		"a second later": {open().begin().enter(clock(8, 32, 1)).close(),
			attendance.Entry{Status: "late", FirstAt: clock(8, 32, 1), PresentSeconds: 3479}},
		"never": {open().begin().close(), attendance.Entry{Status: "absent"}},
		"only in the waiting room": {open().enter(clock(8, 20, 0)).leave(clock(8, 25, 0), "closed").begin().close(),
			attendance.Entry{Status: "absent"}},
		"waiting room, gone, back too late": {open().enter(clock(8, 20, 0)).leave(clock(8, 25, 0), "closed").begin().enter(clock(8, 50, 0)).close(),
			attendance.Entry{Status: "late", FirstAt: clock(8, 50, 0), PresentSeconds: 2400}},
		"interrupted": {open().enter(clock(8, 20, 0)).begin().leave(clock(8, 40, 0), "timeout").enter(clock(8, 45, 0)).close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 30, 0), PresentSeconds: 3300,
				Interruptions: gap(clock(8, 40, 0), clock(8, 45, 0), "timeout")}},
		"replaced by another page of the unit": {open().enter(clock(8, 20, 0)).begin().leave(clock(8, 40, 0), "replaced").enter(clock(8, 40, 0)).close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 30, 0), PresentSeconds: 3600}},
		"left early": {open().enter(clock(8, 20, 0)).begin().leave(clock(9, 0, 0), "closed").close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 30, 0), LeftAt: clock(9, 0, 0), LeftEarly: true, PresentSeconds: 1800}},
		"left within the last minute": {open().enter(clock(8, 20, 0)).begin().leave(clock(9, 29, 0), "closed").close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 30, 0), LeftAt: clock(9, 29, 0), PresentSeconds: 3540}},
		"left when all did": {open().enter(clock(8, 20, 0)).begin().close().leave(clock(9, 30, 5), "closed"),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 30, 0), PresentSeconds: 3600}},
		"back within a restart": {open().enter(clock(8, 20, 0)).begin().
			at(clock(8, 50, 0), rollcall.ServerResumed{DownSince: clock(8, 49, 0)}).enter(clock(8, 50, 5)).close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 30, 0), PresentSeconds: 3600}},
		"not back after a restart": {open().enter(clock(8, 20, 0)).begin().
			at(clock(8, 50, 0), rollcall.ServerResumed{DownSince: clock(8, 49, 0)}).
			at(clock(8, 50, 20), rollcall.SeatLeft{Unit: "a", Reason: "restart", At: clock(8, 49, 0)}).enter(clock(8, 55, 0)).close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 30, 0), PresentSeconds: 3240,
				Interruptions: gap(clock(8, 49, 0), clock(8, 55, 0), "restart")}},
		"call begun late": {open().at(clock(8, 40, 0), rollcall.SessionBegun{}).enter(clock(8, 41, 0)).close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 41, 0), PresentSeconds: 2940}},
		"begun before the plan": {open().at(clock(8, 28, 0), rollcall.SessionBegun{}).enter(clock(8, 31, 0)).close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 31, 0), PresentSeconds: 3540}},
		"there too shortly": {openWith(strict).enter(clock(8, 20, 0)).begin().leave(clock(8, 50, 0), "closed").close(),
			attendance.Entry{Status: "absent", FirstAt: clock(8, 30, 0), LeftAt: clock(8, 50, 0), PresentSeconds: 1200}},
		"there just long enough": {openWith(strict).enter(clock(8, 20, 0)).begin().leave(clock(9, 0, 0), "closed").close(),
			attendance.Entry{Status: "on_time", FirstAt: clock(8, 30, 0), LeftAt: clock(9, 0, 0), LeftEarly: true, PresentSeconds: 1800}},
		"closed without a begin": {open().enter(clock(8, 20, 0)).close(), attendance.Entry{Status: "pending"}},
	} {
		want := test.want
		want.Unit, want.Turns = units("a")[0], []attendance.Turn{}
		if want.Interruptions == nil {
			want.Interruptions = []attendance.Interruption{}
		}
		got := derive(t, test.script, time.Time{})
		if !reflect.DeepEqual(got.Units[0], want) {
			t.Errorf("%s:\n%+v\nwant\n%+v", name, got.Units[0], want)
		}
		if b := got.Units[1]; b.Unit.Code != "b" || b.Status != "absent" && want.Status != "pending" {
			t.Errorf("%s: the unit that never came: %+v", name, b)
		}
	}
}

func TestStatusWhileOpen(t *testing.T) {
	there := open().enter(clock(8, 20, 0)).begin()
	for name, test := range map[string]struct {
		script  *script
		now     time.Time
		a, b    string
		seconds int
	}{
		"in the waiting room":    {open().enter(clock(8, 20, 0)), clock(8, 25, 0), "pending", "pending", 0},
		"within the grace":       {there, clock(8, 31, 0), "on_time", "pending", 60},
		"after the grace":        {there, clock(8, 40, 0), "on_time", "absent", 600},
		"gone for the moment":    {open().enter(clock(8, 20, 0)).begin().leave(clock(8, 40, 0), "timeout"), clock(8, 50, 0), "on_time", "absent", 600},
		"asked before the begin": {there, clock(8, 10, 0), "pending", "pending", 0},
	} {
		r := derive(t, test.script, test.now)
		a, b := r.Units[0], r.Units[1]
		if a.Status != test.a || b.Status != test.b || a.PresentSeconds != test.seconds || a.LeftEarly || !r.Session.ClosedAt.IsZero() {
			t.Errorf("%s: %+v, %+v", name, a, b)
		}
	}
}

func TestTurns(t *testing.T) {
	call := func(id string) rollcall.TurnCalled { return rollcall.TurnCalled{Turn: id, Unit: "a", How: "hand"} }
	s := open().enter(clock(8, 20, 0)).begin().
		at(clock(8, 31, 0), call("answered")).at(clock(8, 31, 5), rollcall.TurnAnswered{Turn: "answered", By: "officer"}).
		at(clock(8, 33, 0), rollcall.TurnNoted{Turn: "answered", Rating: 4, Note: "好"}).at(clock(8, 34, 0), rollcall.TurnReleased{Turn: "answered"}).
		at(clock(8, 40, 0), call("missed")).at(clock(8, 40, 25), rollcall.TurnMissed{Turn: "missed"}).
		at(clock(8, 41, 0), call("wrong")).at(clock(8, 41, 2), rollcall.TurnAnswered{Turn: "wrong", By: "officer"}).
		at(clock(8, 41, 3), rollcall.TurnWithdrawn{Turn: "wrong"}).
		at(clock(8, 50, 0), rollcall.JournalGap{From: clock(8, 45, 0), To: clock(8, 49, 0), Dropped: 2}).close()
	r := derive(t, s, time.Time{})
	a := r.Units[0]
	if a.Calls != 2 || a.Answered != 1 || a.Missed != 1 || len(a.Turns) != 3 {
		t.Errorf("calls %d, answered %d, missed %d, turns %d; want 2, 1, 1, 3", a.Calls, a.Answered, a.Missed, len(a.Turns))
	}
	want := attendance.Turn{
		ID: "answered", How: "hand", State: rollcall.TurnIsReleased, CalledAt: clock(8, 31, 0), AnsweredAt: clock(8, 31, 5), AnsweredBy: "unit",
		EndedAt: clock(8, 34, 0), Rating: 4, Note: "好",
	}
	if a.Turns[0] != want {
		t.Errorf("turn %+v\nwant %+v", a.Turns[0], want)
	}
	if want := []attendance.Gap{{From: clock(8, 45, 0), To: clock(8, 49, 0), Dropped: 2}}; !reflect.DeepEqual(r.Gaps, want) {
		t.Errorf("gaps %+v", r.Gaps)
	}
}

func TestDeriveRefuses(t *testing.T) {
	if _, err := attendance.Derive(nil, time.Time{}); err == nil {
		t.Error("an empty journal has an attendance")
	}
	s := open()
	s.events = append(s.events, rollcall.Event{Session: "s1", Seq: 2, Kind: rollcall.KindSeatLeft, Data: json.RawMessage(`[]`)})
	if _, err := attendance.Derive(s.events, time.Time{}); err == nil {
		t.Error("a payload that can't be read was passed over")
	}
}

// TestPresenceAddsUp throws random comings and goings: whatever they are, presence and absence of who was there make the call.
func TestPresenceAddsUp(t *testing.T) {
	for seed := range uint64(300) {
		d := rand.New(rand.NewPCG(seed, 1))
		s := open()
		begun, here := false, false
		for at := clock(8, 16, 0); at.Before(clock(9, 30, 0)); at = at.Add(time.Duration(1+d.IntN(600)) * time.Second) {
			if !begun && !at.Before(clock(8, 30, 0)) {
				s.begin()
				begun = true
			}
			if here {
				s.leave(at, "closed")
			} else {
				s.enter(at)
			}
			here = !here
		}
		e := derive(t, s.close(), time.Time{}).Units[0]
		total := time.Duration(e.PresentSeconds) * time.Second
		for _, gap := range e.Interruptions {
			if !gap.From.Before(gap.To) {
				t.Errorf("seed %d: interruption %+v", seed, gap)
			}
			total += gap.To.Sub(gap.From)
		}
		end := e.LeftAt
		if end.IsZero() {
			end = clock(9, 30, 0)
		}
		if want := end.Sub(e.FirstAt); e.Status != "absent" && total != want {
			t.Errorf("seed %d: presence and interruptions are %s, from first to last it is %s", seed, total, want)
		}
	}
}

func TestCheckChain(t *testing.T) {
	whole := func() []rollcall.Event { return open().enter(clock(8, 20, 0)).begin().close().events }
	if err := attendance.CheckChain(whole()); err != nil {
		t.Error(err)
	}
	for name, harm := range map[string]func([]rollcall.Event) []rollcall.Event{
		"changed":  func(e []rollcall.Event) []rollcall.Event { e[1].Actor.Name = "x"; return e },
		"missing":  func(e []rollcall.Event) []rollcall.Event { return append(e[:1], e[2:]...) },
		"resealed": func(e []rollcall.Event) []rollcall.Event { e[1].At = clock(8, 21, 0); e[1].Seal(); return e },
		"headless": func(e []rollcall.Event) []rollcall.Event { return e[1:] },
	} {
		if err := attendance.CheckChain(harm(whole())); err == nil {
			t.Errorf("%s: not found", name)
		}
	}
}

func ExampleTally() {
	var t attendance.Tally
	held := attendance.Session{Kind: rollcall.Regular, Calendar: "workday", BegunAt: clock(8, 30, 0)}
	dayOff, drill := held, held
	dayOff.Calendar, drill.Kind = "dayoff", rollcall.Drill
	for _, s := range []attendance.Session{held, dayOff, drill, {Kind: rollcall.Regular}} {
		t.Add(s, attendance.Entry{Status: attendance.Absent})
	}
	fmt.Println(t.Sessions, t.Absent, t.DayOff)
	// Output: 2 1 1
}
