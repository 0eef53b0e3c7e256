package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"muster/rollcall/duty"
)

const (
	sqlOfficers = `
SELECT d.unit, d.day::text AS date, d.name, d.number, d.phone, d.role FROM duty d LEFT JOIN units u ON u.code = d.unit
WHERE d.day = $1::text::date AND ($2 = '' OR d.unit = $2) ORDER BY u.position, d.unit, d.number`

	sqlPutOfficer = `
INSERT INTO duty (unit, day, number, name, phone, role) VALUES ($1, $2::text::date, $3, $4, $5, $6)
ON CONFLICT (day, unit, number) DO UPDATE SET name = $4, phone = $5, role = $6`

	sqlDropOfficers = `DELETE FROM duty WHERE day = $1::text::date`
)

// Officers lists who is on duty on a day in the order of the units, units that left the roster last; see duty.Store.
func (s *Store) Officers(ctx context.Context, date, unit string) ([]duty.Officer, error) {
	list, err := collect[duty.Officer](ctx, s.pool, sqlOfficers, date, unit)
	if err != nil {
		return nil, fmt.Errorf("list who is on duty on %s: %w", date, err)
	}
	return list, nil
}

// PutOfficers adds officers, all or none; of two rows of the same unit, day and number the later one counts.
func (s *Store) PutOfficers(ctx context.Context, list []duty.Officer) error {
	// In one order for all, two imports at the same time wait for each other instead of blocking each other.
	sorted := slices.SortedStableFunc(slices.Values(list), func(a, b duty.Officer) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Number, b.Number))
	})
	batch := &pgx.Batch{}
	for _, o := range sorted {
		batch.Queue(sqlPutOfficer, o.Unit, o.Date, o.Number, o.Name, o.Phone, o.Role)
	}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return tx.SendBatch(ctx, batch).Close() })
	if err != nil {
		return fmt.Errorf("put %d officers on duty: %w", len(list), err)
	}
	return nil
}

// DropOfficers removes a day's officers and says how many there were.
func (s *Store) DropOfficers(ctx context.Context, date string) (int, error) {
	done, err := s.pool.Exec(ctx, sqlDropOfficers, date)
	if err != nil {
		return 0, fmt.Errorf("remove who is on duty on %s: %w", date, err)
	}
	return int(done.RowsAffected()), nil
}
