package rollcall_test

import (
	"testing"
	"time"

	"muster/rollcall"
)

// TestACommandThatEndedACallEndsNoOther gives each again when the next call is open, before and after a restart.
func TestACommandThatEndedACallEndsNoOther(t *testing.T) {
	for name, end := range map[string]rollcall.Command{
		"close": rollcall.Close{}, "cancel": rollcall.Cancel{Reason: "安保"},
		"yield": rollcall.Yield{To: rollcall.Due{Schedule: "morning", WaitingAt: time.Now()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := inWaitingRoom(t)
			if name == "close" {
				h.do("", rollcall.Begin{})
			}
			h.do("the-end", end)
			h.until("closed", func(v *rollcall.View) bool { return v == nil })
			next, err := h.Start(t.Context(), host("another"), rollcall.StartRequest{Kind: rollcall.Extra, Wait: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				h.do("the-end", end)
				if v := h.Current(); v == nil || v.ID != next.ID || v.Phase != rollcall.Waiting {
					t.Fatalf("given again it ended the next call: %+v", v)
				}
				h.stop()
				h.start(h.store)
				h.until("taken up", func(v *rollcall.View) bool { return v != nil })
			}
		})
	}
}

// TestASessionIsStartedOnceOverAKill kills the server when the session was opened, and again when it is over.
func TestASessionIsStartedOnceOverAKill(t *testing.T) {
	h := newHouse(t)
	start := func() *rollcall.View {
		t.Helper()
		v, err := h.Start(t.Context(), host("start"), rollcall.StartRequest{Kind: rollcall.Extra, Wait: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := start().ID
	for _, over := range []bool{false, true} {
		if over {
			h.do("", rollcall.Cancel{Reason: "安保"})
			h.until("closed", func(v *rollcall.View) bool { return v == nil })
		}
		h.stop()
		h.start(h.store)
		h.until("taken up", func(v *rollcall.View) bool { return over || v != nil })
		if again := start().ID; again != first {
			t.Errorf("over %v: again it opened %s, at first %s", over, again, first)
		}
	}
	if actor := h.events(first)[0].Actor.ID; actor != "host" {
		t.Errorf("the journal says that %s opened it", actor)
	}
}

// TestWhatChangedNothingChangesNothingLater gives a command again that found nothing to do at first.
func TestWhatChangedNothingChangesNothingLater(t *testing.T) {
	h, _ := morning(t)
	h.do("", rollcall.MuteUnit{Unit: code(3)})
	h.do("mute", rollcall.MuteUnit{Unit: code(3)})
	h.do("", rollcall.SetMic{Unit: code(3), On: true})
	h.do("mute", rollcall.MuteUnit{Unit: code(3)})
	if h.Current().Seats[code(3)].Muted() {
		t.Error("a command that was answered before muted the unit after its officer had opened the microphone")
	}
}

// TestWithoutTheStoreTheCommandThatEndedTheCallIsKnown has the store away from before the end of the call.
func TestWithoutTheStoreTheCommandThatEndedTheCallIsKnown(t *testing.T) {
	h, store := newAway(t)
	h.open(rollcall.Extra)
	h.do("", rollcall.Begin{})
	store.set(true)
	h.do("the-end", rollcall.Close{})
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	h.stop()
	h.startWithout(store)
	h.do("the-end", rollcall.Close{})
	h.refused(rollcall.ErrNoSession, rollcall.Close{})
}

// TestAClosedCallIsAmendedOnceOverAKill gives an excuse to a call that is over, to one server and to the next.
func TestAClosedCallIsAmendedOnceOverAKill(t *testing.T) {
	h, turn := morning(t)
	session := h.Current().ID
	h.do("", rollcall.Close{})
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	commands := map[string]rollcall.Command{
		"excuse": rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseLeave}, "note": rollcall.Note{Turn: turn, Rating: 3},
	}
	for range 2 {
		for id, c := range commands {
			if _, err := h.Amend(t.Context(), session, host(id), c); err != nil {
				t.Error(err)
			}
		}
		h.stop()
		h.start(h.store)
	}
	v, err := rollcall.Fold(h.events(session))
	if err != nil || len(v.Seats[code(3)].Excuses) != 1 || v.Seats[code(3)].Excuses[0].By.ID != "host" || v.Turns[turn].Rating != 3 {
		t.Errorf("the closed call has %+v, %v", v, err)
	}
}
