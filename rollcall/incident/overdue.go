package incident

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Overdue is a unit's work that breaks a clock of the three-clear rules: a reason to call it.
type Overdue struct {
	Unit   string // code of the unit that handles the incidents
	Count  int
	Oldest time.Time // when the oldest of them was reported
	Clocks []Clock   // that are broken, in their order
}

// Overdue lists the units with overdue work at a moment, those with the most first.
func (d Dossiers) Overdue(ctx context.Context, at time.Time) ([]Overdue, error) {
	zone, err := d.zone()
	if err != nil {
		return nil, fmt.Errorf("overdue work: %w", err)
	}
	list, err := d.Store.Unfinished(ctx, at.Add(-back), at)
	if err != nil {
		return nil, fmt.Errorf("overdue work: %w", err)
	}
	return overdueOf(list, at, DefaultLimits(zone)), nil
}

func overdueOf(list []Incident, at time.Time, limits Limits) []Overdue {
	units := map[string]*Overdue{}
	for _, n := range list {
		broken := limits.Overdue(n, at)
		if len(broken) == 0 {
			continue
		}
		o := units[n.Unit]
		if o == nil {
			o = &Overdue{Unit: n.Unit, Oldest: n.ReportedAt}
			units[n.Unit] = o
		}
		o.Count++
		o.Clocks = append(o.Clocks, broken...)
		if n.ReportedAt.Before(o.Oldest) {
			o.Oldest = n.ReportedAt
		}
	}
	out := make([]Overdue, 0, len(units))
	for _, o := range units {
		o.Clocks = inOrder(o.Clocks)
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b Overdue) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), a.Oldest.Compare(b.Oldest), cmp.Compare(a.Unit, b.Unit))
	})
	return out
}

// inOrder names each clock once, in the order of the rules.
func inOrder(clocks []Clock) []Clock {
	var out []Clock
	for _, c := range []Clock{ClockHandled, ClockAccepted, ClockEvidence, ClockMonth, ClockQuarter} {
		if slices.Contains(clocks, c) {
			out = append(out, c)
		}
	}
	return out
}
