package rollcall

import "time"

// Yield closes the call, also one that still waits for its begin, because a scheduled one is due and can't open beside it.
type Yield struct {
	Session string // as in Close
	To      Due    // the scheduled call that comes next, zero for none
}

func (c Yield) decide(v *View, m moment) ([]draft, Outcome, error) {
	switch {
	case c.Session != "" && c.Session != v.ID:
		return nil, Outcome{}, nil
	case c.To.WaitingAt.IsZero(), c.To.WaitingAt.After(m.now), v.opens(c.To):
		return nil, Outcome{}, ErrNothingDue
	}
	return decideClose(v, Close{Reason: "replaced"}), Outcome{}, nil
}

// opens says whether the session is the scheduled call itself.
func (v *View) opens(d Due) bool {
	planned := v.PlannedAt
	if !v.Announced.IsZero() {
		planned = v.Announced
	}
	return v.Schedule == d.Schedule && planned.Equal(d.PlannedAt)
}

// cameIn is until when nobody can be late in a call that was opened late: pages need a moment to come in, like after a restart.
func (v *View) cameIn() time.Time {
	if v.Late.IsZero() {
		return time.Time{}
	}
	return v.OpenedAt.Add(v.Rules.ReturnWithin)
}
