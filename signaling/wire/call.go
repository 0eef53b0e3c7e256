package wire

// Unit is a place in the roster.
type Unit struct {
	Code   string `json:"code"`   // 12 digits in the shape of GA 380
	Name   string `json:"name"`   // full name: 沈阳市公安局和平分局太原街派出所
	Short  string `json:"short"`  // what fits a tile: 太原街
	Kind   string `json:"kind"`   // "police_type", "branch", "station"
	Branch string `json:"branch"` // the branch's code for a station, else its own code
}

// Snapshot is everything a page needs to draw itself; deltas follow.
type Snapshot struct {
	Session  *Session  `json:"session" tstype:"Session | null,required"` // null when no call is open
	Next     *Next     `json:"next" tstype:"Next | null,required"`       // the next scheduled call, null when none
	Seats    []Seat    `json:"seats"`                                    // host and wall: all; station: its own
	Turns    []Turn    `json:"turns"`                                    // host: all of this session; station: its own
	Floor    Floor     `json:"floor"`
	Hall     Hall      `json:"hall"`
	Air      Air       `json:"air"`
	Slots    []Slot    `json:"slots"`
	Dossiers []Dossier `json:"dossiers"` // of the turns that are open now, where this page may see them
	Record   Record    `json:"record"`
	Desk     *Desk     `json:"desk,omitempty"` // host
}

// Session is one call.
type Session struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`  // "regular", "extra", "drill"
	Title     string `json:"title"` // 点调会 2026年11月24日
	State     string `json:"state"` // "waiting", "open", "closed"
	PlannedAt string `json:"planned_at"`
	OpenedAt  string `json:"opened_at,omitempty"` // when the waiting room opened
	BegunAt   string `json:"begun_at,omitempty"`
	ClosedAt  string `json:"closed_at,omitempty"`
	GraceS    int    `json:"grace_s"` // lateness counts after this
	MissS     int    `json:"miss_s"`  // seconds a called unit has to answer
	// Announced is the begin that was planned first, when it was postponed; Reason says why, or why it was cancelled.
	Announced string `json:"announced,omitempty"`
	Reason    string `json:"reason,omitempty"`
	Late      string `json:"late,omitempty"`      // why it was opened later than planned, in Chinese
	LateEN    string `json:"late_en,omitempty"`   // and in English
	ClosesAt  string `json:"closes_at,omitempty"` // when the rules will close it as forgotten
	// PlannedEnd is when it is planned to end, absent where nobody planned that.
	PlannedEnd string `json:"planned_end,omitempty"`
	Hands      bool   `json:"hands"` // units may raise their hand
	Blur       bool   `json:"blur"`  // stations are shown blurred: the call has not begun
	// Roll is the roll that is being called, with its kind ("roll" at the begin, "spot") and its end.
	Roll      string `json:"roll,omitempty"`
	RollKind  string `json:"roll_kind,omitempty"`
	RollUntil string `json:"roll_until,omitempty"`
}

// Next is a call that the schedule will open.
type Next struct {
	Title     string `json:"title"`
	PlannedAt string `json:"planned_at"`
	WaitingAt string `json:"waiting_at"` // when its waiting room opens
}

// Seats is a delta: the seats that changed, each whole.
type Seats struct {
	Seats []Seat `json:"seats"`
}

// Seat is a unit's place in the session.
type Seat struct {
	Unit     string `json:"unit"`
	Presence string `json:"presence"`           // "never", "here", "gone"
	FirstAt  string `json:"first_at,omitempty"` // first time here in this session
	Since    string `json:"since,omitempty"`    // when Presence last changed
	Verdict  string `json:"verdict"`            // "pending", "on_time", "late", "absent"
	Picture  bool   `json:"picture"`            // whole pictures of its camera arrive at the server
	Device   Device `json:"device"`
	Turn     string `json:"turn,omitempty"` // the open turn's id
	Calls    int    `json:"calls"`          // turns so far, without withdrawn ones
	Answered int    `json:"answered"`
	Missed   bool   `json:"missed"` // heads the recall list

	Skipped bool        `json:"skipped,omitempty"` // absent when a draw left it out: heads the recall list, too
	Roll    string      `json:"roll,omitempty"`    // the last roll: "asked", "answered", "missed"
	Hand    string      `json:"hand,omitempty"`    // since when its hand is up
	Excuse  *SeatExcuse `json:"excuse,omitempty"`  // the one that counts: for the whole call before one for a span
	// Excuses are all of them, in the order of their approval. Who looks on is not told.
	Excuses   []SeatExcuse `json:"excuses,omitempty" tstype:"SeatExcuse[]"`
	Dismissed bool         `json:"dismissed,omitempty"` // it may leave
	Checked   bool         `json:"checked,omitempty"`   // the host found it in order
	Waiting   bool         `json:"waiting,omitempty"`   // a second device waits for the seat
	Muted     string       `json:"muted,omitempty"`     // since when its microphone is muted: nobody hears it
	MutedBy   string       `json:"muted_by,omitempty"`  // "officer" or the host's name
	MicAsked  string       `json:"mic_asked,omitempty"` // when the hall last asked it to open the microphone
	// Officers are those who sit there, in the order of their coming. Who looks on is not told, and has no such field.
	Officers []Officer `json:"officers,omitzero" tstype:"Officer[]"`
}

// Officer is somebody who signed in at a seat.
type Officer struct {
	Name   string `json:"name"`
	Number string `json:"number"` // police number
	Role   string `json:"role,omitempty"`
	Listed bool   `json:"listed"` // the duty roster has the officer at this unit; else it is what was typed
	From   string `json:"from"`
}

// Duty is who the duty roster has at the page's unit on the day of the call, or today.
type Duty struct {
	Officers []DutyOfficer `json:"officers"`
}

// DutyOfficer is one of them.
type DutyOfficer struct {
	Name   string `json:"name"`
	Number string `json:"number"`
	Role   string `json:"role,omitempty"`
}

// OfficerIn signs an officer in. Name counts only for a number that the duty roster does not have; Relieves is the number of the
// one who goes off duty at that moment.
type OfficerIn struct {
	Number   string `json:"number"`
	Name     string `json:"name,omitempty"`
	Relieves string `json:"relieves,omitempty"`
}

// OfficerRef names an officer.
type OfficerRef struct {
	Number string `json:"number"`
}

// Mic mutes or opens the officer's own microphone.
type Mic struct {
	On bool `json:"on"`
}

// Turn is one unit being called.
type Turn struct {
	ID         string `json:"id"`
	Unit       string `json:"unit"`
	How        string `json:"how"`   // "hand", "draw", "agenda", "recall", "raised", "branch"
	State      string `json:"state"` // "called", "answered", "missed", "withdrawn", "released"
	CalledAt   string `json:"called_at"`
	CalledBy   string `json:"called_by"`
	ShownAt    string `json:"shown_at,omitempty"`
	AnsweredAt string `json:"answered_at,omitempty"`
	AnsweredBy string `json:"answered_by,omitempty"` // "officer" or the host's name
	EndedAt    string `json:"ended_at,omitempty"`
	MissAt     string `json:"miss_at,omitempty"` // when the miss timer will run out; empty while it waits
	Sound      bool   `json:"sound"`
	OnFloor    bool   `json:"on_floor"`
	Rating     int    `json:"rating,omitempty"` // 1 to 5, 0 = none
	Note       string `json:"note,omitempty"`
	For        string `json:"for,omitempty"`          // the station in whose place its branch is called
	Instead    string `json:"instead,omitempty"`      // the wrong call that this one put right
	Via        string `json:"answered_via,omitempty"` // "officer", "host"; 代答: "phone", "branch"
	AnswerNote string `json:"answer_note,omitempty"`  // who spoke then (host)
	Held       bool   `json:"held,omitempty"`         // off the floor for a while
	SpeakUntil string `json:"speak_until,omitempty"`  // when the planned time to speak ends
}

// Floor is who is on air beside the hall, in the order of the floor lines: Places[0] is shown by floor1.
type Floor struct {
	Places []Place `json:"places"` // always three; an empty place has no unit
}

// Place is one place on the floor.
type Place struct {
	Unit  string `json:"unit,omitempty"`
	Turn  string `json:"turn,omitempty"`
	Sound bool   `json:"sound"`
}

// Hall is the state of the hall's own camera and microphone.
type Hall struct {
	Owner string `json:"owner,omitempty"` // client id of the console that holds it
	Name  string `json:"name,omitempty"`  // who that is
	You   bool   `json:"you"`
	Live  bool   `json:"live"` // its picture arrives at the server
}

// HallClaim asks for the hall's camera; with Force also from a console that holds it.
type HallClaim struct {
	Force bool `json:"force"`
}

// Slots is a delta of what this page's receiving lines show.
type Slots struct {
	Slots []Slot `json:"slots"`
}

// Slot is what one receiving line shows.
type Slot struct {
	Line  string `json:"line"`
	Unit  string `json:"unit,omitempty"` // a unit's code, "hall", "share", or empty
	State string `json:"state"`          // "empty", "pending" (waits for the first picture), "live", "lost" (no packets, or no whole pictures)
	RID   string `json:"rid,omitempty"`  // the layer that is being forwarded
}

// Layers tells a page which encodings of its camera must be active; it replaces the last Layers.
type Layers struct {
	Line   string   `json:"line"`
	Active []string `json:"active"`
}

// Air is the truth for the on-air sign: who sees this page's camera and whether its microphone is heard.
type Air struct {
	Picture string `json:"picture"` // "nobody", "hall", "everyone"
	Sound   bool   `json:"sound"`   // everyone hears
	// Mic says that the page must send its microphone's sound now; otherwise it must send none.
	Mic bool `json:"mic"`
	// Play says that the page may play the room's sound: every station, and the one console that owns the hall.
	Play bool `json:"play"`
	// Private says that the hall and this page speak with each other alone.
	Private bool `json:"private"`
}

// Record tells the host whether the journal is being kept.
type Record struct {
	State   string `json:"state"` // "ok", "spool" (database away, kept on local disk), "lost" (kept nowhere: not recorded)
	Pending int    `json:"pending"`
}

// SessionStart opens a call at once.
type SessionStart struct {
	Kind  string `json:"kind"` // "drill" or "extra"
	Title string `json:"title,omitempty"`
	// WaitS is how long the waiting room stays open before the call begins by itself, 0 = begin at once.
	WaitS int `json:"wait_s,omitempty"`
	// LengthS is the planned length of the call, 0 = none, absent = as usual.
	LengthS *int `json:"length_s,omitempty"`
}

// SessionRef names the call that is meant, so that none is ended that began meanwhile; empty is whichever is open.
type SessionRef struct {
	Session string `json:"session,omitempty"`
}

// Call gives the floor to a unit.
type Call struct {
	Unit string `json:"unit"`
	How  string `json:"how"` // "hand", "draw", "agenda", "recall", "raised", "branch"
	// Replace is the turn to release when all three places are taken; without it a fourth call is the error "floor_full".
	Replace string `json:"replace,omitempty"`
	// Add keeps the units on the floor; without it the new unit replaces all that are there.
	Add bool `json:"add,omitempty"`
	// For is the station in whose place its branch is called, with How "branch".
	For string `json:"for,omitempty"`
}

// CallResult is the Data of the Done that ends a Call.
type CallResult struct {
	Turn string `json:"turn"`
}

// Draw picks a present unit that was not called yet; the host calls it with Call{How: "draw"}.
type Draw struct {
	Kind   string `json:"kind,omitempty"`   // only units of this kind
	Branch string `json:"branch,omitempty"` // only units of this branch
}

// DrawResult is the Data of the Done that ends a Draw.
type DrawResult struct {
	Unit       string `json:"unit"`
	Candidates int    `json:"candidates"`
	Seed       string `json:"seed"`
}

// TurnRef names a turn.
type TurnRef struct {
	Turn string `json:"turn"`
}

// TurnNote sets a turn's rating and note.
type TurnNote struct {
	Turn   string `json:"turn"`
	Rating int    `json:"rating"`
	Note   string `json:"note"`
}
