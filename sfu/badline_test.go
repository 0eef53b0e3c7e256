package sfu_test

import (
	"slices"
	"testing"
	"time"

	"muster/sfu"
	"muster/sfu/sfutest"
)

func (w *world) relay() *sfutest.Relay {
	w.t.Helper()
	r, err := sfutest.NewRelay(w.server.Port())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(r.Close)
	return r
}

// complete counts the frames of which every packet came, among those up to the last.
func complete(packets []sfutest.Packet) (whole, all int) {
	parts := map[uint32]map[uint16]bool{}
	first, last := uint32(0), uint32(0)
	for _, p := range packets {
		if parts[p.Frame] == nil {
			parts[p.Frame] = map[uint16]bool{}
		}
		parts[p.Frame][p.Seq] = true
		if first == 0 || p.Frame < first {
			first = p.Frame
		}
		last = max(last, p.Frame)
	}
	for _, seqs := range parts {
		if len(seqs) == 2 {
			whole++
		}
	}
	return whole, int(last-first) + 1
}

// TestABadLineIsRepaired loses, repeats and reorders packets on both ways between publisher and server, and server and viewer.
func TestABadLineIsRepaired(t *testing.T) {
	w := newWorld(t)
	up, down := w.relay(), w.relay()
	a := w.joinWith("a", []sfu.Line{camera("A")}, sfutest.Options{Via: up})
	viewer := w.joinWith("viewer", []sfu.Line{viewing("main")}, sfutest.Options{Via: down})
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
	a.Publisher("camera").Start(30)
	main := viewer.Recording("main")
	w.eventually(viewer, "A is shown", func() bool { return main.Len() > 10 })
	for _, r := range []*sfutest.Relay{up, down} {
		r.Loss.Store(50_000)
		r.Twice.Store(20_000)
		r.Delay.Store(int64(20 * time.Millisecond))
		r.Jitter.Store(int64(5 * time.Millisecond))
	}
	w.eventually(viewer, "500 packets came over the bad line", func() bool { return main.Len() > 500 })
	for _, r := range []*sfutest.Relay{up, down} {
		r.Loss.Store(0)
	}
	n := main.Len()
	w.eventually(viewer, "what was lost last is repaired", func() bool { return main.Len() > n+60 })
	whole, all := complete(main.Packets())
	// Without repair a frame of two packets survives two such lines with 0.95^4 = 81 %.
	if all < 200 || whole*100 < all*97 {
		t.Errorf("%d of %d frames are whole", whole, all)
	}
	t.Logf("%d of %d frames are whole, %+v", whole, all, w.room.Stats())
}

// TestAPictureComesBackAfterDarkness cuts the line to publisher and viewer for longer than a picture can be repaired.
func TestAPictureComesBackAfterDarkness(t *testing.T) {
	w := newWorld(t)
	line := w.relay()
	a := w.joinWith("a", []sfu.Line{camera("A")}, sfutest.Options{Via: line})
	viewer := w.joinWith("viewer", []sfu.Line{viewing("main")}, sfutest.Options{Via: line})
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
	a.Publisher("camera").Start(30)
	main := viewer.Recording("main")
	w.eventually(viewer, "A is shown", func() bool { return main.Len() > 10 })
	line.Dark.Store(true)
	time.Sleep(2 * time.Second)
	n := main.Len()
	line.Dark.Store(false)
	w.eventually(viewer, "the picture is back", func() bool { return main.Len() > n+30 })
	back := main.Packets()[n:]
	if !slices.ContainsFunc(back, func(p sfutest.Packet) bool { return p.Keyframe }) {
		t.Error("the picture did not begin again with a keyframe")
	}
	// What was lost in the dark may still come by retransmission; behind it all is in order again.
	checkContinuous(t, back[len(back)-10:])
}
