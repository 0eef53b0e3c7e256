package rollcall

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
)

// PlannedExcuse is an excuse that was entered ahead: it counts in every call that is planned on one of its days and opens while
// it stands.
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

// PlannedStore keeps what was excused ahead.
type PlannedStore interface {
	// PlannedExcuses lists those that have a day from one to another, both included, by their first day and the order of the units.
	PlannedExcuses(ctx context.Context, from, to string) ([]PlannedExcuse, error)
	PutPlannedExcuse(ctx context.Context, p PlannedExcuse) error // insert or replace by ID
	// DropPlannedExcuse removes one and returns what it was; ErrNotFound.
	DropPlannedExcuse(ctx context.Context, id string) (PlannedExcuse, error)
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
	if d.cfg.Planned == nil {
		return nil
	}
	reading, cancel := context.WithTimeout(ctx, plannedPatience)
	defer cancel()
	day := Day(o.PlannedAt)
	all, err := d.cfg.Planned(reading, day, day)
	if err != nil {
		d.log.Error("the call opens without what was excused ahead", "day", day, "error", err)
		return nil
	}
	return slices.DeleteFunc(all, func(p PlannedExcuse) bool {
		return !slices.ContainsFunc(o.Roster, func(u Unit) bool { return u.Code == p.Unit })
	})
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
		excused := UnitsExcused{
			Units: []string{p.Unit}, Reason: p.Reason, Incident: p.Incident, Note: p.Note, Approver: p.Approver, Planned: p.ID, EnteredAt: p.At.UTC(),
		}
		if e, err = newEvent(id, d.cfg.Epoch, e.Seq+1, at, Meta{Actor: p.By}, draft{KindUnitsExcused, excused}, e.Hash); err != nil {
			return nil, nil, err
		}
		events = append(events, e)
	}
	view, err := Fold(events)
	return events, view, err
}
