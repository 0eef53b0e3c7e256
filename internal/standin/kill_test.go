package standin_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"muster/internal/pglocal/pgtest"
	"muster/internal/standin"
	"muster/rollcall"
	"muster/rollcall/postgres"
	"muster/rollcall/schedule"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		if err := childLife(dir, os.Getenv(childDatabase)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(pgtest.Main(m, func(url string) error {
		s, err := postgres.Open(context.Background(), url, slog.New(slog.DiscardHandler))
		if err == nil {
			s.Close()
		}
		return err
	}))
}

// TestAKillAtAnyCallLeavesOneSession kills the server before and after each call that it makes to PostgreSQL while it opens
// the call, until it makes none more.
func TestAKillAtAnyCallLeavesOneSession(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	kills := 0
	for diesAt, died := int64(1), true; died; diesAt++ {
		for _, after := range []bool{false, true} {
			s := o.due()
			if died = o.killedWith(s, diesAt, after); died {
				kills++
			}
			o.once(fmt.Sprintf("killed at call %d, after it: %v", diesAt, after), s)
		}
	}
	if kills < 8 {
		t.Errorf("it died %d times only", kills)
	}
}

// TestAKillAtAnyCallWithoutTheDatabaseLeavesOneSession does it while the database is away, from before the call until the
// successor has held it. The databases of all kills come back at once: much of it is waiting.
func TestAKillAtAnyCallWithoutTheDatabaseLeavesOneSession(t *testing.T) {
	t.Parallel()
	kills := 0
	var lives []*withoutDatabase
	for diesAt := int64(1); diesAt <= 6; diesAt++ {
		for _, after := range []bool{false, true} {
			l := newOffice(t).killedWithout(diesAt, after)
			lives = append(lives, l)
			if l.died {
				kills++
			}
		}
	}
	for _, l := range lives {
		l.database.away.Store(false)
	}
	for _, l := range lives {
		l.settles()
	}
	if kills < 8 {
		t.Errorf("it died %d times only", kills)
	}
}

// dying is a server that is killed at a call; the disk that its successor finds is a copy of that instant.
func (o *office) dying(diesAt int64, after bool, dir string) (m *mortal, next string) {
	o.t.Helper()
	m, next = newMortal(o.store, &o.advanced), o.t.TempDir()
	m.diesAt, m.after = diesAt, after
	m.die = sync.OnceFunc(func() {
		close(m.killed)
		copyFiles(o.t, dir, next)
	})
	return m, next
}

// copyFiles leaves out what is replaced right now.
func copyFiles(t *testing.T, from, to string) {
	files, err := filepath.Glob(filepath.Join(from, "*"))
	if err != nil {
		t.Error(err)
	}
	for _, f := range files {
		content, err := os.ReadFile(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err = errors.Join(err, os.WriteFile(filepath.Join(to, filepath.Base(f)), content, 0o600)); err != nil {
			t.Error(err)
		}
	}
}

// killedWith has the database all the time.
func (o *office) killedWith(s schedule.Schedule, diesAt int64, after bool) (died bool) {
	o.t.Helper()
	ctx, dir := o.t.Context(), o.t.TempDir()
	epoch, release := o.lead(o.store)
	m, next := o.dying(diesAt, after, dir)
	first := o.begin(m, dir, epoch)
	until(o.t, "it dies or has opened the call", func() bool { return m.dead() || first.Current() != nil && moved(ctx, o.store, s) })
	died = m.dead()
	m.die()
	first.stop()
	release()

	epoch, release = o.lead(o.store)
	defer release()
	second := o.begin(newMortal(o.store, &o.advanced), next, epoch)
	until(o.t, "its successor has opened the call", func() bool { return second.Current() != nil && moved(ctx, o.store, s) })
	if err := second.close(ctx); err != nil {
		o.t.Fatal(err)
	}
	second.stop()
	return died
}

// withoutDatabase is a server that was killed, and its successor, which waits for the database.
type withoutDatabase struct {
	*life
	o        *office
	died     bool
	due      schedule.Schedule
	database *mortal
	when     string
}

// killedWithout has the database until the copy is taken. The successor holds the call without it.
func (o *office) killedWithout(diesAt int64, after bool) *withoutDatabase {
	o.t.Helper()
	w := &withoutDatabase{o: o, due: o.due(), when: fmt.Sprintf("killed at call %d, after it: %v", diesAt, after)}
	dir := o.t.TempDir()
	epoch, release := o.lead(o.store)
	o.t.Cleanup(release)
	o.copied(dir)
	m, next := o.dying(diesAt, after, dir)
	m.away.Store(true)
	first := o.begin(m, dir, epoch)
	until(o.t, "it dies or has opened the call", func() bool {
		return m.dead() || first.Current() != nil && moved(o.t.Context(), first.stand, w.due)
	})
	w.died = m.dead()
	m.die()
	first.stop()

	w.database = newMortal(o.store, &o.advanced)
	w.database.away.Store(true)
	w.life = o.begin(w.database, next, epoch)
	until(o.t, "its successor has opened the call", func() bool { return w.Current() != nil && moved(o.t.Context(), w.stand, w.due) })
	if err := w.close(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	return w
}

// copied has the copy of the database taken.
func (o *office) copied(dir string) {
	o.t.Helper()
	path := filepath.Join(dir, "standin.json")
	ctx, cancel := context.WithCancel(o.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = standin.Open(o.store, path, []byte("key"), slog.New(slog.DiscardHandler)).Run(ctx)
	}()
	until(o.t, "a copy on disk", func() bool { _, err := os.Stat(path); return err == nil })
	cancel()
	<-done
}

// settles waits until the database that is back has what was held.
func (w *withoutDatabase) settles() {
	w.o.t.Helper()
	ctx := w.o.t.Context()
	until(w.o.t, "the database has it", func() bool {
		rows, err := w.o.store.Sessions(ctx, w.due.NextDue, w.due.NextDue.Add(time.Second))
		_, _ = w.stand.Schedules(ctx) // as the runner does every few seconds
		return err == nil && len(rows) == 1 && !rows[0].ClosedAt.IsZero() && moved(ctx, w.o.store, w.due)
	})
	w.stop()
	w.o.once(w.when, w.due)
}

// TestTwoServersOnOneDatabaseOpenOneSession has two that open the same call at once, as if the lock had failed them: in one
// epoch, and in two.
func TestTwoServersOnOneDatabaseOpenOneSession(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other := o.open()
	for round := range 12 {
		s := o.due()
		old, release := o.lead(o.store)
		release()
		epoch, release := o.lead(other)
		if round%2 == 0 {
			old = epoch
		}
		lives := []*life{
			o.begin(newMortal(o.store, &o.advanced), t.TempDir(), old), o.begin(newMortal(other, &o.advanced), t.TempDir(), epoch),
		}
		until(t, "the call is open", func() bool { return moved(t.Context(), o.store, s) })
		o.once(fmt.Sprintf("round %d", round), s)
		for _, l := range lives {
			if err := l.close(t.Context()); err != nil && !errors.Is(err, rollcall.ErrNoSession) {
				t.Logf("round %d: %v", round, err) // it was overtaken
			}
		}
		for _, l := range lives {
			l.stop()
			if err := <-l.ended; err != nil && !errors.Is(err, rollcall.ErrSuperseded) && !errors.Is(err, rollcall.ErrSessionExists) &&
				!errors.Is(err, rollcall.ErrJournalConflict) && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
		release()
	}
}

// What the test's own program is told when it is started as a server.
const (
	childFolder   = "MUSTER_TEST_LIFE_IN"
	childDatabase = "MUSTER_TEST_LIFE_DATABASE"
	childDiesAt   = "MUSTER_TEST_LIFE_DIES_AT" // "3 true": after its third call to the database
)

// childLife is a server in a process of its own: it opens what is due, closes it and ends, unless it is killed before.
func childLife(dir, url string) error {
	ctx := context.Background()
	store, err := postgres.Open(ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	list, err := store.Schedules(ctx)
	if err != nil {
		return err
	}
	epoch, _, _, err := store.Lead(ctx)
	if err != nil {
		return err
	}
	m := newMortal(store, &atomic.Int64{})
	if _, err := fmt.Sscan(os.Getenv(childDiesAt), &m.diesAt, &m.after); err != nil {
		return err
	}
	m.die = func() {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	fmt.Println("opening")
	l, err := begin(m, dir, epoch)
	if err != nil {
		return err
	}
	defer l.stop()
	for deadline := time.Now().Add(time.Minute); l.Current() == nil || !moved(ctx, store, list[0]) && list[0].NextDue.Before(time.Now().Add(2*time.Hour)); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			return errors.New("the call does not open")
		}
	}
	return l.close(ctx)
}

// TestAKilledProcessLeavesOneSession kills real processes with kill -9: at each call to the database, as above, and spread over
// the time that one needs.
func TestAKilledProcessLeavesOneSession(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var took time.Duration
	for diesAt, killed := 1, true; killed; diesAt++ {
		for _, after := range []bool{false, true} {
			began := time.Now()
			killed = o.processKilled(fmt.Sprintf("%d %v", diesAt, after), time.Minute)
			took = time.Since(began)
		}
	}
	const kills = 8
	for i := range kills {
		o.processKilled("0 false", took*time.Duration(i)/kills)
	}
}

// processKilled has a process die at a call, or after a time when it has come to no end by then, and another one follow it.
func (o *office) processKilled(diesAt string, later time.Duration) (killed bool) {
	o.t.Helper()
	s, dir := o.due(), o.t.TempDir()
	first := o.process(dir, diesAt)
	kill := time.AfterFunc(later, func() { _ = first.Process.Kill() }) // it may have ended
	err := first.Wait()
	kill.Stop()
	rows, _ := o.store.Sessions(o.t.Context(), s.NextDue, s.NextDue.Add(time.Second))
	if len(rows) == 0 || rows[0].ClosedAt.IsZero() {
		if err := o.process(dir, "0 false").Wait(); err != nil {
			o.t.Fatalf("the successor of one that was killed at call %s or after %v: %v", diesAt, later, err)
		}
	}
	o.once(fmt.Sprintf("killed at call %s or after %v", diesAt, later), s)
	return err != nil
}

// process starts a server and waits until it is about to open the call.
func (o *office) process(dir, diesAt string) *exec.Cmd {
	o.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir, childDatabase+"="+o.url, childDiesAt+"="+diesAt, "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = o.t.Output()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		o.t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || strings.TrimSpace(line) != "opening" {
		o.t.Fatalf("the process says %q, %v", line, err)
	}
	return cmd
}
