package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"muster/rollcall"
)

const (
	// lookEvery is how often the schedules are read, so that a change by an administrator or a jump of the clock is seen.
	lookEvery = 5 * time.Second
	// stale is how long after its begin a call is still opened; later it is of no use and only reported.
	stale = 2 * time.Hour
	// calendarPatience is how long the calendar's store may take: a call does not wait for it.
	calendarPatience = 2 * time.Second
	// lateNotice is how late a call may be opened without saying why.
	lateNotice = 30 * time.Second
)

// Refusals of a schedule.
var (
	ErrBadCron = &rollcall.Error{Code: "bad_cron", ZH: "时间表达式无效", EN: "the cron expression is not valid"}
	ErrBadZone = &rollcall.Error{Code: "bad_zone", ZH: "时区无效", EN: "no such time zone"}
)

// Starter opens sessions; rollcall.Director is one.
type Starter interface {
	Running(ctx context.Context) (kind rollcall.SessionKind, title string, err error)
	Subscribe() (updates <-chan rollcall.Update, cancel func())
	Start(ctx context.Context, by rollcall.Meta, req rollcall.StartRequest) (*rollcall.View, error)
	Do(ctx context.Context, by rollcall.Meta, cmd rollcall.Command) (rollcall.Outcome, error)
}

// Runner opens the calls of all schedules: never missed, because the next begin stands in the database and a server that
// starts late finds it there; never doubled, because a schedule has one session for a begin.
type Runner struct {
	store    Store
	starter  Starter
	calendar *Calendar
	log      *slog.Logger
	now      func() time.Time
	started  time.Time
	waited   map[string]wait // by schedule; only Run's goroutine uses it

	mu     sync.Mutex
	coming []rollcall.Due // the earliest first
}

// wait says for the end of which other call a schedule's begin waits.
type wait struct {
	begin time.Time
	title string
}

// NewRunner makes a runner. Nothing happens before Run.
func NewRunner(store Store, calendar *Calendar, starter Starter, log *slog.Logger) *Runner {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Runner{store: store, starter: starter, calendar: calendar, log: log, now: time.Now, started: time.Now(), waited: map[string]wait{}}
}

// Times returns the first n begins of a schedule after a moment, in the schedule's zone.
func Times(s Schedule, after time.Time, n int) ([]time.Time, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil || s.Zone == "" {
		return nil, fmt.Errorf("%w: %q", ErrBadZone, s.Zone)
	}
	series, err := cron.ParseStandard(s.Cron)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadCron, err)
	}
	var out []time.Time
	for at := after.In(zone); len(out) < n; {
		if at = series.Next(at); at.IsZero() {
			return nil, fmt.Errorf("%w: %q never comes", ErrBadCron, s.Cron)
		}
		out = append(out, at)
	}
	return out, nil
}

// Next implements part of rollcall.Calls: the earliest call that will be opened.
func (r *Runner) Next() (rollcall.Due, bool) {
	coming := r.Coming()
	if len(coming) == 0 {
		return rollcall.Due{}, false
	}
	return coming[0], true
}

// Coming is the next call of every schedule, the earliest first.
func (r *Runner) Coming() []rollcall.Due {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.coming)
}

// Run opens what is due until ctx ends. A database that is away is asked again.
func (r *Runner) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	updates, cancel := r.starter.Subscribe()
	defer cancel()
	for {
		select {
		case <-timer.C:
		case u, ok := <-updates:
			if !ok {
				updates = nil
			}
			if u.View != nil {
				continue // only the end of a call lets another one open
			}
		case <-ctx.Done():
			return nil
		}
		wake := r.safeLook(ctx)
		timer.Reset(max(0, min(lookEvery, wake.Sub(r.now()))))
	}
}

// safeLook keeps a panic in one look from ending the mornings to come.
func (r *Runner) safeLook(ctx context.Context) (wake time.Time) {
	wake = r.now().Add(lookEvery)
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("the scheduler panicked; it goes on", "panic", p)
		}
	}()
	return r.look(ctx)
}

// look opens what is due and returns when something is next.
func (r *Runner) look(ctx context.Context) time.Time {
	wake := r.now().Add(lookEvery)
	schedules, err := r.store.Schedules(ctx)
	if err != nil {
		if ctx.Err() == nil {
			r.log.Warn("the schedules can't be read", "error", err)
		}
		return wake
	}
	// What the calendar knew before still says what a day is called, but only a fresh one may keep a call from being held.
	asking, cancel := context.WithTimeout(ctx, calendarPatience)
	calendar := r.calendar.Refresh(asking)
	cancel()
	if calendar != nil && ctx.Err() == nil {
		r.log.Warn("calls are held whatever day it is", "error", calendar)
	}
	var coming []rollcall.Due
	for _, s := range schedules {
		if !s.Enabled {
			continue
		}
		due, err := r.follow(ctx, s, calendar == nil)
		if ctx.Err() != nil {
			return wake
		}
		if err != nil {
			r.log.Error("a schedule can't be followed", "schedule", s.ID, "error", err)
			continue
		}
		if due.PlannedAt.IsZero() {
			continue
		}
		coming = append(coming, due)
		if due.WaitingAt.Before(wake) && due.WaitingAt.After(r.now()) {
			wake = due.WaitingAt
		}
	}
	r.setComing(coming)
	return wake
}

func (r *Runner) setComing(coming []rollcall.Due) {
	slices.SortFunc(coming, func(a, b rollcall.Due) int { return a.PlannedAt.Compare(b.PlannedAt) })
	r.mu.Lock()
	defer r.mu.Unlock()
	r.coming = coming
}

// follow opens the schedule's call if it is due, and returns the one that comes next, the zero Due if there is none. Only a
// calendar that is fresh may say that it is a day off.
func (r *Runner) follow(ctx context.Context, s Schedule, fresh bool) (rollcall.Due, error) {
	if s.NextDue.IsZero() {
		return r.advance(ctx, s, r.now())
	}
	now := r.now()
	if now.Before(s.NextDue.Add(-s.Lead)) {
		return r.firstHeld(s, s.NextDue)
	}
	held, err := r.held(s, fresh)
	missed, unknown := r.missed(ctx, s, now)
	switch {
	case err != nil, unknown != nil:
		return rollcall.Due{}, errors.Join(err, unknown)
	case !held && now.Before(s.NextDue):
		// The row stays until the begin: the day may be made a working day in the meantime.
		return r.firstHeld(s, s.NextDue)
	case !held && !missed:
		r.log.Info("no call on a day off", "schedule", s.ID, "planned", s.NextDue)
		return r.advance(ctx, s, s.NextDue)
	case missed:
		if held {
			r.log.Error("a call was missed: no server ran", "schedule", s.ID, "planned", s.NextDue)
		}
		return r.advance(ctx, s, now.Add(-stale)) // a later one may be due right now
	}
	err = r.open(ctx, s, now)
	switch {
	case errors.Is(err, rollcall.ErrSessionOpen):
		return r.wait(ctx, s)
	case err != nil && !errors.Is(err, rollcall.ErrSessionExists):
		return dueOf(s, s.NextDue), err
	}
	delete(r.waited, s.ID)
	return r.advance(ctx, s, s.NextDue)
}

// wait notes for which call the schedule's has to wait. The pages are shown what is returned.
func (r *Runner) wait(ctx context.Context, s Schedule) (rollcall.Due, error) {
	_, title, err := r.starter.Running(ctx)
	if title != "" && !r.waited[s.ID].begin.Equal(s.NextDue) {
		r.waited[s.ID] = wait{s.NextDue, title}
		r.log.Warn("a call waits for the end of another one", "schedule", s.ID, "planned", s.NextDue, "open", title)
	}
	return dueOf(s, s.NextDue), err
}

// missed says that it is too late for the schedule's begin. What another call kept from opening is held after that one, however
// long it took, unless the next begin has come meanwhile.
func (r *Runner) missed(ctx context.Context, s Schedule, now time.Time) (bool, error) {
	if !now.After(s.NextDue.Add(stale)) {
		return false, nil
	}
	next, err := Times(s, s.NextDue, 1)
	if err != nil || !now.Before(next[0].Add(-s.Lead)) {
		return true, err
	}
	if r.waited[s.ID].begin.Equal(s.NextDue) {
		return false, nil
	}
	kind, _, err := r.starter.Running(ctx)
	return kind == "" || kind == rollcall.Drill, err
}

// held says whether the schedule's next call is held.
func (r *Runner) held(s Schedule, fresh bool) (bool, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return false, fmt.Errorf("%w: %q", ErrBadZone, s.Zone)
	}
	return !fresh || s.HeldOn(r.calendar.Verdict(s.NextDue.In(zone))), nil
}

func dueOf(s Schedule, at time.Time) rollcall.Due {
	return rollcall.Due{Schedule: s.ID, Title: s.Title, PlannedAt: at.UTC(), WaitingAt: at.Add(-s.Lead).UTC()}
}

// firstHeld is the first call that will be held, at a begin of the schedule or after it; the zero Due when there is none.
func (r *Runner) firstHeld(s Schedule, at time.Time) (rollcall.Due, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return rollcall.Due{}, fmt.Errorf("%w: %q", ErrBadZone, s.Zone)
	}
	if s.HeldOn(r.calendar.Verdict(at.In(zone))) {
		return dueOf(s, at), nil
	}
	times, err := r.calendar.Times(s, at, 1)
	if err != nil || len(times) == 0 {
		return rollcall.Due{}, err
	}
	return dueOf(s, times[0]), nil
}

// advance moves the schedule to its next begin after a moment. If somebody else did, theirs counts. Days off are no begin to
// skip here: what the calendar says of a day may change until then.
func (r *Runner) advance(ctx context.Context, s Schedule, after time.Time) (rollcall.Due, error) {
	times, err := Times(s, after, 1)
	if err != nil {
		return rollcall.Due{}, err
	}
	if _, err := r.store.Advance(ctx, s.ID, s.NextDue, times[0]); err != nil {
		return rollcall.Due{}, err
	}
	return r.firstHeld(s, times[0])
}

// open opens the call. A drill that is still open gives way; another call does not, and the next look tries again.
func (r *Runner) open(ctx context.Context, s Schedule, now time.Time) error {
	by := rollcall.Meta{Actor: rollcall.Actor{Kind: "schedule", ID: s.ID, Name: s.Title}}
	if kind, _, err := r.starter.Running(ctx); err == nil && kind == rollcall.Drill {
		if _, err := r.starter.Do(ctx, by, rollcall.Close{Reason: "replaced"}); err != nil && !errors.Is(err, rollcall.ErrNoSession) {
			return fmt.Errorf("close the drill: %w", err)
		}
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return fmt.Errorf("%w: %q", ErrBadZone, s.Zone)
	}
	planned := s.NextDue.In(zone)
	_, err = r.starter.Start(ctx, by, rollcall.StartRequest{
		Kind: rollcall.Regular, Title: s.Title + " " + planned.Format("2006年1月2日"), Schedule: s.ID, PlannedAt: s.NextDue,
		Rules: s.Rules, Calendar: r.calendar.Verdict(planned), Late: r.lateness(s, now),
		Agenda: s.Agenda, Units: s.Units,
	})
	return err
}

// lateness says why the waiting room opens later than planned, nothing if it does not.
func (r *Runner) lateness(s Schedule, now time.Time) rollcall.Lateness {
	due := s.NextDue.Add(-s.Lead).UTC()
	switch {
	case now.Sub(due) < lateNotice:
		return rollcall.Lateness{}
	case r.waited[s.ID].begin.Equal(s.NextDue):
		return rollcall.Lateness{Code: rollcall.LateBehind, Due: due, At: now.UTC(), Call: r.waited[s.ID].title}
	case r.started.After(due):
		return rollcall.Lateness{Code: rollcall.LateServer, Due: due, At: r.started.UTC()}
	}
	return rollcall.Lateness{Code: rollcall.LateHeldUp, Due: due, At: now.UTC()}
}
