package rollcall_test

import (
	"testing"
	"time"

	"muster/rollcall"
)

// micGivens are the commands about microphones.
func micGivens() map[string]given {
	muted := func(h *house, _ string) { h.do("", rollcall.MuteUnit{Unit: code(3)}) }
	return map[string]given{
		"mute": {
			waiting: true,
			command: func(string) rollcall.Command { return rollcall.MuteUnit{Unit: code(3)} },
			holds: func(v *rollcall.View, _ string) bool {
				return v.Seats[code(3)].Muted() && v.Seats[code(3)].MutedBy.ID == "host"
			},
		},
		"ask to unmute": {
			early:   true,
			before:  muted,
			command: func(string) rollcall.Command { return rollcall.AskUnmute{Unit: code(3)} },
			holds: func(v *rollcall.View, _ string) bool {
				return v.Seats[code(3)].Muted() && !v.Seats[code(3)].MicAskedAt.IsZero()
			},
		},
		"unmute": {
			early:   true,
			before:  func(h *house, _ string) { muted(h, ""); h.do("", rollcall.AskUnmute{Unit: code(3)}) },
			command: func(string) rollcall.Command { return rollcall.SetMic{Unit: code(3), On: true} },
			holds: func(v *rollcall.View, _ string) bool {
				return !v.Seats[code(3)].Muted() && v.Seats[code(3)].MicAskedAt.IsZero()
			},
		},
		"mute oneself on the floor": {
			early:   true,
			command: func(string) rollcall.Command { return rollcall.SetMic{Unit: code(2)} },
			holds: func(v *rollcall.View, turn string) bool {
				return v.Seats[code(2)].Muted() && !v.Turns[turn].Sound() && v.Floor[0] == turn
			},
		},
		"answer while muted": {
			before:  func(h *house, _ string) { muted(h, ""); h.do("", rollcall.Call{Unit: code(3), How: "hand"}) },
			command: func(string) rollcall.Command { return rollcall.Answer{By: code(3)} },
			holds: func(v *rollcall.View, _ string) bool {
				return !v.Seats[code(3)].Muted() && v.Turns[v.Floor[0]].Sound()
			},
		},
	}
}

func TestTheHostMutesOutsideATurnOnly(t *testing.T) {
	h, turn := morning(t)
	h.refused(rollcall.ErrUnknownUnit, rollcall.MuteUnit{Unit: "none"})
	h.refused(rollcall.ErrUnknownUnit, rollcall.AskUnmute{Unit: "none"})
	h.refused(rollcall.ErrUnknownUnit, rollcall.SetMic{Unit: "none"})
	h.refused(rollcall.ErrAlreadyCalled, rollcall.MuteUnit{Unit: code(2)})
	if h.do("", rollcall.AskUnmute{Unit: code(3)}); !h.Current().Seats[code(3)].MicAskedAt.IsZero() {
		t.Error("a microphone that is on is asked for")
	}
	h.do("", rollcall.Hold{Turn: turn})
	h.do("", rollcall.MuteUnit{Unit: code(2)}) // it is off the floor
	h.do("", rollcall.Return{Turn: turn})
	if h.Current().Turns[turn].Sound() {
		t.Error("its return to the floor opened a muted microphone")
	}
	h.do("", rollcall.Leave{Unit: code(3), Conn: "c3", Reason: "closed"})
	h.refused(rollcall.ErrNotHere, rollcall.MuteUnit{Unit: code(3)})
	h.refused(rollcall.ErrNotHere, rollcall.AskUnmute{Unit: code(3)})
}

// TestOnlyTheOfficerOpensAMutedMicrophone: whatever the host does with the turn, and whatever becomes of the page.
func TestOnlyTheOfficerOpensAMutedMicrophone(t *testing.T) {
	h, _ := morning(t)
	h.do("", rollcall.MuteUnit{Unit: code(3)})
	h.do("", rollcall.Leave{Unit: code(3), Conn: "c3", Reason: rollcall.LeftLost})
	h.do("", rollcall.Enter{Unit: code(3), Conn: "again"})
	turn := h.do("", rollcall.Call{Unit: code(3), How: "hand"}).Turn
	for _, c := range []rollcall.Command{
		rollcall.OpenSound{Turn: turn}, rollcall.AskUnmute{Unit: code(3)}, rollcall.Mark{Turn: turn},
		rollcall.Extend{Turn: turn, By: time.Minute},
	} {
		h.do("", c)
		if v := h.Current(); v.Turns[turn].Sound() || !v.Seats[code(3)].Muted() {
			t.Fatalf("%T opened the microphone", c)
		}
	}
	if h.Current().Seats[code(3)].MicAskedAt.IsZero() {
		t.Error("the unit is not asked to open it")
	}
	h.do("", rollcall.SetMic{Unit: code(3), On: true})
	if v := h.Current(); !v.Turns[turn].Sound() {
		t.Error("the officer opened the microphone, and nobody hears it")
	}
}

func TestAnAskEndsWithTheTurn(t *testing.T) {
	h, turn := morning(t)
	h.do("", rollcall.SetMic{Unit: code(2)})
	h.do("", rollcall.AskUnmute{Unit: code(2)})
	h.do("", rollcall.Release{Turn: turn})
	if s := h.Current().Seats[code(2)]; !s.Muted() || !s.MicAskedAt.IsZero() {
		t.Errorf("after the turn the seat is %+v", s)
	}
}
