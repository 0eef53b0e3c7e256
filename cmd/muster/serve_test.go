package main_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"muster/internal/pglocal/pgtest"
	"muster/rollcall/attendance"
)

func TestServeRefuses(t *testing.T) {
	t.Parallel()
	data, url := dataFolder(t), pgtest.URL(t)
	key := filepath.Join(data, "no.pem")
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"all addresses without TLS":  {[]string{"--http", "0.0.0.0:0"}, "needs HTTPS"},
		"no address without TLS":     {[]string{"--http", ":0"}, "needs HTTPS"},
		"another without TLS":        {[]string{"--http", "192.0.2.1:443"}, "--local-ca"},
		"a rehearsal for everybody":  {[]string{"--http", "0.0.0.0:0", "--local-ca", "--rehearsal"}, "--rehearsal has users with a password that everybody can read"},
		"no address":                 {[]string{"--http", "nonsense"}, "no address like 127.0.0.1:8230"},
		"a name":                     {[]string{"--http", "hall.example:443"}, "needs an IP address or localhost"},
		"a port that is none":        {[]string{"--http", "127.0.0.1:99999"}, "99999"},
		"a certificate without key":  {[]string{"--tls-cert", key}, "belong together"},
		"a key without certificate":  {[]string{"--tls-key", key}, "belong together"},
		"two kinds of certificate":   {[]string{"--tls-cert", key, "--tls-key", key, "--local-ca"}, "exclude each other"},
		"a certificate not there":    {[]string{"--tls-cert", key, "--tls-key", key, "--http", "127.0.0.1:0"}, key},
		"a media port that is none":  {[]string{"--media-port", "70000"}, "70000"},
		"a media address":            {[]string{"--media-address", "nowhere"}, "nowhere"},
		"a webhook that is none":     {[]string{"--alert-webhook", "ftp://host/"}, "--alert-webhook: it is no address like https://host/path"},
		"an unknown flag":            {[]string{"--nonsense"}, "--nonsense"},
		"a database that is not one": {[]string{"--database-url", "postgres://a:b:c/"}, "database URL"},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"serve", "--data", data, "--database-url", url, "--media-port", "0", "--http", "127.0.0.1:0"}
			muster(t, "", append(args, test.args...)...).failed(t, test.says)
		})
	}
}

// session is one as the API lists it.
type session struct {
	ID, Kind string
	ClosedAt *time.Time `json:"closed_at"`
}

// rehearsal is what serve --rehearsal leaves for programs on the machine.
type rehearsal struct {
	URL, Password string
	Token         string `json:"admin_token"`
	StationLink   string `json:"station_link"`
}

// rehearsal waits for the drill and reads how to get in.
func (s *server) rehearsal() (r rehearsal) {
	s.t.Helper()
	url := s.url()
	for deadline := time.Now().Add(patience); r.URL != url; time.Sleep(10 * time.Millisecond) {
		content, err := os.ReadFile(filepath.Join(s.data, "rehearsal.json"))
		if err == nil {
			err = json.Unmarshal(content, &r)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) || time.Now().After(deadline) {
			s.t.Fatalf("rehearsal.json: %v", err)
		}
	}
	if got := get(s.t, http.DefaultClient, url+"/readyz", "", nil); got != "ready\n" {
		s.t.Errorf("/readyz: %q", got)
	}
	return r
}

// get demands success and returns the body, also decoded.
func get(t *testing.T, client *http.Client, url, token string, into any) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return body(t, client, r, http.StatusOK, into)
}

func body(t *testing.T, client *http.Client, r *http.Request, status int, into any) string {
	t.Helper()
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil || res.StatusCode != status {
		t.Fatalf("%s %s: %d %s, %v; want %d", r.Method, r.URL, res.StatusCode, content, err, status)
	}
	if into != nil {
		if err := json.Unmarshal(content, into); err != nil {
			t.Fatalf("%s: %v in %s", r.URL, err, content)
		}
	}
	return string(content)
}

// sessions lists those of yesterday to tomorrow.
func (r rehearsal) sessions(t *testing.T) []session {
	t.Helper()
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	var list struct{ Sessions []session }
	get(t, http.DefaultClient, r.URL+"/api/sessions?from="+day(-1)+"&to="+day(1), r.Token, &list)
	return list.Sessions
}

func (r rehearsal) logIn(t *testing.T, name, password string, status int) {
	t.Helper()
	login, err := json.Marshal(map[string]string{"name": name, "password": password})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL+"/api/login", bytes.NewReader(login))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	body(t, http.DefaultClient, req, status, nil)
}

// postgresIn lists the PostgreSQL processes that were started on a folder.
func postgresIn(t *testing.T, data string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range files {
		line, err := os.ReadFile(f)
		if err == nil && bytes.Contains(line, []byte(data+"/postgres")) {
			found = append(found, filepath.Base(filepath.Dir(f)))
		}
	}
	return found
}

// TestARehearsalSurvivesAKill goes through a life with a private PostgreSQL: one folder, because each new one takes seconds.
func TestARehearsalSurvivesAKill(t *testing.T) {
	t.Parallel()
	data := dataFolder(t)
	args := []string{"--rehearsal", "--http", "127.0.0.1:0"}
	first := serve(t, data, args...)
	r := first.rehearsal()
	before := r.sessions(t)
	if len(before) != 1 || before[0].Kind != "drill" || before[0].ClosedAt != nil {
		t.Fatalf("sessions %+v", before)
	}
	if info, err := os.Stat(filepath.Join(data, "rehearsal.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("rehearsal.json: %v, %v", info.Mode(), err)
	}
	r.logIn(t, "admin", r.Password, http.StatusOK)

	second := muster(t, "", append([]string{"serve", "--data", data, "--media-port", "0"}, args...)...)
	second.failed(t, "another server is already running in this folder", data)
	rehearseWith(t, data)
	toolsBesideAServer(t, data, r)

	if code := first.signal(syscall.SIGKILL); code != -1 {
		t.Errorf("killed, it exits with %d", code)
	}
	again := serve(t, data, args...)
	resumed := again.rehearsal()
	if after := resumed.sessions(t); len(after) != 1 || after[0].ID != before[0].ID || after[0].ClosedAt != nil {
		t.Errorf("sessions %+v, before the kill %+v", after, before)
	}
	if resumed.Token == r.Token {
		t.Error("the token of the start before still works")
	}
	resumed.logIn(t, "wang", "a long password", http.StatusOK)
	var report attendance.Report
	get(t, http.DefaultClient, resumed.URL+"/api/sessions/"+before[0].ID+"/attendance", resumed.Token, &report)
	if len(report.Units) != 246 || report.Session.Seq < 2 {
		t.Errorf("%d units, event %d; want one that says that the session was resumed", len(report.Units), report.Session.Seq)
	}

	if len(postgresIn(t, data)) == 0 {
		t.Error("no PostgreSQL is found while one runs")
	}
	if code := again.signal(syscall.SIGTERM); code != 0 {
		t.Errorf("after SIGTERM it exits with %d", code)
	}
	if left := postgresIn(t, data); len(left) > 0 {
		t.Errorf("PostgreSQL processes are left: %v", left)
	}
	verified := muster(t, "", "verify", "--data", data).did(t)
	if !strings.Contains(verified.stdout, "1 sessions checked, 0 faults") {
		t.Errorf("verify: %s", verified.stdout)
	}
	if left := postgresIn(t, data); len(left) > 0 {
		t.Errorf("PostgreSQL processes are left by a tool: %v", left)
	}
}

// rehearseWith lets a small fleet of simulated stations in and holds two turns.
func rehearseWith(t *testing.T, data string) {
	t.Helper()
	muster(t, "", "rehearse", "--data", data, "--stations", "247").failed(t, "the roster has 246 units")
	out := muster(t, "", "rehearse", "--data", data, "--stations", "6", "--turns", "2", "--json").did(t).stdout
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var got struct {
		Stations, Joined, Turns, Missed int
		Received                        int64                      `json:"packets_received"`
		Switch                          struct{ P50, Max float64 } `json:"switch_ms"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if got.Stations != 6 || got.Joined != 6 || got.Turns != 2 || got.Missed != 0 || got.Received == 0 || got.Switch.P50 <= 0 {
		t.Errorf("the rehearsal says %s", out)
	}
}

// toolsBesideAServer uses the server's own database while it runs.
func toolsBesideAServer(t *testing.T, data string, r rehearsal) {
	t.Helper()
	r.logIn(t, "wang", "a long password", http.StatusUnauthorized)
	muster(t, "a long password\n", "user", "add", "--data", data, "--role", "host", "wang").did(t)
	r.logIn(t, "wang", "a long password", http.StatusOK)
	var units struct{ Units []struct{ Code string } }
	get(t, http.DefaultClient, r.URL+"/api/units", r.Token, &units)
	link := muster(t, "", "link", "--data", data, "--base", "https://hall.example/", units.Units[0].Code).did(t).stdout
	if !strings.HasPrefix(link, "https://hall.example/station#") {
		t.Errorf("link %q", link)
	}
	if done := muster(t, "", "verify", "--data", data).did(t); !strings.Contains(done.stdout, "0 faults") {
		t.Errorf("verify: %s", done.stdout)
	}
}

// TestAStandbyTakesOver has two servers on one database, as two machines have.
func TestAStandbyTakesOver(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	args := []string{"--rehearsal", "--http", "127.0.0.1:0", "--database-url", url}
	active := serve(t, dataFolder(t), args...)
	before := active.rehearsal().sessions(t)
	standby := serve(t, dataFolder(t), args...)
	standby.says("another server is active on this database; standing by")
	if strings.Contains(standby.log.String(), "msg=serving") {
		t.Error("both serve")
	}
	third := serve(t, dataFolder(t), args...)
	third.says("standing by")
	has(t, active.data, "lead.json", `"alone":false`) // started without the database, it would not know who leads
	if code := third.signal(syscall.SIGTERM); code != 0 {
		t.Errorf("a standby exits with %d after SIGTERM", code)
	}
	if code := active.signal(syscall.SIGINT); code != 0 {
		t.Errorf("the active one exits with %d after an interrupt", code)
	}
	after := standby.rehearsal().sessions(t)
	if len(before) != 1 || len(after) != 1 || after[0].ID != before[0].ID {
		t.Errorf("sessions %+v, before %+v", after, before)
	}
}

// TestServeOverTLS is how a bureau without certificates of its own runs it.
func TestServeOverTLS(t *testing.T) {
	t.Parallel()
	data := dataFolder(t)
	s := serve(t, data, "--database-url", pgtest.URL(t), "--http", "0.0.0.0:0", "--local-ca")
	address := s.url()
	if !strings.HasPrefix(address, "https://") {
		t.Fatalf("serving on %s", address)
	}
	port := address[strings.LastIndex(address, ":"):]
	certificate, err := os.ReadFile(filepath.Join(data, "ca", "ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	for _, host := range []string{"127.0.0.1", "localhost"} {
		if got := get(t, client, "https://"+host+port+"/ca.crt", "", nil); got != string(certificate) {
			t.Errorf("/ca.crt of %s: %s", host, got)
		}
	}
	var build struct {
		Build   string
		LocalCA bool `json:"local_ca"`
	}
	get(t, client, "https://127.0.0.1"+port+"/api/build", "", &build)
	if build.Build != "tested" || !build.LocalCA {
		t.Errorf("%+v", build)
	}
	if code := s.signal(syscall.SIGTERM); code != 0 {
		t.Errorf("after SIGTERM it exits with %d", code)
	}
	key, err := os.Stat(filepath.Join(data, "ca", "ca.key"))
	if err != nil || key.Mode().Perm() != 0o600 {
		t.Errorf("ca.key: %v, %v", key.Mode(), err)
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	t.Parallel()
	help := muster(t, "", "--help").did(t).stdout
	for _, name := range []string{"serve", "demo", "user add", "user password", "link", "verify", "rebuild", "openapi"} {
		if !slices.ContainsFunc(strings.Split(help, "\n"), func(line string) bool { return strings.HasPrefix(line, "  "+name+" ") }) {
			t.Errorf("%s is not in the help:\n%s", name, help)
		}
	}
	if got := muster(t, "", "--version").did(t).stdout; got != "tested\n" {
		t.Errorf("version %q", got)
	}
}
