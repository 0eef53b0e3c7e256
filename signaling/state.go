package signaling

import (
	"cmp"
	"encoding/json"
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

// stamp is the protocol's form of a moment: RFC 3339 in UTC with milliseconds, empty for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

func wireUnits(units []rollcall.Unit) []wire.Unit {
	out := make([]wire.Unit, 0, len(units))
	for _, u := range units {
		out = append(out, wire.Unit{Code: u.Code, Name: u.Name, Short: u.Short, Kind: string(u.Kind), Branch: u.Branch})
	}
	return out
}

func wireSession(v *rollcall.View) *wire.Session {
	if v == nil {
		return nil
	}
	out := &wire.Session{
		ID: v.ID, Kind: string(v.Kind), Title: v.Title, State: string(v.Phase), PlannedAt: stamp(v.PlannedAt),
		OpenedAt: stamp(v.OpenedAt), BegunAt: stamp(v.BegunAt), ClosedAt: stamp(v.ClosedAt),
		GraceS: int(v.Rules.Grace.Seconds()), MissS: int(v.Rules.Miss.Seconds()), Announced: stamp(v.Announced), Reason: v.Reason,
		ClosesAt: stamp(v.ClosesAt()), Hands: v.Hands, Blur: blurred(v), PlannedEnd: stamp(v.PlannedEnd()),
	}
	out.Late, out.LateEN = v.Late.Words()
	if v.Roll != nil {
		out.Roll, out.RollKind, out.RollUntil = v.Roll.ID, v.Roll.Kind, stamp(v.Roll.Until)
	}
	return out
}

// blurred says whether stations are shown blurred: before the call, where its rules say so.
func blurred(v *rollcall.View) bool { return v.Rules.Blur && v.Phase == rollcall.Waiting }

// rollOf is how a seat stands in the last roll that asked it.
func rollOf(v *rollcall.View, s *rollcall.Seat) string {
	switch {
	case s.Asked == "":
		return ""
	case !s.RollAt.IsZero():
		return "answered"
	case v.Roll != nil && v.Roll.ID == s.Asked:
		return "asked"
	}
	return "missed"
}

// excusesOf are the excuses of a seat, and the one that a page shows: one for the whole call before one for a span.
func excusesOf(s *rollcall.Seat) (shown *wire.SeatExcuse, all []wire.SeatExcuse) {
	for _, x := range s.Excuses {
		e := wire.SeatExcuse{
			ID: x.ID, Reason: x.Reason, Incident: x.Incident, Note: x.Note, By: cmp.Or(x.Approver, x.By.Name, x.By.ID),
			Whole: x.From.IsZero(), From: stamp(x.From), To: stamp(x.To),
		}
		if all = append(all, e); shown == nil || e.Whole || !shown.Whole {
			shown = &e
		}
	}
	return shown, all
}

func wireNext(calls rollcall.Calls) *wire.Next {
	due, ok := calls.Next()
	if !ok {
		return nil
	}
	return &wire.Next{Title: due.Title, PlannedAt: stamp(due.PlannedAt), WaitingAt: stamp(due.WaitingAt)}
}

func wireTurn(t *rollcall.Turn) wire.Turn {
	out := wire.Turn{
		ID: t.ID, Unit: t.Unit, How: t.How, State: string(t.State), CalledAt: stamp(t.CalledAt), CalledBy: t.CalledBy.Name,
		ShownAt: stamp(t.ShownAt), AnsweredAt: stamp(t.AnsweredAt), EndedAt: stamp(t.EndedAt), MissAt: stamp(t.MissAt),
		Sound: t.Sound(), OnFloor: t.Place >= 0, Rating: t.Rating, Note: t.Note,
		For: t.For, Instead: t.Instead, Via: t.Via, AnswerNote: t.AnswerNote, Held: t.Held, SpeakUntil: stamp(t.SpeakUntil),
	}
	if out.CalledBy == "" {
		out.CalledBy = t.CalledBy.ID
	}
	if !t.AnsweredAt.IsZero() {
		out.AnsweredBy = officerOr(t.AnsweredBy)
	}
	return out
}

// officerOr names who did something at a unit: its own officer, or the host by name.
func officerOr(who rollcall.Actor) string {
	if who.Kind == "unit" {
		return "officer"
	}
	return who.Name
}

// forStation leaves out what only the hall may read: the rating and the notes.
func forStation(t wire.Turn) wire.Turn {
	t.Rating, t.Note, t.AnswerNote = 0, "", ""
	return t
}

func wireFloor(v *rollcall.View) wire.Floor {
	out := wire.Floor{Places: make([]wire.Place, 3)}
	if v == nil {
		return out
	}
	for place, id := range v.Floor {
		if t, ok := v.Turns[id]; ok {
			out.Places[place] = wire.Place{Unit: t.Unit, Turn: t.ID, Sound: t.Sound()}
		}
	}
	return out
}

func wireRecord(r rollcall.RecordState) wire.Record {
	return wire.Record{State: r.State, Pending: r.Pending}
}

// wireDossier is what the called unit and the hall are told about the turn's dossier.
func wireDossier(t *rollcall.Turn) (wire.Dossier, error) {
	out := wire.Dossier{Turn: t.ID, Unit: t.Unit, State: "pending", Hash: t.DossierHash, Frozen: stamp(t.DossierAt)}
	switch {
	case t.DossierAt.IsZero():
		return out, nil
	case len(t.Dossier) == 0:
		out.State = "unavailable"
		return out, nil
	}
	out.State, out.Body = "ready", &wire.DossierBody{}
	return out, json.Unmarshal(t.Dossier, out.Body)
}

// openTurns are the turns that have not ended, in the order of their calls.
func openTurns(v *rollcall.View) []*rollcall.Turn {
	if v == nil {
		return nil
	}
	var out []*rollcall.Turn
	for _, id := range v.TurnOrder {
		if t := v.Turns[id]; t.EndedAt.IsZero() {
			out = append(out, t)
		}
	}
	return out
}
