package signaling

import (
	"testing"

	"muster/rollcall"
	"muster/signaling/wire"
)

func TestStationsAreBlurredUntilTheCallBegins(t *testing.T) {
	const unit, line = "210102510000", "wall1"
	hall := viewer{page: wire.PageConsole, tiles: []string{line}, watch: map[string]wire.Tile{line: {Line: line, Unit: unit, RID: "m"}}}
	for name, c := range map[string]struct {
		phase   rollcall.Phase
		rule    bool
		layer   string
		blurred bool
	}{
		"waiting":              {rollcall.Waiting, true, "l", true},
		"waiting, without":     {rollcall.Waiting, false, "m", false},
		"begun":                {rollcall.Open, true, "m", false},
		"begun, never blurred": {rollcall.Open, false, "m", false},
	} {
		v := &rollcall.View{Phase: c.phase, Rules: rollcall.Rules{Blur: c.rule}, Seats: map[string]*rollcall.Seat{unit: {}}}
		if got := (scene{view: v}).wants(hall)[line]; got.MaxLayer != c.layer || got.Source != unitCamera(unit) {
			t.Errorf("%s: the wall's tile wants %+v", name, got)
		}
		if got := wireSession(v).Blur; got != c.blurred {
			t.Errorf("%s: pages are told blur = %t", name, got)
		}
	}
}
