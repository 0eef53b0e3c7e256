package rollcall

import "time"

// keepFor is how long a host's word keeps a forgotten call open.
const keepFor = time.Hour

// Postpone moves the begin of a call that waits; lateness counts from the new one.
type Postpone struct {
	To     time.Time
	Reason string
	day    *newDay // what the director knows of it when the call is postponed past midnight
}

// Cancel ends a call that has not begun: it counts nowhere.
type Cancel struct{ Reason string }

// Keep keeps a call open that the rules are about to close as forgotten.
type Keep struct{}

// Dismiss lets units leave before the end of the call: leaving is no early leave then. No units = all.
type Dismiss struct{ Units []string }

// SessionPostponed says that the call begins at another time.
type SessionPostponed struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Reason string    `json:"reason"`
	// Calendar is what SessionOpened has, of the day that it was postponed to; empty for the same day.
	Calendar string `json:"calendar,omitempty"`
}

// SessionCancelled says why there is no call; SessionClosed follows.
type SessionCancelled struct {
	Reason string `json:"reason"`
}

// SessionKept says that the host keeps the call open.
type SessionKept struct {
	Until time.Time `json:"until"`
}

// UnitsDismissed says that units may leave.
type UnitsDismissed struct {
	Units []string `json:"units"`
}

func (c Postpone) decide(v *View, m moment) ([]draft, Outcome, error) {
	switch {
	case v.Phase != Waiting:
		return nil, Outcome{}, ErrBegun
	case !c.To.After(m.now) || c.To.After(m.now.Add(24*time.Hour)):
		return nil, Outcome{}, ErrBadTime
	case c.Reason == "":
		return nil, Outcome{}, ErrNoReason
	}
	to := c.To.UTC().Truncate(time.Second)
	if to.Equal(v.PlannedAt) {
		return nil, Outcome{}, nil
	}
	postponed := SessionPostponed{From: v.PlannedAt, To: to, Reason: c.Reason}
	if c.day == nil {
		return []draft{{KindSessionPostponed, postponed}}, Outcome{}, nil
	}
	postponed.Calendar = c.day.calendar
	return append([]draft{{KindSessionPostponed, postponed}}, v.replanned(c.day)...), Outcome{}, nil
}

func (c Cancel) decide(v *View, _ moment) ([]draft, Outcome, error) {
	switch {
	case v.Phase != Waiting:
		return nil, Outcome{}, ErrBegun
	case c.Reason == "":
		return nil, Outcome{}, ErrNoReason
	}
	return []draft{{KindSessionCancelled, SessionCancelled(c)}, {KindSessionClosed, SessionClosed{Reason: "cancelled"}}}, Outcome{}, nil
}

func (Keep) decide(v *View, m moment) ([]draft, Outcome, error) {
	if v.Phase != Open {
		return nil, Outcome{}, ErrNotBegun
	}
	return []draft{{KindSessionKept, SessionKept{Until: m.now.Add(keepFor)}}}, Outcome{}, nil
}

func (c Dismiss) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if v.Phase != Open {
		return nil, Outcome{}, ErrNotBegun
	}
	units := c.Units
	if len(units) == 0 {
		units = codes(v.Roster)
	}
	units, err := v.known(units)
	if err != nil {
		return nil, Outcome{}, err
	}
	var fresh []string
	for _, u := range units {
		if v.Seats[u].DismissedAt.IsZero() {
			fresh = append(fresh, u)
		}
	}
	if len(fresh) == 0 {
		return nil, Outcome{}, nil
	}
	return []draft{{KindUnitsDismissed, UnitsDismissed{Units: fresh}}}, Outcome{}, nil
}

func foldPostponed(v *View, _ Event, d SessionPostponed) error {
	if v.Announced.IsZero() {
		v.Announced = d.From
	}
	v.PlannedAt, v.Reason = d.To, d.Reason
	return nil
}

func foldCancelled(v *View, _ Event, d SessionCancelled) error {
	v.Reason = d.Reason
	return nil
}

func foldKept(v *View, _ Event, d SessionKept) error {
	v.KeptUntil = d.Until
	return nil
}

func foldDismissed(v *View, e Event, d UnitsDismissed) error {
	return v.eachSeat(d.Units, func(s *Seat) { s.DismissedAt, s.HandAt = e.At, time.Time{} })
}

// PlannedEnd is when the call is planned to end, zero when nobody planned it: counted, like lateness, from the planned begin or
// from the begin, if that came later.
func (v *View) PlannedEnd() time.Time {
	if v.Rules.Length <= 0 {
		return time.Time{}
	}
	return v.countsFrom().Add(v.Rules.Length)
}

// ClosesAt is when the rules will close the call as forgotten, zero when they won't. Pages warn before it comes.
func (v *View) ClosesAt() time.Time {
	if v.Phase != Open {
		return time.Time{}
	}
	var closes time.Time
	if v.Rules.CloseAfter > 0 {
		closes = v.BegunAt.Add(v.Rules.CloseAfter)
		if end := v.PlannedEnd(); !end.IsZero() {
			closes = end.Add(v.Rules.CloseAfter)
		}
	}
	if since := v.emptySince(); v.Rules.CloseEmpty > 0 && !since.IsZero() {
		if empty := since.Add(v.Rules.CloseEmpty); closes.IsZero() || empty.Before(closes) {
			closes = empty
		}
	}
	if !closes.IsZero() && closes.Before(v.KeptUntil) {
		return v.KeptUntil
	}
	return closes
}

// lastLife is until when presence counts in a call that was forgotten: the last thing that a host did in it, or the moment
// from which it stood empty. Sitting in a call that nobody holds any more adds no attendance.
func (v *View) lastLife() time.Time {
	last := v.BegunAt
	if v.HostAt.After(last) {
		last = v.HostAt
	}
	if empty := v.emptySince(); !empty.IsZero() && empty.Before(last) {
		last = empty
	}
	return last
}
