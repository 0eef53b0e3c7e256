package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

type overdueUnit struct {
	Unit   string    `json:"unit" doc:"code of the unit that handles the incidents"`
	Count  int       `json:"count" doc:"how many of them are overdue"`
	Oldest time.Time `json:"oldest" doc:"when the oldest was reported"`
	Clocks []string  `json:"clocks" doc:"what is overdue: handled, accepted, evidence, month, quarter"`
}

type overdueOutput struct {
	Body struct {
		At    time.Time     `json:"at"`
		Units []overdueUnit `json:"units" doc:"those with the most first"`
	}
}

func (s *server) overdueRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/overdue", "listOverdue", "Units with overdue work: whom one may want to call", hostOrUp}, s.listOverdue)
}

func (s *server) listOverdue(ctx context.Context, _ *empty) (*overdueOutput, error) {
	out := &overdueOutput{}
	out.Body.At, out.Body.Units = time.Now().UTC(), []overdueUnit{}
	list, err := s.cfg.Overdue(ctx, out.Body.At)
	if err != nil {
		return nil, err
	}
	for _, o := range list {
		u := overdueUnit{Unit: o.Unit, Count: o.Count, Oldest: o.Oldest.UTC(), Clocks: []string{}}
		for _, c := range o.Clocks {
			u.Clocks = append(u.Clocks, string(c))
		}
		out.Body.Units = append(out.Body.Units, u)
	}
	return out, nil
}
