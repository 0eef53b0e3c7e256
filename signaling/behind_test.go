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
	host.refused("nothing_due", wire.TypeSessionYield, nil)
	host.find("no more", like(wire.TypeDesk, func(d wire.Desk) bool { return d.Behind == nil }))
}

func TestACallIsOpenedWithItsPlannedLength(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	for _, bad := range []int{-1, 12*3600 + 1} {
		host.refused("bad_data", wire.TypeSessionStart, wire.SessionStart{Kind: "extra", LengthS: &bad})
	}
	length := 1800
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "extra", WaitS: 600, LengthS: &length})
	planned := h.director.Current().PlannedAt
	host.find("planned end", like(wire.TypeSnapshot, func(s wire.Snapshot) bool {
		if s.Session == nil {
			return false
		}
		end, err := time.Parse(time.RFC3339, s.Session.PlannedEnd)
		return err == nil && end.Sub(planned).Round(time.Second) == 30*time.Minute
	}))
}

func TestTheHallYieldsToTheScheduledCall(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	host.refused("no_session", wire.TypeSessionYield, nil)
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "extra", WaitS: 600})
	extra := h.director.Current().ID
	due := rollcall.Due{Schedule: "morning", Title: "点调会", PlannedAt: time.Now().Add(time.Minute), WaitingAt: time.Now().Add(-time.Minute)}
	h.due.Store(&due)
	host.done(wire.TypeSessionYield, wire.SessionRef{Session: "one before"})
	if v := h.director.Current(); v == nil || v.ID != extra {
		t.Fatal("a call that nobody meant was ended")
	}
	host.forget()
	host.done(wire.TypeSessionYield, wire.SessionRef{Session: extra})
	host.find("it is over", like(wire.TypeSnapshot, func(s wire.Snapshot) bool { return s.Session == nil }))

	// A close that comes again ends no call that it did not mean.
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "extra"})
	host.done(wire.TypeSessionClose, wire.SessionRef{Session: extra})
	if h.director.Current() == nil {
		t.Error("the next call was closed")
	}
}
