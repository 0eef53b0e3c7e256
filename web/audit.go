package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall/account"
)

type action struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Action  string    `json:"action"`
	Subject string    `json:"subject"`
	Detail  string    `json:"detail"`
}

type actionsOutput struct {
	Body struct {
		Actions []action `json:"actions" doc:"newest first, at most 1000"`
	}
}

func (s *server) auditRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/audit", "listActions", "What was done outside sessions, by day", adminOnly}, s.listActions)
}

// audit keeps who did what.
func (s *server) audit(ctx context.Context, actor, what, subject, detail string) error {
	return s.cfg.Audit.Audit(ctx, account.Action{At: time.Now(), Actor: actor, Action: what, Subject: subject, Detail: detail})
}

func (s *server) listActions(ctx context.Context, in *rangeInput) (*actionsOutput, error) {
	from, to, err := in.times()
	if err != nil {
		return nil, err
	}
	list, err := s.cfg.Audit.Actions(ctx, from, to)
	if err != nil {
		return nil, err
	}
	out := &actionsOutput{}
	out.Body.Actions = make([]action, 0, len(list))
	for _, a := range list {
		out.Body.Actions = append(out.Body.Actions, action(a))
	}
	return out, nil
}
