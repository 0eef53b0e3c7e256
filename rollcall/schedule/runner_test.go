package schedule_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/memory"
	"muster/rollcall/schedule"
)

// table is a schedule.Store in memory.
type table struct {
	mu   sync.Mutex
	rows map[string]schedule.Schedule
}

func (t *table) Schedules(context.Context) ([]schedule.Schedule, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []schedule.Schedule
	for _, s := range t.rows {
		out = append(out, s)
	}
	return out, nil
}

func (t *table) PutSchedule(_ context.Context, s schedule.Schedule) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[s.ID] = s
	return nil
}

func (t *table) Advance(_ context.Context, id string, from, to time.Time) (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.rows[id]
	if !s.NextDue.Equal(from) {
		return false, nil
	}
	s.NextDue = to
	t.rows[id] = s
	return true, nil
}

func (t *table) get(id string) schedule.Schedule {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rows[id]
}

type noDossiers struct{}

func (noDossiers) Dossier(context.Context, string, time.Time) (json.RawMessage, error) {
	return nil, errors.New("none in this test")
}

func morning(next time.Time) schedule.Schedule {
	return schedule.Schedule{
		ID: "morning", Title: "点调会", Cron: "30 8 * * *", Zone: "Asia/Shanghai", Lead: 15 * time.Minute,
		Rules: rollcall.DefaultRules(), NextDue: next, Enabled: true,
	}
}

// run runs a director and n runners until the test ends.
func run(t *testing.T, schedules *table, n int) (*rollcall.Director, *memory.Store) {
	t.Helper()
	store := memory.New()
	err := store.PutUnits(t.Context(), []rollcall.Unit{{Code: "210103150000", Kind: rollcall.Station, Branch: "210103000000"}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := rollcall.NewDirector(rollcall.DirectorConfig{
		Journal: store, Sessions: store, Roster: store, Dossiers: noDossiers{}, Epoch: 1, SpoolDir: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	calendar := builtIn(t)
	var running sync.WaitGroup
	running.Go(func() {
		if err := d.Run(ctx); err != nil {
			t.Errorf("director: %v", err)
		}
	})
	for range n {
		r := schedule.NewRunner(schedules, calendar, d, nil)
		running.Go(func() {
			if err := r.Run(ctx); err != nil {
				t.Errorf("runner: %v", err)
			}
		})
	}
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return d, store
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

func TestAServerThatStartsLateOpensTheCallAndSaysWhy(t *testing.T) {
	planned := time.Now().Add(-time.Minute).Truncate(time.Second)
	schedules := &table{rows: map[string]schedule.Schedule{"morning": morning(planned)}}
	d, store := run(t, schedules, 1)
	until(t, "the call opens", func() bool { return d.Current() != nil })
	v := d.Current()
	if v.Kind != rollcall.Regular || v.Schedule != "morning" || !v.PlannedAt.Equal(planned) {
		t.Errorf("opened %+v", v)
	}
	events, err := store.Events(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	var opened rollcall.SessionOpened
	if err := json.Unmarshal(events[0].Data, &opened); err != nil || opened.Lateness.Code != rollcall.LateServer || !opened.Lateness.Due.Equal(planned.Add(-morning(planned).Lead)) || opened.Lateness.At.IsZero() || opened.Late != "" {
		t.Errorf("it does not say why it is late: %s, %v", events[0].Data, err)
	}
	until(t, "the next begin", func() bool { return schedules.get("morning").NextDue.After(time.Now()) })
}

// TestACallIsWhatItsSeriesSays opens one for some of the units, with an agenda, lead, grace and length of its own.
func TestACallIsWhatItsSeriesSays(t *testing.T) {
	planned := time.Now().Add(15*time.Minute - 5*time.Second).Truncate(time.Second) // its waiting room is due just now
	s := morning(planned)
	s.Units, s.Agenda = []string{"210103150000"}, []rollcall.Item{{Kind: rollcall.StepText, Title: "工作部署"}}
	s.Rules.Grace, s.Rules.Length = 7*time.Minute, 40*time.Minute
	later := morning(planned.Add(10 * time.Minute)) // its lead has not come yet
	later.ID = "later"
	schedules := &table{rows: map[string]schedule.Schedule{}}
	d, store := run(t, schedules, 1)
	err := store.PutUnits(t.Context(), []rollcall.Unit{
		{Code: "210103150000", Kind: rollcall.Station, Branch: "210103000000"}, {Code: "210103160000", Kind: rollcall.Station, Branch: "210103000000"},
	})
	if err = errors.Join(err, schedules.PutSchedule(t.Context(), s), schedules.PutSchedule(t.Context(), later)); err != nil {
		t.Fatal(err)
	}
	until(t, "the call opens", func() bool { return d.Current() != nil })
	v := d.Current()
	if len(v.Roster) != 1 || v.Roster[0].Code != s.Units[0] || len(v.Agenda) != 1 || v.Agenda[0].Title != "工作部署" {
		t.Errorf("it is for %+v, with the agenda %+v", v.Roster, v.Agenda)
	}
	if v.Phase != rollcall.Waiting || !v.LateAfter().Equal(planned.Add(7*time.Minute)) || !v.PlannedEnd().Equal(planned.Add(40*time.Minute)) || !v.Late.IsZero() {
		t.Errorf("it is %s, late after %v, ends %v, opened late: %+v", v.Phase, v.LateAfter(), v.PlannedEnd(), v.Late)
	}
	if row := schedules.get("later"); v.Schedule != "morning" || !row.NextDue.Equal(later.NextDue) {
		t.Errorf("%s was opened, the other one is due %v", v.Schedule, row.NextDue)
	}
}

func TestTwoServersOpenOneSession(t *testing.T) {
	planned := time.Now().Add(time.Minute).Truncate(time.Second)
	schedules := &table{rows: map[string]schedule.Schedule{"morning": morning(planned)}}
	d, store := run(t, schedules, 4)
	until(t, "the call opens", func() bool { return d.Current() != nil })
	until(t, "the next begin", func() bool { return schedules.get("morning").NextDue.After(planned) })
	if _, err := d.Do(t.Context(), rollcall.Meta{Actor: rollcall.System()}, rollcall.Close{Reason: "replaced"}); err != nil {
		t.Fatal(err)
	}
	// A runner that still has the old row in its hand finds that the session exists.
	again := morning(planned)
	if err := schedules.PutSchedule(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	until(t, "the row moves on", func() bool { return schedules.get("morning").NextDue.After(planned) })
	rows, err := store.Sessions(t.Context(), planned.Add(-time.Hour), planned.Add(time.Hour))
	if err != nil || len(rows) != 1 {
		t.Errorf("%d sessions, %v", len(rows), err)
	}
}

func TestADrillGivesWay(t *testing.T) {
	schedules := &table{rows: map[string]schedule.Schedule{}}
	d, _ := run(t, schedules, 1)
	if _, err := d.Start(t.Context(), rollcall.Meta{Actor: rollcall.System()}, rollcall.StartRequest{Kind: rollcall.Drill}); err != nil {
		t.Fatal(err)
	}
	if err := schedules.PutSchedule(t.Context(), morning(time.Now().Add(time.Minute))); err != nil {
		t.Fatal(err)
	}
	until(t, "the regular call replaces the drill", func() bool { v := d.Current(); return v != nil && v.Kind == rollcall.Regular })
}

func TestTimes(t *testing.T) {
	s := morning(time.Time{})
	after := time.Date(2026, 11, 26, 0, 31, 0, 0, time.UTC) // 08:31 in Shanghai
	got, err := schedule.Times(s, after, 2)
	if err != nil || got[0].Format(time.RFC3339) != "2026-11-27T08:30:00+08:00" || got[1].Day() != 28 {
		t.Errorf("got %v, %v", got, err)
	}
	s.Cron = "61 8 * * *"
	if _, err := schedule.Times(s, after, 1); !errors.Is(err, schedule.ErrBadCron) {
		t.Errorf("a bad expression gives %v", err)
	}
	s.Cron = "0 0 31 2 *"
	if _, err := schedule.Times(s, after, 1); !errors.Is(err, schedule.ErrBadCron) {
		t.Errorf("an expression that never comes gives %v", err)
	}
	s.Cron, s.Zone = "30 8 * * *", "Asia/Nowhere"
	if _, err := schedule.Times(s, after, 1); !errors.Is(err, schedule.ErrBadZone) {
		t.Errorf("a bad zone gives %v", err)
	}
}
