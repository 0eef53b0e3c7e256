package web

import (
	"context"
	"errors"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall"
)

// plannedExcuse is one that was entered ahead.
type plannedExcuse struct {
	ID       string    `json:"id"`
	Unit     string    `json:"unit"`
	From     string    `json:"from" doc:"first day, 2026-11-27"`
	To       string    `json:"to" doc:"last day, included"`
	Reason   string    `json:"reason" enum:"dispatch,leave,line,other"`
	Incident string    `json:"incident,omitempty"`
	Note     string    `json:"note,omitempty"`
	Approver string    `json:"approver,omitempty" doc:"who approved it, when it is not who entered it"`
	By       string    `json:"by" doc:"who entered it, or changed it last"`
	At       time.Time `json:"at"`
}

type plannedOutput struct {
	Body struct {
		Excuses []plannedExcuse `json:"excuses" doc:"by their first day"`
	}
}

type putPlannedInput struct {
	ID   string `path:"id" maxLength:"64" pattern:"^[!-~]+$" doc:"of the caller's choice: given again, the excuse is changed"`
	Body struct {
		Unit     string `json:"unit" pattern:"^[0-9]{12}$"`
		From     string `json:"from" doc:"first day, 2026-11-27"`
		To       string `json:"to" doc:"last day, included"`
		Reason   string `json:"reason" enum:"dispatch,leave,line,other"`
		Incident string `json:"incident,omitempty" maxLength:"64" doc:"number of the incident, needed for a dispatch"`
		Note     string `json:"note,omitempty" maxLength:"500"`
		Approver string `json:"approver,omitempty" maxLength:"64" doc:"who approved it, when it is not who sends this"`
	}
}

type plannedIDInput struct {
	ID string `path:"id" maxLength:"64" pattern:"^[!-~]+$"`
}

func (s *server) plannedRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/planned-excuses", "listPlannedExcuses", "Excuses that were entered ahead, in a span of days", hostOrUp}, s.listPlanned)
	handle(s, api, route{"PUT", "/api/planned-excuses/{id}", "putPlannedExcuse", "Excuse a unit ahead, or change that: it counts in calls that open later", hostOrUp}, s.putPlanned)
	handle(s, api, route{"DELETE", "/api/planned-excuses/{id}", "deletePlannedExcuse", "Take back what was excused ahead; calls that are open keep it", hostOrUp}, s.deletePlanned)
}

func (s *server) listPlanned(ctx context.Context, in *rangeInput) (*plannedOutput, error) {
	if _, _, err := in.times(); err != nil {
		return nil, err
	}
	list, err := s.cfg.Planned.PlannedExcuses(ctx, in.From, in.To)
	if err != nil {
		return nil, err
	}
	out := &plannedOutput{}
	out.Body.Excuses = make([]plannedExcuse, 0, len(list))
	for _, p := range list {
		out.Body.Excuses = append(out.Body.Excuses, plannedExcuse{
			ID: p.ID, Unit: p.Unit, From: p.From, To: p.To, Reason: p.Reason, Incident: p.Incident, Note: p.Note, Approver: p.Approver, By: p.By.ID, At: p.At,
		})
	}
	return out, nil
}

func (s *server) putPlanned(ctx context.Context, in *putPlannedInput) (*empty, error) {
	b, now := in.Body, time.Now()
	p := rollcall.PlannedExcuse{
		ID: in.ID, Unit: b.Unit, From: b.From, To: b.To, Reason: b.Reason, Incident: b.Incident, Note: b.Note, Approver: b.Approver,
		By: whoOf(ctx).Actor, At: now,
	}
	if err := p.Check(rollcall.Day(now)); err != nil {
		return nil, err
	}
	if _, err := s.cfg.Roster.Unit(ctx, p.Unit); errors.Is(err, rollcall.ErrNotFound) {
		return nil, rollcall.ErrUnknownUnit
	} else if err != nil {
		return nil, err
	}
	return &empty{}, s.cfg.Planned.PutPlannedExcuse(ctx, p)
}

func (s *server) deletePlanned(ctx context.Context, in *plannedIDInput) (*empty, error) {
	_, err := s.cfg.Planned.DropPlannedExcuse(ctx, in.ID, whoOf(ctx).Actor, time.Now())
	return &empty{}, err
}
