package rollcall

import (
	"slices"
	"time"
)

// Kinds of agenda item, and of the steps that they become with a roster.
const (
	StepRoll     = "roll"         // 点到
	StepText     = "text"         // something that the hall does itself: summary, notice, orders
	StepUnit     = "unit"         // one unit is called
	StepDraw     = "draw"         // one random station of a branch is called
	ItemBranches = "branches"     // every branch in turn, each and one random station of it
	ItemTypes    = "police_types" // every police type in turn
)

// Item is one line of a schedule's agenda, before it meets a roster.
type Item struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Unit  string `json:"unit,omitempty"` // of a StepUnit
}

// Step is one press of "next".
type Step struct {
	Kind   string `json:"kind"`
	Title  string `json:"title"`
	Unit   string `json:"unit,omitempty"`   // of a StepUnit
	Branch string `json:"branch,omitempty"` // of a StepDraw
}

// DefaultAgenda is the practice of the morning call.
func DefaultAgenda() []Item {
	return []Item{
		{Kind: StepRoll, Title: "设备检查与点到"}, {Kind: StepText, Title: "夜间警情综述"},
		{Kind: ItemBranches, Title: "分局汇报"}, {Kind: ItemTypes, Title: "警种汇报"},
		{Kind: StepText, Title: "法制通报"}, {Kind: StepText, Title: "工作部署"}, {Kind: StepText, Title: "散会"},
	}
}

// ValidAgenda refuses items that no agenda can have.
func ValidAgenda(items []Item) error {
	kinds := []string{StepRoll, StepText, StepUnit, ItemBranches, ItemTypes}
	for _, i := range items {
		if !slices.Contains(kinds, i.Kind) || i.Title == "" || (i.Kind == StepUnit) != (i.Unit != "") {
			return ErrBadAgenda
		}
	}
	return nil
}

// steps spells an agenda out for a roster. A unit that left the roster is left out.
func steps(items []Item, roster []Unit) []Step {
	var out []Step
	for _, i := range items {
		for _, u := range roster {
			switch {
			case i.Kind == StepUnit && u.Code == i.Unit, i.Kind == ItemTypes && u.Kind == PoliceType:
				out = append(out, Step{Kind: StepUnit, Title: i.Title, Unit: u.Code})
			case i.Kind == ItemBranches && u.Kind == Branch:
				out = append(out, Step{Kind: StepUnit, Title: i.Title, Unit: u.Code})
				if slices.ContainsFunc(roster, func(s Unit) bool { return s.Kind == Station && s.Branch == u.Code }) {
					out = append(out, Step{Kind: StepDraw, Title: i.Title, Branch: u.Code})
				}
			}
		}
		if i.Kind == StepRoll || i.Kind == StepText {
			out = append(out, Step{Kind: i.Kind, Title: i.Title})
		}
	}
	return out
}

// Next goes on with the agenda: the floor is cleared and the next step begins. Units that are excused or dismissed, and
// branches without a station to draw, are passed over.
//
// From, when it is given, is the step that the host saw: pressed twice, it goes on once.
type Next struct{ From *int }

// GoTo goes to a step of the agenda, wherever it stands.
type GoTo struct{ Step int }

// AgendaMoved says which step has begun, and which were passed over on the way.
type AgendaMoved struct {
	Step   int   `json:"step"`
	Passed []int `json:"passed,omitempty"`
	// Turn is the one of the step's unit that was open before and goes on: nobody was called.
	Turn string `json:"turn,omitempty"`
}

func (c Next) decide(v *View, m moment) ([]draft, Outcome, error) {
	switch {
	case c.From != nil && *c.From != v.Step:
		return nil, Outcome{}, nil
	case v.Phase != Open:
		return nil, Outcome{}, ErrNotBegun
	case len(v.Agenda) == 0:
		return nil, Outcome{}, ErrNoAgenda
	}
	var passed []int
	var missing []draft // draws that found nobody: who was absent heads the recall list
	for step := v.Step + 1; step < len(v.Agenda); step++ {
		out, outcome, ok := v.beginStep(step, m)
		if ok {
			return append(append(missing, v.moved(step, passed, outcome)), out...), outcome, nil
		}
		passed, missing = append(passed, step), append(missing, out...)
	}
	return nil, Outcome{}, ErrAgendaOver
}

func (c GoTo) decide(v *View, m moment) ([]draft, Outcome, error) {
	switch {
	case v.Phase != Open:
		return nil, Outcome{}, ErrNotBegun
	case c.Step < 0 || c.Step >= len(v.Agenda):
		return nil, Outcome{}, ErrUnknownStep
	}
	out, outcome, ok := v.beginStep(c.Step, m)
	if !ok {
		return nil, Outcome{}, ErrNobodyInStep
	}
	return append([]draft{v.moved(c.Step, nil, outcome)}, out...), outcome, nil
}

func (v *View) moved(step int, passed []int, outcome Outcome) draft {
	d := AgendaMoved{Step: step, Passed: passed}
	if _, open := v.Turns[outcome.Turn]; open {
		d.Turn = outcome.Turn
	}
	return draft{KindAgendaMoved, d}
}

// beginStep says what a step of the agenda leads to; not ok when there is nobody to call in it, and why that is.
func (v *View) beginStep(step int, m moment) ([]draft, Outcome, bool) {
	switch s := v.Agenda[step]; s.Kind {
	case StepUnit:
		return v.callStep(s.Unit, "agenda", m)
	case StepDraw:
		drawn := v.draw(s.draw(), m)
		if drawn.Unit == "" {
			return drawn.drafts(), Outcome{}, false
		}
		out, outcome, ok := v.callStep(drawn.Unit, "draw", m)
		outcome.Seed, outcome.Candidates = drawn.Seed, len(drawn.Candidates)
		return append([]draft{{KindDrawMade, drawn}}, out...), outcome, ok
	case StepRoll:
		out := v.clearFloor()
		if v.Roll == nil && v.Step >= 0 { // the begin of the call has opened the first one
			out = append(out, v.openRoll(RollAtBegin, nil, v.rollWindow(), m))
		}
		return out, Outcome{}, true
	}
	return v.clearFloor(), Outcome{}, true
}

// callStep calls the step's unit alone. One that has a turn already keeps it: the host was faster than the agenda.
func (v *View) callStep(unit, how string, m moment) ([]draft, Outcome, bool) {
	s, known := v.Seats[unit]
	switch {
	case !known, s.ExcusedAt(m.now), !s.DismissedAt.IsZero():
		return nil, Outcome{}, false
	case s.Turn != "" && v.Turns[s.Turn].Held:
		return v.returnAlone(s.Turn), Outcome{Turn: s.Turn, Unit: unit}, true
	case s.Turn != "":
		return nil, Outcome{Turn: s.Turn, Unit: unit}, true
	}
	out, outcome, err := v.call(Call{Unit: unit, How: how}, m)
	return out, outcome, err == nil
}

// returnAlone brings a held turn back to an empty floor.
func (v *View) returnAlone(turn string) []draft {
	return append(v.clearFloor(), draft{KindTurnReturned, TurnReturned{Turn: turn}}, draft{KindFloorChanged, FloorChanged{Turns: [3]string{turn}}})
}

func (v *View) clearFloor() []draft {
	var out []draft
	for _, id := range v.Floor {
		if id != "" {
			out = append(out, draft{KindTurnReleased, TurnReleased{Turn: id}})
		}
	}
	if len(out) > 0 {
		out = append(out, draft{KindFloorChanged, FloorChanged{}})
	}
	return append(out, v.lineClosed(v.Line)...) // what comes next is for everybody
}

// NextUnit is the unit that a press of "next" would call at a moment, empty when nobody may know: a station is drawn only then.
func (v *View) NextUnit(at time.Time) string {
	return v.nextUnit(at, func(Draw) (string, bool) { return "", true })
}

// ahead is NextUnit with the draw that would be made.
func (v *View) ahead(m moment) string {
	return v.nextUnit(m.now, func(c Draw) (string, bool) {
		unit := v.draw(c, m).Unit
		return unit, unit != ""
	})
}

// nextUnit looks for the unit of the step that a press of "next" would begin; drawn says who would be drawn, and whether it is
// that step or one to pass over.
func (v *View) nextUnit(at time.Time, drawn func(Draw) (string, bool)) string {
	for step := v.Step + 1; step >= 0 && step < len(v.Agenda); step++ {
		switch s := v.Agenda[step]; s.Kind {
		case StepUnit:
			if seat, ok := v.Seats[s.Unit]; ok && !seat.ExcusedAt(at) && seat.DismissedAt.IsZero() {
				return s.Unit
			}
		case StepDraw:
			if unit, ok := drawn(s.draw()); ok {
				return unit
			}
		default:
			return ""
		}
	}
	return ""
}

// draw is what a StepDraw asks for.
func (s Step) draw() Draw { return Draw{Kind: Station, Branch: s.Branch} }

func foldMoved(v *View, _ Event, d AgendaMoved) error {
	v.Step = d.Step
	return nil
}
