package rollcall

import (
	"context"
	"encoding/json"
	"time"
)

// JournalStore keeps journals. Append is all or nothing and idempotent: events that are there already with the same hash are
// skipped; the same (session, seq) with another hash is an error that wraps ErrJournalConflict. A batch whose largest epoch is
// older than the newest that a Leader gave out is refused with ErrSuperseded: another server is the active one.
type JournalStore interface {
	Append(ctx context.Context, events []Event) error
	Events(ctx context.Context, session string) ([]Event, error) // in the order of Seq
}

// SessionRow is what a list of sessions shows. It is derived from the journal and kept beside it.
type SessionRow struct {
	ID        string
	Kind      SessionKind
	Title     string
	Schedule  string // empty for drills and extra calls
	PlannedAt time.Time
	OpenedAt  time.Time
	BegunAt   time.Time // zero until it happened
	ClosedAt  time.Time
}

// SessionStore lists sessions. JournalStore.Append keeps it up to date from SessionOpened, SessionBegun and SessionClosed in
// the same transaction; (Schedule, PlannedAt) is unique where Schedule is not empty, a second one wraps ErrSessionExists.
type SessionStore interface {
	OpenSessions(ctx context.Context) ([]SessionRow, error)
	Sessions(ctx context.Context, from, to time.Time) ([]SessionRow, error) // by PlannedAt, from inclusive, to exclusive
	Session(ctx context.Context, id string) (SessionRow, error)             // ErrNotFound
}

// RosterStore keeps the units that are called today.
type RosterStore interface {
	Units(ctx context.Context) ([]Unit, error)           // in display order
	Unit(ctx context.Context, code string) (Unit, error) // ErrNotFound
	PutUnits(ctx context.Context, units []Unit) error
}

// Leader makes sure that one server is active: it holds an advisory lock and a new epoch until ctx of Lead ends or the lock is lost.
type Leader interface {
	// Lead waits until this server is the active one and returns its epoch, larger than any before. lost is closed when the
	// lock is lost; release gives it up.
	Lead(ctx context.Context) (epoch int64, lost <-chan struct{}, release func(), err error)
}

// DossierSource reads what is shown about a unit, as JSON in the shape of the protocol's DossierBody.
type DossierSource interface {
	Dossier(ctx context.Context, unit string, at time.Time) (json.RawMessage, error)
}

// Errors of stores. Compare with errors.Is.
var (
	ErrNotFound        = &Error{"not_found", "没有找到", "not found"}
	ErrJournalConflict = &Error{"journal_conflict", "日志冲突：同一序号已有不同的记录", "the journal has a different event under this number"}
	ErrSuperseded      = &Error{"superseded", "另一台服务器已接管", "another server has taken over"}
	ErrSessionExists   = &Error{"session_exists", "该计划的点调会已存在", "the schedule's session exists already"}
)
