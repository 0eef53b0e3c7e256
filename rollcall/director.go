package rollcall

import (
	"context"
	"time"
)

// StartRequest opens a session. Roster and rules are taken when it is opened and kept in its journal.
type StartRequest struct {
	Kind      SessionKind
	Title     string // empty = a title made from kind and day
	Schedule  string
	PlannedAt time.Time      // zero = now + Wait
	Wait      time.Duration  // how long the waiting room stays open; the call begins by itself at PlannedAt
	Rules     Rules          // zero = DefaultRules
	Length    *time.Duration // planned, nil = as in the rules
	Calendar  string
	Late      Lateness // the zero value: in time
	Agenda    []Item   // nil = DefaultAgenda, empty = none
	Units     []string // only these of the roster, nil = all
}

// RecordState says whether the journal is being kept.
type RecordState struct {
	State   string // "ok", "spool", "lost"
	Pending int    // events that are not in PostgreSQL yet
}

// Update is one durable step of the current session.
type Update struct {
	View   *View   // the state after Events, nil when no session is open any more
	Events []Event // what happened, in order; empty when only Record or a timer in View changed
	Record RecordState
}

// Calls is what the pages' side needs of the running call. Director implements it.
type Calls interface {
	// Current returns the open session, nil when there is none.
	Current() *View
	// Start opens a session at once; ErrSessionOpen when one is open.
	Start(ctx context.Context, by Meta, req StartRequest) (*View, error)
	// Do hands a command to the open session and returns when it is durable. ErrNoSession when none is open.
	Do(ctx context.Context, by Meta, cmd Command) (Outcome, error)
	// Amend is Do for a session that may be closed: excuses and notes come afterwards, too.
	Amend(ctx context.Context, session string, by Meta, cmd Command) (Outcome, error)
	// Given says whether a command of that id was carried out, in the open session or the one before: for what a command does
	// outside of them.
	Given(ctx context.Context, by Meta) bool
	// Subscribe returns a channel of updates from now on, the first of which carries the present state. A subscriber that
	// does not keep up gets coalesced updates (Events joined, View newest), never a blocked session. cancel ends it.
	Subscribe() (updates <-chan Update, cancel func())
	// Next returns the next scheduled call, false when there is none.
	Next() (Due, bool)
	// Ahead is View.NextUnit with the station that will be drawn if nothing changes until then. It is for getting that one ready:
	// nobody may be told.
	Ahead(v *View, at time.Time) string
}

// Due is a call that a schedule will open.
type Due struct {
	Schedule  string
	Title     string
	PlannedAt time.Time
	WaitingAt time.Time
}
