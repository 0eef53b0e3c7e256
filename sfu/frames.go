package sfu

// frameMemory is how many of the newest frames are followed: late packets complete older ones.
const frameMemory = 8

// frameWatch finds out which pictures arrived whole. It is arithmetic without I/O; the layer's lock guards it.
type frameWatch struct {
	frames [frameMemory]frame
	// next is which of them gives way to a new one.
	next int
}

// frame is what arrived of one picture.
type frame struct {
	used   bool
	ts     uint32
	lowest int64
	count  int64
	// begun and ended say that the first and the last packet are known, last is its number.
	begun, ended bool
	last         int64
}

// add takes in a packet that was not seen before, and reports whether it completes a picture. begins is set when the payload says
// that the picture begins here; the marker ends it (RFC 3550, section 5.1), and what follows a marker begins the next one.
func (w *frameWatch) add(seq int64, ts uint32, begins, marker bool) bool {
	f := w.of(ts, seq)
	f.count++
	f.lowest = min(f.lowest, seq)
	f.begun = f.begun || begins
	if marker {
		f.ended, f.last = true, seq
	}
	whole := f.complete(w)
	if marker {
		// The next picture may have come before the end of this one.
		for i := range w.frames {
			if o := &w.frames[i]; o != f && o.used && !o.begun && o.lowest == seq+1 {
				whole = o.complete(w) || whole
			}
		}
	}
	return whole
}

// of returns the frame of a timestamp.
func (w *frameWatch) of(ts uint32, seq int64) *frame {
	for i := range w.frames {
		if f := &w.frames[i]; f.used && f.ts == ts {
			return f
		}
	}
	f := &w.frames[w.next]
	w.next = (w.next + 1) % frameMemory
	*f = frame{used: true, ts: ts, lowest: seq}
	return f
}

func (f *frame) complete(w *frameWatch) bool {
	for i := range w.frames {
		if o := &w.frames[i]; !f.begun && o.used && o.ended && o.last == f.lowest-1 {
			f.begun = true
		}
	}
	return f.begun && f.ended && f.count == f.last-f.lowest+1
}

// framesLocked says whether pictures that can be decoded come out of the packets of a publication.
func (t *track) framesLocked(now int64) bool {
	if t.line.Kind != Video {
		return true
	}
	for _, l := range t.layers {
		if now-l.framedAt.Load() < int64(t.room.server.cfg.Silence) {
			return true
		}
	}
	return false
}
