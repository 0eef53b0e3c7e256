package sfu

import "net/netip"

// Budget is how much a part of the network may be sent in all.
type Budget struct {
	// Network is who shares it: viewers whose address lies in it. 0.0.0.0/0 and ::/0 are everybody of an address family, the zero
	// Prefix everybody.
	Network netip.Prefix
	// Bitrate is in bits per second of RTP, without the headers below it.
	Bitrate int64
}

// holds says whether a viewer shares the budget.
func (b Budget) holds(addr netip.Addr) bool {
	return !b.Network.IsValid() || addr.IsValid() && b.Network.Contains(addr)
}

// address is where the viewer is, the zero Addr when it is sent to by Pion.
func (p *participant) address() netip.Addr {
	if v := p.path.Load(); v != nil {
		return v.to.Load().Addr().Addr()
	}
	return netip.Addr{}
}

// budgetsLocked returns for every participant that shares a budget which level of a source it may get; a source that is not
// named has no bound. It reports whether anybody gets less than is wanted.
func (r *Room) budgetsLocked(now int64) (allowed map[*participant]map[SourceID]int, limited bool) {
	allowed = map[*participant]map[SourceID]int{}
	for _, b := range r.server.cfg.Budgets {
		levels, less := r.shareLocked(b, now)
		limited = limited || less
		for _, p := range r.participants {
			if !p.connected.Load() || !b.holds(p.address()) {
				continue
			}
			if allowed[p] == nil {
				allowed[p] = map[SourceID]int{}
			}
			for id, level := range levels {
				if old, known := allowed[p][id]; !known || level < old {
					allowed[p][id] = level
				}
			}
		}
	}
	return allowed, limited
}

// shareLocked divides one budget among the sources that its viewers want: what one more level of a source costs is that of all who
// watch it.
func (r *Room) shareLocked(b Budget, now int64) (levels map[SourceID]int, limited bool) {
	rest := b.Bitrate
	at := map[SourceID]int{}
	var ids []SourceID
	var demands []demand
	for _, p := range r.participants {
		if !p.connected.Load() || !b.holds(p.address()) {
			continue
		}
		for _, s := range p.slots {
			t := r.activeLocked(s.want.Source)
			switch {
			case s.want.Source == "" || s.refused || t == nil:
				continue
			case s.line.Kind == Audio:
				rest -= audioCost
				continue
			}
			i, known := at[s.want.Source]
			if !known {
				i = len(demands)
				at[s.want.Source] = i
				ids, demands = append(ids, s.want.Source), append(demands, demand{want: off})
			}
			d, costs, want := &demands[i], t.costs(now), t.limit(s.want.MaxLayer)
			for level := range d.cost {
				d.cost[level] += costs[min(level, want)]
			}
			d.want, d.priority = max(d.want, want), max(d.priority, s.line.Priority)
		}
	}
	levels = map[SourceID]int{}
	for i, level := range allocate(demands, rest) {
		levels[ids[i]] = level
		limited = limited || level < demands[i].want
	}
	return levels, limited
}
