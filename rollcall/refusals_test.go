package rollcall_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"muster/rollcall"
)

func TestCommandsAreRefusedWhereTheyAreWrong(t *testing.T) {
	h, turn := morning(t)
	soon := time.Now().Add(time.Hour)
	for i, r := range []struct {
		want error
		cmd  rollcall.Command
	}{
		{rollcall.ErrBegun, rollcall.Postpone{To: soon, Reason: "x"}},
		{rollcall.ErrBegun, rollcall.Cancel{Reason: "x"}},
		{rollcall.ErrNothingDue, rollcall.Yield{}},
		{rollcall.ErrNothingDue, rollcall.Yield{To: rollcall.Due{Schedule: "morning", WaitingAt: soon}}},
		{rollcall.ErrUnknownTurn, rollcall.Swap{Turn: "none", Unit: code(3)}},
		{rollcall.ErrUnknownUnit, rollcall.Swap{Turn: turn, Unit: "none"}},
		{rollcall.ErrAlreadyCalled, rollcall.Swap{Turn: turn, Unit: code(2)}},
		{rollcall.ErrUnknownTurn, rollcall.Hold{Turn: "none"}},
		{rollcall.ErrNotOnHold, rollcall.Return{Turn: turn}},
		{rollcall.ErrBadLength, rollcall.Extend{Turn: turn}},
		{rollcall.ErrBadLength, rollcall.Extend{Turn: turn, By: 2 * time.Hour}},
		{rollcall.ErrBadHow, rollcall.Call{Unit: code(1), How: "branch"}},
		{rollcall.ErrNotItsBranch, rollcall.Call{Unit: code(0), How: "branch", For: code(3)}},
		{rollcall.ErrRollRunning, rollcall.CallRoll{}},
		{rollcall.ErrRollOver, rollcall.AnswerRoll{Roll: "none", By: code(3)}},
		{rollcall.ErrBadExcuse, rollcall.Excuse{Units: []string{code(3)}, Reason: "lazy"}},
		{rollcall.ErrNoIncident, rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseDispatch}},
		{rollcall.ErrNobody, rollcall.Excuse{Reason: rollcall.ExcuseLeave}},
		{rollcall.ErrUnknownUnit, rollcall.Excuse{Units: []string{"none"}, Reason: rollcall.ExcuseLeave}},
		{rollcall.ErrUnknownFault, rollcall.Excuse{Fault: "none"}},
		{rollcall.ErrUnknownExcuse, rollcall.Unexcuse{Units: []string{code(3)}, Excuse: 1}},
		{rollcall.ErrUnknownExcuse, rollcall.Unexcuse{Excuse: 1}},
		{rollcall.ErrUnknownUnit, rollcall.Unexcuse{Units: []string{"none"}, Excuse: 1}},
		{rollcall.ErrNobody, rollcall.Unexcuse{}},
		{rollcall.ErrUnknownFault, rollcall.RejectFault{Fault: "none"}},
		{rollcall.ErrHandsOff, rollcall.RaiseHand{Unit: code(3), Up: true}},
		{rollcall.ErrUnknownStep, rollcall.GoTo{Step: 99}},
		{rollcall.ErrAlreadyCalled, rollcall.OpenLine{Unit: code(2)}},
		{rollcall.ErrNoText, rollcall.Text{Unit: code(3)}},
		{rollcall.ErrNoOfficer, rollcall.SignIn{Unit: code(3), Officer: rollcall.Officer{Number: "101"}}},
		{rollcall.ErrNotSignedIn, rollcall.SignIn{Unit: code(3), Officer: li(), Relieves: "102"}},
		{rollcall.ErrUnknownUnit, rollcall.SignIn{Unit: "none", Officer: li()}},
		{rollcall.ErrUnknownUnit, rollcall.SignOut{Unit: "none", Number: "101"}},
		{rollcall.ErrUnknownUnit, rollcall.Check{Unit: "none", OK: true}},
		{rollcall.ErrUnknownUnit, rollcall.Dismiss{Units: []string{"none"}}},
	} {
		if _, err := h.Do(t.Context(), host(""), r.cmd); !errors.Is(err, r.want) {
			t.Errorf("%d: %T gives %v, not %v", i, r.cmd, err, r.want)
		}
	}
	for i := range 8 {
		h.do("", rollcall.SignIn{Unit: code(3), Officer: rollcall.Officer{Name: "民警", Number: fmt.Sprint(i)}})
	}
	h.refused(rollcall.ErrSeatFull, rollcall.SignIn{Unit: code(3), Officer: li()})
	h.do("", rollcall.Excuse{Units: []string{code(0)}, Reason: rollcall.ExcuseLeave})
	h.refused(rollcall.ErrNobodyInStep, rollcall.GoTo{Step: 4}) // the police type
	h.do("", rollcall.Close{Session: "another"})                // that one is over: this one goes on
	h.do("", rollcall.Yield{Session: "another", To: rollcall.Due{WaitingAt: time.Now()}})
	h.do("", rollcall.Hold{Turn: turn})
	h.refused(rollcall.ErrOnHold, rollcall.Call{Unit: code(2), How: "hand"})
	ringing := h.do("", rollcall.Call{Unit: code(3), How: "hand"}).Turn
	h.refused(rollcall.ErrNotAnswered, rollcall.Hold{Turn: ringing})
	h.refused(rollcall.ErrNoNote, rollcall.Mark{Turn: ringing, By: rollcall.AnsweredByPhone})
	h.refused(rollcall.ErrBadAnswer, rollcall.Mark{Turn: ringing, By: "pigeon"})
}

// TestEveryCommandIsRefusedInTheWrongState gives each when no call is open, in the waiting room of one, and when it is over.
func TestEveryCommandIsRefusedInTheWrongState(t *testing.T) {
	h := newHouse(t)
	for name, g := range givens() {
		if _, err := h.Do(t.Context(), host(name), g.command("none")); !errors.Is(err, rollcall.ErrNoSession) {
			t.Errorf("%s: without a call it gives %v", name, err)
		}
	}
	h = inWaitingRoom(t)
	session, was := h.Current().ID, h.Current().Seq
	for name, g := range givens() {
		if g.waiting || g.early {
			continue
		}
		var refusal *rollcall.Error
		if _, err := h.Do(t.Context(), host(name), g.command("none")); !errors.As(err, &refusal) {
			t.Errorf("%s: before the call begins it gives %v", name, err)
		}
	}
	if now := h.Current().Seq; now != was {
		t.Errorf("refused commands took the journal from %d to %d", was, now)
	}
	h.do("", rollcall.Begin{})
	h.do("", rollcall.Close{})
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	for name, g := range givens() {
		if _, err := h.Amend(t.Context(), session, host(name), g.command("none")); !g.after && !errors.Is(err, rollcall.ErrClosed) {
			t.Errorf("%s: after the call it gives %v", name, err)
		}
	}
}
