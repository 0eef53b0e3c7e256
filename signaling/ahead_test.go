package signaling_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

func TestTheDrawnStationIsReadyAndNobodyIsToldBefore(t *testing.T) {
	h := newHouse(t)
	branch := rollcall.Unit{Code: "210100000000", Name: "分局", Short: "分局", Kind: rollcall.Branch, Branch: "210100000000", Order: 9}
	units, err := h.store.Units(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.PutUnits(t.Context(), append(units, branch)); err != nil {
		t.Fatal(err)
	}
	host := h.join(wire.PageConsole, "host:h").connect()
	stations := map[string]*page{}
	for i := range 3 {
		stations[unitCode(i)] = h.join(wire.PageStation, "unit:"+unitCode(i)).connect()
	}
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	for _, p := range stations {
		p.find("own seat", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))
		p.find("the lowest layer", asked("l"))
	}
	host.forget()
	host.done(wire.TypeAgendaGoTo, wire.StepRef{Step: 2}) // the branch; a draw from it is next
	ready := ""
	for deadline := time.Now().Add(patience); ready == "" && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		for unit, p := range stations {
			if p.has(asked("h")) {
				ready = unit
			}
		}
	}
	for unit, p := range stations {
		if unit != ready && p.has(asked("h")) {
			t.Errorf("%s got ready beside %s", unit, ready)
		}
	}
	host.mu.Lock()
	for _, f := range host.frames {
		if strings.Contains(string(f.Data), ready) && f.Type != wire.TypeSeats {
			t.Errorf("the hall was sent %s %s before the draw", f.Type, f.Data)
		}
	}
	host.mu.Unlock()
	if got := decode[wire.StepResult](t, host.done(wire.TypeAgendaNext, nil)).Unit; ready == "" || got != ready {
		t.Errorf("%q got ready, %q was drawn", ready, got)
	}
}

// asked matches when a station is to send a layer of its camera.
func asked(rid string) func(wire.Frame) bool {
	return like(wire.TypeLayers, func(l wire.Layers) bool { return l.Line == "camera" && slices.Contains(l.Active, rid) })
}
