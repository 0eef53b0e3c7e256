package attendance

import (
	"time"

	"muster/rollcall"
)

// lastHere is when a unit left for good, at the latest the end of the call; zero while it is there.
func lastHere(stays []stay, view *rollcall.View) time.Time {
	end := view.EndedAt
	if end.IsZero() {
		end = view.ClosedAt
	}
	var left time.Time
	if n := len(stays); n > 0 {
		left = stays[n-1].to
	}
	if left.IsZero() || !end.IsZero() && end.Before(left) {
		return end
	}
	return left
}

// officers lists who sat at a seat. Nobody signs out who closes the page: an officer's time ends with the unit's.
func officers(seat *rollcall.Seat, last time.Time) []SignedIn {
	var out []SignedIn
	for _, o := range seat.Officers {
		to := o.To
		if !last.IsZero() && (to.IsZero() || to.After(last)) {
			to = rollcall.Later(o.From, last) // who came after the end was there for no time
		}
		out = append(out, SignedIn{Officer: o.Officer, From: o.From, To: to})
	}
	return out
}

// markElsewhere marks officers who were signed in at two units at once: one of the two seats was not theirs.
func markElsewhere(entries []Entry) {
	type seat struct {
		unit    string
		officer *SignedIn
	}
	seats := map[string][]seat{} // by police number
	for _, e := range entries {
		for i := range e.Officers {
			o := &e.Officers[i]
			for _, other := range seats[o.Number] {
				if other.unit != e.Unit.Code && atOnce(*o, *other.officer) {
					o.Elsewhere, other.officer.Elsewhere = other.unit, e.Unit.Code
				}
			}
			seats[o.Number] = append(seats[o.Number], seat{e.Unit.Code, o})
		}
	}
}

func atOnce(a, b SignedIn) bool {
	end := func(o SignedIn) time.Time {
		if o.To.IsZero() {
			return forever()
		}
		return o.To
	}
	return a.From.Before(end(b)) && b.From.Before(end(a))
}
