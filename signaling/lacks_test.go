package signaling_test

import (
	"testing"
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

// TestWhatAPageLacksIsInTheJournal, also when it said so before there was a call.
func TestWhatAPageLacksIsInTheJournal(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	early, late := h.join(wire.PageStation, "unit:"+unitCode(0)), h.join(wire.PageStation, "unit:"+unitCode(1))
	early.send(wire.TypeDevice, "", wire.Device{Camera: "none", Microphone: "ok"})
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	late.send(wire.TypeDevice, "", wire.Device{Camera: "ok", Microphone: "silent", Speaker: "blocked"})
	lacks := func(i int) rollcall.Lacks { return h.director.Current().Seats[unitCode(i)].Lacks }
	for deadline := time.Now().Add(patience); lacks(0).Camera == "" || lacks(1).Microphone == ""; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the journal says %+v, %+v", lacks(0), lacks(1))
		}
	}
	if a, b := lacks(0), lacks(1); a != (rollcall.Lacks{Camera: "none"}) || b != (rollcall.Lacks{Microphone: "silent"}) {
		t.Errorf("the journal says %+v, %+v", a, b)
	}
}
