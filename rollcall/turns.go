package rollcall

import (
	"time"
)

// Swap takes a wrong call back and calls the right unit in its place, in one step.
type Swap struct{ Turn, Unit string }

// Hold takes an answered unit off the floor; its turn goes on later, by Return.
type Hold struct{ Turn string }

// Return brings a held turn back to the floor. With a full floor, Replace names the turn to release.
type Return struct{ Turn, Replace string }

// Extend gives a turn more time: to answer while it is being called, to speak afterwards.
type Extend struct {
	Turn string
	By   time.Duration
}

// TurnHeld says that the unit left the floor for a while.
type TurnHeld struct {
	Turn string `json:"turn"`
}

// TurnReturned says that it is back.
type TurnReturned struct {
	Turn string `json:"turn"`
}

// TurnExtended says that the turn has more time.
type TurnExtended struct {
	Turn string        `json:"turn"`
	By   time.Duration `json:"by"` // nanoseconds
}

func (c Swap) decide(v *View, m moment) ([]draft, Outcome, error) {
	t, err := v.openTurn(c.Turn)
	if err != nil {
		return nil, Outcome{}, err
	}
	if err := v.callable(c.Unit); err != nil {
		return nil, Outcome{}, err
	}
	if t.Place < 0 {
		return nil, Outcome{}, ErrOnHold
	}
	id, floor := m.newID(), v.Floor
	floor[t.Place] = id
	out := append([]draft{{KindTurnWithdrawn, TurnWithdrawn{Turn: c.Turn}}}, v.lineClosed(v.Line)...)
	return append(out,
		draft{KindTurnCalled, TurnCalled{Turn: id, Unit: c.Unit, How: "hand", Instead: c.Turn}},
		draft{KindFloorChanged, FloorChanged{Turns: floor}}), Outcome{Turn: id, Unit: c.Unit}, nil
}

func (c Hold) decide(v *View, _ moment) ([]draft, Outcome, error) {
	t, err := v.openTurn(c.Turn)
	switch {
	case err != nil:
		return nil, Outcome{}, err
	case t.Held:
		return nil, Outcome{}, nil
	case t.State != TurnIsAnswered:
		return nil, Outcome{}, ErrNotAnswered
	}
	floor := v.Floor
	floor[t.Place] = ""
	return []draft{{KindTurnHeld, TurnHeld(c)}, {KindFloorChanged, FloorChanged{Turns: floor}}}, Outcome{}, nil
}

func (c Return) decide(v *View, _ moment) ([]draft, Outcome, error) {
	t, err := v.openTurn(c.Turn)
	switch {
	case err != nil:
		return nil, Outcome{}, err
	case !t.Held:
		return nil, Outcome{}, ErrNotOnHold
	}
	place, released, err := v.placeFor(Call{Add: true, Replace: c.Replace})
	if err != nil {
		return nil, Outcome{}, err
	}
	floor := v.Floor
	var out []draft
	for _, p := range released {
		out = append(out, draft{KindTurnReleased, TurnReleased{Turn: floor[p]}})
	}
	floor[place] = c.Turn
	out = append(out, v.lineClosed(v.Line)...)
	return append(out, draft{KindTurnReturned, TurnReturned{Turn: c.Turn}}, draft{KindFloorChanged, FloorChanged{Turns: floor}}),
		Outcome{}, nil
}

func (c Extend) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if _, err := v.openTurn(c.Turn); err != nil {
		return nil, Outcome{}, err
	}
	if c.By < time.Second || c.By > time.Hour {
		return nil, Outcome{}, ErrBadLength
	}
	return []draft{{KindTurnExtended, TurnExtended(c)}}, Outcome{}, nil
}

func foldHeld(v *View, _ Event, d TurnHeld) error {
	t, err := v.turn(d.Turn)
	if err == nil {
		t.Held = true
	}
	return err
}

func foldReturned(v *View, _ Event, d TurnReturned) error {
	t, err := v.turn(d.Turn)
	if err == nil {
		t.Held = false
	}
	return err
}

func foldExtended(v *View, _ Event, d TurnExtended) error {
	t, err := v.turn(d.Turn)
	if err != nil {
		return err
	}
	t.Extra += d.By
	if !t.MissAt.IsZero() {
		t.MissAt = t.MissAt.Add(d.By)
	}
	if !t.SpeakUntil.IsZero() {
		t.SpeakUntil = t.SpeakUntil.Add(d.By)
	}
	return nil
}
