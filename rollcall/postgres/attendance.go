package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/rollcall/attendance"
)

const (
	// It also makes those wait who keep the same report at the same time.
	sqlPutReport = `
INSERT INTO attendance_sessions (session, planned_at, head) VALUES ($1, $2, $3::text::json)
ON CONFLICT (session) DO UPDATE SET planned_at = $2, head = $3::text::json`
	sqlDropEntries = `DELETE FROM attendance_units WHERE session = $1`
	sqlPutEntries  = `
INSERT INTO attendance_units (session, unit, position, entry)
SELECT $1, u.unit, u.position, u.entry::json
FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS u (unit, entry, position)`

	sqlReports = `
SELECT s.session, s.head::text AS head, coalesce(u.entry::text, '') AS entry
FROM attendance_sessions s LEFT JOIN attendance_units u ON u.session = s.session AND ($3 = '' OR u.unit = $3)
WHERE s.planned_at >= $1 AND s.planned_at < $2
  AND NOT EXISTS (SELECT FROM journal j WHERE j.session = s.session AND j.seq > (s.head->'session'->>'seq')::bigint)
ORDER BY s.planned_at, s.session, u.position`
)

// PutReport replaces what is kept of a session's attendance.
func (s *Store) PutReport(ctx context.Context, r attendance.Report) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		units, entries := make([]string, len(r.Units)), make([]string, len(r.Units))
		for i, e := range r.Units {
			entry, err := json.Marshal(e)
			if err != nil {
				return err
			}
			units[i], entries[i] = e.Unit.Code, string(entry)
		}
		head := r
		head.Units = nil
		text, err := json.Marshal(head)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlPutReport, r.Session.ID, r.Session.PlannedAt, string(text)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlDropEntries, r.Session.ID); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, sqlPutEntries, r.Session.ID, units, entries)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the attendance of session %q: %w", r.Session.ID, err)
	}
	return nil
}

// Reports returns what is kept of the sessions planned in [from, to); see attendance.Store.
func (s *Store) Reports(ctx context.Context, from, to time.Time, unit string) ([]attendance.Report, error) {
	type row struct{ Session, Head, Entry string }
	rows, err := collect[row](ctx, s.pool, sqlReports, from, to, unit)
	if err != nil {
		return nil, fmt.Errorf("read kept attendance: %w", err)
	}
	var list []attendance.Report
	for _, r := range rows {
		if len(list) == 0 || list[len(list)-1].Session.ID != r.Session {
			report := attendance.Report{}
			if err := json.Unmarshal([]byte(r.Head), &report); err != nil {
				return nil, fmt.Errorf("kept attendance of session %q: %w", r.Session, err)
			}
			report.Units = []attendance.Entry{}
			list = append(list, report)
		}
		if r.Entry == "" {
			continue
		}
		var entry attendance.Entry
		if err := json.Unmarshal([]byte(r.Entry), &entry); err != nil {
			return nil, fmt.Errorf("kept attendance of session %q: %w", r.Session, err)
		}
		last := &list[len(list)-1]
		last.Units = append(last.Units, entry)
	}
	return list, nil
}
