package sfu

// unwrapper extends 16-bit sequence numbers to 64 bits, so that all later arithmetic is free of wraps.
type unwrapper struct {
	highest int64
	started bool
}

// unwrap returns the extended number that is nearest to the highest seen.
func (u *unwrapper) unwrap(seq uint16) int64 {
	if !u.started {
		u.started = true
		// One cycle up, so that packets from before the first one have positive numbers too.
		u.highest = 1<<16 + int64(seq)
		return u.highest
	}
	n := u.highest + int64(int16(seq-uint16(u.highest)))
	u.highest = max(u.highest, n)
	return n
}

// seenWindow remembers which of the last windowSize sequence numbers arrived.
type seenWindow struct {
	highest int64
	bits    [windowSize / 64]uint64
}

// windowSize is in packets. A probe re-sends packets of the last second or so; what is older counts as seen.
const windowSize = 1024

// add records a number and reports whether it is new.
func (w *seenWindow) add(n int64) bool {
	if n > w.highest {
		if n-w.highest >= windowSize {
			w.bits = [windowSize / 64]uint64{}
		} else {
			for i := w.highest + 1; i <= n; i++ {
				w.bits[i%windowSize/64] &^= 1 << (i % 64)
			}
		}
		w.highest = n
	} else if w.highest-n >= windowSize {
		return false
	}
	word, bit := &w.bits[n%windowSize/64], uint64(1)<<(n%64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

// paddingRemover renumbers a stream so that packets of padding, which are not forwarded, leave no holes: a viewer would
// ask for them for ever. Late packets get the number that they would have had.
type paddingRemover struct {
	// removed are the numbers of the last packets taken out, ascending; dropped counts those that were forgotten.
	removed []int64
	dropped int64
}

// maxRemembered bounds how many removals a late packet can be renumbered across.
const maxRemembered = 64

// remove takes out n, which must be newer than every number renumbered before.
func (p *paddingRemover) remove(n int64) {
	if len(p.removed) == maxRemembered {
		copy(p.removed, p.removed[1:])
		p.removed = p.removed[:maxRemembered-1]
		p.dropped++
	}
	p.removed = append(p.removed, n)
}

// renumber returns the number of n in the stream without padding.
func (p *paddingRemover) renumber(n int64) int64 {
	before := p.dropped
	for i := len(p.removed) - 1; i >= 0; i-- {
		if p.removed[i] < n {
			before += int64(i + 1)
			break
		}
	}
	return n - before
}
