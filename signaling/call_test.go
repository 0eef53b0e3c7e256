package signaling_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

func TestACallFromTheClickToTheRelease(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h").connect()
	a := h.join(wire.PageStation, "unit:"+unitCode(0)).connect()
	b := h.join(wire.PageStation, "unit:"+unitCode(1)).connect()

	host.refused("no_session", wire.TypeCall, wire.Call{Unit: unitCode(0), How: "hand"})
	host.done(wire.TypeHallClaim, wire.HallClaim{})
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	for _, p := range []*page{a, b} {
		p.find("own seat", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))
		p.shows("hall.video", "host:h/camera")
		p.shows("hall.audio", "host:h/mic")
	}
	host.find("begun", func(f wire.Frame) bool {
		return like(wire.TypeSession, func(s wire.Session) bool { return s.State == "open" })(f) ||
			like(wire.TypeSnapshot, func(s wire.Snapshot) bool { return s.Session != nil && s.Session.State == "open" })(f)
	})

	// The wall shows a unit to the hall only.
	host.send(wire.TypeWatch, "", wire.Watch{Tiles: []wire.Tile{{Line: "wall1", Unit: unitCode(1)}}})
	host.shows("wall1", "unit:"+unitCode(1)+"/camera")
	host.find("slot", like(wire.TypeSlots, func(s wire.Slots) bool {
		return strings.Contains(mustText(s), `"line":"wall1","unit":"`+unitCode(1)+`","state":"live"`)
	}))

	turn := decode[wire.CallResult](t, host.done(wire.TypeCall, wire.Call{Unit: unitCode(0), How: "hand"})).Turn
	a.find("the call", like(wire.TypeTurn, func(x wire.Turn) bool { return x.ID == turn && x.State == "called" }))
	a.find("on air", like(wire.TypeAir, func(x wire.Air) bool { return x.Picture == "everyone" && !x.Sound && !x.Mic }))
	for _, p := range []*page{host, b} {
		p.shows("floor1.video", "unit:"+unitCode(0)+"/camera")
	}
	for _, p := range []*page{host, a} {
		p.find("dossier", like(wire.TypeDossier, func(d wire.Dossier) bool {
			return d.State == "ready" && d.Body.Incidents[0].ID == "incident of "+unitCode(0)
		}))
	}
	if n := b.media.Recording("floor1.audio").Len(); n != 0 {
		t.Errorf("%d packets of sound before the unit answered", n)
	}
	b.refused("not_your_turn", wire.TypeTurnAnswer, wire.TurnRef{Turn: turn})
	b.refused("forbidden", wire.TypeCall, wire.Call{Unit: unitCode(1), How: "hand"})

	a.done(wire.TypeTurnShown, wire.TurnRef{Turn: turn})
	a.done(wire.TypeTurnAnswer, wire.TurnRef{Turn: turn})
	a.find("heard", like(wire.TypeAir, func(x wire.Air) bool { return x.Sound && x.Mic }))
	for _, p := range []*page{host, b} {
		p.shows("floor1.audio", "unit:"+unitCode(0)+"/mic")
	}

	host.done(wire.TypeTurnRelease, wire.TurnRef{Turn: turn})
	a.forget()
	if n := a.media.Recording("floor1.audio").Len() + a.media.Recording("floor1.video").Len(); n != 0 {
		t.Errorf("%d packets of the unit came back to itself", n)
	}
	b.find("floor empty", like(wire.TypeSlots, func(s wire.Slots) bool {
		return strings.Contains(mustText(s), `"line":"floor1.video","state":"empty"`)
	}))
	sound := b.media.Recording("floor1.audio").Len()
	host.done(wire.TypeCall, wire.Call{Unit: unitCode(1), How: "hand"})
	a.shows("floor1.video", "unit:"+unitCode(1)+"/camera")
	if now := b.media.Recording("floor1.audio").Len(); now > sound+5 {
		t.Errorf("%d packets of sound after the release", now-sound)
	}
	if b.has(like(wire.TypeDossier, func(d wire.Dossier) bool { return d.Unit == unitCode(0) })) {
		t.Error("another unit's dossier reached the socket")
	}

	host.done(wire.TypeSessionClose, nil)
	a.find("no session", like(wire.TypeSnapshot, func(s wire.Snapshot) bool { return s.Session == nil && s.Air.Picture == "nobody" }))
}

func mustText(v any) string { return string(frameText(v)) }

func TestBadInputClosesNothingButItself(t *testing.T) {
	h := newHouse(t)
	healthy := h.join(wire.PageStation, "unit:"+unitCode(0))

	stranger := h.dial()
	stranger.send(wire.TypeJoin, "", wire.Join{Version: wire.Version, Page: wire.PageStation, Token: "what"})
	if e := decode[wire.Error](t, stranger.find("bye", is(wire.TypeBye))); e.Code != "unauthenticated" {
		t.Errorf("a stranger was told %s", e.Code)
	}
	old := h.dial()
	old.send(wire.TypeJoin, "", wire.Join{Version: 99, Page: wire.PageStation, Token: "unit:" + unitCode(1)})
	if e := decode[wire.Error](t, old.find("bye", is(wire.TypeBye))); e.Code != "version" {
		t.Errorf("an old page was told %s", e.Code)
	}

	p := h.join(wire.PageStation, "unit:"+unitCode(1))
	p.raw("this is no JSON")
	p.find("error", like(wire.TypeError, func(e wire.Error) bool { return e.Code == "bad_frame" }))
	p.refused("unknown_type", "nonsense", nil)
	p.refused("bad_data", wire.TypeTurnAnswer, "a string")
	p.refused("no_session", wire.TypeTurnAnswer, wire.TurnRef{Turn: "x"})
	p.refused("bad_offer", wire.TypeOffer, wire.Offer{SDP: "nonsense"})
	other := h.join(wire.PageStation, "unit:"+unitCode(2))
	other.lines = other.lines[:3]
	media := connectable(t, other)
	f := p.command(wire.TypeOffer, wire.Offer{SDP: media})
	if e := decode[wire.Error](t, f); e.Code != "bad_offer" || !strings.Contains(e.MessageEN, "m-line") {
		t.Errorf("an offer with other lines was answered %s", f.Data)
	}
	p.connect() // a right one works all the same

	p.raw(`{"type":"ping","data":"` + strings.Repeat("x", 3<<20) + `"}`)
	p.find("too big", like(wire.TypeError, func(e wire.Error) bool { return e.Code == "too_big" }))
	if e := decode[wire.Error](t, p.find("bye", is(wire.TypeBye))); e.Code != "too_big" {
		t.Errorf("the bye says %s", e.Code)
	}
	healthy.send(wire.TypePing, "", wire.Ping{T: 7})
	healthy.find("pong", like(wire.TypePong, func(p wire.Pong) bool { return p.T == 7 }))
}

func TestTheHallGoesToOneConsole(t *testing.T) {
	h := newHouse(t)
	first := h.join(wire.PageConsole, "host:first")
	second := h.join(wire.PageConsole, "host:second")
	first.refused("not_hall", wire.TypeHallYield, nil)
	first.done(wire.TypeHallClaim, wire.HallClaim{})
	second.find("hall", like(wire.TypeHall, func(x wire.Hall) bool { return x.Name == "first" && !x.You }))
	second.refused("hall_taken", wire.TypeHallClaim, wire.HallClaim{})
	second.done(wire.TypeHallClaim, wire.HallClaim{Force: true})
	first.find("hall", like(wire.TypeHall, func(x wire.Hall) bool { return x.Name == "second" }))
	_ = second.conn.Close()
	first.refused("hall_taken", wire.TypeHallClaim, wire.HallClaim{}) // the place is kept for a moment
	again := h.join(wire.PageConsole, "host:second")
	again.find("hall again", func(f wire.Frame) bool {
		return like(wire.TypeHall, func(x wire.Hall) bool { return x.You })(f) || like(wire.TypeSnapshot, func(s wire.Snapshot) bool { return s.Hall.You })(f)
	})
}

func TestTheJournalSaysWhoWasTheHall(t *testing.T) {
	h := newHouse(t)
	first := h.join(wire.PageConsole, "host:first")
	second := h.join(wire.PageConsole, "host:second")
	first.done(wire.TypeHallClaim, wire.HallClaim{}) // before the session: it is kept when one opens
	first.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	h.journal("HallClaimed by first")
	second.done(wire.TypeHallClaim, wire.HallClaim{Force: true})
	second.done(wire.TypeHallYield, nil)
	first.done(wire.TypeHallClaim, wire.HallClaim{})
	_ = first.conn.Close()
	h.journal("HallClaimed by first", "HallClaimed by second", "HallYielded by second", "HallClaimed by first", "HallYielded by first")
}

// journal waits until the open session's journal has these events about the hall.
func (h *house) journal(want ...string) {
	h.t.Helper()
	var got []string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		v := h.director.Current()
		if v == nil {
			continue
		}
		events, err := h.store.Events(h.t.Context(), v.ID)
		if err != nil {
			h.t.Fatal(err)
		}
		got = nil
		for _, e := range events {
			if strings.HasPrefix(string(e.Kind), "Hall") {
				got = append(got, fmt.Sprintf("%s by %s", e.Kind, e.Actor.ID))
			}
		}
		if slices.Equal(got, want) {
			return
		}
	}
	h.t.Fatalf("the journal says %v, want %v", got, want)
}

func TestASeatIsLeftWhenThePageGoes(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "extra", WaitS: 3600})
	p := h.join(wire.PageStation, "unit:"+unitCode(0))
	here := func(presence string) func(wire.Frame) bool {
		return like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Unit == unitCode(0) && s.Seats[0].Presence == presence })
	}
	host.find("here", here("here"))
	_ = p.conn.Close()
	host.find("gone", here("gone"))
	if v := h.director.Current(); v.Phase != rollcall.Waiting || time.Until(v.PlannedAt) < time.Minute {
		t.Errorf("the waiting room is %s until %s", v.Phase, v.PlannedAt)
	}
}
