package rollcall

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

func decideCall(v *View, c Call, m moment) ([]draft, Outcome, error) {
	switch {
	case v.Phase != Open:
		return nil, Outcome{}, ErrNotBegun
	case !slices.Contains([]string{"hand", "draw", "agenda", "recall"}, c.How):
		return nil, Outcome{}, ErrBadHow
	}
	if _, ok := v.Seats[c.Unit]; !ok {
		return nil, Outcome{}, ErrUnknownUnit
	}
	if v.onFloor(c.Unit) {
		return nil, Outcome{}, ErrAlreadyCalled
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
	out = append(out,
		draft{KindTurnCalled, TurnCalled{Turn: id, Unit: c.Unit, How: c.How}},
		draft{KindFloorChanged, FloorChanged{Turns: floor}})
	return out, Outcome{Turn: id}, nil
}

func (v *View) onFloor(unit string) bool {
	return slices.ContainsFunc(v.Floor[:], func(id string) bool { return id != "" && v.Turns[id].Unit == unit })
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

func decideDraw(v *View, c Draw, m moment) ([]draft, Outcome, error) {
	if v.Phase != Open {
		return nil, Outcome{}, ErrNotBegun
	}
	candidates := v.drawable(c)
	if len(candidates) == 0 {
		return nil, Outcome{}, ErrNobodyToDraw
	}
	seed := m.seed()
	unit := candidates[DrawIndex(seed, candidates)]
	return []draft{{KindDrawMade, DrawMade{Seed: seed, Candidates: candidates, Unit: unit}}},
		Outcome{Unit: unit, Seed: seed, Candidates: len(candidates)}, nil
}

// drawable lists the present units that the draw may pick, in the order of the roster: those not called yet, or all when
// every one was.
func (v *View) drawable(c Draw) []string {
	var fresh, all []string
	for _, u := range v.Roster {
		s := v.Seats[u.Code]
		if s.Presence != Here || v.onFloor(u.Code) ||
			c.Kind != "" && u.Kind != c.Kind || c.Branch != "" && u.Branch != c.Branch {
			continue
		}
		all = append(all, u.Code)
		if s.Calls == 0 {
			fresh = append(fresh, u.Code)
		}
	}
	if len(fresh) > 0 {
		return fresh
	}
	return all
}

// DrawIndex is the place in candidates that a draw with this seed picks: the first 8 bytes of SHA-256 over the seed and each
// candidate after a line break, modulo their number. Anybody can compute a draw of the journal again with it.
func DrawIndex(seed string, candidates []string) int {
	h := sha256.New()
	h.Write([]byte(seed))
	for _, c := range candidates {
		h.Write([]byte{'\n'})
		h.Write([]byte(c))
	}
	return int(binary.BigEndian.Uint64(h.Sum(nil)) % uint64(len(candidates)))
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
	return []draft{{KindTurnAnswered, TurnAnswered{Turn: c.Turn, By: "officer"}}}, nil
}

func decideMark(v *View, c Mark) ([]draft, error) {
	t, err := v.openTurn(c.Turn)
	if err != nil || t.State == TurnIsAnswered {
		return nil, err
	}
	return []draft{{KindTurnAnswered, TurnAnswered{Turn: c.Turn, By: "host"}}}, nil
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
