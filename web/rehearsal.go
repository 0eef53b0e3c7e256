package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall"
	"muster/rollcall/account"
)

// Rehearsal lets simulated stations in: their links follow from a secret.
type Rehearsal struct {
	Secret    []byte // of account.SampleToken
	HostToken string
}

type rehearsalUnit struct {
	Code  string `json:"code"`
	Short string `json:"short"`
	Token string `json:"token"`
}

type rehearsalOutput struct {
	Body struct {
		HostToken string          `json:"host_token"`
		Units     []rehearsalUnit `json:"units"`
	}
}

func (s *server) rehearsalRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/rehearsal", "rehearsal", "What a simulated fleet needs (serve --rehearsal only)", adminOnly}, s.rehearsal)
}

func (s *server) rehearsal(ctx context.Context, _ *empty) (*rehearsalOutput, error) {
	units, err := s.cfg.Roster.Units(ctx)
	if err != nil {
		return nil, err
	}
	out := &rehearsalOutput{}
	out.Body.HostToken = s.cfg.Rehearsal.HostToken
	for _, u := range units {
		out.Body.Units = append(out.Body.Units, s.rehearsalUnit(u))
	}
	return out, nil
}

func (s *server) rehearsalUnit(u rollcall.Unit) rehearsalUnit {
	return rehearsalUnit{Code: u.Code, Short: u.Short, Token: account.SampleToken(s.cfg.Rehearsal.Secret, u.Code)}
}
