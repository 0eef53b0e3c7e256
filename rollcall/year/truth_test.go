package year

import (
	"fmt"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

// unit is what the simulation knows of a unit on one morning: it is not read from any journal.
type unit struct {
	code    string
	plan    string
	stays   []stay
	excused bool

	calls, answered, missed int
	conn                    int  // the page that holds the seat
	entering                bool // it was about to come back when the server was killed
}

// stay is a presence; to is zero while it lasts.
type stay struct{ from, to time.Time }

func (u *unit) here() bool { return len(u.stays) > 0 && u.stays[len(u.stays)-1].to.IsZero() }

func (u *unit) page() string { return fmt.Sprintf("%s/%d", u.code, u.conn) }

func (u *unit) entered(at time.Time) {
	if !u.here() {
		u.stays = append(u.stays, stay{from: at})
	}
}

func (u *unit) left(at time.Time) {
	if u.here() {
		u.stays[len(u.stays)-1].to = at
	}
}

// call is the morning as it was held.
type call struct {
	begun, ended time.Time
	rules        rollcall.Rules
	planned      time.Time
	slack        time.Duration // by how much seconds may differ: a kill loses up to a second, a clock that is set its step
}

// expected is what the truth adds up to, computed on its own.
type expected struct {
	status    string
	leftEarly bool
	gaps      int
	present   time.Duration
}

func (c call) expect(u *unit) expected {
	var out expected
	var first, last time.Time
	open := false
	for _, s := range u.stays {
		from, to := s.from, s.to
		if to.IsZero() {
			to, open = c.ended, true
		} else {
			open = false
		}
		if from.Before(c.begun) {
			from = c.begun
		}
		if to.After(c.ended) {
			to, open = c.ended, true
		}
		if !to.After(from) {
			continue
		}
		if first.IsZero() {
			first = from
		} else if from.After(last) {
			out.gaps++
		}
		out.present += to.Sub(from)
		last = to
	}
	late := c.planned
	if c.begun.After(late) {
		late = c.begun
	}
	late = late.Add(c.rules.Grace)
	switch {
	case first.IsZero():
		out.status = attendance.Absent
		if u.excused {
			out.status = attendance.Excused
		}
	case first.After(late):
		out.status = attendance.Late
	default:
		out.status = attendance.OnTime
	}
	out.leftEarly = !first.IsZero() && !open && c.ended.Sub(last) > c.rules.EarlyLeave
	return out
}

// differs says in what an entry of the derived attendance is not the truth, empty when in nothing.
func (c call) differs(u *unit, e attendance.Entry) string {
	want := c.expect(u)
	switch {
	case e.Status != want.status:
		return fmt.Sprintf("status %s, not %s", e.Status, want.status)
	case e.LeftEarly != want.leftEarly:
		return fmt.Sprintf("left early %v", e.LeftEarly)
	case len(e.Interruptions) != want.gaps:
		return fmt.Sprintf("%d interruptions, not %d", len(e.Interruptions), want.gaps)
	case e.Calls != u.calls || e.Answered != u.answered || e.Missed != u.missed:
		return fmt.Sprintf("calls %d/%d/%d, not %d/%d/%d", e.Calls, e.Answered, e.Missed, u.calls, u.answered, u.missed)
	}
	present := time.Duration(e.PresentSeconds) * time.Second
	if off := (present - want.present).Abs(); off > time.Second+c.slack {
		return fmt.Sprintf("%v present, not %v", present, want.present)
	}
	return ""
}
