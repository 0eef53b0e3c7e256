package incident

import (
	"slices"
	"time"
)

// Clock is one deadline of the three-clear rules 三清.
type Clock string

// The clocks. The first three make 警情日清零, the others 立案月清仓 and 积案季清底.
const (
	ClockHandled  Clock = "handled"  // handled and fed back
	ClockAccepted Clock = "accepted" // a crime is accepted as a case
	ClockEvidence Clock = "evidence" // an accepted case has its evidence
	ClockMonth    Clock = "month"    // a filed case is worked off by the end of the month of its filing
	ClockQuarter  Clock = "quarter"  // and at the very last by the end of the quarter
)

// Limits are the figures of the clocks. Apart from the evidence within 24 hours they are assumed, hence configurable.
type Limits struct {
	Handled  time.Duration // from the report
	Accepted time.Duration // from the report
	Evidence time.Duration // from the acceptance
	Required []string      // the evidence that an accepted case must have
	Zone     *time.Location
}

// DefaultLimits are the figures used unless an administrator says otherwise.
func DefaultLimits(zone *time.Location) Limits {
	const day = 24 * time.Hour
	return Limits{Handled: day, Accepted: day, Evidence: day, Required: []string{"询问笔录", "证人证言", "现场勘察"}, Zone: zone}
}

// Overdue lists the clocks that an incident breaks at a moment, in their order.
func (l Limits) Overdue(n Incident, now time.Time) []Clock {
	var broken []Clock
	check := func(clock Clock, done bool, deadline time.Time) {
		if !done && now.After(deadline) {
			broken = append(broken, clock)
		}
	}
	closed := n.Status == "closed"
	check(ClockHandled, closed || !n.FedBackAt.IsZero(), n.ReportedAt.Add(l.Handled))
	if n.Criminal {
		check(ClockAccepted, closed || !n.AcceptedAt.IsZero(), n.ReportedAt.Add(l.Accepted))
	}
	if !n.AcceptedAt.IsZero() {
		check(ClockEvidence, closed || l.complete(n.Evidence), n.AcceptedAt.Add(l.Evidence))
	}
	if !n.FiledAt.IsZero() {
		filed := n.FiledAt.In(l.Zone)
		quarter := filed.Month() - (filed.Month()-1)%3
		check(ClockMonth, closed, time.Date(filed.Year(), filed.Month()+1, 1, 0, 0, 0, 0, l.Zone))
		check(ClockQuarter, closed, time.Date(filed.Year(), quarter+3, 1, 0, 0, 0, 0, l.Zone))
	}
	return broken
}

func (l Limits) complete(evidence []string) bool {
	return !slices.ContainsFunc(l.Required, func(piece string) bool { return !slices.Contains(evidence, piece) })
}
