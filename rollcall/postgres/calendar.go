package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/rollcall"
	"muster/rollcall/schedule"
)

const (
	sqlCalendarDays = `
SELECT y.year, y.imported_at, y.imported_by, d.day::text AS date, d.kind, d.name
FROM calendar_years y JOIN calendar_days d USING (year) ORDER BY y.year, d.day`

	sqlPutCalendarYear = `
INSERT INTO calendar_years (year, imported_at, imported_by) VALUES ($1, $2, $3)
ON CONFLICT (year) DO UPDATE SET imported_at = $2, imported_by = $3`
	sqlDropCalendarDays = `DELETE FROM calendar_days WHERE year = $1`
	sqlPutCalendarDay   = `INSERT INTO calendar_days (year, day, kind, name) VALUES ($1, $2::text::date, $3, $4)`

	sqlOverrides   = `SELECT day::text AS date, kind, name FROM calendar_overrides ORDER BY day`
	sqlPutOverride = `
INSERT INTO calendar_overrides (day, kind, name) VALUES ($1::text::date, $2, $3)
ON CONFLICT (day) DO UPDATE SET kind = $2, name = $3`
	sqlDropOverride = `DELETE FROM calendar_overrides WHERE day = $1::text::date`
)

type calendarRow struct {
	Year             int
	ImportedAt       time.Time
	ImportedBy       string
	Date, Kind, Name string
}

// CalendarYears lists the years that were imported; see schedule.CalendarStore.
func (s *Store) CalendarYears(ctx context.Context) ([]schedule.Year, error) {
	rows, err := collect[calendarRow](ctx, s.pool, sqlCalendarDays)
	if err != nil {
		return nil, fmt.Errorf("list the calendar: %w", err)
	}
	var years []schedule.Year
	for _, r := range rows {
		if len(years) == 0 || years[len(years)-1].Year != r.Year {
			years = append(years, schedule.Year{Year: r.Year, ImportedAt: r.ImportedAt.UTC(), ImportedBy: r.ImportedBy})
		}
		y := &years[len(years)-1]
		y.Days = append(y.Days, schedule.Day{Date: r.Date, Kind: r.Kind, Name: r.Name})
	}
	return years, nil
}

// PutCalendarYear makes these the days that a year's calendar names.
func (s *Store) PutCalendarYear(ctx context.Context, y schedule.Year) error {
	batch := &pgx.Batch{}
	batch.Queue(sqlPutCalendarYear, y.Year, y.ImportedAt, y.ImportedBy)
	batch.Queue(sqlDropCalendarDays, y.Year)
	for _, d := range y.Days {
		batch.Queue(sqlPutCalendarDay, y.Year, d.Date, d.Kind, d.Name)
	}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return tx.SendBatch(ctx, batch).Close() })
	if err != nil {
		return fmt.Errorf("put the calendar of %d: %w", y.Year, err)
	}
	return nil
}

// Overrides lists what was decided for single days, by date.
func (s *Store) Overrides(ctx context.Context) ([]schedule.Day, error) {
	days, err := collect[schedule.Day](ctx, s.pool, sqlOverrides)
	if err != nil {
		return nil, fmt.Errorf("list overrides of the calendar: %w", err)
	}
	return days, nil
}

// PutOverride decides for one day, replacing what was decided before.
func (s *Store) PutOverride(ctx context.Context, d schedule.Day) error {
	if _, err := s.pool.Exec(ctx, sqlPutOverride, d.Date, d.Kind, d.Name); err != nil {
		return fmt.Errorf("override %s of the calendar: %w", d.Date, err)
	}
	return nil
}

// DropOverride leaves a day to the calendar again; rollcall.ErrNotFound when nothing was decided for it.
func (s *Store) DropOverride(ctx context.Context, date string) error {
	done, err := s.pool.Exec(ctx, sqlDropOverride, date)
	if err == nil && done.RowsAffected() == 0 {
		err = rollcall.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("drop the override of %s: %w", date, err)
	}
	return nil
}
