package postgres

import (
	"context"
	"fmt"
	"time"
)

const (
	sqlClock = `SELECT clock_timestamp() AS at`

	// Unit by unit it is found by the index on (unit, reported_at), however long incidents are kept.
	sqlNewestIncident = `
SELECT max(newest.at) AS at FROM units u,
  LATERAL (SELECT max(reported_at) AS at FROM incidents WHERE unit = u.code AND reported_at <= $1) newest`
)

type momentRow struct{ At *time.Time }

// Clock is the database's own time.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	row, err := one[momentRow](ctx, s.pool, sqlClock)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the database's clock: %w", err)
	}
	return utc(row.At), nil
}

// NewestIncident is when the roster's newest incident up to a moment was reported, the zero time when there is none.
func (s *Store) NewestIncident(ctx context.Context, until time.Time) (time.Time, error) {
	row, err := one[momentRow](ctx, s.pool, sqlNewestIncident, until)
	if err != nil {
		return time.Time{}, fmt.Errorf("find the newest incident: %w", err)
	}
	return utc(row.At), nil
}
