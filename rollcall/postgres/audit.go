package postgres

import (
	"context"
	"fmt"
	"time"

	"muster/rollcall/account"
)

const (
	sqlAudit   = `INSERT INTO audit (at, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5)`
	sqlActions = `
SELECT at, actor, action, subject, detail FROM audit WHERE at >= $1 AND at < $2 ORDER BY at DESC, id DESC LIMIT 1000`
)

// Audit keeps what an administrator did; see account.AuditStore.
func (s *Store) Audit(ctx context.Context, a account.Action) error {
	return keepAction(ctx, s.pool, a)
}

// keepAction is Audit within a transaction, or by itself.
func keepAction(ctx context.Context, db execer, a account.Action) error {
	if _, err := db.Exec(ctx, sqlAudit, a.At, a.Actor, a.Action, a.Subject, a.Detail); err != nil {
		return fmt.Errorf("keep the action %s: %w", a.Action, err)
	}
	return nil
}

// Actions lists what was done in [from, to), newest first.
func (s *Store) Actions(ctx context.Context, from, to time.Time) ([]account.Action, error) {
	list, err := collect[account.Action](ctx, s.pool, sqlActions, from, to)
	if err != nil {
		return nil, fmt.Errorf("list actions: %w", err)
	}
	for i := range list {
		list[i].At = list[i].At.UTC()
	}
	return list, nil
}
