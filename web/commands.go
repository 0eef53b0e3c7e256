package web

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/danielgtaylor/huma/v2"
)

type commandInput struct {
	Body struct {
		ID   string         `json:"id" minLength:"1" maxLength:"64" pattern:"^[!-~]+$" doc:"of the caller's choice: a repeated command is carried out once"`
		Type string         `json:"type" maxLength:"64" doc:"of docs/protocol.md: a command that a console may send and that is not about the page itself"`
		Data map[string]any `json:"data,omitempty" doc:"as docs/protocol.md has it for that type"`
	}
}

type commandOutput struct {
	Body struct {
		Result any `json:"result" doc:"what the command's done carries, null for nothing"`
	}
}

func (s *server) commandRoutes(api huma.API) {
	handle(s, api, route{"POST", "/api/commands", "command", "Give a command to the call that is open", hostOrUp}, s.command)
}

func (s *server) command(ctx context.Context, in *commandInput) (*commandOutput, error) {
	data, err := json.Marshal(in.Body.Data)
	if err != nil {
		return nil, fmt.Errorf("the command's data: %w", err)
	}
	out := &commandOutput{}
	out.Body.Result, err = s.cfg.Command(ctx, whoOf(ctx), in.Body.Type, in.Body.ID, data)
	return out, err
}
