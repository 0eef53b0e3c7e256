package year

import (
	"fmt"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

// lacksDiffer says in what the lacks of a unit are not the truth: all the time that it was there, or never. A kill may cost those
// seconds in which nobody had noted them yet, and time away that is short belongs to the lack.
func (c call) lacksDiffer(u *unit, here []span, lacks []attendance.Lack) string {
	if !u.blind && len(lacks) > 0 {
		return fmt.Sprintf("it lacks %+v, and had all", lacks)
	}
	if !u.blind {
		return ""
	}
	var there, noted time.Duration
	for _, h := range here {
		var covered time.Duration
		for _, l := range lacks {
			if l.Device != rollcall.LackCamera || l.What != "none" {
				return fmt.Sprintf("it lacks %+v", l)
			}
			covered += overlap(h, span{l.From, l.To})
		}
		there += h.to.Sub(h.from)
		if open := h.to.Sub(h.from) - covered; open > time.Minute+c.slack {
			return fmt.Sprintf("%v of its time without a camera are not noted: %+v in %+v", open, lacks, h)
		}
	}
	for _, l := range lacks {
		noted += l.To.Sub(l.From)
	}
	if more := noted - there; more > time.Duration(len(here))*rollcall.LackEnds+c.slack {
		return fmt.Sprintf("%v too much is noted: %+v", more, lacks)
	}
	return ""
}

func overlap(a, b span) time.Duration {
	from, to := a.from, a.to
	if b.from.After(from) {
		from = b.from
	}
	if b.to.Before(to) {
		to = b.to
	}
	return max(0, to.Sub(from))
}
