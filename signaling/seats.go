package signaling

import (
	"context"
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

// seatSilence is how long nothing may come from the page that holds a seat before another device takes it over at once.
const seatSilence = 5 * time.Second

// seatHandlers are about two devices at one seat.
func seatHandlers() map[string]handler {
	return map[string]handler{
		wire.TypeSeatGive: {station(), false, data(func(k *socket, id string, _ struct{}) (any, error) { return nil, k.moveSeat(id, k.view.unit) })},
		wire.TypeSeatKeep: {station(), false, data(func(k *socket, id string, _ struct{}) (any, error) {
			return nil, k.once(id, rollcall.KeepSeat{Unit: k.view.unit}, func(h *hub) error { return h.keep(k.view.unit) })
		})},
		wire.TypeSeatMove: {console(), false, data(func(k *socket, id string, d wire.UnitRef) (any, error) { return nil, k.moveSeat(id, d.Unit) })},
	}
}

// moveSeat gives the unit's seat to the device that waits, once for each id; a call's journal says who did it.
func (k *socket) moveSeat(id, unit string) error {
	return k.once(id, rollcall.MoveSeat{Unit: unit}, func(h *hub) error { return h.give(unit) })
}

// once carries a command out that is about pages and not the call, once for each id, and has the call's journal say who gave it.
// A call that is open knows the id over a restart, the hub itself while none is.
func (k *socket) once(id string, kept rollcall.Command, f func(h *hub) error) error {
	if k.given(id) {
		return nil
	}
	key := k.who.Actor.Kind + "/" + k.who.Actor.ID + "/" + id
	err := k.inHub(func(h *hub) error {
		if h.carried[key] {
			return nil
		}
		if err := f(h); err != nil {
			return err
		}
		h.carried[key] = true
		return nil
	})
	if err != nil {
		return err
	}
	return k.doIfOpen(id, kept)
}

// given says whether the page gave a command of that id before, to this server or the one before.
func (k *socket) given(id string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), commandPatience)
	defer cancel()
	return k.server.cfg.Calls.Given(ctx, rollcall.Meta{ID: id, Actor: k.who.Actor})
}

// inHub runs f in the hub and returns what it says.
func (k *socket) inHub(f func(h *hub) error) error {
	var err error
	if !k.server.hub.wait(func() { err = f(k.server.hub) }) {
		return errRestart
	}
	return err
}

// handleParked handles what a device may send that waits for its unit's seat.
func (k *socket) handleParked(f wire.Frame) error {
	switch f.Type {
	case wire.TypePing:
		_, err := data(handlePing)(k, f)
		return err
	case wire.TypeSeatAsk:
		if printableID(f.ID) == "" {
			return errBadID
		}
		if err := k.once(f.ID, rollcall.AskSeat{Unit: k.view.unit}, func(h *hub) error { return h.ask(k) }); err != nil {
			return err
		}
		k.send(frame(wire.TypeDone, f.ID, nil))
		return nil
	}
	return errSeatTaken
}

// mustWait says whether another device holds the unit's seat and is well. A page that comes back does not wait for itself.
func (h *hub) mustWait(k *socket) bool {
	if k.view.page != wire.PageStation {
		return false
	}
	old := h.stations[k.view.unit]
	return old != nil && old != k && (k.device == "" || k.device != old.device) && !old.silent()
}

// park lets a device wait, and tells it who is in.
func (h *hub) park(k *socket) {
	k.parked.Store(true)
	if k.participant != "" { // the seat was taken while it joined
		h.room.Leave(k.participant)
		k.participant = ""
	}
	h.waiting[k.view.unit] = append(h.waiting[k.view.unit], k)
	k.send(frame(wire.TypeSeatTaken, "", h.taken(k, false)))
	h.seatChanged(k.view.unit)
}

// taken is what a waiting device is told of the one that holds the seat.
func (h *hub) taken(k *socket, refused bool) wire.SeatTaken {
	out := wire.SeatTaken{HeartbeatMS: int(heartbeat.Milliseconds()), Name: k.who.Name, Asked: k.asked, Refused: refused}
	if old := h.stations[k.view.unit]; old != nil {
		out.Since, out.From = stamp(old.joined), old.from
	}
	out.OnFloor = h.onFloor(k.view.unit)
	return out
}

// ask passes the wish of a waiting device on to the one that holds the seat.
func (h *hub) ask(k *socket) error {
	old := h.stations[k.view.unit]
	if !k.parked.Load() || old == nil {
		return nil // it has been let in meanwhile
	}
	if h.onFloor(k.view.unit) {
		return errSeatOnFloor
	}
	k.asked = true
	old.send(frame(wire.TypeSeatAsked, "", wire.SeatAsked{From: k.from, Since: stamp(k.joined)}))
	k.send(frame(wire.TypeSeatTaken, "", h.taken(k, false)))
	return nil
}

// keep says no to the devices that asked.
func (h *hub) keep(unit string) error {
	for _, k := range h.waiting[unit] {
		if k.asked {
			k.asked = false
			k.send(frame(wire.TypeSeatTaken, "", h.taken(k, true)))
		}
	}
	return nil
}

// give lets the device that asked in, or the first that waits; never in the middle of a turn of a page that is well.
func (h *hub) give(unit string) error {
	waiting := h.waiting[unit]
	if len(waiting) == 0 {
		return errNobodyWaits
	}
	if old := h.stations[unit]; old != nil && h.onFloor(unit) && !old.silent() {
		return errSeatOnFloor
	}
	next := whoGets(waiting)
	if next == nil {
		return errNobodyWaits
	}
	h.letIn(next)
	return nil
}

// whoGets is the device that asked, or the first; one that is silent may be dead, and a seat must not go to it.
func whoGets(waiting []*socket) *socket {
	var first *socket
	for _, k := range waiting {
		switch {
		case k.silent():
		case k.asked:
			return k
		case first == nil:
			first = k
		}
	}
	return first
}

// letIn ends the waiting of a device: the one that held the seat is told that it was replaced.
func (h *hub) letIn(k *socket) {
	h.unpark(k)
	if len(k.lines) > 0 {
		if err := k.joinRoom(); err != nil {
			k.bye(err)
			return
		}
	}
	k.parked.Store(false)
	h.register(k)
	k.send(frame(wire.TypeNotice, "", wire.Notice{
		Level: "info", Code: "seat_yours", Message: "本设备已接管席位", MessageEN: "this device has taken the seat over",
	}))
	for _, other := range h.waiting[k.view.unit] {
		other.asked = false
		other.send(frame(wire.TypeSeatTaken, "", h.taken(other, false)))
	}
	h.seatChanged(k.view.unit)
}

// unpark takes a device off the list.
func (h *hub) unpark(k *socket) {
	list := h.waiting[k.view.unit]
	for i, w := range list {
		if w == k {
			h.waiting[k.view.unit] = append(list[:i:i], list[i+1:]...)
		}
	}
	if len(h.waiting[k.view.unit]) == 0 {
		delete(h.waiting, k.view.unit)
	}
	h.seatChanged(k.view.unit)
}

// seatsFree lets waiting devices in where the seat is free, or its page is silent.
func (h *hub) seatsFree() {
	for unit, list := range h.waiting {
		next := whoGets(list)
		if old := h.stations[unit]; next != nil && (old == nil || old.silent()) {
			h.letIn(next)
		}
	}
}

func (h *hub) onFloor(unit string) bool {
	v := h.calls.Current() // what is durable: the hub itself may not have heard of it yet
	if v == nil || v.Phase == rollcall.Closed {
		return false
	}
	s, ok := v.Seats[unit]
	return ok && s.Turn != "" && v.Turns[s.Turn].Place >= 0
}
