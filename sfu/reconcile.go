package sfu

import (
	"slices"
	"strings"
	"time"
)

const (
	// layerLinger is how long a layer stays on after its last viewer left: a floor that changes back and forth must
	// not restart an encoder each time.
	layerLinger = 2 * time.Second
	// layerPatience is how long a wanted layer may fail to arrive before the next lower one is asked for too: small
	// cameras and busy machines never send the high one.
	layerPatience = 2 * time.Second
)

// showLocked stores what a participant's lines are to show and acts on it.
func (r *Room) showLocked(p *participant, want map[string]Want, now int64) {
	var changed []*slot
	for name, w := range want {
		if s := p.slotByName[name]; s != nil && s.want != w {
			r.wantLocked(s, w)
			changed = append(changed, s)
		}
	}
	if len(changed) > 0 && p.limitLocked() > 0 {
		// Before anything is asked for: a thin line is not sent the large keyframe of what it can't have.
		r.divideLocked(p, r.viewLocked(p, now), now)
	}
	for _, s := range changed {
		r.followLocked(s, now)
	}
}

// wantLocked stores a want; followLocked acts on it.
func (r *Room) wantLocked(s *slot, w Want) {
	old := s.want
	s.want = w
	if old.Source != w.Source {
		if src := r.sources[old.Source]; src != nil {
			delete(src.slots, s)
			r.demanded[src] = struct{}{}
			r.tidyLocked(src)
		}
	}
	if w.Source != "" {
		r.sourceLocked(w.Source).slots[s] = struct{}{}
	}
}

func (r *Room) followLocked(s *slot, now int64) {
	r.resolveLocked(s, now)
	if src := r.sources[s.want.Source]; src != nil {
		r.demanded[src] = struct{}{}
	}
}

// tidyLocked forgets a source that nothing refers to.
func (r *Room) tidyLocked(src *source) {
	if len(src.tracks) == 0 && len(src.slots) == 0 && len(src.taps) == 0 && !src.kept && src.prepared < r.server.now() {
		delete(r.sources, src.id)
	}
}

// resolveLocked aims a slot at the publication of the source it wants, hands it to the layers it may take, and asks for
// a keyframe.
func (r *Room) resolveLocked(s *slot, now int64) {
	var t *track
	if src := r.sources[s.want.Source]; src != nil {
		t = src.active
	}
	if s.refused || !s.participant.connected.Load() {
		t = nil
	}
	most := 0
	if t != nil {
		most = min(t.limit(s.want.MaxLayer), s.allowed)
	}
	if most == off {
		t, most = nil, 0
	}
	s.aim(t, most, now)
	r.attachLocked(s, t, most)
	r.nudgeLocked(s, now)
}

// attachLocked puts the slot into the snapshots of the layers whose packets it needs: the one it forwards and, until
// that is the best one wanted, all that it may switch to.
func (r *Room) attachLocked(s *slot, t *track, most int) {
	cur := s.showing()
	var need []*layer
	if cur != nil {
		need = append(need, cur)
	}
	settled := t == nil || cur != nil && cur.track == t && cur.index == most
	if !settled {
		for _, l := range t.layers[:most+1] {
			if l != cur {
				need = append(need, l)
			}
		}
		r.unsettled[s] = struct{}{}
	}
	if settled && (cur == nil || cur.track == t) {
		delete(r.unsettled, s)
	}
	for _, l := range s.attached {
		if !slices.Contains(need, l) {
			l.detach(s)
		}
	}
	for _, l := range need {
		if !slices.Contains(s.attached, l) {
			l.attach(s)
		}
	}
	s.attached = need
}

// nudgeLocked asks for the keyframe that an unsettled slot waits for.
func (r *Room) nudgeLocked(s *slot, now int64) {
	s.mu.Lock()
	t, most, cur := s.target, s.most, s.cur
	s.pressing = s.until != 0
	s.mu.Unlock()
	if t == nil || s.line.Kind != Video {
		return
	}
	if best := t.best(most, now); best != nil && best != cur {
		r.asking[best] = struct{}{}
		s.pressing = true
	}
}

// attach and detach replace the layer's snapshot; the caller holds the room's lock.
func (l *layer) attach(s *slot) {
	next := slices.Clone(*l.watchers.Load())
	h := s.participant.shard
	i := slices.IndexFunc(next, func(g watching) bool { return g.shard == h })
	if i < 0 {
		i = len(next)
		next = append(next, watching{shard: h})
	}
	next[i].slots = append(slices.Clone(next[i].slots), s)
	l.watchers.Store(&next)
}

func (l *layer) detach(s *slot) {
	var next []watching
	for _, g := range *l.watchers.Load() {
		if g.shard == s.participant.shard {
			g.slots = slices.DeleteFunc(slices.Clone(g.slots), func(o *slot) bool { return o == s })
		}
		if len(g.slots) > 0 {
			next = append(next, g)
		}
	}
	l.watchers.Store(&next)
}

// publishLocked adds a publication. It takes the source over when it sends; until then an older one stays.
func (r *Room) publishLocked(t *track, now int64) {
	src := r.sourceLocked(t.line.Source)
	src.tracks = append(src.tracks, t)
	slices.SortFunc(src.tracks, func(a, b *track) int {
		return int(int64(a.participant.order) - int64(b.participant.order))
	})
	if src.active == nil {
		src.active = t
		r.retapLocked(src)
	}
	r.demandTrackLocked(src, t, now)
}

func (r *Room) unpublishLocked(t *track, now int64) {
	src := r.sources[t.line.Source]
	if src == nil {
		return
	}
	src.tracks = slices.DeleteFunc(src.tracks, func(o *track) bool { return o == t })
	if src.active == t {
		r.reportLiveLocked(t, SourceChanged{})
		src.active = nil
		if n := len(src.tracks); n > 0 {
			src.active = src.tracks[n-1]
		}
		r.retapLocked(src)
		r.resolveSourceLocked(src, now)
	}
	for _, l := range t.layers {
		l.watchers.Store(&[]watching{})
	}
	r.tidyLocked(src)
}

func (r *Room) resolveSourceLocked(src *source, now int64) {
	for s := range src.slots {
		r.resolveLocked(s, now)
	}
	r.demandLocked(src, now)
}

// demandLocked decides which layers the publishers of a source are to send.
func (r *Room) demandLocked(src *source, now int64) {
	for _, t := range src.tracks {
		r.demandTrackLocked(src, t, now)
	}
}

func (r *Room) demandTrackLocked(src *source, t *track, now int64) {
	if !t.simulcast {
		return
	}
	want := r.wantedLocked(src, t, now)
	changed := !t.told
	for i := range t.layers {
		switch {
		case want[i]:
			t.idleAt[i] = never
			if !t.wanted[i] {
				t.wanted[i], t.since[i], changed = true, now, true
			}
		case !t.wanted[i]:
		case t.idleAt[i] == never:
			t.idleAt[i] = now
		case now-t.idleAt[i] >= int64(layerLinger):
			t.wanted[i], t.idleAt[i], changed = false, never, true
		}
		if t.wanted[i] && i > 0 && !want[i-1] && !t.layers[i].alive(now) && now-t.since[i] > int64(layerPatience) {
			want[i-1] = true
			if !t.wanted[i-1] {
				t.wanted[i-1], t.since[i-1], changed = true, now, true
			}
			t.idleAt[i-1] = never
		}
	}
	if changed {
		t.told = true
		r.tellLocked(t)
	}
}

// wantedLocked returns which layers somebody needs: those that are kept, those that viewers want, and those that
// viewers see until what they want arrives.
func (r *Room) wantedLocked(src *source, t *track, now int64) [maxLayers]bool {
	var want [maxLayers]bool
	for i, l := range t.layers {
		want[i] = src.kept && slices.Contains(src.keep, l.rid) || !src.kept && i == 0
	}
	if src.active == t {
		if now < src.prepared {
			want[len(t.layers)-1] = true
		}
		for s := range src.slots {
			if level := min(t.limit(s.want.MaxLayer), s.allowed); level != off && !s.refused {
				want[level] = true
			}
			if cur := s.showing(); cur != nil && cur.track == t {
				want[cur.index] = true
			}
		}
	}
	return want
}

func (r *Room) tellLocked(t *track) {
	active := []string{}
	for i, l := range t.layers {
		if t.wanted[i] {
			active = append(active, l.rid)
		}
	}
	r.events.push(LayersWanted{Participant: t.participant.id, Line: t.line.Name, Active: active})
}

// expectedLocked says whether a publication should be sending.
func (t *track) expectedLocked() bool { return !t.simulcast || slices.Contains(t.wanted, true) }

// checkLiveLocked reports what arrives of a source, when that changed.
func (r *Room) checkLiveLocked(src *source, now int64) {
	// A newer publication takes the source over as soon as it sends.
	for i := len(src.tracks) - 1; i >= 0 && src.tracks[i] != src.active; i-- {
		if src.tracks[i].best(maxLayers, now) != nil {
			old := src.active
			src.active = src.tracks[i]
			r.retapLocked(src)
			if old != nil {
				old.told = false
			}
			r.resolveSourceLocked(src, now)
			break
		}
	}
	t := src.active
	if t == nil {
		return
	}
	live := false
	var rids []string
	for _, l := range t.layers {
		if now-l.lastAt.Load() < int64(r.server.cfg.Silence) {
			live = true
		}
		if t.simulcast && l.alive(now) {
			rids = append(rids, l.rid)
		}
	}
	if !live && t.toldLive && !t.expectedLocked() {
		return
	}
	r.reportLiveLocked(t, SourceChanged{Live: live, NoFrames: live && !t.framesLocked(now), Layers: rids})
}

// reportLiveLocked tells what is new about a publication.
func (r *Room) reportLiveLocked(t *track, e SourceChanged) {
	joined := strings.Join(e.Layers, ",")
	if t.toldLive == e.Live && t.toldBare == e.NoFrames && t.toldRIDs == joined {
		return
	}
	t.toldLive, t.toldBare, t.toldRIDs = e.Live, e.NoFrames, joined
	e.Source, e.Participant = t.line.Source, t.participant.id
	r.events.push(e)
}

// wakeTrack, wakeSlot and heard are how the packet path tells the room that something changed; none waits for its lock.
func (r *Room) wakeTrack(t *track) {
	r.dirty.Lock()
	r.dirtyTracks[t] = struct{}{}
	r.dirty.Unlock()
	r.kick()
}

func (r *Room) wakeSlot(s *slot) {
	r.dirty.Lock()
	r.dirtySlots[s] = struct{}{}
	r.dirty.Unlock()
	r.kick()
}

func (r *Room) heard(t *track, speaking bool) {
	r.dirty.Lock()
	changed := r.speaking[t] != speaking
	if speaking {
		r.speaking[t] = true
	} else {
		delete(r.speaking, t)
	}
	r.dirty.Unlock()
	if changed {
		r.events.push(SpeakingChanged{Source: t.line.Source, Speaking: speaking})
	}
}

func (r *Room) kick() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}
