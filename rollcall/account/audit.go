package account

import (
	"context"
	"time"
)

// Action is something privileged that was done outside a session: it is kept for good with who did it.
type Action struct {
	At      time.Time
	Actor   string // user name, or where it came from: "command line, zhang"
	Action  string // "link.create", "link.revoke", "user.create", "user.change", "schedule.change", "login", …
	Subject string // unit code, user name, schedule id
	Detail  string // never a secret
}

// AuditStore keeps actions, append-only.
type AuditStore interface {
	Audit(ctx context.Context, a Action) error
	Actions(ctx context.Context, from, to time.Time) ([]Action, error) // newest first, at most 1000
}
