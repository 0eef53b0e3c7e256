package rollcall_test

import (
	"time"

	"muster/rollcall"
)

// sessionGivens are the commands about the call as a whole: its life, its agenda, rolls and hands.
func sessionGivens() map[string]given {
	return map[string]given{
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
			early: true, ends: true,
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
		"begin": {
			waiting: true,
			command: func(string) rollcall.Command { return rollcall.Begin{} },
			holds: func(v *rollcall.View, _ string) bool {
				return v.Phase == rollcall.Open && !v.BegunAt.IsZero() && v.Roll != nil && v.Roll.Kind == rollcall.RollAtBegin
			},
		},
		"close": {
			ends:    true,
			command: func(string) rollcall.Command { return rollcall.Close{} },
			holds: func(v *rollcall.View, turn string) bool {
				return v.Phase == rollcall.Closed && v.Floor == [3]string{} && !v.Turns[turn].EndedAt.IsZero()
			},
		},
		"go to a unit on the floor": {
			before:  func(h *house, _ string) { h.do("", rollcall.Call{Unit: code(1), How: "hand"}) },
			command: func(string) rollcall.Command { return rollcall.GoTo{Step: 2} },
			holds: func(v *rollcall.View, _ string) bool {
				return v.Step == 2 && v.Turns[v.Floor[0]].Unit == code(1) && len(v.Turns) == 2
			},
		},
		"go to a held unit": {
			before: func(h *house, _ string) {
				turn := h.do("", rollcall.Call{Unit: code(1), How: "hand"}).Turn
				h.do("", rollcall.Mark{Turn: turn})
				h.do("", rollcall.Hold{Turn: turn})
			},
			command: func(string) rollcall.Command { return rollcall.GoTo{Step: 2} },
			holds: func(v *rollcall.View, _ string) bool {
				t := v.Turns[v.Floor[0]]
				return v.Step == 2 && t.Unit == code(1) && !t.Held
			},
		},
		"lower a hand": {
			early: true,
			before: func(h *house, _ string) {
				h.do("", rollcall.AllowHands{On: true})
				h.do("", rollcall.RaiseHand{Unit: code(3), Up: true})
			},
			command: func(string) rollcall.Command { return rollcall.RaiseHand{Unit: code(3)} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Hands && v.Seats[code(3)].HandAt.IsZero() },
		},
		"forbid hands": {
			early: true,
			before: func(h *house, _ string) {
				h.do("", rollcall.AllowHands{On: true})
				h.do("", rollcall.RaiseHand{Unit: code(3), Up: true})
			},
			command: func(string) rollcall.Command { return rollcall.AllowHands{} },
			holds:   func(v *rollcall.View, _ string) bool { return !v.Hands && v.Seats[code(3)].HandAt.IsZero() },
		},
		"keep": {
			command: func(string) rollcall.Command { return rollcall.Keep{} },
			holds: func(v *rollcall.View, _ string) bool {
				return !v.KeptUntil.IsZero() && !v.ClosesAt().Before(v.KeptUntil)
			},
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
		"allow hands": {
			early:   true,
			command: func(string) rollcall.Command { return rollcall.AllowHands{On: true} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Hands },
		},
		"raise a hand": {
			early:   true,
			before:  func(h *house, _ string) { h.do("", rollcall.AllowHands{On: true}) },
			command: func(string) rollcall.Command { return rollcall.RaiseHand{Unit: code(3), Up: true} },
			holds:   func(v *rollcall.View, _ string) bool { return !v.Seats[code(3)].HandAt.IsZero() },
		},
	}
}

// answerRoll has everybody answer, which ends the roll.
func answerRoll(h *house) {
	roll := h.Current().Roll.ID
	for _, u := range bureau() {
		h.do("", rollcall.AnswerRoll{Roll: roll, By: u.Code})
	}
	h.until("the roll is over", func(v *rollcall.View) bool { return v.Roll == nil })
}
