package standin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"muster/internal/pglocal"
	"muster/internal/sample"
	"muster/internal/standin"
	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/attendance"
	"muster/rollcall/postgres"
)

// bureau is a database with the sample roster, users and links, and a series whose call is due soon.
type bureau struct {
	t     *testing.T
	dir   string
	local *pglocal.Server
	store *postgres.Store
	key   []byte
}

func newBureau(t *testing.T) *bureau {
	t.Helper()
	b := &bureau{t: t, dir: t.TempDir(), key: bytes.Repeat([]byte{7}, 32)}
	if err := os.Chmod(filepath.Dir(b.dir), 0o755); err != nil { // for PostgreSQL's user
		t.Fatal(err)
	}
	b.start()
	var err error
	if b.store, err = postgres.Open(t.Context(), b.local.URL(), slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.store.Close)
	if err := sample.Load(t.Context(), b.store, time.Now(), b.key); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bureau) start() {
	b.t.Helper()
	local, err := pglocal.Start(b.t.Context(), pglocal.Config{Dir: b.dir})
	if err != nil {
		b.t.Fatal(err)
	}
	b.local = local
	b.t.Cleanup(func() { _ = local.Stop(context.Background()) }) // the one that was killed has ended already
}

func (b *bureau) kill() {
	b.t.Helper()
	files, err := filepath.Glob(filepath.Join(b.dir, "data-*", "postmaster.pid"))
	if err != nil || len(files) != 1 {
		b.t.Fatalf("%v, %v", files, err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		b.t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		b.t.Fatal(err)
	}
	<-b.local.Exited() //nolint:errcheck // it was killed
}

// due sets the series' next begin.
func (b *bureau) due(at time.Time) {
	b.t.Helper()
	list, err := b.store.Schedules(b.t.Context())
	if err != nil || len(list) != 1 {
		b.t.Fatalf("%d schedules, %v", len(list), err)
	}
	list[0].NextDue, list[0].Lead = at, 3*time.Second
	if err := b.store.PutSchedule(b.t.Context(), list[0]); err != nil {
		b.t.Fatal(err)
	}
}

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

type noDossiers struct{}

func (noDossiers) Dossier(context.Context, string, time.Time) (json.RawMessage, error) {
	return nil, errors.New("the database is away")
}

// TestTheCallOpensWithoutItsDatabase kills PostgreSQL before the waiting room opens, lets everybody in and the call begin, and
// brings the database back: there is one session, and its journal is what happened. So it is when the server is started anew
// while the database is away.
func TestTheCallOpensWithoutItsDatabase(t *testing.T) {
	for name, again := range map[string]bool{"the server runs on": false, "the server is started again": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withoutItsDatabase(t, again)
		})
	}
}

func withoutItsDatabase(t *testing.T, again bool) {
	b, dir := newBureau(t), t.TempDir()
	planned := time.Now().Add(12 * time.Second).Truncate(time.Second)
	b.due(planned)
	epoch, _, release, err := b.store.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	live := func(away bool) *life {
		m := newMortal(b.store, &atomic.Int64{})
		m.away.Store(away)
		l, err := begin(m, dir, epoch)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.stop)
		m.away.Store(false) // from here on it is what it is
		return l
	}
	director := live(false)
	until(t, "a copy on disk", func() bool { _, err := os.Stat(filepath.Join(dir, "standin.json")); return err == nil })
	if _, err := director.Start(t.Context(), rollcall.Meta{}, rollcall.StartRequest{}); !errors.Is(err, rollcall.ErrBadKind) { // it answers when it has recovered
		t.Fatal(err)
	}

	b.kill()
	if again {
		director.stop()
		director = live(true)
	}
	until(t, "the waiting room opens", func() bool { return director.Current() != nil })
	session := director.Current().ID
	for i, u := range director.Current().Roster {
		link, err := director.stand.LinkByHash(t.Context(), account.HashToken(account.SampleToken(b.key, u.Code)))
		if err != nil || link.Unit != u.Code {
			t.Fatalf("the link of %s: %+v, %v", u.Code, link, err)
		}
		if _, err := director.Do(t.Context(), rollcall.Meta{Actor: rollcall.Actor{Kind: "unit", ID: u.Code}}, rollcall.Enter{Unit: u.Code, Conn: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if host, err := director.stand.User(t.Context(), "host"); err != nil || host.PasswordHash == "" {
		t.Errorf("the host can't log in: %v", err)
	}
	if _, err := director.stand.LinkByHash(t.Context(), account.HashToken("a stranger's")); !errors.Is(err, rollcall.ErrNotFound) {
		t.Errorf("a stranger's link: %v", err)
	}
	until(t, "the call begins", func() bool { v := director.Current(); return v != nil && v.Phase == rollcall.Open })

	b.start()
	until(t, "everything is in the database", func() bool {
		events, err := b.store.Events(t.Context(), session)
		return err == nil && len(events) > 0 && int64(len(events)) == director.Current().Seq
	})
	if _, err := director.Do(t.Context(), rollcall.Meta{Actor: rollcall.System()}, rollcall.Close{}); err != nil {
		t.Fatal(err)
	}
	until(t, "the series has moved on in the database", func() bool {
		list, err := b.store.Schedules(t.Context())
		return err == nil && list[0].NextDue.After(planned)
	})
	director.stop()
	if err := <-director.ended; err != nil {
		t.Errorf("it ended: %v", err)
	}
	rows, err := b.store.Sessions(t.Context(), planned.Add(-time.Hour), planned.Add(time.Hour))
	if err != nil || len(rows) != 1 || rows[0].ID != session {
		t.Fatalf("%d sessions, %v", len(rows), err)
	}
	events, err := b.store.Events(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	if err := attendance.CheckChain(events); err != nil {
		t.Error(err)
	}
	report, err := attendance.Derive(events, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range report.Units {
		if e.Status != attendance.OnTime {
			t.Errorf("%s is %s", e.Unit.Code, e.Status)
		}
	}
}

func TestACopyThatWasTamperedWithIsNotBelieved(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	path := filepath.Join(t.TempDir(), "standin.json")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	stand := standin.Open(b.store, path, b.key, slog.New(slog.DiscardHandler))
	go func() { defer close(done); _ = stand.Run(ctx) }()
	until(t, "a copy on disk", func() bool { _, err := os.Stat(path); return err == nil })
	cancel()
	<-done
	b.kill()
	if units, err := standin.Open(b.store, path, b.key, slog.New(slog.DiscardHandler)).Units(t.Context()); err != nil || len(units) != 246 {
		t.Errorf("the copy of the last run: %d units, %v", len(units), err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	if err := os.WriteFile(path, bytes.Replace(content, []byte("host"), []byte("h0st"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := standin.Open(b.store, path, b.key, slog.New(slog.DiscardHandler)).Units(t.Context()); !errors.Is(err, standin.ErrAway) {
		t.Errorf("a copy that was tampered with: %v", err)
	}
}

// TestTheCopyFollowsEachChange makes one of every kind, without waiting for the minute after which the copy is taken anyway.
func TestTheCopyFollowsEachChange(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	path := filepath.Join(t.TempDir(), "standin.json")
	stand := standin.Open(b.store, path, b.key, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = stand.Run(ctx) }()
	defer func() { cancel(); <-done }()
	until(t, "a copy on disk", func() bool { _, err := os.Stat(path); return err == nil })
	units, err := stand.Units(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	series, err := stand.Schedules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	series[0].Title = "改名的例会"
	began, day := time.Now(), rollcall.Day(time.Now())
	for word, change := range map[string]func() error{
		"newcomer": func() error {
			return stand.PutUser(t.Context(), account.User{Name: "newcomer", Role: account.RoleHost})
		},
		"改名的例会": func() error { return stand.PutSchedule(t.Context(), series[0]) },
		"999999150000": func() error {
			return stand.PutUnits(t.Context(), append(units, rollcall.Unit{Code: "999999150000", Kind: rollcall.Station}))
		},
		"the-new-leave": func() error {
			return stand.PutPlannedExcuse(t.Context(), rollcall.PlannedExcuse{ID: "the-new-leave", Unit: units[0].Code, From: day, To: day, Reason: rollcall.ExcuseLeave, At: began})
		},
	} {
		if err := change(); err != nil {
			t.Fatalf("%s: %v", word, err)
		}
		until(t, word+" is in the copy", func() bool {
			content, err := os.ReadFile(path)
			return err == nil && bytes.Contains(content, []byte(word))
		})
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := stand.RevokeLink(t.Context(), units[0].Code, time.Now()); err != nil {
		t.Fatal(err)
	}
	until(t, "the revoked link is out of the copy", func() bool {
		content, err := os.ReadFile(path)
		return err == nil && !bytes.Equal(content, before)
	})
	if took := time.Since(began); took > 50*time.Second {
		t.Errorf("five changes took %v: the copy waited for its minute", took)
	}
}

// logins is a database's table of logins that may be away.
type logins struct {
	mu   sync.Mutex
	away bool
	rows map[string][]byte
}

var errAway = errors.New("away")

func (l *logins) FindCtx(_ context.Context, token string) ([]byte, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return nil, false, errAway
	}
	data, found := l.rows[token]
	return data, found, nil
}

func (l *logins) CommitCtx(_ context.Context, token string, data []byte, _ time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return errAway
	}
	l.rows[token] = data
	return nil
}

func (l *logins) DeleteCtx(_ context.Context, token string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return errAway
	}
	delete(l.rows, token)
	return nil
}

func TestLoginsOutliveTheDatabase(t *testing.T) {
	t.Parallel()
	src := &logins{rows: map[string][]byte{"old": []byte("x"), "bye": []byte("y")}}
	stand := standin.Open(nil, filepath.Join(t.TempDir(), "none"), []byte("k"), slog.New(slog.DiscardHandler))
	l := standin.NewLogins(src, stand)
	found := func(token string) bool {
		t.Helper()
		_, ok, err := l.FindCtx(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !found("old") || !found("bye") || found("new") {
		t.Fatal("with the database")
	}
	src.away = true
	if !found("old") || found("new") {
		t.Error("who was logged in is out without the database")
	}
	if err := l.CommitCtx(t.Context(), "new", []byte("z"), time.Now().Add(time.Hour)); err != nil || !found("new") {
		t.Errorf("nobody can log in without the database: %v", err)
	}
	if err := l.DeleteCtx(t.Context(), "bye"); err != nil || found("bye") {
		t.Errorf("nobody can log out without the database: %v", err)
	}
	src.mu.Lock()
	src.away = false
	src.mu.Unlock()
	until(t, "the login is in the database", func() bool { return found("new") && len(src.rows["new"]) > 0 })
	if found("bye") {
		t.Error("who logged out is in again")
	}
	if !found("old") {
		t.Error("who was in all the time is out")
	}
}
