// Package attendance says what a session's journal adds up to: who was there, from when, and how calls were answered. It is a
// pure function of the journal; what is kept of it is a cache that can be derived again.
package attendance

import (
	"time"

	"muster/rollcall"
)

// Statuses of a unit in a session.
const (
	Pending = "pending" // the call has not begun, or entering now is still on time
	OnTime  = "on_time"
	Late    = "late"
	Absent  = "absent"
	Excused = "excused" // absent, with an approved excuse
)

// Report is a session's attendance.
type Report struct {
	Session Session `json:"session"`
	Units   []Entry `json:"units"` // in the order of the session's roster
	Gaps    []Gap   `json:"gaps"`  // spans whose events may be missing
}

// Session is the head of a report.
type Session struct {
	ID        string               `json:"id"`
	Kind      rollcall.SessionKind `json:"kind"`
	Title     string               `json:"title"`
	Schedule  string               `json:"schedule"`
	Calendar  string               `json:"calendar"` // "workday", "dayoff", "unknown": as it was known when the call opened
	PlannedAt time.Time            `json:"planned_at"`
	Announced time.Time            `json:"announced,omitzero"` // the begin that was planned first, when it was postponed
	Reason    string               `json:"reason,omitempty"`   // why it was postponed or cancelled
	OpenedAt  time.Time            `json:"opened_at"`
	BegunAt   time.Time            `json:"begun_at,omitzero"`
	ClosedAt  time.Time            `json:"closed_at,omitzero"` // zero while the session is open: the report is preliminary
	LateAfter time.Time            `json:"late_after"`
	Seq       int64                `json:"seq"` // the last event that is accounted for
}

// Counts says whether the session counts in statistics: a drill never does, nor does a call that did not begin.
func (s Session) Counts() bool { return s.Kind != rollcall.Drill && !s.BegunAt.IsZero() }

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
	Excuses        []Excuse       `json:"excuses,omitempty"`
	Excused        bool           `json:"excused"` // its lapses don't count
	Pending        bool           `json:"pending"` // a line fault that nobody has judged may have caused them
	DismissedAt    time.Time      `json:"dismissed_at,omitzero"`
	Rolls          int            `json:"rolls"`              // that asked it to answer
	RollsAnswered  int            `json:"rolls_answered"`     // in time
	Officers       []SignedIn     `json:"officers,omitempty"` // who sat there, in the order of their coming
}

// SignedIn is an officer at the unit's seat.
type SignedIn struct {
	rollcall.Officer
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"` // zero for who stayed to the end
}

// Excuse is one approved excuse.
type Excuse struct {
	Reason   string    `json:"reason"` // "dispatch", "leave", "line", "other"
	Incident string    `json:"incident,omitempty"`
	Note     string    `json:"note,omitempty"`
	From     time.Time `json:"from,omitzero"` // with To a span, else the whole call
	To       time.Time `json:"to,omitzero"`
	By       string    `json:"by"` // approver
	At       time.Time `json:"at"`
}

// Interruption is a span in which a unit was gone and after which it came back.
type Interruption struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Reason string    `json:"reason"`
	// Excused interruptions count in no figure.
	Excused bool `json:"excused,omitempty"`
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
	Excused        int           `json:"excused"` // with an approved excuse, or absent on a statutory day off
	LeftEarly      int           `json:"left_early"`
	Interruptions  int           `json:"interruptions"`
	PresentSeconds int           `json:"present_seconds"`
	Calls          int           `json:"calls"`
	Answered       int           `json:"answered"`
	Missed         int           `json:"missed"`
	Rolls          int           `json:"rolls"`
	RollsAnswered  int           `json:"rolls_answered"`
}

// Add counts one more session.
func (t *Tally) Add(s Session, e Entry) {
	if !s.Counts() {
		return
	}
	t.Sessions++
	switch {
	case e.Excused || e.Status == Excused:
		t.Excused++
	case e.Status == OnTime:
		t.OnTime++
	case e.Status == Late:
		t.Late++
	case e.Status == Absent && s.Calendar == "dayoff":
		t.Excused++
	case e.Status == Absent:
		t.Absent++
	}
	if e.LeftEarly && !e.Excused {
		t.LeftEarly++
	}
	for _, i := range e.Interruptions {
		if !i.Excused {
			t.Interruptions++
		}
	}
	t.Rolls += e.Rolls
	t.RollsAnswered += e.RollsAnswered
	t.PresentSeconds += e.PresentSeconds
	t.Calls += e.Calls
	t.Answered += e.Answered
	t.Missed += e.Missed
}
