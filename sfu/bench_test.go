package sfu

import (
	"net/netip"
	"testing"

	"github.com/pion/rtp"
)

// discard counts what a slot writes.
type discard struct{ packets int }

// WriteRTP implements packetWriter.
func (d *discard) WriteRTP(_ *rtp.Header, payload []byte) (int, error) {
	d.packets++
	return rtpFixedHeader + len(payload), nil
}

// benchRoom is a publisher of one layer with viewers whose packets go nowhere.
func benchRoom(tb testing.TB, viewers int) (*layer, *shard, *discard) {
	server, err := New(Config{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := server.Close(); err != nil {
			tb.Error(err)
		}
	})
	r := server.NewRoom("bench")
	go func() {
		for range r.Events() {
		}
	}()
	out, h := &discard{}, newShard(server.now, newKeyframes()) // works when it is told to
	p := newParticipant(r, "publisher", nil, netip.Addr{})
	t := newTrack(r, p, Line{Name: "camera", Kind: Video, Direction: Send, Source: "A"}, false)
	r.mu.Lock()
	defer r.mu.Unlock()
	for range viewers {
		viewer := newParticipant(r, "viewer", nil, netip.Addr{})
		viewer.shard = h
		s := newSlot(r, viewer, Line{Name: "main", Kind: Video, Direction: Recv})
		s.writer, s.target, s.header = out, t, rtp.Header{Version: rtpVersion}
		t.layers[0].attach(s)
	}
	return t.layers[0], h, out
}

// feed hands in a stream of two-packet frames, a keyframe first.
func feed(l *layer, h *shard, i int) {
	payload := make([]byte, 1100)
	payload[0] = 0x10
	if i > 0 {
		payload[1] = 1
	}
	l.handle(&rtpHeader{seq: uint16(i), ts: uint32(i) * 3000, payload: payload}, l.track.room.server.now())
	h.work()
}

// BenchmarkForward measures one outgoing packet up to the SRTP session: choice, rewriting, header.
func BenchmarkForward(b *testing.B) {
	const viewers = 246
	l, h, out := benchRoom(b, viewers)
	feed(l, h, 0)
	b.ReportAllocs()
	i := 1
	for b.Loop() {
		feed(l, h, i)
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(out.packets), "ns/packet")
}

func TestForwardingAllocatesNothing(t *testing.T) {
	l, h, out := benchRoom(t, 200)
	payload := make([]byte, 1100)
	payload[0] = 0x10
	i := 0
	next := func() {
		l.handle(&rtpHeader{seq: uint16(i), ts: uint32(i) * 3000, payload: payload}, l.track.room.server.now())
		h.work()
		i, payload[1] = i+1, 1
	}
	next()
	for range videoRing { // until the ring gives back what it takes
		next()
	}
	if n := testing.AllocsPerRun(200, next); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
	if out.packets < 200*200 {
		t.Errorf("only %d packets were forwarded", out.packets)
	}
}
