package rollcall_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"muster/rollcall"
)

// told is what a page says after some seconds.
type told struct {
	after int
	lacks rollcall.Lacks
}

func camera(what string) rollcall.Lacks { return rollcall.Lacks{Camera: what} }

// TestOnlyWhatLastsIsJournaled: times are in fake seconds since the page came.
func TestOnlyWhatLastsIsJournaled(t *testing.T) {
	flaps := []told{{1, camera("black")}}
	for at := 10; at < 600; at += 20 {
		flaps = append(flaps, told{at, camera("")}, told{at + 10, camera("black")})
	}
	for name, c := range map[string]struct {
		says []told
		want []string
	}{
		"nothing lacks":                 {[]told{{1, camera("")}}, nil},
		"a camera that starts is black": {[]told{{1, camera("black")}, {4, camera("")}}, nil},
		"no camera":                     {[]told{{1, camera("none")}}, []string{"camera none at 1"}},
		"both, the microphone later":    {[]told{{1, camera("none")}, {20, rollcall.Lacks{Camera: "none", Microphone: "silent"}}}, []string{"camera none at 1", "microphone silent at 20"}},
		"it comes back":                 {[]told{{1, camera("none")}, {60, camera("")}}, []string{"camera none at 1", "camera  at 60"}},
		"it comes back for a moment":    {[]told{{1, camera("none")}, {60, camera("")}, {80, camera("none")}}, []string{"camera none at 1"}},
		"now black, now frozen":         {[]told{{1, camera("black")}, {4, camera("frozen")}, {7, camera("black")}}, []string{"camera frozen at 1", "camera black at 7"}},
		"it flaps for ten minutes":      {flaps, []string{"camera black at 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t)
				h.open(rollcall.Extra)
				unit := units(1)[0].Code
				h.do("", rollcall.Enter{Unit: unit, Conn: "c"})
				came := time.Now()
				for _, s := range c.says {
					time.Sleep(time.Until(came.Add(time.Duration(s.after) * time.Second)))
					h.do("", rollcall.Devices{Unit: unit, Conn: "c", Lacks: s.lacks})
					h.do("", rollcall.Devices{Unit: unit, Conn: "another", Lacks: camera("denied")}) // it does not hold the seat
				}
				time.Sleep(2 * time.Minute)
				if got := h.lacks(came); !slices.Equal(got, c.want) {
					t.Errorf("the journal has %q, not %q", got, c.want)
				}
				h.stop()
			})
		})
	}
}

// TestAPageThatLeftLacksNothing, and one that comes tells anew.
func TestAPageThatLeftLacksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.open(rollcall.Extra)
		unit := units(1)[0].Code
		h.do("", rollcall.Enter{Unit: unit, Conn: "c"})
		h.do("", rollcall.Devices{Unit: unit, Conn: "c", Lacks: rollcall.Lacks{Microphone: "denied"}})
		time.Sleep(time.Minute)
		if got := h.Current().Seats[unit].Lacks; got.Microphone != "denied" {
			t.Errorf("after a minute the seat lacks %+v", got)
		}
		h.do("", rollcall.Devices{Unit: unit, Conn: "c", Lacks: rollcall.Lacks{Camera: "black", Microphone: "denied"}})
		h.do("", rollcall.Leave{Unit: unit, Conn: "c", Reason: "closed"})
		h.do("", rollcall.Enter{Unit: unit, Conn: "d"})
		time.Sleep(time.Minute)
		if got := h.Current().Seats[unit].Lacks; got != (rollcall.Lacks{}) {
			t.Errorf("a page that said nothing lacks %+v", got)
		}
		h.stop()
	})
}

// lacks are the lacks in the journal, in seconds since a moment; the unit itself told of them.
func (h *house) lacks(since time.Time) []string {
	h.t.Helper()
	var out []string
	for _, e := range h.events(h.Current().ID) {
		if e.Kind != rollcall.KindUnitLacks {
			continue
		}
		d, err := rollcall.Payload[rollcall.UnitLacks](e)
		if err != nil || e.Actor != host("").Actor {
			h.t.Fatalf("%+v, %v", e, err)
		}
		out = append(out, fmt.Sprintf("%s %s at %.0f", d.Device, d.What, d.From.Sub(since).Seconds()))
	}
	return out
}
