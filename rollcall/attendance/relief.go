package attendance

import (
	"slices"
	"time"

	"muster/rollcall"
)

// interval is a span of time with an end.
type interval struct{ from, to time.Time }

// forever ends what has no end of its own.
func forever() time.Time { return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }

// away is a time without the unit. line says that its line may be the reason: a page that was closed has another.
type away struct {
	interval
	line bool
}

// ofTheLine says whether a unit left because its line failed.
func ofTheLine(reason string) bool {
	return reason == rollcall.LeftTimeout || reason == rollcall.LeftLost
}

// relief is when a unit need not be there.
type relief struct {
	free  []interval // excused, whatever it was away for
	line  []interval // excused, if it was away because of its line
	maybe []interval // like line, once somebody finds that the suspected line fault was one
}

// reliefOf collects what was approved for a seat, and the faults of its line that nobody has judged.
func reliefOf(seat *rollcall.Seat, faults []rollcall.Fault) relief {
	var r relief
	for _, x := range seat.Excuses {
		i := interval{x.From, x.To}
		if x.From.IsZero() {
			i.to = forever()
		}
		if x.Reason == rollcall.ExcuseLine {
			r.line = append(r.line, i)
		} else {
			r.free = append(r.free, i)
		}
	}
	for _, f := range faults {
		open := f.State == rollcall.FaultIsOpen || f.State == rollcall.FaultIsOver
		if !open || !slices.Contains(f.Units, seat.Unit.Code) {
			continue
		}
		to := f.To
		if to.IsZero() {
			to = forever()
		}
		r.maybe = append(r.maybe, interval{f.From, to})
	}
	return r
}

// judge says whether an absence is excused from its begin to its end, or would be with what is not judged yet.
func (r relief) judge(a away) (excused, pending bool) {
	spans := slices.Clone(r.free)
	if a.line {
		spans = append(spans, r.line...)
	}
	if covers(spans, a.interval) {
		return true, false
	}
	return false, a.line && len(r.maybe) > 0 && covers(append(spans, r.maybe...), a.interval)
}

// time is the time that does not count for a unit with these absences: free time whether it was there or not, and of a line's
// fault what it was away for.
func (r relief) time(aways []away, maybe bool) []interval {
	out, line := slices.Clone(r.free), r.line
	if maybe {
		line = append(slices.Clone(r.line), r.maybe...)
	}
	for _, a := range aways {
		if !a.line {
			continue
		}
		for _, l := range line {
			if i := (interval{rollcall.Later(a.from, l.from), earlier(a.to, l.to)}); i.from.Before(i.to) {
				out = append(out, i)
			}
		}
	}
	return out
}

// covers says whether spans leave nothing of an interval, all together.
func covers(spans []interval, i interval) bool {
	at := i.from
	for _, s := range sorted(spans) {
		if s.from.After(at) {
			return false
		}
		if at = rollcall.Later(at, s.to); !at.Before(i.to) {
			return true
		}
	}
	return false
}

// overlap is how much of an interval spans cover, all together.
func overlap(spans []interval, i interval) time.Duration {
	var sum time.Duration
	at := i.from
	for _, s := range sorted(spans) {
		from, to := rollcall.Later(at, s.from), earlier(i.to, s.to)
		if from.Before(to) {
			sum += to.Sub(from)
			at = to
		}
	}
	return sum
}

func sorted(spans []interval) []interval {
	return slices.SortedFunc(slices.Values(spans), func(a, b interval) int { return a.from.Compare(b.from) })
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
