package year

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"muster/rollcall"
)

// morning is one day of the simulation.
type morning struct {
	y       *year
	planned time.Time
	units   []*unit
	session string
	call    call
	ids     int
	numbers int             // of officers so far
	broken  map[string]bool // branches whose line broke already
	acts    []act
}

// act is something that happens at its time, or as soon as the act before is over.
type act struct {
	at time.Time
	do func()
}

func newMorning(y *year, planned time.Time) *morning {
	m := &morning{y: y, planned: planned, call: call{planned: planned, rules: wantedRules()}, broken: map[string]bool{}}
	for i, u := range y.roster {
		// The call begins with a roll; one unit in twenty has no camera that day.
		m.units = append(m.units, &unit{code: u.Code, branch: u.Branch, rolls: 1, blind: (i+planned.YearDay())%20 == 0})
	}
	return m
}

func (m *morning) in(d time.Duration) time.Time { return m.planned.Add(d) }

func (m *morning) later(at time.Time, do func()) { m.acts = append(m.acts, act{at, do}) }

// run plans the day and lets it happen.
func (m *morning) run() {
	for _, u := range m.units {
		m.plan(u)
	}
	for at := 40 * time.Second; at < callLength-90*time.Second; at += m.y.between(20*time.Second, 70*time.Second) {
		m.later(m.in(at), m.turn)
	}
	m.planFaults()
	m.planHost()
	slices.SortStableFunc(m.acts, func(a, b act) int { return a.at.Compare(b.at) })
	m.waitForRoom()
	for _, a := range m.acts {
		m.clearOfGrace(a.at)
		a.do()
	}
	m.finish()
}

// waitForRoom waits until the scheduler has opened the waiting room.
func (m *morning) waitForRoom() {
	for range 60 {
		if v := m.y.server.Current(); v != nil {
			m.session = v.ID
			return
		}
		time.Sleep(10 * time.Second)
	}
	m.y.t.Fatalf("no waiting room on %s", m.planned)
}

// clearOfGrace sleeps until a moment, and keeps away from the seconds in which lateness begins: there the truth would hang
// on a millisecond.
func (m *morning) clearOfGrace(at time.Time) {
	time.Sleep(time.Until(at))
	if v := m.y.server.Current(); v != nil && v.Phase == rollcall.Open {
		if off := v.LateAfter().Sub(m.y.now()); off.Abs() < 10*time.Second {
			time.Sleep(off + 10*time.Second)
		}
	}
}

// plan says what a unit does this morning.
func (m *morning) plan(u *unit) {
	y := m.y
	enter := func(at time.Duration) { m.later(m.in(at), func() { m.enter(u) }) }
	leave := func(at time.Duration) { m.later(m.in(at), func() { m.leave(u) }) }
	arrive := -y.between(30*time.Second, 14*time.Minute)
	switch n := y.rand.IntN(100); {
	case n < 3:
		u.plan = "absent"
	case n < 5:
		u.plan = "excused"
		m.later(m.in(-y.between(-callLength/2, 10*time.Minute)), func() { m.excuse(u) })
	case n < 9:
		u.plan = "late"
		enter(y.between(3*time.Minute, 10*time.Minute))
		if y.rand.IntN(3) == 0 {
			leave(y.between(12*time.Minute, callLength-4*time.Minute))
		}
	case n < 14:
		u.plan = "interrupted"
		enter(arrive)
		from := y.between(3*time.Minute, 12*time.Minute)
		leave(from)
		enter(from + y.between(30*time.Second, 4*time.Minute))
	case n < 17:
		u.plan = "early"
		enter(arrive)
		leave(y.between(5*time.Minute, callLength-4*time.Minute))
	case n < 27:
		u.plan = "reconnects" // a new page before the old one is known to be gone, whose leaving comes afterwards
		enter(arrive)
		m.later(m.in(y.between(-time.Minute, callLength-time.Minute)), func() { m.reconnect(u) })
	default:
		u.plan = "present"
		enter(arrive)
	}
}

// page is who a seat's coming and going is by: it has no id, because it tells how things are now and not what is to be done.
func (m *morning) page(u *unit) rollcall.Meta {
	return rollcall.Meta{Actor: rollcall.Actor{Kind: "unit", ID: u.code}}
}

func (m *morning) by(kind, id string) rollcall.Meta {
	m.ids++
	return rollcall.Meta{ID: fmt.Sprintf("%s-%d", m.planned.Format(time.DateOnly), m.ids), Actor: rollcall.Actor{Kind: kind, ID: id}}
}

// twice gives a command, and in every fifth case once more under the same id.
func (m *morning) twice(by rollcall.Meta, cmd rollcall.Command) rollcall.Outcome {
	out, err := m.y.do(by, cmd)
	if err != nil {
		m.y.t.Errorf("%s: %T: %v", m.planned.Format(time.DateOnly), cmd, err)
		return out
	}
	if m.y.rand.IntN(5) == 0 {
		if again, err := m.y.do(by, cmd); err != nil || again != out {
			m.y.t.Errorf("%T again: %+v, %v, at first %+v", cmd, again, err, out)
		}
	}
	return out
}

func (m *morning) enter(u *unit) {
	if u.here() {
		return
	}
	u.conn++
	at := m.y.now()
	m.seat(u)
	u.entered(at)
}

// seat lets the unit's page take the seat, and tell what it lacks.
func (m *morning) seat(u *unit) {
	m.twice(m.page(u), rollcall.Enter{Unit: u.code, Conn: u.page()})
	m.tell(u)
}

func (m *morning) tell(u *unit) {
	if u.blind {
		m.twice(m.page(u), rollcall.Devices{Unit: u.code, Conn: u.page(), Lacks: rollcall.Lacks{Camera: "none"}})
	}
}

func (m *morning) leave(u *unit) {
	if !u.here() {
		return
	}
	at := m.y.now()
	m.twice(m.page(u), rollcall.Leave{Unit: u.code, Conn: u.page(), Reason: "closed"})
	u.left(at, nil)
}

func (m *morning) reconnect(u *unit) {
	if !u.here() {
		return
	}
	old := u.page()
	u.conn++
	m.seat(u)
	m.twice(m.page(u), rollcall.Leave{Unit: u.code, Conn: old, Reason: rollcall.LeftTimeout})
}

func (m *morning) excuse(u *unit) {
	m.twice(m.by("host", "h"), rollcall.Excuse{Units: []string{u.code}, Reason: rollcall.ExcuseLeave})
	u.excused = true
}

func (m *morning) unitOf(code string) *unit {
	i := slices.IndexFunc(m.units, func(u *unit) bool { return u.code == code })
	return m.units[i]
}

// turn calls one unit: by hand, by a draw, or by the agenda; it answers, is missed, or was called by mistake.
func (m *morning) turn() {
	v := m.y.server.Current()
	if v == nil || v.Phase != rollcall.Open {
		return
	}
	out := m.callSomebody()
	if out.Turn == "" {
		return
	}
	u := m.unitOf(out.Unit)
	m.y.called[u.code] = m.planned
	switch n := m.y.rand.IntN(10); {
	case n < 7 && u.here():
		u.calls++
		m.twice(m.by("unit", u.code), rollcall.Shown{Turn: out.Turn, By: u.code})
		time.Sleep(m.y.between(time.Second, 4*time.Second))
		roll := m.openRoll()
		m.twice(m.by("unit", u.code), rollcall.Answer{Turn: out.Turn, By: u.code})
		u.heard(roll)
		u.answered++
		time.Sleep(5 * time.Second)
		m.twice(m.by("host", "h"), rollcall.Release{Turn: out.Turn})
	case n < 8:
		m.twice(m.by("host", "h"), rollcall.Withdraw{Turn: out.Turn}) // 误呼
	default:
		u.calls++
		u.missed++
		m.untilMissed(out.Turn)
	}
}

func (m *morning) callSomebody() rollcall.Outcome {
	switch m.y.rand.IntN(3) {
	case 0:
		out, err := m.y.do(m.by("host", "h"), rollcall.Next{})
		if err == nil {
			return out
		}
	case 1:
		by := m.by("host", "h")
		drawn, err := m.y.do(by, rollcall.Draw{Kind: rollcall.Station})
		if err == nil {
			return m.twice(m.by("host", "h"), rollcall.Call{Unit: drawn.Unit, How: "draw"})
		}
	}
	u := m.units[m.y.rand.IntN(len(m.units))]
	return m.twice(m.by("host", "h"), rollcall.Call{Unit: u.code, How: "hand"})
}

// untilMissed waits for the miss timer, which begins anew when the server is killed.
func (m *morning) untilMissed(turn string) {
	for range 120 {
		if v := m.y.server.Current(); v != nil && v.Turns[turn].State == rollcall.TurnIsMissed {
			return
		}
		time.Sleep(time.Second)
	}
	m.y.t.Errorf("turn %s was never missed", turn)
}

// finish ends the call and reads when it was held.
func (m *morning) finish() {
	time.Sleep(time.Until(m.in(callLength)))
	time.Sleep(90 * time.Second) // who left has left early, whatever that hangs on
	m.y.away.Store(false)
	begun := m.y.server.Current()
	if begun == nil {
		m.y.t.Fatalf("%s: the session is gone", m.planned)
	}
	if off := begun.BegunAt.Sub(m.planned); off < -time.Minute || off > 5*time.Minute {
		m.y.t.Errorf("begun %v after the plan", off)
	}
	m.call.begun, m.call.ended = begun.BegunAt, m.y.now()
	m.excuseSpans()
	m.call.ended = m.y.now()
	m.twice(m.by("host", "h"), rollcall.Close{})
	for range 30 {
		if m.y.server.Current() == nil {
			break
		}
		time.Sleep(time.Second)
	}
	time.Sleep(15 * time.Second) // what is in the spool drains
	slices.SortFunc(m.units, func(a, b *unit) int { return cmp.Compare(m.order(a.code), m.order(b.code)) })
}

func (m *morning) order(code string) int {
	return slices.IndexFunc(m.y.roster, func(u rollcall.Unit) bool { return u.Code == code })
}
