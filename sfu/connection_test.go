package sfu_test

import (
	"context"
	"errors"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/sfu"
	"muster/sfu/sfutest"
)

// sfuPacket is a received packet.
type sfuPacket = sfutest.Packet

var loopback = netip.MustParseAddr("127.0.0.1")

// negotiate connects a client whose offer may differ from what was agreed in Join.
func (w *world) negotiate(id sfu.ParticipantID, lines []sfu.Line) *sfutest.Client {
	w.t.Helper()
	c, err := sfutest.New(lines, sfutest.Options{})
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

func TestTCPWhenUDPIsBlocked(t *testing.T) {
	w := newWorld(t)
	a := w.joinWith("a", []sfu.Line{camera("A")}, sfutest.Options{TCPOnly: true})
	viewer := w.joinWith("viewer", []sfu.Line{viewing("main")}, sfutest.Options{TCPOnly: true})
	a.Publisher("camera").Start(30)
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
	main := viewer.Recording("main")
	w.eventually(viewer, "A is shown over TCP", func() bool { return main.Len() > 30 })
	checkContinuous(t, main.Packets())
	pair, err := viewer.PC.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || pair == nil || pair.Remote.Protocol.String() != "tcp" {
		t.Errorf("pair %v, error %v", pair, err)
	}
}

func TestReconnect(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{camera("A")})
	a.Publisher("camera").Start(30)
	lines := []sfu.Line{viewing("main")}
	for range 3 {
		viewer := w.join("viewer", lines)
		w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
		main := viewer.Recording("main")
		w.eventually(viewer, "A is shown", func() bool { return main.Len() > 5 })
		w.room.Leave("viewer")
	}
	if err := w.room.Join("viewer", lines, loopback); err != nil {
		t.Fatal(err)
	}
	if err := w.room.Join("viewer", lines, loopback); !errors.Is(err, sfu.ErrJoined) {
		t.Errorf("a second join: %v", err)
	}
}

func TestLeaveDuringNegotiation(t *testing.T) {
	w := newWorld(t)
	lines := []sfu.Line{simulcast("A"), viewing("main")}
	for i := range 12 {
		id := sfu.ParticipantID(strconv.Itoa(i))
		if err := w.room.Join(id, lines, loopback); err != nil {
			t.Fatal(err)
		}
		c, err := sfutest.New(lines, sfutest.Options{})
		if err != nil {
			t.Fatal(err)
		}
		offer, err := c.Offer()
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			// Whether it fails depends on who is faster; both must be sound.
			if answer, err := w.room.Answer(context.Background(), id, offer); err == nil {
				err = c.Accept(answer.SDP)
				if err != nil {
					t.Error(err)
				}
			}
		}()
		for range i {
			runtime.Gosched()
		}
		w.room.Leave(id)
		<-done
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if _, err := w.room.Answer(context.Background(), id, offer); !errors.Is(err, sfu.ErrNotJoined) {
			t.Errorf("an answer after leaving: %v", err)
		}
	}
	if s := w.room.Stats(); s.Participants != 0 || s.Sources != 0 {
		t.Errorf("left behind: %+v", s)
	}
}

func TestOffersThatAreRefused(t *testing.T) {
	w := newWorld(t)
	agreed := []sfu.Line{microphone("A"), simulcast("B"), viewing("main")}
	if err := w.room.Join("p", agreed, loopback); err != nil {
		t.Fatal(err)
	}
	offerOf := func(lines ...sfu.Line) string {
		c, err := sfutest.New(lines, sfutest.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		offer, err := c.Offer()
		if err != nil {
			t.Fatal(err)
		}
		return offer
	}
	odd := camera("B")
	odd.Layers = []sfu.Layer{{RID: "x"}, {RID: "y"}}
	good := offerOf(agreed...)
	for _, x := range []struct {
		name, offer string
		index       int // of the mismatch, or -1
	}{
		{"empty", "", -1},
		{"garbage", strings.Repeat("\x00\xffgarbage\n", 1000), -1},
		{"too large", "v=0\r\n" + strings.Repeat("a=x\r\n", 500_000), -1},
		{"large m-lines", "v=0\r\n" + strings.Repeat("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n", 2000), 0},
		{"cut off", good[:len(good)/3], -2},
		{"other kind", offerOf(viewing("x"), simulcast("B"), viewing("main")), 0},
		{"other direction", offerOf(microphone("A"), viewing("x"), viewing("main")), 1},
		{"other layers", offerOf(microphone("A"), odd, viewing("main")), 1},
		{"one too few", offerOf(microphone("A"), simulcast("B")), 2},
		{"one too many", offerOf(append(agreed, viewing("more"))...), 3},
		{"one line without the codec", strings.Replace(good, "VP8", "VP9", 1), 1},
	} {
		_, err := w.room.Answer(t.Context(), "p", x.offer)
		var mismatch *sfu.LineMismatchError
		switch {
		case err == nil:
			t.Errorf("%s: accepted", x.name)
		case x.index >= 0 && (!errors.As(err, &mismatch) || mismatch.Index != x.index):
			t.Errorf("%s: %v", x.name, err)
		case x.index == -1 && !errors.Is(err, sfu.ErrBadOffer):
			t.Errorf("%s: %v", x.name, err)
		}
	}
	// After all of that a good offer is still taken, once.
	if _, err := w.room.Answer(t.Context(), "p", good); err != nil {
		t.Fatal(err)
	}
	if _, err := w.room.Answer(t.Context(), "p", good); !errors.Is(err, sfu.ErrAnswered) {
		t.Errorf("a second offer: %v", err)
	}
}

func TestWall(t *testing.T) {
	w := newWorld(t)
	var publishers []*sfutest.Client
	for i := range 3 {
		id := "P" + strconv.Itoa(i)
		c := w.join(sfu.ParticipantID(id), []sfu.Line{camera(sfu.SourceID(id))})
		c.Publisher("camera").Start(5) // 250 tiles of it have to fit the test client's receive buffer
		publishers = append(publishers, c)
	}
	lines := make([]sfu.Line, 250)
	want := map[string]sfu.Want{}
	for i := range lines {
		lines[i] = viewing("tile" + strconv.Itoa(i))
		want[lines[i].Name] = sfu.Want{Source: sfu.SourceID("P" + strconv.Itoa(i%len(publishers)))}
	}
	wall := w.join("wall", lines)
	w.room.Show("wall", want)
	w.eventually(wall, "all 250 tiles show their source", func() bool {
		for _, l := range lines {
			if !wall.Recording(l.Name).Shows(string(want[l.Name].Source)) {
				return false
			}
		}
		return true
	})
	for _, l := range lines {
		checkContinuous(t, wall.Recording(l.Name).Packets())
	}
}

func TestGoroutinesReturn(t *testing.T) {
	w := newWorld(t)
	before := runtime.NumGoroutine()
	for round := range 3 {
		var clients []*sfutest.Client
		for i := range 8 {
			id := strconv.Itoa(i)
			lines := []sfu.Line{simulcast(sfu.SourceID(id)), microphone(sfu.SourceID(id + "a")), viewing("main"), hearing("floor")}
			lines[1].Name = "mic"
			if err := w.room.Join(sfu.ParticipantID(id), lines, loopback); err != nil {
				t.Fatal(err)
			}
			w.room.Show(sfu.ParticipantID(id), map[string]sfu.Want{"main": {Source: "0"}, "floor": {Source: "0a"}})
			c := w.negotiate(sfu.ParticipantID(id), lines)
			c.Publisher("camera").Start(20)
			clients = append(clients, c)
		}
		last := clients[len(clients)-1]
		w.eventually(last, "the first is shown", func() bool { return last.Recording("main").Shows("0") })
		for i, c := range clients {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			w.room.Leave(sfu.ParticipantID(strconv.Itoa(i)))
		}
		deadline := time.Now().Add(patience)
		for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
			time.Sleep(10 * time.Millisecond)
		}
		if n := runtime.NumGoroutine(); n > before {
			buf := make([]byte, 1<<20)
			t.Fatalf("round %d: %d goroutines, %d before\n%s", round, n, before, buf[:runtime.Stack(buf, true)])
		}
	}
	if s := w.room.Stats(); s.Participants != 0 || s.Sources != 0 || s.Connected != 0 {
		t.Errorf("left behind: %+v", s)
	}
}
