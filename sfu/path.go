package sfu

import (
	"fmt"
	"net/netip"
	"sync/atomic"

	"github.com/pion/webrtc/v4"

	"muster/sfu/egress"
)

// path is how packets reach one viewer over UDP without Pion: its keys and its address. It is chosen once, before the viewer's
// first packet, and kept: no SSRC may ever be sealed by two.
type path struct {
	participant *participant
	sealer      egress.Sealer
	to          atomic.Pointer[egress.Destination]

	// pending belongs to the participant's shard; next is the first that was not sealed yet.
	pending    []outgoing
	next       int
	restsUntil int64
}

// outgoing is one packet of one viewer before it is sealed.
type outgoing struct {
	slot    *slot
	index   uint64
	ts      uint32
	marker  bool
	again   bool
	osn     [2]byte
	payload []byte
	padding uint8
}

// openPath decides how a connection's packets are sent; the caller knows that it is up. Over TCP, Pion sends them.
func (p *participant) openPath(pc *webrtc.PeerConnection) {
	p.mu.Lock()
	decided := p.decided
	p.decided = true
	p.mu.Unlock()
	if decided || p.room.server.cfg.Egress == Stock {
		return
	}
	v, err := p.newPath(pc)
	if err != nil {
		p.room.log.Warn("a viewer is sent to by the slow way", "participant", p.id, "error", err)
		return
	}
	if v != nil {
		p.path.Store(v)
	}
}

// newPath returns nil for a viewer over TCP.
func (p *participant) newPath(pc *webrtc.PeerConnection) (*path, error) {
	ice := iceTransport(pc)
	if ice == nil {
		return nil, nil // nothing is sent to a connection without media
	}
	pair, err := ice.GetSelectedCandidatePair()
	if err != nil || pair == nil {
		return nil, fmt.Errorf("sfu: no selected candidate pair: %w", err)
	}
	if pair.Remote.Protocol != webrtc.ICEProtocolUDP {
		return nil, nil
	}
	keys, err := p.secrets.sending()
	if err != nil {
		return nil, err
	}
	sealer, err := egress.NewSealer(keys)
	if err != nil {
		return nil, fmt.Errorf("sfu: %w", err)
	}
	v := &path{participant: p, sealer: sealer}
	if err := v.follow(pair); err != nil {
		return nil, err
	}
	ice.OnSelectedCandidatePairChange(func(pair *webrtc.ICECandidatePair) {
		if err := v.follow(pair); err != nil {
			p.room.log.Warn("a viewer moved to where it can't be sent to", "participant", p.id, "error", err)
		}
	})
	return v, nil
}

func iceTransport(pc *webrtc.PeerConnection) *webrtc.ICETransport {
	for _, t := range pc.GetTransceivers() {
		if s := t.Sender(); s != nil && s.Transport() != nil {
			return s.Transport().ICETransport()
		}
		if r := t.Receiver(); r != nil && r.Transport() != nil {
			return r.Transport().ICETransport()
		}
	}
	return nil
}

// follow sends to the remote address of a candidate pair, from the socket at its local one.
func (v *path) follow(pair *webrtc.ICECandidatePair) error {
	addr, err := netip.ParseAddr(pair.Remote.Address)
	if err != nil || pair.Remote.Protocol != webrtc.ICEProtocolUDP {
		return fmt.Errorf("sfu: cannot send to %s %s", pair.Remote.Protocol, pair.Remote.Address)
	}
	local, err := netip.ParseAddr(pair.Local.Address)
	if err != nil {
		return fmt.Errorf("sfu: cannot send from %s: %w", pair.Local.Address, err)
	}
	conn := v.participant.room.server.connAt(local.Unmap(), v.participant.local)
	v.to.Store(egress.NewDestination(conn, netip.AddrPortFrom(addr, pair.Remote.Port)))
	return nil
}

// connAt returns the socket bound to an address. Behind a NAT the pair's local address is not ours; then it is the socket that the
// client's network leads to.
func (s *Server) connAt(local, reached netip.Addr) *egress.Conn {
	for _, want := range []netip.Addr{local, reached.Unmap()} {
		for _, e := range s.endpoints {
			if e.addr == want {
				return e.conn
			}
		}
	}
	return s.endpoints[0].conn
}

// queue adds a packet to what the shard's next batch sends; the shard's goroutine calls it.
func (v *path) queue(h *shard, o outgoing) {
	if len(v.pending) == 0 {
		h.dirty = append(h.dirty, v)
	}
	v.pending = append(v.pending, o)
}

// sendSlice seals the next packets and says whether more wait.
func (v *path) sendSlice(h *shard, now int64) bool {
	to := v.to.Load()
	batch := h.batch(to.Conn)
	end := min(v.next+sliceSize, len(v.pending))
	var bytes uint64
	if to.Conn.Mode() == egress.Segments {
		evenOut(v.pending[v.next:end])
	}
	for i := v.next; i < end; i++ {
		o := &v.pending[i]
		o.fill(&h.packet, h)
		n, err := v.sealer.Seal(batch.Room(len(o.payload)+maxHeader+mostPadding), &h.packet)
		if err != nil {
			v.participant.room.counters.dropped.Add(1)
			continue
		}
		batch.Add(to, n)
		bytes += uint64(n)
	}
	v.participant.room.counters.packetsOut.Add(uint64(end - v.next))
	v.participant.room.counters.bytesOut.Add(bytes)
	v.participant.downlink.sent.Add(bytes)
	if end < len(v.pending) {
		v.next, v.restsUntil = end, now+int64(sliceRest)
		return true
	}
	clear(v.pending)
	v.pending, v.next = v.pending[:0], 0
	if cap(v.pending) > mostIdle {
		v.pending = nil
	}
	return false
}

// mostIdle is the room for how many packets a viewer keeps: what a machine that stood still for a while leaves is more, times all viewers.
const mostIdle = 2 * sliceSize

// maxHeader is what a packet takes beyond its payload at most: RTP header with an extension, original sequence number, tag.
const maxHeader = rtpFixedHeader + sendTimeSize + 2 + egress.MaxOverhead

func (o *outgoing) fill(p *egress.Packet, h *shard) {
	s := o.slot
	p.Extension = h.sendTime(s.absID)
	p.SSRC, p.PayloadType, p.Prefix = s.ssrc, s.header.PayloadType, nil
	if o.again {
		p.SSRC, p.PayloadType, p.Prefix = s.rtxSSRC, s.rtxPT, o.osn[:]
	}
	p.Timestamp, p.Index, p.Marker, p.Payload, p.Padding = o.ts, o.index, o.marker, o.payload, o.padding
}
