package main

import (
	"slices"
	"time"

	"muster/sfu/sfutest"
)

// showing is what a decoder could show of what arrived: a frame when it and all since the last keyframe are whole.
type showing struct {
	times []time.Time // ascending
	shown int
	sent  int // frames from the first to the last that arrived
	last  time.Time
}

// arrival is one frame.
type arrival struct {
	keyframe bool
	parts    map[int]bool
	of       int
	whole    time.Time // zero while parts are missing
}

func (e *end) seen() showing { return show(e.client.Recording("main").Packets()) }

func show(packets []sfutest.Packet) showing {
	frames := map[uint32]*arrival{}
	var numbers []uint32
	for _, p := range packets {
		f := frames[p.Frame]
		if f == nil {
			f = &arrival{parts: map[int]bool{}, of: p.Parts}
			frames[p.Frame] = f
			numbers = append(numbers, p.Frame)
		}
		f.keyframe = f.keyframe || p.Keyframe
		if !f.parts[p.Part] {
			f.parts[p.Part] = true
			if len(f.parts) == f.of {
				f.whole = p.At
			}
		}
	}
	var out showing
	if len(numbers) == 0 {
		return out
	}
	slices.Sort(numbers)
	out.sent = int(numbers[len(numbers)-1]-numbers[0]) + 1
	decodes, before := false, numbers[0]
	for _, n := range numbers {
		f := frames[n]
		switch {
		case f.whole.IsZero():
			decodes = false
		case f.keyframe:
			decodes = true
		case n != before+1:
			decodes = false
		}
		before = n
		if decodes {
			if f.whole.After(out.last) {
				out.last = f.whole // a late frame holds up those behind it
			}
			out.times = append(out.times, out.last)
		}
	}
	out.shown = len(out.times)
	return out
}

func (s showing) longestGap() time.Duration {
	var longest time.Duration
	for i := 1; i < len(s.times); i++ {
		longest = max(longest, s.times[i].Sub(s.times[i-1]))
	}
	return longest
}

func (s showing) perMille() int { return 1000 * s.shown / max(s.sent, 1) }

// firstAfter is when the first frame was shown after a moment, zero when none was.
func (s showing) firstAfter(at time.Time) time.Time {
	for _, t := range s.times {
		if t.After(at) {
			return t
		}
	}
	return time.Time{}
}
