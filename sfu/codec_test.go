package sfu_test

import (
	"errors"
	"testing"
	"time"

	"muster/sfu"
	"muster/sfu/sfutest"
)

func TestAnUnknownCodecIsRefused(t *testing.T) {
	if _, err := sfu.New(sfu.Config{Codec: "theora"}); err == nil {
		t.Error("a server with an unknown codec was made")
	}
}

// TestH264Room switches between cameras in H.264, with layers, at keyframes.
func TestH264Room(t *testing.T) {
	w := newWorldWith(t, sfu.Config{Codec: sfu.H264})
	h264 := sfutest.Options{Codec: sfu.H264}
	a, b := w.joinWith("a", []sfu.Line{simulcast("A")}, h264), w.joinWith("b", []sfu.Line{camera("B")}, h264)
	viewer := w.joinWith("viewer", []sfu.Line{viewing("main")}, h264)
	a.Publisher("camera").Start(30)
	b.Publisher("camera").Start(30)
	main := viewer.Recording("main")
	for _, source := range []sfu.SourceID{"A", "B", "A"} {
		w.room.Show("viewer", map[string]sfu.Want{"main": {Source: source}})
		n := main.Len()
		w.eventually(viewer, string(source)+" is shown", func() bool { return main.Len() > n+20 && main.Shows(string(source)) })
	}
	packets := main.Packets()
	checkContinuous(t, packets)
	for i, p := range packets {
		if changed := i == 0 || p.Source != packets[i-1].Source || p.RID != packets[i-1].RID; changed && !p.Keyframe {
			t.Fatalf("packet %d: %s %q begins without a keyframe", i, p.Source, p.RID)
		}
	}
	w.events.await(t, func(e sfu.Event) bool {
		s, ok := e.(sfu.SourceChanged)
		return ok && s.Source == "A" && s.Live && !s.NoFrames
	})
	if s := w.room.Stats(); s.FramelessSources != 0 {
		t.Errorf("%d sources without frames", s.FramelessSources)
	}
}

// TestWithoutTheCodecThereIsSound: a participant with another codec hears and is heard, is told, and costs no keyframes.
func TestWithoutTheCodecThereIsSound(t *testing.T) {
	w := newWorldWith(t, sfu.Config{Codec: sfu.H264})
	a := w.joinWith("a", []sfu.Line{microphone("M"), camera("A")}, sfutest.Options{Codec: sfu.H264})
	a.Publisher("microphone").Start(50)
	a.Publisher("camera").Start(30)
	lines := []sfu.Line{microphone("OM"), camera("OA"), viewing("main"), hearing("sound")}
	if err := w.room.Join("old", lines, loopback); err != nil {
		t.Fatal(err)
	}
	old, err := sfutest.New(lines, sfutest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	offer, err := old.Offer()
	if err != nil {
		t.Fatal(err)
	}
	w.room.Show("old", map[string]sfu.Want{"main": {Source: "A"}, "sound": {Source: "M"}})
	answer, err := w.room.Answer(t.Context(), "old", offer)
	if err != nil || !answer.SoundOnly {
		t.Fatalf("sound only: %v, error %v", answer.SoundOnly, err)
	}
	if err := old.Accept(answer.SDP); err != nil {
		t.Fatal(err)
	}
	old.Publisher("microphone").Start(50)
	listener := w.joinWith("listener", []sfu.Line{hearing("sound"), viewing("main")}, sfutest.Options{Codec: sfu.H264})
	w.room.Show("listener", map[string]sfu.Want{"sound": {Source: "OM"}, "main": {Source: "A"}})
	w.eventually(old, "it hears", func() bool { return old.Recording("sound").Len() > 20 })
	w.eventually(listener, "it is heard", func() bool { return listener.Recording("sound").Len() > 20 })
	w.eventually(listener, "the others see", func() bool { return listener.Recording("main").Len() > 20 })
	if n := old.Recording("main").Len(); n > 0 {
		t.Errorf("%d packets of video came", n)
	}
	before := a.Publisher("camera").Encoding("").Requests()
	w.room.Show("old", map[string]sfu.Want{"main": {}})
	w.room.Show("old", map[string]sfu.Want{"main": {Source: "A"}})
	time.Sleep(time.Second)
	if n := a.Publisher("camera").Encoding("").Requests() - before; n > 0 {
		t.Errorf("%d keyframes were asked for in vain", n)
	}
}

func TestNothingIsLeftOfAWallWithoutTheCodec(t *testing.T) {
	w := newWorldWith(t, sfu.Config{Codec: sfu.H264})
	lines := []sfu.Line{viewing("one"), viewing("two")}
	if err := w.room.Join("wall", lines, loopback); err != nil {
		t.Fatal(err)
	}
	c, err := sfutest.New(lines, sfutest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	offer, err := c.Offer()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.room.Answer(t.Context(), "wall", offer); !errors.Is(err, sfu.ErrNoCodec) {
		t.Errorf("the error is %v", err)
	}
}
