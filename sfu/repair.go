package sfu

import (
	"cmp"
	"sync"
	"sync/atomic"
)

const (
	// repairLeast is what retransmissions to one viewer may take in any case, in bit/s, repairPart their part of what a viewer with a
	// thin line may be sent.
	repairLeast, repairPart = 1_000_000, 4
	// repairBurst is how much may be sent again at once, in seconds of the rate.
	repairBurst = 0.25
)

// repairBudget keeps retransmissions from filling a line that loses packets because it is full.
type repairBudget struct {
	// rate is in bit/s, 0 is repairLeast.
	rate atomic.Int64

	mu     sync.Mutex
	tokens float64 // bytes
	at     int64
}

// limit follows what the viewer may be sent in all, 0 for no limit, and what it is sent now, in bit/s.
func (b *repairBudget) limit(limit, rate int64) {
	if limit > 0 {
		b.rate.Store(limit / repairPart)
	} else {
		b.rate.Store(max(repairLeast, rate/repairPart))
	}
}

// take says whether a packet of n bytes may be sent again now.
func (b *repairBudget) take(n int, now int64) bool {
	rate := float64(cmp.Or(b.rate.Load(), repairLeast)) / 8 // bytes
	b.mu.Lock()
	defer b.mu.Unlock()
	// A packet must always fit, or a very thin line would never be repaired.
	most := max(rate*repairBurst, 2*packetRoom)
	if b.at == 0 {
		b.tokens = most
	} else {
		b.tokens = min(most, b.tokens+rate*float64(now-b.at)/1e9)
	}
	b.at = now
	if b.tokens < float64(n) {
		return false
	}
	b.tokens -= float64(n)
	return true
}
