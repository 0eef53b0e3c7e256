package signaling_test

import (
	"testing"
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

func TestTheHallIsToldOfACallThatWaitsBehindItsOwn(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "extra"})
	planned := time.Now().Add(5 * time.Minute)
	h.due.Store(&rollcall.Due{Title: "点调会", PlannedAt: planned, WaitingAt: time.Now().Add(-time.Minute)})
	host.find("behind", like(wire.TypeDesk, func(d wire.Desk) bool { return d.Behind != nil && d.Behind.Title == "点调会" }))
	late := h.join(wire.PageConsole, "host:late")
	if s := decode[wire.Snapshot](t, late.find("snapshot", is(wire.TypeSnapshot))); s.Desk == nil || s.Desk.Behind == nil {
		t.Error("a console that comes later is not told")
	}
	host.forget()
	h.due.Store(nil)
	host.find("no more", like(wire.TypeDesk, func(d wire.Desk) bool { return d.Behind == nil }))
}
