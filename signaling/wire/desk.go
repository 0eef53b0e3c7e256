package wire

// Desk is what only the hall's consoles see of the call.
type Desk struct {
	Agenda []Step  `json:"agenda"` // empty when the call has none
	Step   int     `json:"step"`   // where the agenda is, -1 before its first step
	Next   string  `json:"next,omitempty"`
	Faults []Fault `json:"faults"`           // suspected line faults, in the order of their begin
	Behind *Next   `json:"behind,omitempty"` // a scheduled call that waits for the end of this one
	// Line is the unit that the hall speaks with in private.
	Line string `json:"line,omitempty"`
	// Observers is how many look on.
	Observers int `json:"observers"`
}

// Step is one press of "next" in the agenda.
type Step struct {
	Kind   string `json:"kind"` // "roll", "text", "unit", "draw" (one random station of a branch)
	Title  string `json:"title"`
	Unit   string `json:"unit,omitempty"`
	Branch string `json:"branch,omitempty"`
}

// Fault is a suspected line fault: many units of a branch, or of a network, went at once.
type Fault struct {
	ID      string   `json:"id"`
	Branch  string   `json:"branch"`            // empty for a network's
	Network string   `json:"network,omitempty"` // name of the network
	Units   []string `json:"units"`
	From    string   `json:"from"`
	To      string   `json:"to,omitempty"` // empty while units are gone
	// State is "open", "over" (all are back, not judged yet), "excused", "rejected", or "merged" (it is part of a larger one).
	State string `json:"state"`
}

// Excuse approves that units are not here, or were not for a while. Who sends it is the approver, unless another one is named.
type Excuse struct {
	Units    []string `json:"units,omitempty"`
	Reason   string   `json:"reason,omitempty"`   // "dispatch", "leave", "line", "other"
	Incident string   `json:"incident,omitempty"` // number of the incident, for a dispatch
	Note     string   `json:"note,omitempty"`
	Approver string   `json:"approver,omitempty"` // the name of who approved it
	From     string   `json:"from,omitempty"`     // with To a span, else the whole call
	To       string   `json:"to,omitempty"`
	// Fault excuses the units of a suspected line fault for its span; units, reason and span are not given then.
	Fault string `json:"fault,omitempty"`
}

// SeatExcuse is an excuse that a seat has.
type SeatExcuse struct {
	ID       int64  `json:"id,omitempty"` // to take it back by
	Reason   string `json:"reason"`
	Incident string `json:"incident,omitempty"`
	Note     string `json:"note,omitempty"`
	By       string `json:"by"`             // who approved it
	Whole    bool   `json:"whole"`          // for the whole call, not for a span of it
	From     string `json:"from,omitempty"` // the span
	To       string `json:"to,omitempty"`
}

// Unexcuse takes one excuse back, or all excuses of units.
type Unexcuse struct {
	Units  []string `json:"units,omitempty"`  // with an excuse: only from these, none = from all that have it
	Excuse int64    `json:"excuse,omitempty"` // its id; without it all excuses of the units
	Note   string   `json:"note,omitempty"`
}

// FaultRef names a suspected line fault that was none.
type FaultRef struct {
	Fault string `json:"fault"`
	Note  string `json:"note,omitempty"`
}

// Postpone moves the begin of a call that waits.
type Postpone struct {
	PlannedAt string `json:"planned_at"`
	Reason    string `json:"reason"`
}

// Cancel ends a call that has not begun.
type Cancel struct {
	Reason string `json:"reason"`
}

// Units names units; none = all.
type Units struct {
	Units []string `json:"units,omitempty"`
}

// RollCall asks units to answer within a window.
type RollCall struct {
	Units   []string `json:"units,omitempty"`    // none = all
	WindowS int      `json:"window_s,omitempty"` // 0 = as usual
}

// RollRef names the roll that a unit answers.
type RollRef struct {
	Roll string `json:"roll"`
}

// Hands lets units raise their hand, or no longer.
type Hands struct {
	On bool `json:"on"`
}

// Hand raises or lowers the page's own hand.
type Hand struct {
	Up bool `json:"up"`
}

// SeatTaken tells a station's device that another one holds its unit's seat; hello comes when it is let in.
type SeatTaken struct {
	HeartbeatMS int    `json:"heartbeat_ms"`
	Name        string `json:"name"`  // the unit's name
	Since       string `json:"since"` // when the other device came
	From        string `json:"from"`  // and from which network address
	OnFloor     bool   `json:"on_floor"`
	Asked       bool   `json:"asked"`   // the other device was asked
	Refused     bool   `json:"refused"` // and said no
}

// SeatAsked tells the page that holds a seat that another device of the unit wants it.
type SeatAsked struct {
	From  string `json:"from"` // its network address
	Since string `json:"since"`
}

// UnitRef names a unit.
type UnitRef struct {
	Unit string `json:"unit"`
}

// SeatCheck ticks a unit as checked.
type SeatCheck struct {
	Unit string `json:"unit"`
	OK   bool   `json:"ok"`
}

// SeatText is one line of text to a unit's screen.
type SeatText struct {
	Unit string `json:"unit"`
	Text string `json:"text"`
}

// TurnSwap takes a wrong call back and calls the right unit in its place.
type TurnSwap struct {
	Turn string `json:"turn"`
	Unit string `json:"unit"`
}

// TurnReturn brings a held turn back to the floor.
type TurnReturn struct {
	Turn    string `json:"turn"`
	Replace string `json:"replace,omitempty"` // the turn to release when three places are taken
}

// TurnExtend gives a turn more time.
type TurnExtend struct {
	Turn    string `json:"turn"`
	Seconds int    `json:"seconds"`
}

// TurnMark says that the unit answered, and by whom.
type TurnMark struct {
	Turn string `json:"turn"`
	By   string `json:"by,omitempty"`   // "host" (when absent), "phone", "branch"
	Note string `json:"note,omitempty"` // who spoke, needed with "phone" and "branch"
}

// StepRef names a step of the agenda by its place, from 0.
type StepRef struct {
	Step int `json:"step"`
}

// StepFrom names the step that the host saw when the next one was asked for: asked twice, the agenda goes on once. Without it, it
// goes on from where it stands.
type StepFrom struct {
	From *int `json:"from,omitempty"`
}

// StepResult is the Data of the Done that ends an agenda command: whom it called, if anybody.
type StepResult struct {
	Turn string `json:"turn,omitempty"`
	Unit string `json:"unit,omitempty"`
}
