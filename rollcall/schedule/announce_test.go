package schedule_test

import (
	"os"
	"strings"
	"testing"

	"muster/rollcall/schedule"
)

// rows is a CSV of 2027 with as many days off as a calendar needs, and these rows below them.
func rows(more ...string) string {
	out := "日期,类型,名称\n"
	for _, d := range []string{"01-01", "02-06", "02-07", "02-08", "02-09", "02-10", "02-11", "04-05", "05-01", "06-09", "10-01"} {
		out += "2027-" + d + ",放假,节日\n"
	}
	return out + strings.Join(more, "\n") + "\n"
}

func TestReadYear(t *testing.T) {
	embedded, err := os.ReadFile("calendar/2026.json")
	if err != nil {
		t.Fatal(err)
	}
	list := `{"year":2027,"days":[{"name":"元旦","date":"2026-12-26","isOffDay":false},`
	for _, d := range []string{"01-01", "02-06", "02-07", "02-08", "02-09", "02-10", "02-11", "04-05", "05-01", "06-09", "10-01"} {
		list += `{"name":"节","date":"2027-` + d + `","isOffDay":true},`
	}
	list = strings.TrimSuffix(list, ",") + "]}"
	for name, test := range map[string]struct {
		year, days int
		text       string
		first      schedule.Day
	}{
		"as it is embedded": {2026, 39, string(embedded), schedule.Day{Date: "2026-01-01", Kind: schedule.DayOff, Name: "元旦"}},
		"holiday-cn":        {2027, 12, list, schedule.Day{Date: "2026-12-26", Kind: schedule.Workday, Name: "元旦"}},
		"CSV":               {2027, 12, rows("2027/1/3,补班,元旦"), schedule.Day{Date: "2027-01-01", Kind: schedule.DayOff, Name: "节日"}},
		"twice the same":    {2027, 11, "\ufeff" + rows("2027-01-01,off,元旦", ",,"), schedule.Day{Date: "2027-01-01", Kind: schedule.DayOff, Name: "节日"}},
		"English header":    {2027, 11, strings.Replace(rows(), "日期,类型,名称", "Date,Kind,Name", 1), schedule.Day{Date: "2027-01-01", Kind: schedule.DayOff, Name: "节日"}},
	} {
		days, mistakes := schedule.ReadYear(test.year, []byte(test.text))
		if len(mistakes) > 0 || len(days) != test.days || days[0] != test.first {
			t.Errorf("%s: %d days %+v, mistakes %+v", name, len(days), days, mistakes)
		}
	}
}

func TestMistakes(t *testing.T) {
	for name, test := range map[string]struct {
		text, zh string
		line     int
	}{
		"no date":              {rows("2027-02-30,放假,x"), "2027-02-30", 13},
		"another year":         {rows("2026-10-01,放假,x"), "不属于 2027", 13},
		"a year after":         {rows("2028-01-01,放假,x"), "不属于 2027", 13},
		"unknown kind":         {rows("2027-03-01,调休,x"), "调休", 13},
		"make-up on a weekday": {rows("2027-03-01,补班,x"), "不是周末", 13},
		"off and worked":       {rows("2027-02-06,补班,x"), "既放假又补班", 13},
		"no name":              {rows("2027-03-01,放假,"), "名称", 13},
		"NUL in a name":        {rows("2027-03-01,放假,a\x00"), "名称", 13},
		"a header alone":       {"日期,类型,名称\n", "不完整", 0},
		"no header":            {"2027-01-01,放假,元旦\n", "表头", 1},
		"nothing":              {"", "不完整", 0},
		"half JSON":            {`{"off":`, "JSON", 0},
		"a quarter":            {`{"off":{"2027-01-01":"元旦"}}`, "只有 1 个", 0},
		"a page":               {"<html>", "表头", 1},
	} {
		_, mistakes := schedule.ReadYear(2027, []byte(test.text))
		if len(mistakes) != 1 || mistakes[0].Line != test.line || !strings.Contains(mistakes[0].ZH, test.zh) || mistakes[0].EN == "" {
			t.Errorf("%s: %+v", name, mistakes)
		}
	}
}
