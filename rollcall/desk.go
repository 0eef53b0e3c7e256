package rollcall

import "time"

// OpenLine opens a private two-way line between the hall and one unit: only these two hear it, and it is no turn. One that is
// open to another unit is closed.
type OpenLine struct{ Unit string }

// CloseLine closes the private line.
type CloseLine struct{}

// Check ticks a unit as checked by the host, or takes the tick back.
type Check struct {
	Unit string
	OK   bool
}

// Text sends one line of text to a unit's screen.
type Text struct{ Unit, Text string }

// LineOpened says that the hall speaks with a unit in private.
type LineOpened struct {
	Unit string `json:"unit"`
}

// LineClosed says that it no longer does.
type LineClosed struct {
	Unit string `json:"unit"`
}

// UnitChecked says that the host found a unit in order, or no longer.
type UnitChecked struct {
	Unit string `json:"unit"`
	OK   bool   `json:"ok"`
}

// TextSent carries a line of text to a unit's screen.
type TextSent struct {
	Unit string `json:"unit"`
	Text string `json:"text"`
}

func (c OpenLine) decide(v *View, _ moment) ([]draft, Outcome, error) {
	s, ok := v.Seats[c.Unit]
	switch {
	case !ok:
		return nil, Outcome{}, ErrUnknownUnit
	case s.Presence != Here:
		return nil, Outcome{}, ErrNotHere
	case s.Turn != "" && v.Turns[s.Turn].Place >= 0:
		return nil, Outcome{}, ErrAlreadyCalled
	case v.Line == c.Unit:
		return nil, Outcome{}, nil
	}
	return append(v.lineClosed(v.Line), draft{KindLineOpened, LineOpened(c)}), Outcome{}, nil
}

func (CloseLine) decide(v *View, _ moment) ([]draft, Outcome, error) {
	return v.lineClosed(v.Line), Outcome{}, nil
}

// lineClosed closes the private line if it is open to the unit.
func (v *View) lineClosed(unit string) []draft {
	if unit == "" || v.Line != unit {
		return nil
	}
	return []draft{{KindLineClosed, LineClosed{Unit: unit}}}
}

func (c Check) decide(v *View, _ moment) ([]draft, Outcome, error) {
	s, ok := v.Seats[c.Unit]
	switch {
	case !ok:
		return nil, Outcome{}, ErrUnknownUnit
	case s.CheckedAt.IsZero() != c.OK:
		return nil, Outcome{}, nil
	}
	return []draft{{KindUnitChecked, UnitChecked(c)}}, Outcome{}, nil
}

func (c Text) decide(v *View, _ moment) ([]draft, Outcome, error) {
	s, ok := v.Seats[c.Unit]
	switch {
	case !ok:
		return nil, Outcome{}, ErrUnknownUnit
	case s.Presence != Here:
		return nil, Outcome{}, ErrNotHere
	case c.Text == "":
		return nil, Outcome{}, ErrNoText
	}
	return []draft{{KindTextSent, TextSent(c)}}, Outcome{}, nil
}

func foldLineOpened(v *View, _ Event, d LineOpened) error {
	v.Line = d.Unit
	return nil
}

func foldLineClosed(v *View, _ Event, _ LineClosed) error {
	v.Line = ""
	return nil
}

func foldChecked(v *View, e Event, d UnitChecked) error {
	s, err := v.seat(d.Unit)
	if err != nil {
		return err
	}
	s.CheckedAt = time.Time{}
	if d.OK {
		s.CheckedAt = e.At
	}
	return nil
}
