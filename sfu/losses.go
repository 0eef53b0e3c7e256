package sfu

import "time"

const (
	// nackInterval is the least time between two requests for the same packet.
	nackInterval = 30 * time.Millisecond
	// nackTries bounds the requests for one packet: a lost packet that nobody can send again is given up.
	nackTries = 5
	// maxLosses bounds how many packets of one stream are asked for at the same time. A larger hole is not
	// repaired; it waits for a keyframe.
	maxLosses = 128
)

// loss is one packet that did not arrive.
type loss struct {
	seq   int64
	tries int
	asked int64
}

// lossList holds the packets that are missing from a stream, ascending, and decides when to ask for them (RFC 4585).
type lossList struct{ missing []loss }

// hole records that the numbers from first to last did not arrive in order.
func (l *lossList) hole(first, last int64) {
	for n := first; n <= last; n++ {
		if len(l.missing) == maxLosses {
			copy(l.missing, l.missing[1:])
			l.missing = l.missing[:maxLosses-1]
		}
		l.missing = append(l.missing, loss{seq: n})
	}
}

// found removes n, which arrived late, and reports whether it was missing.
func (l *lossList) found(n int64) bool {
	for i := range l.missing {
		if l.missing[i].seq == n {
			l.missing = append(l.missing[:i], l.missing[i+1:]...)
			return true
		}
	}
	return false
}

// clear forgets everything, because a keyframe made it useless.
func (l *lossList) clear() { l.missing = l.missing[:0] }

// clearBefore forgets what is older than n.
func (l *lossList) clearBefore(n int64) {
	for i := range l.missing {
		if l.missing[i].seq >= n {
			l.missing = append(l.missing[:0], l.missing[i:]...)
			return
		}
	}
	l.clear()
}

// due appends the numbers that are to be asked for at the time now (in nanoseconds), and drops those that were asked
// for often enough.
func (l *lossList) due(now int64, dst []uint16) []uint16 {
	kept := l.missing[:0]
	for _, m := range l.missing {
		if m.tries > 0 && now-m.asked < int64(nackInterval) {
			kept = append(kept, m)
			continue
		}
		if m.tries == nackTries {
			continue
		}
		m.tries++
		m.asked = now
		dst = append(dst, uint16(m.seq))
		kept = append(kept, m)
	}
	l.missing = kept
	return dst
}
