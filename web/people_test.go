package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/rollcall/account"
	"muster/web"
)

// enters says what the gate answers to a join token, as the websocket asks it.
func (h *house) enters(token string) (web.Who, string) {
	r := httptest.NewRequest(http.MethodGet, "/ws", nil)
	r.RemoteAddr = "192.0.2.99:40000"
	who, err := h.gate.Authenticate(r, token)
	return who, codeOf(err)
}

type link struct {
	Unit, Token, Path string
	CreatedBy         string `json:"created_by"`
}

func (c *client) newLink(unit string) (l link) {
	c.h.t.Helper()
	c.do("POST", "/api/links/"+unit, nil).into(&l)
	return l
}

// linkOf is the unit's link as the list shows it.
func (c *client) linkOf(unit string) (link, bool) {
	c.h.t.Helper()
	var list struct{ Links []link }
	c.get("/api/links").into(&list)
	i := slices.IndexFunc(list.Links, func(l link) bool { return l.Unit == unit })
	if i < 0 {
		return link{}, false
	}
	return list.Links[i], true
}

func TestLinks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.as("zhang")

	first := admin.newLink(stationCode)
	if first.Unit != stationCode || len(first.Token) < 40 || first.Path != "/station#"+first.Token {
		t.Errorf("%+v", first)
	}
	if who, code := h.enters(first.Token); code != "" || who.Unit != stationCode {
		t.Errorf("the new link: %+v %s", who, code)
	}
	if code := codeOfSample(h); code != "revoked" {
		t.Errorf("the sample link that it replaces: %q", code)
	}
	if l, ok := admin.linkOf(stationCode); !ok || l.CreatedBy != "张管理" || l.Token != "" {
		t.Errorf("listed: %+v, %v", l, ok)
	}

	second := admin.newLink(stationCode)
	if _, code := h.enters(first.Token); code != "revoked" {
		t.Errorf("the replaced link: %q", code)
	}
	if _, code := h.enters(second.Token); code != "" {
		t.Errorf("the second link: %q", code)
	}

	admin.do("DELETE", "/api/links/"+stationCode, nil).ok()
	if _, code := h.enters(second.Token); code != "revoked" {
		t.Errorf("the revoked link: %q", code)
	}
	if l, ok := admin.linkOf(stationCode); ok {
		t.Errorf("a revoked link is listed: %+v", l)
	}
	admin.do("DELETE", "/api/links/"+stationCode, nil).refused(404, "not_found")
	if want := []string{stationCode, stationCode, stationCode}; !slices.Equal(h.revoked, want) {
		t.Errorf("pages closed of %v, want %v", h.revoked, want)
	}
	h.audited("zhang link.create "+stationCode, "zhang link.create "+stationCode, "zhang link.revoke "+stationCode)
}

// TestLinksMadeAtOnce is an administrator who presses twice: each gets a link, and the last one works.
func TestLinksMadeAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(_ *web.GateConfig, c *web.Config) { c.Revoked = func(string) {} }) // what the house notes is not for several at once
	const times = 6
	var made [times]*answer
	var wait sync.WaitGroup
	for i := range times {
		admin := h.as("zhang")
		wait.Go(func() { made[i] = admin.do("POST", "/api/links/"+stationCode, nil) })
	}
	wait.Wait()
	working := 0
	for _, a := range made {
		var l link
		a.into(&l)
		switch _, code := h.enters(l.Token); code {
		case "":
			working++
		case "revoked":
		default:
			t.Errorf("a link is answered by %s", code)
		}
	}
	if working != 1 {
		t.Errorf("%d of %d links work", working, times)
	}
	h.as("li").do("POST", "/api/links/"+stationCode, nil).refused(403, "forbidden")
}

func codeOfSample(h *house) string {
	_, code := h.enters(account.SampleToken(sampleSecret(), stationCode))
	return code
}

// audited demands these actions in this order, besides logins.
func (h *house) audited(want ...string) {
	h.t.Helper()
	admin := h.as("zhang")
	today := time.Now().In(time.FixedZone("CST", 8*3600))
	from, to := today.AddDate(0, 0, -1).Format(time.DateOnly), today.AddDate(0, 0, 1).Format(time.DateOnly)
	var list struct {
		Actions []struct {
			At                             time.Time
			Actor, Action, Subject, Detail string
		}
	}
	admin.get("/api/audit?from=" + from + "&to=" + to).into(&list)
	var got []string
	for _, a := range slices.Backward(list.Actions) { // newest first
		if a.Action != "login" {
			got = append(got, strings.TrimSpace(a.Actor+" "+a.Action+" "+a.Subject+" "+a.Detail))
		} else if a.Actor != a.Subject || a.Detail == "" || a.At.IsZero() {
			h.t.Errorf("login %+v", a)
		}
	}
	if !slices.Equal(got, want) {
		h.t.Errorf("audited %q, want %q", got, want)
	}
}

type fields map[string]any

func TestUsers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.as("zhang")
	const secret, other = "a first password", "another password"
	wang := fields{"name": "wang", "display": " 王主持 ", "role": "host", "password": secret}

	var made struct{ Name, Display, Role string }
	admin.do("POST", "/api/users", wang).into(&made)
	if made.Name != "wang" || made.Display != "王主持" || made.Role != "host" {
		t.Errorf("%+v", made)
	}
	again := fields{"name": "wang", "display": "另一人", "role": "admin", "password": other}
	for _, body := range []fields{wang, again} {
		r := admin.do("POST", "/api/users", body).refused(409, "user_exists")
		if !strings.Contains(r.Message, "wang") || !strings.Contains(r.MessageEN, "wang") {
			t.Errorf("it does not say which user: %+v", r)
		}
	}
	h.as("li").do("POST", "/api/users", fields{"name": "w2", "display": "x", "role": "admin", "password": secret}).refused(403, "forbidden")
	for _, bad := range []fields{
		{"name": "W 2", "display": "x", "role": "host", "password": secret}, {"name": "w2", "display": "x", "role": "king", "password": secret},
	} {
		admin.do("POST", "/api/users", bad).refused(422, "bad_input")
	}
	admin.do("POST", "/api/users", fields{"name": "w2", "display": "x", "role": "host", "password": "九个字符的密码不够"}).refused(422, "short_password")
	for _, display := range []string{"  ", "a\x00b"} {
		admin.do("POST", "/api/users", fields{"name": "w2", "display": display, "role": "host", "password": secret}).refused(422, "bad_input")
		admin.do("PUT", "/api/users/wang", fields{"display": display, "role": "host", "disabled": false}).refused(422, "bad_input")
	}

	user := h.stranger()
	user.logIn("wang", secret).ok()
	admin.do("PUT", "/api/users/wang", fields{"display": "王", "role": "host", "disabled": false}).ok()
	user.get("/api/units").ok()
	if len(h.revokedUsers) > 0 {
		t.Errorf("another display name closes pages: %v", h.revokedUsers)
	}

	admin.do("PUT", "/api/users/wang", fields{"display": "王", "role": "admin", "disabled": false}).ok()
	user.get("/api/users").ok()
	admin.do("PUT", "/api/users/wang", fields{"display": "王", "role": "host", "disabled": false, "password": other}).ok()
	user.get("/api/me").refused(401, "unauthenticated")
	h.stranger().logIn("wang", secret).refused(401, "bad_login")
	user.logIn("wang", other).ok()

	admin.do("PUT", "/api/users/wang", fields{"display": "王", "role": "host", "disabled": true}).ok()
	user.get("/api/me").refused(401, "unauthenticated")
	user.logIn("wang", other).refused(401, "bad_login")

	if want := []string{"wang", "wang", "wang"}; !slices.Equal(h.revokedUsers, want) {
		t.Errorf("pages closed of %v, want %v", h.revokedUsers, want)
	}
	h.audited("zhang user.create wang role host", "zhang user.change wang role host, disabled false",
		"zhang user.change wang role admin, disabled false", "zhang user.change wang role host, disabled false, new password",
		"zhang user.change wang role host, disabled true")
}

func TestAnAdminChangesTheOwnPassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, other := h.as("zhang"), h.as("zhang")
	one.do("PUT", "/api/users/zhang", fields{"display": "张", "role": "admin", "disabled": false, "password": "a new password"}).ok()
	one.get("/api/users").ok()
	other.get("/api/users").refused(401, "unauthenticated")
}

func TestTheLastAdminStays(t *testing.T) {
	t.Parallel()
	demoted := fields{"display": "张", "role": "host", "disabled": false}
	disabled := fields{"display": "张", "role": "admin", "disabled": true}

	h := newHouse(t) // others can reach it: the sample's admin can't log in
	admin := h.as("zhang")
	for _, change := range []fields{demoted, disabled} {
		admin.do("PUT", "/api/users/zhang", change).refused(409, "last_admin")
	}
	admin.do("PUT", "/api/users/zhang", fields{"display": "张", "role": "admin", "disabled": false}).ok()

	admin.do("POST", "/api/users", fields{"name": "zhao", "display": "赵", "role": "admin", "password": password}).ok()
	zhao := h.as("zhao")
	zhao.do("PUT", "/api/users/zhang", disabled).ok()
	zhao.do("PUT", "/api/users/zhao", disabled).refused(409, "last_admin")
	admin.get("/api/users").refused(401, "unauthenticated")

	local := newHouse(t, onLoopback)
	local.as("zhang").do("PUT", "/api/users/zhang", disabled).ok() // the sample's admin is there
}

// meeting is a store of users in which two requests that read the list at the same time wait for each other.
type meeting struct {
	account.Store
	come chan struct{}
}

func (m meeting) Users(ctx context.Context) ([]account.User, error) {
	users, err := m.Store.Users(ctx)
	select {
	case m.come <- struct{}{}:
	case <-m.come:
	case <-time.After(300 * time.Millisecond): // nobody else is let in
	}
	return users, err
}

func TestTwoAdminsDisableEachOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(_ *web.GateConfig, c *web.Config) { c.Accounts = meeting{c.Accounts, make(chan struct{})} })
	h.as("zhang").do("POST", "/api/users", fields{"name": "zhao", "display": "赵", "role": "admin", "password": password}).ok()
	clients := map[string]*client{"zhao": h.as("zhang"), "zhang": h.as("zhao")}
	var both sync.WaitGroup
	for victim, c := range clients {
		both.Go(func() {
			c.do("PUT", "/api/users/"+victim, fields{"display": "x", "role": "admin", "disabled": true})
		})
	}
	both.Wait()
	users, err := h.store.Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	left := slices.DeleteFunc(users, func(u account.User) bool { return u.Role != account.RoleAdmin || u.Disabled || u.Sample })
	if len(left) != 1 {
		t.Errorf("%d admins are left: %+v", len(left), left)
	}
}

func TestUserNames(t *testing.T) {
	t.Parallel()
	for name, good := range map[string]bool{
		"zhang": true, "li.si-2_x": true, "0x": true, "a": false, "Zhang": false, "-zhang": false, "zh ang": false, "张三": false,
		strings.Repeat("a", 32): true, strings.Repeat("a", 33): false, "zhang\n": false,
	} {
		if web.GoodUserName(name) != good {
			t.Errorf("GoodUserName(%q) = %v", name, !good)
		}
	}
}

// TestSecretsAreKeptNowhere searches the log and the whole database for what only its owner may know.
func TestSecretsAreKeptNowhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secrets := []string{password, "one password for wang", "two passwords for wang", "mistyped password"}
	admin := h.as("zhang")
	h.stranger().logIn("zhang", "mistyped password").refused(401, "bad_login")
	token := admin.newLink(stationCode).Token
	if _, code := h.enters(token); code != "" {
		t.Error(code)
	}
	h.stranger().bearing(token).get("/api/users").refused(403, "forbidden")
	admin.do("POST", "/api/users", fields{"name": "wang", "display": "王", "role": "host", "password": secrets[1]}).ok()
	admin.do("PUT", "/api/users/wang", fields{"display": "王", "role": "host", "disabled": false, "password": secrets[2]}).ok()
	admin.do("POST", "/api/users", `{"name":"x","password":"`+secrets[1]+`"`).refused(400, "bad_input")
	wang := h.stranger()
	wang.logIn("wang", secrets[2]).ok()
	secrets = append(secrets, token, admin.cookie.Value, wang.cookie.Value)

	everything := h.dump() + h.logs.String()
	if !strings.Contains(everything, "link.create") || !strings.Contains(everything, "a login was refused") {
		t.Fatalf("the dump lacks what must be in it: %s", everything)
	}
	for _, secret := range secrets {
		if strings.Contains(everything, secret) {
			t.Errorf("%q is kept", secret)
		}
	}
}

// dump returns the rows of all tables as text; bytes are shown as text, too.
func (h *house) dump() string {
	h.t.Helper()
	conn, err := pgx.Connect(h.t.Context(), h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = conn.Close(h.t.Context()) }()
	var all strings.Builder
	for _, query := range []string{
		`SELECT concat_ws(' ', actor, action, subject, detail) FROM audit`,
		`SELECT concat_ws(' ', name, display, password_hash) FROM users`,
		`SELECT concat_ws(' ', encode(token_hash, 'escape'), created_by) FROM links`,
		`SELECT concat_ws(' ', encode(token, 'escape'), encode(data, 'escape')) FROM http_sessions`,
	} {
		rows, err := conn.Query(h.t.Context(), query)
		if err != nil {
			h.t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(lines) == 0 {
			h.t.Fatalf("%s: %d rows, %v", query, len(lines), err)
		}
		all.WriteString(strings.Join(lines, "\n"))
	}
	return all.String()
}
