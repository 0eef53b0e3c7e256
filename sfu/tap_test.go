package sfu_test

import (
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"muster/sfu"
)

func TestTapHearsWhatIsForwarded(t *testing.T) {
	w := newWorld(t)
	var mu sync.Mutex
	var seqs []int64
	begun := false
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(seqs)
	}
	keyframe, stop := w.room.Tap("A", func(p sfu.TapPacket) {
		mu.Lock()
		defer mu.Unlock()
		if len(seqs) == 0 {
			begun = p.Keyframe
		}
		seqs = append(seqs, p.Seq)
	})
	a := w.join("a", []sfu.Line{camera("A")}) // after the tap: it is found all the same
	e := a.Publisher("camera").Encoding("")
	a.Publisher("camera").Start(30)
	w.eventually(a, "packets are tapped", func() bool { return count() > 20 })
	before := e.Requests()
	keyframe()
	w.eventually(a, "the keyframe is asked for", func() bool { return e.Requests() > before })
	stop()
	n := count()
	viewer := w.join("viewer", []sfu.Line{viewing("main")})
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
	w.eventually(viewer, "A is shown", func() bool { return viewer.Recording("main").Len() > 20 })
	mu.Lock()
	defer mu.Unlock()
	if len(seqs) > n+2 { // one that was on its way
		t.Errorf("%d packets were tapped after the end", len(seqs)-n)
	}
	if !begun {
		t.Error("the first packet is no keyframe's")
	}
	for i := 1; i < len(seqs); i++ {
		if seqs[i] != seqs[i-1]+1 {
			t.Fatalf("packet %d follows %d", seqs[i], seqs[i-1])
		}
	}
}

func TestPrepareSwitchesTheBestLayerOn(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{simulcast("A")})
	w.obey(t, a.Publisher("camera"), "l")
	a.Publisher("camera").Start(10)
	w.room.Prepare("A")
	w.obey(t, a.Publisher("camera"), "l", "h")
}

// TestAFloodCostsTheOthersNothing lets one participant send as fast as it can while another is watched.
func TestAFloodCostsTheOthersNothing(t *testing.T) {
	w := newWorld(t)
	a, b := w.join("a", []sfu.Line{camera("A")}), w.join("b", []sfu.Line{camera("B")})
	viewer := w.join("viewer", []sfu.Line{viewing("main")})
	b.Publisher("camera").Start(30)
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "B"}})
	w.eventually(viewer, "B is shown", func() bool { return viewer.Recording("main").Len() > 0 })
	e := a.Publisher("camera").Encoding("")
	main := viewer.Recording("main")
	before := main.Len()
	for w.room.Stats().PacketsFlooded == 0 || main.Len() < before+20 {
		e.Frame(30)
	}
	checkContinuous(t, main.Packets())
}

// TestNothingIsLeftOfThoseWhoLeft joins and leaves many times.
func TestNothingIsLeftOfThoseWhoLeft(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{camera("A")})
	a.Publisher("camera").Start(30)
	visit := func() {
		for _, id := range []sfu.ParticipantID{"v1", "v2", "v3"} {
			v := w.join(id, []sfu.Line{viewing("main"), camera(sfu.SourceID("of " + id))})
			w.room.Show(id, map[string]sfu.Want{"main": {Source: "A"}})
			v.Publisher("camera").Start(30)
			w.eventually(v, "A is shown", func() bool { return v.Recording("main").Len() > 0 })
			w.room.Leave(id)
			if err := v.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	visit()
	settled := func() int { // the least of a while: connections end in the background
		least := runtime.NumGoroutine()
		for range 40 {
			time.Sleep(25 * time.Millisecond)
			least = min(least, runtime.NumGoroutine())
		}
		return least
	}
	before := settled()
	for range 10 {
		visit()
	}
	if after := settled(); after > before+5 {
		t.Errorf("%d goroutines before, %d after 30 visits", before, after)
	}
	if s := w.room.Stats(); s.Participants != 1 || s.Sources != 1 {
		t.Errorf("%+v", s)
	}
}

func TestEgressIsMarked(t *testing.T) {
	if _, err := sfu.New(sfu.Config{DSCP: 64}); err == nil {
		t.Error("a DSCP of 64 was accepted")
	}
	w := newWorldWith(t, sfu.Config{DSCP: 34})
	if !slices.Contains([]sfu.Egress{sfu.Single, sfu.Batched, sfu.Segmented}, w.server.Egress().Way) {
		t.Errorf("packets leave by %q", w.server.Egress().Way)
	}
}
