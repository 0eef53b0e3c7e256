package rollcall

import "time"

// AllowHands lets units raise their hand, or no longer; then all hands go down.
type AllowHands struct{ On bool }

// RaiseHand raises or lowers a unit's hand. Only the host sees it.
type RaiseHand struct {
	Unit string
	Up   bool
}

// HandsAllowed says that units may raise their hand, or no longer.
type HandsAllowed struct {
	On bool `json:"on"`
}

// HandRaised says that a unit wants to speak.
type HandRaised struct {
	Unit string `json:"unit"`
}

// HandLowered says that it no longer does, or that the host has seen it.
type HandLowered struct {
	Unit string `json:"unit"`
}

func (c AllowHands) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if v.Hands == c.On {
		return nil, Outcome{}, nil
	}
	return []draft{{KindHandsAllowed, HandsAllowed(c)}}, Outcome{}, nil
}

func (c RaiseHand) decide(v *View, _ moment) ([]draft, Outcome, error) {
	s, ok := v.Seats[c.Unit]
	switch {
	case !ok:
		return nil, Outcome{}, ErrUnknownUnit
	case s.HandAt.IsZero() != c.Up:
		return nil, Outcome{}, nil
	case !c.Up:
		return []draft{{KindHandLowered, HandLowered{Unit: c.Unit}}}, Outcome{}, nil
	case !v.Hands:
		return nil, Outcome{}, ErrHandsOff
	case s.Presence != Here:
		return nil, Outcome{}, ErrNotHere
	}
	return []draft{{KindHandRaised, HandRaised{Unit: c.Unit}}}, Outcome{}, nil
}

func foldHandsAllowed(v *View, _ Event, d HandsAllowed) error {
	v.Hands = d.On
	if d.On {
		return nil
	}
	return v.eachSeat(nil, func(s *Seat) { s.HandAt = time.Time{} })
}

func foldHandRaised(v *View, e Event, d HandRaised) error {
	s, err := v.seat(d.Unit)
	if err == nil {
		s.HandAt = e.At
	}
	return err
}

func foldHandLowered(v *View, _ Event, d HandLowered) error {
	s, err := v.seat(d.Unit)
	if err == nil {
		s.HandAt = time.Time{}
	}
	return err
}
