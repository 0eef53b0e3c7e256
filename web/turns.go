package web

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

// turnItem is one call of a unit, with the dossier that was shown.
type turnItem struct {
	ID         string     `json:"id"`
	Unit       string     `json:"unit"`
	UnitName   string     `json:"unit_name"`
	How        string     `json:"how" enum:"hand,draw,agenda,recall,raised,branch"`
	State      string     `json:"state" enum:"called,answered,missed,withdrawn,released"`
	CalledAt   time.Time  `json:"called_at"`
	CalledBy   string     `json:"called_by"`
	ShownAt    *time.Time `json:"shown_at,omitempty"`
	OpenedAt   *time.Time `json:"opened_at,omitempty" doc:"the host opened the sound"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	AnsweredBy string     `json:"answered_by,omitempty" doc:"who; the unit itself or a host"`
	Via        string     `json:"answered_via,omitempty" doc:"officer, host; 代答: phone, branch"`
	AnswerNote string     `json:"answer_note,omitempty" doc:"who answered for the unit"`
	For        string     `json:"for,omitempty" doc:"the station in whose place this branch was called"`
	Instead    string     `json:"instead,omitempty" doc:"the wrong call that this one put right"`
	EndedAt    *time.Time `json:"ended_at,omitempty"`
	Rating     int        `json:"rating"`
	Note       string     `json:"note"`
	Dossier    any        `json:"dossier,omitempty" doc:"as it was frozen at the call, in the shape of the protocol's DossierBody"`
	DossierAt  *time.Time `json:"dossier_at,omitempty"`
	Hash       string     `json:"dossier_hash,omitempty" doc:"SHA-256 of the frozen dossier"`
	NoDossier  string     `json:"no_dossier,omitempty" doc:"why there is none"`
}

func (s *server) sessionTurns(ctx context.Context, in *sessionInput) (*turnsOutput, error) {
	if _, err := s.cfg.Sessions.Session(ctx, in.ID); err != nil {
		return nil, err
	}
	events, err := s.cfg.Journal.Events(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	view, err := rollcall.Fold(events)
	if err != nil {
		return nil, fmt.Errorf("session %s: %w", in.ID, &attendance.BrokenJournal{What: err.Error()})
	}
	out := &turnsOutput{}
	out.Body.Turns = make([]turnItem, 0, len(view.TurnOrder))
	for _, id := range view.TurnOrder {
		t, err := turnOf(view, view.Turns[id])
		if err != nil {
			return nil, err
		}
		out.Body.Turns = append(out.Body.Turns, t)
	}
	return out, nil
}

func turnOf(v *rollcall.View, t *rollcall.Turn) (turnItem, error) {
	out := turnItem{
		ID: t.ID, Unit: t.Unit, UnitName: v.Seats[t.Unit].Unit.Name, How: t.How, State: string(t.State), CalledAt: t.CalledAt,
		CalledBy: nameOf(t.CalledBy), ShownAt: optional(t.ShownAt), OpenedAt: optional(t.OpenedAt), AnsweredAt: optional(t.AnsweredAt),
		EndedAt: optional(t.EndedAt), Rating: t.Rating, Note: t.Note, DossierAt: optional(t.DossierAt), Hash: t.DossierHash,
		NoDossier: t.NoDossier, Via: t.Via, AnswerNote: t.AnswerNote, For: t.For, Instead: t.Instead,
	}
	if !t.AnsweredAt.IsZero() {
		out.AnsweredBy = nameOf(t.AnsweredBy)
	}
	if len(t.Dossier) > 0 {
		if err := json.Unmarshal(t.Dossier, &out.Dossier); err != nil {
			return out, fmt.Errorf("dossier of turn %s: %w", t.ID, err)
		}
	}
	return out, nil
}

func nameOf(a rollcall.Actor) string {
	if a.Name != "" {
		return a.Name
	}
	return a.ID
}
