package sfu

import "time"

const (
	// gapLimit is how long a stream may pause with packets lost before it can only go on at a keyframe: a decoder
	// that is handed the rest of an old picture shows rubbish or stands still.
	gapLimit = 600 * time.Millisecond
	// lateKeyframe is how far the first packet of a keyframe may be behind the newest packet, in units of the video
	// clock: reordered or sent again, but not the old keyframe that a probe repeats.
	lateKeyframe = 300 * videoClock / 1000
)

// receiveState is the arithmetic of one incoming RTP stream, without I/O: it unwraps and renumbers sequence numbers,
// drops duplicates, finds holes, and decides whether the stream can be decoded from here.
type receiveState struct {
	// video streams need a keyframe to begin and after a hole that cannot be repaired.
	video bool
	// reach is how many packets back a late keyframe may be: what came after it must still be kept.
	reach int64

	seq     unwrapper
	seen    seenWindow
	padding paddingRemover
	losses  lossList
	// broken means that nothing is passed on until a keyframe.
	broken bool
	// first is the number that the stream began or resumed at; what is older is late beyond use.
	first    int64
	started  bool
	newestAt int64
	newestTS uint32
	// lastKeyframe is the newest keyframe's number.
	lastKeyframe int64

	// For receiver reports (RFC 3550, section 6.4.1): what was expected and received in all, and at the last report.
	begin, received                int64
	reportedExpected, reportedRecv int64
	jitter                         float64
	transit                        int64
	haveTransit                    bool
}

// arrival is an incoming packet as receiveState sees it.
type arrival struct {
	seq      uint16
	ts       uint32
	keyframe bool
	padding  bool
	now      int64
}

// verdict says what to do with an arrival.
type verdict struct {
	// pass is false for what must not be forwarded.
	pass bool
	// seq is the renumbered, extended sequence number.
	seq int64
	// newest is set when the packet is newer than all before.
	newest bool
	// begins is set on a keyframe that may begin a picture: the newest packet, or one that is only just late.
	begins bool
	// upTo is the newest number when a late keyframe begins a picture: what lies between was received before.
	upTo int64
	// resumes is set when the stream was broken until this keyframe.
	resumes bool
	// keep is set for packets that are not passed on now, but would be needed behind a late keyframe.
	keep bool
	// needKeyframe is set when the stream just broke.
	needKeyframe bool
}

// receive takes one packet into account.
func (r *receiveState) receive(a arrival) verdict {
	if !r.started {
		r.started, r.broken = true, r.video
		n := r.seq.unwrap(a.seq)
		r.seen.highest, r.begin, r.first = n-1, n, n
		r.newestAt = a.now
		return r.newest(n, a)
	}
	before := r.seq.highest
	n := r.seq.unwrap(a.seq)
	if !r.seen.add(n) {
		return verdict{}
	}
	if n > before {
		return r.newestAfter(before, n, a)
	}
	return r.late(n, a)
}

func (r *receiveState) newestAfter(before, n int64, a arrival) verdict {
	broke := false
	if hole := n - before - 1; hole > 0 {
		if hole > maxLosses || a.now-r.newestAt > int64(gapLimit) {
			broke = r.video && !r.broken
			r.broken = r.video
			r.losses.clear()
		} else if r.video {
			r.losses.hole(before+1, n-1)
		}
	}
	v := r.newest(n, a)
	v.needKeyframe = broke && r.broken
	return v
}

func (r *receiveState) newest(n int64, a arrival) verdict {
	r.received++
	r.newestAt, r.newestTS = a.now, a.ts
	r.seen.add(n)
	if a.padding {
		r.padding.remove(n)
		return verdict{}
	}
	v := verdict{pass: true, seq: r.padding.renumber(n), newest: true}
	return r.mend(v, n, a)
}

func (r *receiveState) late(n int64, a arrival) verdict {
	r.received++
	r.losses.found(n)
	v := verdict{pass: true, seq: r.padding.renumber(n)}
	if a.keyframe {
		old := n <= r.lastKeyframe || r.seq.highest-n > r.reach || int32(r.newestTS-a.ts) > lateKeyframe
		a.keyframe = !old
		v.upTo = r.padding.renumber(r.seq.highest)
	}
	if !r.broken && n < r.first {
		return verdict{}
	}
	return r.mend(v, n, a)
}

// mend lets a keyframe begin a picture and mend a broken stream, and holds back everything else of a broken one.
func (r *receiveState) mend(v verdict, n int64, a arrival) verdict {
	if !r.video || !a.keyframe {
		v.upTo = 0
		if r.broken {
			v.pass, v.keep, v.newest = false, true, false
		}
		return v
	}
	v.begins = true
	r.lastKeyframe = n
	if r.broken {
		v.resumes = true
		r.broken = false
		r.first = n
		r.losses.clearBefore(n)
	}
	return v
}

// sample updates the interarrival jitter (RFC 3550, section 6.4.1); both arguments are in units of the RTP clock.
func (r *receiveState) sample(arrived, timestamp uint32) {
	transit := int64(int32(arrived - timestamp))
	if r.haveTransit {
		d := transit - r.transit
		if d < 0 {
			d = -d
		}
		r.jitter += (float64(d) - r.jitter) / 16
	}
	r.transit, r.haveTransit = transit, true
}

// reception is the content of a report block.
type reception struct {
	fractionLost uint8
	totalLost    uint32
	highest      uint32
	jitter       uint32
}

// report returns the figures since the last call.
func (r *receiveState) report() (reception, bool) {
	if !r.started {
		return reception{}, false
	}
	expected := r.seq.highest - r.begin + 1
	lost := max(expected-r.received, 0)
	out := reception{
		totalLost: uint32(min(lost, 1<<23-1)),
		highest:   uint32(r.seq.highest - 1<<16),
		jitter:    uint32(r.jitter),
	}
	newExpected, newReceived := expected-r.reportedExpected, r.received-r.reportedRecv
	if newExpected > 0 && newReceived < newExpected {
		out.fractionLost = uint8(min((newExpected-newReceived)<<8/newExpected, 255))
	}
	r.reportedExpected, r.reportedRecv = expected, r.received
	return out, true
}
