package rollcall

import "time"

// MuteUnit mutes a unit's microphone (host), outside its turn on the floor: there the host releases or holds the turn.
type MuteUnit struct{ Unit string }

// AskUnmute asks a unit to open its muted microphone (host). Nobody but its officer can.
type AskUnmute struct{ Unit string }

// SetMic mutes or opens the officer's own microphone, at any time.
type SetMic struct {
	Unit string
	On   bool
}

// MicMuted says that a unit's sound reaches nobody until its officer opens the microphone; the event's actor muted it.
type MicMuted struct {
	Unit string `json:"unit"`
}

// MicAsked says that the host asks the officer to open it.
type MicAsked struct {
	Unit string `json:"unit"`
}

// MicOpened says that the officer did.
type MicOpened struct {
	Unit string `json:"unit"`
}

// Muted says whether the unit's microphone is muted.
func (s *Seat) Muted() bool { return !s.MutedAt.IsZero() }

func (c MuteUnit) decide(v *View, _ moment) ([]draft, Outcome, error) {
	s, err := v.here(c.Unit)
	switch {
	case err != nil:
		return nil, Outcome{}, err
	case s.Turn != "" && v.Turns[s.Turn].Place >= 0:
		return nil, Outcome{}, ErrAlreadyCalled
	case s.Muted():
		return nil, Outcome{}, nil
	}
	return []draft{{KindMicMuted, MicMuted(c)}}, Outcome{}, nil
}

func (c AskUnmute) decide(v *View, _ moment) ([]draft, Outcome, error) {
	s, err := v.here(c.Unit)
	if err != nil || !s.Muted() {
		return nil, Outcome{}, err
	}
	return []draft{{KindMicAsked, MicAsked(c)}}, Outcome{}, nil
}

func (c SetMic) decide(v *View, _ moment) ([]draft, Outcome, error) {
	s, err := v.here(c.Unit)
	switch {
	case err != nil:
		return nil, Outcome{}, err
	case s.Muted() != c.On:
		return nil, Outcome{}, nil
	case c.On:
		return []draft{{KindMicOpened, MicOpened{Unit: c.Unit}}}, Outcome{}, nil
	}
	return []draft{{KindMicMuted, MicMuted{Unit: c.Unit}}}, Outcome{}, nil
}

// here returns the seat of a unit whose page is there.
func (v *View) here(unit string) (*Seat, error) {
	s, ok := v.Seats[unit]
	switch {
	case !ok:
		return nil, ErrUnknownUnit
	case s.Presence != Here:
		return nil, ErrNotHere
	}
	return s, nil
}

func foldMicMuted(v *View, e Event, d MicMuted) error {
	return v.setMic(d.Unit, e.At, e.Actor)
}

func foldMicOpened(v *View, _ Event, d MicOpened) error {
	return v.setMic(d.Unit, time.Time{}, Actor{})
}

// setMic mutes the unit since a moment, or opens its microphone for none; its turn goes by that, too.
func (v *View) setMic(unit string, muted time.Time, by Actor) error {
	s, err := v.seat(unit)
	if err != nil {
		return err
	}
	s.MutedAt, s.MutedBy, s.MicAskedAt = muted, by, time.Time{}
	if s.Turn == "" {
		return nil
	}
	t, err := v.turn(s.Turn)
	if err == nil {
		t.Muted = s.Muted()
	}
	return err
}

func foldMicAsked(v *View, e Event, d MicAsked) error {
	s, err := v.seat(d.Unit)
	if err == nil {
		s.MicAskedAt = e.At
	}
	return err
}
