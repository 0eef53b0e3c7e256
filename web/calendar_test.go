package web_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

type calendarYear struct {
	Year       int
	Source     string
	ImportedBy string `json:"imported_by"`
	Days       []struct {
		Date, Kind, Name string
		Override         bool
	}
	Warnings []struct {
		Year      int
		Message   string
		MessageEN string `json:"message_en"`
	}
}

// said is the days as words, overrides with a mark.
func (y calendarYear) said() []string {
	var out []string
	for _, d := range y.Days {
		said := d.Date + " " + d.Kind + " " + d.Name
		if d.Override {
			said += "!"
		}
		out = append(out, said)
	}
	return out
}

// announced is a whole calendar of a far year in CSV.
func announced(year int, more ...string) string {
	out := "日期,类型,名称\n"
	for day := 1; day <= 11; day++ {
		out += fmt.Sprintf("%d-10-%02d,放假,国庆节\n", year, day)
	}
	return out + strings.Join(more, "\n") + "\n"
}

func TestCalendar(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin, host := h.as("zhang"), h.as("li")
	show := func(year int) (y calendarYear) {
		host.get(fmt.Sprintf("/api/calendar/%d", year)).into(&y)
		return y
	}
	if y := show(2026); y.Source != "built_in" || len(y.Days) != 39 || y.Days[0].Name != "元旦" {
		t.Errorf("%+v", y)
	}
	if y := show(2090); y.Source != "unknown" || len(y.Days) != 0 {
		t.Errorf("%+v", y)
	}

	var put calendarYear
	admin.do("PUT", "/api/calendar/2090", announced(2090, "2090-10-14,补班,国庆节")).into(&put)
	if put.Source != "imported" || put.ImportedBy != "张管理" || len(put.Days) != 12 || !slices.Contains(put.said(), "2090-10-14 workday 国庆节") {
		t.Errorf("%+v", put)
	}
	admin.do("PUT", "/api/calendar/days/2090-03-01", fields{"kind": "dayoff", "name": " 本市放假 "}).into(&put)
	admin.do("PUT", "/api/calendar/2090", announced(2090)).into(&put) // an import leaves what the bureau decided
	if y := show(2090); len(y.Days) != 12 || !slices.Contains(y.said(), "2090-03-01 dayoff 本市放假!") {
		t.Errorf("%+v", y)
	}
	admin.do("DELETE", "/api/calendar/days/2090-03-01", nil).into(&put)
	if len(put.Days) != 11 {
		t.Errorf("%+v", put)
	}
	admin.do("DELETE", "/api/calendar/days/2090-03-01", nil).refused(404, "not_found")

	host.do("PUT", "/api/calendar/2090", announced(2090)).refused(403, "forbidden")
	host.do("PUT", "/api/calendar/days/2090-03-01", fields{"kind": "dayoff", "name": "x"}).refused(403, "forbidden")
	h.audited("zhang calendar.import 2090 11 days off, 1 make-up days", "zhang calendar.override 2090-03-01 dayoff 本市放假",
		"zhang calendar.import 2090 11 days off, 0 make-up days", "zhang calendar.restore 2090-03-01")
}

func testCalendarRefusals(t *testing.T, db string) {
	h := houseAt(t, db)
	admin := h.as("zhang")
	bad := announced(2091, "2091-02-30,放假,x", "2091-03-01,补班,x", "1,放假,x", "2,放假,x", "3,放假,x", "4,放假,x", "5,放假,x")
	r := admin.do("PUT", "/api/calendar/2091", bad).refused(422, "bad_calendar")
	for _, part := range []string{"第 13 行", "2091-02-30", "第 14 行", "不是周末", "另有 2 处"} {
		if !strings.Contains(r.Message, part) {
			t.Errorf("%q does not say %s", r.Message, part)
		}
	}
	if !strings.Contains(r.MessageEN, "line 13: the date") || !strings.Contains(r.MessageEN, "2 more") {
		t.Errorf("%q", r.MessageEN)
	}
	var y calendarYear
	admin.get("/api/calendar/2091").into(&y)
	if y.Source != "unknown" {
		t.Errorf("something of it went in: %+v", y)
	}
	for _, path := range []string{"/api/calendar/1999", "/api/calendar/abc"} {
		admin.get(path).refused(422, "bad_input")
	}
	day := fields{"kind": "dayoff", "name": "x"}
	admin.do("PUT", "/api/calendar/days/2090-02-30", day).refused(422, "bad_day")
	admin.do("DELETE", "/api/calendar/days/x", nil).refused(422, "bad_day")
	for _, day := range []fields{{"kind": "holiday", "name": "x"}, {"kind": "dayoff", "name": " "}, {"kind": "dayoff"}, {"kind": "dayoff", "name": "a\x00"}} {
		admin.do("PUT", "/api/calendar/days/2090-03-01", day).refused(422, "bad_input")
	}
}

// TestACallOnWorkdaysOnly: what is shown as coming follows the calendar of the moment.
func TestACallOnWorkdaysOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.as("zhang")
	var put struct {
		scheduleItem
		WorkdaysOnly bool `json:"workdays_only"`
	}
	admin.do("PUT", "/api/schedules/early", early(fields{"cron": "0 7 * * *", "workdays_only": true})).into(&put)
	if !put.WorkdaysOnly || len(put.Coming) != 5 {
		t.Fatalf("%+v", put)
	}
	first := put.Coming[0].In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
	admin.do("PUT", "/api/calendar/days/"+first, fields{"kind": "dayoff", "name": "本市放假"}).ok()

	var preview struct{ Coming []time.Time }
	query := url.Values{"cron": {"0 7 * * *"}, "zone": {"Asia/Shanghai"}}
	admin.get("/api/schedules/preview?" + query.Encode()).into(&preview)
	daily := preview.Coming[0]
	query.Set("workdays_only", "true")
	admin.get("/api/schedules/preview?" + query.Encode()).into(&preview)
	if daily.After(put.Coming[0]) || !preview.Coming[0].Equal(put.Coming[1]) {
		t.Errorf("daily %v, on workdays %v; before the override %v", daily, preview.Coming, put.Coming)
	}
	var list struct {
		Schedules []struct {
			ID           string
			WorkdaysOnly bool `json:"workdays_only"`
			Coming       []time.Time
		}
		Warnings []struct{ Year int }
	}
	h.as("li").get("/api/schedules").into(&list)
	if list.Warnings == nil || list.Schedules[0].WorkdaysOnly || !list.Schedules[1].WorkdaysOnly || !list.Schedules[1].Coming[0].Equal(put.Coming[1]) {
		t.Errorf("%+v", list)
	}
	// Whoever does not say it gets a call every day.
	admin.do("PUT", "/api/schedules/early", early(nil)).into(&put)
	if put.WorkdaysOnly {
		t.Errorf("%+v", put)
	}
	h.audited("zhang schedule.change early 0 7 * * * Asia/Shanghai workdays only",
		"zhang calendar.override "+first+" dayoff 本市放假", "zhang schedule.change early 0 7 * * 1-5 Asia/Shanghai")
}
