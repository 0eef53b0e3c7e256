package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall/schedule"
)

type calendarDay struct {
	Date     string `json:"date" doc:"2027-01-01"`
	Kind     string `json:"kind" enum:"dayoff,workday"`
	Name     string `json:"name" doc:"of the holiday"`
	Override bool   `json:"override" doc:"decided by the bureau for this day; it counts before the calendar"`
}

// calendarWarning asks for a year that is not known although it is time.
type calendarWarning struct {
	Year      int    `json:"year"`
	Message   string `json:"message" doc:"in Chinese"`
	MessageEN string `json:"message_en"`
}

type calendarYear struct {
	Year       int               `json:"year"`
	Source     string            `json:"source" enum:"imported,built_in,unknown" doc:"of a year that is unknown, no day counts as a day off"`
	ImportedAt *time.Time        `json:"imported_at,omitempty"`
	ImportedBy string            `json:"imported_by,omitempty"`
	Days       []calendarDay     `json:"days" doc:"days off, and days of a weekend that are worked; an override stands beside what it overrides"`
	Warnings   []calendarWarning `json:"warnings" doc:"for a banner: from 1 December, that the next year is not known"`
}

type calendarOutput struct{ Body calendarYear }

type yearInput struct {
	Year int `path:"year" minimum:"2008" maximum:"2100"`
}

type importYearInput struct {
	Year    int    `path:"year" minimum:"2008" maximum:"2100"`
	RawBody []byte `contentType:"text/plain" doc:"JSON {off: {day: name}, makeup: {day: name}}, JSON {days: [{name, date, isOffDay}]}, or CSV with date, kind, name"`
}

type dayKindInput struct {
	Date string `path:"date" doc:"2027-03-01"`
	Body struct {
		Kind string `json:"kind" enum:"dayoff,workday"`
		Name string `json:"name" minLength:"1" maxLength:"32" doc:"why"`
	}
}

func (s *server) calendarRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/calendar/{year}", "showCalendar", "A year's days off and make-up days", hostOrUp}, s.showCalendar)
	handle(s, api, route{"PUT", "/api/calendar/{year}", "importCalendar", "Import a year's statutory calendar, all or nothing", adminOnly}, s.importCalendar)
	handle(s, api, route{"PUT", "/api/calendar/days/{date}", "overrideDay", "Decide for one day", adminOnly}, s.overrideDay)
	handle(s, api, route{"DELETE", "/api/calendar/days/{date}", "restoreDay", "Leave a day to the calendar again", adminOnly}, s.restoreDay)
}

// calendar returns the calendar as the database has it now.
func (s *server) calendar(ctx context.Context) (*schedule.Calendar, error) {
	return s.cfg.Calendar, s.cfg.Calendar.Refresh(ctx)
}

// calendarWarnings says which years are missing although it is time.
func calendarWarnings(c *schedule.Calendar, now time.Time) []calendarWarning {
	out := []calendarWarning{}
	for _, year := range c.Missing(now.In(zone())) {
		out = append(out, calendarWarning{
			Year: year, Message: fmt.Sprintf("%d年法定节假日数据尚未导入", year),
			MessageEN: fmt.Sprintf("The statutory calendar of %d has not been imported", year),
		})
	}
	return out
}

func (s *server) showCalendar(ctx context.Context, in *yearInput) (*calendarOutput, error) {
	c, err := s.calendar(ctx)
	if err != nil {
		return nil, err
	}
	return &calendarOutput{yearOf(c, in.Year)}, nil
}

func yearOf(c *schedule.Calendar, year int) calendarYear {
	shown := c.Show(year)
	out := calendarYear{
		Year: year, Source: shown.Source, ImportedBy: shown.ImportedBy, Days: []calendarDay{}, Warnings: calendarWarnings(c, time.Now()),
	}
	if at := shown.ImportedAt; !at.IsZero() {
		out.ImportedAt = &at
	}
	for _, d := range shown.Days {
		out.Days = append(out.Days, calendarDay{Date: d.Date, Kind: d.Kind, Name: d.Name})
	}
	for _, d := range shown.Overrides {
		out.Days = append(out.Days, calendarDay{Date: d.Date, Kind: d.Kind, Name: d.Name, Override: true})
	}
	return out
}

func (s *server) importCalendar(ctx context.Context, in *importYearInput) (*calendarOutput, error) {
	days, mistakes := schedule.ReadYear(in.Year, inUTF8(in.RawBody))
	if len(mistakes) > 0 {
		return nil, mistaken(mistakes)
	}
	who := whoOf(ctx)
	y := schedule.Year{Year: in.Year, Days: days, ImportedAt: time.Now(), ImportedBy: who.Name}
	if err := s.cfg.Calendars.PutCalendarYear(ctx, y); err != nil {
		return nil, err
	}
	off := 0
	for _, d := range days {
		if d.Kind == schedule.DayOff {
			off++
		}
	}
	what := fmt.Sprintf("%d days off, %d make-up days", off, len(days)-off)
	if err := s.audit(ctx, who.ID, "calendar.import", fmt.Sprint(in.Year), what); err != nil {
		return nil, err
	}
	return s.showCalendar(ctx, &yearInput{in.Year})
}

// mostMistakes is how many are named: the file has to be corrected and sent again anyway.
const mostMistakes = 5

// mistaken is the refusal that names what is wrong, in each language by its own words.
func mistaken(mistakes []schedule.Mistake) error {
	var zh, en []string
	for _, m := range mistakes[:min(len(mistakes), mostMistakes)] {
		if m.Line > 0 {
			m.ZH, m.EN = fmt.Sprintf("第 %d 行：%s", m.Line, m.ZH), fmt.Sprintf("line %d: %s", m.Line, m.EN)
		}
		zh, en = append(zh, m.ZH), append(en, m.EN)
	}
	if more := len(mistakes) - len(zh); more > 0 {
		zh, en = append(zh, fmt.Sprintf("另有 %d 处", more)), append(en, fmt.Sprintf("%d more", more))
	}
	refusal := schedule.ErrBadCalendar
	return &apiError{
		Code: refusal.Code, Message: refusal.ZH + "：" + strings.Join(zh, "；"), MessageEN: refusal.EN + ": " + strings.Join(en, "; "),
		status: statusOf(refusal),
	}
}

func (s *server) overrideDay(ctx context.Context, in *dayKindInput) (*calendarOutput, error) {
	day, err := goodDay(in.Date)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSpace(in.Body.Name)
	if !schedule.GoodName(name) {
		return nil, &detailed{errBadInput, "name"}
	}
	if err := s.cfg.Calendars.PutOverride(ctx, schedule.Day{Date: day, Kind: in.Body.Kind, Name: name}); err != nil {
		return nil, err
	}
	if err := s.audit(ctx, whoOf(ctx).ID, "calendar.override", day, in.Body.Kind+" "+name); err != nil {
		return nil, err
	}
	return s.yearOfDay(ctx, day)
}

func (s *server) restoreDay(ctx context.Context, in *dayPathInput) (*calendarOutput, error) {
	day, err := goodDay(in.Date)
	if err != nil {
		return nil, err
	}
	if err := s.cfg.Calendars.DropOverride(ctx, day); err != nil {
		return nil, err
	}
	if err := s.audit(ctx, whoOf(ctx).ID, "calendar.restore", day, ""); err != nil {
		return nil, err
	}
	return s.yearOfDay(ctx, day)
}

// yearOfDay shows the year of a day that was changed.
func (s *server) yearOfDay(ctx context.Context, day string) (*calendarOutput, error) {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return nil, fmt.Errorf("year of %s: %w", day, err)
	}
	return s.showCalendar(ctx, &yearInput{at.Year()})
}
