package sfu

import (
	"sync"
	"sync/atomic"
)

// packet is one RTP packet of a source as it is shared by all viewers. It does not change between the moment it was handed on
// and the last release.
type packet struct {
	layer *layer
	// epoch is which of the layer's streams it belongs to.
	epoch uint32
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

	// refs counts who still needs it: its ring, and the shards that have to send it.
	refs atomic.Int32
	pool *packetPool
}

// packetPool keeps packets that nobody needs any more, so that the packet path allocates nothing.
type packetPool struct{ free sync.Pool }

// packetRoom is the room of a packet's payload in bytes: what fits a datagram on Ethernet.
const packetRoom = 1500

// get returns an empty packet with one reference.
func (p *packetPool) get() *packet {
	out, _ := p.free.Get().(*packet)
	if out == nil {
		out = &packet{payload: make([]byte, 0, packetRoom)}
	}
	*out = packet{payload: out.payload[:0], pool: p}
	out.refs.Store(1)
	return out
}

func (p *packet) retain() *packet {
	p.refs.Add(1)
	return p
}

func (p *packet) release() {
	if p.refs.Add(-1) == 0 {
		p.pool.free.Put(p)
	}
}

// ring keeps the newest packets of one source for retransmission to any of its viewers. The layer's lock guards it.
type ring []*packet

// newRing makes a ring; size must be a power of two.
func newRing(size int) ring { return make(ring, size) }

// put stores a packet in place of the oldest.
func (r ring) put(p *packet) {
	if len(r) == 0 {
		return
	}
	at := &r[p.seq&int64(len(r)-1)]
	if *at != nil {
		(*at).release()
	}
	*at = p.retain()
}

// clear forgets all packets.
func (r ring) clear() {
	for i, p := range r {
		if p != nil {
			p.release()
			r[i] = nil
		}
	}
}

// get returns a packet that is still kept, with a reference for the caller, or nil.
func (r ring) get(seq int64) *packet {
	if len(r) == 0 {
		return nil
	}
	if p := r[seq&int64(len(r)-1)]; p != nil && p.seq == seq {
		return p.retain()
	}
	return nil
}
