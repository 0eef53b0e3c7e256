package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"muster/rollcall/schedule"
)

const (
	sqlSchedules = `
SELECT id, title, cron, zone, lead, rules::text AS rules, next_due, enabled, workdays_only,
    coalesce(agenda::text, 'null') AS agenda, coalesce(units::text, 'null') AS units FROM schedules ORDER BY id`

	sqlPutSchedule = `
INSERT INTO schedules (id, title, cron, zone, lead, rules, next_due, enabled, workdays_only, agenda, units)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (id) DO UPDATE
SET title = $2, cron = $3, zone = $4, lead = $5, rules = $6, next_due = $7, enabled = $8, workdays_only = $9,
    agenda = $10, units = $11`

	// A next_due that was never computed is NULL and comes as the zero time.
	sqlAdvance = `UPDATE schedules SET next_due = $3 WHERE id = $1 AND next_due IS NOT DISTINCT FROM $2::timestamptz`
)

type scheduleRow struct {
	ID, Title, Cron, Zone, Rules string
	Lead                         time.Duration
	NextDue                      *time.Time
	Enabled, WorkdaysOnly        bool
	Agenda, Units                string
}

// Schedules lists all schedules by id.
func (s *Store) Schedules(ctx context.Context) ([]schedule.Schedule, error) {
	rows, err := collect[scheduleRow](ctx, s.pool, sqlSchedules)
	if err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	list := make([]schedule.Schedule, len(rows))
	for i, r := range rows {
		list[i] = schedule.Schedule{
			ID: r.ID, Title: r.Title, Cron: r.Cron, Zone: r.Zone, Lead: r.Lead, NextDue: utc(r.NextDue), Enabled: r.Enabled,
			WorkdaysOnly: r.WorkdaysOnly,
		}
		if err := json.Unmarshal([]byte(r.Rules), &list[i].Rules); err != nil {
			return nil, fmt.Errorf("rules of schedule %q: %w", r.ID, err)
		}
		if err := errors.Join(json.Unmarshal([]byte(r.Agenda), &list[i].Agenda), json.Unmarshal([]byte(r.Units), &list[i].Units)); err != nil {
			return nil, fmt.Errorf("agenda of schedule %q: %w", r.ID, err)
		}
	}
	return list, nil
}

// PutSchedule adds the schedule or replaces the one of that id.
func (s *Store) PutSchedule(ctx context.Context, sc schedule.Schedule) error {
	rules, err := json.Marshal(sc.Rules)
	agenda, err2 := json.Marshal(sc.Agenda)
	units, err3 := json.Marshal(sc.Units)
	if err = errors.Join(err, err2, err3); err == nil {
		_, err = s.pool.Exec(ctx, sqlPutSchedule, sc.ID, sc.Title, sc.Cron, sc.Zone, sc.Lead, rules, null(sc.NextDue), sc.Enabled,
			sc.WorkdaysOnly, agenda, units)
	}
	if err != nil {
		return fmt.Errorf("put schedule %q: %w", sc.ID, err)
	}
	return nil
}

// Advance moves NextDue from one begin to the next; false when it is not from any more.
func (s *Store) Advance(ctx context.Context, id string, from, to time.Time) (bool, error) {
	done, err := s.pool.Exec(ctx, sqlAdvance, id, null(from), null(to))
	if err != nil {
		return false, fmt.Errorf("advance schedule %q: %w", id, err)
	}
	return done.RowsAffected() == 1, nil
}
