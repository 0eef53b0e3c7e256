package main_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"muster/internal/pglocal"
	"muster/internal/sample"
	"muster/rollcall/postgres"
)

// bureau is a database that can go away, with the sample roster and a series whose call is due soon.
type bureau struct {
	t     *testing.T
	dir   string
	local *pglocal.Server
}

func newBureau(t *testing.T) *bureau {
	t.Helper()
	b := &bureau{t: t, dir: dataFolder(t)}
	b.start()
	return b
}

func (b *bureau) start() {
	b.t.Helper()
	local, err := pglocal.Start(b.t.Context(), pglocal.Config{Dir: b.dir})
	if err != nil {
		b.t.Fatal(err)
	}
	b.local = local
	b.t.Cleanup(func() { _ = local.Stop(context.Background()) }) // it may have been stopped
}

func (b *bureau) stop() {
	b.t.Helper()
	if err := b.local.Stop(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// due loads the sample data and makes the series' next call begin at a time.
func (b *bureau) due(at time.Time) {
	b.t.Helper()
	store := openStore(b.t, b.local.URL())
	defer store.Close()
	if err := sample.Load(b.t.Context(), store, time.Now(), []byte("key")); err != nil {
		b.t.Fatal(err)
	}
	list, err := store.Schedules(b.t.Context())
	if err != nil || len(list) != 1 {
		b.t.Fatalf("%d schedules, %v", len(list), err)
	}
	list[0].NextDue, list[0].Lead = at, 2*time.Second
	if err := store.PutSchedule(b.t.Context(), list[0]); err != nil {
		b.t.Fatal(err)
	}
}

// has waits until a file of a data folder says something.
func has(t *testing.T, data, name, what string) {
	t.Helper()
	var content []byte
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		content, _ = os.ReadFile(filepath.Join(data, name)) // it may not be there yet
		if bytes.Contains(content, []byte(what)) {
			return
		}
	}
	t.Fatalf("%s does not say %s: %.300s", name, what, content)
}

// TestAServerStartedWithoutItsDatabaseHoldsTheCall kills the server and takes its database away before the call, and starts
// the server again, twice. When the database is back there is one session, and the journal is whole.
func TestAServerStartedWithoutItsDatabaseHoldsTheCall(t *testing.T) {
	t.Parallel()
	b, data := newBureau(t), dataFolder(t)
	planned := time.Now().Add(15 * time.Second).Truncate(time.Second)
	b.due(planned)
	args := []string{"--http", "127.0.0.1:0", "--database-url", b.local.URL()}
	before := serve(t, data, args...)
	has(t, data, "standin.json", `"schedules"`)
	has(t, data, "lead.json", `"alone":true`)
	before.signal(syscall.SIGKILL)
	b.stop()

	first := serve(t, data, args...)
	first.says("leading from the copy on this machine")
	has(t, data, "spool/journal.spool", "SessionOpened")
	rehearsal{URL: first.url()}.logIn(t, "host", sample.Password, http.StatusOK)
	first.signal(syscall.SIGKILL)
	second := serve(t, data, args...)
	if got := get(t, http.DefaultClient, second.url()+"/readyz", "", nil); got != "ready\n" {
		t.Errorf("/readyz: %q", got)
	}
	has(t, data, "spool/journal.spool", "SessionBegun")

	b.start()
	store := openStore(t, b.local.URL())
	oneSession(t, store, planned)
	if code := second.signal(syscall.SIGTERM); code != 0 {
		t.Errorf("after SIGTERM it exits with %d", code)
	}
	verified := muster(t, "", "verify", "--data", data, "--database-url", b.local.URL()).did(t)
	if !strings.Contains(verified.stdout, "1 sessions checked, 0 faults") {
		t.Errorf("verify: %s", verified.stdout)
	}
	serve(t, data, args...).says("msg=serving")
	loggedIn := func() bool {
		done, err := store.Actions(t.Context(), planned.Add(-time.Hour), planned.Add(time.Hour))
		return err == nil && len(done) == 1 && done[0].Action == "login"
	}
	for deadline := time.Now().Add(patience); !loggedIn(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the login that was made meanwhile is in no audit")
		}
	}
}

// oneSession waits until the database has the call, begun, and the series at its next begin.
func oneSession(t *testing.T, store *postgres.Store, planned time.Time) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		rows, err := store.Sessions(t.Context(), planned.Add(-time.Hour), planned.Add(time.Hour))
		list, err2 := store.Schedules(t.Context())
		if err == nil && err2 == nil && len(rows) == 1 && !rows[0].BegunAt.IsZero() && list[0].NextDue.After(planned) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("sessions %+v, %v; schedules %+v, %v", rows, err, list, err2)
		}
	}
}

// TestAServerThatWasOvertakenEnds has one that does not know, because its database is away when it is started, that another
// server led since: it sets aside what it held.
func TestAServerThatWasOvertakenEnds(t *testing.T) {
	t.Parallel()
	b, data := newBureau(t), dataFolder(t)
	args := []string{"--rehearsal", "--http", "127.0.0.1:0", "--database-url", b.local.URL()}
	serve(t, data, args...).signalWhenServing(syscall.SIGKILL)
	serve(t, dataFolder(t), args...).signalWhenServing(syscall.SIGTERM)
	b.stop()
	old := serve(t, data, args...)
	has(t, data, "spool/journal.spool", "ServerResumed")
	b.start()
	select {
	case <-old.end:
	case <-time.After(patience):
		t.Fatal("the server that was overtaken goes on")
	}
	if log := old.log.String(); !strings.Contains(log, "another server has taken over") {
		t.Errorf("it says %s", log)
	}
	if _, err := os.Stat(filepath.Join(data, "lead.json")); err == nil {
		t.Error("it would lead again")
	}
	serve(t, data, args...).signalWhenServing(syscall.SIGTERM)
	branches, err := filepath.Glob(filepath.Join(data, "spool", "journal.spool.branch-*"))
	if err != nil || len(branches) != 1 {
		t.Errorf("branches %v, %v", branches, err)
	}
}

// TestAStandbyWaitsForItsDatabase, which is stopped and started again under two servers: the active one goes on and the other one
// stands by; when the active one dies while the database is away, the other one takes over as soon as that is back.
func TestAStandbyWaitsForItsDatabase(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	args := []string{"--rehearsal", "--http", "127.0.0.1:0", "--database-url", b.local.URL()}
	active := serve(t, dataFolder(t), args...)
	active.rehearsal()
	standby := serve(t, dataFolder(t), args...)
	standby.says("another server is active")
	away := func(times int) {
		t.Helper()
		b.stop()
		standby.says("(?s)(standing by until it is back.*){" + strconv.Itoa(times) + "}")
		time.Sleep(3 * time.Second) // it tries again meanwhile
		if said := strings.Count(standby.log.String(), "standing by until it is back"); said != times {
			t.Errorf("in %d outages it said so %d times", times, said)
		}
	}
	away(1)
	b.start()
	standby.says("(?s)until it is back.*another server is active")
	if got := get(t, http.DefaultClient, active.url()+"/readyz", "", nil); got != "ready\n" {
		t.Errorf("the active server's /readyz: %q", got)
	}
	away(2)
	active.signal(syscall.SIGKILL)
	b.start()
	standby.says("msg=serving")
	standby.signalWhenServing(syscall.SIGTERM)
}

// signalWhenServing ends a server that is well.
func (s *server) signalWhenServing(what syscall.Signal) {
	s.t.Helper()
	s.rehearsal()
	s.signal(what)
}
