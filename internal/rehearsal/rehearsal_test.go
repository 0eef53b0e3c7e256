package rehearsal

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"muster/signaling/wire"
)

func TestStreamCountsWhatIsLost(t *testing.T) {
	for name, c := range map[string]struct {
		seqs  []uint16
		lost  int64
		total int64
	}{
		"in order":            {[]uint16{7, 8, 9}, 0, 3},
		"over the wrap":       {[]uint16{65534, 65535, 0, 1}, 0, 4},
		"a hole":              {[]uint16{10, 14}, 3, 2},
		"a hole at the wrap":  {[]uint16{65535, 2}, 2, 2},
		"late and not lost":   {[]uint16{10, 12, 11, 13}, 0, 4},
		"a duplicate is late": {[]uint16{10, 11, 11}, 0, 3},
	} {
		var s stream
		for _, n := range c.seqs {
			s.count(n)
		}
		if s.lost.Load() != c.lost || s.packets.Load() != c.total {
			t.Errorf("%s: lost %d of %d, want %d of %d", name, s.lost.Load(), s.packets.Load(), c.lost, c.total)
		}
	}
}

func TestStreamLooksInsideWhenAsked(t *testing.T) {
	var s stream
	if !s.count(1) {
		t.Error("the first packet has to be decrypted: Pion learns the stream by it")
	}
	if s.count(2) {
		t.Error("nobody asked for the second")
	}
	s.look.Store(true)
	if !s.count(3) {
		t.Error("a packet that is wanted was not decrypted")
	}
}

func TestKeyframeStart(t *testing.T) {
	picture := []byte{0x10, 1, 2, 3} // the P bit (RFC 6386, section 9.1) is 0
	for name, c := range map[string]struct {
		payload []byte
		want    []byte
	}{
		"one byte of descriptor":  {append([]byte{0x10}, picture...), picture},
		"long picture id":         {append([]byte{0x90, 0xF0, 0x81, 2, 3, 4}, picture...), picture},
		"short picture id":        {append([]byte{0x90, 0x80, 0x01}, picture...), picture},
		"an inter frame":          {[]byte{0x10, 0x11, 2, 3}, nil},
		"not the start":           {append([]byte{0x00}, picture...), nil},
		"the second partition":    {append([]byte{0x11}, picture...), nil},
		"nothing":                 {nil, nil},
		"a descriptor alone":      {[]byte{0x10}, nil},
		"a descriptor cut in two": {[]byte{0x90}, nil},
	} {
		p := rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: 1}, Payload: c.payload}
		if name == "long picture id" { // with a header extension before it
			if err := p.SetExtension(1, []byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		b, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if got := keyframeStart(b); !bytes.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if keyframeStart([]byte{0xA0, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 200}) != nil {
		t.Error("a packet that is all padding, and more than it has, has a keyframe")
	}
	if keyframeStart([]byte{0x80, 96, 0}) != nil {
		t.Error("a packet without a whole header has a keyframe")
	}
}

func TestAsksKeyframe(t *testing.T) {
	for _, c := range []struct {
		packets []rtcp.Packet
		want    bool
	}{
		{[]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: 1}}, true},
		{[]rtcp.Packet{&rtcp.ReceiverReport{}, &rtcp.FullIntraRequest{FIR: []rtcp.FIREntry{{SSRC: 1}}}}, true},
		{[]rtcp.Packet{&rtcp.ReceiverReport{}}, false},
	} {
		b, err := rtcp.Marshal(c.packets)
		if err != nil {
			t.Fatal(err)
		}
		if asksKeyframe(b) != c.want {
			t.Errorf("%T: not %t", c.packets[len(c.packets)-1], c.want)
		}
	}
	if asksKeyframe([]byte("no RTCP")) {
		t.Error("what is no RTCP asks for a keyframe")
	}
}

func TestSpread(t *testing.T) {
	if got := spread(nil); got != (Spread{}) {
		t.Errorf("of nothing: %+v", got)
	}
	var d []time.Duration
	for i := 100; i > 0; i-- {
		d = append(d, time.Duration(i)*time.Millisecond)
	}
	if got, want := spread(d), (Spread{P50: 51, P95: 96, Max: 100}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestProfiles(t *testing.T) {
	line := wire.Layer{RID: "h", MaxBitrate: 1_500_000, MaxFramerate: 25}
	if got := Full.limit(2, line); got != line {
		t.Errorf("full makes %+v of %+v", got, line)
	}
	if got := Demo.limit(2, line); got.MaxBitrate > 400_000 || got.MaxFramerate > 15 {
		t.Errorf("demo sends %+v", got)
	}
	if got := Demo.limit(0, line); got != line {
		t.Error("the lowest layer is small enough as it is")
	}
}

func TestBadConfig(t *testing.T) {
	for want, cfg := range map[string]Config{
		"negative":   {Stations: -1},
		"no profile": {Profile: "huge"},
	} {
		if _, err := Run(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	if _, err := Run(t.Context(), Config{URL: "http://127.0.0.1:1"}); err == nil {
		t.Error("a server that is not there was rehearsed")
	}
	for _, base := range []string{"ftp://x", "::"} {
		if _, err := socketURL(base); err == nil {
			t.Errorf("%s has a socket", base)
		}
	}
}

func TestAGuestsPictureIsOneThatNobodyKnows(t *testing.T) {
	keyframe := func(width int, mark byte) []byte {
		b, err := (&rtp.Packet{
			Header:  rtp.Header{Version: 2},
			Payload: []byte{0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, byte(width), byte(width >> 8), 0xD0, 0x02, mark},
		}).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	known := newPictures()
	known.note(keyframeStart(keyframe(1280, 1)), "4")
	viewer := &stream{}
	turn := newTurn(known, "5", []*stream{viewer})
	turn.ofGuest(1280)
	turn.see(viewer, keyframe(1280, 1))
	if first, _ := turn.times(); len(first) != 0 {
		t.Error("another unit's picture was taken for the guest's")
	}
	turn.see(viewer, keyframe(320, 2))
	if first, best := turn.times(); len(first) != 1 || len(best) != 0 {
		t.Errorf("a small picture: %v and %v", first, best)
	}
	turn.see(viewer, keyframe(1280, 3))
	if first, best := turn.times(); len(first) != 1 || len(best) != 1 {
		t.Errorf("a large picture: %v and %v", first, best)
	}
	select {
	case <-turn.all:
	default:
		t.Error("all have seen it, and the turn goes on")
	}
}
