package rollcall

import (
	"encoding/json"
	"slices"
	"time"
)

// SessionKind says what a session counts for.
type SessionKind string

// The kinds of session.
const (
	Regular SessionKind = "regular"
	Extra   SessionKind = "extra"
	Drill   SessionKind = "drill" // counts nowhere
)

// Phase is where a session is in its life.
type Phase string

// The phases of a session.
const (
	Waiting Phase = "waiting"
	Open    Phase = "open"
	Closed  Phase = "closed"
)

// Rules are the figures of a session, fixed when it opens.
type Rules struct {
	Grace        time.Duration `json:"grace"`         // after PlannedAt (or the begin, if later): entering later is late
	Miss         time.Duration `json:"miss"`          // to answer once the call is on the unit's screen
	ShowWithin   time.Duration `json:"show_within"`   // a page that doesn't confirm the call by then starts the miss timer anyway
	ReturnWithin time.Duration `json:"return_within"` // after a server restart, to be back without an interruption
	EarlyLeave   time.Duration `json:"early_leave"`   // gone longer than this when the call closes = left early
	MinPresence  float64       `json:"min_presence"`  // share of the call below which a unit counts as absent
	Length       time.Duration `json:"length"`        // planned length of the call, 0 = none
	CloseAfter   time.Duration `json:"close_after"`   // a call that is forgotten closes this long after its planned end (its begin, without one), 0 = never
	CloseEmpty   time.Duration `json:"close_empty"`   // or when no unit was here for this long, 0 = never
	Roll         time.Duration `json:"roll"`          // to answer the roll, which begins with the call; 0 = no roll
	Speak        time.Duration `json:"speak"`         // planned length of a turn from its answer, 0 = none
	Hands        bool          `json:"hands"`         // units may raise their hand from the start
	Blur         bool          `json:"blur"`          // until the call begins the hall sees stations only blurred
}

// DefaultRules are the figures used unless a schedule says otherwise.
func DefaultRules() Rules {
	return Rules{
		Grace: 2 * time.Minute, Miss: 20 * time.Second, ShowWithin: 5 * time.Second,
		ReturnWithin: 20 * time.Second, EarlyLeave: time.Minute, MinPresence: 0,
		Length: time.Hour, CloseAfter: 4 * time.Hour, CloseEmpty: 30 * time.Minute, Roll: 2 * time.Minute, Speak: 4 * time.Minute,
	}
}

// Faster are the same rules in a time that passes n times as fast, for rehearsals. What a machine needs stays as it is: to show
// a call, and to come back after a restart.
func (r Rules) Faster(n int) Rules {
	if n < 2 {
		return r
	}
	for _, d := range []*time.Duration{&r.Grace, &r.EarlyLeave, &r.Length, &r.CloseAfter, &r.CloseEmpty, &r.Speak} {
		*d /= time.Duration(n)
	}
	const press = 4 * time.Second // nobody presses faster
	r.Miss, r.Roll = max(press, r.Miss/time.Duration(n)), max(press, r.Roll/time.Duration(n))
	return r
}

// Presence says whether a unit's page is connected.
type Presence string

// Presences of a seat.
const (
	Never Presence = "never" // not once in this session
	Here  Presence = "here"
	Gone  Presence = "gone"
)

// Seat is a unit's place in a session.
type Seat struct {
	Unit     Unit
	Presence Presence
	Conn     string    // the page that holds the seat while Here
	FirstAt  time.Time // first entry, zero when Never
	Since    time.Time // when Presence last changed
	Verdict  string    // "pending", "on_time", "late", "absent" as it stands now
	Turn     string    // id of the open turn, empty when none
	Calls    int       // turns without withdrawn ones
	Answered int
	Missed   bool // its last turn was missed: it heads the recall list
	Doubt    bool // Here before a server restart and not back yet

	Network     string     // name of the network group that its page came from, empty when it has none
	LineLost    bool       // its last page did not leave, its line was lost
	Skipped     bool       // absent when a draw left it out: it heads the recall list
	HandAt      time.Time  // since when its hand is up
	Asked       string     // the last roll that asked it
	RollAt      time.Time  // when it answered that, zero until then
	Excuses     []Excused  // in the order of their approval
	DismissedAt time.Time  // it may leave from then on
	CheckedAt   time.Time  // the host spoke with it and found it in order
	Officers    []SignedIn // in the order of their coming, also those who went
	Lacks       Lacks      // what it is here without
	MutedAt     time.Time  // since when its microphone is muted, zero while it is on
	MutedBy     Actor      // the host or the unit itself
	MicAskedAt  time.Time  // when the host last asked for it, until it is on
}

// Excused says whether the unit is excused from the whole call.
func (s *Seat) Excused() bool {
	return slices.ContainsFunc(s.Excuses, func(e Excused) bool { return e.From.IsZero() })
}

// ExcusedAt says whether the unit is excused at a moment, from the whole call or for a span.
func (s *Seat) ExcusedAt(at time.Time) bool {
	return slices.ContainsFunc(s.Excuses, func(e Excused) bool { return e.From.IsZero() || !at.Before(e.From) && at.Before(e.To) })
}

// TurnState is where a turn is in its life.
type TurnState string

// States of a turn. Missed, Withdrawn and Released are final.
const (
	TurnIsCalled    TurnState = "called"
	TurnIsAnswered  TurnState = "answered"
	TurnIsMissed    TurnState = "missed"
	TurnIsWithdrawn TurnState = "withdrawn"
	TurnIsReleased  TurnState = "released"
)

// Turn is one unit being called.
type Turn struct {
	ID                    string
	Unit                  string
	How                   string
	State                 TurnState
	CalledAt              time.Time
	CalledBy              Actor
	ShownAt               time.Time
	OpenedAt              time.Time // the host opened the sound
	AnsweredAt            time.Time
	AnsweredBy            Actor
	EndedAt               time.Time
	MissAt                time.Time // when the miss timer runs out, zero while it waits for the unit to stop speaking or has ended
	Rating                int
	Note                  string
	Place                 int             // 0 to 2 on the floor, -1 when not on it
	Dossier               json.RawMessage // nil until frozen
	DossierAt             time.Time       // when it was frozen, also when it was not to be had
	DossierHash           string
	NoDossier             string        // why there is none
	For                   string        // the station in whose place its branch is called
	Instead               string        // the wrong call that this one put right
	Via                   string        // how it was answered, one of the AnsweredBy… words
	AnswerNote            string        // who spoke, when it was not the officer
	Held                  bool          // off the floor for a while
	SpeakUntil            time.Time     // when the planned time to speak ends, zero before the answer or without a limit
	Extra                 time.Duration // by how much the host extended it
	Muted                 bool          // its unit's microphone is, as its seat says
	WasMissed, WasSkipped bool          // whether the unit headed the recall list before: a call that is withdrawn changes nothing
}

// Ways in which a turn is answered.
const (
	AnsweredByOfficer = "officer"
	AnsweredByHost    = "host"
	AnsweredByPhone   = "phone"  // 代答: the duty officer by telephone
	AnsweredByBranch  = "branch" // 代答: its branch for its station
)

// Sound says whether everyone hears the unit: from its own answer on, or when the host opens it, unless its microphone is muted.
func (t *Turn) Sound() bool {
	answered := !t.AnsweredAt.IsZero() && (t.Via == AnsweredByOfficer || t.Via == AnsweredByHost)
	return t.Place >= 0 && !t.Muted && (answered || !t.OpenedAt.IsZero())
}

// View is a session at one moment. It is immutable: readers share it without a lock.
type View struct {
	ID        string
	Kind      SessionKind
	Title     string
	Schedule  string
	Phase     Phase
	PlannedAt time.Time
	OpenedAt  time.Time
	BegunAt   time.Time
	ClosedAt  time.Time
	Rules     Rules
	Roster    []Unit
	Seats     map[string]*Seat // by unit code; one for every unit of the roster
	Turns     map[string]*Turn // by id, all of the session
	TurnOrder []string         // turn ids in the order of their calls
	Floor     [3]string        // turn ids by place
	Hall      string           // the console that is the hall, empty when none
	ResumedAt time.Time        // when a server last took the session over, zero when none did
	DownSince time.Time        // and since when the server before was gone
	EmptyAt   time.Time        // since when no unit is here, zero while one is
	Seq       int64            // the last event that is folded in

	Announced  time.Time            // the begin that was planned first, when it was postponed since
	Reason     string               // why it was postponed or cancelled
	Late       Lateness             // why it was opened later than planned
	EndedAt    time.Time            // until when presence counts in a closed session
	HostAt     time.Time            // when somebody at the console last did something
	KeptUntil  time.Time            // the host keeps a call open that the rules would close before
	Agenda     []Step               //
	Step       int                  // where the agenda is, -1 before its first step
	Drawn      string               // the unit of the last draw, until somebody is called
	Draws      int                  // how many were made
	Roll       *Roll                // that is being called, nil when none is
	Hands      bool                 // units may raise their hand
	Faults     []Fault              // suspected line faults, in the order of their begin
	Line       string               // the unit that the hall speaks with in private, empty when none
	LastCalled map[string]time.Time // before this session
	Observers  map[string]Actor     // who looks on, by page
}
