package web

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

type sessionItem struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind" enum:"regular,extra,drill"`
	Title     string     `json:"title"`
	Schedule  string     `json:"schedule,omitempty"`
	PlannedAt time.Time  `json:"planned_at"`
	OpenedAt  time.Time  `json:"opened_at"`
	BegunAt   *time.Time `json:"begun_at,omitempty"`
	ClosedAt  *time.Time `json:"closed_at,omitempty"`
}

type sessionsOutput struct {
	Body struct {
		Sessions []sessionItem `json:"sessions" doc:"newest first"`
	}
}

// rangeInput is a span of whole days.
type rangeInput struct {
	From string `query:"from" required:"true" doc:"first day, 2026-11-01"`
	To   string `query:"to" required:"true" doc:"last day, included"`
}

// longestRange bounds what one request may read.
const longestRange = 400 * 24 * time.Hour

// times returns the span as moments in the bureau's zone.
func (in *rangeInput) times() (from, to time.Time, err error) {
	if from, err = time.ParseInLocation(time.DateOnly, in.From, zone()); err != nil {
		return from, to, &detailed{errBadDay, in.From}
	}
	if to, err = time.ParseInLocation(time.DateOnly, in.To, zone()); err != nil {
		return from, to, &detailed{errBadDay, in.To}
	}
	if to.Before(from) {
		return from, to, errBackwards
	}
	if to.Sub(from) > longestRange {
		return from, to, errLongRange
	}
	return from, to.AddDate(0, 0, 1), nil
}

// zone is the bureau's: China has one time and no summer time.
func zone() *time.Location { return time.FixedZone("CST", 8*3600) }

type sessionInput struct {
	ID string `path:"id" maxLength:"64"`
}

type dayInput struct {
	Day string `query:"day" required:"true" doc:"2026-11-26"`
}

type monthInput struct {
	Month string `query:"month" required:"true" doc:"2026-11"`
}

// unitRangeInput spells its fields out: huma does not see those of embedded types that are not exported.
type unitRangeInput struct {
	Unit string `path:"unit" pattern:"^[0-9]{12}$"`
	From string `query:"from" required:"true" doc:"first day, 2026-11-01"`
	To   string `query:"to" required:"true" doc:"last day, included"`
}

type reportOutput struct{ Body attendance.Report }

type dayOutput struct {
	Body struct {
		Reports []attendance.Report `json:"reports" doc:"of every session planned that day, drills too"`
	}
}

type unitReportOutput struct{ Body attendance.UnitReport }

type monthOutput struct{ Body attendance.MonthReport }

type turnsOutput struct {
	Body struct {
		Turns []turnItem `json:"turns"`
	}
}

func (s *server) attendanceRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/sessions", "listSessions", "Sessions planned in a span of days", hostOrUp}, s.listSessions)
	handle(s, api, route{"GET", "/api/sessions/{id}/attendance", "sessionAttendance", "Attendance of one session, as it stands", hostOrUp}, s.sessionAttendance)
	handle(s, api, route{"GET", "/api/sessions/{id}/turns", "sessionTurns", "Turns of one session with their frozen dossiers", adminOnly}, s.sessionTurns)
	handle(s, api, route{"GET", "/api/attendance/day", "dayAttendance", "Attendance of a day's sessions", hostOrUp}, s.dayAttendance)
	handle(s, api, route{"GET", "/api/attendance/unit/{unit}", "unitAttendance", "One unit over a span of days", hostOrUp}, s.unitAttendance)
	handle(s, api, route{"GET", "/api/attendance/month", "monthAttendance", "What a month adds up to", hostOrUp}, s.monthAttendance)
}

func sessionOf(r rollcall.SessionRow) sessionItem {
	return sessionItem{
		ID: r.ID, Kind: string(r.Kind), Title: r.Title, Schedule: r.Schedule, PlannedAt: r.PlannedAt, OpenedAt: r.OpenedAt,
		BegunAt: optional(r.BegunAt), ClosedAt: optional(r.ClosedAt),
	}
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (s *server) listSessions(ctx context.Context, in *rangeInput) (*sessionsOutput, error) {
	from, to, err := in.times()
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.Sessions.Sessions(ctx, from, to)
	if err != nil {
		return nil, err
	}
	out := &sessionsOutput{}
	out.Body.Sessions = make([]sessionItem, 0, len(rows))
	for i := len(rows) - 1; i >= 0; i-- {
		out.Body.Sessions = append(out.Body.Sessions, sessionOf(rows[i]))
	}
	return out, nil
}

func (s *server) sessionAttendance(ctx context.Context, in *sessionInput) (*reportOutput, error) {
	report, err := s.cfg.Book.Session(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &reportOutput{report}, nil
}

func (s *server) dayAttendance(ctx context.Context, in *dayInput) (*dayOutput, error) {
	reports, err := s.cfg.Book.Day(ctx, in.Day)
	if err != nil {
		return nil, err
	}
	out := &dayOutput{}
	out.Body.Reports = reports
	return out, nil
}

func (s *server) unitAttendance(ctx context.Context, in *unitRangeInput) (*unitReportOutput, error) {
	report, err := s.unitReport(ctx, in.Unit, rangeInput{From: in.From, To: in.To})
	if err != nil {
		return nil, err
	}
	return &unitReportOutput{report}, nil
}

// unitReport also answers for a unit that has left the roster, as long as it was in a session of the span.
func (s *server) unitReport(ctx context.Context, unit string, span rangeInput) (attendance.UnitReport, error) {
	if _, _, err := span.times(); err != nil {
		return attendance.UnitReport{}, err
	}
	if strings.ContainsRune(unit, 0) { // PostgreSQL's text has no NUL
		return attendance.UnitReport{}, rollcall.ErrUnknownUnit
	}
	report, err := s.cfg.Book.Unit(ctx, unit, span.From, span.To)
	if err != nil || len(report.Sessions) > 0 {
		return report, err
	}
	known, err := s.cfg.Gate.unitOf(ctx, unit)
	report.Tally.Unit = known
	return report, err
}

func (s *server) monthAttendance(ctx context.Context, in *monthInput) (*monthOutput, error) {
	report, err := s.cfg.Book.Month(ctx, in.Month)
	if err != nil {
		return nil, err
	}
	return &monthOutput{report}, nil
}
