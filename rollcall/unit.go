// Package rollcall is the domain of the morning call: units, sessions, seats, turns and the floor.
//
// It knows neither WebRTC nor HTTP nor SQL. A Session is an actor: commands go in, events come out, and its state is nothing
// but the fold of its journal (see Event and State), so that a server that is killed in the middle of a call comes back
// into the same call by reading the journal.
package rollcall

// UnitKind is one of the three kinds of unit that are called.
type UnitKind string

// The kinds of unit.
const (
	PoliceType UnitKind = "police_type" // 警种
	Branch     UnitKind = "branch"      // 分局
	Station    UnitKind = "station"     // 派出所
)

// Unit is a place in the roster.
type Unit struct {
	Code   string   `json:"code"`   // 12 digits in the shape of GA 380: 6 region + 2 unit + 4 sub
	Name   string   `json:"name"`   // full name
	Short  string   `json:"short"`  // what fits a tile
	Kind   UnitKind `json:"kind"`   //
	Branch string   `json:"branch"` // the branch's code for a station, else its own code
	Order  int      `json:"order"`  // display order in the whole roster, from 0
}

// Actor is who did something: it stands in every journal row.
type Actor struct {
	Kind string `json:"kind"`           // "host", "admin", "unit", "schedule", "system"
	ID   string `json:"id,omitempty"`   // user name or unit code
	Name string `json:"name,omitempty"` // what a person reads
}

// System is the actor of what the server does by itself.
func System() Actor { return Actor{Kind: "system", Name: "系统"} }
