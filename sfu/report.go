package sfu

import (
	"math/rand/v2"
	"time"

	"github.com/pion/rtcp"
)

const (
	// reportInterval is the time between the reports of one participant (RFC 3550, section 6.2).
	reportInterval = time.Second
	// reportSSRC is the SSRC that this side reports as; it sends no media under it.
	reportSSRC = 1
	// maxReports is how many report blocks fit into one packet (its count field has five bits).
	maxReports = 31
	// maxInOne is how many reports, with their source descriptions, go into one datagram.
	maxInOne = 20
	// ntpEpoch is the Unix time of the NTP epoch, negated, in seconds.
	ntpEpoch = 2_208_988_800
)

// ntpNanos converts a time in NTP format (RFC 3550, section 4) to nanoseconds since the Unix epoch.
func ntpNanos(ntp uint64) int64 {
	seconds := int64(ntp>>32) - ntpEpoch
	return seconds*int64(time.Second) + int64((ntp&0xFFFFFFFF)*uint64(time.Second)>>32)
}

// toNTP converts a time to NTP format.
func toNTP(t time.Time) uint64 {
	n := t.UnixNano()
	seconds, rest := uint64(n/int64(time.Second)), uint64(n%int64(time.Second))
	return (seconds+ntpEpoch)<<32 | rest<<32/uint64(time.Second)
}

// onTick sends what is due to one participant: requests for lost packets and keyframes, and reports.
func (p *participant) onTick(now int64) {
	if !p.connected.Load() {
		return
	}
	p.mu.Lock()
	tracks := p.tracks
	p.mu.Unlock()
	var out []rtcp.Packet
	for _, t := range tracks {
		t.flushKeyframes(now)
		for _, l := range t.layers {
			if t.line.Kind != Video || l.ssrc.Load() == 0 {
				continue
			}
			if lost := l.nacks(now); len(lost) > 0 {
				out = append(out, &rtcp.TransportLayerNack{
					SenderSSRC: reportSSRC, MediaSSRC: l.ssrc.Load(), Nacks: rtcp.NackPairsFromSequenceNumbers(lost),
				})
				p.room.counters.nacks.Add(uint64(len(lost)))
			}
		}
	}
	if len(out) > 0 {
		p.writeRTCP(out)
	}
	p.report(tracks, now)
}

// report sends receiver reports about what the participant publishes and sender reports about what it is sent. A slot
// that just switched gets its report at once, so that the viewer can synchronise.
func (p *participant) report(tracks []*track, now int64) {
	all, fresh := now >= p.nextReport, p.fresh.Load()
	if !all && !fresh {
		return
	}
	p.fresh.Store(false) // before the slots are looked at: one that switches meanwhile sets it again
	var out []rtcp.Packet
	if all {
		p.nextReport = now + spread(reportInterval)
		if blocks := receptionBlocks(tracks, now); len(blocks) > 0 {
			out = append(out, &rtcp.ReceiverReport{SSRC: reportSSRC, Reports: blocks})
		}
	}
	wall := time.Now()
	flush := func() {
		if len(out) > 0 {
			p.writeRTCP(append(out, p.description(out)))
			out = nil
		}
	}
	for _, s := range p.slots {
		if sr := s.senderReport(all, wall, now); sr != nil {
			if out = append(out, sr); len(out) == maxInOne {
				flush()
			}
		}
	}
	flush()
}

// spread is half of an interval to one and a half (RFC 3550, section 6.3.5): participants that came together do not report together.
func spread(interval time.Duration) int64 {
	return int64(interval)/2 + rand.Int64N(int64(interval))
}

// description names all streams of a connection alike (CNAME; RFC 3550, section 6.5.1): they share a clock.
func (p *participant) description(reports []rtcp.Packet) rtcp.Packet {
	sdes := &rtcp.SourceDescription{}
	for _, r := range reports {
		source := uint32(reportSSRC)
		if sr, ok := r.(*rtcp.SenderReport); ok {
			source = sr.SSRC
		}
		sdes.Chunks = append(sdes.Chunks, rtcp.SourceDescriptionChunk{
			Source: source,
			Items:  []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: "sfu"}},
		})
	}
	return sdes
}

func receptionBlocks(tracks []*track, now int64) []rtcp.ReceptionReport {
	var out []rtcp.ReceptionReport
	for _, t := range tracks {
		for _, l := range t.layers {
			ssrc := l.ssrc.Load()
			if ssrc == 0 || len(out) == maxReports {
				continue
			}
			l.mu.Lock()
			rec, ok := l.receive.report()
			block := rtcp.ReceptionReport{
				SSRC: ssrc, FractionLost: rec.fractionLost, TotalLost: rec.totalLost,
				LastSequenceNumber: rec.highest, Jitter: rec.jitter,
			}
			if l.haveSR {
				block.LastSenderReport = uint32(l.srNTP >> 16)
				block.Delay = ticks(now-l.srAt, 1<<16)
			}
			l.mu.Unlock()
			if ok {
				out = append(out, block)
			}
		}
	}
	return out
}

// clockPause is from when on a pause of sound is looked at: it is longer than those of discontinuous transmission.
const clockPause = 500 * time.Millisecond

// clockStood says whether the source's RTP clock stood still while nothing came. A browser whose microphone is taken from the line
// and put back goes on with the timestamp it had: what its last sender report says of that clock is wrong then by the whole pause.
func (l *layer) clockStood(pause int64, advance uint32) bool {
	return l.track.line.Kind == Audio && pause > int64(clockPause) && int64(int32(advance)) < int64(ticks(pause, l.clock))/2
}

// clockAt returns the layer's RTP time at the server's time now, by its publisher's own sender reports.
func (l *layer) clockAt(now int64) (uint32, bool) {
	p := l.track.participant
	p.mu.Lock()
	offset, ok := p.clockOffset, p.haveClock
	p.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !ok || !l.haveSR {
		return 0, false
	}
	elapsed := now - offset - l.srWall
	if elapsed < 0 {
		return l.srRTP - ticks(-elapsed, l.clock), true
	}
	return l.srRTP + ticks(elapsed, l.clock), true
}

// senderReport describes the rewritten stream: the RTP time that belongs to now. By the source's sender reports that is
// exact; before the first of them it is the last packet's timestamp plus the time since.
func (s *slot) senderReport(all bool, wall time.Time, now int64) *rtcp.SenderReport {
	cur := s.showing()
	if cur == nil {
		return nil
	}
	source, exact := cur.clockAt(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cur != cur || s.packets == 0 || !all && !s.fresh {
		return nil
	}
	s.fresh = false
	at := source + s.rewrite.tsShift
	if !exact {
		at = s.rewrite.lastTS + ticks(now-s.rewrite.lastAt, s.rewrite.clock)
	}
	return &rtcp.SenderReport{
		SSRC: s.ssrc, NTPTime: toNTP(wall), RTPTime: at, PacketCount: s.packets, OctetCount: s.octets,
	}
}
