package rollcall

import (
	"encoding/json"
	"time"
)

// Command asks a Session for something. Each is idempotent by the id it is given with.
type Command interface {
	// decide says what the command leads to: events, or a refusal. A command that changes nothing has no events.
	decide(v *View, m moment) ([]draft, Outcome, error)
}

// Begin ends the waiting room (host, schedule).
type Begin struct{}

// Close ends the session (host, system).
type Close struct {
	Session string // the call that is meant: when another is open, nothing happens; empty = whichever is open
	Reason  string
	until   time.Time // presence counts until here when the call was forgotten, zero = until the close
}

// Enter seats a unit's page. A page that holds the seat already is replaced.
type Enter struct {
	Unit, Conn string
	Network    string // name of the network group that the page came from, empty when it has none
}

// Leave frees the seat if Conn still holds it. At is when the page was last known to be there, zero for now.
type Leave struct {
	Unit, Conn, Reason string
	At                 time.Time
}

// ClaimHall says that a console became the hall's camera, microphone and loudspeaker. Which one may is for the caller to decide.
type ClaimHall struct{ Conn string }

// YieldHall says that the console is the hall no more; one that is not the hall yields nothing.
type YieldHall struct{ Conn, Reason string }

// Call gives the floor to a unit. Without Add it replaces everybody on the floor; with Add and a full floor, Replace names the
// turn to release. The unit must be in the roster; it need not be here (its picture is then missing, its miss timer runs).
type Call struct {
	Unit, How, Replace string
	Add                bool
	For                string // the station in whose place its branch is called
}

// Shown confirms that the call is on the unit's screen. By is the unit that says so.
type Shown struct{ Turn, By string }

// Answer is the officer's 到. By is the unit that says so.
type Answer struct{ Turn, By string }

// Mark lets the host mark the unit as answered: by itself, or 代答, by telephone or by its branch, with a note on who spoke.
type Mark struct{ Turn, By, Note string }

// OpenSound opens the unit's sound before its 到.
type OpenSound struct{ Turn string }

// Withdraw takes a wrong call back.
type Withdraw struct{ Turn string }

// Release ends the turn.
type Release struct{ Turn string }

// Note sets the turn's rating and note.
type Note struct {
	Turn   string
	Rating int
	Text   string
}

// Speech says whether the unit's page hears speech; it is not journaled, the miss timer waits while it is true.
type Speech struct {
	Unit   string
	Active bool
}

// FreezeDossier keeps the dossier with the turn; Reason says why there is none.
type FreezeDossier struct {
	Turn    string
	Dossier json.RawMessage
	Reason  string
}

// Meta goes with every command: who gives it and under which id. An empty ID is never a repetition.
type Meta struct {
	ID    string
	Actor Actor
}

// Outcome is what a command led to; a repeated command gets the outcome of its first time.
type Outcome struct {
	Turn       string // Call, Swap, Next, GoTo
	Unit       string // Draw, Next, GoTo
	Seed       string // Draw
	Candidates int    // Draw
}
