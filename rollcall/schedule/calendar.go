package schedule

import (
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// The statutory calendar, a file a year as the State Council announces it in the November before: days off, and weekend days
// that are worked instead. The data of 2024 to 2026 was taken from the npm package chinese-days 1.5.7 (MIT licence).
//
//go:embed calendar/*.json
var calendars embed.FS

// Verdicts of the calendar.
const (
	Workday = "workday"
	DayOff  = "dayoff"
	Unknown = "unknown" // no calendar of that year was announced yet
)

// Sources of a year's calendar.
const (
	Imported = "imported" // by an administrator
	BuiltIn  = "built_in" // came with the program
)

// Day is one that the calendar names: off, or worked although it is a day of a weekend (调休).
type Day struct {
	Date string // 2027-01-01
	Kind string // DayOff or Workday
	Name string // of the holiday
}

// Year is the announced calendar of one year. It may name days of the December before: the New Year's holiday begins there in
// some years.
type Year struct {
	Year       int
	Days       []Day
	ImportedAt time.Time
	ImportedBy string
}

// CalendarStore keeps the calendars that were imported, and what a bureau decides for single days.
type CalendarStore interface {
	CalendarYears(ctx context.Context) ([]Year, error)
	PutCalendarYear(ctx context.Context, y Year) error // replaces the year's
	Overrides(ctx context.Context) ([]Day, error)
	PutOverride(ctx context.Context, d Day) error // insert or replace by date; it survives an import
	DropOverride(ctx context.Context, date string) error
}

// Calendar says which days are worked: as an override says, else as it was imported, else as it came with the program. What was
// read last stays when the database is away. Its methods may be called from any goroutine.
type Calendar struct {
	store   CalendarStore
	builtIn map[int]Year

	refreshing sync.Mutex // in order, so that nothing older replaces something newer

	mu    sync.RWMutex
	known known
}

// known is never changed, only replaced.
type known struct {
	years     map[int]Year
	days      map[string]Day
	overrides map[string]Day
}

// NewCalendar returns the calendar that came with the program; Refresh adds what the store has. No store is possible.
func NewCalendar(store CalendarStore) (*Calendar, error) {
	c := &Calendar{store: store, builtIn: map[int]Year{}}
	files, err := calendars.ReadDir("calendar")
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	for _, f := range files {
		content, err := calendars.ReadFile("calendar/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("calendar: %w", err)
		}
		y := Year{}
		if _, err := fmt.Sscanf(f.Name(), "%d.json", &y.Year); err != nil {
			return nil, fmt.Errorf("calendar %s: the name is no year: %w", f.Name(), err)
		}
		var named named
		if err := json.Unmarshal(content, &named); err != nil {
			return nil, fmt.Errorf("calendar %s: %w", f.Name(), err)
		}
		y.Days = named.days()
		c.builtIn[y.Year] = y
	}
	c.known = knownFrom(c.builtIn, nil, nil)
	return c, nil
}

// named is a year as a file has it.
type named struct {
	Off    map[string]string `json:"off"`    // day → name of the holiday
	MakeUp map[string]string `json:"makeup"` // day → name of the holiday that it makes up for
}

func (n named) days() []Day {
	var out []Day
	for date, name := range n.Off {
		out = append(out, Day{date, DayOff, name})
	}
	for date, name := range n.MakeUp {
		out = append(out, Day{date, Workday, name})
	}
	slices.SortFunc(out, byDate)
	return out
}

func byDate(a, b Day) int { return cmp.Compare(a.Date, b.Date) }

func knownFrom(builtIn map[int]Year, imported []Year, overrides []Day) known {
	k := known{years: maps.Clone(builtIn), days: map[string]Day{}, overrides: map[string]Day{}}
	for _, y := range imported {
		k.years[y.Year] = y
	}
	for _, number := range slices.Sorted(maps.Keys(k.years)) { // of a December that two years name, the later one decides
		for _, d := range k.years[number].Days {
			k.days[d.Date] = d
		}
	}
	for _, d := range overrides {
		k.overrides[d.Date] = d
	}
	return k
}

// Refresh reads what the store has now.
func (c *Calendar) Refresh(ctx context.Context) error {
	if c.store == nil {
		return nil
	}
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	imported, err := c.store.CalendarYears(ctx)
	if err != nil {
		return fmt.Errorf("read the calendar: %w", err)
	}
	overrides, err := c.store.Overrides(ctx)
	if err != nil {
		return fmt.Errorf("read the calendar: %w", err)
	}
	fresh := knownFrom(c.builtIn, imported, overrides)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = fresh
	return nil
}

func (c *Calendar) now() known {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.known
}

// Verdict says what kind of day it is in t's own zone. A year without data is Unknown: it must not count as ordinary days.
func (c *Calendar) Verdict(t time.Time) string {
	k := c.now()
	date := t.Format(time.DateOnly)
	if d, ok := k.overrides[date]; ok {
		return d.Kind
	}
	if d, ok := k.days[date]; ok {
		return d.Kind
	}
	if _, ok := k.years[t.Year()]; !ok {
		return Unknown
	}
	if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return DayOff
	}
	return Workday
}

// Missing lists the years that have no calendar although it is time: this one, and from 1 December on the next. The moment's
// own zone counts.
func (c *Calendar) Missing(now time.Time) []int {
	k := c.now()
	wanted := []int{now.Year()}
	if now.Month() == time.December {
		wanted = append(wanted, now.Year()+1)
	}
	return slices.DeleteFunc(wanted, func(year int) bool { _, ok := k.years[year]; return ok })
}

// Shown is a year as people look at it.
type Shown struct {
	Year
	Source string // Imported, BuiltIn or Unknown
	// Overrides are decisions for single days of the year; they count before Days.
	Overrides []Day
}

// Show returns a year's calendar with where it comes from.
func (c *Calendar) Show(number int) Shown {
	k := c.now()
	y, ok := k.years[number]
	out := Shown{Year: y, Source: BuiltIn}
	switch {
	case !ok:
		out.Source, out.Year.Year = Unknown, number
	case !y.ImportedAt.IsZero():
		out.Source = Imported
	}
	prefix := fmt.Sprintf("%04d-", number)
	for date, d := range k.overrides {
		if strings.HasPrefix(date, prefix) {
			out.Overrides = append(out.Overrides, d)
		}
	}
	slices.SortFunc(out.Overrides, byDate)
	return out
}

// furthest bounds how far ahead a begin on a working day is looked for.
const furthest = 400 * 24 * time.Hour

// Times returns the next begins of a schedule after a moment as package function Times does, but without days on which it is not
// held; fewer than n when it would take more than a year to find them.
func (c *Calendar) Times(s Schedule, after time.Time, n int) ([]time.Time, error) {
	var out []time.Time
	end := after.Add(furthest)
	for at := after; len(out) < n; {
		next, err := Times(s, at, 1)
		if err != nil {
			return nil, err
		}
		at = next[0]
		if s.HeldOn(c.Verdict(at)) {
			out = append(out, at)
			continue
		}
		if at.After(end) {
			break
		}
		// On to the next day: an expression may have many begins on one that is off.
		at = time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location()).Add(-time.Second)
	}
	return out, nil
}
