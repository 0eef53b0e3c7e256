package year

import (
	"fmt"
	"slices"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

// planHost lets the host and the officers do what changes who has to be there, and who was.
func (m *morning) planHost() {
	y := m.y
	if y.rand.IntN(2) == 0 {
		m.later(m.in(y.between(-6*time.Minute, callLength-8*time.Minute)), m.breakLine)
	}
	m.later(m.in(y.between(5*time.Second, 40*time.Second)), m.answerRoll)
	m.later(m.in(y.between(5*time.Minute, 15*time.Minute)), m.spotCheck)
	if y.rand.IntN(2) == 0 {
		m.later(m.in(y.between(10*time.Minute, callLength-time.Minute)), m.dismiss)
	}
	for range 8 {
		m.later(m.in(y.between(-8*time.Minute, callLength-time.Minute)), m.signIn)
	}
	for range 3 {
		m.later(m.in(y.between(-2*time.Minute, callLength-time.Minute)), m.signOut)
	}
}

// some are units that fit, at random and at most n.
func (m *morning) some(n int, fits func(*unit) bool) []*unit {
	var out []*unit
	for _, i := range m.y.rand.Perm(len(m.units)) {
		if u := m.units[i]; len(out) < n && fits(u) {
			out = append(out, u)
		}
	}
	return out
}

func codesOf(units []*unit) []string {
	out := make([]string, len(units))
	for i, u := range units {
		out[i] = u.code
	}
	return out
}

// breakLine lets all of a branch lose its line for a while; a few may not be back, and the host judges the fault or does not.
func (m *morning) breakLine() {
	y := m.y
	branch := m.units[y.rand.IntN(len(m.units))].branch
	var down []*unit
	came := 0
	for _, u := range m.units {
		if u.branch != branch || len(u.stays) == 0 {
			continue
		}
		if came++; u.here() && u.dismissed.IsZero() {
			down = append(down, u)
		}
	}
	if m.broken[branch] || len(down) < 4 || 2*len(down) < came {
		return
	}
	m.broken[branch] = true
	time.Sleep(10 * time.Second) // everybody's page is the one that the server knows
	broken := &line{}
	for _, u := range down {
		time.Sleep(y.between(0, 300*time.Millisecond))
		m.lose(u, broken)
	}
	early := y.rand.IntN(2) == 0
	if early {
		m.judge(branch, down, broken)
	}
	time.Sleep(y.between(20*time.Second, 150*time.Second))
	m.clearOfGrace(time.Now())
	out := 0
	if y.rand.IntN(2) == 0 {
		out = y.rand.IntN(4)
	}
	for _, u := range down[:len(down)-out] {
		time.Sleep(y.between(0, 300*time.Millisecond))
		m.enter(u)
	}
	if !early {
		m.judge(branch, down, broken)
	}
}

// lose ends a unit's connection; that nothing comes any more is noticed seconds later.
func (m *morning) lose(u *unit, why *line) {
	at, leave := m.y.now(), rollcall.Leave{Unit: u.code, Conn: u.page(), Reason: rollcall.LeftLost}
	if m.y.rand.IntN(2) == 0 {
		at = at.Add(-m.y.between(time.Second, 6*time.Second))
		leave.Reason, leave.At = rollcall.LeftTimeout, at
	}
	m.twice(m.page(u), leave)
	u.left(at, why)
}

// judge excuses the fault that the board shows, rejects it, or leaves it be.
func (m *morning) judge(branch string, down []*unit, broken *line) {
	v := m.y.server.Current()
	i := slices.IndexFunc(v.Faults, func(f rollcall.Fault) bool { return f.Branch == branch })
	if i < 0 || len(v.Faults[i].Units) != len(down) {
		m.y.t.Errorf("%s: the line of %s broke for %d units, the board shows %+v", m.planned.Format(time.DateOnly), branch, len(down), v.Faults)
		return
	}
	switch m.y.rand.IntN(3) {
	case 0:
		m.twice(m.by("host", "h"), rollcall.Excuse{Fault: v.Faults[i].ID})
		broken.judged = "excused"
	case 1:
		m.twice(m.by("host", "h"), rollcall.RejectFault{Fault: v.Faults[i].ID})
		broken.judged = "rejected"
	}
}

// answerRoll lets some officers press 应到; the roll asks everybody when the call begins.
func (m *morning) answerRoll() {
	m.answer(m.some(20, (*unit).here))
}

func (m *morning) answer(units []*unit) {
	v := m.y.server.Current()
	if v == nil || v.Roll == nil || v.Roll.Until.Sub(m.y.now()) < 15*time.Second {
		return
	}
	for _, u := range units {
		m.twice(m.by("unit", u.code), rollcall.AnswerRoll{Roll: v.Roll.ID, By: u.code})
		u.heard(v.Roll)
	}
}

// openRoll is the roll that is being called, nil when none is.
func (m *morning) openRoll() *rollcall.Roll {
	if v := m.y.server.Current(); v != nil {
		return v.Roll
	}
	return nil
}

// heard says that the unit answers a roll, by 应到 or by 到 on the floor; the first time counts.
func (u *unit) heard(roll *rollcall.Roll) {
	if roll == nil || roll.ID == u.lastRoll || !slices.Contains(roll.Units, u.code) {
		return
	}
	u.lastRoll = roll.ID
	u.rollsAnswered++
}

// spotCheck asks six units, of which those that are here answer but two.
func (m *morning) spotCheck() {
	if v := m.y.server.Current(); v == nil || v.Phase != rollcall.Open || v.Roll != nil {
		return
	}
	asked := m.some(6, func(*unit) bool { return true })
	m.twice(m.by("host", "h"), rollcall.CallRoll{Units: codesOf(asked), Window: time.Minute})
	for _, u := range asked {
		u.rolls++
	}
	m.answer(slices.DeleteFunc(asked[2:], func(u *unit) bool { return !u.here() }))
}

// dismiss lets some units go, and most of them go.
func (m *morning) dismiss() {
	if v := m.y.server.Current(); v == nil || v.Phase != rollcall.Open {
		return
	}
	free := m.some(6, func(u *unit) bool { return u.here() && u.dismissed.IsZero() })
	at := m.y.now()
	m.twice(m.by("host", "h"), rollcall.Dismiss{Units: codesOf(free)})
	for i, u := range free {
		u.dismissed = at
		if i < 4 {
			time.Sleep(m.y.between(time.Second, 4*time.Second))
			m.leave(u)
		}
	}
}

// excuseSpans excuses units from a time in which they were away, from the most of it, or from all of it in two spans; and some
// from the whole call. It does so at the end, when it is known when that was.
func (m *morning) excuseSpans() {
	y, margin := m.y, m.call.slack+30*time.Second
	for _, u := range m.units {
		_, arrival, between, tail := m.call.walk(u)
		gaps := append([]gap{arrival}, between...)
		if tail != nil {
			gaps = append(gaps, *tail)
		}
		g := gaps[y.rand.IntN(len(gaps))]
		if g.to.Sub(g.from) < 2*time.Minute || y.rand.IntN(3) > 0 {
			continue
		}
		from, to, half := g.from.Add(-margin), g.to.Add(margin), g.from.Add(g.to.Sub(g.from)/2)
		switch y.rand.IntN(5) {
		case 0:
			m.excuse(u)
		case 1:
			m.excuseFor(u, span{from, half})
		case 2:
			m.excuseFor(u, span{half.Add(-margin), to})
			m.excuseFor(u, span{from, half.Add(margin)})
		default:
			m.excuseFor(u, span{from, to})
		}
	}
}

func (m *morning) excuseFor(u *unit, s span) {
	m.twice(m.by("host", "h"), rollcall.Excuse{Units: []string{u.code}, Reason: rollcall.ExcuseDispatch, Incident: "J1", From: s.from, To: s.to})
	u.spans = append(u.spans, s)
}

// officer is somebody who sat at a unit's seat; to is zero for who did not sign out.
type officer struct {
	number   string
	from, to time.Time
}

// signIn lets an officer take a seat, beside or in place of another; some are signed in elsewhere already.
func (m *morning) signIn() {
	for _, u := range m.some(1, (*unit).here) {
		m.numbers++
		in := rollcall.SignIn{Unit: u.code, Officer: rollcall.Officer{Name: "李强", Number: fmt.Sprint(m.numbers)}}
		switch m.y.rand.IntN(3) {
		case 0:
			m.twice(m.by("unit", u.code), in)
			u.officers = append(u.officers, officer{number: in.Officer.Number, from: m.y.now()})
			relief := in
			m.numbers++
			relief.Officer.Number, relief.Relieves = fmt.Sprint(m.numbers), in.Officer.Number
			time.Sleep(m.y.between(10*time.Second, 30*time.Second))
			if !u.here() {
				return
			}
			m.twice(m.by("unit", u.code), relief)
			u.officers[len(u.officers)-1].to = m.y.now()
			in = relief
		case 1:
			in.Officer.Number = "double"
			if slices.ContainsFunc(u.officers, func(o officer) bool { return o.number == "double" && o.to.IsZero() }) {
				return
			}
			m.twice(m.by("unit", u.code), in)
		default:
			m.twice(m.by("unit", u.code), in)
		}
		u.officers = append(u.officers, officer{number: in.Officer.Number, from: m.y.now()})
	}
}

// signOut lets an officer leave a seat.
func (m *morning) signOut() {
	sits := func(o officer) bool { return o.to.IsZero() }
	for _, u := range m.some(1, func(u *unit) bool { return slices.ContainsFunc(u.officers, sits) }) {
		o := &u.officers[slices.IndexFunc(u.officers, sits)]
		m.twice(m.by("unit", u.code), rollcall.SignOut{Unit: u.code, Number: o.number})
		o.to = m.y.now()
	}
}

// sitting is an officer's time at a unit's seat, as it has to come out.
type sitting struct {
	unit string
	span
}

// sat is when an officer was there: to the end of the last stay of the unit, for who did not sign out before.
func (u *unit) sat(o officer, c call) span {
	end := c.ended
	if last := u.stays[len(u.stays)-1].to; !last.IsZero() && last.Before(end) {
		end = last
	}
	if o.to.IsZero() || o.to.After(end) {
		return span{o.from, end}
	}
	return span{o.from, o.to}
}

// seatsOf says by police number who sat where.
func seatsOf(units []*unit, c call) map[string][]sitting {
	out := map[string][]sitting{}
	for _, u := range units {
		for _, o := range u.officers {
			out[o.number] = append(out[o.number], sitting{u.code, u.sat(o, c)})
		}
	}
	return out
}

// officersDiffer compares who sat at a unit's seat, until when, and who was at another at the same time.
func (c call) officersDiffer(u *unit, e attendance.Entry, seats map[string][]sitting) string {
	if len(e.Officers) != len(u.officers) {
		return fmt.Sprintf("%d officers, not %d", len(e.Officers), len(u.officers))
	}
	tolerance := 2*time.Second + c.slack
	for i, o := range u.officers {
		got, want := e.Officers[i], u.sat(o, c)
		if got.Number != o.number || got.From.Sub(want.from).Abs() > tolerance || got.To.Sub(want.to).Abs() > tolerance {
			return fmt.Sprintf("officer %+v, not %s %v", got, o.number, want)
		}
		var surely, perhaps []string
		for _, s := range seats[o.number] {
			if s.unit == u.code {
				continue
			}
			both := min(s.to.Sub(want.from), want.to.Sub(s.from), s.to.Sub(s.from), want.to.Sub(want.from))
			if both > tolerance {
				surely = append(surely, s.unit)
			}
			if both > -tolerance {
				perhaps = append(perhaps, s.unit)
			}
		}
		if got.Elsewhere == "" && len(surely) > 0 || got.Elsewhere != "" && !slices.Contains(perhaps, got.Elsewhere) {
			return fmt.Sprintf("officer %+v, at the same time at %v", got, surely)
		}
	}
	return ""
}
