package signaling

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"muster/rollcall"
	"muster/sfu"
	"muster/signaling/wire"
)

// flushEvery is how long changes of seats and slots are gathered: 246 units that join in a second are a few frames.
const flushEvery = 50 * time.Millisecond

// hub is the actor that knows all pages. Everything in it belongs to its goroutine; others post work.
type hub struct {
	room     *sfu.Room
	calls    rollcall.Calls
	log      *slog.Logger
	handlers map[string]handler
	work     chan func()
	done     chan struct{}

	sockets      map[*socket]struct{}
	participants map[sfu.ParticipantID]*socket
	stations     map[string]*socket   // by unit
	waiting      map[string][]*socket // second devices, by unit
	carried      map[string]bool      // commands that the hub carried out, in this session, by who gave them and their id
	devices      map[string]wire.Device
	live         map[sfu.SourceID]bool // pictures or sound come of it

	scene  scene
	record rollcall.RecordState
	hall   hallState

	behind     *wire.Next // the scheduled call that waits for the end of this one
	next       string     // the unit that the agenda calls next, as far as the hall may know
	ahead      string     // and with who will be drawn: no page is told
	readyAt    time.Time  // when its camera was last told to get ready
	dirtySeats map[string]struct{}
	flush      *time.Timer // nil while nothing is gathered
}

// pageState is what the hub keeps with a page.
type pageState struct {
	answered atomic.Bool // its offer; for the reader too
	wants    map[string]sfu.Want
	showing  map[string]sfu.SlotShowing
	slots    map[string]wire.Slot
	dirty    map[string]struct{} // lines whose slot may have changed
	air      wire.Air
	layers   map[string][]string // by line, the last that was wanted
	// soundOnly says that the page does not have the codec of the video.
	soundOnly bool
	hall      wire.Hall
}

func newHub(room *sfu.Room, calls rollcall.Calls, log *slog.Logger) *hub {
	return &hub{
		room: room, calls: calls, log: log, handlers: handlers(), work: make(chan func(), 256), done: make(chan struct{}),
		sockets: map[*socket]struct{}{}, participants: map[sfu.ParticipantID]*socket{}, stations: map[string]*socket{},
		waiting: map[string][]*socket{}, carried: map[string]bool{},
		devices: map[string]wire.Device{}, live: map[sfu.SourceID]bool{}, dirtySeats: map[string]struct{}{},
		record: rollcall.RecordState{State: rollcall.RecordOK},
	}
}

// post hands work to the hub's goroutine and reports false when that has ended.
func (h *hub) post(f func()) bool {
	select {
	case h.work <- f:
		return true
	case <-h.done:
		return false
	}
}

// wait is post that returns when the work is done.
func (h *hub) wait(f func()) bool {
	ready := make(chan struct{})
	if !h.post(func() { f(); close(ready) }) {
		return false
	}
	select {
	case <-ready:
		return true
	case <-h.done:
		return false
	}
}

func (h *hub) run(ctx context.Context) error {
	defer close(h.done)
	updates, cancel := h.calls.Subscribe()
	defer cancel()
	events := h.room.Events()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		var flush <-chan time.Time
		if h.flush != nil {
			flush = h.flush.C
		}
		select {
		case f := <-h.work:
			f()
		case u, ok := <-updates:
			if !ok {
				updates = nil // the director has ended; so will we
				continue
			}
			h.update(u)
		case e := <-events:
			h.media(e)
		case <-flush:
			h.flushAll()
		case now := <-second.C:
			h.seatsFree()
			h.lookAhead(now)
			h.keepNextReady(now)
		case <-h.hall.expired():
			h.hallExpired()
		case <-ctx.Done():
			return nil
		}
	}
}

// farewell ends all pages after run.
func (h *hub) farewell() {
	for len(h.work) > 0 {
		(<-h.work)()
	}
	h.end(errRestart, func(*socket) bool { return true })
}

// end closes the pages that match.
func (h *hub) end(why error, match func(*socket) bool) {
	for k := range h.sockets {
		if match(k) {
			k.bye(why)
		}
	}
	for _, list := range h.waiting {
		for _, k := range list {
			if match(k) {
				k.bye(why)
			}
		}
	}
}

// mostObservers bounds who looks on.
const mostObservers = 100

// full says whether no more observers can be let in.
func (h *hub) full(k *socket) bool {
	if k.view.page != wire.PageObserver {
		return false
	}
	n := 0
	for other := range h.sockets {
		if other.view.page == wire.PageObserver {
			n++
		}
	}
	return n >= mostObservers
}

// arrived takes a page in, or lets it wait for its seat.
func (h *hub) arrived(k *socket) {
	if h.mustWait(k) {
		h.park(k)
		return
	}
	h.register(k)
}

// register takes a page in. A page that holds the unit's seat already is replaced.
func (h *hub) register(k *socket) {
	k.state.wants, k.state.showing = map[string]sfu.Want{}, map[string]sfu.SlotShowing{}
	k.state.slots, k.state.dirty = map[string]wire.Slot{}, map[string]struct{}{}
	k.state.layers = map[string][]string{}
	h.sockets[k] = struct{}{}
	if k.participant != "" {
		h.participants[k.participant] = k
	}
	if k.view.page == wire.PageStation {
		if old := h.stations[k.view.unit]; old != nil {
			old.bye(errReplaced)
		}
		h.stations[k.view.unit] = k
		delete(h.devices, k.view.unit)
		h.keepLowest(k.view.unit)
	}
	h.hall.back(k)
	k.hello.Now = stamp(time.Now())
	k.send(frame(wire.TypeHello, "", k.hello))
	k.sendMessage(k.roster)
	k.roster = message{}
	h.applyWants(k)
	k.state.air = h.scene.air(k.view)
	h.snapshot(k)
	if h.scene.open() && (k.view.page == wire.PageStation || k.view.page == wire.PageObserver) {
		k.wantSeat()
	}
	h.hallChanged()
}

// wantSeat has the page's seat keeper enter the session.
func (k *socket) wantSeat() {
	select {
	case k.enter <- struct{}{}:
	default: // it is about to anyway
	}
}

func (h *hub) unregister(k *socket) {
	if k.parked.Load() {
		h.unpark(k)
		return
	}
	delete(h.sockets, k)
	delete(h.participants, k.participant)
	if h.stations[k.view.unit] == k {
		delete(h.stations, k.view.unit)
		delete(h.devices, k.view.unit)
		h.seatChanged(k.view.unit)
		h.seatsFree()
	}
	if h.hall.left(k) {
		h.hall.backAlready(h.sockets)
		h.hallChanged()
	}
}

// rejoined follows a page to its new connection.
func (h *hub) rejoined(k *socket, old sfu.ParticipantID) {
	delete(h.participants, old)
	h.participants[k.participant] = k
	clear(k.state.wants)
	clear(k.state.showing)
	clear(k.state.layers)
	h.applyWants(k)
}

// answered sends the wanted layers again: an answer resets what a browser's encodings do. A page without the codec waits for no
// picture.
func (h *hub) answered(k *socket, soundOnly bool) {
	if k.state.soundOnly != soundOnly {
		k.state.soundOnly = soundOnly
		for _, l := range k.lines {
			k.state.dirty[l.Name] = struct{}{}
		}
		h.flushSoon()
	}
	for line, active := range k.state.layers {
		k.send(frame(wire.TypeLayers, "", wire.Layers{Line: line, Active: active}))
	}
}

func (h *hub) device(k *socket, d wire.Device) {
	if k.view.page == wire.PageStation && h.stations[k.view.unit] == k && h.devices[k.view.unit] != d {
		h.devices[k.view.unit] = d
		h.seatChanged(k.view.unit)
	}
}

func (h *hub) watch(k *socket, watch map[string]wire.Tile) {
	k.view.watch = watch
	h.applyWants(k)
}

func (h *hub) seatChanged(unit string) {
	h.dirtySeats[unit] = struct{}{}
	h.flushSoon()
}

func (h *hub) flushSoon() {
	if h.flush == nil {
		h.flush = time.NewTimer(flushEvery)
	}
}

// flushAll sends what was gathered.
func (h *hub) flushAll() {
	h.flush = nil
	h.flushSeats()
	for k := range h.sockets {
		h.flushSlots(k)
	}
}

func (h *hub) flushSeats() {
	if h.scene.view == nil || len(h.dirtySeats) == 0 {
		clear(h.dirtySeats)
		return
	}
	var all []wire.Seat
	for _, u := range h.scene.view.Roster {
		if _, dirty := h.dirtySeats[u.Code]; !dirty {
			continue
		}
		seat := h.seat(h.scene.view.Seats[u.Code])
		all = append(all, seat)
		if k := h.stations[u.Code]; k != nil {
			k.send(frame(wire.TypeSeats, "", wire.Seats{Seats: []wire.Seat{seat}}))
		}
	}
	clear(h.dirtySeats)
	if len(all) > 0 {
		h.toAll(frame(wire.TypeSeats, "", wire.Seats{Seats: all}), consoles)
		for i := range all {
			all[i] = fromAfar(all[i])
		}
		h.toAll(frame(wire.TypeSeats, "", wire.Seats{Seats: all}), lookingOn)
	}
}

// fromAfar leaves out of a seat what is the host's business alone: observers and walls see who is here and who speaks.
func fromAfar(s wire.Seat) wire.Seat {
	s.Hand, s.Officers, s.Checked, s.Waiting, s.Excuses, s.MutedBy, s.MicAsked = "", nil, false, false, nil, "", ""
	if s.Excuse != nil {
		s.Excuse = &wire.SeatExcuse{Reason: s.Excuse.Reason, Whole: s.Excuse.Whole}
	}
	return s
}

// Groups of pages for broadcasts.
func consoles(k *socket) bool { return k.view.page == wire.PageConsole }
func lookingOn(k *socket) bool {
	return k.view.page == wire.PageWall || k.view.page == wire.PageObserver
}
func everybody(*socket) bool { return true }

func (h *hub) toAll(message []byte, group func(*socket) bool) {
	for k := range h.sockets {
		if group(k) {
			k.send(message)
		}
	}
}
