package signaling

import (
	"muster/sfu"
	"muster/signaling/wire"
)

// applyWants tells the media plane what the pages' lines are to show, as far as that changed.
func (h *hub) applyWants(pages ...*socket) {
	wants := map[sfu.ParticipantID]map[string]sfu.Want{}
	for _, k := range pages {
		if changed := h.changedWants(k); len(changed) > 0 {
			wants[k.participant] = changed
		}
	}
	if len(wants) > 0 {
		h.room.ShowAll(wants)
		h.flushSoon()
	}
}

// changedWants are the lines of a page that are to show something else than before.
func (h *hub) changedWants(k *socket) map[string]sfu.Want {
	if len(k.lines) == 0 {
		return nil
	}
	changed := map[string]sfu.Want{}
	for line, want := range h.scene.wants(k.view) {
		if k.state.wants[line] != want {
			changed[line] = want
			k.state.wants[line] = want
			k.state.dirty[line] = struct{}{}
		}
	}
	return changed
}

// keepLowest keeps a unit's lowest layer on during a session, as proof of life, and nothing otherwise.
func (h *hub) keepLowest(unit string) {
	if h.scene.open() {
		h.room.Keep(unitCamera(unit), "l")
	} else {
		h.room.Keep(unitCamera(unit))
	}
}

// prepare warms up the camera of a unit that is about to be called.
func (h *hub) prepare(unit string) {
	if !h.scene.open() {
		return
	}
	if _, known := h.scene.view.Seats[unit]; known {
		h.room.Prepare(unitCamera(unit))
	}
}

func (h *hub) flushSlots(k *socket) {
	if len(k.state.dirty) == 0 {
		return
	}
	var changed []wire.Slot
	for _, l := range k.lines {
		if _, dirty := k.state.dirty[l.Name]; !dirty || l.Direction != string(sfu.Recv) {
			continue
		}
		slot := h.slot(k, l)
		if k.state.slots[l.Name] != slot {
			k.state.slots[l.Name] = slot
			changed = append(changed, slot)
		}
	}
	clear(k.state.dirty)
	if len(changed) > 0 {
		k.send(frame(wire.TypeSlots, "", wire.Slots{Slots: changed}))
	}
}

// slot says what a line shows. A caption belongs to the picture and not to the wish: while an old picture is still shown,
// the line is the old unit's.
func (h *hub) slot(k *socket, l wire.Line) wire.Slot {
	line := l.Name
	shown, want := k.state.showing[line], k.state.wants[line]
	switch {
	case shown.Source != "" && h.live[shown.Source]:
		return wire.Slot{Line: line, Unit: shownAs(shown.Source), State: "live", RID: shown.RID}
	case shown.Source != "":
		return wire.Slot{Line: line, Unit: shownAs(shown.Source), State: "lost"}
	case want.Source != "" && (!k.state.soundOnly || l.Kind != string(sfu.Video)):
		return wire.Slot{Line: line, Unit: shownAs(want.Source), State: "pending"}
	}
	return wire.Slot{Line: line, State: "empty"}
}

// media follows an event of the media plane.
func (h *hub) media(e sfu.Event) {
	switch e := e.(type) {
	case sfu.SlotShowing:
		if k := h.participants[e.Participant]; k != nil {
			k.state.showing[e.Line] = e
			k.state.dirty[e.Line] = struct{}{}
			h.flushSoon()
		}
	case sfu.LayersWanted:
		if k := h.participants[e.Participant]; k != nil {
			k.state.layers[e.Line] = e.Active
			k.send(frame(wire.TypeLayers, "", wire.Layers{Line: e.Line, Active: e.Active}))
		}
	case sfu.SourceChanged:
		h.sourceChanged(e)
	case sfu.EgressLimited:
		h.toAll(frame(wire.TypeNotice, "", egressNotice(e.Limited)), consoles)
	}
}

// egressNotice tells the hall that a network's budget is used up, or is not any more.
func egressNotice(limited bool) wire.Notice {
	if limited {
		return wire.Notice{
			Level: "warning", Code: "egress_limited", Message: "网络出口已达上限，部分单位将看到较低清晰度的画面",
			MessageEN: "the network's budget is used up: units see smaller pictures",
		}
	}
	return wire.Notice{Level: "info", Code: "egress_free", Message: "网络出口已恢复，画面恢复清晰", MessageEN: "the network's budget is enough again: pictures are large"}
}

func (h *hub) sourceChanged(e sfu.SourceChanged) {
	if e.Live && !e.NoFrames {
		h.live[e.Source] = true
	} else {
		delete(h.live, e.Source)
	}
	for k := range h.sockets {
		for line, shown := range k.state.showing {
			if shown.Source == e.Source {
				k.state.dirty[line] = struct{}{}
			}
		}
	}
	h.flushSoon()
	name := shownAs(e.Source)
	if name == "hall" {
		h.hallChanged()
	} else if e.Source == unitCamera(name) {
		h.seatChanged(name)
	}
}
