package rehearsal

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
)

// pictures knows whose picture a keyframe is, from the bytes of its first packet: the fleet sent it, so it recognises it.
type pictures struct {
	seed maphash.Seed
	mu   sync.RWMutex
	unit map[uint64]string
}

func newPictures() *pictures { return &pictures{seed: maphash.MakeSeed(), unit: map[uint64]string{}} }

func (p *pictures) note(start []byte, unit string) {
	sum := maphash.Bytes(p.seed, start)
	p.mu.RLock()
	known := p.unit[sum] == unit
	p.mu.RUnlock()
	if !known {
		p.mu.Lock()
		p.unit[sum] = unit
		p.mu.Unlock()
	}
}

func (p *pictures) whose(start []byte) string {
	sum := maphash.Bytes(p.seed, start)
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.unit[sum]
}

// turn is a call that is being measured: when did each viewer get the first keyframe of the called unit?
type turn struct {
	pictures *pictures
	unit     string
	from     time.Time // the host's command
	seen     map[*stream]*atomic.Int64
	shown    atomic.Int64 // when the unit's best layer began a keyframe, in nanoseconds since the epoch
	missing  atomic.Int64
	all      chan struct{} // closed when every viewer has seen it
}

func newTurn(p *pictures, unit string, viewers []*stream) *turn {
	t := &turn{pictures: p, unit: unit, seen: map[*stream]*atomic.Int64{}, all: make(chan struct{})}
	for _, s := range viewers {
		t.seen[s] = &atomic.Int64{}
	}
	t.missing.Store(int64(len(t.seen)))
	return t
}

// shows notes that a camera sends a keyframe.
func (t *turn) shows(unit, rid string) {
	if t != nil && t.unit == unit && rid == bestRID {
		t.shown.CompareAndSwap(0, time.Now().UnixNano())
	}
}

// bestRID is the layer that a floor shows.
const bestRID = "h"

// see takes a decrypted packet of a stream into account.
func (t *turn) see(s *stream, packet []byte) {
	if t == nil {
		return
	}
	at := t.seen[s]
	if at == nil || at.Load() != 0 {
		return
	}
	start := keyframeStart(packet)
	if start == nil || t.pictures.whose(start) != t.unit {
		return
	}
	if at.CompareAndSwap(0, time.Now().UnixNano()) {
		s.look.Store(false)
		if t.missing.Add(-1) == 0 {
			close(t.all)
		}
	}
}

// times returns how long each viewer that saw the picture waited.
func (t *turn) times() []time.Duration {
	var out []time.Duration
	for s, at := range t.seen {
		s.look.Store(false)
		if at := at.Load(); at != 0 {
			out = append(out, time.Unix(0, at).Sub(t.from))
		}
	}
	return out
}
