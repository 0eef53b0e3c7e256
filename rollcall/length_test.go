package rollcall_test

import (
	"testing"
	"time"

	"muster/rollcall"
)

func TestPlannedEndAndWhenAForgottenCallCloses(t *testing.T) {
	planned := time.Date(2026, 11, 27, 0, 30, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		begun  time.Duration // after the planned begin
		length time.Duration
		end    time.Duration // after the planned begin, 0 = none
		closes time.Duration
	}{
		"on time":        {0, time.Hour, time.Hour, 5 * time.Hour},
		"begun early":    {-10 * time.Minute, time.Hour, time.Hour, 5 * time.Hour},
		"begun late":     {20 * time.Minute, time.Hour, 80 * time.Minute, 5*time.Hour + 20*time.Minute},
		"without length": {20 * time.Minute, 0, 0, 4*time.Hour + 20*time.Minute},
	} {
		rules := rollcall.DefaultRules()
		rules.Length = c.length
		v := &rollcall.View{Phase: rollcall.Open, PlannedAt: planned, BegunAt: planned.Add(c.begun), Rules: rules}
		if end := v.PlannedEnd(); end.IsZero() != (c.end == 0) || c.end != 0 && !end.Equal(planned.Add(c.end)) {
			t.Errorf("%s: planned to end at %v", name, end)
		}
		if got := v.ClosesAt().Sub(planned); got != c.closes {
			t.Errorf("%s: closes %v after the planned begin, not %v", name, got, c.closes)
		}
	}
}

func TestThePlannedLengthIsInTheJournal(t *testing.T) {
	length, none := 90*time.Minute, time.Duration(0)
	for _, given := range []*time.Duration{nil, &length, &none} {
		h := newHouse(t)
		want := rollcall.DefaultRules().Length
		if given != nil {
			want = *given
		}
		v, err := h.Start(t.Context(), host("open"), rollcall.StartRequest{Kind: rollcall.Extra, Wait: time.Hour, Length: given})
		if err != nil || v.Rules.Length != want {
			t.Fatalf("opened with %v (%v), not %v", v.Rules.Length, err, want)
		}
		h.stop()
		h.start(h.store)
		again := h.until("taken up", func(v *rollcall.View) bool { return v != nil })
		if !again.PlannedEnd().Equal(v.PlannedEnd()) {
			t.Errorf("after a restart the call is planned to end at %v, not %v", again.PlannedEnd(), v.PlannedEnd())
		}
	}
}
