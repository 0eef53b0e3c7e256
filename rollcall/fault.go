package rollcall

import (
	"slices"
	"time"
)

const (
	faultWithin = 30 * time.Second // units of a branch that go within this span …
	faultUnits  = 3                // … at least so many, and at least half of the branch: the line is suspected, not the officers
)

// States of a line fault.
const (
	FaultIsOpen     = "open"     // units are still gone
	FaultIsOver     = "over"     // all are back; nobody has judged it yet
	FaultIsExcused  = "excused"  // its span counts against nobody
	FaultIsRejected = "rejected" // it was none
)

// Fault is a suspected line fault: many units of a branch went at once.
type Fault struct {
	ID       string
	Branch   string
	Units    []string
	From, To time.Time // To is zero while units are gone
	State    string
}

// RejectFault says that it was no fault of the line: the interruptions count.
type RejectFault struct{ Fault, Note string }

// FaultSuspected says that a line fault began, or that more units went with it.
type FaultSuspected struct {
	Fault  string    `json:"fault"`
	Branch string    `json:"branch"`
	Units  []string  `json:"units"` // all so far
	From   time.Time `json:"from"`
}

// FaultOver says that all its units are back.
type FaultOver struct {
	Fault string `json:"fault"`
}

// FaultRejected says that the host does not believe in it.
type FaultRejected struct {
	Fault string `json:"fault"`
	Note  string `json:"note,omitempty"`
}

// suspectFault looks, when a unit's line was lost, whether its branch has a fault.
func (v *View) suspectFault(left *Seat, reason string, at time.Time, m moment) []draft {
	if reason != LeftTimeout && reason != LeftLost || !left.DismissedAt.IsZero() {
		return nil
	}
	branch := left.Unit.Branch
	if f := v.openFault(branch); f != nil {
		if slices.Contains(f.Units, left.Unit.Code) {
			return nil
		}
		units, from := append(slices.Clone(f.Units), left.Unit.Code), f.From
		if at.Before(from) { // its loss was noticed later, but it was not heard for longer
			from = at
		}
		return []draft{{KindFaultSuspected, FaultSuspected{Fault: f.ID, Branch: branch, Units: units, From: from}}}
	}
	gone, size, from := []string{}, 0, at
	for _, u := range v.Roster {
		s := v.Seats[u.Code]
		if u.Branch != branch || s.Presence == Never {
			continue
		}
		size++
		switch {
		case u.Code == left.Unit.Code:
			gone = append(gone, u.Code)
		case s.Presence == Gone && s.LineLost && s.DismissedAt.IsZero() && at.Sub(s.Since).Abs() <= faultWithin:
			gone = append(gone, u.Code)
			if s.Since.Before(from) {
				from = s.Since
			}
		}
	}
	if len(gone) < faultUnits || 2*len(gone) < size {
		return nil
	}
	return []draft{{KindFaultSuspected, FaultSuspected{Fault: m.newID(), Branch: branch, Units: gone, From: from}}}
}

func (v *View) openFault(branch string) *Fault {
	for i := range v.Faults {
		if f := &v.Faults[i]; f.Branch == branch && f.To.IsZero() {
			return f
		}
	}
	return nil
}

// faultsOver says which faults end when the unit is back as the last of theirs.
func (v *View) faultsOver(back string) []draft {
	f := v.openFault(v.Seats[back].Unit.Branch)
	if f == nil {
		return nil
	}
	for _, u := range f.Units {
		if u != back && v.Seats[u].Presence != Here {
			return nil
		}
	}
	return []draft{{KindFaultOver, FaultOver{Fault: f.ID}}}
}

func (v *View) fault(id string) (*Fault, error) {
	for i := range v.Faults {
		if f := &v.Faults[i]; f.ID == id {
			if f.State == FaultIsExcused || f.State == FaultIsRejected {
				return nil, ErrFaultDecided
			}
			return f, nil
		}
	}
	return nil, ErrUnknownFault
}

// excuseFault excuses the fault's units for its span, and to the end of the call while it lasts.
func (v *View) excuseFault(c Excuse, m moment) ([]draft, error) {
	f, err := v.fault(c.Fault)
	if err != nil {
		return nil, err
	}
	to := f.To
	if to.IsZero() {
		to = m.now.Add(24 * time.Hour)
	}
	return []draft{{KindUnitsExcused, UnitsExcused{
		Units: f.Units, Reason: ExcuseLine, Note: c.Note, From: f.From, To: to, Fault: f.ID,
	}}}, nil
}

func (c RejectFault) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if _, err := v.fault(c.Fault); err != nil {
		return nil, Outcome{}, err
	}
	return []draft{{KindFaultRejected, FaultRejected(c)}}, Outcome{}, nil
}

func foldFaultSuspected(v *View, _ Event, d FaultSuspected) error {
	found := v.changeFault(d.Fault, func(f *Fault) { f.Units, f.From = slices.Clone(d.Units), d.From })
	if !found {
		v.Faults = append(slices.Clip(v.Faults), Fault{
			ID: d.Fault, Branch: d.Branch, Units: slices.Clone(d.Units), From: d.From, State: FaultIsOpen,
		})
	}
	return nil
}

// foldFaultOver ends the fault, and with it what was excused while it lasted: later interruptions are another matter.
func foldFaultOver(v *View, e Event, d FaultOver) error {
	var units []string
	v.changeFault(d.Fault, func(f *Fault) {
		f.To, units = e.At, f.Units
		if f.State == FaultIsOpen {
			f.State = FaultIsOver
		}
	})
	for _, u := range units {
		s, err := v.seat(u)
		if err != nil {
			return err
		}
		s.Excuses = slices.Clone(s.Excuses)
		for i := range s.Excuses {
			if x := &s.Excuses[i]; x.Fault == d.Fault && x.To.After(e.At) {
				x.To = e.At
			}
		}
	}
	return nil
}

func foldFaultRejected(v *View, _ Event, d FaultRejected) error {
	v.changeFault(d.Fault, func(f *Fault) { f.State = FaultIsRejected })
	return nil
}

// changeFault changes a copy: views that readers hold share the old list.
func (v *View) changeFault(id string, change func(*Fault)) bool {
	i := slices.IndexFunc(v.Faults, func(f Fault) bool { return f.ID == id })
	if i < 0 {
		return false
	}
	v.Faults = slices.Clone(v.Faults)
	change(&v.Faults[i])
	return true
}
