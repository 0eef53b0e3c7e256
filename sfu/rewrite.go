package sfu

import "time"

// rewriter gives the packets of changing sources the sequence numbers and timestamps of one continuous stream.
type rewriter struct {
	// clock is the RTP clock rate in Hz.
	clock uint32
	// started is false until the first source.
	started bool
	// A packet seq of the source becomes seq+shift, its timestamp ts becomes ts+tsShift; packets before first belong
	// to an older mapping.
	first   int64
	shift   int64
	tsShift uint32
	// highest is the newest number sent, lastTS and lastAt belong to it.
	highest int64
	lastTS  uint32
	lastAt  int64
}

// begin sets where the outgoing stream starts; RFC 3550 wants both to be random. The first packet has the number after seq, and a
// rollover counter of 0: seq must not be the last
// before a wrap.
func (w *rewriter) begin(clock uint32, seq uint16, ts uint32) {
	*w = rewriter{clock: clock, highest: int64(seq), lastTS: ts}
}

// switchTo maps a new source, whose first packet is seq with timestamp ts, behind what was sent so far: the next
// sequence number, and the last timestamp plus the wall time that passed since, so that lip-sync holds over a switch.
func (w *rewriter) switchTo(seq int64, ts uint32, now int64) {
	w.first = seq
	w.shift = w.highest + 1 - seq
	next := w.lastTS
	if w.started {
		next += ticks(max(now-w.lastAt, int64(time.Millisecond)), w.clock)
	}
	w.tsShift = next - ts
	w.started = true
}

// rewrite returns the outgoing packet index (RFC 3711, section 3.3.1), whose last 16 bits are the sequence number, and the
// timestamp, or false for a packet from before the switch.
func (w *rewriter) rewrite(seq int64, ts uint32, now int64) (uint64, uint32, bool) {
	if !w.started || seq < w.first {
		return 0, 0, false
	}
	out, outTS := seq+w.shift, ts+w.tsShift
	if out > w.highest {
		w.highest, w.lastTS, w.lastAt = out, outTS, now
	}
	return uint64(out), outTS, true
}

// source returns which packet of the present source was sent as out, or false when none was.
func (w *rewriter) source(out uint16) (int64, bool) {
	n := w.highest + int64(int16(out-uint16(w.highest)))
	seq := n - w.shift
	return seq, w.started && n <= w.highest && seq >= w.first
}

// ticks converts nanoseconds to units of an RTP clock.
func ticks(ns int64, clock uint32) uint32 {
	const second = int64(time.Second)
	return uint32(ns/second*int64(clock) + ns%second*int64(clock)/second)
}
