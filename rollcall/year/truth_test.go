package year

import (
	"fmt"
	"slices"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

// unit is what the simulation knows of a unit on one morning: it is not read from any journal.
type unit struct {
	code, branch string
	plan         string
	stays        []stay
	excused      bool   // from the whole call
	spans        []span // that it is excused for
	dismissed    time.Time
	officers     []officer
	blind        bool // it has no camera

	rolls, rollsAnswered    int
	lastRoll                string // that it answered
	calls, answered, missed int
	conn                    int  // the page that holds the seat
	entering                bool // it was about to come back when the server was killed
}

// stay is a presence; to is zero while it lasts. line is what ended it, nil when it was something else.
type stay struct {
	from, to time.Time
	line     *line
}

type span struct{ from, to time.Time }

// line is a line that broke, and what the host made of it: nothing yet, "excused" or "rejected".
type line struct{ judged string }

func (u *unit) here() bool { return len(u.stays) > 0 && u.stays[len(u.stays)-1].to.IsZero() }

func (u *unit) page() string { return fmt.Sprintf("%s/%d", u.code, u.conn) }

func (u *unit) entered(at time.Time) {
	if !u.here() {
		u.stays = append(u.stays, stay{from: at})
	}
}

func (u *unit) left(at time.Time, why *line) {
	if u.here() {
		last := &u.stays[len(u.stays)-1]
		last.to, last.line = at, why
	}
}

// call is the morning as it was held.
type call struct {
	begun, ended time.Time
	rules        rollcall.Rules
	planned      time.Time
	dayOff       bool
	slack        time.Duration // by how much seconds may differ: a kill loses up to a second, a clock that is set its step
}

// gap is a time in which a unit was not there.
type gap struct {
	span
	line *line // that it was away for
}

// expected is what the truth adds up to, computed on its own.
type expected struct {
	status           string
	leftEarly        bool
	excused, pending attendance.Lapses
	gaps             [3]int // that count, that are excused, that nobody has judged
}

func (c call) due() time.Time {
	if c.begun.After(c.planned) {
		return c.begun
	}
	return c.planned
}

// walk goes through a unit's morning: its presences within the call, and the gaps before, between and after them.
func (c call) walk(u *unit) (here []span, arrival gap, between []gap, tail *gap) {
	end := c.ended
	if !u.dismissed.IsZero() {
		end = u.dismissed
	}
	arrival = gap{span: span{c.due(), end}}
	var last stay
	for _, s := range u.stays {
		from, to := s.from, s.to
		if from.Before(c.begun) {
			from = c.begun
		}
		if to.IsZero() || to.After(end) {
			to = end
		}
		if !to.After(from) {
			if len(here) == 0 {
				arrival.line = s.line
			}
			continue
		}
		if len(here) == 0 {
			arrival.to = from
		} else if from.After(last.to) {
			between = append(between, gap{span{last.to, from}, last.line})
		}
		here, last = append(here, span{from, to}), s
	}
	if len(here) > 0 && !last.to.IsZero() && last.to.Before(end) {
		tail = &gap{span{last.to, end}, last.line}
	}
	return here, arrival, between, tail
}

// What becomes of a lapse.
const (
	counts = iota
	isExcused
	isPending
)

// verdict is what becomes of a gap. Spans are taken for longer by the tolerance, which may be negative.
func (u *unit) verdict(g gap, tolerance time.Duration) int {
	switch {
	case u.excused || u.covers(g.span, tolerance) || g.line != nil && g.line.judged == "excused":
		return isExcused
	case g.line != nil && g.line.judged == "":
		return isPending
	}
	return counts
}

// covers looks second by second.
func (u *unit) covers(g span, tolerance time.Duration) bool {
	if len(u.spans) == 0 {
		return false
	}
	for at := g.from; at.Before(g.to); at = at.Add(time.Second) {
		if !u.free(at, tolerance) {
			return false
		}
	}
	return true
}

func (u *unit) free(at time.Time, tolerance time.Duration) bool {
	return slices.ContainsFunc(u.spans, func(s span) bool {
		return !at.Before(s.from.Add(-tolerance)) && !at.After(s.to.Add(tolerance))
	})
}

// enough counts the seconds in which a unit was there and those in which it had to be. Free ones are neither, nor are those that
// a line took which was excused; with maybe also those of a line that nobody has judged. all says that no second remained.
func (c call) enough(u *unit, here []span, gaps []gap, tolerance time.Duration, maybe bool) (yes, all bool) {
	end := c.ended
	if !u.dismissed.IsZero() {
		end = u.dismissed
	}
	if len(u.spans) == 0 && !u.excused && !slices.ContainsFunc(gaps, func(g gap) bool { return g.line != nil }) {
		var present time.Duration
		for _, h := range here { // most have nothing to be excused: a year has to be short
			present += h.to.Sub(h.from)
		}
		return (present + tolerance).Seconds() >= c.rules.MinPresence*end.Sub(c.begun).Seconds(), false
	}
	var present, wanted, whole, length int
	in := func(s span, at time.Time) bool { return !at.Before(s.from) && at.Before(s.to) }
	for at := c.begun; at.Before(end); at = at.Add(time.Second) {
		there := slices.ContainsFunc(here, func(s span) bool { return in(s, at) })
		off := u.excused || u.free(at, tolerance) || slices.ContainsFunc(gaps, func(g gap) bool {
			return g.line != nil && in(g.span, at) && (g.line.judged == "excused" || maybe && g.line.judged == "")
		})
		length++
		if there {
			whole++
		}
		if off {
			continue
		}
		wanted++
		if there {
			present++
		}
	}
	if wanted == 0 {
		present, wanted, all = whole, length, true
	}
	return float64(present)+tolerance.Seconds() >= c.rules.MinPresence*float64(wanted), all
}

// expect says what has to come out. What differs between a tolerance and its opposite hangs on seconds.
func (c call) expect(u *unit, tolerance time.Duration) expected {
	here, arrival, between, tail := c.walk(u)
	var out expected
	for _, g := range between {
		out.gaps[u.verdict(g, tolerance)]++
	}
	lapse := func(verdict int, is func(*attendance.Lapses)) {
		switch verdict {
		case isExcused:
			is(&out.excused)
		case isPending:
			is(&out.pending)
		}
	}
	absent := func(verdict int) {
		out.status = []string{counts: attendance.Absent, isExcused: attendance.Excused, isPending: attendance.Pending}[verdict]
		lapse(verdict, func(l *attendance.Lapses) { l.Absence = true })
	}
	came := false
	switch {
	case len(here) == 0:
		absent(u.verdict(arrival, tolerance))
	case c.tooShort(u, here, arrival, between, tail, tolerance, absent):
	case here[0].from.After(c.due().Add(c.rules.Grace)):
		came, out.status = true, attendance.Late
		lapse(u.verdict(arrival, tolerance), func(l *attendance.Lapses) { l.Late = true })
	default:
		came, out.status = true, attendance.OnTime
	}
	if out.leftEarly = came && tail != nil && tail.to.Sub(tail.from) > c.rules.EarlyLeave; out.leftEarly {
		lapse(u.verdict(*tail, tolerance), func(l *attendance.Lapses) { l.EarlyLeave = true })
	}
	return out
}

// tooShort calls absent for a unit that was there for less than it had to.
func (c call) tooShort(u *unit, here []span, arrival gap, between []gap, tail *gap, tolerance time.Duration, absent func(int)) bool {
	arrival.from = c.begun
	gaps := append([]gap{arrival}, between...)
	if tail != nil {
		gaps = append(gaps, *tail)
	}
	yes, all := c.enough(u, here, gaps, tolerance, false)
	if yes {
		return false
	}
	maybe, allMaybe := c.enough(u, here, gaps, tolerance, true)
	switch {
	case all:
		absent(isExcused)
	case maybe || allMaybe:
		absent(isPending)
	default:
		absent(counts)
	}
	return true
}

// tally is what the truth adds to a month.
func (c call) tally(w expected, u *unit, present int) attendance.Tally {
	one := func(is bool) int {
		if is {
			return 1
		}
		return 0
	}
	late, early := w.excused.Late || w.pending.Late, w.excused.EarlyLeave || w.pending.EarlyLeave
	missing := w.status == attendance.Absent || w.pending.Absence
	return attendance.Tally{
		Sessions: 1, OnTime: one(w.status == attendance.OnTime), Late: one(w.status == attendance.Late && !late),
		Absent: one(w.status == attendance.Absent && !c.dayOff), DayOff: one(missing && c.dayOff),
		Excused:   one(w.excused != attendance.Lapses{}),
		Pending:   one(w.pending.Absence && !c.dayOff) + one(w.pending.Late) + one(w.pending.EarlyLeave) + w.gaps[isPending],
		LeftEarly: one(w.leftEarly && !early), Interruptions: w.gaps[counts], PresentSeconds: present,
		Calls: u.calls, Answered: u.answered, Missed: u.missed, Rolls: u.rolls, RollsAnswered: u.rollsAnswered,
	}
}

// figures say how much was compared: a year without excuses proves nothing about them. unsure are entries of which only a part
// was, because the rest hung on seconds.
type figures struct{ excused, pending, officers, elsewhere, lacking, unsure int }

// differs says in what an entry of the derived attendance is not the truth, empty when in nothing.
func (f *figures) differs(c call, u *unit, session attendance.Session, e attendance.Entry, seats map[string][]sitting) string {
	if e.Calls != u.calls || e.Answered != u.answered || e.Missed != u.missed || e.Rolls != u.rolls || e.RollsAnswered != u.rollsAnswered {
		return fmt.Sprintf("calls %d/%d/%d, rolls %d/%d, not %d/%d/%d, %d/%d", e.Calls, e.Answered, e.Missed, e.Rolls, e.RollsAnswered,
			u.calls, u.answered, u.missed, u.rolls, u.rollsAnswered)
	}
	here, _, _, _ := c.walk(u)
	var want time.Duration
	for _, h := range here {
		want += h.to.Sub(h.from)
	}
	present := time.Duration(e.PresentSeconds) * time.Second
	if off := (present - want).Abs(); off > time.Second+c.slack {
		return fmt.Sprintf("%v present, not %v", present, want)
	}
	if what := c.officersDiffer(u, e, seats); what != "" {
		return what
	}
	if what := c.lacksDiffer(u, here, e.Lacks); what != "" {
		return what
	}
	if len(e.Lacks) > 0 {
		f.lacking++
	}
	f.officers += len(e.Officers)
	for _, o := range e.Officers {
		if o.Elsewhere != "" {
			f.elsewhere++
		}
	}
	return f.lapsesDiffer(c, u, session, e)
}

func (f *figures) lapsesDiffer(c call, u *unit, session attendance.Session, e attendance.Entry) string {
	tolerance := 3*time.Second + c.slack
	w := c.expect(u, tolerance)
	if w != c.expect(u, -tolerance) {
		f.unsure++
		return ""
	}
	if w.excused != (attendance.Lapses{}) || w.gaps[isExcused] > 0 {
		f.excused++
	}
	if w.pending != (attendance.Lapses{}) || w.gaps[isPending] > 0 {
		f.pending++
	}
	got := expected{status: e.Status, leftEarly: e.LeftEarly, excused: e.ExcusedLapses, pending: e.PendingLapses}
	got.gaps[counts], got.gaps[isExcused], got.gaps[isPending] = e.Gaps()
	if got != w {
		return fmt.Sprintf("%+v, not %+v", got, w)
	}
	var tally attendance.Tally
	tally.Add(session, e)
	want := c.tally(w, u, e.PresentSeconds)
	if len(e.Lacks) > 0 {
		want.Lacking = 1
	}
	if tally != want {
		return fmt.Sprintf("tally %+v, not %+v", tally, want)
	}
	return ""
}
