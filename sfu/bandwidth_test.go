package sfu_test

import (
	"testing"
	"time"

	"github.com/pion/rtcp"

	"muster/sfu"
)

// TestAThinLineGetsASmallerPicture: the viewer says that its line is thin, the picture becomes small and never stops; later it
// says the opposite.
func TestAThinLineGetsASmallerPicture(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{simulcast("A")})
	p := a.Publisher("camera")
	viewer, other := w.join("viewer", []sfu.Line{viewing("main")}), w.join("other", []sfu.Line{viewing("main")})
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
	w.room.Show("other", map[string]sfu.Want{"main": {Source: "A"}})
	p.Encoding("m").Fill(400)
	p.Encoding("h").Fill(1000)
	p.Start(60)
	main := viewer.Recording("main")
	layer := func(rid string) func() bool {
		return func() bool { last, _ := main.Last(); return last.RID == rid }
	}
	w.eventually(viewer, "the best layer is shown", layer("h"))
	stop := make(chan struct{})
	defer close(stop)
	estimate := make(chan float32, 1)
	go func() {
		bitrate := float32(1000) // far below what is sent
		for {
			_ = viewer.PC.WriteRTCP([]rtcp.Packet{&rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: bitrate, SSRCs: []uint32{main.SSRC()}}})
			select {
			case bitrate = <-estimate:
			case <-time.After(200 * time.Millisecond):
			case <-stop:
				return
			}
		}
	}()
	w.eventually(viewer, "a lower layer is shown", layer("l"))
	estimate <- 50_000_000
	w.eventually(viewer, "the best layer is shown again", layer("h"))
	checkContinuous(t, main.Packets())
	checkKeyframes(t, main.Packets())
	if last, _ := other.Recording("main").Last(); last.RID != "h" {
		t.Errorf("the other viewer is shown %q", last.RID)
	}
}

// TestABudgetStepsLayersDown: two viewers share a budget that carries one large picture for both, but not two.
func TestABudgetStepsLayersDown(t *testing.T) {
	w := newWorldWith(t, sfu.Config{Budgets: []sfu.Budget{{Bitrate: 1_200_000}}})
	pubs := map[sfu.SourceID]sfu.ParticipantID{"A": "a", "B": "b"}
	for source, id := range pubs {
		c := w.join(id, []sfu.Line{simulcast(source)})
		for _, rid := range []string{"l", "m", "h"} {
			c.Publisher("camera").Encoding(rid).Pause(false)
		}
		c.Publisher("camera").Encoding("h").Fill(700) // about 340 kbit/s
		c.Publisher("camera").Start(30)
	}
	v1, v2 := w.join("v1", []sfu.Line{viewing("one"), viewing("two")}), w.join("v2", []sfu.Line{viewing("one"), viewing("two")})
	for _, id := range []sfu.ParticipantID{"v1", "v2"} {
		w.room.Show(id, map[string]sfu.Want{"one": {Source: "A"}})
	}
	w.eventually(v1, "one is large", func() bool { last, _ := v1.Recording("one").Last(); return last.RID == "h" })
	for _, id := range []sfu.ParticipantID{"v1", "v2"} {
		w.room.Show(id, map[string]sfu.Want{"two": {Source: "B"}})
	}
	w.events.await(t, func(e sfu.Event) bool { l, ok := e.(sfu.EgressLimited); return ok && l.Limited })
	both := func() bool {
		one, _ := v2.Recording("one").Last()
		two, _ := v2.Recording("two").Last()
		return one.RID != "" && two.RID != "" && (one.RID != "h" || two.RID != "h")
	}
	w.eventually(v2, "not both are large", both)
	for _, id := range []sfu.ParticipantID{"v1", "v2"} {
		w.room.Show(id, map[string]sfu.Want{"two": {}})
	}
	w.events.await(t, func(e sfu.Event) bool { l, ok := e.(sfu.EgressLimited); return ok && !l.Limited })
	w.eventually(v1, "one is large again", func() bool { last, _ := v1.Recording("one").Last(); return last.RID == "h" })
}

// TestALimitIsWhatOneViewerGetsInAll: a viewer with a limit never gets the layer that is above it, what has a lower priority waits,
// and nobody else is touched.
func TestALimitIsWhatOneViewerGetsInAll(t *testing.T) {
	w := newWorld(t)
	line := simulcast("A")
	line.Layers = []sfu.Layer{{RID: "l", MaxBitrate: 60_000}, {RID: "m", MaxBitrate: 250_000}, {RID: "h", MaxBitrate: 700_000}}
	a, b := w.join("a", []sfu.Line{line}), w.join("b", []sfu.Line{camera("B")})
	for rid, fill := range map[string]int{"m": 300, "h": 1000} {
		a.Publisher("camera").Encoding(rid).Fill(fill)
	}
	b.Publisher("camera").Encoding("").Fill(700)
	a.Publisher("camera").Start(30)
	b.Publisher("camera").Start(30)
	first := viewing("main")
	first.Priority = 1
	viewer, other := w.join("viewer", []sfu.Line{first, viewing("side")}), w.join("other", []sfu.Line{first})
	w.room.Limit("viewer", 400_000)
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}, "side": {Source: "B"}})
	w.room.Show("other", map[string]sfu.Want{"main": {Source: "A"}})
	main, side := viewer.Recording("main"), viewer.Recording("side")
	w.eventually(other, "the other viewer gets the best layer", func() bool { last, _ := other.Recording("main").Last(); return last.RID == "h" })
	w.eventually(viewer, "the viewer gets the middle one", func() bool { last, _ := main.Last(); return last.RID == "m" })
	n := main.Len()
	w.eventually(viewer, "it goes on", func() bool { return main.Len() > n+120 })
	for _, p := range main.Packets() {
		if p.RID == "h" {
			t.Fatal("the viewer got the best layer in spite of its limit")
		}
	}
	if side.Len() > 0 {
		t.Errorf("%d packets of the other line came", side.Len())
	}
	w.room.Limit("viewer", 0)
	w.eventually(viewer, "without a limit all of it comes", func() bool { last, _ := main.Last(); return last.RID == "h" && side.Len() > 0 })
	checkContinuous(t, main.Packets())
	checkKeyframes(t, main.Packets())
}
