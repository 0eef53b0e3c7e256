package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/selfcheck"
)

type checkItem struct {
	Name      string             `json:"name" enum:"clock,disk,database,certificate,feed,network,calendar,webhook"`
	State     string             `json:"state" enum:"ok,unknown,warn,bad" doc:"unknown speaks neither for nor against a call"`
	Message   string             `json:"message" doc:"in Chinese"`
	MessageEN string             `json:"message_en"`
	Figures   map[string]float64 `json:"figures" doc:"what the state was judged by; the unit is in the name"`
}

// CheckReport is what was found at one time. It is exported because huma does not describe embedded types that are not.
type CheckReport struct {
	At    time.Time   `json:"at"`
	State string      `json:"state" enum:"ok,warn,bad" doc:"the worst of the items, where unknown is ok"`
	Items []checkItem `json:"items"`
}

// checkCall is the call that a check was made for.
type checkCall struct {
	Title     string    `json:"title"`
	PlannedAt time.Time `json:"planned_at"`
	OpensAt   time.Time `json:"opens_at" doc:"when its waiting room opens"`
}

// ownCheck is a check that the server made by itself.
type ownCheck struct {
	CheckReport
	Call checkCall `json:"call"`
}

type checkBody struct {
	CheckReport
	Last   *ownCheck  `json:"last,omitempty" doc:"what the server found by itself 15 minutes before a waiting room opened"`
	NextAt *time.Time `json:"next_at,omitempty" doc:"when it looks by itself next"`
}

type checkOutput struct{ Body checkBody }

type checkRunOutput struct{ Body CheckReport }

func (s *server) checkRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/check", "check", "What the server itself needs for a call, looked at now, and what it found by itself last", hostOrUp}, s.check)
	handle(s, api, route{"POST", "/api/check/run", "runCheck", "Look now and tell the webhook, as a test; given again it looks and tells again, and while a check is being made it is refused with 409 check_runs", adminOnly}, s.runCheck)
}

func (s *server) check(ctx context.Context, _ *empty) (*checkOutput, error) {
	out := &checkOutput{checkBody{CheckReport: reportOf(s.cfg.Check.Check(ctx))}}
	if run := s.cfg.Check.Last(); run != nil && len(run.Due) > 0 {
		due := run.Due[0]
		out.Body.Last = &ownCheck{reportOf(run.Report), checkCall{due.Title, due.At.UTC(), due.Opens.UTC()}}
	}
	if next := s.cfg.Check.Next(); !next.IsZero() {
		next = next.UTC()
		out.Body.NextAt = &next
	}
	return out, nil
}

// runCheck answers also while the database is away, when nothing can be written down: that is when one wants to know.
func (s *server) runCheck(ctx context.Context, _ *empty) (*checkRunOutput, error) {
	report, ok := s.cfg.Check.Try(ctx)
	if !ok {
		return nil, errCheckRuns
	}
	if err := s.audit(ctx, whoOf(ctx).ID, "check.run", "", summary(report)); err != nil {
		s.log.Warn("a self-check by hand is not in the list of actions", "error", err)
	}
	return &checkRunOutput{reportOf(report)}, nil
}

// summary is a report in a line: its state, and what became of the alert.
func summary(r selfcheck.Report) string {
	out := string(r.State)
	for _, i := range r.Items {
		if i.Name == "webhook" {
			out += ", webhook " + string(i.State)
		}
	}
	return out
}

func reportOf(r selfcheck.Report) CheckReport {
	out := CheckReport{At: r.At.UTC(), State: string(r.State), Items: []checkItem{}}
	for _, i := range r.Items {
		out.Items = append(out.Items, checkItem{
			Name: i.Name, State: string(i.State), Message: i.ZH, MessageEN: i.EN, Figures: i.Figures,
		})
	}
	return out
}
