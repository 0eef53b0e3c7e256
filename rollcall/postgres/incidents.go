package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/rollcall"
	"muster/rollcall/incident"
)

const (
	sqlUnitKind = `SELECT kind FROM units WHERE code = $1`

	sqlIncidentColumns = `
SELECT i.id, i.unit, i.level, i.category, i.sub, i.source, i.reporter, i.place, i.lat, i.lon, i.summary, i.reported_at,
       i.dispatched_at, i.signed_at, i.left_at, i.arrived_at, i.fed_back_at, i.officer, i.handling, i.status, i.case_number,
       i.accepted_at, i.criminal, i.filed_at, i.evidence, i.body_camera, i.repeated
FROM incidents i WHERE i.reported_at >= $1 AND i.reported_at < $2`
	newestFirst = ` ORDER BY i.reported_at DESC, i.id`

	sqlStationIncidents = sqlIncidentColumns + ` AND i.unit = $3` + newestFirst
	sqlBranchIncidents  = sqlIncidentColumns + ` AND (i.unit = $3 OR i.unit IN (SELECT code FROM units WHERE branch = $3))` + newestFirst
	sqlUnfinished       = sqlIncidentColumns + ` AND i.status <> 'closed' ORDER BY i.reported_at, i.id`
	sqlGraveIncidents   = sqlIncidentColumns + ` AND i.level <= 2` + newestFirst

	// A staging table of the transaction lets COPY replace: COPY itself knows no conflict.
	sqlStageIncidents = `CREATE TEMPORARY TABLE staged_incidents (LIKE incidents) ON COMMIT DROP`
	sqlDropIncidents  = `DELETE FROM incidents WHERE id IN (SELECT id FROM staged_incidents)`
	sqlTakeIncidents  = `INSERT INTO incidents SELECT * FROM staged_incidents`

	sqlPatrol    = `SELECT unit, day::text AS day, officers, vehicles, places, note FROM patrols WHERE unit = $1 AND day = $2::text::date`
	sqlPutPatrol = `
INSERT INTO patrols (unit, day, officers, vehicles, places, note) VALUES ($1, $2::text::date, $3, $4, $5, $6)
ON CONFLICT (unit, day) DO UPDATE SET officers = $3, vehicles = $4, places = $5, note = $6`
)

type incidentRow struct {
	ID, Unit, Category, Sub, Source, Reporter, Place, Summary string
	Level                                                     int
	Lat, Lon                                                  float64
	ReportedAt                                                time.Time
	DispatchedAt, SignedAt, LeftAt, ArrivedAt, FedBackAt      *time.Time
	Officer, Handling, Status, CaseNumber                     string
	AcceptedAt, FiledAt                                       *time.Time
	Criminal, Repeated                                        bool
	Evidence                                                  []string
	BodyCamera                                                string
}

func (r incidentRow) incident() incident.Incident {
	return incident.Incident{
		ID: r.ID, Unit: r.Unit, Level: r.Level, Category: r.Category, Sub: r.Sub, Source: r.Source, Reporter: r.Reporter,
		Place: r.Place, Lat: r.Lat, Lon: r.Lon, Summary: r.Summary, ReportedAt: r.ReportedAt.UTC(),
		DispatchedAt: utc(r.DispatchedAt), SignedAt: utc(r.SignedAt), LeftAt: utc(r.LeftAt), ArrivedAt: utc(r.ArrivedAt),
		FedBackAt: utc(r.FedBackAt), Officer: r.Officer, Handling: r.Handling, Status: r.Status, CaseNumber: r.CaseNumber,
		AcceptedAt: utc(r.AcceptedAt), Criminal: r.Criminal, FiledAt: utc(r.FiledAt), Evidence: r.Evidence,
		BodyCamera: r.BodyCamera, Repeated: r.Repeated,
	}
}

// Incidents lists what concerns a unit, reported in [from, to), newest first; see incident.Store. A code that is not in the
// roster is an error that wraps rollcall.ErrUnknownUnit.
func (s *Store) Incidents(ctx context.Context, unit string, from, to time.Time) ([]incident.Incident, error) {
	type kindRow struct{ Kind string }
	row, err := one[kindRow](ctx, s.pool, sqlUnitKind, unit)
	if errors.Is(err, rollcall.ErrNotFound) {
		err = rollcall.ErrUnknownUnit
	}
	if err != nil {
		return nil, fmt.Errorf("incidents of unit %q: %w", unit, err)
	}
	var rows []incidentRow
	switch rollcall.UnitKind(row.Kind) {
	case rollcall.PoliceType:
		rows, err = collect[incidentRow](ctx, s.pool, sqlGraveIncidents, from, to)
	case rollcall.Branch:
		rows, err = collect[incidentRow](ctx, s.pool, sqlBranchIncidents, from, to, unit)
	default:
		rows, err = collect[incidentRow](ctx, s.pool, sqlStationIncidents, from, to, unit)
	}
	if err != nil {
		return nil, fmt.Errorf("incidents of unit %q: %w", unit, err)
	}
	return incidents(rows), nil
}

func incidents(rows []incidentRow) []incident.Incident {
	list := make([]incident.Incident, len(rows))
	for i, r := range rows {
		list[i] = r.incident()
	}
	return list
}

// Unfinished lists the incidents of all units reported in [from, to) that are not closed, oldest first.
func (s *Store) Unfinished(ctx context.Context, from, to time.Time) ([]incident.Incident, error) {
	rows, err := collect[incidentRow](ctx, s.pool, sqlUnfinished, from, to)
	if err != nil {
		return nil, fmt.Errorf("unfinished incidents: %w", err)
	}
	return incidents(rows), nil
}

// PutIncidents adds incidents, replacing those of the same ID. Reporters are masked here at the latest: no name is ever kept.
func (s *Store) PutIncidents(ctx context.Context, list []incident.Incident) error {
	rows := make([][]any, len(list))
	for i, n := range list {
		rows[i] = []any{
			n.ID, n.Unit, n.Level, n.Category, n.Sub, n.Source, incident.Mask(n.Reporter), n.Place, n.Lat, n.Lon, n.Summary, n.ReportedAt,
			null(n.DispatchedAt), null(n.SignedAt), null(n.LeftAt), null(n.ArrivedAt), null(n.FedBackAt), n.Officer, n.Handling,
			n.Status, n.CaseNumber, null(n.AcceptedAt), n.Criminal, null(n.FiledAt), append([]string{}, n.Evidence...),
			n.BodyCamera, n.Repeated,
		}
	}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, sqlStageIncidents); err != nil {
			return err
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"staged_incidents"}, incidentColumns(), pgx.CopyFromRows(rows)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlDropIncidents); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sqlTakeIncidents)
		return err
	})
	if err != nil {
		return fmt.Errorf("put %d incidents: %w", len(list), err)
	}
	return nil
}

func incidentColumns() []string {
	return []string{
		"id", "unit", "level", "category", "sub", "source", "reporter", "place", "lat", "lon", "summary", "reported_at",
		"dispatched_at", "signed_at", "left_at", "arrived_at", "fed_back_at", "officer", "handling", "status", "case_number",
		"accepted_at", "criminal", "filed_at", "evidence", "body_camera", "repeated",
	}
}

// Patrol returns a unit's plan for a day; rollcall.ErrNotFound when there is none.
func (s *Store) Patrol(ctx context.Context, unit, day string) (incident.Patrol, error) {
	patrol, err := one[incident.Patrol](ctx, s.pool, sqlPatrol, unit, day)
	if err != nil {
		return incident.Patrol{}, fmt.Errorf("patrol of unit %q on %s: %w", unit, day, err)
	}
	return patrol, nil
}

// PutPatrols adds plans, replacing those of the same unit and day.
func (s *Store) PutPatrols(ctx context.Context, list []incident.Patrol) error {
	batch := &pgx.Batch{}
	for _, p := range list {
		batch.Queue(sqlPutPatrol, p.Unit, p.Day, p.Officers, p.Vehicles, append([]string{}, p.Places...), p.Note)
	}
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("put %d patrols: %w", len(list), err)
	}
	return nil
}
