package signaling_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"muster/rollcall"
	"muster/rollcall/memory"
	"muster/sfu"
	"muster/sfu/sfutest"
	"muster/signaling"
	"muster/signaling/wire"
)

// patience is how long a test waits for what has to come; it is no figure.
const patience = 30 * time.Second

// dossiers answers with a body that names the unit.
type dossiers struct{}

func (dossiers) Dossier(_ context.Context, unit string, _ time.Time) (json.RawMessage, error) {
	return json.Marshal(wire.DossierBody{Incidents: []wire.Incident{{ID: "incident of " + unit}}})
}

var errWho = &rollcall.Error{Code: "unauthenticated", ZH: "请登录", EN: "log in first"}

// house is everything that a page talks to: real media, a real director over a store in memory.
type house struct {
	due      atomic.Pointer[rollcall.Due] // the next call of the schedule, nil for none
	t        *testing.T
	store    *memory.Store
	director *rollcall.Director
	server   *signaling.Server
	url      string
	stop     func() // ends it; the store lives on
}

func unitCode(i int) string { return fmt.Sprintf("2101%02d150000", i) }

func newHouse(t *testing.T) *house { return newHouseWith(t, sfu.Config{}) }

func newHouseWith(t *testing.T, cfg sfu.Config) *house {
	store := memory.New()
	var units []rollcall.Unit
	for i := range 5 {
		code := unitCode(i)
		units = append(units, rollcall.Unit{Code: code, Name: "unit " + code, Short: code[:6], Kind: rollcall.Station, Branch: "210100000000", Order: i})
	}
	if err := store.PutUnits(t.Context(), units); err != nil {
		t.Fatal(err)
	}
	return houseOver(t, store, cfg)
}

// restarted is the house after its server was killed and another one was started.
func (h *house) restarted() *house {
	h.t.Helper()
	h.stop()
	next := houseOver(h.t, h.store, sfu.Config{})
	for deadline := time.Now().Add(patience); next.director.Current() == nil; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatal("the call is not taken up")
		}
	}
	return next
}

func houseOver(t *testing.T, store *memory.Store, cfg sfu.Config) *house {
	t.Helper()
	h := &house{t: t, store: store}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	media, err := sfu.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h.director, err = rollcall.NewDirector(rollcall.DirectorConfig{
		Journal: h.store, Sessions: h.store, Roster: h.store, Dossiers: dossiers{}, Epoch: 1, SpoolDir: t.TempDir(),
		Next: func() (rollcall.Due, bool) {
			due := h.due.Load()
			if due == nil {
				return rollcall.Due{}, false
			}
			return *due, true
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.server, err = signaling.New(signaling.Config{
		Media: media, Calls: h.director, Units: h.store.Units, Authenticate: authenticate, Build: "test", Duty: duty,
		Networks: []signaling.Network{{Name: "loopback", Prefix: netip.MustParsePrefix("127.0.0.0/8")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	directing, stopDirector := context.WithCancel(context.Background())
	running.Go(func() {
		if err := h.director.Run(directing); err != nil {
			t.Errorf("director: %v", err)
		}
	})
	serving := make(chan error, 1)
	go func() { serving <- h.server.Run(ctx) }()
	web := httptest.NewServer(h.server)
	h.url = "ws" + strings.TrimPrefix(web.URL, "http")
	h.stop = sync.OnceFunc(func() {
		stop()
		if err := <-serving; err != nil {
			t.Errorf("signaling: %v", err)
		}
		stopDirector()
		running.Wait()
		web.Close()
		if err := media.Close(); err != nil {
			t.Errorf("media: %v", err)
		}
	})
	t.Cleanup(h.stop)
	return h
}

// authenticate knows "unit:<code>", "host:<name>", "observer:<name>" and "granted:<name>", an observer who may read dossiers.
func authenticate(_ *http.Request, join wire.Join) (signaling.Identity, error) {
	kind, id, _ := strings.Cut(join.Token, ":")
	switch kind {
	case "unit":
		return signaling.Identity{Role: "station", Name: id, ID: id, Unit: id, Actor: rollcall.Actor{Kind: "unit", ID: id}}, nil
	case "observer", "granted":
		return signaling.Identity{
			Role: "observer", Name: id, ID: id, Actor: rollcall.Actor{Kind: "observer", ID: id, Name: id}, Dossiers: kind == "granted",
		}, nil
	case "host":
		return signaling.Identity{Role: "host", Name: id, ID: id, Actor: rollcall.Actor{Kind: "host", ID: id, Name: id}}, nil
	}
	return signaling.Identity{}, fmt.Errorf("nobody: %w", errWho)
}

// page is a client of the protocol that keeps every frame it was sent.
type page struct {
	t     *testing.T
	conn  *websocket.Conn
	hello wire.Hello
	media *sfutest.Client
	lines []sfu.Line
	write sync.Mutex
	next  int

	mu     sync.Mutex
	frames []wire.Frame
	closed error
	news   chan struct{}
	mute   atomic.Bool // it says nothing any more, though it is there
}

func (h *house) dial() *page {
	h.t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial(h.url, nil) //nolint:bodyclose // gorilla/websocket: the body need not be closed
	if err != nil {
		h.t.Fatal(err)
	}
	p := &page{t: h.t, conn: conn, news: make(chan struct{}, 1)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		p.read()
	}()
	h.t.Cleanup(func() {
		if p.media != nil {
			_ = p.media.Close()
		}
		_ = conn.Close()
		<-read
	})
	go p.beat(read)
	return p
}

// beat keeps the server from taking the page for dead.
func (p *page) beat(ended <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if p.mute.Load() {
				continue
			}
			p.write.Lock()
			_ = p.conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"ping","data":{"t":0}}`)) // it may be closed already
			p.write.Unlock()
		case <-ended:
			return
		}
	}
}

func (p *page) read() {
	for {
		_, m, err := p.conn.ReadMessage()
		p.mu.Lock()
		var f wire.Frame
		switch {
		case err != nil:
			p.closed = err
		case json.Unmarshal(m, &f) != nil:
			p.closed = errors.New("the server sent what is no frame")
		default:
			p.frames = append(p.frames, f)
		}
		ended := p.closed != nil
		p.mu.Unlock()
		select {
		case p.news <- struct{}{}:
		default:
		}
		if ended {
			return
		}
	}
}

// find waits for a frame that matches.
func (p *page) find(what string, match func(wire.Frame) bool) wire.Frame {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		p.mu.Lock()
		for _, f := range p.frames {
			if match(f) {
				p.mu.Unlock()
				return f
			}
		}
		closed := p.closed
		p.mu.Unlock()
		if closed != nil {
			p.t.Fatalf("closed (%v) before: %s", closed, what)
		}
		select {
		case <-p.news:
		case <-deadline:
			p.t.Fatalf("never came: %s", what)
		}
	}
}

// has says whether a frame that matches came already.
func (p *page) has(match func(wire.Frame) bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.frames {
		if match(f) {
			return true
		}
	}
	return false
}

func (p *page) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frames = nil
}

func (p *page) raw(message string) {
	p.t.Helper()
	p.write.Lock()
	defer p.write.Unlock()
	if err := p.conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		p.t.Fatal(err)
	}
}

func (p *page) send(kind, id string, data any) {
	p.t.Helper()
	body, err := json.Marshal(data)
	if err != nil {
		p.t.Fatal(err)
	}
	m, err := json.Marshal(wire.Frame{Type: kind, ID: id, Data: body})
	if err != nil {
		p.t.Fatal(err)
	}
	p.raw(string(m))
}

// command sends one and returns what ends it.
func (p *page) command(kind string, data any) wire.Frame {
	p.t.Helper()
	p.next++
	id := fmt.Sprintf("c%d", p.next)
	p.send(kind, id, data)
	return p.find("the end of "+kind, func(f wire.Frame) bool { return f.ID == id })
}

func (p *page) done(kind string, data any) wire.Frame {
	p.t.Helper()
	f := p.command(kind, data)
	if f.Type != wire.TypeDone {
		p.t.Fatalf("%s was refused: %s", kind, f.Data)
	}
	return f
}

func (p *page) refused(code, kind string, data any) {
	p.t.Helper()
	f := p.command(kind, data)
	if e := decode[wire.Error](p.t, f); f.Type != wire.TypeError || e.Code != code || e.Message == "" || e.MessageEN == "" {
		p.t.Fatalf("%s: got %s %s, want the error %s", kind, f.Type, f.Data, code)
	}
}

func decode[T any](t *testing.T, f wire.Frame) T {
	t.Helper()
	var out T
	if err := json.Unmarshal(f.Data, &out); err != nil {
		t.Fatalf("%s: %v", f.Data, err)
	}
	return out
}

func is(kind string) func(wire.Frame) bool { return func(f wire.Frame) bool { return f.Type == kind } }

// like matches a frame of a type whose data has a property.
func like[T any](kind string, match func(T) bool) func(wire.Frame) bool {
	return func(f wire.Frame) bool {
		var d T
		return f.Type == kind && json.Unmarshal(f.Data, &d) == nil && match(d)
	}
}

// join logs a page in; media is connected by connect.
func (h *house) join(kind, token string) *page {
	h.t.Helper()
	p := h.dial()
	p.send(wire.TypeJoin, "", wire.Join{Version: wire.Version, Page: kind, Token: token})
	p.hello = decode[wire.Hello](h.t, p.find("hello", is(wire.TypeHello)))
	p.find("snapshot", is(wire.TypeSnapshot))
	for _, l := range p.hello.Lines {
		m := sfu.Line{Name: l.Name, Kind: sfu.Kind(l.Kind), Direction: sfu.Direction(l.Direction)}
		if l.Direction == "send" {
			m.Source = sfu.SourceID(token + "/" + l.Name)
		}
		for _, y := range l.Layers {
			m.Layers = append(m.Layers, sfu.Layer{RID: y.RID, Width: y.Width, Height: y.Height, MaxBitrate: y.MaxBitrate, MaxFPS: y.MaxFramerate})
		}
		p.lines = append(p.lines, m)
	}
	return p
}

func (p *page) connect() *page {
	p.t.Helper()
	p.connectWith(sfutest.Options{})
	return p
}

func (p *page) connectWith(options sfutest.Options) wire.Answer {
	p.t.Helper()
	var err error
	if p.media, err = sfutest.New(p.lines, options); err != nil {
		p.t.Fatal(err)
	}
	offer, err := p.media.Offer()
	if err != nil {
		p.t.Fatal(err)
	}
	f := p.command(wire.TypeOffer, wire.Offer{SDP: offer})
	if f.Type != wire.TypeAnswer {
		p.t.Fatalf("the offer was refused: %s", f.Data)
	}
	answer := decode[wire.Answer](p.t, f)
	if err := p.media.Accept(answer.SDP); err != nil {
		p.t.Fatal(err)
	}
	if !p.media.WaitFor(patience, p.media.Connected) {
		p.t.Fatal("never connected")
	}
	for _, l := range p.lines {
		if sender := p.media.Publisher(l.Name); sender != nil {
			sender.Start(10)
		}
	}
	return answer
}

// shows waits until what arrives on a line is of the given source.
func (p *page) shows(line, source string) {
	p.t.Helper()
	if !p.media.WaitFor(patience, func() bool { return p.media.Recording(line).Shows(source) }) {
		last, _ := p.media.Recording(line).Last()
		p.t.Fatalf("%s never showed %s, last was %+v", line, source, last)
	}
}

func frameText(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return out
}

// connectable returns an offer for the page's lines.
func connectable(t *testing.T, p *page) string {
	t.Helper()
	media, err := sfutest.New(p.lines, sfutest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = media.Close() })
	offer, err := media.Offer()
	if err != nil {
		t.Fatal(err)
	}
	return offer
}
