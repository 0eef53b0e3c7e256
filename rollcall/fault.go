package rollcall

import (
	"slices"
	"time"
)

const (
	faultGrows  = 2 * time.Minute  // after its last loss a fault takes no more units: these have a reason of their own
	faultWithin = 30 * time.Second // units of a network or branch that go within this span …
	faultUnits  = 3                // … at least so many, and at least half of it: the line is suspected, not the officers
)

// States of a line fault.
const (
	FaultIsOpen     = "open"     // units are still gone
	FaultIsOver     = "over"     // all are back; nobody has judged it yet
	FaultIsExcused  = "excused"  // its span counts against nobody
	FaultIsRejected = "rejected" // it was none
	FaultIsMerged   = "merged"   // it is part of a larger one
)

// Fault is a suspected line fault: many units of a network or of a branch went at once.
type Fault struct {
	ID       string
	Branch   string // of which branch, or …
	Network  string // … of which network
	Units    []string
	From, To time.Time // To is zero while units are gone
	LostAt   time.Time // when it last took a unit
	State    string
	Counts   []string // units whose excuse was taken back: excused, it is no fault of theirs
}

// RejectFault says that it was no fault of the line: the interruptions count.
type RejectFault struct{ Fault, Note string }

// FaultSuspected says that a line fault began, or that more units went with it.
type FaultSuspected struct {
	Fault   string    `json:"fault"`
	Branch  string    `json:"branch,omitempty"`
	Network string    `json:"network,omitempty"` // name of a network group, instead of a branch
	Units   []string  `json:"units"`             // all so far
	From    time.Time `json:"from"`
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

// FaultMerged says that a fault is part of a larger one.
type FaultMerged struct {
	Fault string `json:"fault"`
	Into  string `json:"into"`
}

// lineGroup is units that hang on one line: those of a network, or else of a branch.
type lineGroup struct{ network, branch string }

func (g lineGroup) has(s *Seat) bool {
	if g.network != "" {
		return s.Network == g.network
	}
	return s.Unit.Branch == g.branch
}

// groupsOf are the groups that the unit's line may have failed with, the widest first.
func groupsOf(s *Seat) []lineGroup {
	branch := lineGroup{branch: s.Unit.Branch}
	if s.Network == "" {
		return []lineGroup{branch}
	}
	return []lineGroup{{network: s.Network}, branch}
}

// suspectFault looks, when a unit's line was lost, whether the line of its network or branch failed.
func (v *View) suspectFault(left *Seat, reason string, at time.Time, m moment) []draft {
	if reason != LeftTimeout && reason != LeftLost || !left.DismissedAt.IsZero() {
		return nil
	}
	for _, g := range groupsOf(left) {
		if out := v.faultOf(g, left, at, m); out != nil {
			return out
		}
	}
	return nil
}

// faultOf adds the unit to the group's fault, or begins one.
func (v *View) faultOf(g lineGroup, left *Seat, at time.Time, m moment) []draft {
	if f := v.growing(g, m.now); f != nil {
		units, from := slices.Clone(f.Units), f.From
		switch known := slices.Contains(units, left.Unit.Code); {
		case known && f.State == FaultIsOpen:
			return []draft{}
		case !known:
			units = append(units, left.Unit.Code)
		}
		if at.Before(from) { // its loss was noticed later, but it was not heard for longer
			from = at
		}
		return []draft{{KindFaultSuspected, FaultSuspected{Fault: f.ID, Branch: g.branch, Network: g.network, Units: units, From: from}}}
	}
	gone, size, from := v.goneWith(g, left, at)
	if len(gone) < faultUnits || 2*len(gone) < size {
		return nil
	}
	id := m.newID()
	out := []draft{{KindFaultSuspected, FaultSuspected{Fault: id, Branch: g.branch, Network: g.network, Units: gone, From: from}}}
	for _, f := range v.Faults {
		part := !slices.ContainsFunc(f.Units, func(u string) bool { return !slices.Contains(gone, u) })
		if f.State == FaultIsOpen && part {
			out = append(out, draft{KindFaultMerged, FaultMerged{Fault: f.ID, Into: id}})
		}
	}
	return out
}

// goneWith are the group's units whose line was lost when the unit's was, how many of the group have been here, and since when.
func (v *View) goneWith(g lineGroup, left *Seat, at time.Time) (gone []string, size int, from time.Time) {
	from = at
	for _, u := range v.Roster {
		s := v.Seats[u.Code]
		if !g.has(s) || s.Presence == Never {
			continue
		}
		size++
		switch {
		case u.Code == left.Unit.Code:
			gone = append(gone, u.Code)
		case s.Presence == Gone && s.LineLost && s.DismissedAt.IsZero() && at.Sub(s.Since).Abs() <= faultWithin && !v.judgedAway(s):
			gone = append(gone, u.Code)
			if s.Since.Before(from) {
				from = s.Since
			}
		}
	}
	return gone, size, from
}

// growing is the group's fault that takes units: one that nobody has judged, or that is excused and lasts.
func (v *View) growing(g lineGroup, now time.Time) *Fault {
	for i := range v.Faults {
		f := &v.Faults[i]
		if f.Branch == g.branch && f.Network == g.network && f.lasts() && now.Sub(f.LostAt) <= faultGrows {
			return f
		}
	}
	return nil
}

// lasts says whether units of the fault are gone, and it is one.
func (f *Fault) lasts() bool {
	return f.To.IsZero() && (f.State == FaultIsOpen || f.State == FaultIsExcused)
}

// judgedAway says whether the unit's present absence was judged as no fault.
func (v *View) judgedAway(s *Seat) bool {
	return slices.ContainsFunc(v.Faults, func(f Fault) bool {
		return f.State == FaultIsRejected && slices.Contains(f.Units, s.Unit.Code) && !s.Since.Before(f.From) && (f.To.IsZero() || s.Since.Before(f.To))
	})
}

// faultsOver says which faults end when the unit is back as the last of theirs.
func (v *View) faultsOver(back string) []draft {
	var out []draft
	for _, f := range v.Faults {
		lasts := slices.ContainsFunc(f.Units, func(u string) bool { return u != back && v.Seats[u].Presence != Here })
		if f.To.IsZero() && f.State != FaultIsMerged && slices.Contains(f.Units, back) && !lasts {
			out = append(out, draft{KindFaultOver, FaultOver{Fault: f.ID}})
		}
	}
	return out
}

func (v *View) fault(id string) (*Fault, error) {
	for i := range v.Faults {
		if f := &v.Faults[i]; f.ID == id {
			if f.State != FaultIsOpen && f.State != FaultIsOver {
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
	switch {
	case !to.IsZero():
	case v.Phase == Closed:
		to = v.EndedAt
	default:
		to = m.now.Add(24 * time.Hour) // each unit's return ends it for that unit
	}
	return []draft{{KindUnitsExcused, UnitsExcused{
		Units: f.Units, Reason: ExcuseLine, Note: c.Note, From: f.From, To: to, Fault: f.ID, Approver: c.Approver,
	}}}, nil
}

func (c RejectFault) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if _, err := v.fault(c.Fault); err != nil {
		return nil, Outcome{}, err
	}
	return []draft{{KindFaultRejected, FaultRejected(c)}}, Outcome{}, nil
}

func foldFaultSuspected(v *View, e Event, d FaultSuspected) error {
	excused, counts := false, []string(nil)
	found := v.changeFault(d.Fault, func(f *Fault) {
		excused, counts = f.State == FaultIsExcused, f.Counts
		f.Units, f.From, f.LostAt = slices.Clone(d.Units), d.From, e.At
	})
	if !found {
		v.Faults = append(slices.Clip(v.Faults), Fault{
			ID: d.Fault, Branch: d.Branch, Network: d.Network, Units: slices.Clone(d.Units), From: d.From, LostAt: e.At, State: FaultIsOpen,
		})
	}
	if !excused {
		return nil
	}
	return v.eachSeat(d.Units, func(s *Seat) {
		if s.Presence == Gone && s.LineLost && !s.ExcusedAt(e.At) && !slices.Contains(counts, s.Unit.Code) {
			x := v.lineExcuse(d.Fault)
			x.ID = e.Seq
			x.From, x.To = s.Since, s.Since.Add(24*time.Hour)
			s.Excuses = append(slices.Clip(s.Excuses), x)
		}
	})
}

// lineExcuse is what the fault's units were excused with: units that it takes later are so on the same word.
func (v *View) lineExcuse(fault string) Excused {
	for _, u := range v.Roster {
		for _, x := range v.Seats[u.Code].Excuses {
			if x.Fault == fault {
				return x
			}
		}
	}
	return Excused{Reason: ExcuseLine, Fault: fault}
}

// endLineExcuse ends what was excused of a line fault: the unit is back, and what it does now is its own.
func (s *Seat) endLineExcuse(at time.Time) {
	s.Excuses = slices.Clone(s.Excuses)
	for i := range s.Excuses {
		if x := &s.Excuses[i]; x.Fault != "" && x.To.After(at) {
			x.To = Later(x.From, at)
		}
	}
}

// Later is the later one of two moments.
func Later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// unjudge makes an excused fault one that waits for a judgement.
func unjudge(f *Fault) {
	switch {
	case f.State != FaultIsExcused:
	case f.To.IsZero():
		f.State = FaultIsOpen
	default:
		f.State = FaultIsOver
	}
}

func foldFaultOver(v *View, e Event, d FaultOver) error {
	v.changeFault(d.Fault, func(f *Fault) {
		f.To = e.At
		if f.State == FaultIsOpen {
			f.State = FaultIsOver
		}
	})
	return nil
}

func foldFaultMerged(v *View, _ Event, d FaultMerged) error {
	v.changeFault(d.Fault, func(f *Fault) { f.State = FaultIsMerged })
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
