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

// Unexcuse takes back one excuse, or all excuses of the units.
type Unexcuse struct {
	Units  []string // with an excuse: only from these, none = from all that have it
	Excuse int64    // ID of the one excuse, 0 = all
	Note   string
}

// Excused is one approved excuse of a seat.
type Excused struct {
	ID       int64 // the number of the journal's event that gave it: a seat has one excuse of an event at most
	Reason   string
	Incident string
	Note     string
	From, To time.Time // zero = the whole call
	Fault    string
	By       Actor  // who entered it
	Approver string // the name of who approved it, empty = who entered it
	At       time.Time
	Planned  string // ID of the PlannedExcuse that it was, empty for one that was entered in the call or after it
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
	// Planned is the id of the PlannedExcuse that became this one, EnteredAt when the event's actor entered it.
	Planned   string    `json:"planned,omitempty"`
	EnteredAt time.Time `json:"entered_at,omitzero"`
	// EnteredBy is who did, in a call that somebody else postponed to its day.
	EnteredBy *Actor `json:"entered_by,omitempty"`
}

// ExcuseWithdrawn says that it no longer is.
type ExcuseWithdrawn struct {
	Units  []string `json:"units"`
	Excuse int64    `json:"excuse,omitempty"` // Excused.ID, absent when all excuses of the units are taken back
	Note   string   `json:"note,omitempty"`
}

func (c Excuse) decide(v *View, m moment) ([]draft, Outcome, error) {
	if c.Fault != "" {
		return only(v.excuseFault(c, m))
	}
	units, err := v.known(c.Units)
	if err == nil {
		err = checkExcuse(c.Reason, c.Incident, c.Note)
	}
	switch {
	case err != nil:
		return nil, Outcome{}, err
	case c.From.IsZero() != c.To.IsZero() || c.To.Before(c.From):
		return nil, Outcome{}, ErrBadTime
	}
	return []draft{{KindUnitsExcused, UnitsExcused{
		Units: units, Reason: c.Reason, Incident: c.Incident, Note: c.Note, From: c.From.UTC(), To: c.To.UTC(),
		Approver: c.Approver,
	}}}, Outcome{}, nil
}

// checkExcuse refuses a reason that is none or lacks what belongs to it.
func checkExcuse(reason, incident, note string) error {
	switch {
	case !slices.Contains([]string{ExcuseDispatch, ExcuseLeave, ExcuseLine, ExcuseOther}, reason):
		return ErrBadExcuse
	case reason == ExcuseDispatch && incident == "":
		return ErrNoIncident
	case reason == ExcuseOther && note == "":
		return ErrNoReason
	}
	return nil
}

func (c Unexcuse) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if c.Excuse != 0 {
		return only(v.withdrawOne(c))
	}
	units, err := v.known(c.Units)
	if err != nil {
		return nil, Outcome{}, err
	}
	if !slices.ContainsFunc(units, func(u string) bool { return len(v.Seats[u].Excuses) > 0 }) {
		return nil, Outcome{}, nil
	}
	return []draft{{KindExcuseWithdrawn, ExcuseWithdrawn{Units: units, Note: c.Note}}}, Outcome{}, nil
}

// withdrawOne takes one excuse back from those of the units that have it.
func (v *View) withdrawOne(c Unexcuse) ([]draft, error) {
	if len(c.Units) == 0 {
		c.Units = codes(v.Roster)
	}
	units, err := v.known(c.Units)
	if err != nil {
		return nil, err
	}
	units = slices.DeleteFunc(units, func(u string) bool { return v.Seats[u].excuse(c.Excuse) < 0 })
	if len(units) == 0 {
		return nil, ErrUnknownExcuse
	}
	return []draft{{KindExcuseWithdrawn, ExcuseWithdrawn{Units: units, Excuse: c.Excuse, Note: c.Note}}}, nil
}

// excuse is where the seat has an excuse, -1 when it has not.
func (s *Seat) excuse(id int64) int {
	return slices.IndexFunc(s.Excuses, func(x Excused) bool { return x.ID == id })
}

func foldExcused(v *View, e Event, d UnitsExcused) error {
	excused := Excused{
		ID: e.Seq, Reason: d.Reason, Incident: d.Incident, Note: d.Note, From: d.From, To: d.To, Fault: d.Fault, By: e.Actor, At: e.At,
		Approver: d.Approver, Planned: d.Planned,
	}
	if d.EnteredBy != nil {
		excused.By = *d.EnteredBy
	}
	if !d.EnteredAt.IsZero() {
		excused.At = d.EnteredAt
	}
	v.changeFault(d.Fault, func(f *Fault) { f.State = FaultIsExcused })
	return v.eachSeat(d.Units, func(s *Seat) {
		s.Excuses = append(slices.Clip(s.Excuses), excused)
		if excused.From.IsZero() {
			s.Skipped, s.Missed = false, false
		}
		if excused.Fault != "" && s.Presence == Here && s.Since.Before(excused.To) {
			s.Excuses[len(s.Excuses)-1].To = Later(excused.From, s.Since) // it was back before the others
		}
	})
}

func foldExcuseWithdrawn(v *View, _ Event, d ExcuseWithdrawn) error {
	if d.Excuse != 0 {
		return v.foldOneWithdrawn(d)
	}
	return v.eachSeat(d.Units, func(s *Seat) {
		for _, x := range s.Excuses {
			v.changeFault(x.Fault, unjudge)
		}
		s.Excuses = nil
	})
}

// foldOneWithdrawn leaves a line fault excused as long as one of its units is: what a single unit did in it was judged just now.
func (v *View) foldOneWithdrawn(d ExcuseWithdrawn) error {
	fault := ""
	err := v.eachSeat(d.Units, func(s *Seat) {
		i := s.excuse(d.Excuse)
		if i < 0 {
			return
		}
		fault = s.Excuses[i].Fault
		s.Excuses = slices.Delete(slices.Clone(s.Excuses), i, i+1)
	})
	if fault == "" || err != nil {
		return err
	}
	left := slices.ContainsFunc(v.Roster, func(u Unit) bool {
		return slices.ContainsFunc(v.Seats[u.Code].Excuses, func(x Excused) bool { return x.Fault == fault })
	})
	v.changeFault(fault, func(f *Fault) {
		if f.Counts = append(slices.Clip(f.Counts), d.Units...); !left {
			f.Counts = nil
			unjudge(f)
		}
	})
	return nil
}
