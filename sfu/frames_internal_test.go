package sfu

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestFrameWatch(t *testing.T) {
	type in struct {
		seq            int64
		ts             uint32
		begins, marker bool
	}
	for _, x := range []struct {
		name    string
		packets []in
		whole   bool // whether the last of them completes a picture
	}{
		{"one packet", []in{{1, 10, true, true}}, true},
		{"two packets", []in{{1, 10, true, false}, {2, 10, false, true}}, true},
		{"in the wrong order", []in{{2, 10, false, true}, {1, 10, true, false}}, true},
		{"no end", []in{{1, 10, true, false}, {2, 10, false, false}}, false},
		{"no beginning", []in{{2, 10, false, true}, {4, 20, false, true}}, false},
		{"a hole", []in{{1, 10, true, false}, {3, 10, false, true}}, false},
		{"a hole that is filled", []in{{1, 10, true, false}, {3, 10, false, true}, {4, 20, true, false}, {2, 10, false, false}}, true},
		{"the beginning is behind an end", []in{{1, 10, true, true}, {2, 20, false, false}, {3, 20, false, true}}, true},
		{"the picture before is known by its end only", []in{{2, 10, false, true}, {3, 20, false, true}}, true},
		{"that end comes last", []in{{3, 20, false, true}, {2, 10, false, true}}, true},
		{"the picture before has no end", []in{{1, 10, true, false}, {2, 20, false, true}}, false},
	} {
		var w frameWatch
		whole := false
		for _, p := range x.packets {
			whole = w.add(p.seq, p.ts, p.begins, p.marker)
		}
		if whole != x.whole {
			t.Errorf("%s: whole is %v", x.name, whole)
		}
	}
}

// TestFrameWatchFindsEveryWholeFrame shuffles neighbours and loses some packets: a frame is whole if and only if all of them came.
func TestFrameWatchFindsEveryWholeFrame(t *testing.T) {
	type packet struct {
		seq            int64
		ts             uint32
		begins, marker bool
		at             float64
	}
	want, got := map[uint32]bool{}, map[uint32]bool{}
	var all []packet
	seq := int64(100)
	for i := range 5000 {
		n, ts := 1+rand.IntN(6), uint32(i*3000)
		want[ts] = true
		for k := range n {
			p := packet{seq, ts, k == 0, k == n-1, float64(seq) + rand.Float64()*4}
			seq++
			if rand.IntN(40) == 0 {
				delete(want, ts)
				continue
			}
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b packet) int { return cmp.Compare(a.at, b.at) })
	var w frameWatch
	for _, p := range all {
		if w.add(p.seq, p.ts, p.begins, p.marker) {
			got[p.ts] = true
		}
	}
	for ts := range want {
		if !got[ts] {
			t.Errorf("the frame of %d was not found", ts)
		}
	}
	if len(got) > len(want) {
		t.Errorf("%d frames were found, %d are whole", len(got), len(want))
	}
}
