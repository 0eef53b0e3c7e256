package postgres

import (
	"context"
	"fmt"
	"time"

	"muster/rollcall"
)

const (
	sqlSessionOpened = `INSERT INTO sessions (id, kind, title, schedule, planned_at, opened_at) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlSessionBegun  = `UPDATE sessions SET begun_at = $2 WHERE id = $1`
	sqlSessionClosed = `UPDATE sessions SET closed_at = $2 WHERE id = $1`

	sqlSessionColumns = `SELECT id, kind, title, schedule, planned_at, opened_at, begun_at, closed_at FROM sessions`
	sqlOpenSessions   = sqlSessionColumns + ` WHERE closed_at IS NULL ORDER BY planned_at, id`
	sqlSessions       = sqlSessionColumns + ` WHERE planned_at >= $1 AND planned_at < $2 ORDER BY planned_at, id`
	sqlSession        = sqlSessionColumns + ` WHERE id = $1`

	sqlLastCalls = `
WITH calls AS (
    SELECT session, at, kind, data->>'turn' AS turn, data->>'unit' AS unit FROM journal
    WHERE kind IN ('TurnCalled', 'TurnWithdrawn') AND at > $1
)
SELECT c.unit, max(c.at) AS at FROM calls c JOIN sessions s ON s.id = c.session AND s.kind <> 'drill'
WHERE c.kind = 'TurnCalled'
  AND NOT EXISTS (SELECT FROM calls w WHERE w.kind = 'TurnWithdrawn' AND w.session = c.session AND w.turn = c.turn)
GROUP BY c.unit`
)

// historyOf is how far back calls are looked for: draws make no difference between units that wait longer.
const historyOf = 90 * 24 * time.Hour

type sessionRow struct {
	ID, Kind, Title, Schedule string
	PlannedAt, OpenedAt       time.Time
	BegunAt, ClosedAt         *time.Time
}

func (r sessionRow) session() rollcall.SessionRow {
	return rollcall.SessionRow{
		ID: r.ID, Kind: rollcall.SessionKind(r.Kind), Title: r.Title, Schedule: r.Schedule,
		PlannedAt: r.PlannedAt.UTC(), OpenedAt: r.OpenedAt.UTC(), BegunAt: utc(r.BegunAt), ClosedAt: utc(r.ClosedAt),
	}
}

// OpenSessions lists the sessions that are not closed, by PlannedAt.
func (s *Store) OpenSessions(ctx context.Context) ([]rollcall.SessionRow, error) {
	return s.sessions(ctx, "list open sessions", sqlOpenSessions)
}

// Sessions lists the sessions planned in [from, to).
func (s *Store) Sessions(ctx context.Context, from, to time.Time) ([]rollcall.SessionRow, error) {
	return s.sessions(ctx, "list sessions", sqlSessions, from, to)
}

func (s *Store) sessions(ctx context.Context, what, query string, args ...any) ([]rollcall.SessionRow, error) {
	rows, err := collect[sessionRow](ctx, s.pool, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	list := make([]rollcall.SessionRow, len(rows))
	for i, r := range rows {
		list[i] = r.session()
	}
	return list, nil
}

// Session returns one session; rollcall.ErrNotFound when there is none of that id.
func (s *Store) Session(ctx context.Context, id string) (rollcall.SessionRow, error) {
	row, err := one[sessionRow](ctx, s.pool, sqlSession, id)
	if err != nil {
		return rollcall.SessionRow{}, fmt.Errorf("session %q: %w", id, err)
	}
	return row.session(), nil
}

// LastCalls says when each unit was last called, drills and wrong calls aside. Units that were not called in the last 90 days
// are not in it.
func (s *Store) LastCalls(ctx context.Context) (map[string]time.Time, error) {
	type call struct {
		Unit string
		At   time.Time
	}
	rows, err := collect[call](ctx, s.pool, sqlLastCalls, time.Now().Add(-historyOf))
	if err != nil {
		return nil, fmt.Errorf("read the last calls: %w", err)
	}
	out := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		out[r.Unit] = r.At.UTC()
	}
	return out, nil
}
