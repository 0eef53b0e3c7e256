package signaling_test

import (
	"strings"
	"testing"
	"time"

	"muster/signaling/wire"
)

// knock joins as another device of a unit and waits for its seat.
func (h *house) knock(unit, device string) *page {
	h.t.Helper()
	p := h.dial()
	p.send(wire.TypeJoin, "", wire.Join{Version: wire.Version, Page: wire.PageStation, Token: "unit:" + unit, Device: device})
	taken := decode[wire.SeatTaken](h.t, p.find("seat taken", is(wire.TypeSeatTaken)))
	if taken.Since == "" || taken.From == "" || taken.HeartbeatMS == 0 {
		h.t.Errorf("a device that waits is told %+v", taken)
	}
	return p
}

func TestASecondDeviceWaitsAndTakesOverByConsent(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill", WaitS: 3600})
	first := h.join(wire.PageStation, "unit:"+unitCode(0))
	second := h.knock(unitCode(0), "second")
	host.find("a device waits", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Waiting }))
	second.refused("seat_taken", wire.TypeTurnAnswer, wire.TurnRef{Turn: "x"})

	second.done(wire.TypeSeatAsk, nil)
	first.find("asked", is(wire.TypeSeatAsked))
	first.done(wire.TypeSeatKeep, nil)
	second.find("refused", like(wire.TypeSeatTaken, func(s wire.SeatTaken) bool { return s.Refused }))
	second.done(wire.TypeSeatAsk, nil)
	first.forget()
	first.send(wire.TypeSeatGive, "give", nil)
	if e := decode[wire.Error](t, first.find("bye", is(wire.TypeBye))); e.Code != "replaced" {
		t.Errorf("the first page was told %s", e.Code)
	}
	second.find("hello", is(wire.TypeHello))
	second.find("told", like(wire.TypeNotice, func(n wire.Notice) bool { return n.Code == "seat_yours" }))
	host.find("nobody waits", like(wire.TypeSeats, func(s wire.Seats) bool { return !s.Seats[0].Waiting }))
	h.server.Revoke(unitCode(0))
	if e := decode[wire.Error](t, second.find("bye", is(wire.TypeBye))); e.Code != "revoked" {
		t.Errorf("the revoked page was told %s", e.Code)
	}
}

func TestTheHostMovesASeatButNotOnTheFloor(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	h.join(wire.PageStation, "unit:"+unitCode(0))
	host.find("here", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))
	host.refused("nobody_waits", wire.TypeSeatMove, wire.UnitRef{Unit: unitCode(0)})
	second := h.knock(unitCode(0), "second")
	turn := decode[wire.CallResult](t, host.done(wire.TypeCall, wire.Call{Unit: unitCode(0), How: "hand"})).Turn
	host.refused("seat_on_floor", wire.TypeSeatMove, wire.UnitRef{Unit: unitCode(0)})
	second.refused("seat_on_floor", wire.TypeSeatAsk, nil)
	host.done(wire.TypeTurnRelease, wire.TurnRef{Turn: turn})
	host.done(wire.TypeSeatMove, wire.UnitRef{Unit: unitCode(0)})
	second.find("hello", is(wire.TypeHello))
}

func TestASeatIsMovedOnceUnderItsID(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	h.join(wire.PageStation, "unit:"+unitCode(0))
	host.find("here", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))
	second := h.knock(unitCode(0), "second")
	give := func() {
		host.forget()
		host.send(wire.TypeSeatMove, "the-move", wire.UnitRef{Unit: unitCode(0)})
		host.find("done", func(f wire.Frame) bool { return f.ID == "the-move" && f.Type == wire.TypeDone })
	}
	give()
	second.find("hello", is(wire.TypeHello))
	third := h.knock(unitCode(0), "third")
	give()
	if third.has(is(wire.TypeHello)) {
		t.Error("given again the command moved the seat again")
	}
}

func TestASeatGoesToNoDeviceThatIsSilent(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	first := h.join(wire.PageStation, "unit:"+unitCode(0))
	host.find("here", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))
	second := h.knock(unitCode(0), "second")
	second.mute.Store(true)
	time.Sleep(6 * time.Second) // longer than a device may be silent
	host.refused("nobody_waits", wire.TypeSeatMove, wire.UnitRef{Unit: unitCode(0)})
	if first.has(is(wire.TypeBye)) {
		t.Error("the healthy page lost its seat")
	}
}

func TestWhoLooksOnSeesNoBusinessOfTheHosts(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	a := h.join(wire.PageStation, "unit:"+unitCode(0))
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	host.find("here", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))
	wall := h.join(wire.PageWall, "host:h")
	host.done(wire.TypeHands, wire.Hands{On: true})
	a.done(wire.TypeHand, wire.Hand{Up: true})
	a.done(wire.TypeOfficerIn, wire.OfficerIn{Number: "101"})
	host.done(wire.TypeExcuse, wire.Excuse{Units: []string{unitCode(0)}, Reason: "dispatch", Incident: "J1", Note: "机密"})
	host.find("all of it", like(wire.TypeSeats, func(s wire.Seats) bool {
		return s.Seats[0].Excuse != nil && s.Seats[0].Excuse.Incident == "J1" && s.Seats[0].Hand != "" && len(s.Seats[0].Officers) == 1
	}))
	late := h.join(wire.PageObserver, "observer:leader")
	for _, p := range []*page{wall, late} {
		p.find("excused", func(f wire.Frame) bool { return strings.Contains(string(f.Data), `"reason":"dispatch"`) })
		for _, secret := range []string{"J1", "机密", `"hand"`, "李强", `"officers"`} {
			if p.has(func(f wire.Frame) bool {
				return (f.Type == wire.TypeSeats || f.Type == wire.TypeSnapshot) && strings.Contains(string(f.Data), secret)
			}) {
				t.Errorf("who looks on is told %s", secret)
			}
		}
	}
}

func TestTheSeatOfAPageThatIsGoneGoesToWhoWaits(t *testing.T) {
	h := newHouse(t)
	first := h.join(wire.PageStation, "unit:"+unitCode(0))
	second := h.knock(unitCode(0), "second")
	_ = first.conn.Close()
	second.find("hello", is(wire.TypeHello))
}

func TestTheSeatOfASilentPageIsTakenAtOnce(t *testing.T) {
	h := newHouse(t)
	first := h.join(wire.PageStation, "unit:"+unitCode(0))
	second := h.knock(unitCode(0), "second")
	first.mute.Store(true) // it is there, but its line is dead
	begun := time.Now()
	second.find("hello", is(wire.TypeHello))
	if waited := time.Since(begun); waited < 3*time.Second {
		t.Errorf("a page that was heard %v ago lost its seat", waited)
	}
}

func TestAPageThatComesBackDoesNotWaitForItself(t *testing.T) {
	h := newHouse(t)
	join := func() *page {
		p := h.dial()
		p.send(wire.TypeJoin, "", wire.Join{Version: wire.Version, Page: wire.PageStation, Token: "unit:" + unitCode(0), Device: "tab"})
		p.find("hello", is(wire.TypeHello))
		return p
	}
	first := join()
	join()
	if e := decode[wire.Error](t, first.find("bye", is(wire.TypeBye))); e.Code != "replaced" {
		t.Errorf("the dead connection was told %s", e.Code)
	}
}

// again sends a command under an id that was given before, and waits for its end.
func (p *page) again(id, kind string, data any) {
	p.t.Helper()
	p.forget()
	p.send(kind, id, data)
	if f := p.find("the end of "+id, func(f wire.Frame) bool { return f.ID == id }); f.Type != wire.TypeDone {
		p.t.Fatalf("%s was refused: %s", kind, f.Data)
	}
}

// TestWhatIsAboutPagesIsDoneOnceOverAKill kills the server after a seat was asked for and moved and the hall was given back, and
// gives each command again to the next one.
func TestWhatIsAboutPagesIsDoneOnceOverAKill(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	host.done(wire.TypeHallClaim, wire.HallClaim{})
	first := h.join(wire.PageStation, "unit:"+unitCode(0))
	host.find("here", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))
	second := h.knock(unitCode(0), "second")
	second.again("the-ask", wire.TypeSeatAsk, nil)
	first.find("asked", is(wire.TypeSeatAsked))
	first.forget()
	second.again("the-ask", wire.TypeSeatAsk, nil)
	if first.has(is(wire.TypeSeatAsked)) {
		t.Error("given again the device asked again")
	}
	host.again("the-move", wire.TypeSeatMove, wire.UnitRef{Unit: unitCode(0)})
	host.again("the-yield", wire.TypeHallYield, nil)
	host.again("the-yield", wire.TypeHallYield, nil)

	h = h.restarted()
	other := h.join(wire.PageConsole, "host:other")
	other.done(wire.TypeHallClaim, wire.HallClaim{})
	holds := h.join(wire.PageStation, "unit:"+unitCode(0))
	waits := h.knock(unitCode(0), "first")
	host = h.join(wire.PageConsole, "host:h")
	waits.again("the-ask", wire.TypeSeatAsk, nil)
	host.again("the-move", wire.TypeSeatMove, wire.UnitRef{Unit: unitCode(0)})
	host.again("the-yield", wire.TypeHallYield, nil)
	if holds.has(is(wire.TypeSeatAsked)) || waits.has(is(wire.TypeHello)) {
		t.Error("given again after a kill the seat was asked for or moved again")
	}
	if other.has(like(wire.TypeHall, func(x wire.Hall) bool { return x.Owner == "" })) {
		t.Error("given again after a kill the hall was given back for another one")
	}
	h.wrote("SeatAsked unit/"+unitCode(0)+" the-ask", "SeatMoved host/h the-move", "HallYielded host/h the-yield")
}

// TestAClaimGivenAgainTakesTheHallFromNobody has a console that lost the answer to its claim.
func TestAClaimGivenAgainTakesTheHallFromNobody(t *testing.T) {
	h := newHouse(t)
	host, other := h.join(wire.PageConsole, "host:h"), h.join(wire.PageConsole, "host:other")
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	host.again("the-claim", wire.TypeHallClaim, wire.HallClaim{Force: true})
	host.again("the-claim", wire.TypeHallClaim, wire.HallClaim{Force: true})
	other.done(wire.TypeHallClaim, wire.HallClaim{Force: true})
	host.forget()
	host.send(wire.TypeHallClaim, "the-claim", wire.HallClaim{Force: true})
	f := host.find("the end", func(f wire.Frame) bool { return f.ID == "the-claim" })
	if e := decode[wire.Error](t, f); e.Code != "hall_taken" {
		t.Errorf("given again the claim ended with %s %s", f.Type, f.Data)
	}
}

// wrote demands that the journal has each of these once: kind, who and command.
func (h *house) wrote(want ...string) {
	h.t.Helper()
	events, err := h.store.Events(h.t.Context(), h.director.Current().ID)
	if err != nil {
		h.t.Fatal(err)
	}
	times := map[string]int{}
	for _, e := range events {
		times[string(e.Kind)+" "+e.Actor.Kind+"/"+e.Actor.ID+" "+e.Command]++
	}
	for _, w := range want {
		if times[w] != 1 {
			h.t.Errorf("the journal has %q %d times", w, times[w])
		}
	}
}
