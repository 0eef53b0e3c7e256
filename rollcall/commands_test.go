package rollcall_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"muster/rollcall"
)

// bureau is a roster with a branch, three stations of it, and a police type.
func bureau() []rollcall.Unit {
	branch := "210103000000"
	out := []rollcall.Unit{
		{Code: "210100010000", Name: "法制支队", Short: "法制", Kind: rollcall.PoliceType, Branch: "210100010000"},
		{Code: branch, Name: "沈河分局", Short: "沈河", Kind: rollcall.Branch, Branch: branch},
	}
	for i := range 3 {
		code := fmt.Sprintf("2101035%d0000", i)
		out = append(out, rollcall.Unit{Code: code, Name: code, Short: code, Kind: rollcall.Station, Branch: branch})
	}
	for i := range out {
		out[i].Order = i
	}
	return out
}

// morning is a call that has begun with everybody here; the first station is on the floor and has answered.
func morning(t *testing.T) (h *house, answered string) {
	t.Helper()
	h = newHouse(t)
	if err := h.store.PutUnits(t.Context(), bureau()); err != nil {
		t.Fatal(err)
	}
	h.open(rollcall.Extra)
	for i, u := range bureau() {
		h.do("", rollcall.Enter{Unit: u.Code, Conn: fmt.Sprint("c", i)})
	}
	h.do("", rollcall.Begin{})
	answered = h.do("", rollcall.Call{Unit: bureau()[2].Code, How: "hand"}).Turn
	h.do("", rollcall.Mark{Turn: answered})
	return h, answered
}

// given is one command in a state in which it is right, and what must be true afterwards.
type given struct {
	waiting bool // in the waiting room, with everybody here
	before  func(h *house, turn string)
	command func(turn string) rollcall.Command
	holds   func(v *rollcall.View, turn string) bool
	ends    bool // the session
	passing bool // it ends with the server or page that it belongs to
}

func code(i int) string { return bureau()[i].Code }

func givens() map[string]given {
	hold := func(h *house, turn string) { h.do("", rollcall.Hold{Turn: turn}) }
	return map[string]given{
		"swap": {
			command: func(turn string) rollcall.Command { return rollcall.Swap{Turn: turn, Unit: code(3)} },
			holds: func(v *rollcall.View, turn string) bool {
				now := v.Turns[v.Floor[0]]
				return now.Unit == code(3) && now.Instead == turn && v.Turns[turn].State == rollcall.TurnIsWithdrawn && v.Seats[code(2)].Calls == 0
			},
		},
		"hold": {
			command: func(turn string) rollcall.Command { return rollcall.Hold{Turn: turn} },
			holds: func(v *rollcall.View, turn string) bool {
				return v.Floor == [3]string{} && v.Turns[turn].Held && !v.Turns[turn].Sound() && v.Turns[turn].EndedAt.IsZero()
			},
		},
		"return": {
			before:  hold,
			command: func(turn string) rollcall.Command { return rollcall.Return{Turn: turn} },
			holds: func(v *rollcall.View, turn string) bool {
				return v.Floor[0] == turn && !v.Turns[turn].Held && v.Turns[turn].Sound()
			},
		},
		"extend": {
			command: func(turn string) rollcall.Command { return rollcall.Extend{Turn: turn, By: time.Minute} },
			holds: func(v *rollcall.View, turn string) bool {
				t := v.Turns[turn]
				return t.Extra == time.Minute && t.SpeakUntil.Equal(t.AnsweredAt.Add(v.Rules.Speak+time.Minute))
			},
		},
		"mark by the branch": {
			before: func(h *house, _ string) { h.do("x", rollcall.Call{Unit: code(3), How: "hand"}) },
			command: func(string) rollcall.Command {
				return rollcall.Mark{Turn: "", By: rollcall.AnsweredByBranch, Note: "分局值班李警官"}
			},
			holds: func(v *rollcall.View, _ string) bool {
				t := v.Turns[v.Floor[0]]
				return t.State == rollcall.TurnIsAnswered && t.Via == rollcall.AnsweredByBranch && t.AnswerNote != "" && !t.Sound()
			},
		},
		"call its branch": {
			command: func(string) rollcall.Command {
				return rollcall.Call{Unit: code(1), How: "branch", For: code(3), Add: true}
			},
			holds: func(v *rollcall.View, turn string) bool {
				return v.Floor[0] == turn && v.Turns[v.Floor[1]].For == code(3)
			},
		},
		"spot check": {
			before: func(h *house, _ string) { answerRoll(h) },
			command: func(string) rollcall.Command {
				return rollcall.CallRoll{Units: []string{code(3)}, Window: time.Minute}
			},
			holds: func(v *rollcall.View, _ string) bool {
				return v.Roll != nil && v.Roll.Kind == rollcall.SpotCheck && v.Seats[code(3)].RollAt.IsZero() && !v.Seats[code(2)].RollAt.IsZero()
			},
		},
		"answer the roll": {
			command: func(string) rollcall.Command { return rollcall.AnswerRoll{By: code(3)} },
			holds:   func(v *rollcall.View, _ string) bool { return !v.Seats[code(3)].RollAt.IsZero() },
		},
		"excuse": {
			command: func(string) rollcall.Command {
				return rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseDispatch, Incident: "J210103000012345"}
			},
			holds: func(v *rollcall.View, _ string) bool { return v.Seats[code(3)].Excused() },
		},
		"unexcuse": {
			before: func(h *house, _ string) {
				h.do("", rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseLeave})
			},
			command: func(string) rollcall.Command { return rollcall.Unexcuse{Units: []string{code(3)}} },
			holds:   func(v *rollcall.View, _ string) bool { return len(v.Seats[code(3)].Excuses) == 0 },
		},
		"take one excuse back": {
			before: func(h *house, _ string) {
				h.do("", rollcall.Excuse{Units: []string{code(3), code(4)}, Reason: rollcall.ExcuseLeave})
				h.do("", rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseOther, Note: "x"})
			},
			command: func(string) rollcall.Command { return rollcall.Unexcuse{Units: []string{code(3)}, Excuse: -1} },
			holds: func(v *rollcall.View, _ string) bool {
				left := v.Seats[code(3)].Excuses
				return len(left) == 1 && left[0].Reason == rollcall.ExcuseOther && v.Seats[code(4)].Excused()
			},
		},
		"dismiss": {
			command: func(string) rollcall.Command { return rollcall.Dismiss{Units: []string{code(3)}} },
			holds:   func(v *rollcall.View, _ string) bool { return !v.Seats[code(3)].DismissedAt.IsZero() },
		},
		"postpone": {
			waiting: true,
			command: func(string) rollcall.Command {
				return rollcall.Postpone{To: time.Now().Add(3 * time.Hour), Reason: "市局会议"}
			},
			holds: func(v *rollcall.View, _ string) bool {
				return time.Until(v.PlannedAt) > 2*time.Hour && !v.Announced.IsZero() && v.Reason == "市局会议"
			},
		},
		"cancel": {
			waiting: true, ends: true,
			command: func(string) rollcall.Command { return rollcall.Cancel{Reason: "大型安保"} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Phase == rollcall.Closed && v.BegunAt.IsZero() },
		},
		"yield": {
			ends: true,
			command: func(string) rollcall.Command {
				return rollcall.Yield{To: rollcall.Due{Schedule: "morning", WaitingAt: time.Now()}}
			},
			holds: func(v *rollcall.View, turn string) bool {
				return v.Phase == rollcall.Closed && v.Turns[turn].State == rollcall.TurnIsReleased && !v.Turns[turn].EndedAt.IsZero()
			},
		},
		"yield before its begin": {
			waiting: true, ends: true,
			command: func(string) rollcall.Command {
				return rollcall.Yield{To: rollcall.Due{Schedule: "morning", WaitingAt: time.Now()}}
			},
			holds: func(v *rollcall.View, _ string) bool { return v.Phase == rollcall.Closed && v.BegunAt.IsZero() },
		},
		"keep": {
			command: func(string) rollcall.Command { return rollcall.Keep{} },
			holds: func(v *rollcall.View, _ string) bool {
				return !v.KeptUntil.IsZero() && !v.ClosesAt().Before(v.KeptUntil)
			},
		},
		"allow hands": {
			command: func(string) rollcall.Command { return rollcall.AllowHands{On: true} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Hands },
		},
		"raise a hand": {
			before:  func(h *house, _ string) { h.do("", rollcall.AllowHands{On: true}) },
			command: func(string) rollcall.Command { return rollcall.RaiseHand{Unit: code(3), Up: true} },
			holds:   func(v *rollcall.View, _ string) bool { return !v.Seats[code(3)].HandAt.IsZero() },
		},
		"next": {
			command: func(string) rollcall.Command { return rollcall.Next{} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Step == 1 && v.Floor == [3]string{} },
		},
		"go to the branch": {
			command: func(string) rollcall.Command { return rollcall.GoTo{Step: 2} },
			holds: func(v *rollcall.View, _ string) bool {
				return v.Step == 2 && v.Turns[v.Floor[0]].Unit == code(1) && v.Turns[v.Floor[0]].How == "agenda"
			},
		},
		"go to its random station": {
			command: func(string) rollcall.Command { return rollcall.GoTo{Step: 3} },
			holds: func(v *rollcall.View, _ string) bool {
				t := v.Turns[v.Floor[0]]
				return v.Step == 3 && t.How == "draw" && v.Seats[t.Unit].Unit.Kind == rollcall.Station
			},
		},
		"private line": {
			waiting: true, passing: true,
			command: func(string) rollcall.Command { return rollcall.OpenLine{Unit: code(3)} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Line == code(3) },
		},
		"close the line": {
			before:  func(h *house, _ string) { h.do("", rollcall.OpenLine{Unit: code(3)}) },
			command: func(string) rollcall.Command { return rollcall.CloseLine{} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Line == "" },
		},
		"checked": {
			waiting: true,
			command: func(string) rollcall.Command { return rollcall.Check{Unit: code(3), OK: true} },
			holds:   func(v *rollcall.View, _ string) bool { return !v.Seats[code(3)].CheckedAt.IsZero() },
		},
		"observer": {
			passing: true,
			command: func(string) rollcall.Command { return rollcall.Observe{Conn: "o1"} },
			holds:   func(v *rollcall.View, _ string) bool { return len(v.Observers) == 1 },
		},
		"move a seat": {
			command: func(string) rollcall.Command { return rollcall.MoveSeat{Unit: code(3)} },
			holds:   func(*rollcall.View, string) bool { return true },
		},
		"keep a seat": {
			command: func(string) rollcall.Command { return rollcall.KeepSeat{Unit: code(3)} },
			holds:   func(*rollcall.View, string) bool { return true },
		},
		"text": {
			command: func(string) rollcall.Command { return rollcall.Text{Unit: code(3), Text: "请调整摄像头"} },
			holds:   func(*rollcall.View, string) bool { return true },
		},
		"sign in": {
			waiting: true,
			command: func(string) rollcall.Command { return rollcall.SignIn{Unit: code(3), Officer: li()} },
			holds: func(v *rollcall.View, _ string) bool {
				on := v.Seats[code(3)].OnDuty()
				return len(on) == 1 && on[0].Officer == li() && !on[0].From.IsZero()
			},
		},
		"relieve": {
			before: func(h *house, _ string) { h.do("", rollcall.SignIn{Unit: code(3), Officer: li()}) },
			command: func(string) rollcall.Command {
				return rollcall.SignIn{Unit: code(3), Officer: rollcall.Officer{Name: "王芳", Number: "102"}, Relieves: "101"}
			},
			holds: func(v *rollcall.View, _ string) bool {
				all, on := v.Seats[code(3)].Officers, v.Seats[code(3)].OnDuty()
				return len(all) == 2 && len(on) == 1 && on[0].Number == "102" && all[0].To.Equal(on[0].From)
			},
		},
		"sign out": {
			before:  func(h *house, _ string) { h.do("", rollcall.SignIn{Unit: code(3), Officer: li()}) },
			command: func(string) rollcall.Command { return rollcall.SignOut{Unit: code(3), Number: "101"} },
			holds: func(v *rollcall.View, _ string) bool {
				return len(v.Seats[code(3)].Officers) == 1 && len(v.Seats[code(3)].OnDuty()) == 0
			},
		},
		"excuse a line fault": {
			before: fault,
			command: func(string) rollcall.Command {
				return rollcall.Excuse{Fault: "?", Note: "运营商光缆中断"}
			},
			holds: func(v *rollcall.View, _ string) bool {
				return v.Faults[0].State == rollcall.FaultIsExcused && len(v.Seats[code(2)].Excuses) == 1 && !v.Seats[code(2)].Excused()
			},
		},
		"reject a line fault": {
			before:  fault,
			command: func(string) rollcall.Command { return rollcall.RejectFault{Fault: "?"} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Faults[0].State == rollcall.FaultIsRejected },
		},
	}
}

func li() rollcall.Officer {
	return rollcall.Officer{Name: "李强", Number: "101", Role: "值班所长", Listed: true}
}

// answerRoll has everybody answer, which ends the roll.
func answerRoll(h *house) {
	roll := h.Current().Roll.ID
	for _, u := range bureau() {
		h.do("", rollcall.AnswerRoll{Roll: roll, By: u.Code})
	}
	h.until("the roll is over", func(v *rollcall.View) bool { return v.Roll == nil })
}

// fault loses the lines of three stations of the branch.
func fault(h *house, _ string) {
	for i := 2; i < 5; i++ {
		h.do("", rollcall.Leave{Unit: code(i), Conn: fmt.Sprint("c", i), Reason: rollcall.LeftTimeout})
	}
	if len(h.Current().Faults) != 1 {
		h.t.Fatalf("the loss of a branch gives %d faults", len(h.Current().Faults))
	}
}

// finished fills in the ids that only the running call knows.
func finished(h *house, cmd rollcall.Command) rollcall.Command {
	switch c := cmd.(type) {
	case rollcall.Mark:
		c.Turn = h.Current().Floor[0]
		return c
	case rollcall.Answer:
		c.Turn = h.Current().Floor[0]
		return c
	case rollcall.AnswerRoll:
		c.Roll = h.Current().Roll.ID
		return c
	case rollcall.Excuse:
		if c.Fault != "" {
			c.Fault = h.Current().Faults[0].ID
		}
		return c
	case rollcall.Unexcuse:
		if c.Excuse < 0 {
			c.Excuse = h.Current().Seats[code(3)].Excuses[0].ID
		}
		return c
	case rollcall.RejectFault:
		c.Fault = h.Current().Faults[0].ID
		return c
	}
	return cmd
}

// TestEveryCommandHoldsTwiceAndAfterAKill gives each command, gives it again under the same id, ends the server right after
// it, and gives it once more to the next server: it was carried out once, and the journal says by whom.
func TestEveryCommandHoldsTwiceAndAfterAKill(t *testing.T) {
	all := givens()
	maps.Copy(all, micGivens())
	for name, g := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, turn := newHouse(t), ""
			if g.waiting {
				if err := h.store.PutUnits(t.Context(), bureau()); err != nil {
					t.Fatal(err)
				}
				h.open(rollcall.Extra)
				for i, u := range bureau() {
					h.do("", rollcall.Enter{Unit: u.Code, Conn: fmt.Sprint("c", i)})
				}
			} else {
				h.stop()
				h, turn = morning(t)
			}
			if g.before != nil {
				g.before(h, turn)
			}
			once(t, h, turn, g)
		})
	}
}

func once(t *testing.T, h *house, turn string, g given) {
	t.Helper()
	session := h.Current().ID
	command := finished(h, g.command(turn))
	first := h.do("the-command", command)
	events := h.events(session)
	if v, err := rollcall.Fold(events); err != nil || !g.holds(v, turn) {
		t.Fatalf("it does not hold: %+v, %v", v, err)
	}
	was := carriedOut(events)
	if len(was) == 0 || was[0].Actor.ID != "host" {
		t.Fatalf("the journal does not say that the host did it: %+v", was)
	}
	if g.ends {
		return
	}
	if again := h.do("the-command", command); again != first {
		t.Errorf("again it led to %+v, at first to %+v", again, first)
	}
	h.stop()
	h.start(h.store)
	h.until("taken up", func(v *rollcall.View) bool { return v != nil })
	if again := h.do("the-command", command); again != first {
		t.Errorf("after the kill it led to %+v, at first to %+v", again, first)
	}
	if v, err := rollcall.Fold(h.events(session)); err != nil || g.holds(v, turn) == g.passing {
		t.Errorf("after the kill it does not hold: %+v, %v", v, err)
	}
	if now := carriedOut(h.events(session)); len(now) != len(was) {
		t.Errorf("the command has %d events in the journal, at first %d", len(now), len(was))
	}
}

// carriedOut are the events that the command led to.
func carriedOut(events []rollcall.Event) []rollcall.Event {
	return slices.DeleteFunc(slices.Clone(events), func(e rollcall.Event) bool { return e.Command != "the-command" })
}

func (h *house) events(session string) []rollcall.Event {
	h.t.Helper()
	events, err := h.store.Events(h.t.Context(), session)
	if err != nil {
		h.t.Fatal(err)
	}
	return events
}

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

func TestExcusesComeAfterTheCallToo(t *testing.T) {
	h, _ := morning(t)
	session := h.Current().ID
	h.do("", rollcall.Close{})
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	excuse := rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseLeave, Note: "年休假"}
	for range 2 {
		if _, err := h.Amend(t.Context(), session, host("late"), excuse); err != nil {
			t.Fatal(err)
		}
	}
	v, err := rollcall.Fold(h.events(session))
	if err != nil || len(v.Seats[code(3)].Excuses) != 1 {
		t.Errorf("the excuse is not there once: %+v, %v", v, err)
	}
	if _, err := h.Amend(t.Context(), session, host(""), rollcall.Next{}); !errors.Is(err, rollcall.ErrClosed) {
		t.Errorf("a closed call goes on: %v", err)
	}
	if _, err := h.Amend(t.Context(), "none", host(""), excuse); !errors.Is(err, rollcall.ErrNotFound) {
		t.Errorf("no such session gives %v", err)
	}
}

func TestAFaultEndsWhenAllAreBack(t *testing.T) {
	h, _ := morning(t)
	fault(h, "")
	for i := 2; i < 5; i++ {
		if h.Current().Faults[0].State != rollcall.FaultIsOpen {
			t.Fatalf("the fault is %s with units gone", h.Current().Faults[0].State)
		}
		h.do("", rollcall.Enter{Unit: code(i), Conn: fmt.Sprint("d", i)})
	}
	if f := h.Current().Faults[0]; f.State != rollcall.FaultIsOver || f.To.IsZero() || len(f.Units) != 3 {
		t.Errorf("with everybody back the fault is %+v", f)
	}
}

func TestAnExcusedFaultCoversNoLaterInterruption(t *testing.T) {
	h, _ := morning(t)
	fault(h, "")
	h.do("", rollcall.Excuse{Fault: h.Current().Faults[0].ID}) // while it lasts
	for i := 2; i < 5; i++ {
		h.do("", rollcall.Enter{Unit: code(i), Conn: fmt.Sprint("d", i)})
	}
	f, x := h.Current().Faults[0], h.Current().Seats[code(2)].Excuses[0]
	back := h.Current().Seats[code(2)].Since
	if f.State != rollcall.FaultIsExcused || f.To.IsZero() || !x.To.Equal(back) || x.To.After(f.To) {
		t.Errorf("the fault ended %v, the unit was back %v and is excused until %v", f.To, back, x.To)
	}
}

func TestAFaultBeginsWithTheFirstThatWasNotHeard(t *testing.T) {
	h, _ := morning(t)
	early := time.Now().Add(-50 * time.Millisecond).UTC().Truncate(time.Microsecond)
	time.Sleep(60 * time.Millisecond) // all are here for longer than that
	fault(h, "")
	h.do("", rollcall.Leave{Unit: code(1), Conn: "c1", Reason: rollcall.LeftLost, At: early.Add(40 * time.Millisecond)})
	f := h.Current().Faults[0]
	if left := h.Current().Seats[code(1)].Since; len(f.Units) != 4 || f.From.After(left) {
		t.Errorf("the fault began %v, a unit of it left %v", f.From, left)
	}
}

func TestPagesThatCloseAreNoFault(t *testing.T) {
	h, _ := morning(t)
	for i := 2; i < 5; i++ {
		h.do("", rollcall.Leave{Unit: code(i), Conn: fmt.Sprint("c", i), Reason: "closed"})
	}
	if len(h.Current().Faults) != 0 {
		t.Error("officers who close their page are taken for a line fault")
	}
}

func TestAgendaPassesOverTheExcusedAndEnds(t *testing.T) {
	h, _ := morning(t)
	h.do("", rollcall.Excuse{Units: []string{code(1)}, Reason: rollcall.ExcuseLeave})
	var got []string
	for {
		_, err := h.Do(t.Context(), host(""), rollcall.Next{})
		if errors.Is(err, rollcall.ErrAgendaOver) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		v := h.Current()
		got = append(got, v.Agenda[v.Step].Kind)
		if v.Floor[0] != "" && v.Turns[v.Floor[0]].Unit == code(1) {
			t.Error("the excused branch was called")
		}
	}
	if want := "[text draw unit text text text]"; fmt.Sprint(got) != want {
		t.Errorf("the agenda went %v, not %s", got, want)
	}
}

func TestNextIsWhoIsNotExcusedAtThatMoment(t *testing.T) {
	h, _ := morning(t)
	h.do("", rollcall.GoTo{Step: 1}) // before the branch and the draw from it
	from, to := time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
	h.do("", rollcall.Excuse{Units: []string{code(1)}, Reason: rollcall.ExcuseLeave, From: from, To: to})
	v := h.Current()
	for at, want := range map[time.Time]string{from.Add(-time.Second): code(1), from.Add(time.Second): "", to.Add(time.Second): code(1)} {
		if got := v.NextUnit(at); got != want {
			t.Errorf("at %v %q is next, not %q", at.Sub(from), got, want)
		}
	}
	h.do("", rollcall.Next{})
	if got := h.Current().Step; got != 3 {
		t.Errorf("the agenda went to step %d instead of the draw", got)
	}
}
