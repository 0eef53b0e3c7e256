package rollcall

import (
	"maps"
	"time"
)

// Verdicts of a seat as it stands at a moment. Attendance computes the final ones.
const (
	VerdictPending = "pending"
	VerdictOnTime  = "on_time"
	VerdictLate    = "late"
	VerdictAbsent  = "absent"
)

// LateAfter is the moment from which entering is late: Grace after the planned time, or after the begin if that came later.
// It is zero while neither is known to have passed, that is before a call that waits for its host.
func (v *View) LateAfter() time.Time {
	late, in := v.countsFrom().Add(v.Rules.Grace), v.cameIn()
	if in.After(late) {
		return in
	}
	return late
}

// countsFrom is the planned time, or the begin if that came later.
func (v *View) countsFrom() time.Time {
	if v.BegunAt.After(v.PlannedAt) {
		return v.BegunAt
	}
	return v.PlannedAt
}

// verdict says what a seat's first entry adds up to at a moment.
func (v *View) verdict(s *Seat, now time.Time) string {
	late := v.LateAfter()
	switch {
	case !s.FirstAt.IsZero() && s.FirstAt.After(late):
		return VerdictLate
	case !s.FirstAt.IsZero():
		return VerdictOnTime
	case v.Phase != Waiting && now.After(late):
		return VerdictAbsent
	}
	return VerdictPending
}

// judged returns the view with every seat's verdict as of now, and itself when none changed.
func (v *View) judged(now time.Time) *View {
	var next *View
	for unit, s := range v.Seats {
		verdict := v.verdict(s, now)
		if verdict == s.Verdict {
			continue
		}
		if next == nil {
			copied := *v
			copied.Seats = maps.Clone(v.Seats)
			next = &copied
		}
		changed := *s
		changed.Verdict = verdict
		next.Seats[unit] = &changed
	}
	if next == nil {
		return v
	}
	return next
}
