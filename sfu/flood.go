package sfu

import (
	"sync/atomic"
	"time"
)

const (
	// floodWindow and floodPackets bound what one participant's media may cost: a camera with three layers, a microphone, a shared
	// screen and retransmissions of them are below 1,000 packets a second.
	floodWindow  = 100 * time.Millisecond
	floodPackets = 400
)

// floodGate lets so many packets through in each window.
type floodGate struct {
	window atomic.Int64
	count  atomic.Int64
}

func (g *floodGate) pass(now int64) bool {
	w := now / int64(floodWindow)
	if g.window.Swap(w) != w {
		g.count.Store(0)
	}
	return g.count.Add(1) <= floodPackets
}
