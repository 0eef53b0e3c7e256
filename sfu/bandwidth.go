package sfu

import (
	"sync/atomic"
	"time"
)

const (
	// bandwidthTicks is in how many ticks of the room bandwidth is looked at.
	bandwidthTicks = 10
	// estimateAge is how old a viewer's estimate may be: browsers send one about every second, and at once when it falls.
	estimateAge = 3 * time.Second
	// leastReported is how many packets say something of a line.
	leastReported = 40
	// lossLimit is the share of lost packets, of 256, that means congestion.
	lossLimit = 26
	// someLoss is the share that makes a low estimate credible.
	someLoss = 5
	// leastLimit is what a viewer is sent however bad its line is, in bit/s: sound, and the smallest picture.
	leastLimit = 120_000
	// A viewer that was given less gets more after firstWait; when that goes wrong, the next attempt waits twice as long.
	firstWait, longestWait = 4 * time.Second, 2 * time.Minute
	// beyondWait is how long at least before it gets more than it believes in.
	beyondWait = 12 * time.Second
	// trial is how long a viewer may take to say what it thinks of more.
	trial = 6 * time.Second
	// regretWithin is how soon after an attempt congestion is blamed on it.
	regretWithin = 10 * time.Second
	// audioCost is what the sound of one line takes, in bit/s, headers included.
	audioCost = 50_000
	// unknownCost is assumed for a picture of which nothing is known, in bit/s.
	unknownCost = 500_000
)

// downlink is what is known of a viewer's line, and what it may therefore be sent. The arithmetic is in look, without I/O.
type downlink struct {
	// estimate is the viewer's own (REMB) in bit/s, estimateAt when it came. expected and missing are packets of all streams together
	// that reports spoke of since loss was last judged.
	estimate, estimateAt atomic.Int64
	expected, missing    atomic.Int64
	// sent counts bytes.
	sent atomic.Uint64

	// The rest belongs to the room's lock. limit is in bit/s, 0 is none.
	limit        int64
	wait         int64
	downAt, upAt int64
	atUp         int64 // the estimate at upAt
	// needed is what all that is wanted took at the last look. grownAt is when it became more by a quarter, and peak the best estimate since.
	needed, grownAt, peak int64
	grave                 bool  // the last estimate was far below what was sent
	rate                  int64 // what was sent lately, in bit/s
	looks                 [6]moment
	look0                 int // the oldest of them
}

// moment is how many bytes were sent when.
type moment struct {
	at   int64
	sent uint64
}

func (d *downlink) heard(estimate, now int64) {
	d.estimate.Store(estimate)
	d.estimateAt.Store(now)
}

// report adds what a report says of one stream.
func (d *downlink) report(expected, missing int64) {
	if expected > 0 {
		d.expected.Add(expected)
		d.missing.Add(missing)
	}
}

// loss is the share of lost packets, of 256, once reports speak of enough: of two packets of a still picture one is no half of the line.
func (d *downlink) loss() int64 {
	if d.expected.Load() < leastReported {
		return 0
	}
	expected, missing := d.expected.Swap(0), d.missing.Swap(0)
	return max(0, missing*256/expected)
}

// look decides the limit anew: down at once, up carefully. needed is what everything that is wanted takes, in bit/s. It reports
// whether the limit changed.
func (d *downlink) look(now, needed int64) bool {
	before := d.limit
	d.measure(now)
	estimate := d.estimate.Load()
	known := d.known(now)
	loss := d.loss()
	if d.rate == 0 {
		return false // nothing is sent yet, or nothing is known of it
	}
	congested := loss > lossLimit || known && loss > someLoss && estimate < d.rate*85/100 || d.tooMuch(now, needed, estimate, known)
	switch {
	case d.upAt > d.downAt && now-d.upAt < int64(trial):
		// The estimate has to grow after the rate; that it falls says that the attempt was too much.
		congested = congested || known && estimate < d.atUp*9/10
		d.grave = false
	default:
		// A busy PC makes packets late too, and its estimate falls without any being lost: alone it has to say something grave, and twice.
		grave := known && estimate < d.rate*60/100
		congested = congested || grave && d.grave
		d.grave = grave
	}
	switch {
	case congested && now-d.downAt >= int64(time.Second/2):
		allowed := d.rate * 85 / 100
		if known && estimate < allowed {
			allowed = estimate
		}
		if d.limit > 0 {
			allowed = min(allowed, d.limit)
		}
		d.wait = int64(firstWait)
		if d.upAt != 0 && now-d.upAt < int64(regretWithin) {
			d.wait = min(max(d.wait, d.backoff()), int64(longestWait))
		}
		d.limit, d.downAt, d.grownAt = max(allowed, leastLimit), now, 0
	case !congested && d.limit > 0:
		d.raise(now, needed, estimate, known)
	}
	return d.limit != before
}

// tooMuch says whether the viewer came to think less of its line, and less than is sent, since a picture came to the others: where the line
// carries it the estimate only grows. Waiting for losses would keep the sound behind a queue that fills up meanwhile.
func (d *downlink) tooMuch(now, needed, estimate int64, known bool) bool {
	if needed > d.needed*5/4 {
		d.grownAt, d.peak = now, 0
	}
	d.needed = needed
	if !known || d.grownAt == 0 || now-d.grownAt >= int64(trial) {
		return false
	}
	d.peak = max(d.peak, estimate)
	return estimate < d.peak*97/100 && estimate < d.rate*85/100
}

// known says whether the viewer's estimate is of now.
func (d *downlink) known(now int64) bool {
	return d.estimate.Load() > 0 && now-d.estimateAt.Load() < int64(estimateAge)
}

// raise gives more when it is time: what the viewer believes its line carries, and beyond that only now and then. Its estimate grows to
// one and a half of what arrives and no further, so it may say too little of the line.
func (d *downlink) raise(now, needed, estimate int64, known bool) {
	wait, next := d.wait, d.limit*3/2
	if known {
		next = max(next, estimate*4/5)
		if d.limit < estimate {
			next = min(next, estimate)
		} else {
			wait = max(wait, int64(beyondWait))
		}
	}
	if now-max(d.downAt, d.upAt) < wait {
		return
	}
	d.limit, d.upAt, d.atUp = next, now, 0
	if known {
		d.atUp = estimate
	}
	if d.limit > needed*5/4 {
		d.limit = 0
	}
}

// backoff doubles the time since the last attempt was allowed.
func (d *downlink) backoff() int64 { return 2 * (d.upAt - d.downAt) }

// measure takes the rate over the last looks: a keyframe in one of them says little.
func (d *downlink) measure(now int64) {
	sent := d.sent.Load()
	if oldest := d.looks[d.look0]; oldest.at != 0 && now > oldest.at {
		d.rate = int64(float64(sent-oldest.sent) * 8e9 / float64(now-oldest.at))
	}
	d.looks[d.look0] = moment{now, sent}
	d.look0 = (d.look0 + 1) % len(d.looks)
}

// costs are what the levels of a publication take in bit/s: as measured while a layer is sent, else as agreed.
func (t *track) costs(now int64) [maxLayers]int64 {
	var out [maxLayers]int64
	var last int64
	for i, l := range t.layers {
		cost := l.rate.Load() * 6 / 5
		agreed := int64(unknownCost)
		for _, y := range t.line.Layers {
			if y.RID == l.rid && y.MaxBitrate > 0 {
				agreed = int64(y.MaxBitrate)
			}
		}
		if cost == 0 || !l.alive(now) {
			cost = agreed
		}
		last = max(last, cost)
		out[i] = last
	}
	for i := len(t.layers); i < maxLayers; i++ {
		out[i] = last
	}
	return out
}

// sample measures what the layers of a source send. A second that began before the layer did would say too little.
func (t *track) sample(now int64) {
	for _, l := range t.layers {
		since := now - l.sampledAt
		switch {
		case !l.alive(now):
			if l.sampledAt != never {
				l.forget()
			}
			l.sampledAt = never
			l.rate.Store(0)
		case l.sampledAt == never:
			l.sampledAt = now
			l.bytes.Store(0)
		case since >= int64(time.Second):
			l.rate.Store(int64(float64(l.bytes.Swap(0)) * 8e9 / float64(since)))
			l.sampledAt = now
		}
	}
}

// bandwidthLocked decides for every viewer and every network which levels it gets.
func (r *Room) bandwidthLocked(now int64) {
	for _, src := range r.sources {
		for _, t := range src.tracks {
			t.sample(now)
		}
	}
	budgets, limited := r.budgetsLocked(now)
	r.budgets = budgets
	for _, p := range r.participants {
		if p.connected.Load() {
			r.limitViewerLocked(p, now)
		}
	}
	if limited != r.limited {
		r.limited = limited
		r.events.push(EgressLimited{Limited: limited})
	}
}

// limitViewerLocked looks at a viewer's line and divides it among its pictures.
func (r *Room) limitViewerLocked(p *participant, now int64) {
	v := r.viewLocked(p, now)
	if p.most > 0 {
		v.needed = min(v.needed, p.most) // nobody waits for a line that carries more
	}
	if d := &p.downlink; d.look(now, v.needed) {
		r.log.Debug("a viewer's line", "participant", p.id, "limit", d.limit, "estimate", d.estimate.Load(), "sent", d.rate, "needed", v.needed)
	}
	p.repair.limit(p.limitLocked(), p.downlink.rate)
	r.divideLocked(p, v, now)
}

// view is what a participant wants to see and hear.
type view struct {
	slots   []*slot
	demands []demand // of the slots
	// needed is what all of it takes in bit/s, sound the part of the sound.
	needed, sound int64
}

// viewLocked returns what a participant wants; it is valid until the next call.
func (r *Room) viewLocked(p *participant, now int64) view {
	v := view{slots: r.viewed.slots[:0], demands: r.viewed.demands[:0]}
	for _, s := range p.slots {
		if s.want.Source == "" || s.refused {
			continue
		}
		if s.line.Kind == Audio {
			v.sound += audioCost
			continue
		}
		if t := r.activeLocked(s.want.Source); t != nil {
			d := demand{cost: t.costs(now), want: t.limit(s.want.MaxLayer), priority: s.line.Priority}
			v.slots, v.demands = append(v.slots, s), append(v.demands, d)
			v.needed += d.cost[d.want]
		}
	}
	v.needed += v.sound
	r.viewed = v
	return v
}

// limitLocked is what a participant may be sent in all, by its line and by what was declared, in bit/s; 0 is no limit.
func (p *participant) limitLocked() int64 {
	if line := p.downlink.limit; line > 0 && (p.most == 0 || line < p.most) {
		return line
	}
	return p.most
}

// divideLocked divides what a participant may be sent among its pictures; budgets may allow less of some.
func (r *Room) divideLocked(p *participant, v view, now int64) {
	levels := make([]int, len(v.slots))
	for i := range levels {
		levels[i] = maxLayers
	}
	if limit := p.limitLocked(); limit > 0 {
		levels = allocate(v.demands, limit-v.sound)
	}
	budget := r.budgets[p]
	for i, s := range v.slots {
		if level, bound := budget[s.want.Source]; bound && level < levels[i] && level < v.demands[i].want {
			levels[i] = level
		}
		r.allowLocked(s, levels[i], now)
	}
}

// Limit declares how much a participant is sent in all, in bits per second of RTP; 0, the default, is as much as its line carries.
// Layers step down for it, lines of a lower priority first. Sound, and the lowest layer on the lines of the highest priority, are
// sent in any case.
func (r *Room) Limit(id ParticipantID, bitrate int64) {
	r.mu.Lock()
	defer r.unlock()
	if p := r.participants[id]; p != nil {
		p.most = max(bitrate, 0)
		now := r.server.now()
		r.divideLocked(p, r.viewLocked(p, now), now)
	}
}

// allowLocked bounds what a slot gets.
func (r *Room) allowLocked(s *slot, level int, now int64) {
	if s.allowed == level {
		return
	}
	s.allowed = level
	r.followLocked(s, now)
}
