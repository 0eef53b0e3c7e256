package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

type checkItem struct {
	Name      string             `json:"name" enum:"clock,disk,database,certificate,feed,network,calendar"`
	State     string             `json:"state" enum:"ok,unknown,warn,bad" doc:"unknown speaks neither for nor against a call"`
	Message   string             `json:"message" doc:"in Chinese"`
	MessageEN string             `json:"message_en"`
	Figures   map[string]float64 `json:"figures" doc:"what the state was judged by; the unit is in the name"`
}

type checkOutput struct {
	Body struct {
		At    time.Time   `json:"at"`
		State string      `json:"state" enum:"ok,warn,bad" doc:"the worst of the items"`
		Items []checkItem `json:"items"`
	}
}

func (s *server) checkRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/check", "check", "What the server itself needs for a call, looked at now", hostOrUp}, s.check)
}

func (s *server) check(ctx context.Context, _ *empty) (*checkOutput, error) {
	report := s.cfg.Check(ctx)
	out := &checkOutput{}
	out.Body.At, out.Body.State, out.Body.Items = report.At.UTC(), string(report.State), []checkItem{}
	for _, i := range report.Items {
		out.Body.Items = append(out.Body.Items, checkItem{
			Name: i.Name, State: string(i.State), Message: i.ZH, MessageEN: i.EN, Figures: i.Figures,
		})
	}
	return out, nil
}
