package schedule

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"muster/rollcall"
)

// ErrBadCalendar refuses a calendar as a whole. Compare with errors.Is.
var ErrBadCalendar = &rollcall.Error{Code: "bad_calendar", ZH: "节假日数据无效，没有导入", EN: "the calendar is not valid and was not imported"}

// Mistake is something wrong in a calendar that is to be imported, in both languages.
type Mistake struct {
	Line   int // of the file, 0 where there are none
	ZH, EN string
}

const (
	// fewestOff is how many days off the law gives a year (since 2008): a file with fewer is not whole, and what it leaves out
	// would silently count as working days.
	fewestOff = 11
	longest   = 32 // characters of a holiday's name
)

// ReadYear reads an announced year in UTF-8: JSON like the files of this package, JSON with a list "days" of {name, date,
// isOffDay} (holiday-cn), or CSV with the columns 日期/date, 类型/kind, 名称/name. A calendar with a mistake must not go in in part.
func ReadYear(year int, text []byte) ([]Day, []Mistake) {
	a := announcement{year: year, kinds: map[string]string{}}
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
	if bytes.HasPrefix(text, []byte("{")) {
		a.json(text)
	} else {
		a.csv(text)
	}
	slices.SortFunc(a.days, byDate)
	if len(a.mistakes) == 0 && a.off < fewestOff {
		a.wrong(0, "只有 %[1]d 个放假日，不完整", "only %[1]d days off: it is not whole", a.off)
	}
	return a.days, a.mistakes
}

type announcement struct {
	year     int
	days     []Day
	kinds    map[string]string // by date
	off      int
	mistakes []Mistake
}

func (a *announcement) wrong(line int, zh, en string, args ...any) {
	a.mistakes = append(a.mistakes, Mistake{Line: line, ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)})
}

func (a *announcement) json(text []byte) {
	var file struct {
		named
		Days []struct {
			Name, Date string
			IsOffDay   bool
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		a.wrong(0, "JSON 格式无效：%v", "the JSON is not valid: %v", err)
		return
	}
	for _, d := range file.days() {
		a.add(0, d)
	}
	for _, d := range file.Days {
		kind := Workday
		if d.IsOffDay {
			kind = DayOff
		}
		a.add(0, Day{Date: d.Date, Kind: kind, Name: d.Name})
	}
}

func (a *announcement) csv(text []byte) {
	in := csv.NewReader(bytes.NewReader(text))
	in.FieldsPerRecord = -1
	var at []int
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			a.wrong(0, "CSV 格式无效：%v", "the CSV is not valid: %v", err)
			return
		}
		line, _ := in.FieldPos(0)
		if at == nil {
			if at = calendarColumns(row); slices.Contains(at, -1) {
				a.wrong(line, "表头应为：日期,类型,名称", "the header must be: date,kind,name")
				return
			}
			continue
		}
		cell := func(column int) string {
			if at[column] >= len(row) {
				return ""
			}
			return strings.TrimSpace(row[at[column]])
		}
		if date, kind, name := cell(0), cell(1), cell(2); date+kind+name != "" {
			a.row(line, date, kind, name)
		}
	}
}

func calendarColumns(header []string) []int {
	var at []int
	for _, names := range [][]string{{"日期", "date", "day"}, {"类型", "kind", "type"}, {"名称", "name", "节日"}} {
		at = append(at, slices.IndexFunc(header, func(cell string) bool {
			return slices.Contains(names, strings.ToLower(strings.TrimSpace(cell)))
		}))
	}
	return at
}

func (a *announcement) row(line int, date, kind, name string) {
	kinds := map[string]string{
		"休": DayOff, "放假": DayOff, "休息": DayOff, "off": DayOff, "dayoff": DayOff,
		"班": Workday, "上班": Workday, "补班": Workday, "makeup": Workday, "workday": Workday,
	}
	known, ok := kinds[strings.ToLower(kind)]
	if !ok {
		a.wrong(line, "类型“%s”无效，应为 放假 或 补班", "the kind %q is not valid: it is dayoff or workday", kind)
		return
	}
	if day, err := time.Parse("2006/1/2", date); err == nil { // as a spreadsheet shows it
		date = day.Format(time.DateOnly)
	}
	a.add(line, Day{Date: date, Kind: known, Name: name})
}

// add takes one day or says what is wrong with it.
func (a *announcement) add(line int, d Day) {
	at, err := time.Parse(time.DateOnly, d.Date)
	before, twice := a.kinds[d.Date]
	weekend := at.Weekday() == time.Saturday || at.Weekday() == time.Sunday
	switch {
	case err != nil:
		a.wrong(line, "日期“%s”无效", "the date %q is not valid", d.Date)
	case at.Year() != a.year && (at.Year() != a.year-1 || at.Month() != time.December):
		a.wrong(line, "%[1]s 不属于 %[2]d 年", "%[1]s is not of the year %[2]d", d.Date, a.year)
	case d.Kind == Workday && !weekend:
		a.wrong(line, "%s 不是周末，不能是补班日", "%s is no day of a weekend: it can't be a make-up day", d.Date)
	case !GoodName(d.Name):
		a.wrong(line, "%s 的名称为空、过长或无法识别", "the name of %s is empty, too long or can't be read", d.Date)
	case twice && before != d.Kind:
		a.wrong(line, "%s 既放假又补班", "%s is both off and worked", d.Date)
	case !twice:
		a.kinds[d.Date] = d.Kind
		a.days = append(a.days, d)
		if d.Kind == DayOff && at.Year() == a.year {
			a.off++
		}
	}
}

// GoodName says whether a holiday may have that name.
func GoodName(name string) bool {
	n := utf8.RuneCountInString(name)
	return n > 0 && n <= longest && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl)
}
