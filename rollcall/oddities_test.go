package rollcall_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"muster/rollcall"
)

// brief is a call whose miss timer runs out soon, with everybody here.
func brief(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	if err := h.store.PutUnits(t.Context(), bureau()); err != nil {
		t.Fatal(err)
	}
	rules := rollcall.DefaultRules()
	rules.Miss, rules.ShowWithin = 300*time.Millisecond, 0
	if _, err := h.Start(t.Context(), host(""), rollcall.StartRequest{Kind: rollcall.Extra, Wait: time.Hour, Rules: rules}); err != nil {
		t.Fatal(err)
	}
	for i, u := range bureau() {
		h.do("", rollcall.Enter{Unit: u.Code, Conn: fmt.Sprint("c", i)})
	}
	h.do("", rollcall.Begin{})
	return h
}

func (h *house) missed(turn string) {
	h.t.Helper()
	h.until("missed", func(v *rollcall.View) bool { return v.Turns[turn].State == rollcall.TurnIsMissed })
}

func TestWhatWasSaidInAnEarlierTurnDelaysNoMiss(t *testing.T) {
	h := brief(t)
	first := h.do("", rollcall.Call{Unit: code(2), How: "hand"}).Turn
	h.do("", rollcall.Speech{Unit: code(2), Active: true})
	h.do("", rollcall.Mark{Turn: first})
	h.do("", rollcall.Release{Turn: first})
	h.missed(h.do("", rollcall.Call{Unit: code(2), How: "hand"}).Turn)
}

func TestAPageThatIsLostWhileItSpeaksIsMissed(t *testing.T) {
	h := brief(t)
	turn := h.do("", rollcall.Call{Unit: code(2), How: "hand"}).Turn
	h.do("", rollcall.Speech{Unit: code(2), Active: true})
	h.do("", rollcall.Leave{Unit: code(2), Conn: "c2", Reason: rollcall.LeftLost})
	h.missed(turn)
}

func TestThePrivateLineEndsWhenTheHallSpeaksToAll(t *testing.T) {
	line := func(h *house, unit int) { h.do("", rollcall.OpenLine{Unit: code(unit)}) }
	for name, act := range map[string]func(h *house, turn string){
		"another unit is called": func(h *house, _ string) { line(h, 3); h.do("", rollcall.Call{Unit: code(4), How: "hand", Add: true}) },
		"the agenda goes on":     func(h *house, _ string) { line(h, 3); h.do("", rollcall.Next{}) },
		"a held unit returns": func(h *house, turn string) {
			h.do("", rollcall.Hold{Turn: turn})
			line(h, 2)
			h.do("", rollcall.Return{Turn: turn})
		},
		"the wrong unit is swapped": func(h *house, turn string) { line(h, 3); h.do("", rollcall.Swap{Turn: turn, Unit: code(4)}) },
		"another console is the hall": func(h *house, _ string) {
			line(h, 3)
			h.do("", rollcall.ClaimHall{Conn: "another"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, turn := morning(t)
			act(h, turn)
			if v := h.Current(); v.Line != "" {
				t.Errorf("the hall still speaks with %s alone", v.Line)
			}
		})
	}
	h := newHouse(t)
	if err := h.store.PutUnits(t.Context(), bureau()); err != nil {
		t.Fatal(err)
	}
	h.open(rollcall.Extra)
	h.do("", rollcall.Enter{Unit: code(3), Conn: "c"})
	line(h, 3)
	h.do("", rollcall.Begin{})
	if v := h.Current(); v.Line != "" {
		t.Error("the call begins, and the hall speaks with one unit alone")
	}
}

func TestACallThatWaitsIsNotClosedWithoutAReason(t *testing.T) {
	h := newHouse(t)
	h.open(rollcall.Extra)
	h.refused(rollcall.ErrNotBegun, rollcall.Close{})
	h.do("", rollcall.Cancel{Reason: "安保"})
}

func TestACallComesAboutInTheWayItSays(t *testing.T) {
	h, _ := morning(t)
	for _, how := range []string{"draw", "agenda", "raised", "recall"} {
		h.refused(rollcall.ErrNotThus, rollcall.Call{Unit: code(3), How: how})
	}
	drawn := h.do("", rollcall.Draw{}).Unit
	h.do("", rollcall.Call{Unit: drawn, How: "draw"})
	h.refused(rollcall.ErrAlreadyCalled, rollcall.Call{Unit: drawn, How: "hand"})
	h.do("", rollcall.AllowHands{On: true})
	up := code(4)
	if drawn == up {
		up = code(3)
	}
	h.do("", rollcall.RaiseHand{Unit: up, Up: true})
	h.do("", rollcall.Call{Unit: up, How: "raised"})
}

func TestTheRecallListForgetsNobody(t *testing.T) {
	h, _ := morning(t)
	ringing := h.do("", rollcall.Call{Unit: code(3), How: "hand"}).Turn
	h.do("", rollcall.Next{}) // it has not answered
	if !h.Current().Seats[code(3)].Missed || h.Current().Turns[ringing].State != rollcall.TurnIsReleased {
		t.Error("who did not answer before the host went on is not to be called again")
	}
	again := h.do("", rollcall.Call{Unit: code(3), How: "recall"}).Turn
	h.do("", rollcall.Withdraw{Turn: again})
	if !h.Current().Seats[code(3)].Missed {
		t.Error("a call that was withdrawn took the unit off the recall list")
	}
	h.do("", rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseLeave})
	if h.Current().Seats[code(3)].Missed {
		t.Error("an excused unit heads the recall list")
	}
}

func TestABranchThatIsAllAbsentDodgesNoDraw(t *testing.T) {
	h, _ := morning(t)
	for i := 2; i < 5; i++ {
		h.do("", rollcall.Leave{Unit: code(i), Conn: fmt.Sprint("c", i), Reason: "closed"})
	}
	h.do("", rollcall.Excuse{
		Units: []string{code(4)}, Reason: rollcall.ExcuseDispatch, Incident: "J1", From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Hour),
	})
	if out := h.do("", rollcall.Draw{Kind: rollcall.Station}); out.Unit != "" || out.Candidates != 0 {
		t.Errorf("nobody is here, and drawn was %+v", out)
	}
	v := h.Current()
	if !v.Seats[code(3)].Skipped || v.Seats[code(4)].Skipped {
		t.Errorf("the absent one heads the recall list: %t, the one on a dispatch does: %t", v.Seats[code(3)].Skipped, v.Seats[code(4)].Skipped)
	}
	h.refused(rollcall.ErrNobodyToDraw, rollcall.Draw{Kind: rollcall.Station}) // it has been said
}

func TestTheAgendaTakesAHeldUnitBack(t *testing.T) {
	h, _ := morning(t)
	held := h.do("", rollcall.GoTo{Step: 2}).Turn // the branch
	h.do("", rollcall.Mark{Turn: held})
	h.do("", rollcall.Hold{Turn: held})
	other := h.do("", rollcall.Call{Unit: code(4), How: "hand"}).Turn
	if out := h.do("", rollcall.GoTo{Step: 2}); out.Turn != held {
		t.Errorf("the step gives %+v", out)
	}
	v := h.Current()
	if v.Floor != [3]string{held} || v.Turns[held].Held || v.Turns[other].EndedAt.IsZero() {
		t.Errorf("on the floor are %v", v.Floor)
	}
}

func TestNextPressedTwiceGoesOnOnce(t *testing.T) {
	h, _ := morning(t)
	from := h.Current().Step
	for range 2 {
		h.do("", rollcall.Next{From: &from})
	}
	if now := h.Current().Step; now != from+1 {
		t.Errorf("the agenda went from %d to %d", from, now)
	}
}

func TestASessionIsStartedOnceUnderItsID(t *testing.T) {
	h := newHouse(t)
	req := rollcall.StartRequest{Kind: rollcall.Drill}
	first, err := h.Start(t.Context(), host("start"), req)
	if err != nil {
		t.Fatal(err)
	}
	h.until("begun by its clock", func(v *rollcall.View) bool { return v.Phase == rollcall.Open })
	h.do("", rollcall.Close{})
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	again, err := h.Start(t.Context(), host("start"), req)
	if err != nil || again.ID != first.ID || h.Current() != nil {
		t.Errorf("again it is %v, %v, open is %v", again, err, h.Current())
	}
	if other, err := h.Start(t.Context(), host("another"), req); err != nil || other.ID == first.ID {
		t.Errorf("another command gives %v, %v", other, err)
	}
}

func TestTheRollAsksWhoIsToBeHere(t *testing.T) {
	h, turn := morning(t)
	h.do("", rollcall.Release{Turn: turn})
	answered := h.do("", rollcall.Call{Unit: code(4), How: "hand"}).Turn
	h.do("", rollcall.Answer{Turn: answered, By: code(4)})
	if h.Current().Seats[code(4)].RollAt.IsZero() {
		t.Error("who said 到 on the floor has not answered the roll")
	}
	roll := h.Current().Roll.ID
	for _, u := range bureau()[:4] {
		h.do("", rollcall.AnswerRoll{Roll: roll, By: u.Code})
	}
	h.until("the roll is over", func(v *rollcall.View) bool { return v.Roll == nil })
	h.do("", rollcall.Dismiss{Units: []string{code(3)}})
	h.do("", rollcall.CallRoll{Window: time.Minute})
	if slices.Contains(h.Current().Roll.Units, code(3)) {
		t.Error("a dismissed unit is asked")
	}
}

func TestAnExcusedFaultTakesLaterUnitsAlong(t *testing.T) {
	h, units := networked(t)
	for _, u := range units[:4] {
		h.lose(u)
	}
	fault := h.onBoard()[0].ID
	h.do("", rollcall.Excuse{Fault: fault, Note: "光缆"})
	h.lose(units[5])
	x := h.Current().Seats[units[5].Code].Excuses
	if len(x) != 1 || x[0].By.ID != "host" || x[0].Fault != fault || !x[0].From.Equal(h.Current().Seats[units[5].Code].Since) {
		t.Fatalf("a unit that the excused fault took later is excused with %+v", x)
	}
	h.do("", rollcall.Enter{Unit: units[5].Code, Conn: "d", Network: "城北专线"})
	if x := h.Current().Seats[units[5].Code].Excuses[0]; !x.To.Equal(h.Current().Seats[units[5].Code].Since) {
		t.Errorf("it is back at %v and excused until %v", h.Current().Seats[units[5].Code].Since, x.To)
	}
	h.do("", rollcall.Unexcuse{Units: codesOf(units)})
	if got := h.onBoard(); len(got) != 1 || got[0].State != rollcall.FaultIsOpen {
		t.Errorf("with the excuses taken back the board has %+v", got)
	}
}

func TestARejectedFaultHidesNoOther(t *testing.T) {
	h, units := networked(t)
	for _, u := range units[:4] {
		h.lose(u)
	}
	h.do("", rollcall.RejectFault{Fault: h.onBoard()[0].ID})
	h.lose(units[4])
	if got := h.onBoard(); len(got) != 0 {
		t.Fatalf("one more unit after the judgement gives %+v", got)
	}
	for _, u := range units[:4] {
		h.do("", rollcall.Enter{Unit: u.Code, Conn: "c", Network: "城北专线"})
	}
	for _, u := range units[:4] {
		h.lose(u)
	}
	if got := h.onBoard(); len(got) != 1 {
		t.Errorf("the next loss of the network gives %+v", got)
	}
}

func TestAFaultIsJudgedAfterTheCall(t *testing.T) {
	h, units := networked(t)
	session := h.Current().ID
	for _, u := range units[:4] {
		h.lose(u)
	}
	fault := h.onBoard()[0].ID
	h.do("", rollcall.Close{})
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	if _, err := h.Amend(t.Context(), session, host("judge"), rollcall.RejectFault{Fault: fault}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Amend(t.Context(), session, host("again"), rollcall.Excuse{Fault: fault}); !errors.Is(err, rollcall.ErrFaultDecided) {
		t.Errorf("it is judged twice: %v", err)
	}
}

func codesOf(units []rollcall.Unit) []string {
	var out []string
	for _, u := range units {
		out = append(out, u.Code)
	}
	return out
}

func TestFoldingAtOnceIsFoldingOneByOne(t *testing.T) {
	h, units := networked(t)
	for _, u := range units[:4] {
		h.lose(u)
	}
	h.do("", rollcall.Excuse{Fault: h.onBoard()[0].ID})
	h.do("", rollcall.Call{Unit: units[5].Code, How: "hand"})
	h.do("", rollcall.Next{})
	events := h.events(h.Current().ID)
	var one *rollcall.View
	for _, e := range events {
		next, err := rollcall.Apply(one, e)
		if err != nil {
			t.Fatal(err)
		}
		one = next
	}
	if all, err := rollcall.Fold(events); err != nil || !reflect.DeepEqual(all, one) {
		t.Errorf("folded at once it is %+v, %v\none by one %+v", all, err, one)
	}
}
