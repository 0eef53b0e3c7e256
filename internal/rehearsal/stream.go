package rehearsal

import (
	"io"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
)

// stream is what arrives on one receiving line.
type stream struct {
	line string

	packets atomic.Int64
	lost    atomic.Int64
	// first is when the first packet arrived, in nanoseconds since the epoch, 0 before.
	first atomic.Int64
	// highest is the highest sequence number; only the socket's reader uses it.
	highest uint16
	started bool
	// look is set while decrypted packets are wanted.
	look atomic.Bool
}

// sample keeps Pion's idea of the rollover counter alive: it has to see a packet at least every 32,768 (RFC 3711, 3.3.1).
const sample = 4096

// count takes a packet into account and reports whether somebody wants to see inside.
func (s *stream) count(seq uint16) bool {
	s.packets.Add(1)
	if !s.started {
		s.started, s.highest = true, seq
		s.first.Store(time.Now().UnixNano())
		return true
	}
	switch ahead := int16(seq - s.highest); {
	case ahead > 0:
		s.lost.Add(int64(ahead - 1))
		s.highest = seq
	case ahead < 0:
		s.lost.Add(-1) // late, not lost
	}
	return seq%sample == 0 || s.look.Load()
}

// sink takes the decrypted packets of one SSRC from Pion's SRTP sessions when they are written: nothing is ever read from it,
// so that a stream costs neither a goroutine nor a buffer.
type sink func(packet []byte)

// Write takes a packet.
func (s sink) Write(b []byte) (int, error) {
	s(b)
	return len(b), nil
}

// Read has nothing.
func (sink) Read([]byte) (int, error) { return 0, io.EOF }

// Close has nothing to close.
func (sink) Close() error { return nil }

// asksKeyframe says whether a compound RTCP packet has a PLI or FIR (RFC 4585, section 6.3.1; RFC 5104, section 4.3.1).
func asksKeyframe(b []byte) bool {
	packets, err := rtcp.Unmarshal(b)
	if err != nil {
		return false
	}
	for _, p := range packets {
		switch p.(type) {
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			return true
		}
	}
	return false
}

// keyframeStart returns what the first packet of a VP8 keyframe carries behind the payload descriptor (RFC 7741, section 4), or
// nil for any other packet.
func keyframeStart(packet []byte) []byte {
	payload := rtpPayload(packet)
	if len(payload) < 1 || payload[0]&0x17 != 0x10 { // the start of partition 0
		return nil
	}
	at := 1
	if payload[0]&0x80 != 0 {
		if len(payload) < 2 {
			return nil
		}
		at = descriptorLength(payload)
	}
	if len(payload) <= at || payload[at]&1 != 0 {
		return nil
	}
	return payload[at:]
}

// keyframeWidth is the width in pixels that a VP8 keyframe says it has (RFC 6386, section 9.1), 0 when it is cut off before.
func keyframeWidth(start []byte) int {
	const at, bits = 6, 0x3FFF // behind the frame tag and the start code
	if len(start) < at+2 {
		return 0
	}
	return (int(start[at]) | int(start[at+1])<<8) & bits
}

func descriptorLength(b []byte) int {
	n := 2
	if b[1]&0x80 != 0 && len(b) > n {
		n += 1 + int(b[n]>>7)
	}
	if b[1]&0x40 != 0 {
		n++
	}
	if b[1]&0x30 != 0 {
		n++
	}
	return n
}

// rtpPayload cuts the header and the padding off a packet (RFC 3550, section 5.1).
func rtpPayload(b []byte) []byte {
	if len(b) > 0 && b[0]&0x20 != 0 {
		b = b[:max(len(b)-int(b[len(b)-1]), 0)]
	}
	if len(b) < 12 {
		return nil
	}
	at := 12 + 4*int(b[0]&0x0F)
	if b[0]&0x10 != 0 {
		if len(b) < at+4 {
			return nil
		}
		at += 4 + 4*(int(b[at+2])<<8|int(b[at+3]))
	}
	return b[min(at, len(b)):]
}
