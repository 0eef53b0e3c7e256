package sfu

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pion/rtp"
)

const ms = int64(time.Millisecond)

func TestUnwrapper(t *testing.T) {
	var u unwrapper
	base := u.unwrap(65530)
	for i, x := range []struct {
		seq  uint16
		want int64
	}{{65531, 1}, {65535, 5}, {0, 6}, {65534, 4}, {3, 9}, {32000, 32006}, {1, 7}} {
		if got := u.unwrap(x.seq) - base; got != x.want {
			t.Errorf("%d: %d is %d, want %d", i, x.seq, got, x.want)
		}
	}
	// A property: over any number of wraps, numbers that are at most 1000 apart keep their distance.
	u = unwrapper{}
	at := int64(40000)
	first := u.unwrap(uint16(at))
	for range 200_000 {
		n := at + rand.Int64N(1000) - 500
		if got := u.unwrap(uint16(n)) - first; got != n-40000 {
			t.Fatalf("%d became %d", n-40000, got)
		}
		at = max(at, n)
	}
}

func TestSeenWindow(t *testing.T) {
	var w seenWindow
	seen := map[int64]bool{}
	at := int64(70000)
	w.highest = at - 1
	for range 50_000 {
		n := at + rand.Int64N(60) - 40
		if rand.IntN(1000) == 0 {
			n += 3000
		}
		fresh := w.add(n)
		if want := !seen[n] && (n > at || at-n < windowSize); n > 69999 && fresh != want {
			t.Fatalf("%d at %d: new %v, want %v", n, at, fresh, want)
		}
		seen[n] = true
		at = max(at, n)
	}
	if w.add(at - windowSize) {
		t.Error("a number from before the window is new")
	}
}

func TestPaddingRemover(t *testing.T) {
	var p paddingRemover
	for _, n := range []int64{10, 11, 15} {
		p.remove(n)
	}
	for in, want := range map[int64]int64{9: 9, 12: 10, 14: 12, 16: 13, 100: 97} {
		if got := p.renumber(in); got != want {
			t.Errorf("%d became %d, want %d", in, got, want)
		}
	}
	for n := int64(200); n < 200+3*maxRemembered; n++ {
		p.remove(n)
	}
	if got, want := p.renumber(1000), int64(1000-3-3*maxRemembered); got != want {
		t.Errorf("after many removals: %d, want %d", got, want)
	}
}

func TestLossListAsksOftenEnoughAndNoMore(t *testing.T) {
	var l lossList
	l.hole(100, 102)
	if !l.found(101) || l.found(101) {
		t.Error("101 was not found once")
	}
	asked := map[uint16]int{}
	for now := int64(0); now < int64(2*time.Second); now += 5 * ms {
		for _, n := range l.due(now, nil) {
			asked[n]++
		}
	}
	if asked[100] != nackTries || asked[102] != nackTries || asked[101] != 0 {
		t.Errorf("asked %v", asked)
	}
	l.hole(0, 10*maxLosses)
	if len(l.missing) != maxLosses {
		t.Errorf("%d losses kept", len(l.missing))
	}
}

func TestReceiveState(t *testing.T) {
	type step struct {
		seq               uint16
		keyframe, padding bool
		at                int64
		ts                uint32
		want              verdict
	}
	key := func(seq int64, resumes bool) verdict {
		return verdict{pass: true, seq: seq, newest: true, begins: true, resumes: resumes}
	}
	const b = 1<<16 + 65534
	for name, steps := range map[string][]step{
		"waits for a keyframe, drops duplicates and old ones": {
			{seq: 65534, want: verdict{seq: b, keep: true}}, {seq: 65535, keyframe: true, want: key(b+1, true)},
			{seq: 65535, keyframe: true}, {seq: 65533},
			{seq: 0, want: verdict{pass: true, seq: b + 2, newest: true}},
		},
		"passes late packets": {
			{seq: 65534, keyframe: true, want: key(b, true)},
			{seq: 0, want: verdict{pass: true, seq: b + 2, newest: true}},
			{seq: 65535, want: verdict{pass: true, seq: b + 1}},
		},
		"an old keyframe begins nothing": {
			{seq: 65534, keyframe: true, want: key(b, true)},
			{seq: 1, ts: 90000, want: verdict{pass: true, seq: b + 3, newest: true}},
			{seq: 65535, keyframe: true, want: verdict{pass: true, seq: b + 1}},
		},
		"a keyframe that is just late begins a picture": {
			{seq: 65534, keyframe: true, want: key(b, true)},
			{seq: 1, ts: 3000, want: verdict{pass: true, seq: b + 3, newest: true}},
			{seq: 65535, ts: 3000, keyframe: true, want: verdict{pass: true, seq: b + 1, begins: true, upTo: b + 3}},
		},
		"a late keyframe mends": {
			{seq: 65534, want: verdict{seq: b, keep: true}}, {seq: 0, want: verdict{seq: b + 2, keep: true}},
			{seq: 65535, keyframe: true,
				want: verdict{pass: true, seq: b + 1, begins: true, resumes: true, upTo: b + 2}},
			{seq: 65533},
		},
		"breaks after a long gap with losses": {
			{seq: 65534, keyframe: true, want: key(b, true)},
			{seq: 2, at: 700 * ms, want: verdict{needKeyframe: true, seq: b + 4, keep: true}},
			{seq: 3, at: 710 * ms, want: verdict{seq: b + 5, keep: true}},
			{seq: 4, keyframe: true, at: 720 * ms, want: key(b+6, true)},
			{seq: 1, at: 721 * ms},
		},
		"a pause without losses is none": {
			{seq: 65534, keyframe: true, want: key(b, true)},
			{seq: 65535, at: 9000 * ms, want: verdict{pass: true, seq: b + 1, newest: true}},
		},
		"breaks after a large hole": {
			{seq: 65534, keyframe: true, want: key(b, true)},
			{seq: 300, want: verdict{needKeyframe: true, seq: b + 302, keep: true}},
		},
		"takes out padding": {
			{seq: 65534, keyframe: true, want: key(b, true)},
			{seq: 65535, padding: true}, {seq: 0, padding: true},
			{seq: 1, want: verdict{pass: true, seq: b + 1, newest: true}},
		},
	} {
		r := receiveState{video: true, reach: 32}
		for i, s := range steps {
			got := r.receive(arrival{seq: s.seq, ts: s.ts, keyframe: s.keyframe, padding: s.padding, now: s.at})
			if got != s.want {
				t.Errorf("%s, step %d: %+v, want %+v", name, i, got, s.want)
			}
		}
	}
}

func TestReceptionReport(t *testing.T) {
	r := receiveState{}
	for i := range 100 {
		if i%10 != 5 {
			r.receive(arrival{seq: uint16(65500 + i), now: int64(i) * ms})
		}
	}
	got, ok := r.report()
	if !ok || got.totalLost != 10 || got.fractionLost != 10<<8/100 || got.highest != 65599 {
		t.Errorf("%+v %v", got, ok)
	}
	if got, _ := r.report(); got.fractionLost != 0 || got.totalLost != 10 {
		t.Errorf("nothing happened since, but %+v", got)
	}
}

func TestRewriterIsContinuousOverSwitches(t *testing.T) {
	var w rewriter
	w.begin(videoClock, 65500, 4294960000)
	now, lastTS, next := int64(0), uint32(4294960000), uint64(65501)
	for sw := range 50 {
		seq, ts := rand.Int64N(1<<40), rand.Uint32()
		now += int64(rand.IntN(900)) * ms
		before := w.lastAt
		w.switchTo(seq, ts, now)
		for i := range 1 + rand.Int64N(3000) {
			gotSeq, gotTS, ok := w.rewrite(seq+i, ts+uint32(i)*3000, now)
			if !ok || gotSeq != next {
				t.Fatalf("switch %d, packet %d: %d %v, want %d", sw, i, gotSeq, ok, next)
			}
			if int32(gotTS-lastTS) < 0 {
				t.Fatalf("switch %d, packet %d: timestamp %d after %d", sw, i, gotTS, lastTS)
			}
			if i == 0 && sw > 0 {
				want := ticks(max(now-before, ms), videoClock)
				if gotTS-lastTS != want {
					t.Fatalf("switch %d: the timestamp went on by %d, want %d", sw, gotTS-lastTS, want)
				}
			}
			if back, ok := w.source(uint16(gotSeq)); !ok || back != seq+i {
				t.Fatalf("packet %d is said to be %d", seq+i, back)
			}
			next, lastTS = next+1, gotTS
			now += 33 * ms
		}
		if _, _, ok := w.rewrite(seq-1, ts, now); ok {
			t.Fatal("a packet of the old mapping came through")
		}
		if _, ok := w.source(uint16(next)); ok {
			t.Fatal("a packet that was not sent has a source")
		}
	}
}

func TestTicksOverDays(t *testing.T) {
	week := int64(7 * 24 * time.Hour)
	seconds := int64(7 * 24 * 3600)
	if got := ticks(week, videoClock); got != uint32(seconds*videoClock) {
		t.Errorf("%d", got)
	}
}

func TestRing(t *testing.T) {
	r, pool := newRing(8), &packetPool{}
	for i := range int64(20) {
		p := pool.get()
		p.seq = i
		r.put(p)
		p.release()
	}
	if r.get(11) != nil || r.get(12) == nil || r.get(19).seq != 19 || r.get(20) != nil {
		t.Error("the ring does not keep its newest 8 packets")
	}
	none := newRing(0)
	none.put(pool.get())
	if none.get(0) != nil {
		t.Error("a ring of none keeps something")
	}
}

func TestVP8Descriptor(t *testing.T) {
	for name, x := range map[string]struct {
		in       []byte
		desc     byte
		data     []byte
		start    bool
		keyframe bool
		bad      bool
	}{
		"one byte":           {in: []byte{0x10, 0x00, 7}, desc: 0x10, data: []byte{0x00, 7}, start: true, keyframe: true},
		"inter frame":        {in: []byte{0x10, 0x01, 7}, desc: 0x10, data: []byte{0x01, 7}, start: true},
		"second packet":      {in: []byte{0x00, 0x00}, data: []byte{0x00}},
		"second partition":   {in: []byte{0x11, 0x00}, desc: 0x11, data: []byte{0x00}},
		"short picture id":   {in: []byte{0x90, 0x80, 0x12, 0x00}, desc: 0x10, data: []byte{0x00}, start: true, keyframe: true},
		"everything":         {in: []byte{0xB0, 0xF0, 0x92, 0x34, 5, 0x20, 0x01}, desc: 0x30, data: []byte{0x01}, start: true},
		"layer index, keyid": {in: []byte{0x90, 0x50, 5, 0x21, 0x00}, desc: 0x10, data: []byte{0x00}, start: true, keyframe: true},
		"empty":              {bad: true},
		"only a descriptor":  {in: []byte{0x10}, bad: true},
		"cut off":            {in: []byte{0x90, 0xE0, 0x92, 0x34}, bad: true},
	} {
		got, ok := parseVP8(x.in)
		if ok == x.bad || ok && (got.descriptor != x.desc || !bytes.Equal(got.data, x.data) ||
			got.start != x.start || got.keyframe != x.keyframe) {
			t.Errorf("%s: %+v %v", name, got, ok)
		}
	}
}

func FuzzVP8(f *testing.F) {
	f.Add([]byte{0xB0, 0xF0, 0x92, 0x34, 5, 0x20, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok := parseVP8(b)
		if ok && (len(p.data) == 0 || !bytes.HasSuffix(b, p.data) || p.descriptor&0x80 != 0) {
			t.Fatalf("%x became %+v", b, p)
		}
	})
}

func FuzzRTP(f *testing.F) {
	p := rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: 7, SSRC: 9}, Payload: []byte{1, 2, 3}}
	if err := p.SetExtension(3, []byte("mid")); err != nil {
		f.Fatal(err)
	}
	seed, err := p.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, b []byte) {
		var h rtpHeader
		if !h.parse(b) {
			return
		}
		for id := range uint8(20) {
			h.extension(id)
		}
		var want rtp.Packet
		if want.Unmarshal(b) != nil {
			return // stricter about extensions than forwarding needs
		}
		if h.seq != want.SequenceNumber || h.ts != want.Timestamp || h.ssrc != want.SSRC || h.pt != want.PayloadType ||
			h.marker != want.Marker || !bytes.Equal(h.payload, want.Payload) {
			t.Fatalf("%x: %+v, want %+v", b, h, want)
		}
		h.unwrapRTX()
	})
}

func TestRTPExtensions(t *testing.T) {
	for _, profile := range []uint16{oneByteProfile, twoByteProfile} {
		p := rtp.Packet{Header: rtp.Header{Version: 2, Extension: true, ExtensionProfile: profile}, Payload: []byte{1}}
		for id, v := range map[uint8]string{1: "mid0", 4: "h"} {
			if err := p.SetExtension(id, []byte(v)); err != nil {
				t.Fatal(err)
			}
		}
		b, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		var h rtpHeader
		if !h.parse(b) || string(h.extension(1)) != "mid0" || string(h.extension(4)) != "h" || h.extension(2) != nil ||
			h.extension(0) != nil {
			t.Errorf("profile %#x: %+v", profile, h)
		}
	}
}

func TestNTP(t *testing.T) {
	at := time.Unix(1_800_000_000, 123_456_789)
	if d := ntpNanos(toNTP(at)) - at.UnixNano(); d < -1 || d > 1 {
		t.Errorf("off by %d ns", d)
	}
}

func TestSpeechDetector(t *testing.T) {
	var d speechDetector
	const loud, quiet = 0x80 | 20, 90
	now := int64(time.Hour)
	hear := func(level byte, packets int) (speaks bool) {
		for range packets {
			now += 20 * ms
			speaks = d.hear(level, now)
		}
		return speaks
	}
	if hear(quiet, 50) || hear(loud, 1) || hear(quiet, 100) {
		t.Error("silence and a click are speech")
	}
	if !hear(loud, 5) || !hear(quiet, 10) {
		t.Error("a voice with a short pause is not speech")
	}
	if hear(quiet, 100) {
		t.Error("speech goes on in silence")
	}
}

// TestAStreamThatBeginsAnewRepeatsNoNumber: the publisher begins another stream on the same layer, with numbers that it used
// before. Sent under the old mapping they would be sealed with a nonce that was used already.
func TestAStreamThatBeginsAnewRepeatsNoNumber(t *testing.T) {
	l, h, _ := benchRoom(t, 1)
	s := (*l.watchers.Load())[0].slots[0]
	out := &numbers{seen: map[uint16]bool{}}
	s.writer = out
	for range 3 {
		for i := range 20 {
			feed(l, h, i) // a keyframe first
		}
		l.restart(uint32(7))
	}
	if out.repeated > 0 || len(out.seen) != 60 {
		t.Errorf("%d numbers were sent, %d of them twice; want 60 different ones", len(out.seen), out.repeated)
	}
}

// numbers notes the sequence numbers that are sent.
type numbers struct {
	seen     map[uint16]bool
	repeated int
}

// WriteRTP implements packetWriter.
func (n *numbers) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	if n.seen[h.SequenceNumber] {
		n.repeated++
	}
	n.seen[h.SequenceNumber] = true
	return rtpFixedHeader + len(payload), nil
}
