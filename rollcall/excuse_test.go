package rollcall_test

import (
	"errors"
	"fmt"
	"testing"

	"muster/rollcall"
)

// excuseGivens are the commands about excuses and line faults.
func excuseGivens() map[string]given {
	return map[string]given{
		"excuse": {
			early: true, after: true,
			command: func(string) rollcall.Command {
				return rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseDispatch, Incident: "J210103000012345"}
			},
			holds: func(v *rollcall.View, _ string) bool { return v.Seats[code(3)].Excused() },
		},
		"unexcuse": {
			early: true, after: true,
			before: func(h *house, _ string) {
				h.do("", rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseLeave})
			},
			command: func(string) rollcall.Command { return rollcall.Unexcuse{Units: []string{code(3)}} },
			holds:   func(v *rollcall.View, _ string) bool { return len(v.Seats[code(3)].Excuses) == 0 },
		},
		"take one excuse back": {
			early: true, after: true,
			before: func(h *house, _ string) {
				h.do("", rollcall.Excuse{Units: []string{code(3), code(4)}, Reason: rollcall.ExcuseLeave})
				h.do("", rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseOther, Note: "x"})
			},
			command: func(string) rollcall.Command { return rollcall.Unexcuse{Units: []string{code(3)}, Excuse: -1} },
			holds: func(v *rollcall.View, _ string) bool {
				left := v.Seats[code(3)].Excuses
				return len(left) == 1 && left[0].Reason == rollcall.ExcuseOther && v.Seats[code(4)].Excused()
			},
		},
		"excuse a line fault": {
			early: true, after: true,
			before: fault,
			command: func(string) rollcall.Command {
				return rollcall.Excuse{Fault: "?", Note: "运营商光缆中断"}
			},
			holds: func(v *rollcall.View, _ string) bool {
				return v.Faults[0].State == rollcall.FaultIsExcused && len(v.Seats[code(2)].Excuses) == 1 && !v.Seats[code(2)].Excused()
			},
		},
		"reject a line fault": {
			early: true, after: true,
			before:  fault,
			command: func(string) rollcall.Command { return rollcall.RejectFault{Fault: "?"} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Faults[0].State == rollcall.FaultIsRejected },
		},
	}
}

// fault loses the lines of three stations of the branch.
func fault(h *house, _ string) {
	for i := 2; i < 5; i++ {
		h.do("", rollcall.Leave{Unit: code(i), Conn: fmt.Sprint("c", i), Reason: rollcall.LeftTimeout})
	}
	if len(h.Current().Faults) != 1 {
		h.t.Fatalf("the loss of a branch gives %d faults", len(h.Current().Faults))
	}
}

func TestExcusesComeAfterTheCallToo(t *testing.T) {
	h, _ := morning(t)
	session := h.Current().ID
	h.do("", rollcall.Close{})
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	excuse := rollcall.Excuse{Units: []string{code(3)}, Reason: rollcall.ExcuseLeave, Note: "年休假"}
	for range 2 {
		if _, err := h.Amend(t.Context(), session, host("late"), excuse); err != nil {
			t.Fatal(err)
		}
	}
	v, err := rollcall.Fold(h.events(session))
	if err != nil || len(v.Seats[code(3)].Excuses) != 1 {
		t.Errorf("the excuse is not there once: %+v, %v", v, err)
	}
	if _, err := h.Amend(t.Context(), session, host(""), rollcall.Next{}); !errors.Is(err, rollcall.ErrClosed) {
		t.Errorf("a closed call goes on: %v", err)
	}
	if _, err := h.Amend(t.Context(), "none", host(""), excuse); !errors.Is(err, rollcall.ErrNotFound) {
		t.Errorf("no such session gives %v", err)
	}
}
