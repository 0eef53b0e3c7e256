package sfu

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

const (
	// holdOld is how long an old picture may go on while the new source has no keyframe yet.
	holdOld = time.Second
	// resendSpacing is the least time between two retransmissions of one packet to one viewer.
	resendSpacing = 15 * time.Millisecond
	// resendAge is how old a packet may be to be worth a retransmission.
	resendAge = time.Second
	// resendMemory is how many retransmissions a slot remembers, a power of two.
	resendMemory = 64
)

// packetWriter takes the finished packets of a slot. Pion's SRTP session is one.
type packetWriter interface {
	WriteRTP(header *rtp.Header, payload []byte) (int, error)
}

// slot is one Recv line of a participant: it is handed the packets of sources and makes one continuous RTP stream of
// them. It implements webrtc.TrackLocal.
type slot struct {
	room        *Room
	participant *participant
	line        Line

	// absID is the id of the header extension abs-send-time, 0 without.
	absID uint8

	// mu guards what the packet paths of several publishers share.
	mu      sync.Mutex
	writer  packetWriter
	header  rtp.Header
	ssrc    uint32
	rtxSSRC uint32
	rtxPT   uint8
	rtxSeq  uint64 // a packet index (RFC 3711)
	rewrite rewriter
	// target is what is wanted, of it the layers up to most; cur is what is forwarded.
	target *track
	most   int
	cur    *layer
	epoch  uint32 // of cur
	// until is when cur must end because it is not of the target any more, or, when lapsing, when it is reported that
	// nothing took the place of what was stopped.
	until   int64
	lapsing bool
	// packets and octets are what was sent, for sender reports; fresh asks for a report soon.
	packets, octets uint32
	fresh           bool
	resent          []resend
	// report is the viewer's last one.
	report receipt

	// The rest belongs to the room's lock: the want, and the layers whose snapshots hold this slot.

	want     Want
	attached []*layer
	// allowed is the highest layer that bandwidth allows, or off.
	allowed int
	// pressing says that the slot waits for a keyframe or for a time, and not only for a source that may begin to send one day.
	pressing bool
	// refused says that the participant does not have the codec: the line shows nothing, whatever is wanted.
	refused bool
}

// receipt is what a viewer has reported of a stream since it began.
type receipt struct {
	reported  bool
	highest   uint32
	lostInAll int32
}

// resend notes when a packet was retransmitted.
type resend struct {
	seq uint16
	at  int64
}

func newSlot(r *Room, p *participant, line Line) *slot {
	s := &slot{room: r, participant: p, line: line, allowed: maxLayers}
	clock := uint32(audioClock)
	if line.Kind == Video {
		clock = videoClock
	}
	s.rewrite.begin(clock, uint16(rand.Uint32()&0x7FFF), rand.Uint32())
	return s
}

// ID implements webrtc.TrackLocal; it is the track part of a=msid (RFC 8830).
func (s *slot) ID() string { return s.line.Name }

// RID implements webrtc.TrackLocal.
func (s *slot) RID() string { return "" }

// StreamID implements webrtc.TrackLocal; lines with the same one are played in sync.
func (s *slot) StreamID() string {
	if s.line.Group != "" {
		return s.line.Group
	}
	return s.line.Name
}

// Kind implements webrtc.TrackLocal.
func (s *slot) Kind() webrtc.RTPCodecType {
	if s.line.Kind == Video {
		return webrtc.RTPCodecTypeVideo
	}
	return webrtc.RTPCodecTypeAudio
}

// Bind implements webrtc.TrackLocal: it learns the negotiated SSRCs and payload types.
func (s *slot) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	var codec webrtc.RTPCodecParameters
	want := webrtc.MimeTypeOpus
	if s.line.Kind == Video {
		want = s.room.server.cfg.Codec.mime()
	}
	for _, c := range ctx.CodecParameters() {
		if c.MimeType == want {
			codec = c
			break
		}
	}
	if codec.MimeType == "" {
		return codec, webrtc.ErrUnsupportedCodec
	}
	s.mu.Lock()
	s.writer = ctx.WriteStream()
	s.ssrc, s.rtxSSRC = uint32(ctx.SSRC()), uint32(ctx.SSRCRetransmission())
	apt := "apt=" + strconv.Itoa(int(codec.PayloadType))
	for _, c := range ctx.CodecParameters() {
		if c.MimeType == webrtc.MimeTypeRTX && c.SDPFmtpLine == apt {
			s.rtxPT = uint8(c.PayloadType)
		}
	}
	s.header = rtp.Header{Version: rtpVersion, PayloadType: uint8(codec.PayloadType), SSRC: s.ssrc}
	s.mu.Unlock()
	s.participant.bound(s.ssrc, s)
	return codec, nil
}

// Unbind implements webrtc.TrackLocal.
func (s *slot) Unbind(webrtc.TrackLocalContext) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writer = nil
	return nil
}

// deliver is handed every packet of the layers the slot is attached to, by the participant's shard.
func (s *slot) deliver(h *shard, p *packet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writer == nil {
		return
	}
	begins := p.resumes
	if p.layer != s.cur || p.epoch != s.epoch {
		if !s.acceptsLocked(p) {
			return
		}
		s.switchLocked(p)
		begins = true
	}
	s.forwardLocked(h, p)
	if begins && p.upTo != 0 {
		s.catchUpLocked(h, p)
	}
}

// catchUpLocked forwards what came before a keyframe that was just late but belongs behind it.
func (s *slot) catchUpLocked(h *shard, p *packet) {
	for n := p.seq + 1; n <= p.upTo; n++ {
		if q := p.layer.kept(n); q != nil {
			h.held = append(h.held, q)
			if q.epoch == p.epoch {
				s.forwardLocked(h, q)
			}
		}
	}
}

// acceptsLocked decides whether the stream goes on with p's layer: audio at once, video at a keyframe, when there is no
// better layer that sends.
func (s *slot) acceptsLocked(p *packet) bool {
	l := p.layer
	if l.track != s.target || l.index > s.most {
		return false
	}
	if s.line.Kind == Audio {
		return true
	}
	if !p.keyframe {
		return false
	}
	return l == s.target.best(s.most, p.at)
}

func (s *slot) switchLocked(p *packet) {
	sameSource := s.cur != nil && s.cur.track == p.layer.track
	s.cur, s.epoch, s.lapsing = p.layer, p.epoch, false
	s.rewrite.switchTo(p.seq, p.ts, p.at)
	s.fresh = true
	s.participant.fresh.Store(true)
	clear(s.resent)
	if !sameSource {
		s.room.counters.switches.Add(1)
	}
	s.room.events.push(SlotShowing{
		Participant: s.participant.id, Line: s.line.Name, Source: p.layer.track.line.Source, RID: p.layer.rid,
	})
	s.room.wakeSlot(s)
}

func (s *slot) forwardLocked(h *shard, p *packet) {
	index, ts, ok := s.rewrite.rewrite(p.seq, p.ts, p.at)
	if !ok {
		return
	}
	s.packets++
	s.octets += uint32(len(p.payload))
	if v := s.participant.path.Load(); v != nil {
		v.queue(h, outgoing{slot: s, index: index, ts: ts, marker: p.marker, payload: p.payload})
		return
	}
	s.header.SequenceNumber, s.header.Timestamp, s.header.Marker = uint16(index), ts, p.marker
	s.writeLocked(&s.header, p.payload)
}

// writeLocked sends a packet by way of Pion.
func (s *slot) writeLocked(header *rtp.Header, payload []byte) {
	n, err := s.writer.WriteRTP(header, payload)
	if err != nil || n == 0 {
		s.room.counters.dropped.Add(1)
		return
	}
	s.room.counters.packetsOut.Add(1)
	s.room.counters.bytesOut.Add(uint64(n))
	s.participant.downlink.sent.Add(uint64(n))
}

// aim sets what the slot is to show. The old picture may go on for a moment (see the package documentation) when the
// new source sends; else it ends now.
func (s *slot) aim(t *track, most int, now int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.target, s.most = t, most
	sends := t != nil && t.best(most, now) != nil
	switch {
	case s.cur == nil:
		if s.lapsing && !sends {
			s.stopLocked()
		}
	case s.cur.track == t:
		s.until = 0
		if s.cur.index > most && !sends {
			s.stopLocked()
		}
	case !sends:
		s.stopLocked()
	default:
		if s.until == 0 {
			s.until = now + int64(holdOld)
		}
		if s.line.Kind == Audio {
			s.cur, s.lapsing = nil, true
		}
	}
}

func (s *slot) stopLocked() {
	s.cur, s.until, s.lapsing = nil, 0, false
	s.room.events.push(SlotShowing{Participant: s.participant.id, Line: s.line.Name})
}

// expire ends an old picture whose time is over, and reports a line that fell silent.
func (s *slot) expire(now int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until == 0 || now < s.until {
		return
	}
	if s.lapsing || s.cur != nil && s.cur.track != s.target {
		s.stopLocked()
	}
}

// showing returns what is forwarded now, or nil.
func (s *slot) showing() *layer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cur
}

// feedback answers the viewer's RTCP about this slot.
func (s *slot) feedback(f *feedback, now int64) {
	if f.estimate > 0 {
		s.participant.downlink.heard(f.estimate, now)
	}
	if f.reported {
		s.reported(f)
	}
	if f.keyframe {
		if l := s.showing(); l != nil {
			l.requestKeyframe(now)
		}
	}
	if len(f.lost) > 0 {
		s.resend(f.lost, now)
	}
}

// reported adds what a report says beyond the last one to what is known of the viewer's line.
func (s *slot) reported(f *feedback) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before := s.report; before.reported {
		s.participant.downlink.report(int64(int32(f.highest-before.highest)), int64(f.lostInAll-before.lostInAll))
	}
	s.report = receipt{reported: true, highest: f.highest, lostInAll: f.lostInAll}
}

// resend has packets sent again as RTX (RFC 4588) out of the source's ring.
func (s *slot) resend(lost []uint16, now int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cur == nil || s.writer == nil || s.rtxPT == 0 || s.rtxSSRC == 0 {
		return
	}
	if s.resent == nil {
		s.resent = make([]resend, resendMemory)
	}
	for _, seq := range lost {
		source, ok := s.rewrite.source(seq)
		if !ok {
			continue
		}
		memory := &s.resent[seq%resendMemory]
		if memory.at != 0 && memory.seq == seq && now-memory.at < int64(resendSpacing) {
			continue
		}
		p := s.cur.kept(source)
		if p == nil {
			continue
		}
		if p.epoch == s.epoch && now-p.at <= int64(resendAge) && s.participant.repair.take(len(p.payload), now) {
			if s.participant.shard.push(job{packet: p, again: s, seq: seq, ts: p.ts + s.rewrite.tsShift}) {
				*memory = resend{seq, now}
			}
		}
		p.release()
	}
}

// sendAgain is the shard's part of a retransmission.
func (s *slot) sendAgain(h *shard, j job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writer == nil {
		return
	}
	s.room.counters.retransmits.Add(1)
	index := s.rtxSeq
	s.rtxSeq++
	osn := [2]byte{byte(j.seq >> 8), byte(j.seq)}
	if v := s.participant.path.Load(); v != nil {
		v.queue(h, outgoing{slot: s, index: index, ts: j.ts, marker: j.packet.marker, again: true, osn: osn, payload: j.packet.payload})
		return
	}
	header := s.header
	header.SSRC, header.PayloadType, header.SequenceNumber = s.rtxSSRC, s.rtxPT, uint16(index)
	header.Timestamp, header.Marker = j.ts, j.packet.marker
	s.writeLocked(&header, append(osn[:], j.packet.payload...))
}

// abandon gives up a layer that ceased to arrive, when another one can take its place. The line goes on with that one.
func (s *slot) abandon(l *layer) bool {
	now := s.room.server.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cur != l || s.target != l.track || s.target.best(s.most, now) == nil {
		return false
	}
	s.cur = nil
	return true
}

// restart makes the picture begin again at a keyframe: what the viewer missed is too much to be sent again.
func (s *slot) restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.line.Kind == Video {
		s.cur = nil
	}
}
