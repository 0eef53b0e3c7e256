package web

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/httprate"
	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"muster/internal/selfcheck"
	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/attendance"
	"muster/rollcall/duty"
	"muster/rollcall/incident"
	"muster/rollcall/schedule"
)

// Config is what the HTTP side works with.
type Config struct {
	Gate      *Gate
	Accounts  account.Store
	Audit     account.AuditStore
	Roster    rollcall.RosterStore
	Journal   rollcall.JournalStore
	Sessions  rollcall.SessionStore
	Schedules schedule.Store
	Planned   rollcall.PlannedStore
	Calendar  *schedule.Calendar
	Calendars schedule.CalendarStore // what Calendar reads
	Duty      duty.Store
	Book      *attendance.Book
	// Amend gives a command to a session that may be over; Director.Amend is one.
	Amend func(ctx context.Context, session string, by rollcall.Meta, cmd rollcall.Command) (rollcall.Outcome, error)
	// Command gives a console's command of docs/protocol.md to the open call.
	Command   func(ctx context.Context, who Who, kind, id string, data json.RawMessage) (any, error)
	Overdue   func(ctx context.Context, at time.Time) ([]incident.Overdue, error)
	Socket    http.Handler                // GET /ws
	Ready     func(context.Context) error // whether a call could be held now
	Check     *selfcheck.Watch
	Metrics   prometheus.Gatherer
	Build     string
	CA        []byte     // certificate of the local CA (PEM), nil when there is none
	Rehearsal *Rehearsal // nil in use
	// Revoked and RevokedUser close the pages of whoever may not be here any more.
	Revoked     func(unit string)
	RevokedUser func(name string)
	Log         *slog.Logger // nil discards
}

type server struct {
	cfg   Config
	log   *slog.Logger
	users sync.Mutex // held from reading a user to writing it: two administrators must not disable each other at once
}

// New returns the handler of everything that is served over HTTP.
func New(cfg Config) http.Handler {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{cfg: cfg, log: cfg.Log}
	cfg.Gate.logins.ErrorFunc = func(w http.ResponseWriter, _ *http.Request, err error) { writeError(w, s.log, err) }
	mux := http.NewServeMux()
	mux.Handle("/api/", s.apiHandler())
	mux.Handle("GET /ws", cfg.Socket)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", s.forOperators(promhttp.HandlerFor(cfg.Metrics, promhttp.HandlerOpts{})))
	mux.Handle("GET /debug/pprof/profile", s.forOperators(http.HandlerFunc(pprof.Profile)))
	mux.Handle("GET /debug/pprof/", s.forOperators(http.HandlerFunc(pprof.Index)))
	if len(cfg.CA) > 0 {
		mux.HandleFunc("GET /ca.crt", s.caCertificate)
	}
	mux.Handle("/", gzhttp.GzipHandler(pages()))
	return secure(mux)
}

// apiHandler is everything under /api: logins, limits and the same-site rule lie around all of it.
func (s *server) apiHandler() http.Handler {
	mux := http.NewServeMux()
	s.newAPI(mux)
	s.downloadRoutes(mux)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		e := refuse(s.log, errNoRoute)
		e.status = http.StatusNotFound
		writeError(w, s.log, e)
	})
	var h http.Handler = mux
	h = s.limitLogins(h)
	h = s.cfg.Gate.logins.LoadAndSave(h)
	h = s.noteRequest(h)
	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeError(w, s.log, errCrossOrigin) }))
	return noStore(gzhttp.GzipHandler(sameSite.Handler(h)))
}

const (
	// loginsPerAddress and loginsPerName bound the guessing of passwords, a minute.
	loginsPerAddress = 30
	loginsPerName    = 10
)

// limitLogins counts attempts by address and by name.
func (s *server) limitLogins(next http.Handler) http.Handler {
	refused := httprate.WithLimitHandler(func(w http.ResponseWriter, _ *http.Request) { writeError(w, s.log, errTooMany) })
	byAddress := httprate.LimitBy(loginsPerAddress, time.Minute, peer, refused)
	byName := httprate.LimitBy(loginsPerName, time.Minute, loginName, refused)
	limited := byAddress(byName(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/api/login" {
			limited.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// peer is the address that the connection came from; no proxy is trusted to say another.
func peer(r *http.Request) (string, error) {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return httprate.CanonicalizeIP(host), nil
	}
	return r.RemoteAddr, nil // an address like any other
}

// loginName peeks at the name in a login's body and leaves the body as it was.
func loginName(r *http.Request) (string, error) {
	const most = 4 << 10
	content, err := io.ReadAll(io.LimitReader(r.Body, most))
	if err != nil {
		return "", err
	}
	rest := r.Body
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(strings.NewReader(string(content)), rest), rest}
	var body struct{ Name string }
	_ = json.Unmarshal(content, &body) // the handler says what is wrong with it
	return strings.ToLower(strings.TrimSpace(body.Name)), nil
}

func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// secure sets what browsers are to hold to on all pages.
func secure(next http.Handler) http.Handler {
	const policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
		"media-src 'self' blob: mediastream:; connect-src 'self'; worker-src 'self' blob:; font-src 'self' data:; " +
		"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self)")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

const readyPatience = 2 * time.Second

func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyPatience)
	defer cancel()
	if err := s.cfg.Ready(ctx); err != nil {
		s.log.Warn("not ready", "error", err)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "ready\n")
}

// forOperators serves figures and profiles on this machine, and elsewhere to administrators.
func (s *server) forOperators(inner http.Handler) http.Handler {
	guarded := s.plain(adminOnly, func(w http.ResponseWriter, r *http.Request) error {
		inner.ServeHTTP(w, r)
		return nil
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fromHere(r) {
			inner.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

func (s *server) caCertificate(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/x-x509-ca-cert")
	w.Header().Set("Content-Disposition", `attachment; filename="muster-ca.crt"`)
	_, _ = w.Write(s.cfg.CA)
}
