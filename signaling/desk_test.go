package signaling_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/rollcall"
	"muster/signaling"
	"muster/signaling/wire"
)

// stationCommands may be sent by stations; everything else that has a handler is the host's or every page's.
func stationCommands() []string {
	return []string{
		wire.TypePing, wire.TypeOffer, wire.TypeDevice, wire.TypeSpeech, wire.TypeTurnShown, wire.TypeTurnAnswer, wire.TypeRollAnswer,
		wire.TypeHand, wire.TypeSeatGive, wire.TypeSeatKeep, wire.TypeOfficerList, wire.TypeOfficerIn, wire.TypeOfficerOut,
		wire.TypeMic,
	}
}

// hostCommands are all that only a console may send.
func hostCommands() []string {
	return []string{
		wire.TypePrepare, wire.TypeSessionStart, wire.TypeSessionBegin, wire.TypeSessionClose, wire.TypeSessionYield, wire.TypeSessionPostpone,
		wire.TypeSessionCancel, wire.TypeSessionKeep, wire.TypeSessionDismiss, wire.TypeCall, wire.TypeDraw, wire.TypeTurnOpen,
		wire.TypeTurnMark, wire.TypeTurnWithdraw, wire.TypeTurnRelease, wire.TypeTurnNote, wire.TypeTurnSwap, wire.TypeTurnHold,
		wire.TypeTurnReturn, wire.TypeTurnExtend, wire.TypeRollCall, wire.TypeAgendaNext, wire.TypeAgendaGoTo, wire.TypeExcuse,
		wire.TypeUnexcuse, wire.TypeFaultReject, wire.TypeHands, wire.TypeHandLower, wire.TypeLineOpen, wire.TypeLineClose,
		wire.TypeSeatCheck, wire.TypeSeatText, wire.TypeSeatMove, wire.TypeHallClaim, wire.TypeHallYield,
		wire.TypeMicMute, wire.TypeMicAsk,
	}
}

func TestEveryCommandKnowsWhoMayGiveIt(t *testing.T) {
	for _, kind := range signaling.HandledTypes() {
		listed := slices.Contains(hostCommands(), kind) || slices.Contains(stationCommands(), kind)
		if !listed && kind != wire.TypeWatch { // a wall's report as well as a console's
			t.Errorf("%s: say who may send it", kind)
		}
	}
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	station := h.join(wire.PageStation, "unit:"+unitCode(0))
	wall := h.join(wire.PageWall, "host:h")
	observer := h.join(wire.PageObserver, "observer:leader")
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	for _, kind := range hostCommands() {
		for _, p := range []*page{station, wall, observer} {
			p.refused("forbidden", kind, nil)
		}
	}
	for _, kind := range stationCommands() {
		if kind == wire.TypePing || kind == wire.TypeOffer || kind == wire.TypeDevice {
			continue
		}
		for _, p := range []*page{host, wall, observer} {
			p.refused("forbidden", kind, nil)
		}
	}
	stranger := h.dial()
	stranger.send(wire.TypeJoin, "", wire.Join{Version: wire.Version, Page: wire.PageConsole, Token: "observer:leader"})
	if e := decode[wire.Error](t, stranger.find("bye", is(wire.TypeBye))); e.Code != "forbidden" {
		t.Errorf("an observer at the console was told %s", e.Code)
	}
}

// roll waits for the roll that begins with the call.
func (h *house) roll() string {
	h.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if v := h.director.Current(); v != nil && v.Roll != nil {
			return v.Roll.ID
		}
	}
	h.t.Fatal("no roll is called")
	return ""
}

func TestTheDeskOnTheWire(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	a := h.join(wire.PageStation, "unit:"+unitCode(0))
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	session := decode[wire.Snapshot](t, host.find("snapshot", like(wire.TypeSnapshot, func(s wire.Snapshot) bool { return s.Session != nil })))
	if session.Desk == nil || len(session.Desk.Agenda) == 0 {
		t.Fatalf("the console's desk is %+v", session.Desk)
	}
	if s := decode[wire.Snapshot](t, a.find("snapshot", like(wire.TypeSnapshot, func(s wire.Snapshot) bool { return s.Session != nil }))); s.Desk != nil {
		t.Error("a station sees the desk")
	}
	roll := h.roll()
	host.find("here", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))
	a.done(wire.TypeRollAnswer, wire.RollRef{Roll: roll})
	host.find("answered", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Unit == unitCode(0) && s.Seats[0].Roll == "answered" }))
	host.refused("roll_running", wire.TypeRollCall, wire.RollCall{})

	a.refused("hands_off", wire.TypeHand, wire.Hand{Up: true})
	host.done(wire.TypeHands, wire.Hands{On: true})
	a.done(wire.TypeHand, wire.Hand{Up: true})
	host.find("hand", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Hand != "" }))

	host.done(wire.TypeExcuse, wire.Excuse{Units: []string{unitCode(1)}, Reason: "dispatch", Incident: "J1"})
	host.find("excused", like(wire.TypeSeats, func(s wire.Seats) bool {
		return s.Seats[0].Excuse != nil && s.Seats[0].Excuse.Incident == "J1" && s.Seats[0].Excuse.By == "h"
	}))
	host.refused("no_incident", wire.TypeExcuse, wire.Excuse{Units: []string{unitCode(1)}, Reason: "dispatch"})
	host.refused("bad_data", wire.TypeExcuse, wire.Excuse{Units: []string{unitCode(1)}, Reason: "leave", From: "yesterday"})
	host.done(wire.TypeExcuse, wire.Excuse{Units: []string{unitCode(1)}, Reason: "leave", Approver: "王副局长"})
	id := int64(0)
	host.find("two excuses", like(wire.TypeSeats, func(s wire.Seats) bool {
		x := s.Seats[0].Excuses
		if len(x) == 2 {
			id = x[0].ID
		}
		return id > 0 && x[1].By == "王副局长"
	}))
	host.done(wire.TypeUnexcuse, wire.Unexcuse{Units: []string{unitCode(1)}, Excuse: id})
	host.find("one excuse", like(wire.TypeSeats, func(s wire.Seats) bool {
		x := s.Seats[0].Excuses
		return len(x) == 1 && x[0].Reason == "leave"
	}))
	host.refused("unknown_excuse", wire.TypeUnexcuse, wire.Unexcuse{Excuse: id})
	host.done(wire.TypeUnexcuse, wire.Unexcuse{Units: []string{unitCode(1)}})

	host.done(wire.TypeSeatText, wire.SeatText{Unit: unitCode(0), Text: "请把摄像头抬高\x00"})
	a.find("text", like(wire.TypeNotice, func(n wire.Notice) bool { return n.Code == "hall_text" && n.Message == "请把摄像头抬高" }))
	host.done(wire.TypeSeatCheck, wire.SeatCheck{Unit: unitCode(0), OK: true})
	host.find("checked", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Checked }))

	wrong := decode[wire.CallResult](t, host.done(wire.TypeCall, wire.Call{Unit: unitCode(1), How: "hand"})).Turn
	right := decode[wire.CallResult](t, host.done(wire.TypeTurnSwap, wire.TurnSwap{Turn: wrong, Unit: unitCode(0)})).Turn
	a.find("called", like(wire.TypeTurn, func(x wire.Turn) bool { return x.ID == right && x.State == "called" && x.Instead == wrong }))
	host.done(wire.TypeTurnMark, wire.TurnMark{Turn: right, By: "phone", Note: "值班员来电"})
	host.find("代答", like(wire.TypeTurn, func(x wire.Turn) bool { return x.ID == right && x.Via == "phone" && !x.Sound }))
	host.done(wire.TypeTurnExtend, wire.TurnExtend{Turn: right, Seconds: 60})
	host.done(wire.TypeTurnHold, wire.TurnRef{Turn: right})
	host.find("held", like(wire.TypeTurn, func(x wire.Turn) bool { return x.ID == right && x.Held && !x.OnFloor }))
	host.done(wire.TypeTurnReturn, wire.TurnReturn{Turn: right})

	if r := decode[wire.StepResult](t, host.done(wire.TypeAgendaNext, nil)); r.Turn != "" {
		t.Errorf("the overnight summary called %+v", r)
	}
	host.find("step", like(wire.TypeDesk, func(d wire.Desk) bool { return d.Step == 1 }))
	host.done(wire.TypeAgendaGoTo, wire.StepRef{Step: 0})
	host.refused("unknown_step", wire.TypeAgendaGoTo, wire.StepRef{Step: 99})
	host.done(wire.TypeSessionDismiss, wire.Units{Units: []string{unitCode(0)}})
	a.find("dismissed", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Dismissed }))
	host.done(wire.TypeSessionKeep, nil)
}

func TestACallIsPostponedAndCancelled(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	a := h.join(wire.PageStation, "unit:"+unitCode(0))
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "extra", WaitS: 3600})
	host.refused("bad_data", wire.TypeSessionPostpone, wire.Postpone{PlannedAt: "soon", Reason: "x"})
	host.refused("no_reason", wire.TypeSessionPostpone, wire.Postpone{PlannedAt: time.Now().Add(time.Hour).Format(time.RFC3339)})
	host.done(wire.TypeSessionPostpone, wire.Postpone{PlannedAt: time.Now().Add(2 * time.Hour).Format(time.RFC3339), Reason: "会议"})
	a.find("postponed", like(wire.TypeSession, func(s wire.Session) bool { return s.Announced != "" && s.Reason == "会议" }))
	host.done(wire.TypeSessionCancel, wire.Cancel{Reason: "安保"})
	a.find("why", like(wire.TypeNotice, func(n wire.Notice) bool {
		return n.Code == "session_cancelled" && strings.Contains(n.Message, "安保")
	}))
	a.find("no call", like(wire.TypeSnapshot, func(s wire.Snapshot) bool { return s.Session == nil }))
}

func TestOnlyTwoHearThePrivateLine(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h").connect()
	a := h.join(wire.PageStation, "unit:"+unitCode(0)).connect()
	b := h.join(wire.PageStation, "unit:"+unitCode(1)).connect()
	host.done(wire.TypeHallClaim, wire.HallClaim{})
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill", WaitS: 3600})
	for _, p := range []*page{a, b} {
		p.shows("hall.audio", "host:h/mic")
	}
	host.done(wire.TypeLineOpen, wire.UnitRef{Unit: unitCode(0)})
	a.find("private", like(wire.TypeAir, func(x wire.Air) bool { return x.Private && x.Mic && !x.Sound }))
	host.find("private", like(wire.TypeAir, func(x wire.Air) bool { return x.Private && !x.Sound }))
	host.shows("hall.audio", "unit:"+unitCode(0)+"/mic")
	host.shows("hall.video", "unit:"+unitCode(0)+"/camera")
	b.find("silent", like(wire.TypeSlots, func(s wire.Slots) bool {
		return strings.Contains(mustText(s), `"line":"hall.audio","state":"empty"`)
	}))
	heard := b.media.Recording("hall.audio").Len()
	before := a.media.Recording("hall.audio").Len()
	if !a.media.WaitFor(patience, func() bool { return a.media.Recording("hall.audio").Len() > before+10 }) {
		t.Fatal("the unit does not hear the hall")
	}
	if now := b.media.Recording("hall.audio").Len(); now > heard {
		t.Errorf("another station heard %d packets of the private line", now-heard)
	}
	host.done(wire.TypeLineClose, nil)
	b.shows("hall.audio", "host:h/mic")
	if !b.media.WaitFor(patience, func() bool { return b.media.Recording("hall.audio").Len() > heard }) {
		t.Error("the hall stays silent for the others")
	}
}

func TestTheHouseIsFullOneDay(t *testing.T) {
	h := newHouse(t)
	h.join(wire.PageConsole, "host:h").done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	for i := range 100 {
		h.join(wire.PageObserver, fmt.Sprint("observer:leader", i))
	}
	late := h.dial()
	late.send(wire.TypeJoin, "", wire.Join{Version: wire.Version, Page: wire.PageObserver, Token: "observer:late"})
	if e := decode[wire.Error](t, late.find("bye", is(wire.TypeBye))); e.Code != "full_house" {
		t.Errorf("who came too late was told %s", e.Code)
	}
	h.join(wire.PageStation, "unit:"+unitCode(0)) // it is no house for stations
}

func TestObserversLookOn(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h").connect()
	a := h.join(wire.PageStation, "unit:"+unitCode(0)).connect()
	host.done(wire.TypeHallClaim, wire.HallClaim{})
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	var all []*page
	for i := range 20 {
		all = append(all, h.join(wire.PageObserver, fmt.Sprint("observer:leader", i)))
	}
	guest := all[0].connect()
	if slices.ContainsFunc(guest.hello.Lines, func(l wire.Line) bool { return l.Direction == "send" }) {
		t.Errorf("an observer may send: %+v", guest.hello.Lines)
	}
	granted := h.join(wire.PageObserver, "granted:chief")
	host.find("counted", like(wire.TypeDesk, func(d wire.Desk) bool { return d.Observers == 21 }))
	turn := decode[wire.CallResult](t, host.done(wire.TypeCall, wire.Call{Unit: unitCode(0), How: "hand"})).Turn
	a.done(wire.TypeTurnAnswer, wire.TurnRef{Turn: turn})
	guest.shows("hall.video", "host:h/camera")
	guest.shows("floor1.video", "unit:"+unitCode(0)+"/camera")
	guest.shows("floor1.audio", "unit:"+unitCode(0)+"/mic")
	granted.find("dossier", like(wire.TypeDossier, func(d wire.Dossier) bool { return d.State == "ready" }))
	host.done(wire.TypeTurnNote, wire.TurnNote{Turn: turn, Rating: 5, Note: "secret"})
	host.done(wire.TypeTurnRelease, wire.TurnRef{Turn: turn})
	guest.find("released", like(wire.TypeTurn, func(x wire.Turn) bool { return x.ID == turn && x.State == "released" }))
	for _, p := range all {
		if p.has(is(wire.TypeDossier)) || p.has(like(wire.TypeTurn, func(x wire.Turn) bool { return x.Note != "" || x.Rating != 0 })) {
			t.Error("an observer read a dossier or a note that was not granted")
		}
	}
	host.forget()
	_ = all[1].conn.Close()
	host.find("one has left", like(wire.TypeDesk, func(d wire.Desk) bool { return d.Observers == 20 }))
	events, err := h.store.Events(t.Context(), h.director.Current().ID)
	if err != nil {
		t.Fatal(err)
	}
	count := map[rollcall.EventKind]int{}
	for _, e := range events {
		if e.Actor.Kind == "observer" {
			count[e.Kind]++
		}
	}
	if count[rollcall.KindObserverCame] != 21 || count[rollcall.KindObserverLeft] != 1 {
		t.Errorf("the journal says of observers %v", count)
	}
	if v := h.director.Current(); len(v.Seats) != 5 {
		t.Errorf("observers have seats: %d", len(v.Seats))
	}
}
