package signaling

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"muster/rollcall"
	"muster/sfu"
	"muster/signaling/wire"
)

const (
	// messagesPerSecond and messageBurst are what a page may send; a person is far below.
	messagesPerSecond = 30
	messageBurst      = 120
	// tooManyBad is how many messages in a row may be refused before the socket ends.
	tooManyBad = 50
	// drainAtMost is how many bytes of a message that is too big are read and thrown away before the socket ends.
	drainAtMost = 16 << 20
	// closePatience is how long a page may take to read the last words and to close.
	closePatience = 3 * time.Second
)

// socket is one page.
type socket struct {
	server *Server
	conn   *websocket.Conn
	out    *outbox
	log    *slog.Logger
	client string
	limit  *rate.Limiter

	// Set by admit, then constant.
	who   Identity
	view  viewer // its watch list belongs to the hub
	lines []wire.Line
	hello wire.Hello
	// roster is the frame with the units.
	roster message

	device string    // a station's own name for its tab
	joined time.Time // when it came
	from   string    // the address that it comes from
	// network is the name of the network group that the address belongs to, empty when it has none.
	network string
	ended   string // why it is gone, once gone is closed

	// heard is when the page was last heard, in Unix milliseconds; the reader writes it.
	heard atomic.Int64
	// parked says that the device waits for its unit's seat; asked, which belongs to the hub, that it asked for it.
	parked atomic.Bool
	asked  bool
	// offers counts the page's connections; it belongs to the reader. participant is the present one's name.
	offers      int
	participant sfu.ParticipantID

	// lacks is what the page last said of its devices, nil before.
	lacks atomic.Pointer[rollcall.Lacks]

	// enter tells the seat keeper to enter the session, as a unit or as the hall; told that the page told of its devices; gone that
	// the page is gone.
	enter chan struct{}
	told  chan struct{}
	gone  chan struct{}

	state pageState // belongs to the hub
}

func newSocket(s *Server, conn *websocket.Conn) *socket {
	client := uuid.NewString()[:13]
	return &socket{
		server: s, conn: conn, out: newOutbox(conn), log: s.log.With("client", client), client: client,
		limit: rate.NewLimiter(messagesPerSecond, messageBurst),
		enter: make(chan struct{}, 1), told: make(chan struct{}, 1), gone: make(chan struct{}),
	}
}

// setLines gives the page its lines.
func (k *socket) setLines(lines []wire.Line) {
	k.lines = lines
	for _, l := range lines {
		if l.Direction == string(sfu.Recv) && isTile(l.Name) {
			k.view.tiles = append(k.view.tiles, l.Name)
		}
	}
}

func isTile(line string) bool { return len(line) > 4 && line[:4] == "wall" }

// joinRoom takes part in the media under a new name, for a first offer or one that replaces a failed connection.
func (k *socket) joinRoom() error {
	if k.participant != "" {
		k.server.room.Leave(k.participant)
	}
	k.offers++
	id := sfu.ParticipantID(fmt.Sprintf("%s/%d", k.client, k.offers))
	lines := mediaLines(k.lines, sourceOf(k.view.page, k.client, k.view.unit))
	if err := k.server.room.Join(id, lines, k.localAddr()); err != nil {
		return fmt.Errorf("join the room: %w", err)
	}
	if k.view.page == wire.PageStation {
		k.server.room.Limit(id, k.server.cfg.UnitCap)
	}
	k.participant = id
	return nil
}

// localAddr is the address of this machine that the page reached: its media is answered from there.
func (k *socket) localAddr() netip.Addr {
	if tcp, ok := k.conn.LocalAddr().(*net.TCPAddr); ok {
		if a, ok := netip.AddrFromSlice(tcp.IP); ok {
			return a.Unmap()
		}
	}
	return netip.Addr{}
}

// readJoin reads the first frame.
func (k *socket) readJoin() (wire.Join, error) {
	var join wire.Join
	if err := k.conn.SetReadDeadline(time.Now().Add(joinWithin)); err != nil {
		return join, err
	}
	f, err := k.read()
	var stop *closeError
	switch {
	case errors.As(err, &stop):
		return join, errNoJoin
	case err != nil:
		return join, err
	case f.Type != wire.TypeJoin:
		return join, errNoJoin
	}
	if err := json.Unmarshal(f.Data, &join); err != nil {
		return join, errBadData
	}
	return join, nil
}

// serve runs the admitted page until it is gone.
func (k *socket) serve() {
	k.server.metrics.pages.WithLabelValues(k.view.page).Inc()
	defer k.server.metrics.pages.WithLabelValues(k.view.page).Dec()
	if err := k.arrive(); err != nil {
		k.bye(err)
		return
	}
	seated := make(chan struct{})
	go func() {
		defer close(seated)
		k.keepSeat()
	}()
	k.ended = k.readAll()
	close(k.gone)
	<-seated
	k.server.hub.wait(func() { k.server.hub.unregister(k) })
	k.log.Debug("page gone", "who", k.who.ID, "reason", k.ended)
}

// arrive takes part in the media and lets the hub know; a second device at a seat is parked instead.
func (k *socket) arrive() error {
	k.heard.Store(time.Now().UnixMilli())
	mustWait, full := false, false
	if !k.server.hub.wait(func() { mustWait, full = k.server.hub.mustWait(k), k.server.hub.full(k) }) {
		return errRestart
	}
	if full {
		return errFullHouse
	}
	if !mustWait && len(k.lines) > 0 {
		if err := k.joinRoom(); err != nil {
			return err
		}
	}
	if !k.server.hub.wait(func() { k.server.hub.arrived(k) }) {
		return errRestart
	}
	return nil
}

// lastHeard is when the page was last heard.
func (k *socket) lastHeard() time.Time { return time.UnixMilli(k.heard.Load()) }

// silent says whether nothing was heard from the page for so long that it may be dead.
func (k *socket) silent() bool { return time.Since(k.lastHeard()) > seatSilence }

// finish releases everything, whatever happened before.
func (k *socket) finish() {
	k.out.end(nil, websocket.CloseNormalClosure)
	select {
	case <-k.out.done:
	case <-time.After(closePatience):
		_ = k.conn.Close()
	}
	if k.participant != "" {
		k.server.room.Leave(k.participant)
	}
}

// bye says why the server closes.
func (k *socket) bye(err error) {
	e := wireError(err)
	if e.Code == errInternal.Code {
		k.log.Error("a page could not be served", "error", err)
	}
	k.server.metrics.errors.WithLabelValues(e.Code).Inc()
	k.out.end(frame(wire.TypeBye, "", e), closeCode(e.Code))
}

// closeCode is the websocket's own word for it (RFC 6455, section 7.4).
func closeCode(code string) int {
	switch code {
	case errTooBig.Code:
		return websocket.CloseMessageTooBig
	case errSlow.Code:
		return websocket.CloseTryAgainLater
	case errRestart.Code:
		return websocket.CloseServiceRestart
	}
	return websocket.ClosePolicyViolation
}

// closeError ends the reading: the connection is gone.
type closeError struct{ err error }

func (e *closeError) Error() string { return e.err.Error() }
func (e *closeError) Unwrap() error { return e.err }

// read returns the next frame. An error that is no closeError concerns this message only.
func (k *socket) read() (wire.Frame, error) {
	var f wire.Frame
	kind, r, err := k.conn.NextReader()
	if err != nil {
		return f, &closeError{err}
	}
	content, err := io.ReadAll(io.LimitReader(r, wire.MaxMessage+1))
	if err != nil {
		return f, &closeError{err}
	}
	k.heard.Store(time.Now().UnixMilli())
	switch {
	case len(content) > wire.MaxMessage:
		// To close on what is still being written would reset the connection, and the page would never read why.
		_, _ = io.CopyN(io.Discard, r, drainAtMost)
		return f, errTooBig
	case kind != websocket.TextMessage || json.Unmarshal(content, &f) != nil || f.Type == "":
		return f, errBadFrame
	}
	return f, nil
}

// readAll handles what the page sends, one message after the other, and returns why it is gone.
func (k *socket) readAll() string {
	for bad := 0; ; {
		if err := k.conn.SetReadDeadline(time.Now().Add(silence)); err != nil {
			return "closed"
		}
		f, err := k.read()
		var stop *closeError
		if errors.As(err, &stop) {
			return k.lost(stop)
		}
		if err == nil && !k.limit.Allow() {
			err = errTooFast
		}
		if err == nil {
			err = k.handle(f)
		}
		if err == nil {
			bad = 0
			continue
		}
		k.refuse(f.ID, err)
		if errors.Is(err, errTooBig) {
			k.bye(err) // who sends such a thing may send more of it
			return "too_big"
		}
		if bad++; bad >= tooManyBad {
			k.bye(errTooFast)
			return "too_fast"
		}
	}
}

func (k *socket) lost(stop *closeError) string {
	var timeout net.Error
	if errors.As(stop, &timeout) && timeout.Timeout() {
		k.bye(errSilent)
		return rollcall.LeftTimeout
	}
	if k.out.ended() || websocket.IsCloseError(stop.err, websocket.CloseNormalClosure, websocket.CloseGoingAway,
		websocket.CloseNoStatusReceived) {
		return "closed"
	}
	return rollcall.LeftLost
}

// refuse answers a message with an error; it ends nothing else.
func (k *socket) refuse(id string, err error) {
	e := wireError(err)
	if e.Code == errInternal.Code {
		k.log.Error("a message could not be handled", "error", err)
	}
	k.server.metrics.errors.WithLabelValues(e.Code).Inc()
	k.send(frame(wire.TypeError, printableID(id), e))
}

// send queues a message; a page that does not read is closed and comes back.
func (k *socket) send(text []byte) { k.sendMessage(message{text: text}) }

func (k *socket) sendMessage(m message) {
	if !k.out.add(m) {
		k.server.metrics.slow.Inc()
		k.bye(errSlow)
	}
}

// keepSeat holds the page's seat, a unit's or the hall's, in whatever session is open, in the order of this page's life.
func (k *socket) keepSeat() {
	var enter, leave func() rollcall.Command
	switch k.view.page {
	case wire.PageStation:
		enter = func() rollcall.Command { return rollcall.Enter{Unit: k.view.unit, Conn: k.client, Network: k.network} }
		leave = func() rollcall.Command {
			return rollcall.Leave{Unit: k.view.unit, Conn: k.client, Reason: k.ended, At: k.lastHeard()}
		}
	case wire.PageObserver:
		enter = func() rollcall.Command { return rollcall.Observe{Conn: k.client} }
		leave = func() rollcall.Command { return rollcall.Unobserve{Conn: k.client} }
	case wire.PageConsole:
		enter = func() rollcall.Command { return rollcall.ClaimHall{Conn: k.client} }
		leave = func() rollcall.Command { return rollcall.YieldHall{Conn: k.client, Reason: "closed"} }
	default:
		return // a wall has no seat
	}
	for {
		select {
		case <-k.enter:
			k.seat(enter())
			k.tell()
		case <-k.told:
			k.tell()
		case <-k.gone:
			k.seat(leave())
			return
		}
	}
}

// equipped has the seat keeper tell the session what the page lacks.
func (k *socket) equipped() {
	select {
	case k.told <- struct{}{}:
	default: // it is about to anyway
	}
}

// tell tells the session what the page lacks; it has to hold its seat by then.
func (k *socket) tell() {
	if lacks := k.lacks.Load(); lacks != nil {
		k.seat(rollcall.Devices{Unit: k.view.unit, Conn: k.client, Lacks: *lacks})
	}
}

func (k *socket) seat(cmd rollcall.Command) {
	if err := k.doIfOpen("", cmd); err != nil {
		k.log.Warn("the seat could not be changed", "who", k.who.ID, "error", err)
		k.refuse("", err)
	}
}
