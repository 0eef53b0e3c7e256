package schedule_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
	"muster/rollcall/memory"
	"muster/rollcall/schedule"
)

// bureau is a server over a store and a schedule that outlive it.
type bureau struct {
	t         *testing.T
	store     *memory.Store
	schedules *table
	dir       string
	*rollcall.Director
	runner *schedule.Runner
	stop   func()
}

const unit = "210103150000"

// behind is a bureau in which an extra call is open and the scheduled one has been due for a while.
func behind(t *testing.T, due time.Duration, grace time.Duration) (*bureau, time.Time) {
	t.Helper()
	b := &bureau{t: t, store: memory.New(), schedules: &table{rows: map[string]schedule.Schedule{}}, dir: t.TempDir()}
	if err := b.store.PutUnits(t.Context(), []rollcall.Unit{{Code: unit, Kind: rollcall.Station, Branch: "210103000000"}}); err != nil {
		t.Fatal(err)
	}
	b.start()
	t.Cleanup(func() { b.stop() })
	if _, err := b.Start(t.Context(), host("extra"), rollcall.StartRequest{Kind: rollcall.Extra, Title: "防汛调度会"}); err != nil {
		t.Fatal(err)
	}
	planned := time.Now().Add(-due).Truncate(time.Minute).UTC()
	s := daily(planned)
	s.Rules.Grace = grace
	if err := b.schedules.PutSchedule(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	until(t, "it is shown", func() bool { next, ok := b.runner.Next(); return ok && next.PlannedAt.Equal(planned) })
	return b, planned
}

// daily is a schedule whose calls begin at that time of the day.
func daily(planned time.Time) schedule.Schedule {
	s := morning(planned)
	s.Zone, s.Cron = "UTC", fmt.Sprintf("%d %d * * *", planned.Minute(), planned.Hour())
	return s
}

func (b *bureau) start() {
	b.t.Helper()
	epoch, _, release, err := b.store.Lead(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	b.Director, err = rollcall.NewDirector(rollcall.DirectorConfig{
		Journal: b.store, Sessions: b.store, Roster: b.store, Dossiers: noDossiers{}, Epoch: epoch, SpoolDir: b.dir, SpoolKey: []byte("key"),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.runner = schedule.NewRunner(b.schedules, builtIn(b.t), b.Director, nil)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, part := range []func(context.Context) error{b.Run, b.runner.Run} {
		running.Go(func() {
			if err := part(ctx); err != nil {
				b.t.Error(err)
			}
		})
	}
	b.stop = func() {
		cancel()
		running.Wait()
		release()
		b.stop = func() {}
	}
}

func host(id string) rollcall.Meta {
	return rollcall.Meta{ID: id, Actor: rollcall.Actor{Kind: "host", ID: "li"}}
}

// opened waits for the scheduled call, and looks that it was opened once and says for which call it waited.
func (b *bureau) opened(planned time.Time) *rollcall.View {
	b.t.Helper()
	until(b.t, "the scheduled call opens", func() bool { v := b.Current(); return v != nil && v.Kind == rollcall.Regular })
	until(b.t, "the next begin", func() bool { return b.schedules.get("morning").NextDue.After(time.Now()) })
	v := b.Current()
	rows, err := b.store.Sessions(b.t.Context(), planned.Add(-time.Hour), planned.Add(time.Hour))
	regular := 0
	for _, r := range rows {
		if r.Kind == rollcall.Regular {
			regular++
		}
	}
	if err != nil || regular != 1 || !v.PlannedAt.Equal(planned) {
		b.t.Errorf("%d calls for that begin (%v), open is %+v", regular, err, v.PlannedAt)
	}
	if v.Late.Code != rollcall.LateBehind || !strings.Contains(v.Late.Call, "防汛调度会") {
		b.t.Errorf("it is late because: %+v", v.Late)
	}
	return v
}

// yield is the host's one action.
func (b *bureau) yield(id, session string) error {
	due, _ := b.runner.Next()
	_, err := b.Do(b.t.Context(), host(id), rollcall.Yield{Session: session, To: due})
	return err
}

func TestTheHostLetsTheScheduledCallOpen(t *testing.T) {
	t.Parallel()
	b, planned := behind(t, 40*time.Minute, 0)
	extra := b.Current().ID
	if err := b.yield("y", extra); err != nil {
		t.Fatal(err)
	}
	v := b.opened(planned)
	// The page that had no answer gives it again, and so does one that gave it another id: the new call stays.
	for _, id := range []string{"y", "z"} {
		if err := b.yield(id, extra); err != nil {
			t.Errorf("again: %v", err)
		}
	}
	if err := b.yield("w", ""); !errors.Is(err, rollcall.ErrNothingDue) {
		t.Errorf("with nothing due: %v", err)
	}
	if _, err := b.Do(t.Context(), host("c"), rollcall.Close{Session: extra}); err != nil || b.Current() == nil || b.Current().ID != v.ID {
		t.Errorf("closing the call that is over closes the one after it: %v", err)
	}
	closed, err := b.store.Events(t.Context(), extra)
	if err != nil {
		t.Fatal(err)
	}
	last := closed[len(closed)-1]
	var why rollcall.SessionClosed
	if err := json.Unmarshal(last.Data, &why); err != nil || why.Reason != "replaced" || last.Actor.ID != "li" || last.Command != "y" {
		t.Errorf("the journal of the call that was closed ends with %s by %+v", last.Data, last.Actor)
	}
	// Nobody is late for the minutes that the other call took, nor for the moment that a page needs to come in.
	time.Sleep(20 * time.Millisecond)
	if _, err := b.Do(t.Context(), host(""), rollcall.Enter{Unit: unit, Conn: "c"}); err != nil {
		t.Fatal(err)
	}
	events, err := b.store.Events(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	report, err := attendance.Derive(events, time.Now())
	if err != nil || report.Units[0].Status != attendance.OnTime {
		t.Errorf("who came at once counts as %+v, %v", report.Units, err)
	}
}

func TestTheScheduledCallOpensWhenTheOtherEnds(t *testing.T) {
	t.Parallel()
	b, planned := behind(t, 5*time.Hour, time.Minute) // far longer than a begin is waited for when no server runs
	time.Sleep(50 * time.Millisecond)
	if v := b.Current(); v == nil || v.Kind != rollcall.Extra {
		t.Fatalf("the extra call was ended by itself: %+v", v)
	}
	if _, err := b.Do(t.Context(), host("c"), rollcall.Close{}); err != nil {
		t.Fatal(err)
	}
	b.opened(planned)
}

func TestTheCallOfYesterdayIsNotHeldToday(t *testing.T) {
	t.Parallel()
	b, planned := behind(t, 10*time.Minute, time.Minute)
	if err := b.schedules.PutSchedule(t.Context(), daily(planned.AddDate(0, 0, -1))); err != nil {
		t.Fatal(err)
	}
	until(t, "today's is due", func() bool { return b.schedules.get("morning").NextDue.Equal(planned) })
	if err := b.yield("y", b.Current().ID); err != nil {
		t.Fatal(err)
	}
	b.opened(planned)
}

func TestAServerKilledBehindAnotherCallStillOpensTheScheduledOne(t *testing.T) {
	t.Parallel()
	b, planned := behind(t, 3*time.Hour, time.Minute)
	b.stop()
	b.start()
	until(t, "it is shown again", func() bool { next, ok := b.runner.Next(); return ok && next.PlannedAt.Equal(planned) })
	if err := b.yield("y", b.Current().ID); err != nil {
		t.Fatal(err)
	}
	b.opened(planned)
}

func TestAServerKilledRightAfterTheHostYieldedOpensItOnce(t *testing.T) {
	t.Parallel()
	b, planned := behind(t, 40*time.Minute, time.Minute)
	extra := b.Current().ID
	if err := b.yield("y", extra); err != nil {
		t.Fatal(err)
	}
	b.stop()
	b.start()
	until(t, "the scheduled call is open", func() bool { v := b.Current(); return v != nil && v.PlannedAt.Equal(planned) })
	if err := b.yield("y", extra); err != nil || b.Current() == nil {
		t.Errorf("given again to the next server: %v", err)
	}
	rows, err := b.store.Sessions(t.Context(), planned.Add(-time.Hour), planned.Add(2*time.Hour))
	if err != nil || len(rows) != 2 {
		t.Errorf("%d sessions, %v", len(rows), err)
	}
}
