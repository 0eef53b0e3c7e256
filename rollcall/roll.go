package rollcall

import (
	"slices"
	"time"
)

// Kinds of roll.
const (
	RollAtBegin = "roll" // 点到 at the begin of the call
	SpotCheck   = "spot" // 抽查 in the middle of it
)

// CallRoll asks units to press 应到 within a window: a page that is open proves no officer.
type CallRoll struct {
	Units  []string      // empty = all
	Window time.Duration // zero = that of the rules, or two minutes
}

// AnswerRoll is an officer's 应到. By is the unit that says so.
type AnswerRoll struct{ Roll, By string }

// Roll is a roll that is being called.
type Roll struct {
	ID       string
	Kind     string
	OpenedAt time.Time
	Until    time.Time
	Units    []string
}

// RollOpened says that units were asked to answer.
type RollOpened struct {
	Roll  string    `json:"roll"`
	Kind  string    `json:"kind"`  // "roll" at the begin, "spot" later
	Units []string  `json:"units"` // that were asked
	Until time.Time `json:"until"`
}

// RollAnswered says that a unit answered in time.
type RollAnswered struct {
	Roll string `json:"roll"`
	Unit string `json:"unit"`
}

// RollClosed says that the window is over.
type RollClosed struct {
	Roll    string   `json:"roll"`
	Missing []string `json:"missing,omitempty"` // asked, not excused, and did not answer
}

const usualWindow = 2 * time.Minute

// rollWindow is how long units have to answer unless somebody says otherwise.
func (v *View) rollWindow() time.Duration {
	if v.Rules.Roll > 0 {
		return v.Rules.Roll
	}
	return usualWindow
}

func (v *View) openRoll(kind string, units []string, window time.Duration, m moment) draft {
	if len(units) == 0 {
		units = codes(v.Roster)
	}
	return draft{KindRollOpened, RollOpened{Roll: m.newID(), Kind: kind, Units: units, Until: m.now.Add(window)}}
}

func (c CallRoll) decide(v *View, m moment) ([]draft, Outcome, error) {
	switch {
	case v.Phase != Open:
		return nil, Outcome{}, ErrNotBegun
	case v.Roll != nil:
		return nil, Outcome{}, ErrRollRunning
	case c.Window < 0 || c.Window > time.Hour:
		return nil, Outcome{}, ErrBadLength
	}
	units := c.Units
	if len(units) > 0 {
		var err error
		if units, err = v.known(units); err != nil {
			return nil, Outcome{}, err
		}
	}
	window := c.Window
	if window == 0 {
		window = v.rollWindow()
	}
	return []draft{v.openRoll(SpotCheck, units, window, m)}, Outcome{}, nil
}

func (c AnswerRoll) decide(v *View, m moment) ([]draft, Outcome, error) {
	s, ok := v.Seats[c.By]
	switch {
	case !ok:
		return nil, Outcome{}, ErrUnknownUnit
	case v.Roll == nil || v.Roll.ID != c.Roll || m.now.After(v.Roll.Until):
		return nil, Outcome{}, ErrRollOver
	case s.Asked != c.Roll:
		return nil, Outcome{}, ErrNotAsked
	case s.Presence != Here:
		return nil, Outcome{}, ErrNotHere
	case !s.RollAt.IsZero():
		return nil, Outcome{}, nil
	}
	return []draft{{KindRollAnswered, RollAnswered{Roll: c.Roll, Unit: c.By}}}, Outcome{}, nil
}

// decideRollOver closes a roll whose window has passed, or that everybody has answered.
func decideRollOver(v *View, m moment) []draft {
	if v.Phase != Open || v.Roll == nil {
		return nil
	}
	var missing []string
	for _, u := range v.Roll.Units {
		s := v.Seats[u]
		switch {
		case !s.RollAt.IsZero():
		case m.now.Before(v.Roll.Until):
			return nil // it has time to answer
		case !s.Excused():
			missing = append(missing, u)
		}
	}
	return []draft{{KindRollClosed, RollClosed{Roll: v.Roll.ID, Missing: missing}}}
}

func foldRollOpened(v *View, e Event, d RollOpened) error {
	v.Roll = &Roll{ID: d.Roll, Kind: d.Kind, OpenedAt: e.At, Until: d.Until, Units: slices.Clone(d.Units)}
	return v.eachSeat(d.Units, func(s *Seat) { s.Asked, s.RollAt = d.Roll, time.Time{} })
}

func foldRollAnswered(v *View, e Event, d RollAnswered) error {
	s, err := v.seat(d.Unit)
	if err == nil {
		s.RollAt = e.At
	}
	return err
}

func foldRollClosed(v *View, _ Event, d RollClosed) error {
	if v.Roll != nil && v.Roll.ID == d.Roll {
		v.Roll = nil
	}
	return nil
}
