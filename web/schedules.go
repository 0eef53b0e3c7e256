package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall"
	"muster/rollcall/schedule"
)

// ScheduleBody is what can be set of a schedule. It is exported because huma does not describe embedded types that are not.
type ScheduleBody struct {
	Title   string `json:"title" minLength:"1" maxLength:"64"`
	Cron    string `json:"cron" maxLength:"64" doc:"five fields: the begin of the call"`
	Zone    string `json:"zone" maxLength:"64" doc:"IANA name"`
	LeadS   int    `json:"lead_s" minimum:"0" maximum:"14400" doc:"how long before the begin the waiting room opens"`
	GraceS  int    `json:"grace_s" minimum:"0" maximum:"3600" doc:"entering later than this after the begin is late"`
	MissS   int    `json:"miss_s" minimum:"5" maximum:"600" doc:"how long a called unit has to answer"`
	Enabled bool   `json:"enabled"`
	// Whoever does not say it gets a call every day.
	WorkdaysOnly bool `json:"workdays_only" required:"false" doc:"no call on days off; under a calendar that is unknown it is held"`
	// What is left out stays as it is.
	RollS   *int         `json:"roll_s,omitempty" minimum:"0" maximum:"3600" doc:"how long units have to answer the roll at the begin, 0 = no roll"`
	SpeakS  *int         `json:"speak_s,omitempty" minimum:"0" maximum:"3600" doc:"planned length of a turn, 0 = none"`
	LengthS *int         `json:"length_s,omitempty" minimum:"0" maximum:"43200" doc:"planned length of the call, 0 = none"`
	Blur    *bool        `json:"blur,omitempty" doc:"until the call begins the hall sees stations only blurred"`
	Hands   *bool        `json:"hands,omitempty" doc:"units may raise their hand from the start"`
	Agenda  []AgendaItem `json:"agenda,omitempty" maxItems:"300"`
	Units   []string     `json:"units,omitempty" maxItems:"2000" doc:"codes of the units that are called, empty = the whole roster"`
}

// AgendaItem is one line of an agenda, before it meets a roster.
type AgendaItem struct {
	Kind  string `json:"kind" enum:"roll,text,unit,branches,police_types"`
	Title string `json:"title" minLength:"1" maxLength:"64"`
	Unit  string `json:"unit,omitempty" doc:"of a unit that is called"`
}

type scheduleItem struct {
	ID string `json:"id"`
	ScheduleBody
	Coming []time.Time `json:"coming" doc:"the next begins"`
}

type schedulesOutput struct {
	Body struct {
		Schedules []scheduleItem    `json:"schedules"`
		Warnings  []calendarWarning `json:"warnings" doc:"for a banner: calendars that are not known although it is time"`
	}
}

type scheduleInput struct {
	ID   string `path:"id" pattern:"^[a-z0-9][a-z0-9-]{0,31}$"`
	Body ScheduleBody
}

type previewInput struct {
	Cron string `query:"cron" required:"true" maxLength:"64"`
	Zone string `query:"zone" required:"true" maxLength:"64"`
	Only bool   `query:"workdays_only"`
}

type previewOutput struct {
	Body struct {
		Coming []time.Time `json:"coming"`
	}
}

type scheduleOutput struct{ Body scheduleItem }

// comingTimes is how many of the next begins are shown.
const comingTimes = 5

func (s *server) scheduleRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/schedules", "listSchedules", "Series of regular calls", hostOrUp}, s.listSchedules)
	handle(s, api, route{"GET", "/api/schedules/preview", "previewSchedule", "The next begins of an expression", adminOnly}, s.previewSchedule)
	handle(s, api, route{"PUT", "/api/schedules/{id}", "putSchedule", "Add or change a series", adminOnly}, s.putSchedule)
}

func (s *server) scheduleOf(sc schedule.Schedule) (scheduleItem, error) {
	coming, err := s.begins(sc)
	return scheduleItem{ID: sc.ID, Coming: coming, ScheduleBody: ScheduleBody{
		Title: sc.Title, Cron: sc.Cron, Zone: sc.Zone, LeadS: int(sc.Lead.Seconds()), GraceS: int(sc.Rules.Grace.Seconds()),
		MissS: int(sc.Rules.Miss.Seconds()), Enabled: sc.Enabled, WorkdaysOnly: sc.WorkdaysOnly,
		RollS: wholeSeconds(sc.Rules.Roll), SpeakS: wholeSeconds(sc.Rules.Speak), LengthS: wholeSeconds(sc.Rules.Length), Hands: &sc.Rules.Hands, Blur: &sc.Rules.Blur, Agenda: agendaOf(sc), Units: sc.Units,
	}}, err
}

// begins returns the next begins of a schedule; the refusal of one that has none names what is wrong with it.
func (s *server) begins(sc schedule.Schedule) ([]time.Time, error) {
	// The parser also takes "@every 1s" and zones of its own, and panics at a zone without a blank behind it.
	if strings.ContainsAny(sc.Cron, "@=") {
		return nil, &detailed{schedule.ErrBadCron, fmt.Sprintf("%q does not have five fields", sc.Cron)}
	}
	coming, err := s.cfg.Calendar.Times(sc, time.Now(), comingTimes)
	for _, refusal := range []*rollcall.Error{schedule.ErrBadCron, schedule.ErrBadZone} {
		if errors.Is(err, refusal) {
			return nil, &detailed{refusal, strings.TrimPrefix(err.Error(), refusal.EN+": ")}
		}
	}
	return coming, err
}

func (s *server) listSchedules(ctx context.Context, _ *empty) (*schedulesOutput, error) {
	list, err := s.cfg.Schedules.Schedules(ctx)
	if err != nil {
		return nil, err
	}
	calendar, err := s.calendar(ctx)
	if err != nil {
		return nil, err
	}
	out := &schedulesOutput{}
	out.Body.Warnings = calendarWarnings(calendar, time.Now())
	out.Body.Schedules = make([]scheduleItem, 0, len(list))
	for _, sc := range list {
		item, err := s.scheduleOf(sc)
		if err != nil {
			return nil, err
		}
		out.Body.Schedules = append(out.Body.Schedules, item)
	}
	return out, nil
}

func (s *server) previewSchedule(ctx context.Context, in *previewInput) (*previewOutput, error) {
	if _, err := s.calendar(ctx); err != nil {
		return nil, err
	}
	coming, err := s.begins(schedule.Schedule{Cron: in.Cron, Zone: in.Zone, WorkdaysOnly: in.Only})
	if err != nil {
		return nil, err
	}
	out := &previewOutput{}
	out.Body.Coming = coming
	return out, nil
}

func (s *server) putSchedule(ctx context.Context, in *scheduleInput) (*scheduleOutput, error) {
	list, err := s.cfg.Schedules.Schedules(ctx)
	if err != nil {
		return nil, err
	}
	sc := schedule.Schedule{ID: in.ID, Rules: rollcall.DefaultRules()}
	for _, old := range list {
		if old.ID == in.ID {
			sc = old
		}
	}
	if sc.Title, err = readable("title", in.Body.Title); err != nil {
		return nil, err
	}
	sc.Cron, sc.Zone, sc.Enabled, sc.WorkdaysOnly = in.Body.Cron, in.Body.Zone, in.Body.Enabled, in.Body.WorkdaysOnly
	if err := in.Body.call(&sc); err != nil {
		return nil, err
	}
	sc.Lead, sc.Rules.Grace, sc.Rules.Miss = seconds(in.Body.LeadS), seconds(in.Body.GraceS), seconds(in.Body.MissS)
	sc.NextDue = time.Time{} // the runner computes it anew; a begin that was opened already is not opened twice
	item, err := s.scheduleOf(sc)
	if err != nil {
		return nil, err
	}
	if err := s.cfg.Schedules.PutSchedule(ctx, sc); err != nil {
		return nil, err
	}
	return &scheduleOutput{item}, s.audit(ctx, whoOf(ctx).ID, "schedule.change", sc.ID, inWords(sc))
}

// call takes over what the calls are made of; what is left out stays as it is.
func (b ScheduleBody) call(sc *schedule.Schedule) error {
	for _, given := range []struct {
		from *int
		to   *time.Duration
	}{{b.RollS, &sc.Rules.Roll}, {b.SpeakS, &sc.Rules.Speak}, {b.LengthS, &sc.Rules.Length}} {
		if given.from != nil {
			*given.to = seconds(*given.from)
		}
	}
	if b.Blur != nil {
		sc.Rules.Blur = *b.Blur
	}
	if b.Hands != nil {
		sc.Rules.Hands = *b.Hands
	}
	if b.Units != nil {
		sc.Units = slices.Clone(b.Units)
	}
	if b.Agenda == nil {
		return nil
	}
	sc.Agenda = []rollcall.Item{}
	for _, i := range b.Agenda {
		sc.Agenda = append(sc.Agenda, rollcall.Item(i))
	}
	return rollcall.ValidAgenda(sc.Agenda)
}

// agendaOf is the agenda as it will be held, the usual one where the series has none of its own.
func agendaOf(sc schedule.Schedule) []AgendaItem {
	items := sc.Agenda
	if items == nil {
		items = rollcall.DefaultAgenda()
	}
	out := make([]AgendaItem, 0, len(items))
	for _, i := range items {
		out = append(out, AgendaItem(i))
	}
	return out
}

// inWords is what the audit log says of a schedule.
func inWords(sc schedule.Schedule) string {
	if sc.WorkdaysOnly {
		return sc.Cron + " " + sc.Zone + " workdays only"
	}
	return sc.Cron + " " + sc.Zone
}

func wholeSeconds(d time.Duration) *int {
	n := int(d.Seconds())
	return &n
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
