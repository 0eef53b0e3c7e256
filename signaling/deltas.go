package signaling

import (
	"maps"
	"slices"

	"muster/rollcall"
	"muster/sfu"
	"muster/signaling/wire"
)

// seat is what pages see of a seat.
func (h *hub) seat(s *rollcall.Seat) wire.Seat {
	excuse, excuses := excusesOf(s)
	return wire.Seat{
		Unit: s.Unit.Code, Presence: string(s.Presence), FirstAt: stamp(s.FirstAt), Since: stamp(s.Since), Verdict: s.Verdict,
		Picture: h.live[unitCamera(s.Unit.Code)], Device: h.devices[s.Unit.Code], Turn: s.Turn, Calls: s.Calls,
		Answered: s.Answered, Missed: s.Missed, Skipped: s.Skipped, Roll: rollOf(h.scene.view, s), Hand: stamp(s.HandAt),
		Excuse: excuse, Excuses: excuses, Dismissed: !s.DismissedAt.IsZero(), Checked: !s.CheckedAt.IsZero(),
		Waiting: len(h.waiting[s.Unit.Code]) > 0, Officers: officers(s),
		Muted: stamp(s.MutedAt), MutedBy: officerOr(s.MutedBy), MicAsked: stamp(s.MicAskedAt),
	}
}

// snapshot is everything that the page needs to draw itself.
func (h *hub) snapshot(k *socket) {
	v := h.scene.view
	out := wire.Snapshot{
		Session: wireSession(v), Next: wireNext(h.calls), Seats: []wire.Seat{}, Turns: []wire.Turn{}, Floor: wireFloor(v),
		Hall: h.hallOf(k), Air: k.state.air, Slots: []wire.Slot{}, Dossiers: []wire.Dossier{}, Record: wireRecord(h.record),
	}
	k.state.hall = out.Hall
	if k.view.page == wire.PageConsole {
		d := h.desk(v)
		out.Desk = &d
	}
	if v != nil {
		for _, u := range v.Roster {
			switch {
			case lookingOn(k):
				out.Seats = append(out.Seats, fromAfar(h.seat(v.Seats[u.Code])))
			case consoles(k), u.Code == k.view.unit:
				out.Seats = append(out.Seats, h.seat(v.Seats[u.Code]))
			}
		}
		for _, id := range v.TurnOrder {
			if t, ok := h.turnFor(k, v.Turns[id]); ok {
				out.Turns = append(out.Turns, t)
			}
		}
		for _, t := range openTurns(v) {
			if h.mayReadDossier(k, t) {
				out.Dossiers = append(out.Dossiers, h.dossier(t))
			}
		}
	}
	for _, l := range k.lines {
		if l.Direction == string(sfu.Recv) {
			k.state.slots[l.Name] = h.slot(k, l)
			out.Slots = append(out.Slots, k.state.slots[l.Name])
		}
	}
	clear(k.state.dirty)
	k.send(frame(wire.TypeSnapshot, "", out))
}

// turnFor is what a page may see of a turn.
func (h *hub) turnFor(k *socket, t *rollcall.Turn) (wire.Turn, bool) {
	switch {
	case k.view.page == wire.PageConsole:
		return wireTurn(t), true
	case k.view.page == wire.PageObserver, k.view.page == wire.PageStation && t.Unit == k.view.unit:
		return forStation(wireTurn(t)), true
	}
	return wire.Turn{}, false
}

func (h *hub) mayReadDossier(k *socket, t *rollcall.Turn) bool {
	return k.view.page == wire.PageConsole || k.view.page == wire.PageStation && t.Unit == k.view.unit ||
		k.view.page == wire.PageObserver && k.who.Dossiers
}

func (h *hub) dossier(t *rollcall.Turn) wire.Dossier {
	d, err := wireDossier(t)
	if err != nil {
		h.log.Error("a dossier can't be shown", "turn", t.ID, "error", err)
		d.State, d.Body = "unavailable", nil
	}
	return d
}

// update follows a durable step of the session.
func (h *hub) update(u rollcall.Update) {
	old := h.scene.view
	h.scene.view = u.View
	if u.View != nil && u.View.Phase == rollcall.Closed && (old == nil || old.ID != u.View.ID) {
		h.scene.view = nil // it was opened and closed between two looks
	}
	if u.Record != h.record {
		h.record = u.Record
		h.toAll(frame(wire.TypeRecord, "", wireRecord(u.Record)), consoles)
	}
	h.announce(u.Events)
	if sessionID(old) != sessionID(h.scene.view) {
		h.sessionChanged()
		return
	}
	if old != h.scene.view && old != nil {
		h.difference(old, h.scene.view)
	}
}

func sessionID(v *rollcall.View) string {
	if v == nil {
		return ""
	}
	return v.ID
}

// sessionChanged starts all pages over.
func (h *hub) sessionChanged() {
	clear(h.dirtySeats)
	clear(h.carried)
	for unit, k := range h.stations {
		h.keepLowest(unit)
		if h.scene.open() {
			k.wantSeat()
		}
	}
	if h.scene.open() && h.hall.owner != nil {
		h.hall.owner.wantSeat()
	}
	for k := range h.sockets {
		if h.scene.open() && k.view.page == wire.PageObserver {
			k.wantSeat()
		}
	}
	h.applyWants(slices.Collect(maps.Keys(h.sockets))...)
	for k := range h.sockets {
		k.state.air = h.scene.air(k.view)
		h.snapshot(k)
	}
}

// difference sends what changed between two views of one session. Views are copied on write: what is the same pointer did
// not change.
func (h *hub) difference(old, v *rollcall.View) {
	floor := wireFloor(v)
	floorChanged := !equalFloor(floor, wireFloor(old))
	if floorChanged || old.Phase != v.Phase || old.Line != v.Line || lineMuted(old) != lineMuted(v) {
		h.scenesChanged() // first of all: a picture takes longer to come than words
	}
	if now := wireSession(v); *now != *wireSession(old) {
		h.toAll(frame(wire.TypeSession, "", now), everybody)
	}
	for unit, s := range v.Seats {
		if old.Seats[unit] != s || rollOf(old, old.Seats[unit]) != rollOf(v, s) {
			h.seatChanged(unit)
		}
	}
	h.deskChanged(old, v)
	for _, id := range v.TurnOrder {
		if old.Turns[id] != v.Turns[id] {
			h.turnChanged(old.Turns[id], v.Turns[id])
		}
	}
	if floorChanged {
		h.toAll(frame(wire.TypeFloor, "", floor), everybody)
	}
	if v.Phase == rollcall.Closed {
		for unit := range h.stations {
			h.keepLowest(unit)
		}
	}
}

func equalFloor(a, b wire.Floor) bool {
	for i := range a.Places {
		if a.Places[i] != b.Places[i] {
			return false
		}
	}
	return true
}

func (h *hub) turnChanged(old, t *rollcall.Turn) {
	dossier := t.EndedAt.IsZero() && (old == nil || old.DossierAt != t.DossierAt)
	for k := range h.sockets {
		w, ok := h.turnFor(k, t)
		if !ok {
			continue
		}
		if old == nil || wireTurn(old) != wireTurn(t) {
			k.send(frame(wire.TypeTurn, "", w))
		}
		if dossier && h.mayReadDossier(k, t) {
			k.send(frame(wire.TypeDossier, "", h.dossier(t)))
		}
	}
}

// scenesChanged lets every page see, hear and be told what it may now.
func (h *hub) scenesChanged() {
	h.applyWants(slices.Collect(maps.Keys(h.sockets))...)
	for k := range h.sockets {
		if air := h.scene.air(k.view); air != k.state.air {
			k.state.air = air
			k.send(frame(wire.TypeAir, "", air))
		}
	}
}
