package sfu

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"muster/sfu/egress"
)

const (
	// maxJobs bounds what waits for a shard. Only a socket that takes nothing for a long time fills it.
	maxJobs = 8192
	// sliceSize is how many packets of one viewer are sent before the next viewer's turn, and sliceRest how long the viewer rests
	// then: a large keyframe reaches the last viewer in slices instead of behind all the others, and a wall of pictures that begin
	// together does not overflow the buffers on its way.
	sliceSize = 48
	sliceRest = time.Millisecond
)

// job is one packet to be sent: to all watchers of its layer, or again to the one viewer that lost it.
type job struct {
	packet *packet
	// again is the slot of a retransmission, seq and ts what the packet was sent with.
	again *slot
	seq   uint16
	ts    uint32
}

// shard sends to its share of the participants, in one goroutine. What a wake-up finds goes out in one batch, viewer by viewer.
type shard struct {
	wake    chan struct{}
	quit    chan struct{}
	stopped chan struct{}

	mu     sync.Mutex
	jobs   []job
	closed bool

	// The rest belongs to the goroutine.
	taken   []job
	held    []*packet // until all that waits is sent
	begun   []int64   // when the keyframes came that wait
	dirty   []*path
	batches map[*egress.Conn]*egress.Batch
	packet  egress.Packet // of the one that is being sealed
	times   [sendTimeSize]byte

	now       func() int64
	keyframes prometheus.Observer
}

// newShard makes a shard with the server's clock; keyframes is told how long each of them took to be sent.
func newShard(now func() int64, keyframes prometheus.Observer) *shard {
	return &shard{
		wake: make(chan struct{}, 1), quit: make(chan struct{}), stopped: make(chan struct{}),
		batches: map[*egress.Conn]*egress.Batch{}, now: now, keyframes: keyframes,
	}
}

// push hands a packet in; it never waits. The shard holds a reference of its own.
func (h *shard) push(j job) bool {
	h.mu.Lock()
	if h.closed || len(h.jobs) >= maxJobs {
		h.mu.Unlock()
		return false
	}
	j.packet.retain()
	h.jobs = append(h.jobs, j)
	first := len(h.jobs) == 1
	h.mu.Unlock()
	if first {
		select {
		case h.wake <- struct{}{}:
		default:
		}
	}
	return true
}

func (h *shard) run() {
	defer close(h.stopped)
	rest := time.NewTimer(time.Hour)
	defer rest.Stop()
	for {
		select {
		case <-h.wake:
		case <-h.quit:
			return
		case <-rest.C:
		}
		h.work()
		if len(h.dirty) > 0 {
			rest.Reset(sliceRest)
		}
	}
}

// stop ends the goroutine and waits for it.
func (h *shard) stop() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	close(h.quit)
	<-h.stopped
}

// work sends all that waits now.
func (h *shard) work() {
	h.mu.Lock()
	h.jobs, h.taken = h.taken[:0], h.jobs
	h.mu.Unlock()
	for i, j := range h.taken {
		h.held = append(h.held, j.packet)
		h.taken[i] = job{}
		if j.again != nil {
			j.again.sendAgain(h, j)
			continue
		}
		if j.packet.keyframe {
			h.begun = append(h.begun, j.packet.at)
		}
		for _, g := range *j.packet.layer.watchers.Load() {
			if g.shard == h {
				for _, s := range g.slots {
					s.deliver(h, j.packet)
				}
			}
		}
	}
	if h.send(); len(h.dirty) == 0 {
		h.release()
	}
}

// release gives up the packets that were sent.
func (h *shard) release() {
	now := h.now()
	for _, at := range h.begun {
		h.keyframes.Observe(float64(now-at) / 1e9)
	}
	h.begun = h.begun[:0]
	for i, p := range h.held {
		p.release()
		h.held[i] = nil
	}
	h.held = h.held[:0]
}

// send seals and sends a slice of what each viewer has pending, unless it rests.
func (h *shard) send() {
	now := h.now()
	left := h.dirty[:0]
	for _, v := range h.dirty {
		if now < v.restsUntil || v.sendSlice(h, now) {
			left = append(left, v)
		}
	}
	clear(h.dirty[len(left):])
	h.dirty = left
	for _, b := range h.batches {
		b.Flush()
	}
}

// sendTimeSize is the size of the header extension abs-send-time in its block (RFC 8285), in bytes.
const sendTimeSize = 8

// sendTime is the extension by which viewers estimate their bandwidth: when the packet leaves, in 6.18 fixed-point seconds.
// https://webrtc.googlesource.com/src/+/main/docs/native-code/rtp-hdrext/abs-send-time
func (h *shard) sendTime(id uint8) []byte {
	if id == 0 {
		return nil
	}
	const length, fraction = 3, 18
	now := uint64(h.now())
	t := now/1e9<<fraction + now%1e9<<fraction/1e9
	h.times = [sendTimeSize]byte{0xBE, 0xDE, 0, 1, id<<4 | (length - 1), byte(t >> 16), byte(t >> 8), byte(t)}
	return h.times[:]
}

// batch returns the shard's batch for a socket.
func (h *shard) batch(c *egress.Conn) *egress.Batch {
	b := h.batches[c]
	if b == nil {
		b = egress.NewBatch(c)
		h.batches[c] = b
	}
	return b
}
