package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"muster/rollcall"
)

const (
	sqlUnitColumns = `SELECT code, name, short, kind, branch, position AS "order" FROM units`
	sqlUnits       = sqlUnitColumns + ` ORDER BY position, code`
	sqlUnit        = sqlUnitColumns + ` WHERE code = $1`

	sqlDropUnits = `DELETE FROM units WHERE NOT code = ANY ($1::text[])`
	sqlPutUnit   = `
INSERT INTO units (code, name, short, kind, branch, position) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (code) DO UPDATE SET name = $2, short = $3, kind = $4, branch = $5, position = $6`
)

// Units lists the roster in its display order.
func (s *Store) Units(ctx context.Context) ([]rollcall.Unit, error) {
	units, err := collect[rollcall.Unit](ctx, s.pool, sqlUnits)
	if err != nil {
		return nil, fmt.Errorf("list units: %w", err)
	}
	return units, nil
}

// Unit returns the unit with that code.
func (s *Store) Unit(ctx context.Context, code string) (rollcall.Unit, error) {
	unit, err := one[rollcall.Unit](ctx, s.pool, sqlUnit, code)
	if err != nil {
		return rollcall.Unit{}, fmt.Errorf("unit %q: %w", code, err)
	}
	return unit, nil
}

// PutUnits makes the roster be these units: others are dropped from it.
func (s *Store) PutUnits(ctx context.Context, units []rollcall.Unit) error {
	codes := make([]string, len(units))
	batch := &pgx.Batch{}
	for i, u := range units {
		codes[i] = u.Code
		batch.Queue(sqlPutUnit, u.Code, u.Name, u.Short, string(u.Kind), u.Branch, u.Order)
	}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, sqlDropUnits, codes); err != nil {
			return err
		}
		return tx.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return fmt.Errorf("put %d units: %w", len(units), err)
	}
	return nil
}
