package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// What the server's heap may grow to before it is collected, unless the environment's GOGC says otherwise.
const (
	// leastHeap is not collected for: 246 stations that come at once leave more garbage behind than the server had before, and
	// would have it collected a dozen times. It is about what the heap is once they are in.
	leastHeap = 72 << 20
	// leastGrowth is in percent. What lives long is large (246 connections), and the packet path makes no garbage: collecting
	// early costs little.
	leastGrowth = 15
	mostGrowth  = 1000 // in percent
)

// startCollections keeps the heap small while the server starts: what it leaves behind is not needed later.
func startCollections() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(leastGrowth)
	}
}

// paceCollections sets the growth of the heap anew after each collection.
func paceCollections() {
	if os.Getenv("GOGC") == "" {
		follow(leastGrowth)
	}
}

// follow is run after each collection, of which a finalizer tells; set is the growth that counts until then.
func follow(set int) {
	read := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(read)
	percent := growth(read[0].Value.Uint64(), read[1].Value.Uint64()+read[2].Value.Uint64())
	if percent != set {
		debug.SetGCPercent(percent)
	}
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) { follow(percent) })
}

// growth is in percent of what lives and of the roots that are scanned beside it, all in bytes.
func growth(live, roots uint64) int {
	if live >= leastHeap {
		return leastGrowth
	}
	return int(min(mostGrowth, max(leastGrowth, (leastHeap-live)*100/(live+roots+1))))
}
