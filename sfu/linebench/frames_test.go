package main

import (
	"testing"
	"time"

	"muster/sfu/sfutest"
)

// TestShow: what arrived can be shown from a keyframe on, as long as every frame is whole and none is missing.
func TestShow(t *testing.T) {
	start := time.Unix(1000, 0)
	packet := func(ms int, frame uint32, part int, key bool) sfutest.Packet {
		return sfutest.Packet{At: start.Add(time.Duration(ms) * time.Millisecond), Frame: frame, Part: part, Parts: 2, Keyframe: key && part == 0}
	}
	whole := func(ms int, frame uint32, key bool) []sfutest.Packet {
		return []sfutest.Packet{packet(ms, frame, 0, key), packet(ms, frame, 1, key)}
	}
	join := func(all ...[]sfutest.Packet) (out []sfutest.Packet) {
		for _, a := range all {
			out = append(out, a...)
		}
		return out
	}
	for _, x := range []struct {
		name    string
		packets []sfutest.Packet
		shown   int
		gap     time.Duration
	}{
		{"nothing", nil, 0, 0},
		{"no keyframe", whole(0, 1, false), 0, 0},
		{"a stream", join(whole(0, 1, true), whole(40, 2, false), whole(80, 3, false)), 3, 40 * time.Millisecond},
		{"a frame is late", join(whole(0, 1, true), whole(80, 3, false), whole(100, 2, false), whole(120, 4, false)), 4, 100 * time.Millisecond},
		{"a part is missing", join(whole(0, 1, true), whole(40, 2, false)[:1], whole(80, 3, false), whole(120, 4, true)), 2, 120 * time.Millisecond},
		{"a frame is missing", join(whole(0, 1, true), whole(80, 3, false), whole(120, 4, true)), 2, 120 * time.Millisecond},
		{"a packet came twice", join(whole(0, 1, true), whole(40, 2, false), whole(90, 2, false)), 2, 40 * time.Millisecond},
	} {
		if s := show(x.packets); s.shown != x.shown || s.longestGap() != x.gap {
			t.Errorf("%s: %d frames shown, longest gap %v", x.name, s.shown, s.longestGap())
		}
	}
}
