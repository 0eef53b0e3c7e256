package sfu_test

import (
	"net/netip"
	"testing"
	"time"

	"muster/sfu"
	"muster/sfu/sfutest"
)

// patience is a fail-safe: no test waits that long unless something is broken.
const patience = 20 * time.Second

// world is a server with one room, and its events.
type world struct {
	t      *testing.T
	server *sfu.Server
	room   *sfu.Room
	events *eventLog
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, sfu.Config{})
}

func newWorldWith(t *testing.T, cfg sfu.Config) *world {
	t.Helper()
	server, err := sfu.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, server: server, room: server.NewRoom("test")}
	w.events = newEventLog(w.room)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-w.events.done
	})
	return w
}

func (w *world) join(id sfu.ParticipantID, lines []sfu.Line) *sfutest.Client {
	w.t.Helper()
	return w.joinWith(id, lines, sfutest.Options{})
}

func (w *world) joinWith(id sfu.ParticipantID, lines []sfu.Line, options sfutest.Options) *sfutest.Client {
	w.t.Helper()
	if err := w.room.Join(id, lines, netip.Addr{}); err != nil {
		w.t.Fatal(err)
	}
	c, err := sfutest.New(lines, options)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := c.Close(); err != nil {
			w.t.Error(err)
		}
	})
	offer, err := c.Offer()
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := w.room.Answer(w.t.Context(), id, offer)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := c.Accept(answer.SDP); err != nil {
		w.t.Fatal(err)
	}
	if !c.WaitFor(patience, c.Connected) {
		w.t.Fatalf("%s did not connect", id)
	}
	return c
}

func camera(source sfu.SourceID) sfu.Line {
	return sfu.Line{Name: "camera", Kind: sfu.Video, Direction: sfu.Send, Source: source}
}

func simulcast(source sfu.SourceID) sfu.Line {
	line := camera(source)
	line.Layers = []sfu.Layer{{RID: "l"}, {RID: "m"}, {RID: "h"}}
	return line
}

func microphone(source sfu.SourceID) sfu.Line {
	return sfu.Line{Name: "microphone", Kind: sfu.Audio, Direction: sfu.Send, Source: source}
}

func viewing(name string) sfu.Line {
	return sfu.Line{Name: name, Kind: sfu.Video, Direction: sfu.Recv}
}

func hearing(name string) sfu.Line {
	return sfu.Line{Name: name, Kind: sfu.Audio, Direction: sfu.Recv}
}

// checkContinuous fails when sequence numbers are not contiguous, timestamps go back, the SSRC changes, or a picture
// begins with anything but a keyframe.
func checkContinuous(t *testing.T, packets []sfutest.Packet) {
	t.Helper()
	for i, p := range packets {
		if i == 0 {
			continue
		}
		q := packets[i-1]
		if p.Seq != q.Seq+1 {
			t.Fatalf("packet %d: sequence number %d after %d (%s %s after %s %s)",
				i, p.Seq, q.Seq, p.Source, p.RID, q.Source, q.RID)
		}
		if int32(p.Timestamp-q.Timestamp) < 0 {
			t.Fatalf("packet %d: timestamp %d after %d", i, p.Timestamp, q.Timestamp)
		}
		if p.SSRC != q.SSRC {
			t.Fatalf("packet %d: SSRC %d after %d", i, p.SSRC, q.SSRC)
		}
	}
}

func checkKeyframes(t *testing.T, packets []sfutest.Packet) {
	t.Helper()
	for i, p := range packets {
		if p.Descriptor&0x80 != 0 {
			t.Fatalf("packet %d: the descriptor %#x was not cut", i, p.Descriptor)
		}
		changed := i == 0 || p.Source != packets[i-1].Source || p.RID != packets[i-1].RID
		if changed && !p.Keyframe {
			t.Fatalf("packet %d: %s %q begins without a keyframe", i, p.Source, p.RID)
		}
	}
}

func (w *world) eventually(c *sfutest.Client, what string, ok func() bool) {
	w.t.Helper()
	if !c.WaitFor(patience, ok) {
		w.t.Fatalf("it never happened: %s", what)
	}
}

func TestVideoSwitchesAtAKeyframe(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{camera("A")})
	b := w.join("b", []sfu.Line{camera("B")})
	viewer := w.join("viewer", []sfu.Line{viewing("main"), viewing("side")})
	a.Publisher("camera").Start(30)
	b.Publisher("camera").Start(25)
	main := viewer.Recording("main")
	for _, source := range []string{"A", "B", "A", "B"} {
		w.room.Show("viewer", map[string]sfu.Want{"main": {Source: sfu.SourceID(source)}})
		before := main.Len()
		w.eventually(viewer, "main shows "+source, func() bool { return main.Shows(source) && main.Len() > before+20 })
		w.events.await(t, func(e sfu.Event) bool {
			s, ok := e.(sfu.SlotShowing)
			return ok && s.Line == "main" && string(s.Source) == source
		})
	}
	packets := main.Packets()
	checkContinuous(t, packets)
	checkKeyframes(t, packets)
	if n := viewer.Recording("side").Len(); n != 0 {
		t.Errorf("the empty line received %d packets", n)
	}
	if s := w.room.Stats(); s.Switches != 4 || s.PacketsDropped != 0 || s.Participants != 3 {
		t.Errorf("stats: %+v", s)
	}
}

func TestAudioSwitchesAtOnceAndIsGated(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{microphone("A")})
	b := w.join("b", []sfu.Line{microphone("B")})
	viewer := w.join("viewer", []sfu.Line{hearing("floor")})
	a.Publisher("microphone").Start(50)
	b.Publisher("microphone").Start(50)
	floor := viewer.Recording("floor")
	w.room.Show("viewer", map[string]sfu.Want{"floor": {Source: "A"}})
	w.eventually(viewer, "A is heard", func() bool { return floor.Len() > 10 })
	w.room.Show("viewer", map[string]sfu.Want{"floor": {Source: "B"}})
	w.eventually(viewer, "B is heard", func() bool { return floor.Shows("B") && floor.Len() > 30 })
	checkContinuous(t, floor.Packets())
	sawB := false
	for _, p := range floor.Packets() {
		sawB = sawB || p.Source == "B"
		if sawB && p.Source != "B" {
			t.Fatalf("%s is heard after B was wanted", p.Source)
		}
	}
	w.room.Show("viewer", map[string]sfu.Want{"floor": {}})
	w.events.await(t, func(e sfu.Event) bool {
		s, ok := e.(sfu.SlotShowing)
		return ok && s.Line == "floor" && s.Source == ""
	})
	out := w.room.Stats().PacketsOut
	in := w.room.Stats().PacketsIn
	w.eventually(a, "both go on sending", func() bool {
		return w.room.Stats().PacketsIn > in+20
	})
	if now := w.room.Stats().PacketsOut; now != out {
		t.Errorf("%d packets were sent to a line that wants nothing", now-out)
	}
}
