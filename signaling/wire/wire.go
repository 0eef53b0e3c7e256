// Package wire holds the types that travel over Muster's websocket, and nothing else.
//
// Every websocket text message is one Frame. docs/protocol.md explains the order of messages; the TypeScript types of the
// pages are generated from this package, so a field's JSON name here is the only place where it is decided.
package wire

//go:generate go tool tygo generate

import "encoding/json"

// Version is the protocol's version; a Join with another one is answered with the error "version".
const Version = 1

// MaxMessage is the size in bytes of the largest message a server reads: an offer of 250 lines has about 360 kB.
const MaxMessage = 2 << 20

// Frame is one websocket message in either direction.
type Frame struct {
	// Type says how Data is to be read; the Type… constants list all of them.
	Type string `json:"type"`
	// ID is chosen by the client for a command and repeated in the one Done, Answer or Error that ends it. A command that is
	// sent again with the same ID (after a loss of the socket) is not carried out twice.
	ID   string          `json:"id,omitempty"`
	Data json.RawMessage `json:"data,omitempty"`
}

// Types of frames that a client sends.
const (
	TypeJoin   = "join"   // Join, the first frame
	TypeOffer  = "offer"  // Offer; ended by TypeAnswer
	TypePing   = "ping"   // Ping, at least every Hello.HeartbeatMS; answered by TypePong
	TypeDevice = "device" // Device, what the page knows of its own camera and microphone
	TypeSpeech = "speech" // Speech, the page hears its own officer speak
	TypeWatch  = "watch"  // Watch, which units the wall lines are to show (host, wall)
	// TypePrepare is a Prepare: the unit that the host is about to call (host).
	TypePrepare = "prepare"

	TypeTurnShown  = "turn.shown"  // TurnRef: the call is on the called unit's screen (station)
	TypeTurnAnswer = "turn.answer" // TurnRef: 到 (station)

	TypeSessionStart = "session.start" // SessionStart: open a drill or an extra call now (host)
	TypeSessionBegin = "session.begin" // none: end the waiting room and begin the call now (host)
	TypeSessionClose = "session.close" // SessionRef: end the call (host)
	TypeSessionYield = "session.yield" // SessionRef: end the call, also one that waits, for a scheduled one that is due (host)
	TypeCall         = "call"          // Call a unit (host); Done carries CallResult
	TypeDraw         = "draw"          // Draw a unit at random (host); Done carries DrawResult
	TypeTurnOpen     = "turn.open"     // TurnRef: open the unit's sound before its 到 (host)
	TypeTurnMark     = "turn.mark"     // TurnMark: the unit answered, by itself or 代答 (host)
	TypeTurnWithdraw = "turn.withdraw" // TurnRef: a wrong call, counts in no figure (host)
	TypeTurnRelease  = "turn.release"  // TurnRef: the unit leaves the floor (host)
	TypeTurnNote     = "turn.note"     // TurnNote: rating and note (host)
	TypeTurnSwap     = "turn.swap"     // TurnSwap: the wrong unit was called, this is the right one (host); Done carries CallResult
	TypeTurnHold     = "turn.hold"     // TurnRef: the unit leaves the floor for a while (host)
	TypeTurnReturn   = "turn.return"   // TurnReturn: and comes back (host)
	TypeTurnExtend   = "turn.extend"   // TurnExtend: more time (host)
	TypeHallClaim    = "hall.claim"    // HallClaim: this console becomes the hall's camera, microphone and loudspeaker (host)
	TypeHallYield    = "hall.yield"    // none: give the hall's camera back (host)

	TypeSessionPostpone = "session.postpone" // Postpone: the call begins later (host)
	TypeSessionCancel   = "session.cancel"   // Cancel: there is no call (host)
	TypeSessionKeep     = "session.keep"     // none: keep a call open that is about to close as forgotten (host)
	TypeSessionDismiss  = "session.dismiss"  // Units that may leave (host)

	TypeRollCall   = "roll.call"   // RollCall: units have to answer (host)
	TypeRollAnswer = "roll.answer" // RollRef: 应到 (station)
	TypeAgendaNext = "agenda.next" // StepFrom: the next step begins (host); Done carries StepResult
	TypeAgendaGoTo = "agenda.goto" // StepRef: that step begins (host); Done carries StepResult

	TypeExcuse      = "excuse"       // Excuse (host)
	TypeUnexcuse    = "unexcuse"     // Unexcuse (host)
	TypeFaultReject = "fault.reject" // FaultRef: it was no line fault (host)

	TypeSeatAsk  = "seat.ask"  // none: a device that waits asks the one that holds the seat (station, waiting)
	TypeSeatGive = "seat.give" // none: the device that asked may have the seat (station)
	TypeSeatKeep = "seat.keep" // none: it may not (station)
	TypeSeatMove = "seat.move" // UnitRef: the host gives the seat to the device that waits (host)

	TypeOfficerList = "officer.list" // none: who is on the unit's duty roster (station); Done carries Duty
	TypeOfficerIn   = "officer.in"   // OfficerIn: an officer sits down at the seat (station)
	TypeOfficerOut  = "officer.out"  // OfficerRef: and leaves it (station)

	TypeHands     = "hands"      // Hands: units may raise their hand (host)
	TypeHand      = "hand"       // Hand of the page's own unit (station)
	TypeHandLower = "hand.lower" // UnitRef: the host has seen it (host)

	TypeMic     = "mic"      // Mic: the officer mutes or opens the own microphone (station)
	TypeMicMute = "mic.mute" // UnitRef: mutes the unit's microphone, outside its turn (host)
	TypeMicAsk  = "mic.ask"  // UnitRef: asks the unit to open it: only its officer can (host)

	TypeLineOpen  = "line.open"  // UnitRef: a private two-way line, no turn (host)
	TypeLineClose = "line.close" // none (host)
	TypeSeatCheck = "seat.check" // SeatCheck: the host found the unit in order (host)
	TypeSeatText  = "seat.text"  // SeatText: one line to the unit's screen (host)
)

// Types of frames that a server sends.
const (
	TypeHello    = "hello"    // Hello, the answer to Join
	TypeRoster   = "roster"   // Roster, after Hello
	TypeSnapshot = "snapshot" // Snapshot, after Roster and after each change of the session's identity
	TypeAnswer   = "answer"   // Answer to an Offer
	TypePong     = "pong"     // Pong
	TypeDone     = "done"     // the command with this ID is durable and carried out; Data as its type says
	TypeError    = "error"    // Error; with an ID it ends that command, without one it concerns the socket
	TypeSession  = "session"  // *Session or null: the session's state changed
	TypeSeats    = "seats"    // Seats that changed (host, wall: all units; station: its own only)
	TypeTurn     = "turn"     // Turn that changed (host: all; station: its own)
	TypeFloor    = "floor"    // Floor
	TypeHall     = "hall"     // Hall
	TypeSlots    = "slots"    // Slots of this page that changed
	TypeLayers   = "layers"   // Layers: which camera encodings must be active now
	TypeAir      = "air"      // Air: who sees and hears this page now
	TypeDossier  = "dossier"  // Dossier (the called unit and the hall only)
	// TypeSeatTaken is a SeatTaken: another device holds the unit's seat. It comes instead of hello.
	TypeSeatTaken = "seat.taken"
	TypeSeatAsked = "seat.asked" // SeatAsked: another device of the unit wants the seat

	TypeDesk   = "desk"   // Desk: agenda, faults, private line (host)
	TypeRecord = "record" // Record: whether the journal is being kept (host)
	TypeNotice = "notice" // Notice to show
	TypeBye    = "bye"    // Error, last frame before the server closes
)

// Pages that a client can be.
const (
	PageStation = "station"
	PageConsole = "console"
	PageWall    = "wall"
	// PageObserver looks on: floor and board, no microphone.
	PageObserver = "observer"
)

// Join is a client's first frame, due within five seconds of the upgrade.
type Join struct {
	Version int    `json:"version"`
	Page    string `json:"page"`
	// Token is a station's join token (the part of its link after '#'), or a rehearsal's host token. A console or wall in a
	// browser leaves it empty and is known by the cookie of its HTTP login.
	Token string `json:"token,omitempty"`
	// Device is a station's own name for this tab, the same over reconnections and reloads: by it the server knows a page that
	// comes back from a second device at the seat. 1 to 64 printable ASCII characters.
	Device string `json:"device,omitempty"`
	// Observe joins without media: board and events only.
	Observe bool `json:"observe,omitempty"`
}

// Hello tells a client who it is and which lines its one offer must have.
type Hello struct {
	Version     int    `json:"version"`
	Server      string `json:"server"` // the server's build
	Now         string `json:"now"`    // RFC 3339 with milliseconds
	Client      string `json:"client"` // this socket's id
	Page        string `json:"page"`
	You         You    `json:"you"`
	HeartbeatMS int    `json:"heartbeat_ms"`
	// Codec is what all video is in: "vp8" or "h264" (constrained baseline, packetization mode 1). Another one is not forwarded.
	Codec string `json:"codec"`
	// Lines are the m-lines of the offer in their order; empty when Join.Observe was set.
	Lines []Line `json:"lines"`
}

// Roster is the list of units in its display order: large, and the same for all pages.
type Roster struct {
	Units []Unit `json:"units"`
}

// You is the authenticated person or unit behind the socket.
type You struct {
	Role string `json:"role"` // "station", "host", "admin", "observer"
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"` // the unit's code (station)
}

// Line is one m-line. Its offer's direction is Direction; the transceivers are added in this order.
type Line struct {
	Name      string  `json:"name"`             // "mic", "camera", "hall.video", "floor1.audio", "wall17", … unique in a page
	Kind      string  `json:"kind"`             // "audio" or "video"
	Direction string  `json:"direction"`        // "send" or "recv"
	Layers    []Layer `json:"layers,omitempty"` // encodings of a video line that sends, lowest first
}

// Layer is one simulcast encoding.
type Layer struct {
	RID          string `json:"rid"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
	MaxBitrate   int    `json:"max_bitrate"` // bit/s
	MaxFramerate int    `json:"max_framerate"`
}

// Offer carries the page's one SDP offer.
type Offer struct {
	SDP string `json:"sdp"`
}

// Answer carries the server's SDP answer, complete with its candidates.
type Answer struct {
	SDP string `json:"sdp"`
	// SoundOnly says that the offer does not have Hello.Codec: its video is rejected, and the page should say so.
	SoundOnly bool `json:"sound_only"`
}

// Ping carries a number that Pong returns, so that a page can measure the round trip.
type Ping struct {
	T int64 `json:"t"`
}

// Pong answers a Ping with the server's clock.
type Pong struct {
	T   int64  `json:"t"`
	Now string `json:"now"`
}

// Device is what a page reports of its own equipment, at start and when it changes.
type Device struct {
	Camera     string `json:"camera"`     // "ok", "none", "denied", "black", "frozen"
	Microphone string `json:"microphone"` // "ok", "none", "denied", "silent"
	Speaker    string `json:"speaker"`    // "ok", "blocked"
	Network    string `json:"network"`    // "ok", "weak" (lossy or slow), as the page measures its line
}

// Speech says that the page's own microphone hears speech (or no longer does); the miss timer waits meanwhile.
type Speech struct {
	Active bool `json:"active"`
}

// Prepare names a unit that is about to be called: its camera gets ready.
type Prepare struct {
	Unit string `json:"unit"`
}

// Watch sets what the wall lines show: the whole list each time, lines that are not named become empty.
type Watch struct {
	Tiles []Tile `json:"tiles"`
}

// Tile is one wall line and the unit it is to show.
type Tile struct {
	Line string `json:"line"`
	Unit string `json:"unit"`
	RID  string `json:"rid,omitempty"` // the highest layer wanted, "l" when empty
}

// Error is a refusal: a code for programs and a sentence in both languages for people.
type Error struct {
	Code      string `json:"code"`
	Message   string `json:"message"`    // Chinese
	MessageEN string `json:"message_en"` // English
}

// Notice is something the page should show for a while.
type Notice struct {
	Level     string `json:"level"` // "info", "warning", "error"
	Code      string `json:"code"`
	Message   string `json:"message"`
	MessageEN string `json:"message_en"`
}
