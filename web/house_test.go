package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"muster/internal/pglocal/pgtest"
	"muster/internal/sample"
	"muster/internal/selfcheck"
	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/attendance"
	"muster/rollcall/incident"
	"muster/rollcall/postgres"
	"muster/rollcall/schedule"
	"muster/web"
)

// password belongs to every user that fill adds.
const password = "correct horse battery"

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m, fill)) }

// sampleSecret is what the sample's join links follow from.
func sampleSecret() []byte { return []byte("a secret of thirty-two bytes ...") }

// withoutIncidents keeps of the sample what the API shows.
type withoutIncidents struct{ *postgres.Store }

func (withoutIncidents) PutIncidents(context.Context, []incident.Incident) error { return nil }
func (withoutIncidents) PutPatrols(context.Context, []incident.Patrol) error     { return nil }

// fill makes what every test's database is a copy of: the sample house, and users who may come from anywhere.
func fill(url string) error {
	ctx := context.Background()
	s, err := postgres.Open(ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer s.Close()
	if err := sample.Load(ctx, withoutIncidents{s}, time.Now(), sampleSecret()); err != nil {
		return err
	}
	users := append(sample.Users(),
		account.User{Name: "zhang", Display: "张管理", Role: account.RoleAdmin},
		account.User{Name: "li", Display: "李主持", Role: account.RoleHost},
		account.User{Name: "gone", Display: "已停用", Role: account.RoleHost, Disabled: true},
	)
	// A hash says itself what it costs: those of the tests are cheap, because the tests log in often.
	cheap := &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	for _, u := range users {
		if u.PasswordHash, err = argon2id.CreateHash(password, cheap); err != nil {
			return err
		}
		if err := s.PutUser(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// house is a server's handler over a database of its own.
type house struct {
	t       *testing.T
	url     string
	store   *postgres.Store
	gate    *web.Gate
	handler http.Handler
	logs    *notebook

	ready                 error
	coming                []selfcheck.Due
	check                 *selfcheck.Watch
	revoked, revokedUsers []string
	commands              []string
	clients               int
}

// notebook keeps what is logged.
type notebook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notebook) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(b)
}

func (n *notebook) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// newHouse is a server with a database of its own.
func newHouse(t *testing.T, change ...func(*web.GateConfig, *web.Config)) *house {
	t.Helper()
	return houseAt(t, pgtest.URL(t), change...)
}

// houseAt wires a server as cmd/muster does; change may alter what it is wired with.
func houseAt(t *testing.T, url string, change ...func(*web.GateConfig, *web.Config)) *house {
	t.Helper()
	h := &house{t: t, url: url, logs: &notebook{}}
	log := slog.New(slog.NewTextHandler(h.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if h.store, err = postgres.Open(t.Context(), h.url, log); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.store.Close)
	calendar, err := schedule.NewCalendar(h.store)
	if err != nil {
		t.Fatal(err)
	}
	checker := &selfcheck.Checker{Database: h.store, Folder: t.TempDir()}
	h.check = selfcheck.NewWatch(selfcheck.WatchConfig{
		Check: checker.Run, Coming: func() []selfcheck.Due { return h.coming }, File: filepath.Join(t.TempDir(), "selfcheck.json"),
	})
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector())
	gate := web.GateConfig{Accounts: h.store, Roster: h.store, Logins: h.store.HTTPSessions()}
	cfg := web.Config{
		Accounts: h.store, Audit: h.store, Roster: h.store, Journal: h.store, Sessions: h.store, Schedules: h.store, Planned: h.store, Duty: h.store,
		Calendar: calendar, Calendars: h.store,
		Book:    &attendance.Book{Journal: h.store, Sessions: h.store, Store: h.store, Zone: time.FixedZone("CST", 8*3600)},
		Socket:  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the socket") }),
		Ready:   func(context.Context) error { return h.ready },
		Command: h.command,
		Overdue: incident.Dossiers{Store: h.store}.Overdue,
		Check:   h.check,
		Metrics: metrics, Build: "test", Log: log,
		Revoked:     func(unit string) { h.revoked = append(h.revoked, unit) },
		RevokedUser: func(name string) { h.revokedUsers = append(h.revokedUsers, name) },
	}
	for _, c := range change {
		c(&gate, &cfg)
	}
	h.gate = web.NewGate(gate)
	cfg.Gate = h.gate
	h.handler = web.New(cfg)
	return h
}

// command notes what reaches the call.
func (h *house) command(_ context.Context, who web.Who, kind, id string, data json.RawMessage) (any, error) {
	h.commands = append(h.commands, fmt.Sprintf("%s %s %s %s", who.Actor.ID, kind, id, data))
	if kind == "turn.hold" {
		return nil, rollcall.ErrNotAnswered
	}
	return map[string]string{"turn": "t1"}, nil
}

// onLoopback makes the server one that only this machine can reach.
func onLoopback(g *web.GateConfig, _ *web.Config) { g.Loopback = true }

// rehearsing adds what only a rehearsal has.
func rehearsing(g *web.GateConfig, c *web.Config) {
	g.Loopback, g.AdminToken, g.HostToken = true, "admin token", "host token"
	c.Rehearsal = &web.Rehearsal{Secret: sampleSecret(), HostToken: g.HostToken}
}

// client is a browser or a program at an address of its own.
type client struct {
	h      *house
	remote string
	header http.Header
	cookie *http.Cookie
}

// stranger is a client that did not log in.
func (h *house) stranger() *client {
	h.clients++
	return &client{h: h, remote: fmt.Sprintf("192.0.2.%d:40000", h.clients), header: http.Header{}}
}

// here is a client on the server's own machine.
func (h *house) here() *client {
	return &client{h: h, remote: "127.0.0.1:40000", header: http.Header{}}
}

// as is a client that logged in as a user of fill's.
func (h *house) as(name string) *client {
	h.t.Helper()
	c := h.stranger()
	c.logIn(name, password).ok()
	return c
}

func (c *client) logIn(name, password string) *answer {
	c.h.t.Helper()
	return c.do("POST", "/api/login", map[string]string{"name": name, "password": password})
}

// bearing makes the client send a token.
func (c *client) bearing(token string) *client {
	c.header.Set("Authorization", "Bearer "+token)
	return c
}

// answer is what a request led to.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	body   string
	cookie *http.Cookie
}

// do sends a request; body is sent as it is when it is a string, else as JSON.
func (c *client) do(method, path string, body any) *answer {
	c.h.t.Helper()
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			c.h.t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	r := httptest.NewRequestWithContext(c.h.t.Context(), method, path, content)
	r.RemoteAddr = c.remote
	r.Header = c.header.Clone()
	if body != nil && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	w := httptest.NewRecorder()
	c.h.handler.ServeHTTP(w, r)
	a := &answer{t: c.h.t, what: method + " " + path, status: w.Code, header: w.Header(), body: w.Body.String()}
	for _, cookie := range w.Result().Cookies() {
		a.cookie = cookie
		if c.cookie = cookie; cookie.MaxAge < 0 {
			c.cookie = nil
		}
	}
	return a
}

func (c *client) get(path string) *answer {
	c.h.t.Helper()
	return c.do("GET", path, nil)
}

// ok demands success.
func (a *answer) ok() *answer {
	a.t.Helper()
	if a.status != http.StatusOK && a.status != http.StatusNoContent {
		a.t.Fatalf("%s: %d %s", a.what, a.status, a.body)
	}
	return a
}

// into reads the body of a success.
func (a *answer) into(v any) {
	a.t.Helper()
	a.ok()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		a.t.Fatalf("%s: %v in %s", a.what, err, a.body)
	}
}

// refusal is the form of every error of the API.
type refusal struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	MessageEN string `json:"message_en"`
}

// refused demands an error of that status and code, in the API's form, and returns it.
func (a *answer) refused(status int, code string) refusal {
	a.t.Helper()
	var r refusal
	decoder := json.NewDecoder(strings.NewReader(a.body))
	decoder.DisallowUnknownFields()
	if err := errors.Join(decoder.Decode(&r), trailing(decoder)); err != nil {
		a.t.Errorf("%s: %d %q is no error of the API: %v", a.what, a.status, a.body, err)
		return r
	}
	if a.status != status || r.Code != code || r.Message == "" || r.MessageEN == "" || r.Message == r.MessageEN {
		a.t.Errorf("%s: %d %s; want %d with code %s and a message in both languages", a.what, a.status, a.body, status, code)
	}
	if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		a.t.Errorf("%s: an error of type %q", a.what, kind)
	}
	return r
}

func trailing(d *json.Decoder) error {
	if d.More() {
		return errors.New("something follows")
	}
	return nil
}
