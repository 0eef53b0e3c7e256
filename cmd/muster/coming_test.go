package main

import (
	"testing"
	"time"

	"muster/rollcall"
)

func TestWaitingCall(t *testing.T) {
	begin := time.Date(2026, 11, 27, 8, 30, 0, 0, time.UTC)
	waiting := rollcall.View{
		Kind: rollcall.Regular, Phase: rollcall.Waiting, Schedule: "morning", PlannedAt: begin, OpenedAt: begin.Add(-30 * time.Minute),
	}
	postponed, begun, drill := waiting, waiting, waiting
	postponed.PlannedAt, postponed.Announced = begin.Add(time.Hour), begin
	begun.Phase, drill.Kind = rollcall.Open, rollcall.Drill
	for name, test := range map[string]struct {
		view *rollcall.View
		want bool
	}{
		"waiting": {&waiting, true}, "postponed": {&postponed, true}, "begun": {&begun, false}, "drill": {&drill, false}, "none": {nil, false},
	} {
		due, ok := waitingCall(test.view)
		if ok != test.want || ok && (due.Schedule != "morning" || !due.At.Equal(begin) || !due.Opens.Before(begin)) {
			t.Errorf("%s: %+v, %v", name, due, ok)
		}
	}
}
