package attendance_test

import (
	"reflect"
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

func (s *script) lacks(when time.Time, device, what string) *script {
	return s.at(when.Add(5*time.Second), rollcall.UnitLacks{Unit: "a", Device: device, What: what, From: when})
}

// TestWhoLacksACameraIsPresent, and its record shows the lack.
func TestWhoLacksACameraIsPresent(t *testing.T) {
	there := func() *script { return open().enter(clock(8, 20, 0)) }
	begin, end := clock(8, 30, 0), clock(9, 30, 0)
	for name, c := range map[string]struct {
		script *script
		now    time.Time
		want   []attendance.Lack
	}{
		"nothing":               {there().begin().close(), end, nil},
		"all the time":          {there().lacks(clock(8, 21, 0), "camera", "none").begin().close(), end, []attendance.Lack{{"camera", "none", begin, end}}},
		"only while waiting":    {there().lacks(clock(8, 21, 0), "camera", "none").lacks(clock(8, 29, 0), "camera", "").begin().close(), end, nil},
		"not begun yet":         {there().lacks(clock(8, 21, 0), "camera", "none"), begin, nil},
		"for a while":           {there().begin().lacks(clock(8, 40, 0), "camera", "black").lacks(clock(8, 50, 0), "camera", "").close(), end, []attendance.Lack{{"camera", "black", clock(8, 40, 0), clock(8, 50, 0)}}},
		"it still does":         {there().begin().lacks(clock(8, 40, 0), "camera", "black"), clock(8, 45, 0), []attendance.Lack{{"camera", "black", clock(8, 40, 0), time.Time{}}}},
		"one after another":     {there().begin().lacks(clock(8, 40, 0), "camera", "black").lacks(clock(8, 50, 0), "camera", "none").close(), end, []attendance.Lack{{"camera", "black", clock(8, 40, 0), clock(8, 50, 0)}, {"camera", "none", clock(8, 50, 0), end}}},
		"both":                  {there().begin().lacks(clock(8, 40, 0), "camera", "none").lacks(clock(8, 41, 0), "microphone", "silent").close(), end, []attendance.Lack{{"camera", "none", clock(8, 40, 0), end}, {"microphone", "silent", clock(8, 41, 0), end}}},
		"until it left":         {there().begin().lacks(clock(8, 40, 0), "camera", "none").leave(clock(9, 0, 0), "closed").close(), end, []attendance.Lack{{"camera", "none", clock(8, 40, 0), clock(9, 0, 0)}}},
		"the page loaded again": {there().begin().lacks(clock(8, 40, 0), "camera", "none").leave(clock(9, 0, 0), "closed").enter(clock(9, 0, 1)).lacks(clock(9, 0, 3), "camera", "none").close(), end, []attendance.Lack{{"camera", "none", clock(8, 40, 0), end}}},
		"dismissed":             {there().begin().lacks(clock(8, 40, 0), "camera", "none").at(clock(9, 0, 0), rollcall.UnitsDismissed{Units: []string{"a"}}).close(), end, []attendance.Lack{{"camera", "none", clock(8, 40, 0), clock(9, 0, 0)}}},
	} {
		r := derive(t, c.script, c.now)
		if got := r.Units[0].Lacks; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, not %+v", name, got, c.want)
		}
		var tally attendance.Tally
		tally.Add(r.Session, r.Units[0])
		if !r.Session.BegunAt.IsZero() && (r.Units[0].Status != attendance.OnTime || tally.OnTime != 1 || tally.Lacking != min(1, len(c.want))) {
			t.Errorf("%s: it counts as %s, %+v", name, r.Units[0].Status, tally)
		}
	}
}
