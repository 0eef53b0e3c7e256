package main

import "testing"

func TestTheHeapIsNotCollectedWhileItIsSmall(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		live, roots uint64
		least, most uint64 // of the heap at the next collection, in MB
	}{
		{live: 1 * mb, least: 10, most: 72},
		{live: 20 * mb, least: 71, most: 72},
		{live: 40 * mb, roots: 10 * mb, least: 71, most: 73},
		{live: 75 * mb, roots: 20 * mb, least: 88, most: 90},
		{live: 300 * mb, roots: 50 * mb, least: 351, most: 354},
	} {
		percent := uint64(growth(c.live, c.roots))
		at := (c.live + (c.live+c.roots)*percent/100) / mb
		if at < c.least || at > c.most {
			t.Errorf("%d MB live, %d MB of roots: collected at %d MB (%d %%), not between %d and %d", c.live/mb, c.roots/mb, at, percent, c.least, c.most)
		}
	}
}
