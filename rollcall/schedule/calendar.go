package schedule

import (
	"embed"
	"encoding/json"
	"fmt"
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

// Calendar says which days are worked.
type Calendar struct{ years map[int]year }

type year struct {
	Off    map[string]string `json:"off"`    // day → name of the holiday
	MakeUp map[string]string `json:"makeup"` // day → name of the holiday that it makes up for
}

// NewCalendar reads the embedded calendar.
func NewCalendar() (*Calendar, error) {
	c := &Calendar{years: map[int]year{}}
	files, err := calendars.ReadDir("calendar")
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	for _, f := range files {
		content, err := calendars.ReadFile("calendar/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("calendar: %w", err)
		}
		var number int
		var y year
		if _, err := fmt.Sscanf(f.Name(), "%d.json", &number); err != nil {
			return nil, fmt.Errorf("calendar %s: the name is no year: %w", f.Name(), err)
		}
		if err := json.Unmarshal(content, &y); err != nil {
			return nil, fmt.Errorf("calendar %s: %w", f.Name(), err)
		}
		c.years[number] = y
	}
	return c, nil
}

// Verdict says what kind of day it is in t's own zone. A year without data is Unknown: it must not count as ordinary days.
func (c *Calendar) Verdict(t time.Time) string {
	y, ok := c.years[t.Year()]
	if !ok {
		return Unknown
	}
	day := t.Format(time.DateOnly)
	if _, off := y.Off[day]; off {
		return DayOff
	}
	if _, worked := y.MakeUp[day]; worked {
		return Workday
	}
	if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return DayOff
	}
	return Workday
}
