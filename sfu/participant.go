package sfu

import (
	"io"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/pion/rtcp"
	"github.com/pion/transport/v5/packetio"
	"github.com/pion/webrtc/v4"
)

// maxStreams bounds the SSRCs that one publisher may use; a connection with more is not heard.
const maxStreams = 64

// participant is one peer connection.
type participant struct {
	room  *Room
	id    ParticipantID
	lines []Line
	local netip.Addr
	order uint64

	// shard sends to the participant.
	shard *shard

	// slots and slotByName are fixed from Join on.
	slots      []*slot
	slotByName map[string]*slot

	mu       sync.Mutex
	pc       *webrtc.PeerConnection
	answered bool
	left     bool
	decided  bool // how packets are sent
	secrets  *dtlsSecrets
	tracks   []*track
	bySSRC   map[uint32]*slot
	declared map[uint32]declared
	streams  int
	flood    floodGate
	// clockOffset is the server's clock minus the publisher's, in nanoseconds, by the fastest sender report.
	clockOffset int64
	haveClock   bool

	downlink   downlink
	most       int64 // bit/s that it may be sent in all, 0 for no bound; the room's lock guards it
	repair     repairBudget
	connected  atomic.Bool
	path       atomic.Pointer[path] // nil before the connection is up, and for viewers that Pion sends to
	nextReport int64                // of the room's timer
	// fresh says that a slot just switched and wants its sender report at once.
	fresh atomic.Bool
}

// declared is an SSRC from the offer.
type declared struct {
	layer *layer
	rtx   bool
}

func newParticipant(r *Room, id ParticipantID, lines []Line, local netip.Addr) *participant {
	p := &participant{
		room: r, id: id, lines: lines, local: local, shard: r.server.nextShard(),
		slotByName: map[string]*slot{}, bySSRC: map[uint32]*slot{}, declared: map[uint32]declared{},
	}
	for _, line := range lines {
		if line.Direction == Recv {
			s := newSlot(r, p, line)
			p.slots = append(p.slots, s)
			p.slotByName[line.Name] = s
		}
	}
	return p
}

func (p *participant) bound(ssrc uint32, s *slot) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bySSRC[ssrc] = s
}

// writeRTCP sends RTCP; before the connection is up and after its end that does nothing.
func (p *participant) writeRTCP(packets []rtcp.Packet) {
	p.mu.Lock()
	pc := p.pc
	p.mu.Unlock()
	if pc == nil || !p.connected.Load() {
		return
	}
	if err := pc.WriteRTCP(packets); err != nil {
		p.room.log.Debug("rtcp not sent", "participant", p.id, "error", err)
	}
}

// observeClock compares the publisher's clock with ours. The least delay is nearest to the truth, and audio and video
// of one publisher share it: that is what keeps lip-sync.
func (p *participant) observeClock(theirs, ours int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d := ours - theirs; !p.haveClock || d < p.clockOffset {
		p.clockOffset, p.haveClock = d, true
		return
	}
	// Clocks drift: an old minimum gives way slowly.
	const drift = 20_000
	p.clockOffset += drift
}

// buffers makes the sinks for Pion's SRTP sessions.
func (p *participant) buffers(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	if kind == packetio.RTCPBufferPacket {
		return &rtcpSink{participant: p, ssrc: ssrc}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.streams++
	return &rtpSink{participant: p, ssrc: ssrc, deaf: p.streams > maxStreams}
}

// sink is what a packet sink does when Pion reads from it: nothing, for we took the packet when it was written.
type sink struct{}

// Read implements io.Reader.
func (sink) Read([]byte) (int, error) { return 0, io.EOF }

// Close implements io.Closer.
func (sink) Close() error { return nil }

// rtpSink takes the packets of one SSRC. Write is only called by the SRTP session's goroutine.
type rtpSink struct {
	sink
	participant *participant
	ssrc        uint32
	deaf        bool
	header      rtpHeader
	layer       *layer
	rtx         bool
}

// Write implements io.Writer.
func (s *rtpSink) Write(b []byte) (int, error) {
	r := s.participant.room
	h := &s.header
	if s.deaf || !h.parse(b) {
		return len(b), nil
	}
	if now := r.server.now(); !s.participant.flood.pass(now) {
		r.counters.flooded.Add(1)
		return len(b), nil
	}
	r.counters.packetsIn.Add(1)
	r.counters.bytesIn.Add(uint64(len(b)))
	if s.layer == nil {
		if s.layer, s.rtx = s.participant.identify(h); s.layer == nil {
			return len(b), nil
		}
		if !s.rtx && s.layer.ssrc.Load() != s.ssrc {
			s.layer.restart(s.ssrc)
		}
	}
	t, now := s.layer.track, r.server.now()
	switch {
	case s.rtx:
		if h.pt != t.rtxPT || !h.unwrapRTX() {
			return len(b), nil
		}
	case h.pt != t.mediaPT:
		return len(b), nil
	}
	if level := h.extension(t.levelID); len(level) == 1 && t.line.Kind == Audio {
		r.heard(t, t.speech.hear(level[0], now))
	}
	s.layer.handle(h, now)
	return len(b), nil
}

// identify finds the layer of a new SSRC: by the header extensions (RFC 8843, section 9.2; RFC 8852), else as declared.
func (p *participant) identify(h *rtpHeader) (*layer, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.tracks {
		if string(h.extension(t.midID)) != t.mid || t.mid == "" {
			continue
		}
		rid, repaired := string(h.extension(t.ridID)), string(h.extension(t.rridID))
		for _, l := range t.layers {
			switch {
			case !t.simulcast:
				return l, h.pt == t.rtxPT && t.rtxPT != 0
			case repaired != "" && l.rid == repaired:
				return l, true
			case repaired == "" && rid != "" && l.rid == rid:
				return l, h.pt == t.rtxPT && t.rtxPT != 0
			}
		}
	}
	d := p.declared[h.ssrc]
	return d.layer, d.rtx
}

// rtcpSink takes the RTCP about one SSRC.
type rtcpSink struct {
	sink
	participant *participant
	ssrc        uint32
	parsed      feedback
}

// Write implements io.Writer.
func (s *rtcpSink) Write(b []byte) (int, error) {
	p := s.participant
	s.parsed.parse(b, s.ssrc)
	now := p.room.server.now()
	p.mu.Lock()
	watching := p.bySSRC[s.ssrc]
	var layer *layer
	if watching == nil && s.parsed.senderReport {
		layer = p.layerOfLocked(s.ssrc)
	}
	p.mu.Unlock()
	if watching != nil {
		watching.feedback(&s.parsed, now)
	}
	if layer != nil {
		layer.senderReport(s.parsed.ntp, s.parsed.rtp, now)
	}
	return len(b), nil
}

func (p *participant) layerOfLocked(ssrc uint32) *layer {
	for _, t := range p.tracks {
		for _, l := range t.layers {
			if l.ssrc.Load() == ssrc {
				return l
			}
		}
	}
	return nil
}
