package signaling

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"muster/rollcall"
	"muster/sfu"
	"muster/signaling/wire"
)

const (
	// joinWithin is how long a new socket may take to say who it is.
	joinWithin = 5 * time.Second
	// heartbeat is how often a page says something at least; a socket that is silent for longer than silence ends.
	heartbeat = 2 * time.Second
	silence   = 15 * time.Second
	// commandPatience bounds a command: it is durable by then, or refused.
	commandPatience = 10 * time.Second
	// unknownSockets bounds the sockets that have not said yet who they are.
	unknownSockets = 1024
)

// Identity is who is behind a socket.
type Identity struct {
	Role  string // "station", "host" or "admin"
	Name  string // what a person reads
	ID    string // login name, or the unit's code
	Unit  string // the unit's code (station)
	Actor rollcall.Actor
	// Dossiers are shown to an observer who has this.
	Dossiers bool
}

// Config is what a Server works with.
type Config struct {
	Media *sfu.Server
	Calls rollcall.Calls
	// Units reads the roster for pages that join while no session is open.
	Units func(ctx context.Context) ([]rollcall.Unit, error)
	// Authenticate says who a page is, from the cookie of its HTTP login or from the token in its join. Its error should
	// wrap a rollcall.Error.
	Authenticate func(r *http.Request, join wire.Join) (Identity, error)
	Build        string
	Log          *slog.Logger // nil discards
	// UnitCap is what one station is sent in all, in bit/s; 0 is what its line carries.
	UnitCap int64
	// LowBitrate is what the lowest layer of a camera may take, in bit/s: it is sent all through a call. 0 is 60 kbit/s.
	LowBitrate int
	// AllowOrigin says whether a browser page of that origin may connect; nil allows the server's own.
	AllowOrigin func(r *http.Request) bool
}

// Server is the http.Handler of the websocket.
type Server struct {
	cfg      Config
	log      *slog.Logger
	upgrader websocket.Upgrader
	room     *sfu.Room
	hub      *hub
	metrics  *metrics
	unknown  chan struct{} // one token for each socket before its hello
	roster   atomic.Pointer[roster]

	mu      sync.Mutex
	closing bool
	open    sync.WaitGroup // sockets
}

// New opens the room of the server's media. Nothing is served before Run.
func New(cfg Config) (*Server, error) {
	if cfg.Media == nil || cfg.Calls == nil || cfg.Units == nil || cfg.Authenticate == nil {
		return nil, errors.New("signaling: Media, Calls, Units and Authenticate are needed")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		cfg: cfg, log: cfg.Log, room: cfg.Media.NewRoom("call"), metrics: newMetrics(), unknown: make(chan struct{}, unknownSockets),
		upgrader: websocket.Upgrader{
			HandshakeTimeout: joinWithin, WriteBufferSize: 4 << 10, WriteBufferPool: &sync.Pool{},
			CheckOrigin: cfg.AllowOrigin, EnableCompression: true,
		},
	}
	s.hub = newHub(s.room, cfg.Calls, s.log)
	return s, nil
}

// Run serves until ctx ends, then says good-bye to all pages and closes the room.
func (s *Server) Run(ctx context.Context) error {
	err := s.hub.run(ctx)
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.hub.farewell()
	s.open.Wait()
	s.room.Close()
	return err
}

// Revoke ends the pages of a unit whose join link was revoked.
func (s *Server) Revoke(unit string) {
	s.hub.post(func() { s.hub.end(errRevoked, func(k *socket) bool { return k.who.Unit == unit && unit != "" }) })
}

// RevokeUser ends the pages of a user who may not be here any more.
func (s *Server) RevokeUser(name string) {
	s.hub.post(func() { s.hub.end(errRevoked, func(k *socket) bool { return k.who.Unit == "" && k.who.ID == name }) })
}

// ServeHTTP upgrades the request and serves the page until it is gone.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		http.Error(w, errRestart.EN, http.StatusServiceUnavailable)
		return
	}
	defer s.open.Done()
	select {
	case s.unknown <- struct{}{}:
	default:
		http.Error(w, errTooFast.EN, http.StatusServiceUnavailable)
		return
	}
	known := sync.OnceFunc(func() { <-s.unknown })
	defer known()
	conn, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.log.Debug("no websocket", "error", err, "remote", r.RemoteAddr)
		return // the upgrader answered
	}
	k := newSocket(s, conn)
	defer k.finish()
	if err := s.admit(k, r); err != nil {
		k.bye(err)
		return
	}
	known()
	k.serve()
}

// begin counts a socket in, unless the server is closing.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.open.Add(1)
	return true
}

// admit reads the join and finds out who the page is and which lines it gets.
func (s *Server) admit(k *socket, r *http.Request) error {
	join, err := k.readJoin()
	if err != nil {
		return err
	}
	if join.Version != wire.Version {
		return errVersion
	}
	if !slices.Contains([]string{wire.PageStation, wire.PageConsole, wire.PageWall, wire.PageObserver}, join.Page) {
		return errBadPage
	}
	if k.who, err = s.cfg.Authenticate(r, join); err != nil {
		return err
	}
	if (join.Page == wire.PageStation) != (k.who.Unit != "") || k.who.Role == "observer" && join.Page != wire.PageObserver {
		return errForbidden
	}
	units, roster, err := s.units(r.Context())
	if err != nil {
		return err
	}
	k.device, k.joined, k.from = printableID(join.Device), time.Now(), remoteHost(r)
	k.view = viewer{page: join.Page, client: k.client, unit: k.who.Unit, watch: map[string]wire.Tile{}}
	if !join.Observe {
		k.setLines(linesOf(join.Page, len(units), s.cfg.LowBitrate))
	}
	k.roster = roster
	k.hello = wire.Hello{
		Version: wire.Version, Server: s.cfg.Build, Client: k.client, Page: join.Page,
		You: wire.You{Role: k.who.Role, Name: k.who.Name, Unit: k.who.Unit}, HeartbeatMS: int(heartbeat.Milliseconds()),
		Codec: string(s.cfg.Media.Codec()), Lines: k.lines,
	}
	return nil
}

// remoteHost is the address that the page comes from, without its port.
func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// roster is a list of units as a frame, which is marshalled and compressed once for all pages.
type roster struct {
	units []rollcall.Unit
	frame message
}

// units is the roster of the open session, or today's, and its frame.
func (s *Server) units(ctx context.Context) ([]rollcall.Unit, message, error) {
	var units []rollcall.Unit
	if v := s.cfg.Calls.Current(); v != nil {
		units = v.Roster
	} else {
		var err error
		if units, err = s.cfg.Units(ctx); err != nil {
			return nil, message{}, fmt.Errorf("read the roster: %w", err)
		}
	}
	if last := s.roster.Load(); last != nil && slices.Equal(last.units, units) {
		return units, last.frame, nil
	}
	now := &roster{slices.Clone(units), shared(frame(wire.TypeRoster, "", wire.Roster{Units: wireUnits(units)}))}
	s.roster.Store(now)
	return units, now.frame, nil
}
