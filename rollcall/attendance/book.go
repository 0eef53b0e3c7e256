package attendance

import (
	"context"
	"fmt"
	"time"

	"muster/rollcall"
)

// Store keeps reports of closed sessions: a cache, which Book fills and Rebuild makes anew.
type Store interface {
	// PutReport replaces what is kept of the session.
	PutReport(ctx context.Context, r Report) error
	// Reports returns the kept reports of sessions planned in [from, to), by PlannedAt and ID. With a unit they hold that unit's
	// entry alone, and none where it was not in the roster. A report whose journal has grown since, by a correction for example,
	// is left out: Book derives it anew.
	Reports(ctx context.Context, from, to time.Time, unit string) ([]Report, error)
}

// Book answers questions about attendance.
type Book struct {
	Journal  rollcall.JournalStore
	Sessions rollcall.SessionStore
	Store    Store
	Zone     *time.Location   // whose days and months are asked for; nil = UTC
	Now      func() time.Time // nil = time.Now
}

// ErrBadDay refuses a day or month that is none.
var ErrBadDay = &rollcall.Error{Code: "bad_day", ZH: "日期格式应为 2026-11-24，月份为 2026-11", EN: "a day reads like 2026-11-24, a month like 2026-11"}

// Session returns one session's attendance, derived from its journal at this moment.
func (b *Book) Session(ctx context.Context, id string) (Report, error) {
	if _, err := b.Sessions.Session(ctx, id); err != nil {
		return Report{}, fmt.Errorf("attendance: %w", err)
	}
	return b.derive(ctx, id)
}

// Day returns the attendance of all sessions planned on a day, drills too, by PlannedAt.
func (b *Book) Day(ctx context.Context, day string) ([]Report, error) {
	from, to, err := b.span(time.DateOnly, day, day, 0, 1)
	if err != nil {
		return nil, err
	}
	return b.reports(ctx, from, to, "")
}

// UnitReport is one unit over a span of days.
type UnitReport struct {
	Tally    Tally         `json:"tally"`
	Sessions []UnitSession `json:"sessions"` // drills too; only the tally leaves them out
}

// UnitSession is one unit in one session.
type UnitSession struct {
	Session Session `json:"session"`
	Entry   Entry   `json:"entry"`
}

// Unit returns a unit's attendance from one day to another, both included.
func (b *Book) Unit(ctx context.Context, code, from, to string) (UnitReport, error) {
	begin, end, err := b.span(time.DateOnly, from, to, 0, 1)
	if err != nil {
		return UnitReport{}, err
	}
	reports, err := b.reports(ctx, begin, end, code)
	if err != nil {
		return UnitReport{}, err
	}
	out := UnitReport{Sessions: []UnitSession{}}
	for _, r := range reports {
		for _, e := range r.Units {
			out.Tally.Unit = e.Unit // as it is called in its last session
			out.Tally.Add(r.Session, e)
			out.Sessions = append(out.Sessions, UnitSession{r.Session, e})
		}
	}
	if len(out.Sessions) == 0 {
		out.Tally.Unit.Code = code
	}
	return out, nil
}

// MonthReport is what a month adds up to.
type MonthReport struct {
	Month    string  `json:"month"`
	Sessions int     `json:"sessions"` // that count
	Units    []Tally `json:"units"`    // in the order of the last roster; units that left it follow
}

// Month returns the tallies of a month like "2026-11".
func (b *Book) Month(ctx context.Context, month string) (MonthReport, error) {
	from, to, err := b.span("2006-01", month, month, 1, 0)
	if err != nil {
		return MonthReport{}, err
	}
	reports, err := b.reports(ctx, from, to, "")
	if err != nil {
		return MonthReport{}, err
	}
	out := MonthReport{Month: month, Units: []Tally{}}
	place := map[string]int{}
	for i := len(reports) - 1; i >= 0; i-- { // the last roster decides on names and order
		r := reports[i]
		if !r.Session.Counts() {
			continue
		}
		out.Sessions++
		for _, e := range r.Units {
			if _, there := place[e.Unit.Code]; !there {
				place[e.Unit.Code] = len(out.Units)
				out.Units = append(out.Units, Tally{Unit: e.Unit})
			}
			out.Units[place[e.Unit.Code]].Add(r.Session, e)
		}
	}
	return out, nil
}

// span reads the first and the last day or month, and returns the moments from the begin of the first to the end of the last.
func (b *Book) span(layout, first, last string, months, days int) (from, to time.Time, err error) {
	zone := b.Zone
	if zone == nil {
		zone = time.UTC
	}
	if from, err = time.ParseInLocation(layout, first, zone); err == nil {
		to, err = time.ParseInLocation(layout, last, zone)
	}
	if err != nil || to.Before(from) {
		return from, to, fmt.Errorf("attendance from %q to %q: %w", first, last, ErrBadDay)
	}
	return from, to.AddDate(0, months, days), nil
}

// reports takes from the cache what is there, and derives what is not. Open sessions are never kept.
func (b *Book) reports(ctx context.Context, from, to time.Time, unit string) ([]Report, error) {
	rows, err := b.Sessions.Sessions(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("attendance: %w", err)
	}
	list, err := b.Store.Reports(ctx, from, to, unit)
	if err != nil {
		return nil, fmt.Errorf("attendance: %w", err)
	}
	kept := make(map[string]Report, len(list))
	for _, r := range list {
		kept[r.Session.ID] = r
	}
	out := make([]Report, 0, len(rows))
	for _, row := range rows {
		r, ok := kept[row.ID]
		if !ok {
			if r, err = b.fetch(ctx, row); err != nil {
				return nil, err
			}
			r = r.only(unit)
		}
		out = append(out, r)
	}
	return out, nil
}

// fetch derives a session's report, and keeps it if the session is closed.
func (b *Book) fetch(ctx context.Context, row rollcall.SessionRow) (Report, error) {
	r, err := b.derive(ctx, row.ID)
	if err != nil || r.Session.ClosedAt.IsZero() {
		return r, err
	}
	if err := b.Store.PutReport(ctx, r); err != nil {
		return Report{}, fmt.Errorf("attendance: %w", err)
	}
	return r, nil
}

// only reduces a report to one unit; an empty code leaves it whole.
func (r Report) only(unit string) Report {
	if unit == "" {
		return r
	}
	entries := r.Units
	r.Units = []Entry{}
	for _, e := range entries {
		if e.Unit.Code == unit {
			r.Units = append(r.Units, e)
		}
	}
	return r
}

func (b *Book) derive(ctx context.Context, id string) (Report, error) {
	events, err := b.Journal.Events(ctx, id)
	if err != nil {
		return Report{}, fmt.Errorf("attendance: %w", err)
	}
	now := time.Now
	if b.Now != nil {
		now = b.Now
	}
	return Derive(events, now().UTC())
}
