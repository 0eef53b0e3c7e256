package rollcall

import "maps"

// Observe says that somebody looks on who is no unit and no host, a leader or a visitor; they count in no figure.
type Observe struct{ Conn string }

// Unobserve says that they are gone.
type Unobserve struct{ Conn string }

// MoveSeat notes that the host gave a unit's seat to the device that waits for it; the pages' side moves it.
type MoveSeat struct{ Unit string }

// AskSeat notes that a device that waits asks for the unit's seat.
type AskSeat struct{ Unit string }

// KeepSeat notes that a unit's page refused the device that asked for the seat.
type KeepSeat struct{ Unit string }

// ObserverCame says that somebody looks on; the event's actor is who that is.
type ObserverCame struct {
	Conn string `json:"conn"`
}

// ObserverLeft says that they are gone.
type ObserverLeft struct {
	Conn string `json:"conn"`
}

// SeatAsked says that a device that waits asked for the seat.
type SeatAsked struct {
	Unit string `json:"unit"`
}

// SeatKept says that the device that asked was refused.
type SeatKept struct {
	Unit string `json:"unit"`
}

// SeatMoved says that the seat was given to the device that waited: by the host, or by the unit itself.
type SeatMoved struct {
	Unit string `json:"unit"`
}

func (c Observe) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if _, known := v.Observers[c.Conn]; known {
		return nil, Outcome{}, nil
	}
	return []draft{{KindObserverCame, ObserverCame(c)}}, Outcome{}, nil
}

func (c Unobserve) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if _, known := v.Observers[c.Conn]; !known {
		return nil, Outcome{}, nil
	}
	return []draft{{KindObserverLeft, ObserverLeft(c)}}, Outcome{}, nil
}

func (c MoveSeat) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if _, ok := v.Seats[c.Unit]; !ok {
		return nil, Outcome{}, ErrUnknownUnit
	}
	return []draft{{KindSeatMoved, SeatMoved(c)}}, Outcome{}, nil
}

func (c AskSeat) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if _, ok := v.Seats[c.Unit]; !ok {
		return nil, Outcome{}, ErrUnknownUnit
	}
	return []draft{{KindSeatAsked, SeatAsked(c)}}, Outcome{}, nil
}

func (c KeepSeat) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if _, ok := v.Seats[c.Unit]; !ok {
		return nil, Outcome{}, ErrUnknownUnit
	}
	return []draft{{KindSeatKept, SeatKept(c)}}, Outcome{}, nil
}

func foldObserverCame(v *View, e Event, d ObserverCame) error {
	observers := maps.Clone(v.Observers)
	if observers == nil {
		observers = map[string]Actor{}
	}
	observers[d.Conn] = e.Actor
	v.Observers = observers
	return nil
}

func foldObserverLeft(v *View, _ Event, d ObserverLeft) error {
	v.Observers = maps.Clone(v.Observers)
	delete(v.Observers, d.Conn)
	return nil
}
