package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/rollcall/account"
	"muster/web"
)

func testLoginAndLogout(t *testing.T, db string) {
	h := houseAt(t, db)
	c := h.stranger()
	c.get("/api/me").refused(401, "unauthenticated")

	var me struct{ Name, Display, Role string }
	in := c.logIn(" LI ", password)
	in.into(&me)
	if me.Name != "li" || me.Display != "李主持" || me.Role != "host" {
		t.Errorf("logged in as %+v", me)
	}
	if in.header.Get("Cache-Control") != "no-store" {
		t.Errorf("a login may be cached: %v", in.header)
	}
	kept := c.cookie
	c.get("/api/me").into(&me)
	if me.Name != "li" {
		t.Errorf("I am %+v", me)
	}

	c.do("POST", "/api/logout", nil).ok()
	if c.cookie != nil {
		t.Errorf("the cookie stays: %v", c.cookie)
	}
	c.cookie = kept
	c.get("/api/me").refused(401, "unauthenticated")
	h.stranger().do("POST", "/api/logout", nil).ok()
}

func testLoginRefuses(t *testing.T, db string) {
	h := houseAt(t, db)
	bodies := map[string]bool{}
	for _, login := range [][2]string{{"li", "wrong password"}, {"nobody", password}, {"gone", password}, {"li\x00", password}} {
		c := h.stranger()
		a := c.logIn(login[0], login[1])
		a.refused(401, "bad_login")
		bodies[a.body] = true
		if c.cookie != nil {
			t.Errorf("%s gets a cookie", login[0])
		}
	}
	if len(bodies) != 1 {
		t.Errorf("the answers tell users apart: %v", bodies)
	}
	h.stranger().logIn("", password).refused(422, "bad_input")
	h.stranger().logIn("li", strings.Repeat("x", 257)).refused(422, "bad_input")
}

func testCookie(t *testing.T, db string) {
	for name, test := range map[string]struct {
		tls    bool
		cookie string
	}{
		"plain": {false, "muster"},
		"TLS":   {true, "__Host-muster"},
	} {
		t.Run(name, func(t *testing.T) {
			h := houseAt(t, db, func(g *web.GateConfig, _ *web.Config) { g.TLS = test.tls })
			c := h.as("li").cookie
			if c.Name != test.cookie || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != test.tls || c.Path != "/" || c.Domain != "" {
				t.Errorf("cookie %+v", c)
			}
			if c.MaxAge <= 0 || c.MaxAge > int((24*time.Hour).Seconds()) {
				t.Errorf("the login lasts %d s", c.MaxAge)
			}
		})
	}
}

func testALoginGetsANewCookie(t *testing.T, db string) {
	h := houseAt(t, db)
	c := h.as("li")
	first := c.cookie
	c.logIn("li", password).ok()
	if c.cookie.Value == first.Value {
		t.Error("a second login keeps the cookie of the first")
	}
	c.cookie = first
	c.get("/api/me").refused(401, "unauthenticated")
	c.cookie = &http.Cookie{Name: first.Name, Value: "invented"}
	c.get("/api/me").refused(401, "unauthenticated")
}

func testSampleUsersStayOnThisMachine(t *testing.T, db string) {
	for name, test := range map[string]struct {
		loopback bool
		remote   string
		enter    bool
	}{
		"this machine":                    {true, "127.0.0.1:40000", true},
		"this machine by IPv6":            {true, "[::1]:40000", true},
		"another machine":                 {true, "192.0.2.200:40000", false},
		"a server that others can reach":  {false, "127.0.0.1:40000", false},
		"an address that can not be read": {true, "somewhere", false},
	} {
		t.Run(name, func(t *testing.T) {
			h := houseAt(t, db, func(g *web.GateConfig, _ *web.Config) { g.Loopback = test.loopback })
			c := h.stranger()
			c.remote = test.remote
			login := c.logIn("admin", password)
			r := httptest.NewRequest(http.MethodGet, "/ws", nil)
			r.RemoteAddr = test.remote
			_, err := h.gate.Authenticate(r, account.SampleToken(sampleSecret(), stationCode))
			if test.enter {
				login.ok()
				c.get("/api/users").ok()
				if err != nil {
					t.Errorf("join link: %v", err)
				}
				c.remote = "192.0.2.201:40000" // the cookie was stolen
				c.get("/api/users").refused(403, "sample_off_loopback")
				return
			}
			login.refused(403, "sample_off_loopback")
			if code := codeOf(err); code != "sample_off_loopback" {
				t.Errorf("join link: %v", err)
			}
		})
	}
}

func testTokensOfARehearsal(t *testing.T, db string) {
	h := houseAt(t, db, rehearsing)
	var me struct{ Name, Role string }
	for token, role := range map[string]string{"admin token": "admin", "host token": "host"} {
		h.here().bearing(token).get("/api/me").into(&me)
		if me.Role != role {
			t.Errorf("%s: %+v", token, me)
		}
		h.stranger().bearing(token).get("/api/me").refused(403, "sample_off_loopback")
	}
	h.here().bearing("host token").get("/api/users").refused(403, "forbidden")
	h.here().bearing("no token").get("/api/me").refused(401, "unauthenticated")
	c := h.here()
	c.header.Set("Authorization", "bearer admin token") // the scheme's case does not matter (RFC 9110)
	c.get("/api/users").ok()
	c.header.Set("Authorization", "Basic YTpi")
	c.get("/api/users").refused(401, "unauthenticated")

	var fleet struct {
		HostToken string `json:"host_token"`
		Units     []struct{ Code, Token string }
	}
	h.here().bearing("admin token").get("/api/rehearsal").into(&fleet)
	if fleet.HostToken != "host token" || len(fleet.Units) != 246 || fleet.Units[0].Token != account.SampleToken(sampleSecret(), fleet.Units[0].Code) {
		t.Errorf("%d units, %+v", len(fleet.Units), fleet.Units[0])
	}

	plain := houseAt(t, db, onLoopback) // the empty tokens of a server in use let nobody in
	plain.here().bearing("").get("/api/me").refused(401, "unauthenticated")
	plain.here().get("/api/rehearsal").refused(404, "not_found")
}

func testGuessingIsLimited(t *testing.T, db string) {
	h := houseAt(t, db)
	attempt := func(c *client, name string) *answer {
		return c.do("POST", "/api/login", map[string]string{"name": name, "password": ""}) // refused before it costs anything
	}
	first := func(next func(i int) *answer) int {
		for i := 1; i <= 100; i++ {
			a := next(i)
			if a.status == http.StatusTooManyRequests {
				a.refused(429, "too_many")
				return i
			}
			a.refused(422, "bad_input")
		}
		return 0
	}
	if n := first(func(int) *answer { return attempt(h.stranger(), "zhang") }); n != 11 {
		t.Errorf("the same name from everywhere: refused at attempt %d", n)
	}
	attempt(h.stranger(), " ZHANG").refused(429, "too_many")
	attempt(h.stranger(), "li").refused(422, "bad_input")

	one := h.stranger()
	if n := first(func(i int) *answer { return attempt(one, "user"+strconv.Itoa(i)) }); n != 31 {
		t.Errorf("every name from one address: refused at attempt %d", n)
	}
	one.get("/api/build").ok()
	padded := `{"name":"` + strings.Repeat(" ", 8<<10) + `zhang","password":""}`
	if n := first(func(int) *answer { return h.stranger().do("POST", "/api/login", padded) }); n == 0 {
		t.Error("a long body goes around the limit")
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.as("zhang")
	for name, header := range map[string]http.Header{
		"another site":   {"Sec-Fetch-Site": {"cross-site"}},
		"another origin": {"Origin": {"https://evil.example"}},
	} {
		evil := &client{h: h, remote: c.remote, header: header, cookie: c.cookie}
		evil.do("DELETE", "/api/links/"+stationCode, nil).refused(403, "cross_origin")
		evil.do("POST", "/api/login", map[string]string{"name": "li", "password": password}).refused(403, "cross_origin")
		if got := evil.get("/api/units").header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s may read: %q", name, got)
		}
	}
	if len(h.revoked) > 0 {
		t.Errorf("revoked: %v", h.revoked)
	}
	own := &client{h: h, remote: c.remote, header: http.Header{"Origin": {"http://example.com"}}, cookie: c.cookie} // httptest's host
	own.do("DELETE", "/api/links/"+stationCode, nil).ok()
}

func testBodiesThatAreNone(t *testing.T, db string) {
	h := houseAt(t, db)
	c := h.as("zhang")
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"malformed":     {`{"name": "x"`, 400},
		"empty":         {``, 400},
		"a list":        {`[]`, 422},
		"wrong type":    {`{"name":1,"display":"x","role":"host","password":"` + password + `"}`, 422},
		"unknown field": {`{"name":"xx","display":"x","role":"host","password":"` + password + `","admin":true}`, 422},
		"unknown role":  {`{"name":"xx","display":"x","role":"root","password":"` + password + `"}`, 422},
		"bad name":      {`{"name":"X y","display":"x","role":"host","password":"` + password + `"}`, 422},
		"oversized":     {`{"name":"xx","display":"` + strings.Repeat("x", 2<<20) + `"}`, 413},
	} {
		r := c.do("POST", "/api/users", test.body).refused(test.status, "bad_input")
		if len(r.Message) > 1000 || strings.Contains(r.Message, password) {
			t.Errorf("%s: the refusal repeats what was sent: %.200s", name, r.Message)
		}
	}
	c.header.Set("Content-Type", "text/plain")
	c.do("POST", "/api/users", `x`).refused(415, "bad_input")
	if users, err := h.store.Users(t.Context()); err != nil || len(users) != 7 {
		t.Errorf("%d users, %v", len(users), err)
	}
}

// brokenLogins is a store of logins whose database is away.
type brokenLogins struct{}

var errAway = errors.New("connection to 10.0.0.1 refused")

func (brokenLogins) Find(string) ([]byte, bool, error)                       { return nil, false, errAway }
func (brokenLogins) Commit(string, []byte, time.Time) error                  { return errAway }
func (brokenLogins) Delete(string) error                                     { return errAway }
func (b brokenLogins) FindCtx(context.Context, string) ([]byte, bool, error) { return b.Find("") }
func (b brokenLogins) CommitCtx(context.Context, string, []byte, time.Time) error {
	return b.Commit("", nil, time.Time{})
}
func (b brokenLogins) DeleteCtx(context.Context, string) error { return b.Delete("") }

func testADatabaseThatIsAway(t *testing.T, db string) {
	h := houseAt(t, db, func(g *web.GateConfig, _ *web.Config) { g.Logins = brokenLogins{} })
	c := h.stranger()
	c.cookie = &http.Cookie{Name: "muster", Value: "some login"}
	for _, path := range []string{"/api/me", "/api/attendance/day.csv?day=2026-11-24"} {
		if r := c.get(path).refused(500, "internal"); strings.Contains(r.Message+r.MessageEN, "10.0.0.1") {
			t.Errorf("%s gives an inside away: %+v", path, r)
		}
	}
	if !strings.Contains(h.logs.String(), "10.0.0.1") {
		t.Errorf("the log does not say why: %s", h.logs)
	}
}
