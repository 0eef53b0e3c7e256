package sfu

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestAllocate(t *testing.T) {
	camera := func(priority int) demand {
		return demand{cost: [maxLayers]int64{60, 400, 1500}, want: 2, priority: priority}
	}
	tile := demand{cost: [maxLayers]int64{60, 60, 60}, want: 0}
	for name, c := range map[string]struct {
		demands []demand
		limit   int64
		want    []int
	}{
		"all":                       {[]demand{camera(1), camera(1), tile}, 4000, []int{2, 2, 0}},
		"one of two is large":       {[]demand{camera(1), camera(1)}, 2000, []int{2, 1}},
		"both middle":               {[]demand{camera(1), camera(1)}, 1800, []int{1, 1}},
		"both small":                {[]demand{camera(1), camera(1)}, 300, []int{0, 0}},
		"the first keep something":  {[]demand{camera(1), camera(1), tile}, 10, []int{0, 0, off}},
		"tiles wait":                {[]demand{tile, tile, camera(1)}, 1560, []int{0, off, 2}},
		"what is wanted is no more": {[]demand{{cost: [maxLayers]int64{60, 400, 1500}, want: 1}}, 9000, []int{1}},
		"nothing is wanted":         {nil, 100, []int{}},
	} {
		if got := allocate(c.demands, c.limit); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAllocateKeepsTheLimit(t *testing.T) {
	for range 2000 {
		var demands []demand
		for range 1 + rand.IntN(20) {
			d := demand{want: rand.IntN(maxLayers), priority: rand.IntN(3)}
			var cost int64
			for i := range d.cost {
				cost += rand.Int64N(1000)
				d.cost[i] = cost
			}
			demands = append(demands, d)
		}
		limit := rand.Int64N(20_000)
		levels := allocate(demands, limit)
		most, total, least := -1, int64(0), int64(0)
		for _, d := range demands {
			most = max(most, d.priority)
		}
		for i, level := range levels {
			d := demands[i]
			if level > d.want || level < off || level == off && d.priority == most {
				t.Fatalf("level %d of %+v", level, d)
			}
			if level != off {
				total += d.cost[level]
			}
			if d.priority == most {
				least += d.cost[0]
			}
		}
		if total > max(limit, least) {
			t.Fatalf("%d are sent, %d allowed, %d cannot be less", total, limit, least)
		}
	}
}

// line simulates a viewer's line of a capacity in bit/s: its estimate follows what comes through.
func line(d *downlink, now *int64, capacity, wanted int64, steps int) (sent []int64) {
	for range steps {
		*now += 250 * int64(time.Millisecond)
		rate := wanted
		if d.limit > 0 {
			rate = min(rate, d.limit)
		}
		d.sent.Add(uint64(rate / 8 / 4))
		arrives := min(rate, capacity)
		if rate > capacity {
			d.heard(arrives*85/100, *now)
			d.report(rate/8/4/1000, (rate-arrives)/8/4/1000)
		} else {
			d.heard(min(arrives*3/2, capacity), *now)
		}
		d.look(*now, wanted)
		sent = append(sent, rate)
	}
	return sent
}

func TestDownlinkGoesDownQuicklyAndUpCarefully(t *testing.T) {
	const wanted, thin = int64(3_000_000), int64(1_000_000)
	d, now := &downlink{}, int64(time.Second)
	if sent := line(d, &now, 10_000_000, wanted, 40); slices.Min(sent) != wanted {
		t.Fatalf("a good line got %d", slices.Min(sent))
	}
	sent := line(d, &now, thin, wanted, 240)
	over := 0
	for i, rate := range sent {
		if rate > thin {
			over++
			if i > 8 && i < 16 {
				t.Errorf("step %d of a thin line is sent %d", i, rate)
			}
		}
	}
	if over > 40 {
		t.Errorf("%d of 240 steps were too much for the line", over)
	}
	if last := sent[len(sent)-1]; last < thin/4 {
		t.Errorf("in the end only %d of %d are used", last, thin)
	}
	if sent = line(d, &now, 10_000_000, wanted, 600); sent[len(sent)-1] != wanted || d.limit != 0 {
		t.Errorf("a line that became good is sent %d, limit %d", sent[len(sent)-1], d.limit)
	}
}

// TestDownlinkGoesBeyondWhatItBelievesInSeldom: a viewer with a limit is given what it believes in soon, and more only later.
func TestDownlinkGoesBeyondWhatItBelievesInSeldom(t *testing.T) {
	const needed, believed = int64(4_000_000), int64(1_600_000)
	d := &downlink{limit: 1_000_000, wait: int64(firstWait), rate: 900_000}
	var soon, beyond int64
	for now := int64(0); now < int64(time.Minute); now += int64(time.Second / 4) {
		d.sent.Add(900_000 / 8 / 4)
		d.heard(believed, now)
		d.look(now, needed)
		if soon == 0 && d.limit > 1_000_000 {
			if soon = now; d.limit > believed {
				t.Errorf("%d at once, %d is believed in", d.limit, believed)
			}
		}
		if beyond == 0 && d.limit > believed {
			beyond = now
		}
	}
	if soon == 0 || soon > 2*int64(firstWait) || beyond-soon < int64(beyondWait) {
		t.Errorf("more after %v, beyond the estimate after %v", time.Duration(soon), time.Duration(beyond))
	}
}

// TestAPictureThatIsTooMuchIsNoticedBeforeLoss: where a picture comes to another one, the first estimate that is lower than before it is
// enough; one that only grows slowly is not, nor is one that falls when nothing came.
func TestAPictureThatIsTooMuchIsNoticedBeforeLoss(t *testing.T) {
	const one, two, step = int64(1_500_000), int64(3_000_000), int64(time.Second / 4)
	for name, c := range map[string]struct {
		added     bool
		estimates []int64 // after the picture was added
		limited   bool
	}{
		"it falls":            {true, []int64{2_200_000, 1_600_000}, true},
		"it grows slowly":     {true, []int64{2_200_000, 2_250_000, 2_300_000, 2_350_000, 2_400_000, 2_500_000}, false},
		"it falls for itself": {false, []int64{2_200_000, 1_200_000}, false},
	} {
		d, now := &downlink{}, int64(time.Second)
		look := func(needed, estimate int64) {
			now += step
			d.sent.Add(uint64(needed / 8 / 4))
			d.heard(estimate, now)
			d.look(now, needed)
		}
		for range 40 {
			look(one, 2_200_000)
		}
		needed := one
		if c.added {
			needed = two
		}
		for _, estimate := range c.estimates {
			look(needed, estimate)
		}
		if limited := d.limit > 0; limited != c.limited {
			t.Errorf("%s: the limit is %d", name, d.limit)
		}
	}
}

// TestLossIsOfAllPackets: what a still picture loses is weighed with what came of everything else; reports count from the last one on.
func TestLossIsOfAllPackets(t *testing.T) {
	p := &participant{}
	still, moving := &slot{participant: p}, &slot{participant: p}
	reports := func(stillLost, movingLost int32) int64 {
		still.reported(&feedback{reported: true, highest: still.report.highest + 2, lostInAll: still.report.lostInAll + stillLost})
		moving.reported(&feedback{reported: true, highest: moving.report.highest + 98, lostInAll: moving.report.lostInAll + movingLost})
		return p.downlink.loss()
	}
	if got := reports(1, 1); got != 0 {
		t.Errorf("the first reports, of which nobody knows since when they count, make %d", got)
	}
	if got := reports(1, 0); got != 1*256/100 {
		t.Errorf("one of two and none of 98: %d of 256", got)
	}
	if got := reports(0, 24); got != 24*256/100 {
		t.Errorf("24 of 100: %d of 256", got)
	}
	still.reported(&feedback{reported: true, highest: still.report.highest + 2, lostInAll: still.report.lostInAll + 2})
	if got := p.downlink.loss(); got != 0 {
		t.Errorf("two of two packets make %d of 256", got)
	}
}

func TestDownlinkWithoutEstimateHasNoLimit(t *testing.T) {
	d, now := &downlink{}, int64(time.Second)
	for range 100 {
		now += 250 * int64(time.Millisecond)
		d.sent.Add(1_000_000)
		if d.look(now, 30_000_000) {
			t.Fatal("a viewer that says nothing is limited")
		}
	}
}

func TestRepairIsBounded(t *testing.T) {
	var b repairBudget
	sent := func(seconds int64) (bytes int) {
		from := b.at
		for now := from + 1; now < from+seconds*int64(time.Second); now += int64(time.Millisecond) {
			for range 5 { // 48 Mbit/s are asked for
				if b.take(1200, now) {
					bytes += 1200
				}
			}
		}
		return bytes
	}
	for name, c := range map[string]struct{ limit, rate, want int64 }{
		"unknown":    {0, 0, repairLeast},
		"a wall":     {0, 40_000_000, 10_000_000},
		"thin":       {400_000, 400_000, 100_000},
		"very thin":  {120_000, 120_000, 30_000},
		"a good one": {0, 2_000_000, repairLeast},
	} {
		b.rate.Store(0)
		b.tokens, b.at = 0, b.at+int64(time.Hour)
		b.limit(c.limit, c.rate)
		if got := int64(sent(10)) * 8 / 10; got < c.want*9/10 || got > c.want*11/10+20_000 {
			t.Errorf("%s: %d bit/s are sent again, want %d", name, got, c.want)
		}
	}
}
