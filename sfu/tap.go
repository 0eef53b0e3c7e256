package sfu

import "sync/atomic"

// TapPacket is one packet of a source for a tap.
type TapPacket struct {
	// RID is the layer, empty without simulcast.
	RID string
	// Seq is the packet's sequence number without wraps and without the holes where padding was; Timestamp is in the source's clock.
	Seq       int64
	Timestamp uint32
	Marker    bool
	// Keyframe is set on the first packet of a keyframe.
	Keyframe bool
	// Payload is valid during the call only.
	Payload []byte
}

// tap is somebody who listens to a source beside its viewers.
type tap struct{ take func(TapPacket) }

// taps is a snapshot: the packet path takes no lock for it.
type taps = atomic.Pointer[[]*tap]

// Tap hands every packet of a source that is fit to be forwarded, of all its layers, to take, for instance to record it. take is
// called by the publisher's goroutine and must not wait. keyframe asks the publisher for a keyframe of all layers that are sent;
// stop ends the tap. Layers that nobody watches are not sent unless Keep says so.
func (r *Room) Tap(id SourceID, take func(TapPacket)) (keyframe, stop func()) {
	t := &tap{take}
	r.mu.Lock()
	src := r.sourceLocked(id)
	src.taps = append(src.taps, t)
	r.retapLocked(src)
	r.mu.Unlock()
	keyframe = func() {
		r.mu.Lock()
		defer r.unlock()
		if active := r.activeLocked(id); active != nil {
			for _, l := range active.layers {
				r.asking[l] = struct{}{}
			}
		}
	}
	stop = func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		src := r.sourceLocked(id)
		var left []*tap
		for _, o := range src.taps {
			if o != t {
				left = append(left, o)
			}
		}
		src.taps = left
		r.retapLocked(src)
		r.tidyLocked(src)
	}
	return keyframe, stop
}

func (r *Room) activeLocked(id SourceID) *track {
	if src := r.sources[id]; src != nil {
		return src.active
	}
	return nil
}

// retapLocked gives the active publication the source's taps, and takes them from the others.
func (r *Room) retapLocked(src *source) {
	for _, t := range src.tracks {
		if t == src.active && len(src.taps) > 0 {
			snapshot := append([]*tap(nil), src.taps...)
			t.taps.Store(&snapshot)
		} else {
			t.taps.Store(nil)
		}
	}
}

// tapped hands a packet to the taps.
func (t *track) tapped(p *packet) {
	snapshot := t.taps.Load()
	if snapshot == nil {
		return
	}
	for _, o := range *snapshot {
		o.take(TapPacket{RID: p.layer.rid, Seq: p.seq, Timestamp: p.ts, Marker: p.marker, Keyframe: p.keyframe, Payload: p.payload})
	}
}
