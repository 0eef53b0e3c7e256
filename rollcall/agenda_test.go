package rollcall_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"muster/rollcall"
)

func TestAgendaPassesOverTheExcusedAndEnds(t *testing.T) {
	h, _ := morning(t)
	h.do("", rollcall.Excuse{Units: []string{code(1)}, Reason: rollcall.ExcuseLeave})
	var got []string
	for {
		_, err := h.Do(t.Context(), host(""), rollcall.Next{})
		if errors.Is(err, rollcall.ErrAgendaOver) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		v := h.Current()
		got = append(got, v.Agenda[v.Step].Kind)
		if v.Floor[0] != "" && v.Turns[v.Floor[0]].Unit == code(1) {
			t.Error("the excused branch was called")
		}
	}
	if want := "[text draw unit text text text]"; fmt.Sprint(got) != want {
		t.Errorf("the agenda went %v, not %s", got, want)
	}
}

func TestNextIsWhoIsNotExcusedAtThatMoment(t *testing.T) {
	h, _ := morning(t)
	h.do("", rollcall.GoTo{Step: 1}) // before the branch and the draw from it
	from, to := time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
	h.do("", rollcall.Excuse{Units: []string{code(1)}, Reason: rollcall.ExcuseLeave, From: from, To: to})
	v := h.Current()
	for at, want := range map[time.Time]string{from.Add(-time.Second): code(1), from.Add(time.Second): "", to.Add(time.Second): code(1)} {
		if got := v.NextUnit(at); got != want {
			t.Errorf("at %v %q is next, not %q", at.Sub(from), got, want)
		}
	}
	h.do("", rollcall.Next{})
	if got := h.Current().Step; got != 3 {
		t.Errorf("the agenda went to step %d instead of the draw", got)
	}
}
