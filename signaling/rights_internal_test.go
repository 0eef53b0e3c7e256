package signaling

import (
	"maps"
	"slices"
	"testing"
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

// TestWhoIsShownAUnit lists, for each kind of page and moment, the lines on which a unit's picture and sound may be.
func TestWhoIsShownAUnit(t *testing.T) {
	const unit, other, tile = "210102510000", "210102520000", "wall1"
	now := time.Now()
	watch := map[string]wire.Tile{tile: {Line: tile, Unit: unit, RID: "l"}}
	pages := map[string]viewer{
		"hall":     {page: wire.PageConsole, client: "h", tiles: []string{tile}, watch: watch},
		"console":  {page: wire.PageConsole, client: "other", tiles: []string{tile}, watch: watch},
		"wall":     {page: wire.PageWall, tiles: []string{tile}, watch: watch},
		"station":  {page: wire.PageStation, unit: other},
		"itself":   {page: wire.PageStation, unit: unit},
		"observer": {page: wire.PageObserver},
	}
	turn := func(t rollcall.Turn) *rollcall.View {
		t.ID, t.Unit = "t", unit
		return &rollcall.View{Phase: rollcall.Open, Floor: [3]string{"t"}, Turns: map[string]*rollcall.Turn{"t": &t}}
	}
	picture, sound := []string{"floor1.video"}, []string{"floor1.audio", "floor1.video"}
	for name, c := range map[string]struct {
		view *rollcall.View
		want map[string][]string // beside the tiles of consoles and walls
	}{
		"before the roll": {&rollcall.View{Phase: rollcall.Waiting}, nil},
		"outside a turn":  {&rollcall.View{Phase: rollcall.Open}, nil},
		"private line":    {&rollcall.View{Phase: rollcall.Waiting, Line: unit}, map[string][]string{"hall": {"hall.audio", "hall.video"}}},
		"called": {turn(rollcall.Turn{}),
			map[string][]string{"hall": picture, "console": picture, "wall": picture, "station": picture, "observer": picture}},
		"called, opened by the host": {turn(rollcall.Turn{OpenedAt: now}),
			map[string][]string{"hall": sound, "console": picture, "wall": picture, "station": sound, "observer": sound}},
		"answered": {turn(rollcall.Turn{AnsweredAt: now, Via: rollcall.AnsweredByOfficer}),
			map[string][]string{"hall": sound, "console": picture, "wall": picture, "station": sound, "observer": sound}},
		"answered, muted": {turn(rollcall.Turn{AnsweredAt: now, Via: rollcall.AnsweredByOfficer, OpenedAt: now, Muted: true}),
			map[string][]string{"hall": picture, "console": picture, "wall": picture, "station": picture, "observer": picture}},
		"answered by telephone": {turn(rollcall.Turn{AnsweredAt: now, Via: rollcall.AnsweredByPhone}),
			map[string][]string{"hall": picture, "console": picture, "wall": picture, "station": picture, "observer": picture}},
	} {
		c.view.Seats = map[string]*rollcall.Seat{unit: {}, other: {}}
		for page, v := range pages {
			want := slices.Clone(c.want[page])
			if v.tiles != nil {
				want = append(want, tile)
			}
			if got := unitOn(scene{view: c.view, owner: "h"}, v, unit); !slices.Equal(got, want) {
				t.Errorf("%s: the %s page has the unit on %v, not on %v", name, page, got, want)
			}
		}
	}
}

// unitOn are the page's lines on which the unit is.
func unitOn(s scene, v viewer, unit string) []string {
	var out []string
	wants := s.wants(v)
	for _, line := range slices.Sorted(maps.Keys(wants)) {
		if source := wants[line].Source; source == unitCamera(unit) || source == unitMic(unit) {
			out = append(out, line)
		}
	}
	return out
}
