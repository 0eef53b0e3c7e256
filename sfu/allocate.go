package sfu

import "slices"

// off is the level of a picture that is not sent at all.
const off = -1

// demand is one picture that somebody wants, as allocate sees it.
type demand struct {
	// cost is what it takes at each level in bit/s, want the highest level that is wanted.
	cost [maxLayers]int64
	want int
	// priority: those with a larger one come first.
	priority int
}

// allocate divides a bandwidth in bit/s among pictures and returns the level of each. The pictures of a higher priority take
// what they need before the others; among those of one priority all get a level before one gets the next. Those of the highest
// keep their lowest level even beyond the limit: a small picture is better than none.
func allocate(demands []demand, limit int64) []int {
	levels, order := make([]int, len(demands)), make([]int, len(demands))
	for i := range demands {
		levels[i], order[i] = off, i
	}
	slices.SortStableFunc(order, func(a, b int) int { return demands[b].priority - demands[a].priority })
	for from := 0; from < len(order); {
		priority, to := demands[order[from]].priority, from
		for to < len(order) && demands[order[to]].priority == priority {
			to++
		}
		limit = allocateEqual(demands, order[from:to], levels, limit, from == 0)
		from = to
	}
	return levels
}

// allocateEqual divides among pictures of one priority and returns what is left.
func allocateEqual(demands []demand, order, levels []int, limit int64, first bool) int64 {
	for level := range maxLayers {
		for _, i := range order {
			d := &demands[i]
			if d.want < level || levels[i] != level-1 {
				continue
			}
			more := d.cost[level]
			if level > 0 {
				more -= d.cost[level-1]
			}
			if more <= limit || level == 0 && first {
				levels[i] = level
				limit -= more
			}
		}
	}
	return limit
}
