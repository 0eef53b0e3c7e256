package rehearsal

import (
	"context"
	_ "embed"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
)

// toneFile is one second of a 450 Hz sine in Opus packets of 20 ms and tonePacket bytes (RFC 6716, constant bitrate), made with
// sox and opusenc: nine periods a packet, so that any packet may follow any other.
//
//go:embed tone.bin
var toneFile []byte

const (
	tonePacket  = 60
	toneFrame   = 20 * time.Millisecond
	toneSamples = audioClock / 50
)

// microphone sends the tone while it is open.
type microphone struct {
	out  *sender
	open atomic.Bool
	wake chan struct{}
}

func newMicrophone(out *sender) *microphone {
	return &microphone{out: out, wake: make(chan struct{}, 1)}
}

func (m *microphone) set(open bool) {
	m.open.Store(open)
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// run sends until ctx ends; while the microphone is closed nothing is sent at all.
func (m *microphone) run(ctx context.Context) {
	p := rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32()}}
	tick := time.NewTicker(toneFrame)
	defer tick.Stop()
	tick.Stop()
	last := time.Now()
	for at := 0; ; {
		select {
		case now := <-tick.C:
			p.SequenceNumber++
			p.Timestamp += toneSamples * max(1, uint32(now.Sub(last).Round(toneFrame)/toneFrame))
			last = now
			p.Payload = toneFile[at : at+tonePacket]
			at = (at + tonePacket) % len(toneFile)
			m.out.mark(&p, "")
			_ = m.out.tracks[""].WriteRTP(&p) // lost as on a network when the connection is not up
		case <-m.wake:
			if m.open.Load() {
				tick.Reset(toneFrame)
			} else {
				tick.Stop()
			}
		case <-ctx.Done():
			return
		}
	}
}
