package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall"
	"muster/rollcall/account"
)

type unitItem struct {
	Code   string `json:"code" doc:"12 digits in the shape of GA 380"`
	Name   string `json:"name"`
	Short  string `json:"short"`
	Kind   string `json:"kind" enum:"police_type,branch,station"`
	Branch string `json:"branch" doc:"the branch's code for a station, else its own"`
}

func unitOf(u rollcall.Unit) unitItem {
	return unitItem{Code: u.Code, Name: u.Name, Short: u.Short, Kind: string(u.Kind), Branch: u.Branch}
}

type unitsOutput struct {
	Body struct {
		Units []unitItem `json:"units"`
	}
}

type link struct {
	Unit      string     `json:"unit"`
	CreatedAt *time.Time `json:"created_at,omitempty"`
	CreatedBy string     `json:"created_by,omitempty"`
	Sample    bool       `json:"sample,omitempty" doc:"from the sample data, works on this machine only"`
}

type linksOutput struct {
	Body struct {
		Links []link `json:"links" doc:"valid ones, at most one a unit"`
	}
}

type unitInput struct {
	Unit string `path:"unit" pattern:"^[0-9]{12}$"`
}

type newLinkOutput struct {
	Body struct {
		Unit  string `json:"unit"`
		Token string `json:"token" doc:"shown this once"`
		Path  string `json:"path" doc:"the join link is this path on the server's address"`
	}
}

func (s *server) unitRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/units", "listUnits", "The roster in its display order", hostOrUp}, s.listUnits)
	handle(s, api, route{"GET", "/api/links", "listLinks", "Which units have a valid join link", adminOnly}, s.listLinks)
	handle(s, api, route{"POST", "/api/links/{unit}", "createLink", "Make the unit's join link; given again it makes another, and the one before works no more", adminOnly}, s.createLink)
	handle(s, api, route{"DELETE", "/api/links/{unit}", "revokeLink", "Revoke the unit's link and close its page", adminOnly}, s.revokeLink)
}

func (s *server) listUnits(ctx context.Context, _ *empty) (*unitsOutput, error) {
	units, err := s.cfg.Roster.Units(ctx)
	if err != nil {
		return nil, err
	}
	out := &unitsOutput{}
	out.Body.Units = make([]unitItem, 0, len(units))
	for _, u := range units {
		out.Body.Units = append(out.Body.Units, unitOf(u))
	}
	return out, nil
}

func (s *server) listLinks(ctx context.Context, _ *empty) (*linksOutput, error) {
	links, err := s.cfg.Accounts.Links(ctx)
	if err != nil {
		return nil, err
	}
	out := &linksOutput{}
	out.Body.Links = make([]link, 0, len(links))
	for _, l := range links {
		at := l.CreatedAt.UTC()
		out.Body.Links = append(out.Body.Links, link{Unit: l.Unit, CreatedAt: &at, CreatedBy: l.CreatedBy, Sample: l.Sample})
	}
	return out, nil
}

func (s *server) createLink(ctx context.Context, in *unitInput) (*newLinkOutput, error) {
	if _, err := s.cfg.Gate.unitOf(ctx, in.Unit); err != nil {
		return nil, err
	}
	who := whoOf(ctx)
	token, hash := account.NewToken()
	if err := s.cfg.Accounts.PutLink(ctx, account.Link{Unit: in.Unit, TokenHash: hash, CreatedAt: time.Now(), CreatedBy: who.Name}); err != nil {
		return nil, err
	}
	s.revoked(in.Unit) // whoever sits there came in by the old link
	if err := s.audit(ctx, who.ID, "link.create", in.Unit, ""); err != nil {
		return nil, err
	}
	out := &newLinkOutput{}
	out.Body.Unit, out.Body.Token, out.Body.Path = in.Unit, token, "/station#"+token
	return out, nil
}

func (s *server) revokeLink(ctx context.Context, in *unitInput) (*empty, error) {
	if err := s.cfg.Accounts.RevokeLink(ctx, in.Unit, time.Now()); err != nil {
		return nil, err
	}
	s.revoked(in.Unit)
	return nil, s.audit(ctx, whoOf(ctx).ID, "link.revoke", in.Unit, "")
}

func (s *server) revoked(unit string) {
	if s.cfg.Revoked != nil {
		s.cfg.Revoked(unit)
	}
}
