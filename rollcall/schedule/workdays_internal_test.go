package schedule

import (
	"context"
	"errors"
	"testing"
	"time"

	"muster/rollcall"
)

// one is a store of one schedule, and of a calendar of one override.
type one struct {
	Store
	CalendarStore
	s    Schedule
	days []Day
	away error
}

func (o *one) Schedules(context.Context) ([]Schedule, error) { return []Schedule{o.s}, nil }
func (o *one) CalendarYears(context.Context) ([]Year, error) { return nil, o.away }
func (o *one) Overrides(context.Context) ([]Day, error)      { return o.days, nil }
func (o *one) Advance(_ context.Context, _ string, from, to time.Time) (bool, error) {
	if !o.s.NextDue.Equal(from) {
		return false, nil
	}
	o.s.NextDue = to
	return true, nil
}

// begun is a Starter that notes what it is asked to open.
type begun struct{ requests []rollcall.StartRequest }

func (b *begun) Running(context.Context) (rollcall.SessionKind, string, error) { return "", "", nil }
func (b *begun) Subscribe() (<-chan rollcall.Update, func())                   { return nil, func() {} }
func (b *begun) Start(_ context.Context, _ rollcall.Meta, req rollcall.StartRequest) (*rollcall.View, error) {
	b.requests = append(b.requests, req)
	return nil, nil
}

func (b *begun) Do(context.Context, rollcall.Meta, rollcall.Command) (rollcall.Outcome, error) {
	return rollcall.Outcome{}, errors.ErrUnsupported
}

func shanghai(t *testing.T, at string) time.Time {
	t.Helper()
	out, err := time.ParseInLocation("2006-01-02 15:04", at, time.FixedZone("CST", 8*3600))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// morningRunner is a runner at a time of a schedule at 08:30 with 15 minutes of waiting room, whose next begin is that.
func morningRunner(t *testing.T, now, next string, only bool) (*Runner, *one, *begun) {
	t.Helper()
	store := &one{s: Schedule{
		ID: "daily", Cron: "30 8 * * *", Zone: "Asia/Shanghai", Lead: 15 * time.Minute, NextDue: shanghai(t, next), Enabled: true, WorkdaysOnly: only,
	}}
	calendar, err := NewCalendar(store)
	if err != nil {
		t.Fatal(err)
	}
	starter := &begun{}
	r := NewRunner(store, calendar, starter, nil)
	r.now = func() time.Time { return shanghai(t, now) }
	return r, store, starter
}

func TestWhatALookDoes(t *testing.T) {
	for name, test := range map[string]struct {
		now, next string
		daily     bool
		days      []Day
		away      error
		opens     bool
		verdict   string
		then      string // the next begin in the database
		shown     string // the next call that is shown
	}{
		"a working day":             {now: "2026-11-27 08:15", next: "2026-11-27 08:30", opens: true, verdict: Workday, then: "2026-11-28 08:30", shown: "2026-11-30 08:30"},
		"a daily call on a day off": {now: "2026-11-28 08:15", next: "2026-11-28 08:30", daily: true, opens: true, verdict: DayOff, then: "2026-11-29 08:30", shown: "2026-11-29 08:30"},
		"before the waiting room":   {now: "2026-11-28 08:00", next: "2026-11-28 08:30", then: "2026-11-28 08:30", shown: "2026-11-30 08:30"},
		"a day off, still before":   {now: "2026-11-28 08:29", next: "2026-11-28 08:30", then: "2026-11-28 08:30", shown: "2026-11-30 08:30"},
		"a day off, at the begin":   {now: "2026-11-28 08:30", next: "2026-11-28 08:30", then: "2026-11-29 08:30", shown: "2026-11-30 08:30"},
		"a make-up Saturday":        {now: "2026-10-10 08:15", next: "2026-10-10 08:30", opens: true, verdict: Workday, then: "2026-10-11 08:30", shown: "2026-10-12 08:30"},
		"a Thursday off":            {now: "2026-10-01 08:31", next: "2026-10-01 08:30", then: "2026-10-02 08:30", shown: "2026-10-08 08:30"},
		"made a working day":        {now: "2026-11-28 08:20", next: "2026-11-28 08:30", days: []Day{{"2026-11-28", Workday, "x"}}, opens: true, verdict: Workday, then: "2026-11-29 08:30", shown: "2026-11-30 08:30"},
		"made a day off":            {now: "2026-11-27 08:31", next: "2026-11-27 08:30", days: []Day{{"2026-11-27", DayOff, "x"}}, then: "2026-11-28 08:30", shown: "2026-11-30 08:30"},
		"an unknown year":           {now: "2031-05-03 08:15", next: "2031-05-03 08:30", opens: true, verdict: Unknown, then: "2031-05-04 08:30", shown: "2031-05-04 08:30"},
		"no calendar to be read":    {now: "2026-11-28 08:15", next: "2026-11-28 08:30", away: errors.New("away"), opens: true, verdict: DayOff, then: "2026-11-29 08:30", shown: "2026-11-30 08:30"},
	} {
		t.Run(name, func(t *testing.T) {
			r, store, starter := morningRunner(t, test.now, test.next, !test.daily)
			store.days, store.away = test.days, test.away
			r.look(t.Context())
			if (len(starter.requests) == 1) != test.opens || len(starter.requests) > 1 {
				t.Errorf("opened %+v", starter.requests)
			}
			if test.opens && (starter.requests[0].Calendar != test.verdict || !starter.requests[0].PlannedAt.Equal(shanghai(t, test.next))) {
				t.Errorf("opened %+v", starter.requests[0])
			}
			if !store.s.NextDue.Equal(shanghai(t, test.then)) {
				t.Errorf("the next begin is %v, want %s", store.s.NextDue, test.then)
			}
			if due, ok := r.Next(); !ok || !due.PlannedAt.Equal(shanghai(t, test.shown)) {
				t.Errorf("shown: %+v, %v, want %s", due, ok, test.shown)
			}
		})
	}
}

// TestComing has the calls of all schedules, and lets nobody change the runner's own list.
func TestComing(t *testing.T) {
	r, _, _ := morningRunner(t, "2026-11-27 07:00", "2026-11-27 08:30", true)
	if _, ok := r.Next(); ok || len(r.Coming()) > 0 {
		t.Error("something is coming before anybody has looked")
	}
	early, late := rollcall.Due{Schedule: "a", PlannedAt: r.now()}, rollcall.Due{Schedule: "b", PlannedAt: r.now().Add(time.Hour)}
	r.setComing([]rollcall.Due{late, early})
	r.Coming()[0].Schedule = "changed"
	if got := r.Coming(); len(got) != 2 || got[0] != early || got[1] != late {
		t.Errorf("%+v", got)
	}
}

// TestAServerThatWasAwayForDays opens the call that is due when it starts, whatever was missed before.
func TestAServerThatWasAwayForDays(t *testing.T) {
	for _, only := range []bool{false, true} {
		r, store, starter := morningRunner(t, "2026-11-30 08:31", "2026-11-27 08:30", only)
		for range 5 {
			r.look(t.Context())
		}
		if len(starter.requests) != 1 || !starter.requests[0].PlannedAt.Equal(shanghai(t, "2026-11-30 08:30")) || starter.requests[0].Late.IsZero() {
			t.Errorf("workdays only %v: opened %+v", only, starter.requests)
		}
		if !store.s.NextDue.Equal(shanghai(t, "2026-12-01 08:30")) {
			t.Errorf("workdays only %v: then %v", only, store.s.NextDue)
		}
	}
}
