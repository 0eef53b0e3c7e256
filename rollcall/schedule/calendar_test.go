package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/rollcall/schedule"
)

// shelf is a schedule.CalendarStore in memory.
type shelf struct {
	years     []schedule.Year
	overrides []schedule.Day
	away      error
}

func (s *shelf) CalendarYears(context.Context) ([]schedule.Year, error) { return s.years, s.away }
func (s *shelf) Overrides(context.Context) ([]schedule.Day, error)      { return s.overrides, s.away }
func (s *shelf) PutCalendarYear(context.Context, schedule.Year) error   { return errors.ErrUnsupported }
func (s *shelf) PutOverride(context.Context, schedule.Day) error        { return errors.ErrUnsupported }
func (s *shelf) DropOverride(_ context.Context, _ string) error         { return errors.ErrUnsupported }
func day(date, kind string) schedule.Day                                { return schedule.Day{Date: date, Kind: kind, Name: "节"} }
func imported(year int, days ...schedule.Day) schedule.Year {
	return schedule.Year{Year: year, Days: days, ImportedAt: time.Unix(1, 0), ImportedBy: "zhang"}
}

func builtIn(t *testing.T) *schedule.Calendar {
	t.Helper()
	c, err := schedule.NewCalendar(nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func filled(t *testing.T, store *shelf) *schedule.Calendar {
	t.Helper()
	c, err := schedule.NewCalendar(store)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

func verdicts(t *testing.T, c *schedule.Calendar, want map[string]string) {
	t.Helper()
	for date, verdict := range want {
		at, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Verdict(at); got != verdict {
			t.Errorf("%s: got %s, want %s", date, got, verdict)
		}
	}
}

// TestMakeUpDays has the days around the holidays of three years as they were announced.
func TestMakeUpDays(t *testing.T) {
	off, work := schedule.DayOff, schedule.Workday
	verdicts(t, builtIn(t), map[string]string{
		"2024-02-04": work, "2024-02-10": off, "2024-02-17": off, "2024-02-18": work, "2024-02-19": work,
		"2024-04-07": work, "2024-04-28": work, "2024-05-05": off, "2024-05-11": work, "2024-09-14": work, "2024-09-29": work,
		"2024-10-07": off, "2024-10-08": work, "2024-10-12": work, "2024-10-13": off,
		"2025-01-26": work, "2025-01-28": off, "2025-02-04": off, "2025-02-08": work, "2025-02-09": off, "2025-04-27": work,
		"2025-09-28": work, "2025-10-08": off, "2025-10-11": work, "2025-12-31": work,
		"2026-01-02": off, "2026-01-03": off, "2026-01-04": work, "2026-02-14": work, "2026-02-23": off, "2026-02-28": work,
		"2026-05-09": work, "2026-09-20": work, "2026-10-01": off, "2026-10-10": work, "2026-10-11": off, "2026-11-26": work,
		"2026-11-28": off, "2026-12-31": work,
		"2023-12-31": schedule.Unknown, "2027-01-01": schedule.Unknown, "2031-05-05": schedule.Unknown,
	})
}

// TestTheDatabaseCountsFirst: an override before an import, an import before what came with the program.
func TestTheDatabaseCountsFirst(t *testing.T) {
	off, work := schedule.DayOff, schedule.Workday
	store := &shelf{years: []schedule.Year{
		imported(2026, day("2026-10-01", off)), imported(2027, day("2026-12-26", work), day("2027-01-01", off), day("2027-01-03", work)),
	}, overrides: []schedule.Day{day("2026-10-01", work), day("2027-03-01", off), day("2030-06-03", work)}}
	c := filled(t, store)
	want := map[string]string{
		"2026-10-01": work, // an override
		"2026-10-02": work, // a Friday that is off in the embedded file only
		"2026-12-26": work, // a Saturday of the December before
		"2027-01-01": off, "2027-01-02": off, "2027-01-03": work, "2027-01-04": work, "2027-03-01": off, "2027-03-02": work,
		"2030-06-03": work, "2030-06-04": schedule.Unknown, // one day is known of a year that is not
		"2025-10-01": off,
	}
	verdicts(t, c, want)

	store.away, store.years, store.overrides = errors.New("away"), nil, nil
	if err := c.Refresh(t.Context()); !errors.Is(err, store.away) {
		t.Errorf("a database that is away: %v", err)
	}
	verdicts(t, c, want)
	store.away = nil
	if err := c.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	verdicts(t, c, map[string]string{"2026-10-01": off, "2027-01-01": schedule.Unknown})
}

func TestShow(t *testing.T) {
	c := filled(t, &shelf{
		years:     []schedule.Year{imported(2027, day("2027-01-01", schedule.DayOff))},
		overrides: []schedule.Day{day("2027-03-02", schedule.DayOff), day("2027-03-01", schedule.DayOff), day("2026-03-01", schedule.DayOff)},
	})
	got := c.Show(2027)
	if got.Source != schedule.Imported || got.ImportedBy != "zhang" || len(got.Days) != 1 || len(got.Overrides) != 2 || got.Overrides[0].Date != "2027-03-01" {
		t.Errorf("%+v", got)
	}
	if got := c.Show(2026); got.Source != schedule.BuiltIn || len(got.Days) != 39 || !slices.IsSortedFunc(got.Days, func(a, b schedule.Day) int { return strings.Compare(a.Date, b.Date) }) {
		t.Errorf("%+v", got)
	}
	if got := c.Show(2031); got.Source != schedule.Unknown || got.Year.Year != 2031 || len(got.Days)+len(got.Overrides) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestMissing: a year is asked for from 1 December of the year before, in the bureau's zone.
func TestMissing(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	c := builtIn(t)
	for at, want := range map[string]string{
		"2026-11-30T23:59:59": "[]", "2026-12-01T00:00:00": "[2027]", "2026-12-31T12:00:00": "[2027]", "2027-01-01T00:00:00": "[2027]",
		"2027-12-01T00:00:00": "[2027 2028]", "2025-12-05T00:00:00": "[]",
	} {
		now, err := time.ParseInLocation("2006-01-02T15:04:05", at, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(c.Missing(now)); got != want {
			t.Errorf("%s: got %s, want %s", at, got, want)
		}
	}
	c = filled(t, &shelf{years: []schedule.Year{imported(2027, day("2027-01-01", schedule.DayOff))}})
	if got := c.Missing(time.Date(2026, 12, 1, 0, 0, 0, 0, shanghai)); len(got) != 0 {
		t.Errorf("after the import: %v", got)
	}
}

// TestTimesOnWorkdays: days off are left out, make-up days are not, and of a year that is not known none is left out.
func TestTimesOnWorkdays(t *testing.T) {
	c := builtIn(t)
	s := morning(time.Time{})
	for name, test := range map[string]struct {
		cron, after string
		only        bool
		want        string
	}{
		"every day":        {"30 8 * * *", "2026-09-30 09:00", false, "10-01 10-02 10-03"},
		"over a holiday":   {"30 8 * * *", "2026-09-30 09:00", true, "10-08 10-09 10-10"},
		"many on a day":    {"*/5 8 * * *", "2026-09-30 09:00", true, "10-08 10-08 10-08"},
		"a make-up Sunday": {"30 8 * * *", "2026-09-18 09:00", true, "09-20 09-21 09-22"},
		"a year not known": {"30 8 * * *", "2026-12-31 09:00", true, "01-01 01-02 01-03"},
		"Saturdays":        {"30 8 * * 6", "2026-01-01 00:00", true, "02-14 02-28 05-09"},
	} {
		after, err := time.ParseInLocation("2006-01-02 15:04", test.after, time.FixedZone("CST", 8*3600))
		if err != nil {
			t.Fatal(err)
		}
		s.Cron, s.WorkdaysOnly = test.cron, test.only
		times, err := c.Times(s, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, at := range times {
			got = append(got, at.Format("01-02"))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: got %v, want %s", name, got, test.want)
		}
	}
	// New Year's Day of years that are known is always off: a year is searched, not for ever.
	s.Cron, s.WorkdaysOnly = "30 8 1 1 *", true
	if got, err := c.Times(s, time.Date(2023, 12, 31, 9, 0, 0, 0, time.FixedZone("CST", 8*3600)), 1); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}
