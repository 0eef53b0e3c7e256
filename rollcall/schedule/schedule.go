// Package schedule says when a regular call is due, and opens it: never missed and never doubled.
package schedule

import (
	"context"
	"time"

	"muster/rollcall"
)

// Schedule is one series of regular calls.
type Schedule struct {
	ID      string
	Title   string         // 点调会
	Cron    string         // five fields, the begin of the call: "30 8 * * *"
	Zone    string         // IANA name: Asia/Shanghai
	Lead    time.Duration  // how long before the begin the waiting room opens
	Rules   rollcall.Rules //
	NextDue time.Time      // the next begin that was not opened yet; zero = compute from now
	Enabled bool
	// WorkdaysOnly leaves out days off. Under a calendar that is not known the call is held: it is never dropped silently.
	WorkdaysOnly bool
	Agenda       []rollcall.Item // nil = rollcall.DefaultAgenda, empty = none
	Units        []string        // the codes of those that are called, nil = the whole roster
}

// HeldOn says whether the call is held on a day of that verdict of the calendar.
func (s Schedule) HeldOn(verdict string) bool { return !s.WorkdaysOnly || verdict != DayOff }

// Store keeps schedules.
type Store interface {
	Schedules(ctx context.Context) ([]Schedule, error)
	PutSchedule(ctx context.Context, s Schedule) error // insert or replace by ID
	// Advance moves NextDue from one begin to the next and reports false when another server did it before.
	Advance(ctx context.Context, id string, from, to time.Time) (bool, error)
}
