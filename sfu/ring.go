package sfu

import "sync/atomic"

// packet is one RTP packet of a source as it is shared by all viewers. It never changes once it was handed on.
type packet struct {
	layer *layer
	// seq is extended and has no holes where padding was.
	seq    int64
	ts     uint32
	marker bool
	// keyframe is set on the first packet of a keyframe that may begin a picture.
	keyframe bool
	// upTo is set when the keyframe was just late: the packets behind it, up to this number, came before it and are
	// in the ring. resumes says that nobody was handed them.
	upTo    int64
	resumes bool
	// at is when it arrived, in nanoseconds of the server's clock.
	at      int64
	payload []byte
}

// ring keeps the newest packets of one source for retransmission to any of its viewers. Readers take no lock.
type ring struct{ slots []atomic.Pointer[packet] }

// newRing makes a ring; size must be a power of two.
func newRing(size int) ring { return ring{slots: make([]atomic.Pointer[packet], size)} }

// put stores a packet in place of the oldest.
func (r *ring) put(p *packet) {
	if len(r.slots) > 0 {
		r.slots[p.seq&int64(len(r.slots)-1)].Store(p)
	}
}

// get returns a packet that is still kept, or nil.
func (r *ring) get(seq int64) *packet {
	if len(r.slots) == 0 {
		return nil
	}
	if p := r.slots[seq&int64(len(r.slots)-1)].Load(); p != nil && p.seq == seq {
		return p
	}
	return nil
}
