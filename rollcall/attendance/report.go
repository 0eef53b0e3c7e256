// Package attendance says what a session's journal adds up to: who was there, from when, and how calls were answered. It is a
// pure function of the journal; what is kept of it is a cache that can be derived again.
package attendance

import (
	"time"

	"muster/rollcall"
)

// Statuses of a unit in a session.
const (
	Pending = "pending" // the call has not begun, entering now is still on time, or nobody has judged what kept it away
	OnTime  = "on_time"
	Late    = "late"
	Absent  = "absent"
	Excused = "excused" // absent, with an approved excuse
)

// Report is a session's attendance.
type Report struct {
	Session Session     `json:"session"`
	Units   []Entry     `json:"units"`  // in the order of the session's roster
	Gaps    []Gap       `json:"gaps"`   // spans whose events may be missing
	Faults  []LineFault `json:"faults"` // suspected line faults, in the order of their begin; those that are part of a larger one are left out
}

// Session is the head of a report.
type Session struct {
	ID        string               `json:"id"`
	Kind      rollcall.SessionKind `json:"kind"`
	Title     string               `json:"title"`
	Schedule  string               `json:"schedule"`
	Calendar  string               `json:"calendar"` // "workday", "dayoff", "unknown": as it was known when the call opened, or was postponed past midnight
	PlannedAt time.Time            `json:"planned_at"`
	Announced time.Time            `json:"announced,omitzero"` // the begin that was planned first, when it was postponed
	Reason    string               `json:"reason,omitempty"`   // why it was postponed or cancelled
	Late      string               `json:"late,omitempty"`     // why it was opened later than planned, in Chinese
	LateEN    string               `json:"late_en,omitempty"`  // and in English; Chinese, too, for an old journal that has no code
	OpenedAt  time.Time            `json:"opened_at"`
	BegunAt   time.Time            `json:"begun_at,omitzero"`
	ClosedAt  time.Time            `json:"closed_at,omitzero"` // zero while the session is open: the report is preliminary
	LateAfter time.Time            `json:"late_after"`
	Seq       int64                `json:"seq"` // the last event that is accounted for
}

// Counts says whether the session counts in statistics: a drill never does, nor does a call that did not begin.
func (s Session) Counts() bool { return s.Kind != rollcall.Drill && !s.BegunAt.IsZero() }

// DayOff says that the unit was absent on a statutory day off: nobody has to excuse or to judge that.
func (s Session) DayOff(e Entry) bool {
	return s.Calendar == "dayoff" && (e.Status == Absent || e.PendingLapses.Absence)
}

// Entry is one unit's attendance in a session. Presence counts from the begin to the end of the call.
type Entry struct {
	Unit           rollcall.Unit  `json:"unit"`
	Status         string         `json:"status"`
	FirstAt        time.Time      `json:"first_at,omitzero"` // first time in the call; the begin for who was waiting
	LeftAt         time.Time      `json:"left_at,omitzero"`  // when it left for good, zero for who was there at the end
	LeftEarly      bool           `json:"left_early"`
	Interruptions  []Interruption `json:"interruptions"`
	PresentSeconds int            `json:"present_seconds"`
	Calls          int            `json:"calls"` // without withdrawn ones
	Answered       int            `json:"answered"`
	Missed         int            `json:"missed"`
	Turns          []Turn         `json:"turns"`
	Lacks          []Lack         `json:"lacks,omitempty"` // what it was there without
	Excuses        []Excuse       `json:"excuses,omitempty"`
	Excused        bool           `json:"excused"` // one of its lapses is
	ExcusedLapses  Lapses         `json:"excused_lapses,omitzero"`
	Pending        bool           `json:"pending"` // a line fault that nobody has judged may have caused a lapse or an interruption
	PendingLapses  Lapses         `json:"pending_lapses,omitzero"`
	DismissedAt    time.Time      `json:"dismissed_at,omitzero"`
	Rolls          int            `json:"rolls"`              // that asked it to answer
	RollsAnswered  int            `json:"rolls_answered"`     // in time
	Officers       []SignedIn     `json:"officers,omitempty"` // who sat there, in the order of their coming
}

// Lapses are what a unit may be excused from, each by itself.
type Lapses struct {
	Absence    bool `json:"absence,omitempty"`
	Late       bool `json:"late,omitempty"`
	EarlyLeave bool `json:"early_leave,omitempty"`
}

// judged says that the lapse counts: it is there, neither excused nor still to be judged.
func judged(there, excused, pending bool) bool { return there && !excused && !pending }

// CountsLate says whether its lateness counts.
func (e Entry) CountsLate() bool {
	return judged(e.Status == Late, e.ExcusedLapses.Late, e.PendingLapses.Late)
}

// CountsLeftEarly says whether its early leave counts.
func (e Entry) CountsLeftEarly() bool {
	return judged(e.LeftEarly, e.ExcusedLapses.EarlyLeave, e.PendingLapses.EarlyLeave)
}

// Gaps counts its interruptions: those that count, those that are excused, and those that nobody has judged.
func (e Entry) Gaps() (count, excused, pending int) {
	for _, i := range e.Interruptions {
		switch {
		case i.Excused:
			excused++
		case i.Pending:
			pending++
		default:
			count++
		}
	}
	return count, excused, pending
}

// SignedIn is an officer at the unit's seat.
type SignedIn struct {
	rollcall.Officer
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"` // the unit's leaving or the close for who did not sign out, zero while it lasts
	// Elsewhere is the code of another unit where the same officer was signed in at the same time.
	Elsewhere string `json:"elsewhere,omitempty"`
}

// Excuse is one approved excuse.
type Excuse struct {
	ID       int64     `json:"id"`     // to take it back by
	Reason   string    `json:"reason"` // "dispatch", "leave", "line", "other"
	Incident string    `json:"incident,omitempty"`
	Note     string    `json:"note,omitempty"`
	From     time.Time `json:"from,omitzero"` // with To a span, else the whole call
	To       time.Time `json:"to,omitzero"`
	By       string    `json:"by"`                 // who entered it
	Approver string    `json:"approver,omitempty"` // the name of who approved it, when that is somebody else
	At       time.Time `json:"at"`
	Planned  bool      `json:"planned,omitempty"` // entered before the call
}

// LineFault is a suspected line fault: many units of a branch, or of a network, went at once.
type LineFault struct {
	ID      string    `json:"id"`
	Branch  string    `json:"branch,omitempty"`  // code of the branch, or …
	Network string    `json:"network,omitempty"` // … name of the network
	Units   []string  `json:"units"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to,omitzero"` // zero while units are gone, or when they did not come back
	State   string    `json:"state"`       // "open", "over": nobody has judged it; "excused", "rejected"
}

// Interruption is a span in which a unit was gone and after which it came back.
type Interruption struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Reason string    `json:"reason"`
	// Excused interruptions count in no figure.
	Excused bool `json:"excused,omitempty"`
	// Pending ones do not until somebody judges the line fault.
	Pending bool `json:"pending,omitempty"`
}

// Turn is one call of the unit.
type Turn struct {
	ID         string             `json:"id"`
	How        string             `json:"how"`
	State      rollcall.TurnState `json:"state"`
	CalledAt   time.Time          `json:"called_at"`
	AnsweredAt time.Time          `json:"answered_at,omitzero"`
	AnsweredBy string             `json:"answered_by,omitempty"` // "unit", "host", "phone", "branch"
	EndedAt    time.Time          `json:"ended_at,omitzero"`
	Rating     int                `json:"rating"`
	Note       string             `json:"note"`
	For        string             `json:"for,omitempty"`         // the station in whose place this branch was called
	AnswerNote string             `json:"answer_note,omitempty"` // who answered for the unit
}

// Gap is a span in which events could be recorded nowhere.
type Gap struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Dropped int       `json:"dropped"`
}

// Tally is what a unit's entries of many sessions add up to; sessions that don't count are left out.
type Tally struct {
	Unit           rollcall.Unit `json:"unit"`
	Sessions       int           `json:"sessions"`
	OnTime         int           `json:"on_time"`
	Late           int           `json:"late"`
	Absent         int           `json:"absent"`
	Excused        int           `json:"excused"` // sessions with an excused absence, lateness or early leave
	DayOff         int           `json:"day_off"` // absent on a statutory day off
	Pending        int           `json:"pending"` // lapses and interruptions that nobody has judged: they count in no other figure
	LeftEarly      int           `json:"left_early"`
	Interruptions  int           `json:"interruptions"`
	PresentSeconds int           `json:"present_seconds"`
	Calls          int           `json:"calls"`
	Answered       int           `json:"answered"`
	Missed         int           `json:"missed"`
	Rolls          int           `json:"rolls"`
	RollsAnswered  int           `json:"rolls_answered"`
	Lacking        int           `json:"lacking"` // sessions in which it was there without a camera or microphone
}

// Add counts one more session, each lapse by itself.
func (t *Tally) Add(s Session, e Entry) {
	if !s.Counts() {
		return
	}
	t.Sessions++
	dayOff := s.DayOff(e)
	count(&t.OnTime, e.Status == OnTime)
	count(&t.Late, e.CountsLate())
	count(&t.Absent, e.Status == Absent && !dayOff)
	count(&t.DayOff, dayOff)
	count(&t.Excused, e.Excused)
	count(&t.LeftEarly, e.CountsLeftEarly())
	count(&t.Pending, e.PendingLapses.Absence && !dayOff)
	count(&t.Pending, e.PendingLapses.Late)
	count(&t.Pending, e.PendingLapses.EarlyLeave)
	gaps, _, pending := e.Gaps()
	t.Interruptions += gaps
	t.Pending += pending
	t.Rolls += e.Rolls
	t.RollsAnswered += e.RollsAnswered
	t.PresentSeconds += e.PresentSeconds
	t.Calls += e.Calls
	t.Answered += e.Answered
	t.Missed += e.Missed
	count(&t.Lacking, len(e.Lacks) > 0)
}

func count(figure *int, it bool) {
	if it {
		*figure++
	}
}
