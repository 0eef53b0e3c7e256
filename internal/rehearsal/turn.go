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
	guest    bool      // the unit's page is not the fleet's: its pictures are those that nobody knows
	wide     int       // how wide the picture is that a viewer waits for, in pixels; 0 takes any
	from     time.Time // the host's command
	seen     map[*stream]*sight
	shown    atomic.Int64 // when the unit's best layer began a keyframe, in nanoseconds since the epoch
	missing  atomic.Int64
	all      chan struct{} // closed when every viewer has seen what it waits for
}

// sight is when a viewer had the first keyframe of the called unit, and when the first one of its best layer, in nanoseconds since
// the epoch, 0 before.
type sight struct{ first, best atomic.Int64 }

func newTurn(p *pictures, unit string, viewers []*stream) *turn {
	t := &turn{pictures: p, unit: unit, seen: map[*stream]*sight{}, all: make(chan struct{})}
	for _, s := range viewers {
		t.seen[s] = &sight{}
	}
	t.missing.Store(int64(len(t.seen)))
	return t
}

// ofGuest waits for pictures of that width that no camera of the fleet has sent.
func (t *turn) ofGuest(wide int) {
	t.guest, t.wide = true, wide
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
	if at == nil || at.best.Load() != 0 {
		return
	}
	start := keyframeStart(packet)
	if start == nil || !t.mine(start) {
		return
	}
	now := time.Now().UnixNano()
	at.first.CompareAndSwap(0, now)
	if keyframeWidth(start) >= t.wide && at.best.CompareAndSwap(0, now) {
		s.look.Store(false)
		if t.missing.Add(-1) == 0 {
			close(t.all)
		}
	}
}

// mine says whether a keyframe is of the called unit.
func (t *turn) mine(start []byte) bool {
	whose := t.pictures.whose(start)
	return whose == t.unit || t.guest && whose == ""
}

// times returns how long each viewer that saw a picture waited for the first one, and each that saw the best one for that.
func (t *turn) times() (first, best []time.Duration) {
	since := func(at int64) time.Duration { return time.Unix(0, at).Sub(t.from) }
	for s, at := range t.seen {
		s.look.Store(false)
		if at := at.first.Load(); at != 0 {
			first = append(first, since(at))
		}
		if at := at.best.Load(); at != 0 {
			best = append(best, since(at))
		}
	}
	return first, best
}
