package sfu

import (
	"net/netip"
	"testing"
	"time"
)

// TestAClockThatStoodIsNotBelieved: a microphone that was taken from the line for seconds goes on with the timestamp it had. Until its
// next sender report nobody knows which moment that is; the last one says another, by the whole pause.
func TestAClockThatStoodIsNotBelieved(t *testing.T) {
	server, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	r := server.NewRoom("r")
	go func() {
		for range r.Events() { //nolint:revive // nobody needs them here
		}
	}()
	p := newParticipant(r, "publisher", nil, netip.Addr{})
	const second = int64(time.Second)
	for _, x := range []struct {
		name     string
		kind     Kind
		pause    int64 // ns
		advance  uint32
		believed bool
	}{
		{"no pause", Audio, 20 * ms, 960, true},
		{"discontinuous transmission", Audio, 400 * ms, 400 * audioClock / 1000, true},
		{"a clock that went on", Audio, 8 * second, 8 * audioClock, true},
		{"a clock that stood", Audio, 8 * second, 960, false},
		{"a clock that went back", Audio, 8 * second, 1 << 31, false},
		{"a camera's frames in a burst", Video, second, 3000, true},
	} {
		l := newTrack(r, p, Line{Name: "x", Kind: x.kind, Direction: Send, Source: "A"}, false).layers[0]
		now := 100 * second
		payload := []byte{0x10, 0, 1}
		l.handle(&rtpHeader{seq: 1, ts: 5000, payload: payload}, now)
		l.senderReport(toNTP(time.Unix(1000, 0)), 5000, now)
		now += x.pause
		l.handle(&rtpHeader{seq: 2, ts: 5000 + x.advance, payload: payload}, now)
		if _, exact := l.clockAt(now); exact != x.believed {
			t.Errorf("%s: the last report is believed: %v", x.name, exact)
		}
		l.senderReport(toNTP(time.Unix(1000, 0).Add(time.Duration(x.pause))), 5000+x.advance, now)
		if at, exact := l.clockAt(now); !exact || at-(5000+x.advance) > 10 && (5000+x.advance)-at > 10 {
			t.Errorf("%s: after the next report the clock is %d, %v, want %d", x.name, at, exact, 5000+x.advance)
		}
	}
}
