package sfu

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"muster/sfu/egress"
)

// counters are a room's counters; the packet path adds to them.
type counters struct {
	packetsIn, bytesIn, packetsOut, bytesOut, dropped atomic.Uint64
	switches, keyframeRequests, retransmits, nacks    atomic.Uint64
	flooded                                           atomic.Uint64
}

// Stats are counters of a Room since it was opened, and gauges of now.
type Stats struct {
	// Participants are in the room; Connected of them have a connection that is up.
	Participants, Connected int
	// Sources are published; LiveSources of them send, FramelessSources of those send no whole pictures.
	Sources, LiveSources, FramelessSources int
	// PacketsIn and BytesIn are RTP as it came, with retransmissions and duplicates.
	PacketsIn, BytesIn uint64
	// PacketsOut and BytesOut are RTP as it was sent; PacketsDropped could not be sent.
	PacketsOut, BytesOut, PacketsDropped uint64
	// PacketsLost were expected from the present publishers and did not come.
	PacketsLost uint64
	// PacketsFlooded came faster than one participant may send, and were not looked at.
	PacketsFlooded uint64
	// Switches counts how often a line began to show another source.
	Switches uint64
	// KeyframeRequests and NACKs were sent to publishers; Retransmits to viewers.
	KeyframeRequests, NACKs, Retransmits uint64
}

// Stats returns the room's counters.
func (r *Room) Stats() Stats {
	c := &r.counters
	out := Stats{
		PacketsIn: c.packetsIn.Load(), BytesIn: c.bytesIn.Load(),
		PacketsOut: c.packetsOut.Load(), BytesOut: c.bytesOut.Load(), PacketsDropped: c.dropped.Load(),
		PacketsFlooded: c.flooded.Load(), Switches: c.switches.Load(), KeyframeRequests: c.keyframeRequests.Load(),
		NACKs: c.nacks.Load(), Retransmits: c.retransmits.Load(),
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	out.Participants = len(r.participants)
	for _, p := range r.participants {
		if p.connected.Load() {
			out.Connected++
		}
	}
	for _, src := range r.sources {
		if src.active == nil {
			continue
		}
		out.Sources++
		if src.active.toldLive {
			out.LiveSources++
		}
		if src.active.toldBare {
			out.FramelessSources++
		}
		for _, l := range src.active.layers {
			l.mu.Lock()
			if l.receive.started {
				expected := l.receive.seq.highest - l.receive.begin + 1
				out.PacketsLost += uint64(max(expected-l.receive.received, 0))
			}
			l.mu.Unlock()
		}
	}
	return out
}

// EgressStats are counters of a Server's UDP sockets since they were opened, without what Pion sends itself: STUN, DTLS, RTCP, and
// media with Stock.
type EgressStats struct {
	// Way is how packets are handed to the system.
	Way Egress
	// Packets and Bytes were sent, Dropped packets could not be. Messages are what the system cut into packets, Calls are system
	// calls. Waits counts how often a socket was full; writing one by one waits without being counted.
	Packets, Bytes, Dropped, Messages, Calls, Waits uint64
}

// Egress returns the counters of all sockets.
func (s *Server) Egress() EgressStats {
	out := EgressStats{Way: s.cfg.Egress}
	if out.Way != Stock {
		out.Way = map[egress.Mode]Egress{
			egress.Portable: Single, egress.Messages: Batched, egress.Segments: Segmented,
		}[s.endpoints[0].conn.Mode()]
	}
	for _, e := range s.endpoints {
		out.Packets += e.conn.Packets.Load()
		out.Bytes += e.conn.Bytes.Load()
		out.Dropped += e.conn.Dropped.Load()
		out.Messages += e.conn.Messages.Load()
		out.Calls += e.conn.Calls.Load()
		out.Waits += e.conn.Waits.Load()
	}
	return out
}

// metric is one figure of Stats for Prometheus.
type metric struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(Stats) float64
}

func metrics() []metric {
	make := func(name, help string, kind prometheus.ValueType, value func(Stats) float64) metric {
		return metric{prometheus.NewDesc("sfu_"+name, help, []string{"room"}, nil), kind, value}
	}
	const counter, gauge = prometheus.CounterValue, prometheus.GaugeValue
	return []metric{
		make("participants", "Participants in the room.", gauge, func(s Stats) float64 { return float64(s.Participants) }),
		make("connected", "Participants with a connection.", gauge, func(s Stats) float64 { return float64(s.Connected) }),
		make("sources", "Published sources.", gauge, func(s Stats) float64 { return float64(s.Sources) }),
		make("live_sources", "Sources that send.", gauge, func(s Stats) float64 { return float64(s.LiveSources) }),
		make("frameless_sources", "Sources that send, but no whole pictures.", gauge,
			func(s Stats) float64 { return float64(s.FramelessSources) }),
		make("packets_in_total", "RTP packets received.", counter, func(s Stats) float64 { return float64(s.PacketsIn) }),
		make("bytes_in_total", "RTP bytes received.", counter, func(s Stats) float64 { return float64(s.BytesIn) }),
		make("packets_out_total", "RTP packets sent.", counter, func(s Stats) float64 { return float64(s.PacketsOut) }),
		make("bytes_out_total", "RTP bytes sent.", counter, func(s Stats) float64 { return float64(s.BytesOut) }),
		make("packets_dropped_total", "RTP packets that could not be sent.", counter,
			func(s Stats) float64 { return float64(s.PacketsDropped) }),
		make("packets_flooded_total", "RTP packets ignored because their publisher sent too many.", counter,
			func(s Stats) float64 { return float64(s.PacketsFlooded) }),
		make("packets_lost", "RTP packets lost from present publishers.", gauge,
			func(s Stats) float64 { return float64(s.PacketsLost) }),
		make("switches_total", "Changes of a line's source.", counter, func(s Stats) float64 { return float64(s.Switches) }),
		make("keyframe_requests_total", "Keyframe requests sent.", counter,
			func(s Stats) float64 { return float64(s.KeyframeRequests) }),
		make("nacks_total", "Packets asked for again.", counter, func(s Stats) float64 { return float64(s.NACKs) }),
		make("retransmits_total", "Packets sent again.", counter, func(s Stats) float64 { return float64(s.Retransmits) }),
	}
}

func newKeyframes() prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "sfu_keyframe_seconds", Help: "From the arrival of a keyframe's first packet until one shard has sent it to all its viewers.",
		Buckets: []float64{.0005, .001, .002, .003, .005, .0075, .01, .015, .02, .03, .05, .1, .2, .5},
	})
}

func egressMetrics() []struct {
	desc  *prometheus.Desc
	value func(EgressStats) uint64
} {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("sfu_egress_"+name, help, []string{"way"}, nil)
	}
	return []struct {
		desc  *prometheus.Desc
		value func(EgressStats) uint64
	}{
		{desc("packets_total", "RTP packets that the UDP sockets took."), func(s EgressStats) uint64 { return s.Packets }},
		{desc("bytes_total", "RTP bytes that the UDP sockets took."), func(s EgressStats) uint64 { return s.Bytes }},
		{desc("dropped_total", "RTP packets that the UDP sockets refused."), func(s EgressStats) uint64 { return s.Dropped }},
		{desc("messages_total", "Messages that the UDP sockets took; segmented, one has several packets."),
			func(s EgressStats) uint64 { return s.Messages }},
		{desc("waits_total", "How often a UDP socket was full."), func(s EgressStats) uint64 { return s.Waits }},
		{desc("calls_total", "System calls that sent RTP packets."), func(s EgressStats) uint64 { return s.Calls }},
	}
}

// Describe implements prometheus.Collector.
func (s *Server) Describe(ch chan<- *prometheus.Desc) {
	s.keyframes.Describe(ch)
	for _, m := range egressMetrics() {
		ch <- m.desc
	}
	for _, m := range metrics() {
		ch <- m.desc
	}
}

// Collect implements prometheus.Collector: the counters of every open room, by its id.
func (s *Server) Collect(ch chan<- prometheus.Metric) {
	s.keyframes.Collect(ch)
	out := s.Egress()
	for _, m := range egressMetrics() {
		ch <- prometheus.MustNewConstMetric(m.desc, prometheus.CounterValue, float64(m.value(out)), string(out.Way))
	}
	s.mu.Lock()
	rooms := s.roomsLocked()
	s.mu.Unlock()
	all := metrics()
	for _, r := range rooms {
		stats := r.Stats()
		for _, m := range all {
			ch <- prometheus.MustNewConstMetric(m.desc, m.kind, m.value(stats), r.id)
		}
	}
}
