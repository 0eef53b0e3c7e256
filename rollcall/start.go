package rollcall

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Start implements Calls.
func (d *Director) Start(ctx context.Context, by Meta, req StartRequest) (*View, error) {
	if err := d.recovered(ctx); err != nil {
		return nil, err
	}
	d.starting.Lock()
	defer d.starting.Unlock()
	if d.held[plan{req.Schedule, req.PlannedAt.UTC()}] {
		return nil, ErrSessionExists // the store may be away, or not have heard of it yet
	}
	if s := d.live(); s != nil {
		if v := d.Current(); v != nil && by.ID != "" && s.opened == commandKey(by) {
			return v, nil // the same command again
		}
		return nil, ErrSessionOpen
	}
	if v, err := d.openedBefore(ctx, by); v != nil || err != nil {
		return v, err
	}
	opened, err := d.opening(ctx, by, req)
	if err != nil {
		return nil, err
	}
	events, view, err := d.firstEvents(by, opened, d.planned(ctx, opened))
	if err != nil {
		return nil, err
	}
	if err := d.open(ctx, events, view); err != nil {
		return nil, err
	}
	d.hold(opened)
	return view, nil
}

// plan is a begin of a schedule: it has one session.
type plan struct {
	schedule string
	at       time.Time
}

// hold remembers that the schedule's session exists.
func (d *Director) hold(o SessionOpened) {
	if o.Schedule != "" {
		d.held[plan{o.Schedule, o.PlannedAt.UTC()}] = true
	}
}

// opening fills in what the request leaves open.
func (d *Director) opening(ctx context.Context, by Meta, req StartRequest) (SessionOpened, error) {
	if req.Kind == "" || req.Kind == Regular && by.Actor.Kind != "schedule" || req.Kind != Regular && req.Kind != Extra && req.Kind != Drill {
		return SessionOpened{}, ErrBadKind
	}
	units, err := d.cfg.Roster.Units(ctx)
	if err != nil {
		return SessionOpened{}, fmt.Errorf("cannot read the roster: %w", err)
	}
	if units, err = chosen(units, req.Units); err != nil {
		return SessionOpened{}, err
	}
	if req.Agenda == nil {
		req.Agenda = DefaultAgenda()
	}
	o := SessionOpened{
		Agenda: steps(req.Agenda, units), LastCalled: d.lastCalls(ctx, units),
		Kind: req.Kind, Title: req.Title, Schedule: req.Schedule, PlannedAt: req.PlannedAt.UTC(), Roster: units,
		Rules: req.Rules, Calendar: req.Calendar, Lateness: req.Late,
	}
	if req.PlannedAt.IsZero() {
		o.PlannedAt = d.now().Add(req.Wait)
	}
	if o.Rules == (Rules{}) {
		o.Rules = d.cfg.Rules
	}
	if req.Length != nil {
		o.Rules.Length = *req.Length
	}
	if o.Calendar == "" {
		o.Calendar = d.calendarOf(o.PlannedAt)
	}
	if o.Title == "" {
		o.Title = defaultTitle(req.Kind, o.PlannedAt)
	}
	return o, nil
}

// calendarOf is what the calendar says of the day of a call.
func (d *Director) calendarOf(at time.Time) string {
	if d.cfg.Calendar != nil {
		if verdict := d.cfg.Calendar(at.In(bureauZone())); verdict != "" {
			return verdict
		}
	}
	return "unknown"
}

// chosen keeps the units of the roster that a call is for.
func chosen(roster []Unit, wanted []string) ([]Unit, error) {
	if len(wanted) == 0 {
		return roster, nil
	}
	var out []Unit
	for _, u := range roster {
		if slices.Contains(wanted, u.Code) {
			out = append(out, u)
		}
	}
	if len(out) == 0 {
		return nil, ErrNobody
	}
	return out, nil
}

// lastCalls is what draws go by. A call is not kept from opening by a history that can't be read: all weigh the same then.
func (d *Director) lastCalls(ctx context.Context, units []Unit) map[string]time.Time {
	if d.cfg.LastCalls == nil {
		return nil
	}
	reading, cancel := context.WithTimeout(ctx, dossierPatience)
	defer cancel()
	all, err := d.cfg.LastCalls(reading)
	if err != nil {
		d.log.Warn("draws know no earlier calls", "error", err)
		return nil
	}
	return lastCalls(units, all)
}

// bureauZone is where the bureau's days begin: China has one time and no summer time.
func bureauZone() *time.Location { return time.FixedZone("CST", 8*3600) }

// defaultTitle names the day as the bureau counts it.
func defaultTitle(kind SessionKind, at time.Time) string {
	names := map[SessionKind]string{Regular: "点调会", Extra: "临时点调会", Drill: "点调会演练"}
	return names[kind] + " " + at.In(bureauZone()).Format("2006年1月2日")
}

// open makes a session's first events durable and lets the session live. Only here can the store say that the schedule's
// session exists already; when it is away the events go to the spool like any other.
func (d *Director) open(ctx context.Context, events []Event, view *View) error {
	wait, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	d.lastCall.begin(events)
	err := d.cfg.Journal.Append(wait, events)
	if err != nil && Overtaken(err) {
		d.lastCall.begin(nil)
		return err
	}
	r := newResult(Outcome{})
	first := batch{events: events, kept: err == nil, copied: true, view: view, published: r.finish}
	if !d.enliven(view, events, first) {
		return fmt.Errorf("the server ends: %w", context.Canceled)
	}
	_, err = r.wait(ctx)
	return err
}

// enliven starts the session's goroutine; first is published before anything that it does. It does not when the server ends.
func (d *Director) enliven(view *View, events []Event, first batch) bool {
	clock := moment{now: d.now(), newID: func() string { return uuid.Must(uuid.NewV7()).String() }, seed: d.seeds.next}
	s := newSession(view, events, d.cfg.Epoch, d.recorder, clock, d.now, d.log)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ending {
		return false
	}
	d.session = s
	d.recorder.add(first)
	ctx := d.ctx
	d.running.Go(func() { s.run(ctx) })
	return true
}
