package web

import (
	"testing"
	"time"

	"muster/rollcall/schedule"
)

// TestCalendarWarnings: the banner begins with 1 December in the bureau's zone, which is 16:00 the day before in UTC.
func TestCalendarWarnings(t *testing.T) {
	c, err := schedule.NewCalendar(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := calendarWarnings(c, time.Date(2026, 11, 30, 15, 59, 59, 0, time.UTC)); len(got) != 0 {
		t.Errorf("before: %+v", got)
	}
	got := calendarWarnings(c, time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC))
	if len(got) != 1 || got[0].Year != 2027 || got[0].Message != "2027年法定节假日数据尚未导入" || got[0].MessageEN == "" {
		t.Errorf("from then on: %+v", got)
	}
}
