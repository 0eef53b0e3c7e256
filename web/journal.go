package web

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall"
)

// journalEvent is one row of a session's journal, as it is hashed.
type journalEvent struct {
	Seq       int64     `json:"seq"`
	Epoch     int64     `json:"epoch" doc:"which server start wrote it"`
	At        time.Time `json:"at"`
	Kind      string    `json:"kind"`
	ActorKind string    `json:"actor_kind"`
	Actor     string    `json:"actor,omitempty" doc:"login name or unit code"`
	ActorName string    `json:"actor_name,omitempty"`
	Command   string    `json:"command,omitempty" doc:"id of the command that caused it"`
	Data      any       `json:"data"`
	Hash      string    `json:"hash" doc:"SHA-256 over everything else in it and the hash before"`
}

type journalOutput struct {
	Body struct {
		Events []journalEvent `json:"events"`
	}
}

func (s *server) journalRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/sessions/{id}/journal", "sessionJournal", "A session's whole journal: who did what, when", adminOnly}, s.sessionJournal)
}

func (s *server) sessionJournal(ctx context.Context, in *sessionInput) (*journalOutput, error) {
	if _, err := s.cfg.Sessions.Session(ctx, in.ID); err != nil {
		return nil, err
	}
	events, err := s.cfg.Journal.Events(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &journalOutput{}
	out.Body.Events = make([]journalEvent, 0, len(events))
	for _, e := range events {
		row, err := journalRow(e)
		if err != nil {
			return nil, err
		}
		out.Body.Events = append(out.Body.Events, row)
	}
	return out, nil
}

func journalRow(e rollcall.Event) (journalEvent, error) {
	out := journalEvent{
		Seq: e.Seq, Epoch: e.Epoch, At: e.At, Kind: string(e.Kind), ActorKind: e.Actor.Kind, Actor: e.Actor.ID, ActorName: e.Actor.Name,
		Command: e.Command, Hash: hex.EncodeToString(e.Hash),
	}
	err := json.Unmarshal(e.Data, &out.Data)
	return out, err
}
