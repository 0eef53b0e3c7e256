package rollcall

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// hows are the ways in which a unit comes to be called.
func hows() []string { return []string{"hand", "draw", "agenda", "recall", "raised", "branch"} }

func (c Call) decide(v *View, m moment) ([]draft, Outcome, error) {
	switch {
	case v.Phase != Open:
		return nil, Outcome{}, ErrNotBegun
	case !slices.Contains(hows(), c.How):
		return nil, Outcome{}, ErrBadHow
	}
	if s, ok := v.Seats[c.Unit]; ok && !v.cameThus(s, c.How) {
		return nil, Outcome{}, ErrNotThus
	}
	return v.call(c, m)
}

// cameThus says whether a unit may be called in that way: statistics and draws go by it.
func (v *View) cameThus(s *Seat, how string) bool {
	switch how {
	case "agenda":
		return false // only the agenda itself does
	case "draw":
		return v.Drawn == s.Unit.Code
	case "raised":
		return !s.HandAt.IsZero()
	case "recall":
		return s.Missed || s.Skipped
	}
	return true
}

// call calls a unit, in whatever way it came to that.
func (v *View) call(c Call, m moment) ([]draft, Outcome, error) {
	if err := v.callable(c.Unit); err != nil {
		return nil, Outcome{}, err
	}
	if err := v.standsFor(c); err != nil {
		return nil, Outcome{}, err
	}
	place, released, err := v.placeFor(c)
	if err != nil {
		return nil, Outcome{}, err
	}
	floor := v.Floor
	var out []draft
	for _, p := range released {
		out = append(out, draft{KindTurnReleased, TurnReleased{Turn: floor[p]}})
		floor[p] = ""
	}
	id := m.newID()
	floor[place] = id
	out = append(out, v.lineClosed(v.Line)...) // the called unit has to hear the hall
	out = append(out,
		draft{KindTurnCalled, TurnCalled{Turn: id, Unit: c.Unit, How: c.How, For: c.For}},
		draft{KindFloorChanged, FloorChanged{Turns: floor}})
	return out, Outcome{Turn: id, Unit: c.Unit}, nil
}

// callable refuses a unit that is none, or that has a turn already.
func (v *View) callable(unit string) error {
	s, ok := v.Seats[unit]
	switch {
	case !ok:
		return ErrUnknownUnit
	case s.Turn != "" && v.Turns[s.Turn].Held:
		return ErrOnHold
	case s.Turn != "":
		return ErrAlreadyCalled
	}
	return nil
}

// standsFor makes sure that only a station's own branch is called in its place.
func (v *View) standsFor(c Call) error {
	if (c.How == "branch") != (c.For != "") {
		return ErrBadHow
	}
	if c.For == "" {
		return nil
	}
	s, ok := v.Seats[c.For]
	if !ok {
		return ErrUnknownUnit
	}
	if s.Unit.Kind != Station || s.Unit.Branch != c.Unit {
		return ErrNotItsBranch
	}
	return nil
}

// placeFor finds the place on the floor for a call, and the places that have to be cleared for it.
func (v *View) placeFor(c Call) (place int, released []int, err error) {
	if !c.Add && c.Replace == "" {
		for p, id := range v.Floor {
			if id != "" {
				released = append(released, p)
			}
		}
		return 0, released, nil
	}
	if free := slices.Index(v.Floor[:], ""); free >= 0 && c.Replace == "" {
		return free, nil, nil
	}
	if c.Replace == "" {
		return 0, nil, ErrFloorFull
	}
	p := slices.Index(v.Floor[:], c.Replace)
	if p < 0 {
		return 0, nil, ErrUnknownTurn
	}
	return p, []int{p}, nil
}

// openTurn returns a turn that has not ended.
func (v *View) openTurn(id string) (*Turn, error) {
	t, ok := v.Turns[id]
	switch {
	case !ok:
		return nil, ErrUnknownTurn
	case !t.EndedAt.IsZero():
		return nil, ErrTurnOver
	}
	return t, nil
}

func decideShown(v *View, c Shown) ([]draft, error) {
	t, err := v.openTurn(c.Turn)
	switch {
	case err != nil:
		return nil, err
	case t.Unit != c.By:
		return nil, ErrNotYourTurn
	case t.State != TurnIsCalled || !t.ShownAt.IsZero():
		return nil, nil
	}
	return []draft{{KindTurnShown, TurnShown{Turn: c.Turn}}}, nil
}

func decideAnswer(v *View, c Answer) ([]draft, error) {
	t, err := v.openTurn(c.Turn)
	switch {
	case err != nil:
		return nil, err
	case t.Unit != c.By:
		return nil, ErrNotYourTurn
	case t.State == TurnIsAnswered:
		return nil, nil
	}
	out := []draft{{KindTurnAnswered, TurnAnswered{Turn: c.Turn, By: AnsweredByOfficer}}}
	s := v.Seats[t.Unit]
	if s.Muted() {
		out = append(out, draft{KindMicOpened, MicOpened{Unit: t.Unit}}) // who answers wants to be heard
	}
	if v.Roll != nil && s.Asked == v.Roll.ID && s.RollAt.IsZero() {
		out = append(out, draft{KindRollAnswered, RollAnswered{Roll: v.Roll.ID, Unit: t.Unit}}) // who says 到 is here
	}
	return out, nil
}

func decideMark(v *View, c Mark) ([]draft, error) {
	t, err := v.openTurn(c.Turn)
	if err != nil || t.State == TurnIsAnswered {
		return nil, err
	}
	switch c.By {
	case "", AnsweredByHost:
		c.By = AnsweredByHost
	case AnsweredByPhone, AnsweredByBranch:
		if c.Note == "" {
			return nil, ErrNoNote
		}
	default:
		return nil, ErrBadAnswer
	}
	return []draft{{KindTurnAnswered, TurnAnswered(c)}}, nil
}

func decideOpenSound(v *View, c OpenSound) ([]draft, error) {
	t, err := v.openTurn(c.Turn)
	if err != nil || !t.OpenedAt.IsZero() {
		return nil, err
	}
	return []draft{{KindTurnOpened, TurnOpened(c)}}, nil
}

// decideEnd ends a turn by the given event and clears its place.
func decideEnd(v *View, turn string, end draft) ([]draft, error) {
	if _, err := v.openTurn(turn); err != nil {
		return nil, err
	}
	floor := v.Floor
	if p := slices.Index(floor[:], turn); p >= 0 {
		floor[p] = ""
	}
	return []draft{end, {KindFloorChanged, FloorChanged{Turns: floor}}}, nil
}

func decideNote(v *View, c Note) ([]draft, error) {
	t, ok := v.Turns[c.Turn]
	switch {
	case !ok:
		return nil, ErrUnknownTurn
	case t.State == TurnIsWithdrawn:
		return nil, ErrTurnOver
	case c.Rating < 0 || c.Rating > 5:
		return nil, ErrBadRating
	case t.Rating == c.Rating && t.Note == c.Text:
		return nil, nil
	}
	return []draft{{KindTurnNoted, TurnNoted{Turn: c.Turn, Rating: c.Rating, Note: c.Text}}}, nil
}

func decideDossier(v *View, c FreezeDossier) ([]draft, error) {
	t, ok := v.Turns[c.Turn]
	if !ok {
		return nil, ErrUnknownTurn
	}
	if !t.DossierAt.IsZero() {
		return nil, nil
	}
	frozen := DossierFrozen{Turn: c.Turn, Unit: t.Unit, Reason: c.Reason}
	if len(c.Dossier) > 0 {
		// The journal keeps JSON compacted and escaped, and the hash has to be that of what is kept.
		kept, err := json.Marshal(c.Dossier)
		if err != nil {
			return nil, fmt.Errorf("the dossier is not JSON: %w", err)
		}
		sum := sha256.Sum256(kept)
		frozen.Dossier, frozen.Hash = kept, hex.EncodeToString(sum[:])
	}
	return []draft{{KindDossierFrozen, frozen}}, nil
}
