package rollcall_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"muster/rollcall"
)

// twoBranches is a roster of two branches with three stations each.
func twoBranches() []rollcall.Unit {
	var out []rollcall.Unit
	for b := range 2 {
		branch := fmt.Sprintf("21010%d000000", b+1)
		out = append(out, rollcall.Unit{Code: branch, Name: branch, Short: branch, Kind: rollcall.Branch, Branch: branch, Order: len(out)})
		for i := range 3 {
			code := fmt.Sprintf("21010%d5%d0000", b+1, i)
			out = append(out, rollcall.Unit{Code: code, Name: code, Short: code, Kind: rollcall.Station, Branch: branch, Order: len(out)})
		}
	}
	return out
}

// networked is a call with two branches, all of it but the last unit on one network.
func networked(t *testing.T) (*house, []rollcall.Unit) {
	t.Helper()
	h, units := newHouse(t), twoBranches()
	if err := h.store.PutUnits(t.Context(), units); err != nil {
		t.Fatal(err)
	}
	h.open(rollcall.Extra)
	for i, u := range units {
		network := "城北专线"
		if i == len(units)-1 {
			network = ""
		}
		h.do("", rollcall.Enter{Unit: u.Code, Conn: "c", Network: network})
	}
	h.do("", rollcall.Begin{})
	return h, units
}

func (h *house) lose(u rollcall.Unit) {
	h.do("", rollcall.Leave{Unit: u.Code, Conn: "c", Reason: rollcall.LeftLost})
}

// onBoard are the faults that wait for a judgement.
func (h *house) onBoard() []rollcall.Fault {
	return slices.DeleteFunc(slices.Clone(h.Current().Faults), func(f rollcall.Fault) bool { return f.State != rollcall.FaultIsOpen && f.State != rollcall.FaultIsOver })
}

func TestANetworksFaultTakesInThatOfABranch(t *testing.T) {
	h, units := networked(t)
	for _, u := range units[:3] {
		h.lose(u)
	}
	branch := h.onBoard()
	if len(branch) != 1 || branch[0].Branch != units[0].Branch || branch[0].Network != "" {
		t.Fatalf("with three of a branch's four gone there is %+v", branch)
	}
	h.lose(units[4]) // the fourth of the network's seven
	got := h.onBoard()
	if len(got) != 1 || got[0].Network != "城北专线" || got[0].Branch != "" || len(got[0].Units) != 4 || !got[0].From.Equal(branch[0].From) {
		t.Fatalf("with half of the network gone there is %+v", got)
	}
	h.refused(rollcall.ErrFaultDecided, rollcall.RejectFault{Fault: branch[0].ID})
	h.lose(units[3])
	h.lose(units[5])
	if got := h.onBoard(); len(got) != 1 || len(got[0].Units) != 6 {
		t.Fatalf("with more of it gone there is %+v", got)
	}
	h.do("", rollcall.Excuse{Fault: got[0].ID})
	for _, u := range units[:6] {
		h.do("", rollcall.Enter{Unit: u.Code, Conn: "d", Network: "城北专线"})
	}
	for _, f := range h.Current().Faults {
		if f.ID == got[0].ID && (f.State != rollcall.FaultIsExcused || f.To.IsZero()) {
			t.Errorf("with everybody back it is %+v", f)
		}
	}
}

func TestUnitsOfOneNetworkInManyBranches(t *testing.T) {
	h, units := networked(t)
	for _, i := range []int{1, 5, 2} { // neither branch loses three
		h.lose(units[i])
	}
	if got := h.onBoard(); len(got) != 0 {
		t.Fatalf("three of the network's seven give %+v", got)
	}
	h.lose(units[6])
	if got := h.onBoard(); len(got) != 1 || got[0].Network == "" || len(got[0].Units) != 4 {
		t.Fatalf("four of the network's seven give %+v", got)
	}
	for _, i := range []int{1, 5, 2, 6} {
		h.do("", rollcall.Enter{Unit: units[i].Code, Conn: "d", Network: "城北专线"})
	}
	if got := h.onBoard(); len(got) != 1 || got[0].State != rollcall.FaultIsOver {
		t.Errorf("with everybody back there is %+v", got)
	}
}

func TestAFaultStaysExcusedWithoutOneOfItsUnits(t *testing.T) {
	h, _ := morning(t)
	fault(h, "")
	h.do("", rollcall.Excuse{Fault: h.Current().Faults[0].ID})
	id := h.Current().Seats[code(2)].Excuses[0].ID
	h.do("", rollcall.Unexcuse{Units: []string{code(2)}, Excuse: id})
	h.do("", rollcall.Leave{Unit: code(1), Conn: "c1", Reason: rollcall.LeftLost}) // the fault takes one more
	v := h.Current()
	if v.Faults[0].State != rollcall.FaultIsExcused || len(v.Seats[code(2)].Excuses) != 0 || len(v.Seats[code(3)].Excuses) != 1 || len(v.Seats[code(1)].Excuses) != 1 {
		t.Errorf("without one: %+v, %+v", v.Faults, v.Seats[code(2)].Excuses)
	}
	h.do("", rollcall.Unexcuse{Excuse: id}) // from all that had it at first
	h.do("", rollcall.Unexcuse{Excuse: v.Seats[code(1)].Excuses[0].ID})
	if f := h.Current().Faults[0]; f.State != rollcall.FaultIsOpen || len(f.Counts) != 0 {
		t.Errorf("without any it waits for no judgement: %+v", f)
	}
}

// TestWhatIsNoFaultOfTheLine: a branch of six loses units, the next one so many fake seconds after the one before.
func TestWhatIsNoFaultOfTheLine(t *testing.T) {
	var units []rollcall.Unit
	for i := range 6 {
		code := fmt.Sprintf("2101015%d0000", i)
		units = append(units, rollcall.Unit{Code: code, Name: code, Short: code, Kind: rollcall.Station, Branch: "210101000000", Order: i})
	}
	for name, c := range map[string]struct {
		here, lost int
		apart      time.Duration
		want       int
	}{
		"three of six at once":                {6, 3, 0, 1},
		"three of six within half a minute":   {6, 3, 14 * time.Second, 1},
		"three of six, but one after another": {6, 3, 16 * time.Second, 0},
		"two of six":                          {6, 2, 0, 0},
		"both of two that are here":           {2, 2, 0, 0},
		"all three that are here":             {3, 3, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t)
				if err := h.store.PutUnits(t.Context(), units); err != nil {
					t.Fatal(err)
				}
				h.open(rollcall.Extra)
				for _, u := range units[:c.here] {
					h.do("", rollcall.Enter{Unit: u.Code, Conn: "c"})
				}
				h.do("", rollcall.Begin{})
				for _, u := range units[:c.lost] {
					time.Sleep(c.apart)
					h.lose(u)
				}
				if got := h.onBoard(); len(got) != c.want {
					t.Errorf("the board has %+v", got)
				}
				h.stop()
			})
		})
	}
}

func TestAFaultEndsWhenAllAreBack(t *testing.T) {
	h, _ := morning(t)
	fault(h, "")
	for i := 2; i < 5; i++ {
		if h.Current().Faults[0].State != rollcall.FaultIsOpen {
			t.Fatalf("the fault is %s with units gone", h.Current().Faults[0].State)
		}
		h.do("", rollcall.Enter{Unit: code(i), Conn: fmt.Sprint("d", i)})
	}
	if f := h.Current().Faults[0]; f.State != rollcall.FaultIsOver || f.To.IsZero() || len(f.Units) != 3 {
		t.Errorf("with everybody back the fault is %+v", f)
	}
}

func TestAnExcusedFaultCoversNoLaterInterruption(t *testing.T) {
	h, _ := morning(t)
	fault(h, "")
	h.do("", rollcall.Excuse{Fault: h.Current().Faults[0].ID}) // while it lasts
	for i := 2; i < 5; i++ {
		h.do("", rollcall.Enter{Unit: code(i), Conn: fmt.Sprint("d", i)})
	}
	f, x := h.Current().Faults[0], h.Current().Seats[code(2)].Excuses[0]
	back := h.Current().Seats[code(2)].Since
	if f.State != rollcall.FaultIsExcused || f.To.IsZero() || !x.To.Equal(back) || x.To.After(f.To) {
		t.Errorf("the fault ended %v, the unit was back %v and is excused until %v", f.To, back, x.To)
	}
}

func TestAFaultBeginsWithTheFirstThatWasNotHeard(t *testing.T) {
	h, _ := morning(t)
	early := time.Now().Add(-50 * time.Millisecond).UTC().Truncate(time.Microsecond)
	time.Sleep(60 * time.Millisecond) // all are here for longer than that
	fault(h, "")
	h.do("", rollcall.Leave{Unit: code(1), Conn: "c1", Reason: rollcall.LeftLost, At: early.Add(40 * time.Millisecond)})
	f := h.Current().Faults[0]
	if left := h.Current().Seats[code(1)].Since; len(f.Units) != 4 || f.From.After(left) {
		t.Errorf("the fault began %v, a unit of it left %v", f.From, left)
	}
}

func TestPagesThatCloseAreNoFault(t *testing.T) {
	h, _ := morning(t)
	for i := 2; i < 5; i++ {
		h.do("", rollcall.Leave{Unit: code(i), Conn: fmt.Sprint("c", i), Reason: "closed"})
	}
	if len(h.Current().Faults) != 0 {
		t.Error("officers who close their page are taken for a line fault")
	}
}
