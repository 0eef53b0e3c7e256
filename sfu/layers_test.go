package sfu_test

import (
	"slices"
	"testing"

	"muster/sfu"
	"muster/sfu/sfutest"
)

// obey makes a publisher switch its encodings on and off as the room wants, as a page does.
func (w *world) obey(t *testing.T, p *sfutest.Publisher, want ...string) {
	t.Helper()
	w.events.await(t, func(e sfu.Event) bool {
		l, ok := e.(sfu.LayersWanted)
		return ok && slices.Equal(l.Active, want)
	})
	for _, rid := range []string{"l", "m", "h"} {
		p.Encoding(rid).Pause(!slices.Contains(want, rid))
	}
}

func TestSimulcastFollowsDemand(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{simulcast("A")})
	viewer := w.join("viewer", []sfu.Line{viewing("main")})
	p := a.Publisher("camera")
	w.obey(t, p, "l")
	p.Start(30)
	main := viewer.Recording("main")
	layer := func(rid string) func() bool {
		return func() bool { last, ok := main.Last(); return ok && last.RID == rid }
	}
	w.events.await(t, func(e sfu.Event) bool {
		s, ok := e.(sfu.SourceChanged)
		return ok && s.Live && slices.Equal(s.Layers, []string{"l"})
	})
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
	w.eventually(viewer, "the low layer is shown while the high one is off", layer("l"))
	w.obey(t, p, "l", "h")
	w.eventually(viewer, "the high layer is shown", layer("h"))
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A", MaxLayer: "m"}})
	w.obey(t, p, "l", "m", "h")
	w.eventually(viewer, "the middle layer is shown", layer("m"))
	w.obey(t, p, "l", "m")
	w.room.Keep("A", "l", "h")
	w.obey(t, p, "l", "m", "h")
	w.room.Keep("A")
	w.room.Show("viewer", map[string]sfu.Want{"main": {}})
	w.obey(t, p)
	checkContinuous(t, main.Packets())
	checkKeyframes(t, main.Packets())
}

func TestFallsBackWhenALayerCeases(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{simulcast("A")})
	viewer := w.join("viewer", []sfu.Line{viewing("main")})
	p := a.Publisher("camera")
	p.Start(30)
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
	main := viewer.Recording("main")
	rid := func() string { last, _ := main.Last(); return last.RID }
	w.eventually(viewer, "h is shown", func() bool { return rid() == "h" })
	p.Encoding("h").Pause(true)
	w.eventually(viewer, "m takes over", func() bool { return rid() == "m" })
	p.Encoding("h").Pause(false)
	w.eventually(viewer, "h is back", func() bool { return rid() == "h" })
	checkContinuous(t, main.Packets())
	checkKeyframes(t, main.Packets())
}

func TestOneLayerPublisherOfAThreeLayerLine(t *testing.T) {
	w := newWorld(t)
	// The client offers no simulcast on a line that allows three layers.
	if err := w.room.Join("a", []sfu.Line{simulcast("A")}, loopback); err != nil {
		t.Fatal(err)
	}
	a := w.negotiate("a", []sfu.Line{camera("A")})
	viewer := w.join("viewer", []sfu.Line{viewing("main")})
	a.Publisher("camera").Start(30)
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A", MaxLayer: "l"}})
	w.eventually(viewer, "the only layer is shown", func() bool { return viewer.Recording("main").Shows("A") })
}

func TestTakeover(t *testing.T) {
	w := newWorld(t)
	old := w.join("old", []sfu.Line{camera("X")})
	viewer := w.join("viewer", []sfu.Line{viewing("main")})
	old.Publisher("camera").Start(30)
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "X"}})
	main := viewer.Recording("main")
	w.eventually(viewer, "X is shown", func() bool { return main.Len() > 10 })

	// A page that was loaded again: the same source, another participant, while the old one still sends.
	fresh := w.join("fresh", []sfu.Line{camera("X")})
	before := main.Len()
	w.eventually(viewer, "the old publisher goes on", func() bool { return main.Len() > before+4 })
	fresh.Publisher("camera").Start(30)
	w.events.await(t, func(e sfu.Event) bool {
		s, ok := e.(sfu.SourceChanged)
		return ok && s.Source == "X" && s.Participant == "fresh" && s.Live
	})
	// Frame numbers begin again at the new publisher.
	restarted := func() bool {
		packets := main.Packets()
		for i := 1; i < len(packets); i++ {
			if packets[i].Frame < packets[i-1].Frame {
				return len(packets) > i+10
			}
		}
		return false
	}
	w.eventually(viewer, "the new publisher is shown", restarted)
	w.room.Leave("old")
	before = main.Len()
	w.eventually(viewer, "it stays", func() bool { return main.Len() > before+10 })
	checkContinuous(t, main.Packets())
	checkNoReturn(t, main.Packets())

	w.room.Leave("fresh")
	w.events.await(t, func(e sfu.Event) bool {
		s, ok := e.(sfu.SourceChanged)
		return ok && s.Source == "X" && !s.Live
	})
}

// checkNoReturn fails when frame numbers go back more than once: when the old publisher came through again.
func checkNoReturn(t *testing.T, packets []sfutest.Packet) {
	t.Helper()
	back := 0
	for i := 1; i < len(packets); i++ {
		if packets[i].Frame+1 < packets[i-1].Frame {
			back++
		}
	}
	if back > 1 {
		t.Fatalf("frames went back %d times", back)
	}
}

func TestKeyframeRequestsAreShared(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{camera("A")})
	lines := make([]sfu.Line, 40)
	for i := range lines {
		lines[i] = viewing("v" + string(rune('A'+i)))
	}
	viewer := w.join("viewer", lines)
	a.Publisher("camera").Start(20)
	w.events.await(t, func(e sfu.Event) bool { s, ok := e.(sfu.SourceChanged); return ok && s.Live })
	want := map[string]sfu.Want{}
	for _, l := range lines {
		want[l.Name] = sfu.Want{Source: "A"}
	}
	w.room.Show("viewer", want)
	w.eventually(viewer, "all lines show A", func() bool {
		for _, l := range lines {
			if !viewer.Recording(l.Name).Shows("A") {
				return false
			}
		}
		return true
	})
	if n := a.Publisher("camera").Encoding("").Requests(); n == 0 || n > 3 {
		t.Errorf("%d keyframe requests for 40 lines that switched together", n)
	}
}
