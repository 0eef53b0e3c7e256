package selfcheck

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// morning is a schedule of one call, a server that watches it, and what came of it, in fake time.
type morning struct {
	t      *testing.T
	file   string
	mu     sync.Mutex
	coming []Due
	state  State
	runs   []time.Time
	alerts []Alert
	answer int // of the other side, 0 = none
}

func newMorning(t *testing.T) *morning {
	return &morning{t: t, file: filepath.Join(t.TempDir(), "selfcheck.json"), state: OK, answer: http.StatusOK}
}

// RoundTrip takes the alerts without a network, which fake time can't wait for.
func (m *morning) RoundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.answer == 0 {
		return nil, errAway
	}
	var a Alert
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		m.t.Error(err)
	}
	m.alerts = append(m.alerts, a)
	return &http.Response{StatusCode: m.answer, Body: http.NoBody, Request: r}, nil
}

func (m *morning) check(context.Context) Report {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.runs = append(m.runs, time.Now())
	return reportOf(time.Now(), item("disk", m.state, "磁盘", "the disk", nil), item("feed", Warn, "警情", "the feed", nil))
}

// serve runs a server until the returned function is called.
func (m *morning) serve() (*Watch, func()) {
	hook, err := NewWebhook("https://alarm.example/hook", "hall-1", slog.New(slog.DiscardHandler))
	if err != nil {
		m.t.Fatal(err)
	}
	hook.client.Transport = m
	w := NewWatch(WatchConfig{Check: m.check, Webhook: hook, File: m.file, Coming: func() []Due {
		m.mu.Lock()
		defer m.mu.Unlock()
		return slices.Clone(m.coming)
	}})
	ctx, stop := context.WithCancel(m.t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := w.Run(ctx); err != nil {
			m.t.Error(err)
		}
	})
	return w, func() { stop(); running.Wait() }
}

func (m *morning) plan(coming ...Due) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.coming = coming
}

func (m *morning) is(state State, answer int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state, m.answer = state, answer
}

// ran demands how often the server has looked until now.
func (m *morning) ran(n int, when string) {
	m.t.Helper()
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.runs) != n {
		m.t.Errorf("%s: looked at %v, want %d times", when, m.runs, n)
	}
}

// call begins a while from now, with a waiting room of half an hour.
func call(id string, in time.Duration) Due {
	at := time.Now().Add(in)
	return Due{Schedule: id, Title: "点调会", At: at, Opens: at.Add(-30 * time.Minute)}
}

func TestTheServerLooksAtItselfBeforeEachCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMorning(t)
		first, second := call("morning", 2*time.Hour), call("evening", 12*time.Hour)
		m.plan(second, first)
		w, stop := m.serve()
		defer stop()
		if next := w.Next(); !next.Equal(first.Opens.Add(-15 * time.Minute)) {
			t.Errorf("the next look is at %v", next)
		}
		time.Sleep(time.Until(first.checkAt()) - time.Minute)
		m.ran(0, "a minute before")
		if w.Last() != nil {
			t.Error("something was found by nobody")
		}
		time.Sleep(time.Minute + lookEvery)
		m.ran(1, "15 minutes before the waiting room")
		if last := w.Last(); last == nil || last.At.Before(first.checkAt()) || last.Due[0] != first || last.State != Warn {
			t.Errorf("%+v", last)
		}
		if next := w.Next(); !next.Equal(second.checkAt()) {
			t.Errorf("then the next look is at %v", next)
		}
		time.Sleep(3 * time.Hour)
		m.ran(1, "all morning")
		time.Sleep(9 * time.Hour)
		m.ran(2, "in the evening")
		if len(m.alerts) > 0 {
			t.Errorf("nothing was bad, and somebody was told: %+v", m.alerts)
		}
	})
}

func TestAChangedScheduleIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMorning(t)
		m.plan(call("morning", 6*time.Hour))
		_, stop := m.serve()
		defer stop()
		time.Sleep(time.Minute)
		m.ran(0, "hours before")
		m.plan(call("morning", 40*time.Minute))
		time.Sleep(lookEvery)
		m.ran(1, "moved so near that the time is over")
		m.plan(call("morning", 3*time.Hour))
		time.Sleep(2 * time.Hour)
		m.ran(1, "moved away again")
		time.Sleep(30 * time.Minute)
		m.ran(2, "at the new time")
		m.plan()
		time.Sleep(24 * time.Hour)
		m.ran(2, "without a schedule")
		m.plan(call("morning", -time.Minute))
		time.Sleep(time.Minute)
		m.ran(2, "for a call that has begun")
		m.plan(call("a", 40*time.Minute), call("b", 39*time.Minute))
		time.Sleep(time.Minute)
		m.ran(3, "once for two calls")
	})
}

func TestARestartChecksNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMorning(t)
		m.plan(call("morning", 40*time.Minute))
		_, stop := m.serve()
		m.ran(1, "at once")
		stop()
		w, stop := m.serve()
		time.Sleep(time.Minute)
		m.ran(1, "after a restart")
		if last := w.Last(); last == nil || last.Due[0].Title != "点调会" || len(last.Items) != 2 || last.State != Warn {
			t.Errorf("%+v", last)
		}
		stop()
		if err := os.WriteFile(m.file, []byte("nonsense"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, stop = m.serve()
		m.ran(2, "with a broken file")
		stop()
	})
}

// TestWhatIsBadIsTold holds that the finding is kept before it is told, and how the telling went after it.
func TestWhatIsBadIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMorning(t)
		due := call("morning", 40*time.Minute)
		m.plan(due)
		m.is(Bad, 0)
		w, stop := m.serve()
		defer stop()
		synctest.Wait()
		if last := w.Last(); last == nil || last.State != Bad || len(last.Items) != 2 {
			t.Errorf("before anybody is told: %+v", last)
		}
		time.Sleep(time.Minute)
		last := w.Last()
		if failed := last.Items[len(last.Items)-1]; failed.Name != "webhook" || failed.State != Warn {
			t.Errorf("nobody was reached, and it is not said: %+v", last)
		}
		m.is(Bad, http.StatusNoContent)
		if r, ok := w.Try(t.Context()); !ok || r.State != Bad || r.Items[len(r.Items)-1].State != OK {
			t.Errorf("tried: %+v, %v", r, ok)
		}
		m.plan(call("evening", 40*time.Minute))
		time.Sleep(lookEvery)
		synctest.Wait()
		if len(m.alerts) != 2 || !m.alerts[0].Test || m.alerts[1].Test {
			t.Fatalf("%+v", m.alerts)
		}
		got := m.alerts[1]
		if got.Event != eventName || got.Server != "hall-1" || got.State != Bad || got.At.IsZero() || got.Call.Title != "点调会" ||
			got.Call.OpensAt.IsZero() || got.Call.PlannedAt.IsZero() || len(got.Items) != 2 {
			t.Errorf("%+v", got)
		}
		if i := got.Items[0]; i.Code != "disk" || i.Level != Bad || i.Text.ZH != "磁盘" || i.Text.EN != "the disk" {
			t.Errorf("%+v", i)
		}
	})
}

func TestOnlyOneCheckIsTriedAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMorning(t)
		m.is(OK, http.StatusInternalServerError)
		w, stop := m.serve()
		defer stop()
		go w.Try(t.Context())
		synctest.Wait()
		if _, ok := w.Try(t.Context()); ok {
			t.Error("a second one is made while the first waits to tell again")
		}
		time.Sleep(time.Minute)
		if _, ok := w.Try(t.Context()); !ok {
			t.Error("none can be made any more")
		}
	})
}

// TestAFolderThatIsGone is only logged: the finding still is shown.
func TestAFolderThatIsGone(t *testing.T) {
	var log bytes.Buffer
	due := []Due{call("morning", 40*time.Minute)}
	w := NewWatch(WatchConfig{
		Check: func(context.Context) Report { return reportOf(time.Now()) }, Coming: func() []Due { return due },
		File: filepath.Join(t.TempDir(), "gone", "selfcheck.json"), Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	w.check(t.Context(), due)
	if w.Last() == nil || !strings.Contains(log.String(), "can't be kept") {
		t.Errorf("%+v, %s", w.Last(), log.String())
	}
}
