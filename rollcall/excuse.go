package rollcall

import (
	"slices"
	"time"
)

// Reasons of an excuse.
const (
	ExcuseDispatch = "dispatch" // 出警, with the incident's number
	ExcuseLeave    = "leave"    // 请假
	ExcuseLine     = "line"     // 线路故障
	ExcuseOther    = "other"
)

// Excuse approves that units are not here, or were not for a while; before, during or after the call. Who gives the command
// is the approver, unless another one is named.
type Excuse struct {
	Units    []string
	Reason   string
	Incident string    // number of the incident, for a dispatch
	Note     string    //
	Approver string    // the name of who approved it, empty = who gives the command
	From, To time.Time // a span, both zero = the whole call
	Fault    string    // the line fault that is excused with it: units, span and reason are its own
}

// Unexcuse takes back all excuses of the units.
type Unexcuse struct {
	Units []string
	Note  string
}

// Excused is one approved excuse of a seat.
type Excused struct {
	Reason   string
	Incident string
	Note     string
	From, To time.Time // zero = the whole call
	Fault    string
	By       Actor  // who entered it
	Approver string // the name of who approved it, empty = who entered it
	At       time.Time
}

// UnitsExcused says that an absence is approved.
type UnitsExcused struct {
	Units    []string  `json:"units"`
	Reason   string    `json:"reason"`
	Incident string    `json:"incident,omitempty"`
	Note     string    `json:"note,omitempty"`
	From     time.Time `json:"from,omitzero"` // with To a span, else the whole call
	To       time.Time `json:"to,omitzero"`
	Fault    string    `json:"fault,omitempty"`
	Approver string    `json:"approver,omitempty"` // who approved it, when that is not the event's actor
}

// ExcuseWithdrawn says that it no longer is.
type ExcuseWithdrawn struct {
	Units []string `json:"units"`
	Note  string   `json:"note,omitempty"`
}

func (c Excuse) decide(v *View, m moment) ([]draft, Outcome, error) {
	if c.Fault != "" {
		return only(v.excuseFault(c, m))
	}
	units, err := v.known(c.Units)
	switch {
	case err != nil:
		return nil, Outcome{}, err
	case !slices.Contains([]string{ExcuseDispatch, ExcuseLeave, ExcuseLine, ExcuseOther}, c.Reason):
		return nil, Outcome{}, ErrBadExcuse
	case c.Reason == ExcuseDispatch && c.Incident == "":
		return nil, Outcome{}, ErrNoIncident
	case c.Reason == ExcuseOther && c.Note == "":
		return nil, Outcome{}, ErrNoReason
	case c.From.IsZero() != c.To.IsZero() || c.To.Before(c.From):
		return nil, Outcome{}, ErrBadTime
	}
	return []draft{{KindUnitsExcused, UnitsExcused{
		Units: units, Reason: c.Reason, Incident: c.Incident, Note: c.Note, From: c.From.UTC(), To: c.To.UTC(),
		Approver: c.Approver,
	}}}, Outcome{}, nil
}

func (c Unexcuse) decide(v *View, _ moment) ([]draft, Outcome, error) {
	units, err := v.known(c.Units)
	if err != nil {
		return nil, Outcome{}, err
	}
	if !slices.ContainsFunc(units, func(u string) bool { return len(v.Seats[u].Excuses) > 0 }) {
		return nil, Outcome{}, nil
	}
	return []draft{{KindExcuseWithdrawn, ExcuseWithdrawn{Units: units, Note: c.Note}}}, Outcome{}, nil
}

func foldExcused(v *View, e Event, d UnitsExcused) error {
	excused := Excused{
		Reason: d.Reason, Incident: d.Incident, Note: d.Note, From: d.From, To: d.To, Fault: d.Fault, By: e.Actor, At: e.At,
		Approver: d.Approver,
	}
	v.changeFault(d.Fault, func(f *Fault) { f.State = FaultIsExcused })
	return v.eachSeat(d.Units, func(s *Seat) {
		s.Excuses = append(slices.Clip(s.Excuses), excused)
		if excused.From.IsZero() {
			s.Skipped, s.Missed = false, false
		}
		if excused.Fault != "" && s.Presence == Here && s.Since.Before(excused.To) {
			s.Excuses[len(s.Excuses)-1].To = later(excused.From, s.Since) // it was back before the others
		}
	})
}

func foldExcuseWithdrawn(v *View, _ Event, d ExcuseWithdrawn) error {
	return v.eachSeat(d.Units, func(s *Seat) {
		for _, x := range s.Excuses {
			v.changeFault(x.Fault, unjudge)
		}
		s.Excuses = nil
	})
}
