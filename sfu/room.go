package sfu

import (
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
)

// tick is how often a room asks for lost packets and keyframes and looks after its slots.
const tick = 25 * time.Millisecond

// sourceTicks is in how many ticks all sources are looked at: what they cease to send is noticed after hundreds of milliseconds.
const sourceTicks = 4

// Room holds participants that may watch each other.
type Room struct {
	id       string
	server   *Server
	log      *slog.Logger
	events   *eventQueue
	counters counters
	done     chan struct{}
	wake     chan struct{}
	running  sync.WaitGroup

	// mu guards who is in the room and what they want. The packet path never takes it.
	mu           sync.Mutex
	closed       bool
	joined       uint64
	participants map[ParticipantID]*participant
	sources      map[SourceID]*source
	// unsettled are the slots that do not show yet what they want.
	unsettled map[*slot]struct{}
	// asking are the layers whose keyframes are asked for when the lock is given back, and demanded the sources whose viewers changed.
	asking   map[*layer]struct{}
	demanded map[*source]struct{}
	// budgets are the levels that budgets allow, as they were last divided.
	budgets map[*participant]map[SourceID]int
	// viewed is the memory of viewLocked's result, and ticking that of the participants of a tick, which the timer uses alone.
	viewed  view
	ticking []*participant
	// limited says whether a budget keeps layers from viewers.
	limited bool
	// ticks counts those of the room's goroutine.
	ticks int

	// dirty guards what the packet path tells the room's goroutine.
	dirty       sync.Mutex
	dirtyTracks map[*track]struct{}
	dirtySlots  map[*slot]struct{}
	speaking    map[*track]bool
}

// source is everything the room knows about one source id, whether it is published or not.
type source struct {
	id SourceID
	// tracks are the publications under this id, oldest first; active is the one that is forwarded.
	tracks []*track
	active *track
	slots  map[*slot]struct{}
	taps   []*tap
	keep   []string
	// kept is set once Keep was called.
	kept bool
	// prepared is until when the best layer stays on without a viewer.
	prepared int64
}

func newRoom(s *Server, id string) *Room {
	r := &Room{
		id: id, server: s, log: s.log.With("room", id), events: newEventQueue(),
		done: make(chan struct{}), wake: make(chan struct{}, 1),
		participants: map[ParticipantID]*participant{}, sources: map[SourceID]*source{},
		unsettled: map[*slot]struct{}{}, asking: map[*layer]struct{}{}, demanded: map[*source]struct{}{}, dirtyTracks: map[*track]struct{}{},
		dirtySlots: map[*slot]struct{}{}, speaking: map[*track]bool{},
	}
	r.running.Add(2)
	go func() {
		defer r.running.Done()
		r.events.run(r.done)
	}()
	go func() {
		defer r.running.Done()
		r.run()
	}()
	return r
}

// Events returns the room's events, for one reader. It is closed by Close. Adding events never blocks.
func (r *Room) Events() <-chan Event { return r.events.out }

// Join adds a participant with its agreed lines. local is the address at which the client reached this host; the
// answer then announces only that network. The zero address announces all.
func (r *Room) Join(id ParticipantID, lines []Line, local netip.Addr) error {
	if err := checkLines(lines); err != nil {
		return err
	}
	lines = slices.Clone(lines)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return ErrClosed
	}
	if _, ok := r.participants[id]; ok {
		return ErrJoined
	}
	p := newParticipant(r, id, lines, local)
	r.joined++
	p.order = r.joined
	r.participants[id] = p
	return nil
}

func checkLines(lines []Line) error {
	names := map[string]bool{}
	for _, l := range lines {
		switch {
		case l.Name == "" || names[l.Name]:
			return fmt.Errorf("%w: the name %q is empty or used twice", ErrBadLines, l.Name)
		case l.Kind != Audio && l.Kind != Video:
			return fmt.Errorf("%w: %s has the kind %q", ErrBadLines, l.Name, l.Kind)
		case l.Direction != Send && l.Direction != Recv:
			return fmt.Errorf("%w: %s has the direction %q", ErrBadLines, l.Name, l.Direction)
		case l.Direction == Send && l.Source == "":
			return fmt.Errorf("%w: %s sends but has no source", ErrBadLines, l.Name)
		case len(l.Layers) > maxLayers:
			return fmt.Errorf("%w: %s has more than %d layers", ErrBadLines, l.Name, maxLayers)
		}
		names[l.Name] = true
	}
	return nil
}

// Leave removes a participant and closes its connection. It does not wait for that.
func (r *Room) Leave(id ParticipantID) {
	r.mu.Lock()
	p := r.participants[id]
	if p != nil {
		r.removeLocked(p)
	}
	r.unlock()
	if p != nil {
		p.close()
	}
}

func (r *Room) removeLocked(p *participant) {
	delete(r.participants, p.id)
	now := r.server.now()
	for _, s := range p.slots {
		r.wantLocked(s, Want{})
		r.followLocked(s, now)
	}
	p.mu.Lock()
	tracks := p.tracks
	p.mu.Unlock()
	for _, t := range tracks {
		r.unpublishLocked(t, now)
	}
}

// close ends the connection in the background; Server.Close waits for it.
func (p *participant) close() {
	p.mu.Lock()
	pc := p.pc
	already := p.left
	p.left = true
	p.mu.Unlock()
	p.connected.Store(false)
	if already {
		return
	}
	p.room.events.push(ConnectionChanged{p.id, Closed})
	if pc == nil {
		return
	}
	p.room.server.closing.Add(1)
	go func() {
		defer p.room.server.closing.Done()
		if err := pc.GracefulClose(); err != nil {
			p.room.log.Debug("connection not closed cleanly", "participant", p.id, "error", err)
		}
	}()
}

// Show declares what the named Recv lines of a participant are to show; lines that are not named keep their want.
// It may be called before the participant is connected and before a source or layer exists. Unknown lines and
// participants are ignored: they may just have left.
func (r *Room) Show(id ParticipantID, want map[string]Want) {
	r.ShowAll(map[ParticipantID]map[string]Want{id: want})
}

// ShowAll is Show for many participants at once: they all wait for the same keyframe.
func (r *Room) ShowAll(wants map[ParticipantID]map[string]Want) {
	r.mu.Lock()
	defer r.unlock()
	if r.closed {
		return
	}
	now := r.server.now()
	for id, want := range wants {
		p := r.participants[id]
		if p == nil {
			continue
		}
		r.showLocked(p, want, now)
	}
}

// unlock does once for all slots what they need, and gives the lock back: layers are switched on and off, and keyframes are asked for.
// Nobody may ask before, not even the timer: a keyframe that comes while half of the viewers are not aimed yet is one that those miss.
func (r *Room) unlock() {
	now := r.server.now()
	for src := range r.demanded {
		r.demandLocked(src, now)
	}
	clear(r.demanded)
	for l := range r.asking {
		l.needKeyframe()
	}
	for l := range r.asking {
		l.track.flushKeyframes(now)
	}
	clear(r.asking)
	r.mu.Unlock()
}

// Keep declares which layers of a source stay on although nobody watches them. Before the first call that is the
// lowest layer; a call without RIDs keeps none.
func (r *Room) Keep(id SourceID, rids ...string) {
	r.mu.Lock()
	defer r.unlock()
	src := r.sourceLocked(id)
	src.keep, src.kept = slices.Clone(rids), true
	r.demandLocked(src, r.server.now())
}

// Prepare switches on the best layer of a source that is about to be shown, for a minute: its picture then begins with the next
// keyframe instead of with the start of an encoder.
func (r *Room) Prepare(id SourceID) {
	r.mu.Lock()
	defer r.unlock()
	if r.closed {
		return
	}
	now := r.server.now()
	src := r.sourceLocked(id)
	src.prepared = now + int64(prepareFor)
	r.demandLocked(src, now)
}

// prepareFor is how long Prepare lasts.
const prepareFor = time.Minute

func (r *Room) sourceLocked(id SourceID) *source {
	src := r.sources[id]
	if src == nil {
		src = &source{id: id, slots: map[*slot]struct{}{}, prepared: never}
		r.sources[id] = src
	}
	return src
}

// Close removes all participants and closes Events.
func (r *Room) Close() {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return
	}
	r.closed = true
	all := make([]*participant, 0, len(r.participants))
	for _, p := range r.participants {
		all = append(all, p)
	}
	for _, p := range all {
		r.removeLocked(p)
	}
	r.unlock()
	for _, p := range all {
		p.close()
	}
	close(r.done)
	r.running.Wait()
	r.server.forget(r)
}

// connectionChanged is called by Pion.
func (r *Room) connectionChanged(p *participant, state webrtc.PeerConnectionState) {
	p.mu.Lock()
	left := p.left
	p.mu.Unlock()
	if left {
		return
	}
	// A connection that is only disturbed goes on being sent to: it may hear more than it can say.
	p.connected.Store(state == webrtc.PeerConnectionStateConnected || state == webrtc.PeerConnectionStateDisconnected)
	var out ConnectionState
	switch state {
	case webrtc.PeerConnectionStateConnecting:
		out = Connecting
	case webrtc.PeerConnectionStateConnected:
		out = Connected
	case webrtc.PeerConnectionStateDisconnected:
		out = Disconnected
	case webrtc.PeerConnectionStateFailed:
		out = Failed
	case webrtc.PeerConnectionStateClosed:
		out = Closed
	default:
		return
	}
	r.log.Debug("connection", "participant", p.id, "state", out)
	r.events.push(ConnectionChanged{p.id, out})
	if out != Disconnected {
		r.settle(p, out == Connected)
	}
}

// settle lets the slots of a participant begin when its connection came up, anew after a disturbance, and end when it
// is gone.
func (r *Room) settle(p *participant, connected bool) {
	r.mu.Lock()
	defer r.unlock()
	if r.participants[p.id] != p {
		return
	}
	now := r.server.now()
	for _, s := range p.slots {
		if s.want.Source == "" {
			continue
		}
		if connected {
			s.restart()
		}
		r.resolveLocked(s, now)
	}
}
