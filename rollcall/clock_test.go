package rollcall_test

import (
	"sync/atomic"
	"testing"
	"time"

	"muster/rollcall"
)

// jumping is a call that has begun with everybody here, on a clock that the test can move on.
func jumping(t *testing.T) (h *house, pass func(time.Duration)) {
	t.Helper()
	h = newHouse(t)
	h.stop()
	var ahead atomic.Int64
	h.clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	h.start(h.store)
	if err := h.store.PutUnits(t.Context(), bureau()); err != nil {
		t.Fatal(err)
	}
	h.open(rollcall.Extra)
	for i, u := range bureau() {
		h.do("", rollcall.Enter{Unit: u.Code, Conn: string(rune('a' + i))})
	}
	h.do("", rollcall.Begin{})
	return h, func(d time.Duration) {
		ahead.Add(int64(d))
		// Whatever comes next makes the call look at its clock, and again after it.
		for range 2 {
			_, _ = h.Do(t.Context(), rollcall.Meta{Actor: rollcall.System()}, rollcall.Speech{Unit: "none"})
		}
	}
}

func TestAForgottenCallClosesByItself(t *testing.T) {
	h, pass := jumping(t)
	session := h.Current().ID
	pass(time.Hour)
	h.do("", rollcall.Check{Unit: code(3), OK: true}) // the last that the host did
	closes := h.Current().ClosesAt()
	if end := h.Current().PlannedEnd(); !closes.Equal(end.Add(h.Current().Rules.CloseAfter)) {
		t.Fatalf("pages are told that the call closes at %v, it is planned to end at %v", closes, end)
	}
	pass(closes.Sub(h.clock()) - 10*time.Minute)
	h.do("", rollcall.Keep{})
	if kept := h.Current().ClosesAt(); !kept.After(closes) {
		t.Fatalf("kept, it closes at %v, before that at %v", kept, closes)
	}
	last := h.Current().HostAt
	pass(50 * time.Minute)
	if h.Current() == nil {
		t.Fatal("a call that the host kept was closed")
	}
	pass(20 * time.Minute)
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	events := h.events(session)
	e := events[len(events)-1]
	d, err := rollcall.Payload[rollcall.SessionClosed](e)
	if err != nil || e.Kind != rollcall.KindSessionClosed || e.Actor != rollcall.System() || d.Reason != "forgotten" || !d.Until.Equal(last) {
		t.Errorf("it ended with %s %s, presence is to count until %v: %v", e.Kind, e.Data, last, err)
	}
}

func TestACallThatStandsEmptyClosesByItself(t *testing.T) {
	h, pass := jumping(t)
	session := h.Current().ID
	for i, u := range bureau() {
		h.do("", rollcall.Leave{Unit: u.Code, Conn: string(rune('a' + i)), Reason: "closed"})
	}
	pass(29 * time.Minute)
	if h.Current() == nil {
		t.Fatal("it closed too early")
	}
	pass(2 * time.Minute)
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	events := h.events(session)
	if d, err := rollcall.Payload[rollcall.SessionClosed](events[len(events)-1]); err != nil || d.Reason != "forgotten" {
		t.Errorf("it ended with %+v, %v", d, err)
	}
}

func TestTheMissTimerStartsOnTheScreenAndWaitsForSpeech(t *testing.T) {
	h, pass := jumping(t)
	rules := h.Current().Rules
	turn := h.do("", rollcall.Call{Unit: code(3), How: "hand"}).Turn
	left := func() time.Duration { return h.Current().Turns[turn].MissAt.Sub(h.clock()).Round(time.Second) }
	if got := left(); got != rules.ShowWithin+rules.Miss {
		t.Errorf("a page that shows nothing has %v", got)
	}
	pass(3 * time.Second)
	h.do("", rollcall.Shown{Turn: turn, By: code(3)})
	if got := left(); got != rules.Miss {
		t.Errorf("with the call on its screen it has %v", got)
	}
	pass(5 * time.Second)
	h.do("", rollcall.Speech{Unit: code(3), Active: true})
	h.until("the timer waits", func(v *rollcall.View) bool { return v.Turns[turn].MissAt.IsZero() })
	pass(rules.Miss + 10*time.Second)
	if state := h.Current().Turns[turn].State; state != rollcall.TurnIsCalled {
		t.Fatalf("a unit that speaks is %s", state)
	}
	h.do("", rollcall.Speech{Unit: code(3)})
	h.until("the timer goes on", func(v *rollcall.View) bool { return !v.Turns[turn].MissAt.IsZero() })
	if got := left(); got != rules.Miss-5*time.Second {
		t.Errorf("after it spoke it has %v", got)
	}
	pass(rules.Miss)
	h.missed(turn)
	if v := h.Current(); v.Floor != [3]string{} || !v.Seats[code(3)].Missed {
		t.Errorf("on the floor are %v, on the recall list it is: %v", v.Floor, v.Seats[code(3)].Missed)
	}
}

func TestEachOnTheFloorHasAClockOfItsOwn(t *testing.T) {
	h, pass := jumping(t)
	var turns [3]string
	for i := range turns {
		turns[i] = h.do("", rollcall.Call{Unit: code(2 + i), How: "hand", Add: true}).Turn
		h.do("", rollcall.Mark{Turn: turns[i]})
		pass(10 * time.Second)
	}
	h.do("", rollcall.Extend{Turn: turns[1], By: time.Minute})
	v := h.Current()
	for i, id := range turns {
		want := v.Rules.Speak
		if i == 1 {
			want += time.Minute
		}
		turn := v.Turns[id]
		if v.Floor[i] != id || turn.SpeakUntil.Sub(turn.AnsweredAt) != want {
			t.Errorf("place %d has %s, who may speak for %v", i+1, v.Floor[i], turn.SpeakUntil.Sub(turn.AnsweredAt))
		}
	}
	if first, last := v.Turns[turns[0]].SpeakUntil, v.Turns[turns[2]].SpeakUntil; last.Sub(first) < 20*time.Second {
		t.Errorf("the clocks end at %v and %v", first, last)
	}
}
