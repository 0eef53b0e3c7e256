package rollcall

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"
)

// drawYear is a year of mornings in which every branch's station is drawn, and three more from the whole bureau.
type drawYear struct {
	roster []Unit
	called map[string]int
	last   map[string]time.Time
	waited map[string]int // the longest wait in days
	seeds  seeds
	random *rand.Rand
}

func stationsOf(sizes ...int) []Unit {
	var out []Unit
	for b, n := range sizes {
		for i := range n {
			code := fmt.Sprintf("2101%02d%02d0000", b, i)
			out = append(out, Unit{Code: code, Kind: Station, Branch: fmt.Sprintf("2101%02d000000", b), Order: len(out)})
		}
	}
	return out
}

func (y *drawYear) view(day time.Time, absent float64) *View {
	v := &View{ID: day.Format(time.DateOnly), Phase: Open, OpenedAt: day, Roster: y.roster, Seats: map[string]*Seat{}, Turns: map[string]*Turn{}, LastCalled: y.last, Step: -1}
	for _, u := range y.roster {
		s := &Seat{Unit: u, Presence: Here}
		if y.random.Float64() < absent {
			s.Presence = Gone
		}
		v.Seats[u.Code] = s
	}
	return v
}

func (y *drawYear) one(t *testing.T, v *View, c Draw) {
	t.Helper()
	d := v.draw(c, moment{seed: y.seeds.next})
	v.Draws++
	if d.Unit == "" || d.Unit != d.Recompute() || !slices.Contains(d.Candidates, d.Unit) || v.Seats[d.Unit].Presence != Here {
		t.Fatalf("drawn was %s of %v", d.Unit, d.Candidates)
	}
	for _, skipped := range d.Skipped {
		if v.Seats[skipped].Presence == Here {
			t.Fatalf("%s is here and heads the recall list", skipped)
		}
		v.Seats[skipped].Skipped = true
	}
	id := fmt.Sprint("t", len(v.TurnOrder))
	v.Turns[id] = &Turn{ID: id, Unit: d.Unit, How: "draw", State: TurnIsReleased, EndedAt: v.OpenedAt}
	v.TurnOrder = append(v.TurnOrder, id)
	v.Seats[d.Unit].Calls++
	y.called[d.Unit]++
}

func runYear(t *testing.T, absent float64) *drawYear {
	t.Helper()
	y := &drawYear{
		roster: stationsOf(16, 17, 15, 16, 17, 11, 19, 16, 15, 15, 15, 21, 13, 10, 5), called: map[string]int{}, last: map[string]time.Time{},
		waited: map[string]int{}, seeds: seeds{secret: []byte("a year that repeats")}, random: rand.New(rand.NewPCG(1, 2)), //nolint:gosec // a simulation has to repeat
	}
	begin := time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC)
	for day := range 365 {
		v := y.view(begin.AddDate(0, 0, day), absent)
		for b := range 15 {
			y.one(t, v, Draw{Kind: Station, Branch: fmt.Sprintf("2101%02d000000", b)})
		}
		for range 3 {
			y.one(t, v, Draw{Kind: Station})
		}
		for unit, s := range v.Seats {
			if s.Calls > 0 {
				y.last[unit] = v.OpenedAt
			} else if last, ok := y.last[unit]; ok {
				y.waited[unit] = max(y.waited[unit], int(v.OpenedAt.Sub(last).Hours()/24))
			}
		}
	}
	return y
}

func TestAYearOfDrawsFavoursNobody(t *testing.T) {
	y := runYear(t, 0.05)
	byBranch := map[string][]float64{}
	for _, u := range y.roster {
		byBranch[u.Branch] = append(byBranch[u.Branch], float64(y.called[u.Code]))
	}
	for branch, counts := range byBranch {
		sum, chi := 0.0, 0.0
		for _, n := range counts {
			sum += n
		}
		mean := sum / float64(len(counts))
		for _, n := range counts {
			chi += (n - mean) * (n - mean) / mean
		}
		// Uniform draws have a chi square of about their degrees of freedom; draws by the days waited are far more even.
		freedom := float64(len(counts) - 1)
		if chi > freedom {
			t.Errorf("branch %s: %v, chi square %.1f with %v degrees of freedom", branch, counts, chi, freedom)
		}
		if low, high := slices.Min(counts), slices.Max(counts); high > 1.6*low {
			t.Errorf("branch %s: from %v to %v calls a year", branch, low, high)
		}
	}
	for unit, days := range y.waited {
		size := len(byBranch[unit[:6]+"000000"])
		if days > 6*size {
			t.Errorf("%s of a branch with %d stations waited %d days", unit, size, days)
		}
	}
}

func TestDrawsOfASessionGoOverAllBranchesFirst(t *testing.T) {
	y := runYear(t, 0)
	v := y.view(time.Date(2027, 1, 1, 0, 30, 0, 0, time.UTC), 0)
	seen := map[string]bool{}
	for range 15 {
		y.one(t, v, Draw{Kind: Station})
	}
	for _, id := range v.TurnOrder {
		seen[v.Seats[v.Turns[id].Unit].Unit.Branch] = true
	}
	if len(seen) != 15 {
		t.Errorf("15 draws reached %d branches", len(seen))
	}
}

func TestTheSeedPicksByWeight(t *testing.T) {
	d := DrawMade{Candidates: []string{"a", "b", "c"}, Weights: []int{1, 8, 1}}
	n, hits := 20_000, 0
	for i := range n {
		d.Seed = strconv.Itoa(i)
		if d.Recompute() == "b" {
			hits++
		}
	}
	if share := float64(hits) / float64(n); math.Abs(share-0.8) > 0.02 {
		t.Errorf("a weight of 8 in 10 is picked in %.3f of draws", share)
	}
	if none := (DrawMade{Seed: "x"}).Recompute(); none != "" {
		t.Errorf("a draw without candidates picks %q", none)
	}
}
