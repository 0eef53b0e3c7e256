package rollcall_test

import (
	"time"

	"muster/rollcall"
)

// turnGivens are the commands about turns and the floor.
func turnGivens() map[string]given {
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
	}
}

// callGivens are the commands that call, answer and end.
func callGivens() map[string]given {
	ringing := func(h *house, _ string) { h.do("", rollcall.Call{Unit: code(3), How: "hand"}) }
	return map[string]given{
		"call by hand": {
			command: func(string) rollcall.Command { return rollcall.Call{Unit: code(3), How: "hand"} },
			holds: func(v *rollcall.View, turn string) bool {
				t := v.Turns[v.Floor[0]]
				return t.Unit == code(3) && t.CalledBy.ID == "host" && v.Floor[1] == "" && v.Turns[turn].State == rollcall.TurnIsReleased
			},
		},
		"call a fourth": {
			before: func(h *house, _ string) {
				h.do("", rollcall.Call{Unit: code(0), How: "hand", Add: true})
				h.do("", rollcall.Call{Unit: code(1), How: "hand", Add: true})
			},
			command: func(turn string) rollcall.Command {
				return rollcall.Call{Unit: code(3), How: "hand", Add: true, Replace: turn}
			},
			holds: func(v *rollcall.View, turn string) bool {
				return v.Turns[v.Floor[0]].Unit == code(3) && v.Turns[v.Floor[1]].Unit == code(0) && !v.Turns[turn].EndedAt.IsZero()
			},
		},
		"call a raised hand": {
			before: func(h *house, _ string) {
				h.do("", rollcall.AllowHands{On: true})
				h.do("", rollcall.RaiseHand{Unit: code(3), Up: true})
			},
			command: func(string) rollcall.Command { return rollcall.Call{Unit: code(3), How: "raised"} },
			holds: func(v *rollcall.View, _ string) bool {
				return v.Turns[v.Floor[0]].How == "raised" && v.Seats[code(3)].HandAt.IsZero()
			},
		},
		"draw": {
			command: func(string) rollcall.Command { return rollcall.Draw{Kind: rollcall.Station} },
			holds: func(v *rollcall.View, _ string) bool {
				return v.Draws == 1 && v.Seats[v.Drawn].Unit.Kind == rollcall.Station && v.Drawn != code(2)
			},
		},
		"it is on the screen": {
			before:  ringing,
			command: func(string) rollcall.Command { return rollcall.Shown{By: code(3)} },
			holds:   func(v *rollcall.View, _ string) bool { return !v.Turns[v.Floor[0]].ShownAt.IsZero() },
		},
		"answer": {
			before:  ringing,
			command: func(string) rollcall.Command { return rollcall.Answer{By: code(3)} },
			holds: func(v *rollcall.View, _ string) bool {
				t := v.Turns[v.Floor[0]]
				return t.State == rollcall.TurnIsAnswered && t.Via == rollcall.AnsweredByOfficer && t.Sound()
			},
		},
		"open its sound": {
			before:  ringing,
			command: func(string) rollcall.Command { return rollcall.OpenSound{} },
			holds: func(v *rollcall.View, _ string) bool {
				t := v.Turns[v.Floor[0]]
				return t.State == rollcall.TurnIsCalled && t.Sound()
			},
		},
		"mark": {
			before:  ringing,
			command: func(string) rollcall.Command { return rollcall.Mark{} },
			holds: func(v *rollcall.View, _ string) bool {
				t := v.Turns[v.Floor[0]]
				return t.State == rollcall.TurnIsAnswered && t.Via == rollcall.AnsweredByHost && t.AnsweredBy.ID == "host"
			},
		},
		"withdraw": {
			command: func(turn string) rollcall.Command { return rollcall.Withdraw{Turn: turn} },
			holds: func(v *rollcall.View, turn string) bool {
				return v.Turns[turn].State == rollcall.TurnIsWithdrawn && v.Floor == [3]string{} && v.Seats[code(2)].Calls == 0
			},
		},
		"release": {
			command: func(turn string) rollcall.Command { return rollcall.Release{Turn: turn} },
			holds: func(v *rollcall.View, turn string) bool {
				return v.Turns[turn].State == rollcall.TurnIsReleased && v.Floor == [3]string{} && v.Seats[code(2)].Answered == 1
			},
		},
		"note": {
			after:   true,
			command: func(turn string) rollcall.Command { return rollcall.Note{Turn: turn, Rating: 4, Text: "清楚"} },
			holds: func(v *rollcall.View, turn string) bool {
				return v.Turns[turn].Rating == 4 && v.Turns[turn].Note == "清楚"
			},
		},
	}
}
