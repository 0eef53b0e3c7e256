package sfu

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
)

const (
	// keyframeSpacing is the least time between two keyframe requests to one publisher. A request for any simulcast
	// layer makes browsers send keyframes on all of them, so requests are shared.
	keyframeSpacing = 275 * time.Millisecond
	// layerSilence is how long a simulcast layer may pause before viewers fall back to another.
	layerSilence = 700 * time.Millisecond
	// videoRing is how many packets of a layer are kept for retransmission, middleRing and lowRing the same for the layers below
	// the best: a second of what they send.
	videoRing, middleRing, lowRing = 256, 64, 16
	// never is the time of what did not happen yet.
	never = int64(-1) << 62
)

// track is one publication: a Send line of a participant, with its layers.
type track struct {
	room        *Room
	participant *participant
	line        Line
	layers      []*layer
	// simulcast is false when the offer had no RIDs: then there is one layer with an empty RID.
	simulcast bool
	// payload types and header extension ids, from the answer; 0 is none.
	mediaPT, rtxPT                uint8
	midID, ridID, rridID, levelID uint8
	mid                           string

	// keyframes guards the requests; asking says, without the lock, that one waits.
	keyframes   sync.Mutex
	asked       [maxLayers]bool
	lastRequest int64
	asking      atomic.Bool

	speech speechDetector
	taps   taps

	// The rest belongs to the room's lock.

	wanted   []bool
	since    [maxLayers]int64
	idleAt   [maxLayers]int64
	told     bool
	toldLive bool
	toldBare bool // that no pictures come out of the packets
	toldRIDs string
}

// maxLayers bounds the layers of one source.
const maxLayers = 3

// watching are the slots of one shard that are attached to a layer.
type watching struct {
	shard *shard
	slots []*slot
}

// layer is one RTP stream of a track.
type layer struct {
	track *track
	index int
	rid   string
	clock uint32

	// watchers is an immutable snapshot: the packet path takes no lock of the room.
	watchers atomic.Pointer[[]watching]
	ring     ring
	// bytes came since sampledAt, which belongs to the room's lock; rate is what that makes, in bit/s.
	bytes     atomic.Uint64
	rate      atomic.Int64
	sampledAt int64
	// ssrc is 0 until the first packet. lastAt is when the newest packet came.
	ssrc   atomic.Uint32
	lastAt atomic.Int64
	// framedAt is when the last whole picture came, or, until one does, when packets began to arrive.
	framedAt atomic.Int64
	// lossy says, without the lock, that packets are missing.
	lossy atomic.Bool

	// epoch counts the streams that the publisher began on this layer; numbers of different ones have nothing to do with each other.
	epoch uint32
	// parameterSets says that the stream has parameter sets in band (H.264); it belongs to the publisher's goroutine.
	parameterSets bool
	// mu guards the state of the receiver and the ring, which the publisher's goroutine, the shards and the room's timer share.
	mu      sync.Mutex
	receive receiveState
	frames  frameWatch
	// The newest sender report of the source: srWall is its NTP time in nanoseconds since the Unix epoch.
	haveSR   bool
	srNTP    uint64
	srRTP    uint32
	srWall   int64
	srAt     int64
	nackList []uint16
}

func newTrack(r *Room, p *participant, line Line, simulcast bool) *track {
	t := &track{room: r, participant: p, line: line, simulcast: simulcast, lastRequest: never}
	rids := []string{""}
	if simulcast {
		rids = rids[:0]
		for _, l := range line.Layers {
			rids = append(rids, l.RID)
		}
	}
	for i, rid := range rids {
		l := &layer{track: t, index: i, rid: rid, clock: audioClock, sampledAt: never}
		if line.Kind == Video {
			l.clock = videoClock
			l.receive.video = true
			size := videoRing
			switch {
			case i+1 == len(rids):
			case i == 0:
				size = lowRing
			default:
				size = middleRing
			}
			l.ring = newRing(size)
			l.receive.reach = int64(size) / 2
		}
		l.lastAt.Store(never)
		l.framedAt.Store(never)
		l.watchers.Store(&[]watching{})
		t.layers = append(t.layers, l)
	}
	t.wanted = make([]bool, len(t.layers))
	for i := range t.idleAt {
		t.idleAt[i] = never
	}
	return t
}

// silence is how long the layers of t may pause before they count as gone.
func (t *track) silence() int64 {
	if t.simulcast {
		return int64(layerSilence)
	}
	return int64(t.room.server.cfg.Silence)
}

func (l *layer) alive(now int64) bool { return now-l.lastAt.Load() < l.track.silence() }

// best returns the highest layer up to most that sends, or nil.
func (t *track) best(most int, now int64) *layer {
	for i := min(most, len(t.layers)-1); i >= 0; i-- {
		if t.layers[i].alive(now) {
			return t.layers[i]
		}
	}
	return nil
}

// limit turns the RID of the best layer that is wanted into an index: the layer itself, or the next lower one there is.
func (t *track) limit(rid string) int {
	top := len(t.layers) - 1
	rank, known := rankOf(rid)
	if !known || !t.simulcast {
		return top
	}
	for i := top; i > 0; i-- {
		if r, ok := rankOf(t.layers[i].rid); ok && r <= rank {
			return i
		}
	}
	return 0
}

func rankOf(rid string) (int, bool) {
	switch rid {
	case "l":
		return 0, true
	case "m":
		return 1, true
	case "h":
		return 2, true
	}
	return 0, false
}

// requestKeyframe asks the publisher for a keyframe of a layer: at once, or, when one was asked for a moment ago, by
// the next tick of the room after keyframeSpacing, unless a keyframe comes before.
func (l *layer) requestKeyframe(now int64) {
	if l.track.line.Kind != Video {
		return
	}
	l.needKeyframe()
	l.track.flushKeyframes(now)
}

// needKeyframe notes that a keyframe is to be asked for.
func (l *layer) needKeyframe() {
	l.track.keyframes.Lock()
	defer l.track.keyframes.Unlock()
	l.track.asked[l.index] = true
	l.track.asking.Store(true)
}

// flushKeyframes sends the requests that are due.
func (t *track) flushKeyframes(now int64) {
	if !t.asking.Load() {
		return
	}
	t.keyframes.Lock()
	var out []rtcp.Packet
	if now-t.lastRequest >= int64(keyframeSpacing) {
		for i, l := range t.layers {
			if ssrc := l.ssrc.Load(); t.asked[i] && ssrc != 0 {
				out = append(out, &rtcp.PictureLossIndication{SenderSSRC: reportSSRC, MediaSSRC: ssrc})
				t.asked[i] = false
			}
		}
		if len(out) > 0 {
			t.lastRequest = now
		}
	}
	t.asking.Store(slices.Contains(t.asked[:], true))
	t.keyframes.Unlock()
	if len(out) > 0 {
		t.room.counters.keyframeRequests.Add(1)
		t.participant.writeRTCP(out)
	}
}

// gotKeyframe cancels a request that waits.
func (l *layer) gotKeyframe() {
	l.track.keyframes.Lock()
	l.track.asked[l.index] = false
	l.track.keyframes.Unlock()
}

// restart forgets the stream because the publisher began another one.
func (l *layer) restart(ssrc uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.receive = receiveState{video: l.receive.video, reach: l.receive.reach}
	l.epoch++
	l.parameterSets = false
	l.ring.clear()
	l.frames = frameWatch{}
	l.haveSR = false
	l.ssrc.Store(ssrc)
}

// handle takes in one packet of the layer, retransmissions included; h.payload is copied once, for all viewers.
func (l *layer) handle(h *rtpHeader, now int64) {
	p := l.track.room.server.packets.get()
	defer p.release()
	p.layer, p.ts, p.marker, p.at = l, h.ts, h.marker, now
	l.bytes.Add(uint64(len(h.payload)))
	var video videoPacket
	padding := len(h.payload) == 0
	if l.receive.video && !padding {
		var ok bool
		if video, ok = l.takeVideo(p, h.payload); !ok {
			l.arrived(now) // who sends what nobody can decode sends nevertheless
			return
		}
	} else if !padding {
		p.payload = append(p.payload, h.payload...)
	}
	l.mu.Lock()
	pause, lastTS := now-l.receive.newestAt, l.receive.newestTS
	v := l.receive.receive(arrival{seq: h.seq, ts: h.ts, keyframe: video.keyframe, padding: padding, now: now})
	l.lossy.Store(len(l.receive.losses.missing) > 0)
	if v.newest {
		l.receive.sample(ticks(now, l.clock), h.ts)
		l.haveSR = l.haveSR && !l.clockStood(pause, h.ts-lastTS)
	}
	p.seq, p.keyframe, p.upTo, p.resumes, p.epoch = v.seq, v.begins, v.upTo, v.resumes, l.epoch
	if v.pass || v.keep {
		l.ring.put(p)
		if l.receive.video && l.frames.add(p.seq, p.ts, video.start, p.marker) && v.pass {
			l.framedAt.Store(now)
		}
	}
	l.mu.Unlock()
	l.arrived(now)
	if v.needKeyframe {
		l.requestKeyframe(now)
	}
	if !v.pass {
		return
	}
	if p.keyframe {
		l.gotKeyframe()
	}
	l.track.tapped(p)
	for _, g := range *l.watchers.Load() {
		if !g.shard.push(job{packet: p}) {
			l.track.room.counters.dropped.Add(uint64(len(g.slots)))
		}
	}
}

// kept returns a packet out of the ring, with a reference for the caller, or nil.
func (l *layer) kept(seq int64) *packet {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ring.get(seq)
}

// forget gives up the packets of a layer that ceased: they are too old to be sent again, and every unit that was called once has a second of
// large ones.
func (l *layer) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring.clear()
}

// arrived notes that the layer sends, and wakes the room when it had not.
func (l *layer) arrived(now int64) {
	last := l.lastAt.Swap(now)
	if now-last >= int64(l.track.room.server.cfg.Silence) {
		l.framedAt.Store(now)
	}
	if now-last >= l.track.silence() {
		l.track.room.wakeTrack(l.track)
	}
}

// nacks returns the sequence numbers to ask the publisher for.
func (l *layer) nacks(now int64) []uint16 {
	if !l.lossy.Load() {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.nackList = l.receive.losses.due(now, l.nackList[:0])
	l.lossy.Store(len(l.receive.losses.missing) > 0)
	return l.nackList
}

// senderReport keeps the source's own clock for lip-sync.
func (l *layer) senderReport(ntp uint64, rtp uint32, now int64) {
	l.mu.Lock()
	l.haveSR, l.srNTP, l.srRTP, l.srWall, l.srAt = true, ntp, rtp, ntpNanos(ntp), now
	l.mu.Unlock()
	l.track.participant.observeClock(ntpNanos(ntp), now)
}
