package signaling_test

import (
	"slices"
	"strings"
	"testing"

	"muster/rollcall"
	"muster/signaling/wire"
)

// liveOn waits until the page was told that sound comes on the line.
func (p *page) liveOn(line string) {
	p.t.Helper()
	p.find(line+" is live", like(wire.TypeSlots, func(s wire.Slots) bool {
		return slices.ContainsFunc(s.Slots, func(x wire.Slot) bool { return x.Line == line && x.State == "live" })
	}))
}

// silentOn waits until nothing is on the line, and returns how many packets had come by then.
func (p *page) silentOn(line string) int {
	p.t.Helper()
	p.find(line+" is empty", like(wire.TypeSlots, func(s wire.Slots) bool {
		return strings.Contains(mustText(s), `"line":"`+line+`","state":"empty"`)
	}))
	return p.media.Recording(line).Len()
}

// hears waits until more of the line has come than before.
func (p *page) hears(line string, before int) {
	p.t.Helper()
	if !p.media.WaitFor(patience, func() bool { return p.media.Recording(line).Len() > before+5 }) {
		p.t.Fatalf("nothing is heard on %s", line)
	}
}

// TestAMutedMicrophoneIsHeardByNobody has a unit that goes on sending its sound whatever it is told.
func TestAMutedMicrophoneIsHeardByNobody(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h").connect()
	a := h.join(wire.PageStation, "unit:"+unitCode(0)).connect()
	b := h.join(wire.PageStation, "unit:"+unitCode(1)).connect()
	host.done(wire.TypeHallClaim, wire.HallClaim{})
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	a.find("own seat", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))

	host.done(wire.TypeMicMute, wire.UnitRef{Unit: unitCode(0)})
	a.find("muted by the host", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Muted != "" && s.Seats[0].MutedBy == "h" }))
	turn := decode[wire.CallResult](t, host.done(wire.TypeCall, wire.Call{Unit: unitCode(0), How: "hand"})).Turn
	host.done(wire.TypeTurnOpen, wire.TurnRef{Turn: turn})
	host.done(wire.TypeTurnMark, wire.TurnRef{Turn: turn})
	host.find("answered, without sound", like(wire.TypeTurn, func(x wire.Turn) bool { return x.State == "answered" && !x.Sound }))
	host.done(wire.TypeMicAsk, wire.UnitRef{Unit: unitCode(0)})
	a.find("asked", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].MicAsked != "" }))
	b.shows("floor1.video", "unit:"+unitCode(0)+"/camera")
	host.hears("floor1.video", host.media.Recording("floor1.video").Len())
	for _, p := range []*page{host, b} {
		if n := p.media.Recording("floor1.audio").Len(); n != 0 {
			t.Errorf("%d packets of a muted unit arrived", n)
		}
	}

	a.forget()
	a.done(wire.TypeMic, wire.Mic{On: true})
	a.find("heard", like(wire.TypeAir, func(x wire.Air) bool { return x.Sound && x.Mic }))
	for _, p := range []*page{host, b} {
		p.shows("floor1.audio", "unit:"+unitCode(0)+"/mic")
	}
	host.refused("already_called", wire.TypeMicMute, wire.UnitRef{Unit: unitCode(0)})

	b.liveOn("floor1.audio")
	b.forget()
	a.done(wire.TypeMic, wire.Mic{})
	a.find("off air", like(wire.TypeAir, func(x wire.Air) bool { return x.Picture == "everyone" && !x.Sound && !x.Mic }))
	before := b.silentOn("floor1.audio")
	pictures := b.media.Recording("floor1.video").Len()
	b.hears("floor1.video", pictures+20) // time passes
	if now := b.media.Recording("floor1.audio").Len(); now > before+5 {
		t.Errorf("%d packets of sound after the officer had muted it", now-before)
	}
	h.micJournal(t, "MicMuted host/h", "MicAsked host/h", "MicOpened unit/"+unitCode(0), "MicMuted unit/"+unitCode(0))
}

// TestTheHostMutesThePrivateLine: there a unit is heard outside a turn.
func TestTheHostMutesThePrivateLine(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h").connect()
	a := h.join(wire.PageStation, "unit:"+unitCode(0)).connect()
	host.done(wire.TypeHallClaim, wire.HallClaim{})
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill", WaitS: 3600})
	a.find("own seat", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))
	host.done(wire.TypeLineOpen, wire.UnitRef{Unit: unitCode(0)})
	host.shows("hall.audio", "unit:"+unitCode(0)+"/mic")
	host.liveOn("hall.audio")
	host.forget()
	a.forget()
	host.done(wire.TypeMicMute, wire.UnitRef{Unit: unitCode(0)})
	a.find("not sent", like(wire.TypeAir, func(x wire.Air) bool { return x.Private && !x.Mic }))
	before := host.silentOn("hall.audio")
	host.hears("hall.video", host.media.Recording("hall.video").Len()+20)
	if now := host.media.Recording("hall.audio").Len(); now > before+5 {
		t.Errorf("%d packets of a muted unit on the private line", now-before)
	}
	host.done(wire.TypeMicAsk, wire.UnitRef{Unit: unitCode(0)})
	a.done(wire.TypeMic, wire.Mic{On: true})
	host.hears("hall.audio", host.media.Recording("hall.audio").Len())
}

// micJournal compares what the journal says of microphones.
func (h *house) micJournal(t *testing.T, want ...string) {
	t.Helper()
	events, err := h.store.Events(t.Context(), h.director.Current().ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		switch e.Kind {
		case rollcall.KindMicMuted, rollcall.KindMicAsked, rollcall.KindMicOpened:
			got = append(got, string(e.Kind)+" "+e.Actor.Kind+"/"+e.Actor.ID)
		}
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("the journal says %v, not %v", got, want)
	}
}
