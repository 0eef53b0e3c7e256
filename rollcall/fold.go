package rollcall

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// errNotOpened says that a journal doesn't begin with SessionOpened.
var errNotOpened = errors.New("the journal does not begin with SessionOpened")

// Fold returns the session that a whole journal describes.
func Fold(events []Event) (*View, error) {
	var v *View
	table := folds()
	for _, e := range events {
		if v == nil {
			v = &View{}
			if err := opens(e); err != nil {
				return nil, err
			}
		}
		if err := v.fold(e, table); err != nil { // nobody else sees the view before all of it is there
			return nil, err
		}
	}
	if v == nil {
		return nil, errNotOpened
	}
	return v, nil
}

// Apply returns the session after one more event; v stays as it was. It is nil before SessionOpened.
func Apply(v *View, e Event) (*View, error) {
	if v == nil {
		if err := opens(e); err != nil {
			return nil, err
		}
		v = &View{}
	}
	next := *v
	next.Seats, next.Turns = maps.Clone(v.Seats), maps.Clone(v.Turns)
	if err := next.fold(e, folds()); err != nil {
		return nil, err
	}
	return &next, nil
}

// opens refuses a first event that opens no session.
func opens(e Event) error {
	if e.Kind != KindSessionOpened {
		return fmt.Errorf("event %d is %s: %w", e.Seq, e.Kind, errNotOpened)
	}
	return nil
}

// fold changes the view by one more event.
func (v *View) fold(e Event, table map[EventKind]func(*View, Event) error) error {
	fold, known := table[e.Kind]
	if !known {
		return fmt.Errorf("event %d of session %s has the unknown kind %q", e.Seq, e.Session, e.Kind)
	}
	v.Seq = e.Seq
	if (e.Actor.Kind == "host" || e.Actor.Kind == "admin") && !byItself(e.Kind) { // administrators may sit at the console, too
		v.HostAt = e.At
	}
	if err := fold(v, e); err != nil {
		return fmt.Errorf("event %d (%s) of session %s: %w", e.Seq, e.Kind, e.Session, err)
	}
	return nil
}

// byItself says whether a console causes such an event without its host: by being switched on and off, or by looking on.
func byItself(k EventKind) bool {
	return k == KindHallClaimed || k == KindHallYielded || k == KindObserverCame || k == KindObserverLeft
}

// folds has one function a kind of event. A function may change the view, but a seat or turn only through seat and turn,
// which copy it: views that readers hold share the old one.
func folds() map[EventKind]func(*View, Event) error {
	return map[EventKind]func(*View, Event) error{
		KindSessionOpened: reading(foldOpened),
		KindServerResumed: reading(foldResumed),
		KindSessionBegun:  reading(foldBegun),
		KindSessionClosed: reading(foldClosed),
		KindSeatEntered:   reading(foldEntered),
		KindSeatLeft:      reading(foldLeft),
		KindHallClaimed:   reading(foldHallClaimed),
		KindHallYielded:   reading(foldHallYielded),
		KindDrawMade:      reading(foldDrawn),
		KindTurnCalled:    reading(foldCalled),
		KindFloorChanged:  reading(foldFloor),
		KindDossierFrozen: reading(foldDossier),
		KindTurnShown:     reading(foldShown),
		KindTurnOpened:    reading(foldSoundOpened),
		KindTurnAnswered:  reading(foldAnswered),
		KindTurnMissed:    reading(foldMissed),
		KindTurnNoted:     reading(foldNoted),
		KindTurnWithdrawn: reading(foldWithdrawn),
		KindTurnReleased:  reading(foldReleased),
		KindTurnHeld:      reading(foldHeld),
		KindTurnReturned:  reading(foldReturned),
		KindTurnExtended:  reading(foldExtended),
		KindJournalGap:    nothing,

		KindRollOpened:   reading(foldRollOpened),
		KindRollAnswered: reading(foldRollAnswered),
		KindRollClosed:   reading(foldRollClosed),
		KindAgendaMoved:  reading(foldMoved),
		KindHandsAllowed: reading(foldHandsAllowed),
		KindHandRaised:   reading(foldHandRaised),
		KindHandLowered:  reading(foldHandLowered),

		KindUnitsExcused:     reading(foldExcused),
		KindExcuseWithdrawn:  reading(foldExcuseWithdrawn),
		KindUnitsDismissed:   reading(foldDismissed),
		KindFaultSuspected:   reading(foldFaultSuspected),
		KindFaultOver:        reading(foldFaultOver),
		KindFaultMerged:      reading(foldFaultMerged),
		KindFaultRejected:    reading(foldFaultRejected),
		KindSessionPostponed: reading(foldPostponed),
		KindSessionCancelled: reading(foldCancelled),
		KindSessionKept:      reading(foldKept),

		KindLineOpened:  reading(foldLineOpened),
		KindLineClosed:  reading(foldLineClosed),
		KindUnitChecked: reading(foldChecked),
		KindTextSent:    nothing,

		KindObserverCame: reading(foldObserverCame),
		KindObserverLeft: reading(foldObserverLeft),
		KindSeatMoved:    nothing,
		KindSeatKept:     nothing,
		KindSeatAsked:    nothing,

		KindMicMuted:  reading(foldMicMuted),
		KindMicAsked:  reading(foldMicAsked),
		KindMicOpened: reading(foldMicOpened),
		KindUnitLacks: reading(foldLacks),

		KindOfficerSignedIn:  reading(foldSignedIn),
		KindOfficerSignedOut: reading(foldSignedOut),
	}
}

func nothing(*View, Event) error { return nil }

// reading decodes the payload for a fold.
func reading[T any](fold func(*View, Event, T) error) func(*View, Event) error {
	return func(v *View, e Event) error {
		var data T
		if err := json.Unmarshal(e.Data, &data); err != nil {
			return fmt.Errorf("cannot read the payload: %w", err)
		}
		return fold(v, e, data)
	}
}

// seat returns a copy of the seat that may be changed.
func (v *View) seat(unit string) (*Seat, error) {
	old, ok := v.Seats[unit]
	if !ok {
		return nil, fmt.Errorf("unit %s: %w", unit, ErrUnknownUnit)
	}
	s := *old
	v.Seats[unit] = &s
	return &s, nil
}

// turn returns a copy of the turn that may be changed.
func (v *View) turn(id string) (*Turn, error) {
	old, ok := v.Turns[id]
	if !ok {
		return nil, fmt.Errorf("turn %s: %w", id, ErrUnknownTurn)
	}
	t := *old
	v.Turns[id] = &t
	return &t, nil
}

func foldOpened(v *View, e Event, d SessionOpened) error {
	*v = View{
		ID: e.Session, Kind: d.Kind, Title: d.Title, Schedule: d.Schedule, Phase: Waiting, PlannedAt: d.PlannedAt,
		OpenedAt: e.At, Rules: d.Rules, Roster: d.Roster, Seats: make(map[string]*Seat, len(d.Roster)),
		Turns: map[string]*Turn{}, Seq: e.Seq, EmptyAt: e.At, Agenda: d.Agenda, Step: -1, Hands: d.Rules.Hands,
		LastCalled: d.LastCalled, Late: d.Lateness,
	}
	if v.Late.IsZero() {
		v.Late.text = d.Late
	}
	for _, u := range d.Roster {
		v.Seats[u.Code] = &Seat{Unit: u, Presence: Never, Verdict: VerdictPending, Since: e.At}
	}
	return nil
}

func foldBegun(v *View, e Event, _ SessionBegun) error {
	v.Phase, v.BegunAt = Open, e.At
	return nil
}

func foldClosed(v *View, e Event, d SessionClosed) error {
	v.Phase, v.ClosedAt, v.EndedAt = Closed, e.At, e.At
	if !d.Until.IsZero() {
		v.EndedAt = d.Until
	}
	v.Roll, v.Line = nil, ""
	return nil
}

// foldResumed doubts every seat until its page is back, takes the hall from a console that is gone, and gives units that were
// being called the whole time to answer again: the clock ran while nobody could press.
func foldResumed(v *View, e Event, d ServerResumed) error {
	if v.Phase == Closed {
		return nil
	}
	v.ResumedAt, v.DownSince, v.Hall, v.Line = e.At, d.DownSince, "", ""
	v.Observers = nil // their pages come back by themselves
	for unit, s := range v.Seats {
		if s.Presence == Here {
			doubted, err := v.seat(unit)
			if err != nil {
				return err
			}
			doubted.Doubt = true
		}
	}
	for id, t := range v.Turns {
		if t.State == TurnIsCalled {
			again, err := v.turn(id)
			if err != nil {
				return err
			}
			again.MissAt = e.At.Add(v.Rules.ShowWithin + v.Rules.Miss)
		}
	}
	return nil
}

func foldEntered(v *View, e Event, d SeatEntered) error {
	s, err := v.seat(d.Unit)
	if err != nil {
		return err
	}
	if s.FirstAt.IsZero() {
		s.FirstAt = e.At
	}
	if s.Presence != Here {
		s.Since = e.At
	}
	s.Presence, s.Conn, s.Doubt, s.LineLost, s.Network = Here, d.Conn, false, false, d.Network
	s.endLineExcuse(e.At)
	v.EmptyAt = time.Time{}
	return nil
}

func foldLeft(v *View, e Event, d SeatLeft) error {
	s, err := v.seat(d.Unit)
	if err != nil {
		return err
	}
	s.Presence, s.Conn, s.Doubt, s.Since, s.Lacks = Gone, "", false, d.At, Lacks{}
	s.LineLost = d.Reason == LeftTimeout || d.Reason == LeftLost
	s.HandAt, s.MicAskedAt = time.Time{}, time.Time{} // a muted microphone stays so: a page that comes back is no consent
	for _, other := range v.Seats {
		if other.Presence == Here {
			return nil
		}
	}
	v.EmptyAt = e.At
	return nil
}

func foldHallClaimed(v *View, _ Event, d HallClaimed) error {
	v.Hall = d.Conn
	return nil
}

func foldHallYielded(v *View, _ Event, _ HallYielded) error {
	v.Hall = ""
	return nil
}

func foldCalled(v *View, e Event, d TurnCalled) error {
	s, err := v.seat(d.Unit)
	if err != nil {
		return err
	}
	v.Turns[d.Turn] = &Turn{
		ID: d.Turn, Unit: d.Unit, How: d.How, State: TurnIsCalled, CalledAt: e.At, CalledBy: e.Actor, Place: -1,
		MissAt: e.At.Add(v.Rules.ShowWithin + v.Rules.Miss), For: d.For, Instead: d.Instead, Muted: s.Muted(), WasMissed: s.Missed, WasSkipped: s.Skipped,
	}
	v.Drawn = ""
	v.TurnOrder = append(slices.Clip(v.TurnOrder), d.Turn)
	s.Turn, s.Missed, s.Skipped, s.HandAt = d.Turn, false, false, time.Time{}
	s.Calls++
	return nil
}

func foldFloor(v *View, _ Event, d FloorChanged) error {
	v.Floor = d.Turns
	for id, t := range v.Turns {
		place := slices.Index(d.Turns[:], id)
		if t.Place == place {
			continue
		}
		moved, err := v.turn(id)
		if err != nil {
			return err
		}
		moved.Place = place
	}
	return nil
}

func foldDossier(v *View, e Event, d DossierFrozen) error {
	t, err := v.turn(d.Turn)
	if err != nil {
		return err
	}
	t.Dossier, t.DossierAt, t.DossierHash, t.NoDossier = d.Dossier, e.At, d.Hash, d.Reason
	return nil
}

func foldShown(v *View, e Event, d TurnShown) error {
	t, err := v.turn(d.Turn)
	if err != nil {
		return err
	}
	t.ShownAt = e.At
	if by := e.At.Add(v.Rules.Miss); by.Before(t.MissAt) {
		t.MissAt = by
	}
	return nil
}

func foldSoundOpened(v *View, e Event, d TurnOpened) error {
	t, err := v.turn(d.Turn)
	if err != nil {
		return err
	}
	t.OpenedAt = e.At
	return nil
}

func foldAnswered(v *View, e Event, d TurnAnswered) error {
	t, err := v.turn(d.Turn)
	if err != nil {
		return err
	}
	t.State, t.AnsweredAt, t.AnsweredBy, t.MissAt = TurnIsAnswered, e.At, e.Actor, time.Time{}
	t.Via, t.AnswerNote = d.By, d.Note
	if v.Rules.Speak > 0 {
		t.SpeakUntil = e.At.Add(v.Rules.Speak)
	}
	s, err := v.seat(t.Unit)
	if err != nil {
		return err
	}
	s.Answered++
	return nil
}

func foldMissed(v *View, e Event, d TurnMissed) error {
	return v.endTurn(d.Turn, TurnIsMissed, e.At, func(_ *Turn, s *Seat) { s.Missed = true })
}

func foldReleased(v *View, e Event, d TurnReleased) error {
	return v.endTurn(d.Turn, TurnIsReleased, e.At, func(t *Turn, s *Seat) {
		if t.AnsweredAt.IsZero() && t.OpenedAt.IsZero() {
			s.Missed = true // nobody answered: to be called again, whatever ended the turn
		}
	})
}

func foldWithdrawn(v *View, e Event, d TurnWithdrawn) error {
	return v.endTurn(d.Turn, TurnIsWithdrawn, e.At, func(t *Turn, s *Seat) {
		s.Calls--
		s.Missed, s.Skipped = t.WasMissed, t.WasSkipped
		if !t.AnsweredAt.IsZero() {
			s.Answered--
		}
	})
}

func (v *View) endTurn(id string, state TurnState, at time.Time, also func(*Turn, *Seat)) error {
	t, err := v.turn(id)
	if err != nil {
		return err
	}
	s, err := v.seat(t.Unit)
	if err != nil {
		return err
	}
	t.State, t.EndedAt, t.MissAt, t.Held = state, at, time.Time{}, false
	if s.Turn == id {
		s.Turn, s.MicAskedAt = "", time.Time{}
	}
	also(t, s)
	return nil
}

func foldNoted(v *View, _ Event, d TurnNoted) error {
	t, err := v.turn(d.Turn)
	if err != nil {
		return err
	}
	t.Rating, t.Note = d.Rating, d.Note
	return nil
}
