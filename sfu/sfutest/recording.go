package sfutest

import (
	"bytes"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// Packet is one received packet.
type Packet struct {
	Seq       uint16
	Timestamp uint32
	Marker    bool
	SSRC      uint32
	// Descriptor is the first byte of the payload: of VP8's descriptor, or the header of an H.264 NAL unit.
	Descriptor byte
	// Keyframe is set on the first packet of a keyframe.
	Keyframe bool
	// Source is the name that the publisher wrote into the frame, RID its layer, Frame its number.
	Source, RID string
	Frame       uint32
	// Part counts the frame's packets from 0, Parts is how many they are.
	Part, Parts int
	// At is when it arrived.
	At time.Time
}

// Recording is what arrived on one line.
type Recording struct {
	mu      sync.Mutex
	ssrc    uint32
	packets []Packet
}

func (r *Recording) setSSRC(ssrc uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ssrc = ssrc
}

// SSRC returns the SSRC of the line's stream; 0 before its first packet.
func (r *Recording) SSRC() uint32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ssrc
}

// Packets returns a copy of what arrived so far.
func (r *Recording) Packets() []Packet {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Packet(nil), r.packets...)
}

// Len returns how many packets arrived.
func (r *Recording) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.packets)
}

// Last returns the newest packet; ok is false when there is none.
func (r *Recording) Last() (p Packet, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.packets) == 0 {
		return p, false
	}
	return r.packets[len(r.packets)-1], true
}

// Shows says whether the newest packet is of the source.
func (r *Recording) Shows(source string) bool {
	p, ok := r.Last()
	return ok && p.Source == source
}

func (r *Recording) add(b []byte, mime string) {
	var in rtp.Packet
	if in.Unmarshal(b) != nil {
		return
	}
	p := Packet{At: time.Now(), Seq: in.SequenceNumber, Timestamp: in.Timestamp, Marker: in.Marker, SSRC: in.SSRC}
	payload := in.Payload
	if mime != webrtc.MimeTypeOpus && len(payload) > 2 {
		p.Descriptor = payload[0]
		p.Keyframe = payload[0]&0x10 != 0 && payload[1]&1 == 0
		if mime == webrtc.MimeTypeH264 {
			p.Keyframe = payload[0] == h264SPS
		}
		payload = payload[2:]
	}
	p.readTag(payload)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.packets = append(r.packets, p)
}

// tag is what a publisher writes into each packet: source and layer, each ended by a zero, the frame's number, and which of the
// frame's packets it is.
func tag(source, rid string, frame uint32, part, parts int) []byte {
	out := append([]byte(source), 0)
	out = append(append(out, rid...), 0)
	return append(out, byte(frame>>24), byte(frame>>16), byte(frame>>8), byte(frame), byte(part), byte(parts))
}

func (p *Packet) readTag(b []byte) {
	parts := bytes.SplitN(b, []byte{0}, 3)
	if len(parts) < 3 || len(parts[2]) < 6 {
		return
	}
	n := parts[2]
	p.Source, p.RID = string(parts[0]), string(parts[1])
	p.Frame = uint32(n[0])<<24 | uint32(n[1])<<16 | uint32(n[2])<<8 | uint32(n[3])
	p.Part, p.Parts = int(n[4]), int(n[5])
}
