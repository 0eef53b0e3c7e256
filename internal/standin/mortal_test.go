package standin_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/internal/pglocal/pgtest"
	"muster/internal/standin"
	"muster/rollcall"
	"muster/rollcall/attendance"
	"muster/rollcall/postgres"
	"muster/rollcall/schedule"
)

// mortal is the database as a server sees it that is killed at a call: its result never arrives, nor does any later one.
type mortal struct {
	*postgres.Store
	away     atomic.Bool
	diesAt   int64 // the number of the call, 0 never
	after    bool  // the database has done it
	killed   chan struct{}
	die      func() // once, at that instant
	calls    atomic.Int64
	advanced *atomic.Int64 // begins that were moved on, over all lives
}

var errKilled = errors.New("the server was killed")

func newMortal(store *postgres.Store, advanced *atomic.Int64) *mortal {
	m := &mortal{Store: store, advanced: advanced, killed: make(chan struct{})}
	m.die = sync.OnceFunc(func() { close(m.killed) })
	return m
}

func (m *mortal) dead() bool {
	select {
	case <-m.killed:
		return true
	default:
		return false
	}
}

// call is one call to the database.
func call[T any](m *mortal, do func() (T, error)) (T, error) {
	var none T
	dies := m.calls.Add(1) == m.diesAt
	if dies && !m.after {
		m.die()
	}
	if m.dead() {
		return none, errKilled
	}
	result, err := none, errAway
	if !m.away.Load() {
		result, err = do()
	}
	if dies {
		m.die()
	}
	if m.dead() {
		return none, errKilled
	}
	return result, err
}

func (m *mortal) Append(ctx context.Context, events []rollcall.Event) error {
	_, err := call(m, func() (bool, error) { return true, m.Store.Append(ctx, events) })
	return err
}

func (m *mortal) Events(ctx context.Context, session string) ([]rollcall.Event, error) {
	return call(m, func() ([]rollcall.Event, error) { return m.Store.Events(ctx, session) })
}

func (m *mortal) OpenSessions(ctx context.Context) ([]rollcall.SessionRow, error) {
	return call(m, func() ([]rollcall.SessionRow, error) { return m.Store.OpenSessions(ctx) })
}

func (m *mortal) Units(ctx context.Context) ([]rollcall.Unit, error) {
	return call(m, func() ([]rollcall.Unit, error) { return m.Store.Units(ctx) })
}

func (m *mortal) PlannedExcuses(ctx context.Context, from, to string) ([]rollcall.PlannedExcuse, error) {
	return call(m, func() ([]rollcall.PlannedExcuse, error) { return m.Store.PlannedExcuses(ctx, from, to) })
}

func (m *mortal) Schedules(ctx context.Context) ([]schedule.Schedule, error) {
	return call(m, func() ([]schedule.Schedule, error) { return m.Store.Schedules(ctx) })
}

func (m *mortal) Advance(ctx context.Context, id string, from, to time.Time) (bool, error) {
	return call(m, func() (bool, error) {
		moved, err := m.Store.Advance(ctx, id, from, to)
		if moved {
			m.advanced.Add(1)
		}
		return moved, err
	})
}

// life is a server from its start to its end, without its pages.
type life struct {
	*rollcall.Director
	stand *standin.House
	ended chan error // tells how the director ended
	stop  func()
}

func begin(m *mortal, dir string, epoch int64) (*life, error) {
	log := slog.New(slog.DiscardHandler)
	l := &life{stand: standin.Open(m, filepath.Join(dir, "standin.json"), []byte("key"), log), ended: make(chan error, 1)}
	var err error
	l.Director, err = rollcall.NewDirector(rollcall.DirectorConfig{
		Journal: m, Sessions: m, Roster: l.stand, Dossiers: noDossiers{}, Epoch: epoch, SpoolDir: dir, SpoolKey: []byte("key"), Away: m.away.Load(),
		Planned: l.stand.PlannedExcuses,
	})
	if err != nil {
		return nil, err
	}
	calendar, err := schedule.NewCalendar(nil)
	if err != nil {
		return nil, err
	}
	runner := schedule.NewRunner(l.stand, calendar, l.Director, log)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { l.ended <- l.Run(ctx) })
	running.Go(func() { _ = runner.Run(ctx) })
	running.Go(func() { _ = l.stand.Run(ctx) })
	l.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	return l, nil
}

// office is a database with a small roster, in which series become due.
type office struct {
	t        *testing.T
	url      string
	store    *postgres.Store
	begins   int
	advanced atomic.Int64
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, url: pgtest.URL(t)}
	o.store = o.open()
	if err := o.store.PutUnits(t.Context(), []rollcall.Unit{{Code: "210103150000", Kind: rollcall.Station, Branch: "210103000000"}}); err != nil {
		t.Fatal(err)
	}
	if err := o.store.PutPlannedExcuse(t.Context(), onLeave()); err != nil {
		t.Fatal(err)
	}
	return o
}

// onLeave excuses the office's unit ahead.
func onLeave() rollcall.PlannedExcuse {
	return rollcall.PlannedExcuse{
		ID: "leave", Unit: "210103150000", From: rollcall.Day(time.Now()), To: rollcall.Day(time.Now().AddDate(0, 0, 2)), Reason: rollcall.ExcuseLeave,
		By: rollcall.Actor{Kind: "host", ID: "li", Name: "李主持"}, At: time.Now(),
	}
}

func (o *office) open() *postgres.Store {
	o.t.Helper()
	store, err := postgres.Open(o.t.Context(), o.url, slog.New(slog.DiscardHandler))
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(store.Close)
	return store
}

// due makes another begin of the series due. After it comes none for days.
func (o *office) due() schedule.Schedule {
	o.t.Helper()
	o.begins++
	o.advanced.Store(0)
	s := schedule.Schedule{
		ID: "daily", Title: "点调会", Cron: fmt.Sprintf("30 8 %d * *", time.Now().AddDate(0, 0, 15).Day()), Zone: "Asia/Shanghai",
		Lead: 2 * time.Hour, Rules: rollcall.DefaultRules(), Enabled: true,
		NextDue: time.Now().Add(time.Hour + time.Duration(o.begins)*time.Second).Truncate(time.Second).UTC(),
	}
	if err := o.store.PutSchedule(o.t.Context(), s); err != nil {
		o.t.Fatal(err)
	}
	return s
}

func (o *office) lead(store *postgres.Store) (epoch int64, release func()) {
	o.t.Helper()
	epoch, _, release, err := store.Lead(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return epoch, release
}

func (o *office) begin(m *mortal, dir string, epoch int64) *life {
	o.t.Helper()
	l, err := begin(m, dir, epoch)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(l.stop)
	return l
}

// moved says whether the series has left a begin.
func moved(ctx context.Context, store schedule.Store, s schedule.Schedule) bool {
	list, err := store.Schedules(ctx)
	return err == nil && len(list) == 1 && !list[0].NextDue.Equal(s.NextDue)
}

// once demands one session of a begin, with a whole journal, and the series at its next begin.
func (o *office) once(when string, s schedule.Schedule) {
	o.t.Helper()
	if n := o.advanced.Load(); n > 1 {
		o.t.Errorf("%s: the series was moved on %d times", when, n)
	}
	ctx := o.t.Context()
	rows, err := o.store.Sessions(ctx, s.NextDue, s.NextDue.Add(time.Second))
	if err != nil || len(rows) != 1 || rows[0].Schedule != s.ID {
		o.t.Fatalf("%s: sessions %+v, %v", when, rows, err)
	}
	events, err := o.store.Events(ctx, rows[0].ID)
	if err == nil {
		err = attendance.CheckChain(events)
	}
	if err != nil || events[0].Kind != rollcall.KindSessionOpened {
		o.t.Errorf("%s: the journal has %d events, %v", when, len(events), err)
	}
	excused := slices.DeleteFunc(slices.Clone(events), func(e rollcall.Event) bool { return e.Kind != rollcall.KindUnitsExcused })
	if len(excused) != 1 || excused[0].Seq != 2 || excused[0].Actor != onLeave().By {
		o.t.Errorf("%s: what was excused ahead is in the journal %d times: %+v", when, len(excused), excused)
	}
	next, err := schedule.Times(s, s.NextDue, 1)
	if err != nil {
		o.t.Fatal(err)
	}
	list, err := o.store.Schedules(ctx)
	if err != nil || len(list) != 1 || !list[0].NextDue.Equal(next[0]) {
		o.t.Errorf("%s: the series is at %+v, %v; want %v", when, list, err, next[0])
	}
}

func (l *life) close(ctx context.Context) error {
	_, err := l.Do(ctx, rollcall.Meta{Actor: rollcall.System()}, rollcall.Cancel{Reason: "the next round"})
	return err
}
