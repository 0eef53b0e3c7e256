package rollcall_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"muster/rollcall"
)

// drawnNext goes to the branch and says who was ahead of the draw from it, and who was drawn.
func drawnNext(h *house) (ahead, drawn string) {
	h.t.Helper()
	h.do("", rollcall.GoTo{Step: 2})
	ahead = h.Ahead(h.Current(), time.Now())
	if told := h.Current().NextUnit(time.Now()); told != "" {
		h.t.Errorf("the hall is told that %q will be drawn", told)
	}
	return ahead, h.do("", rollcall.Next{}).Unit
}

func TestWhoWasMadeReadyIsDrawn(t *testing.T) {
	h, _ := morning(t)
	seen := map[string]bool{}
	for range 12 {
		ahead, drawn := drawnNext(h)
		if ahead == "" || ahead != drawn {
			t.Fatalf("%q was made ready, %q was drawn", ahead, drawn)
		}
		seen[drawn] = true
	}
	if len(seen) != 3 {
		t.Errorf("12 draws reached %d of 3 stations", len(seen))
	}
	drawsAreRight(t, h)
}

func TestWhoWasMadeReadyIsDrawnAfterARestart(t *testing.T) {
	h, _ := morning(t)
	h.do("", rollcall.GoTo{Step: 2})
	for range 6 { // by chance it would be the same one in 1 of 3
		ahead := h.Ahead(h.Current(), time.Now())
		h.stop()
		h.start(h.store)
		h.until("taken up", func(v *rollcall.View) bool { return v != nil })
		if again := h.Ahead(h.Current(), time.Now()); ahead == "" || again != ahead {
			t.Fatalf("%q was made ready, after the restart %q", ahead, again)
		}
		drawn := h.do("", rollcall.Draw{Kind: rollcall.Station, Branch: code(1)}).Unit
		if drawn != ahead {
			t.Fatalf("%q was made ready, %q was drawn", ahead, drawn)
		}
	}
}

func TestWhoIsGoneAtTheDrawIsNotDrawn(t *testing.T) {
	h, _ := morning(t)
	h.do("", rollcall.GoTo{Step: 2})
	ahead := h.Ahead(h.Current(), time.Now())
	i := slices.IndexFunc(bureau(), func(u rollcall.Unit) bool { return u.Code == ahead })
	h.do("", rollcall.Leave{Unit: ahead, Conn: h.Current().Seats[ahead].Conn, Reason: "closed"})
	again := h.Ahead(h.Current(), time.Now())
	drawn := h.do("", rollcall.Next{}).Unit
	if i < 0 || drawn == ahead || drawn != again {
		t.Errorf("%q was ahead and left, then %q was ahead, %q was drawn", ahead, again, drawn)
	}
	if s := h.Current().Seats[ahead]; !s.Skipped {
		t.Error("who left before the draw does not head the recall list")
	}
	drawsAreRight(t, h)
}

func TestNobodyToDrawIsPassedOverAhead(t *testing.T) {
	h, _ := morning(t)
	h.do("", rollcall.GoTo{Step: 2})
	for _, u := range bureau()[2:] {
		h.do("", rollcall.Leave{Unit: u.Code, Conn: h.Current().Seats[u.Code].Conn, Reason: "closed"})
	}
	if got := h.Ahead(h.Current(), time.Now()); got != code(0) {
		t.Errorf("%q is ahead of a draw that finds nobody, not the police type after it", got)
	}
	if drawn := h.do("", rollcall.Next{}).Unit; drawn != code(0) {
		t.Errorf("%q was called", drawn)
	}
}

// drawsAreRight computes the journal's draws again, and looks for a seed that is told before its draw.
func drawsAreRight(t *testing.T, h *house) {
	t.Helper()
	events, err := h.store.Events(t.Context(), h.Current().ID)
	if err != nil {
		t.Fatal(err)
	}
	seeds := map[string]bool{}
	for _, e := range events {
		if e.Kind != rollcall.KindDrawMade {
			continue
		}
		d, err := rollcall.Payload[rollcall.DrawMade](e)
		if err != nil || d.Recompute() != d.Unit || seeds[d.Seed] {
			t.Errorf("draw %+v (%v) picks %s, seeds before it: %v", d, err, d.Recompute(), seeds)
		}
		seeds[d.Seed] = true
	}
	if len(seeds) == 0 {
		t.Error("there was no draw")
	}
}

// countedDossiers counts who was asked for.
type countedDossiers struct {
	dossiers
	mu    sync.Mutex
	asked map[string]int
}

func (c *countedDossiers) Dossier(ctx context.Context, unit string, at time.Time) (json.RawMessage, error) {
	c.mu.Lock()
	c.asked[unit]++
	c.mu.Unlock()
	return c.dossiers.Dossier(ctx, unit, at)
}

func (c *countedDossiers) of(unit string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked[unit]
}

func TestDossiersOfBranchAndDrawnStationAreReadAhead(t *testing.T) {
	h, _ := morning(t)
	h.stop()
	epoch, _, release, err := h.store.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.epoch = epoch
	source := &countedDossiers{asked: map[string]int{}}
	h.run(rollcall.DirectorConfig{Journal: h.store, Sessions: h.store, Dossiers: source}, release)
	h.until("taken up", func(v *rollcall.View) bool { return v != nil })
	for i, u := range bureau() {
		h.do("", rollcall.Enter{Unit: u.Code, Conn: string(rune('a' + i))})
	}
	h.do("", rollcall.GoTo{Step: 1})
	for range 3 { // the branch, its station, the police type
		ahead := h.Ahead(h.Current(), time.Now())
		h.until("read ahead", func(*rollcall.View) bool { return source.of(ahead) == 1 })
		time.Sleep(50 * time.Millisecond) // it is kept a moment after it was read
		turn := h.do("", rollcall.Next{}).Turn
		h.until("frozen", func(v *rollcall.View) bool { return len(v.Turns[turn].Dossier) > 0 })
		if n := source.of(ahead); n != 1 {
			t.Errorf("the dossier of %s was read %d times", ahead, n)
		}
	}
}
