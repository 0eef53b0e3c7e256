package rollcall

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"time"
)

// EventKind names what an Event says; each has a payload type of the same name.
type EventKind string

// The kinds of event, in the order of a usual call.
const (
	KindSessionOpened EventKind = "SessionOpened"
	KindServerResumed EventKind = "ServerResumed"
	KindSessionBegun  EventKind = "SessionBegun"
	KindSeatEntered   EventKind = "SeatEntered"
	KindSeatLeft      EventKind = "SeatLeft"
	KindHallClaimed   EventKind = "HallClaimed"
	KindHallYielded   EventKind = "HallYielded"
	KindDrawMade      EventKind = "DrawMade"
	KindTurnCalled    EventKind = "TurnCalled"
	KindFloorChanged  EventKind = "FloorChanged"
	KindDossierFrozen EventKind = "DossierFrozen"
	KindTurnShown     EventKind = "TurnShown"
	KindTurnOpened    EventKind = "TurnOpened"
	KindTurnAnswered  EventKind = "TurnAnswered"
	KindTurnMissed    EventKind = "TurnMissed"
	KindTurnNoted     EventKind = "TurnNoted"
	KindTurnWithdrawn EventKind = "TurnWithdrawn"
	KindTurnReleased  EventKind = "TurnReleased"
	KindTurnHeld      EventKind = "TurnHeld"
	KindTurnReturned  EventKind = "TurnReturned"
	KindTurnExtended  EventKind = "TurnExtended"

	KindRollOpened   EventKind = "RollOpened"
	KindRollAnswered EventKind = "RollAnswered"
	KindRollClosed   EventKind = "RollClosed"
	KindAgendaMoved  EventKind = "AgendaMoved"
	KindHandsAllowed EventKind = "HandsAllowed"
	KindHandRaised   EventKind = "HandRaised"
	KindHandLowered  EventKind = "HandLowered"

	KindUnitsExcused     EventKind = "UnitsExcused"
	KindExcuseWithdrawn  EventKind = "ExcuseWithdrawn"
	KindUnitsDismissed   EventKind = "UnitsDismissed"
	KindFaultSuspected   EventKind = "FaultSuspected"
	KindFaultOver        EventKind = "FaultOver"
	KindFaultMerged      EventKind = "FaultMerged"
	KindFaultRejected    EventKind = "FaultRejected"
	KindSessionPostponed EventKind = "SessionPostponed"
	KindSessionCancelled EventKind = "SessionCancelled"
	KindSessionKept      EventKind = "SessionKept"

	KindLineOpened  EventKind = "LineOpened"
	KindLineClosed  EventKind = "LineClosed"
	KindUnitChecked EventKind = "UnitChecked"
	KindTextSent    EventKind = "TextSent"

	KindObserverCame EventKind = "ObserverCame"
	KindObserverLeft EventKind = "ObserverLeft"
	KindSeatMoved    EventKind = "SeatMoved"
	KindSeatKept     EventKind = "SeatKept"
	KindSeatAsked    EventKind = "SeatAsked"

	KindMicMuted  EventKind = "MicMuted"
	KindMicAsked  EventKind = "MicAsked"
	KindMicOpened EventKind = "MicOpened"
	KindUnitLacks EventKind = "UnitLacks"

	KindOfficerSignedIn  EventKind = "OfficerSignedIn"
	KindOfficerSignedOut EventKind = "OfficerSignedOut"

	KindSessionClosed EventKind = "SessionClosed"
	KindJournalGap    EventKind = "JournalGap"
)

// Event is one row of a session's append-only journal.
type Event struct {
	Session string          `json:"session"`
	Epoch   int64           `json:"epoch"` // which server start wrote it
	Seq     int64           `json:"seq"`   // contiguous from 1 within the session
	At      time.Time       `json:"at"`    // UTC, microseconds
	Kind    EventKind       `json:"kind"`
	Actor   Actor           `json:"actor"`
	Command string          `json:"command,omitempty"` // id of the command that caused it
	Data    json.RawMessage `json:"data"`
	Prev    []byte          `json:"prev"` // Hash of the event before, empty for the first
	Hash    []byte          `json:"hash"` // SHA-256, see Seal
}

// Seal computes the event's Hash over everything else in it. Each field is preceded by its length, so that no two different
// events have the same input.
func (e *Event) Seal() {
	h := sha256.New()
	field := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	number := func(v int64) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(v))
		field(n[:])
	}
	field(e.Prev)
	field([]byte(e.Session))
	number(e.Epoch)
	number(e.Seq)
	number(e.At.UnixMicro())
	field([]byte(e.Kind))
	field([]byte(e.Actor.Kind))
	field([]byte(e.Actor.ID))
	field([]byte(e.Actor.Name))
	field([]byte(e.Command))
	field(e.Data)
	e.Hash = h.Sum(nil)
}

// Payloads. Times are UTC.

// SessionOpened carries everything that later edits of roster, rules or calendar must not change.
type SessionOpened struct {
	Kind      SessionKind `json:"kind"`
	Title     string      `json:"title"`
	Schedule  string      `json:"schedule,omitempty"` // the schedule's id, empty for drills and extra calls
	PlannedAt time.Time   `json:"planned_at"`         // when the call is to begin; lateness counts from here
	Roster    []Unit      `json:"roster"`
	Rules     Rules       `json:"rules"`
	Calendar  string      `json:"calendar"`          // "workday", "dayoff", "unknown"
	Lateness  Lateness    `json:"lateness,omitzero"` // why the waiting room opened later than planned
	Late      string      `json:"late,omitempty"`    // the same as a sentence, in journals of before there was a code
	Agenda    []Step      `json:"agenda,omitempty"`
	// LastCalled says when units were last called before, where that is known: draws go by it.
	LastCalled map[string]time.Time `json:"last_called,omitempty"`
}

// ServerResumed is written when a server takes an open session over after a restart. Seats that were taken stay taken for
// Rules.ReturnWithin; who is not back by then left at DownSince.
type ServerResumed struct {
	DownSince time.Time `json:"down_since"` // the last moment at which the server before is known to have lived
}

// SeatEntered says that a unit's page is connected.
type SeatEntered struct {
	Unit    string `json:"unit"`
	Conn    string `json:"conn"`
	Network string `json:"network,omitempty"` // name of the network group that it came from
}

// Reasons of SeatLeft that tell of the line and not of the officer.
const (
	LeftTimeout = "timeout" // nothing came any more
	LeftLost    = "lost"    // the connection broke without a goodbye
)

// SeatLeft says that a unit's page is gone.
type SeatLeft struct {
	Unit   string    `json:"unit"`
	Conn   string    `json:"conn"`
	Reason string    `json:"reason"` // "closed", "timeout", "lost", "replaced", "revoked", "restart"
	At     time.Time `json:"at"`     // when it was last known to be there
}

// HallClaimed says that a console became the hall's camera, microphone and loudspeaker; the event's actor is its host.
type HallClaimed struct {
	Conn string `json:"conn"`
}

// HallYielded says that the console is the hall no more.
type HallYielded struct {
	Conn   string `json:"conn"`
	Reason string `json:"reason"` // "host", or "closed" when the page is gone
}

// TurnCalled says that a unit was called.
type TurnCalled struct {
	Turn string `json:"turn"`
	Unit string `json:"unit"`
	How  string `json:"how"` // "hand", "draw", "agenda", "recall", "raised", "branch"
	// For is the station in whose place its branch is called.
	For string `json:"for,omitempty"`
	// Instead is the wrong call that this one puts right.
	Instead string `json:"instead,omitempty"`
}

// FloorChanged carries the whole floor after the change.
type FloorChanged struct {
	Turns [3]string `json:"turns"` // turn ids by place, empty = free
}

// DossierFrozen keeps what was shown about the unit with its turn.
type DossierFrozen struct {
	Turn    string          `json:"turn"`
	Unit    string          `json:"unit"`
	Dossier json.RawMessage `json:"dossier,omitempty"`
	Hash    string          `json:"hash,omitempty"`   // hex SHA-256 of Dossier
	Reason  string          `json:"reason,omitempty"` // why there is none
}

// TurnShown says that the called unit's page has the call on its screen.
type TurnShown struct {
	Turn string `json:"turn"`
}

// TurnOpened says that the host opened the unit's sound before its 到.
type TurnOpened struct {
	Turn string `json:"turn"`
}

// TurnAnswered says that the unit answered.
type TurnAnswered struct {
	Turn string `json:"turn"`
	By   string `json:"by"`             // "officer", "host"; 代答: "phone", "branch"
	Note string `json:"note,omitempty"` // who spoke, when it was not the officer
}

// TurnMissed says that the miss timer ran out. The unit leaves the floor.
type TurnMissed struct {
	Turn string `json:"turn"`
}

// TurnNoted carries the host's rating (1 to 5, 0 = none) and note; the last one counts.
type TurnNoted struct {
	Turn   string `json:"turn"`
	Rating int    `json:"rating"`
	Note   string `json:"note"`
}

// TurnWithdrawn says that the call was wrong: it counts in no figure.
type TurnWithdrawn struct {
	Turn string `json:"turn"`
}

// TurnReleased says that the unit left the floor after its turn.
type TurnReleased struct {
	Turn string `json:"turn"`
}

// SessionBegun ends the waiting room.
type SessionBegun struct{}

// SessionClosed ends the call.
type SessionClosed struct {
	Reason string `json:"reason"` // "host", "forgotten", "replaced", "cancelled"
	// Until is when presence ceases to count in a call that was forgotten, zero = at the close.
	Until time.Time `json:"until,omitzero"`
}

// JournalGap follows events that could be recorded nowhere.
type JournalGap struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Dropped int       `json:"dropped"` // events lost for good because bounded memory was full
}
