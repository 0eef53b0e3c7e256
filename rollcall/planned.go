package rollcall

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// PlannedExcuse is an excuse that was entered ahead: it counts in every call that is planned on one of its days and opens, or
// is postponed to that day, while it stands.
type PlannedExcuse struct {
	ID       string    `json:"id"`
	Unit     string    `json:"unit"`
	From     string    `json:"from"` // first day, 2026-11-27, in the bureau's zone
	To       string    `json:"to"`   // last day, included
	Reason   string    `json:"reason"`
	Incident string    `json:"incident,omitempty"`
	Note     string    `json:"note,omitempty"`
	Approver string    `json:"approver,omitempty"` // the name of who approved it, empty = who entered it
	By       Actor     `json:"by"`                 // who entered it, or changed it last
	At       time.Time `json:"at"`                 // and when
}

// PlannedStore keeps what was excused ahead. Who changed it goes into the list of actions together with the change: a server that
// is killed leaves both or neither.
type PlannedStore interface {
	// PlannedExcuses lists those that have a day from one to another, both included, by their first day and the order of the units.
	PlannedExcuses(ctx context.Context, from, to string) ([]PlannedExcuse, error)
	PutPlannedExcuse(ctx context.Context, p PlannedExcuse) error // insert or replace by ID, by p.By at p.At
	// DropPlannedExcuse removes one and returns what it was; ErrNotFound.
	DropPlannedExcuse(ctx context.Context, id string, by Actor, at time.Time) (PlannedExcuse, error)
}

// longestPlan bounds the days of a planned excuse, and how far ahead they begin: nobody is on leave for years.
const longestPlan = 400 * 24 * time.Hour

// Check refuses what could not be excused in a call, and days that are over; today is one in the bureau's zone.
func (p PlannedExcuse) Check(today string) error {
	now, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return ErrBadDays
	}
	from, errFrom := time.Parse(time.DateOnly, p.From)
	to, errTo := time.Parse(time.DateOnly, p.To)
	switch {
	case errFrom != nil || errTo != nil || to.Before(from) || to.Sub(from) > longestPlan || from.Sub(now) > longestPlan:
		return ErrBadDays
	case p.To < today:
		return ErrDaysOver
	}
	return checkExcuse(p.Reason, p.Incident, p.Note)
}

// Day is the day of a moment in the bureau's zone, as planned excuses name it.
func Day(at time.Time) string { return at.In(bureauZone()).Format(time.DateOnly) }

// planned are the excuses that the call opens with. It opens without them when they can't be read: the host can still excuse.
func (d *Director) planned(ctx context.Context, o SessionOpened) []PlannedExcuse {
	all, err := d.plannedOn(ctx, Day(o.PlannedAt))
	if err != nil {
		d.log.Error("the call opens without what was excused ahead", "error", err)
	}
	return slices.DeleteFunc(all, func(p PlannedExcuse) bool {
		return !slices.ContainsFunc(o.Roster, func(u Unit) bool { return u.Code == p.Unit })
	})
}

// plannedOn lists what was excused ahead for a day.
func (d *Director) plannedOn(ctx context.Context, day string) ([]PlannedExcuse, error) {
	if d.cfg.Planned == nil {
		return nil, nil
	}
	reading, cancel := context.WithTimeout(ctx, plannedPatience)
	defer cancel()
	all, err := d.cfg.Planned(reading, day, day)
	if err != nil {
		return nil, fmt.Errorf("excuses for %s: %w", day, err)
	}
	return all, nil
}

// newDay is what a call that is postponed past midnight takes from its new day.
type newDay struct {
	calendar string
	planned  []PlannedExcuse // excused ahead
	unknown  bool            // they can't be read: what the call opened with stays
}

// onItsDay adds to a Postpone what a call on another day goes by.
func (d *Director) onItsDay(ctx context.Context, c Postpone) Postpone {
	v := d.Current()
	if v == nil || Day(v.PlannedAt) == Day(c.To) {
		return c
	}
	planned, err := d.plannedOn(ctx, Day(c.To))
	if err != nil {
		d.log.Error("the call that is postponed keeps the excuses of its first day", "error", err)
	}
	c.day = &newDay{calendar: d.calendarOf(c.To), planned: planned, unknown: err != nil}
	return c
}

// replanned exchanges what was excused ahead for that of the new day. What the call opened with and the host took back since
// stays taken back.
func (v *View) replanned(day *newDay) []draft {
	if day.unknown {
		return nil
	}
	var out []draft
	for _, u := range v.Roster {
		for _, x := range v.Seats[u.Code].Excuses {
			if x.Planned != "" && !slices.ContainsFunc(day.planned, x.was) {
				out = append(out, draft{KindExcuseWithdrawn, ExcuseWithdrawn{Units: []string{u.Code}, Excuse: x.ID}})
			}
		}
	}
	before := Day(v.PlannedAt)
	for _, p := range day.planned {
		s, known := v.Seats[p.Unit]
		opened := p.From <= before && before <= p.To && !p.At.After(v.OpenedAt)
		if known && !opened && !slices.ContainsFunc(s.Excuses, func(x Excused) bool { return x.was(p) }) {
			excused := p.excused()
			excused.EnteredBy = &p.By
			out = append(out, draft{KindUnitsExcused, excused})
		}
	}
	return out
}

// was says whether the seat's excuse is the planned one, unchanged since.
func (x Excused) was(p PlannedExcuse) bool { return x.Planned == p.ID && x.At.Equal(p.At) }

// excused is what the journal says when it counts.
func (p PlannedExcuse) excused() UnitsExcused {
	return UnitsExcused{
		Units: []string{p.Unit}, Reason: p.Reason, Incident: p.Incident, Note: p.Note, Approver: p.Approver, Planned: p.ID, EnteredAt: p.At.UTC(),
	}
}

// plannedPatience is longer than the copy of the database takes to answer in its place.
const plannedPatience = 4 * time.Second

// firstEvents are those that a session opens with, all or none: who is killed in between leaves no call that lacks an excuse.
func (d *Director) firstEvents(by Meta, o SessionOpened, planned []PlannedExcuse) ([]Event, *View, error) {
	at, id := d.now(), uuid.Must(uuid.NewV7()).String()
	e, err := newEvent(id, d.cfg.Epoch, 1, at, by, draft{KindSessionOpened, o}, nil)
	if err != nil {
		return nil, nil, err
	}
	events := []Event{e}
	for _, p := range planned {
		if e, err = newEvent(id, d.cfg.Epoch, e.Seq+1, at, Meta{Actor: p.By}, draft{KindUnitsExcused, p.excused()}, e.Hash); err != nil {
			return nil, nil, err
		}
		events = append(events, e)
	}
	view, err := Fold(events)
	return events, view, err
}
