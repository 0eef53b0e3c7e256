package signaling

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

// deskHandlers are what the host does beside the floor.
func deskHandlers() map[string]handler {
	return map[string]handler{
		wire.TypeExcuse: {console(), false, does(handleExcuse)},
		wire.TypeUnexcuse: {console(), false, does(func(_ *socket, d wire.Unexcuse) (rollcall.Command, error) {
			return rollcall.Unexcuse{Units: d.Units, Excuse: d.Excuse, Note: printable(d.Note)}, nil
		})},
		wire.TypeFaultReject: {console(), false, does(func(_ *socket, d wire.FaultRef) (rollcall.Command, error) {
			return rollcall.RejectFault{Fault: d.Fault, Note: printable(d.Note)}, nil
		})},
		wire.TypeHands: {console(), false, does(func(_ *socket, d wire.Hands) (rollcall.Command, error) {
			return rollcall.AllowHands{On: d.On}, nil
		})},
		wire.TypeHand: {station(), false, does(func(k *socket, d wire.Hand) (rollcall.Command, error) {
			return rollcall.RaiseHand{Unit: k.view.unit, Up: d.Up}, nil
		})},
		wire.TypeHandLower: {console(), false, does(func(_ *socket, d wire.UnitRef) (rollcall.Command, error) {
			return rollcall.RaiseHand{Unit: d.Unit}, nil
		})},
		wire.TypeMic: {station(), false, does(func(k *socket, d wire.Mic) (rollcall.Command, error) {
			return rollcall.SetMic{Unit: k.view.unit, On: d.On}, nil
		})},
		wire.TypeMicMute: {console(), false, does(func(_ *socket, d wire.UnitRef) (rollcall.Command, error) {
			return rollcall.MuteUnit{Unit: d.Unit}, nil
		})},
		wire.TypeMicAsk: {console(), false, does(func(_ *socket, d wire.UnitRef) (rollcall.Command, error) {
			return rollcall.AskUnmute{Unit: d.Unit}, nil
		})},
		wire.TypeLineOpen: {console(), false, does(func(_ *socket, d wire.UnitRef) (rollcall.Command, error) {
			return rollcall.OpenLine{Unit: d.Unit}, nil
		})},
		wire.TypeLineClose: {console(), false, command(rollcall.CloseLine{})},
		wire.TypeSeatCheck: {console(), false, does(func(_ *socket, d wire.SeatCheck) (rollcall.Command, error) {
			return rollcall.Check{Unit: d.Unit, OK: d.OK}, nil
		})},
		wire.TypeSeatText: {console(), false, does(func(_ *socket, d wire.SeatText) (rollcall.Command, error) {
			return rollcall.Text{Unit: d.Unit, Text: strings.ReplaceAll(printable(d.Text), "\n", " ")}, nil
		})},
	}
}

func handleExcuse(_ *socket, d wire.Excuse) (rollcall.Command, error) {
	from, err := moment(d.From, "from")
	if err != nil {
		return nil, err
	}
	to, err := moment(d.To, "to")
	return rollcall.Excuse{
		Units: d.Units, Reason: d.Reason, Incident: printable(d.Incident), Note: printable(d.Note), Approver: printable(d.Approver),
		From: from, To: to, Fault: d.Fault,
	}, err
}

// desk is what consoles see of the call beside seats, turns and floor.
func desk(v *rollcall.View) wire.Desk {
	out := wire.Desk{Agenda: []wire.Step{}, Step: -1, Faults: []wire.Fault{}}
	if v == nil {
		return out
	}
	out.Step, out.Line, out.Next, out.Observers = v.Step, v.Line, v.NextUnit(time.Now()), len(v.Observers)
	for _, s := range v.Agenda {
		out.Agenda = append(out.Agenda, wire.Step(s))
	}
	for _, f := range v.Faults {
		out.Faults = append(out.Faults, wire.Fault{
			ID: f.ID, Branch: f.Branch, Network: f.Network, Units: slices.Clone(f.Units), From: stamp(f.From), To: stamp(f.To), State: f.State,
		})
	}
	return out
}

// desk adds to the session's desk what only the hub knows.
func (h *hub) desk(v *rollcall.View) wire.Desk {
	out := desk(v)
	out.Behind = h.behind
	return out
}

// behindAfter lets a scheduled call open by itself before the hall is told that it can't.
const behindAfter = 5 * time.Second

// lookAhead tells the hall what the clock alone changes: a scheduled call waits for the end of this one, and with an excuse for a
// span it is another unit's turn.
func (h *hub) lookAhead(now time.Time) {
	var behind *wire.Next
	due, ok := h.calls.Next()
	if ok && h.scene.open() && now.Sub(due.WaitingAt) > behindAfter {
		behind = wireNext(h.calls)
	}
	changed := (behind == nil) != (h.behind == nil) || behind != nil && *behind != *h.behind
	h.behind = behind
	if h.nextChanged(h.scene.view, now) || changed {
		h.toAll(frame(wire.TypeDesk, "", h.desk(h.scene.view)), consoles)
	}
}

// deskChanged tells the consoles. Most steps of a session leave the desk alone: it is put together only when they don't.
func (h *hub) deskChanged(old, v *rollcall.View) {
	same := old.Step == v.Step && old.Line == v.Line && len(old.Observers) == len(v.Observers) && reflect.DeepEqual(old.Faults, v.Faults)
	if h.nextChanged(v, time.Now()) || !same {
		h.toAll(frame(wire.TypeDesk, "", h.desk(v)), consoles)
	}
}

// nextChanged says whether the hall is to be told of another next unit than when it was last asked. When another one is to get
// ready, its camera does at the next second.
func (h *hub) nextChanged(v *rollcall.View, now time.Time) bool {
	next, ahead := "", ""
	if v != nil {
		next, ahead = v.NextUnit(now), h.calls.Ahead(v, now)
	}
	if ahead != h.ahead {
		h.ahead, h.readyAt = ahead, time.Time{}
	}
	changed := next != h.next
	h.next = next
	return changed
}

// readyAgain is how often the camera of the unit that is next is told to get ready: that lasts a minute, a turn longer.
const readyAgain = 30 * time.Second

// keepNextReady keeps the camera of the unit that the agenda calls next ready.
func (h *hub) keepNextReady(now time.Time) {
	v := h.scene.view
	if v == nil || v.Phase != rollcall.Open || now.Sub(h.readyAt) < readyAgain {
		return
	}
	if h.ahead != "" {
		h.readyAt = now
		h.prepare(h.ahead)
	}
}

// announce delivers what the hall wrote to a unit, and tells everybody why there is no call.
func (h *hub) announce(events []rollcall.Event) {
	for _, e := range events {
		var err error
		switch e.Kind {
		case rollcall.KindTextSent:
			err = h.deliver(e)
		case rollcall.KindSessionCancelled:
			err = h.cancelled(e)
		}
		if err != nil {
			h.log.Error("an announcement can't be made", "error", err)
		}
	}
}

func (h *hub) deliver(e rollcall.Event) error {
	d, err := rollcall.Payload[rollcall.TextSent](e)
	if k := h.stations[d.Unit]; err == nil && k != nil {
		k.send(frame(wire.TypeNotice, "", wire.Notice{Level: "info", Code: "hall_text", Message: d.Text, MessageEN: d.Text}))
	}
	return err
}

func (h *hub) cancelled(e rollcall.Event) error {
	d, err := rollcall.Payload[rollcall.SessionCancelled](e)
	if err == nil {
		h.toAll(frame(wire.TypeNotice, "", wire.Notice{
			Level: "warning", Code: "session_cancelled", Message: "本次点调会取消：" + d.Reason, MessageEN: "The call is cancelled: " + d.Reason,
		}), everybody)
	}
	return err
}
