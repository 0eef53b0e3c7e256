package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall"
)

// excuseInput approves an absence in a session that may be over.
type excuseInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Command  string     `json:"command" minLength:"1" maxLength:"64" pattern:"^[!-~]+$" doc:"an id of the caller's choice: a repeated command is carried out once"`
		Units    []string   `json:"units,omitempty" maxItems:"500" doc:"needed unless a fault is named"`
		Reason   string     `json:"reason,omitempty" enum:"dispatch,leave,line,other" doc:"needed unless a fault is named"`
		Fault    string     `json:"fault,omitempty" maxLength:"64" doc:"a suspected line fault: units, reason and span are its own"`
		Incident string     `json:"incident,omitempty" maxLength:"64" doc:"number of the incident, needed for a dispatch"`
		Note     string     `json:"note,omitempty" maxLength:"500"`
		Approver string     `json:"approver,omitempty" maxLength:"64" doc:"who approved it, when it is not who sends this"`
		From     *time.Time `json:"from,omitempty" doc:"with to a span, else the whole call"`
		To       *time.Time `json:"to,omitempty"`
	}
}

type unexcuseInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Command string   `json:"command" minLength:"1" maxLength:"64" pattern:"^[!-~]+$" doc:"an id of the caller's choice: a repeated command is carried out once"`
		Units   []string `json:"units,omitempty" maxItems:"500" doc:"with an excuse only these, else all that have it; needed without one"`
		Excuse  int64    `json:"excuse,omitempty" minimum:"1" doc:"id of the one excuse, as attendance lists it; without it all excuses of the units are taken back"`
		Note    string   `json:"note,omitempty" maxLength:"500"`
	}
}

type rejectFaultInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Command string `json:"command" minLength:"1" maxLength:"64" pattern:"^[!-~]+$" doc:"an id of the caller's choice: a repeated command is carried out once"`
		Fault   string `json:"fault" minLength:"1" maxLength:"64"`
		Note    string `json:"note,omitempty" maxLength:"500"`
	}
}

func (s *server) excuseRoutes(api huma.API) {
	handle(s, api, route{"POST", "/api/sessions/{id}/excuses", "excuse", "Approve an absence, also after the call", hostOrUp}, s.excuse)
	handle(s, api, route{"POST", "/api/sessions/{id}/reject-fault", "rejectFault", "A suspected line fault was none: its interruptions count", hostOrUp}, s.rejectFault)
	handle(s, api, route{"POST", "/api/sessions/{id}/unexcuse", "unexcuse", "Take excuses back", hostOrUp}, s.unexcuse)
}

func (s *server) excuse(ctx context.Context, in *excuseInput) (*empty, error) {
	cmd := rollcall.Excuse{Units: in.Body.Units, Reason: in.Body.Reason, Incident: in.Body.Incident, Note: in.Body.Note, Approver: in.Body.Approver, Fault: in.Body.Fault}
	if in.Body.From != nil {
		cmd.From = *in.Body.From
	}
	if in.Body.To != nil {
		cmd.To = *in.Body.To
	}
	return s.amend(ctx, in.ID, in.Body.Command, cmd)
}

func (s *server) unexcuse(ctx context.Context, in *unexcuseInput) (*empty, error) {
	return s.amend(ctx, in.ID, in.Body.Command, rollcall.Unexcuse{Units: in.Body.Units, Excuse: in.Body.Excuse, Note: in.Body.Note})
}

func (s *server) rejectFault(ctx context.Context, in *rejectFaultInput) (*empty, error) {
	return s.amend(ctx, in.ID, in.Body.Command, rollcall.RejectFault{Fault: in.Body.Fault, Note: in.Body.Note})
}

// amend hands a command to the session, which writes who gave it into its journal.
func (s *server) amend(ctx context.Context, session, command string, cmd rollcall.Command) (*empty, error) {
	_, err := s.cfg.Amend(ctx, session, rollcall.Meta{ID: command, Actor: whoOf(ctx).Actor}, cmd)
	return &empty{}, err
}
