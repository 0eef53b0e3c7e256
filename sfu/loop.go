package sfu

import (
	"maps"
	"slices"
	"time"
)

// run is the room's goroutine: it follows what the packet path found and does what is due by time.
func (r *Room) run() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-r.done:
			return
		case <-r.wake:
			r.follow()
		case <-ticker.C:
			r.onTick(r.server.now())
		}
	}
}

func (r *Room) follow() {
	r.dirty.Lock()
	tracks, slots := r.dirtyTracks, r.dirtySlots
	r.dirtyTracks, r.dirtySlots = map[*track]struct{}{}, map[*slot]struct{}{}
	r.dirty.Unlock()
	now := r.server.now()
	r.mu.Lock()
	defer r.unlock()
	if r.closed {
		return
	}
	for t := range tracks {
		src := r.sources[t.line.Source]
		if src == nil || !slices.Contains(src.tracks, t) {
			continue
		}
		r.checkLiveLocked(src, now)
		if src.active == t {
			r.resolveSourceLocked(src, now)
		}
	}
	for s := range slots {
		if r.participants[s.participant.id] == s.participant {
			r.resolveLocked(s, now)
		}
	}
}

// onTick heals: slots that wait, old pictures whose time is over, layers that ceased.
func (r *Room) onTick(now int64) {
	r.mu.Lock()
	r.ticks++
	rarely := r.ticks%sourceTicks == 0
	for s := range r.unsettled {
		if rarely || s.pressing {
			s.expire(now)
			r.resolveLocked(s, now)
		}
	}
	if rarely {
		for _, src := range r.sources {
			r.fallBackLocked(src, now)
			r.checkLiveLocked(src, now)
			r.demandLocked(src, now)
		}
	}
	if r.ticks%bandwidthTicks == 0 {
		r.bandwidthLocked(now)
	}
	r.ticking = slices.AppendSeq(r.ticking[:0], maps.Values(r.participants))
	r.unlock()
	for _, p := range r.ticking {
		p.onTick(now)
	}
	clear(r.ticking)
}

// fallBackLocked re-opens the choice of slots whose layer ceased to arrive.
func (r *Room) fallBackLocked(src *source, now int64) {
	t := src.active
	if t == nil || !t.simulcast {
		return
	}
	for _, l := range t.layers {
		if l.alive(now) {
			continue
		}
		for _, g := range *l.watchers.Load() {
			for _, s := range g.slots {
				if s.showing() == l && s.abandon(l) {
					r.resolveLocked(s, now)
				}
			}
		}
	}
}
