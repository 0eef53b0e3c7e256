package rollcall

import (
	"fmt"
	"time"
)

// draft is an event before it has its place in the journal.
type draft struct {
	kind EventKind
	data any
}

// moment is what a decision depends on beside the view: it makes deciding a pure function.
type moment struct {
	now   time.Time
	newID func() string // ids of turns
	seed  func() string // seeds of draws
}

// decide says what a command leads to: events, or a refusal. A command that changes nothing has no events.
func decide(v *View, cmd Command, m moment) ([]draft, Outcome, error) {
	if v.Phase == Closed {
		if _, afterwards := cmd.(Note); !afterwards {
			return nil, Outcome{}, ErrClosed
		}
	}
	switch c := cmd.(type) {
	case Begin:
		return only(decideBegin(v))
	case Close:
		return only(decideClose(v, c), nil)
	case Enter:
		return only(decideEnter(v, c, m))
	case Leave:
		return only(decideLeave(v, c, m))
	case ClaimHall:
		return only(decideClaimHall(v, c), nil)
	case YieldHall:
		return only(decideYieldHall(v, c), nil)
	case Call:
		return decideCall(v, c, m)
	case Draw:
		return decideDraw(v, c, m)
	case Shown:
		return only(decideShown(v, c))
	case Answer:
		return only(decideAnswer(v, c))
	case Mark:
		return only(decideMark(v, c))
	case OpenSound:
		return only(decideOpenSound(v, c))
	case Withdraw:
		return only(decideEnd(v, c.Turn, draft{KindTurnWithdrawn, TurnWithdrawn(c)}))
	case Release:
		return only(decideEnd(v, c.Turn, draft{KindTurnReleased, TurnReleased(c)}))
	case Note:
		return only(decideNote(v, c))
	case FreezeDossier:
		return only(decideDossier(v, c))
	}
	return nil, Outcome{}, fmt.Errorf("rollcall: no decision for %T", cmd)
}

// only is for commands whose outcome is in the events alone.
func only(drafts []draft, err error) ([]draft, Outcome, error) { return drafts, Outcome{}, err }

func decideBegin(v *View) ([]draft, error) {
	if v.Phase != Waiting {
		return nil, ErrBegun
	}
	return []draft{{KindSessionBegun, SessionBegun{}}}, nil
}

func decideClose(v *View, c Close) []draft {
	var out []draft
	for _, id := range v.Floor {
		if id != "" {
			out = append(out, draft{KindTurnReleased, TurnReleased{Turn: id}})
		}
	}
	if len(out) > 0 {
		out = append(out, draft{KindFloorChanged, FloorChanged{}})
	}
	reason := c.Reason
	if reason == "" {
		reason = "host"
	}
	return append(out, draft{KindSessionClosed, SessionClosed{Reason: reason}})
}

func decideEnter(v *View, c Enter, m moment) ([]draft, error) {
	s, ok := v.Seats[c.Unit]
	if !ok {
		return nil, ErrUnknownUnit
	}
	entered := draft{KindSeatEntered, SeatEntered(c)}
	switch {
	case s.Presence != Here || s.Doubt:
		return []draft{entered}, nil
	case s.Conn == c.Conn:
		return nil, nil
	}
	return []draft{{KindSeatLeft, SeatLeft{Unit: c.Unit, Conn: s.Conn, Reason: "replaced", At: m.now}}, entered}, nil
}

func decideLeave(v *View, c Leave, m moment) ([]draft, error) {
	s, ok := v.Seats[c.Unit]
	if !ok {
		return nil, ErrUnknownUnit
	}
	if s.Presence != Here || s.Conn != c.Conn {
		return nil, nil // the page that left was replaced before
	}
	at := m.now
	if !c.At.IsZero() && c.At.Before(at) && !c.At.Before(s.Since) {
		at = c.At
	}
	return []draft{{KindSeatLeft, SeatLeft{Unit: c.Unit, Conn: c.Conn, Reason: c.Reason, At: at}}}, nil
}

func decideClaimHall(v *View, c ClaimHall) []draft {
	if v.Hall == c.Conn {
		return nil
	}
	return []draft{{KindHallClaimed, HallClaimed(c)}}
}

func decideYieldHall(v *View, c YieldHall) []draft {
	if v.Hall != c.Conn || c.Conn == "" {
		return nil
	}
	return []draft{{KindHallYielded, HallYielded(c)}}
}

// decideDue says what time alone brings about. Its actor is the system.
func decideDue(v *View, m moment, speaking map[string]bool) []draft {
	if v.Phase == Closed {
		return nil
	}
	var out []draft
	if v.Phase == Waiting && !m.now.Before(v.PlannedAt) {
		out = append(out, draft{KindSessionBegun, SessionBegun{}})
	}
	out = append(out, decideNotBack(v, m)...)
	out = append(out, decideMissed(v, m, speaking)...)
	if v.forgotten(m.now) {
		out = append(out, decideClose(v, Close{Reason: "forgotten"})...)
	}
	return out
}

// decideNotBack gives up on pages that did not return after a restart: they left when the server did.
func decideNotBack(v *View, m moment) []draft {
	if v.ResumedAt.IsZero() || m.now.Before(v.ResumedAt.Add(v.Rules.ReturnWithin)) {
		return nil
	}
	var out []draft
	for _, u := range v.Roster {
		if s := v.Seats[u.Code]; s.Doubt {
			out = append(out, draft{KindSeatLeft, SeatLeft{Unit: u.Code, Conn: s.Conn, Reason: "restart", At: v.DownSince}})
		}
	}
	return out
}

func decideMissed(v *View, m moment, speaking map[string]bool) []draft {
	floor := v.Floor
	var out []draft
	for place, id := range v.Floor {
		t, ok := v.Turns[id]
		if ok && t.State == TurnIsCalled && !t.MissAt.IsZero() && !m.now.Before(t.MissAt) && !speaking[t.Unit] {
			out = append(out, draft{KindTurnMissed, TurnMissed{Turn: id}})
			floor[place] = ""
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append(out, draft{KindFloorChanged, FloorChanged{Turns: floor}})
}

func (v *View) forgotten(now time.Time) bool {
	if v.Phase != Open {
		return false
	}
	tooLong := v.Rules.CloseAfter > 0 && !now.Before(v.BegunAt.Add(v.Rules.CloseAfter))
	return tooLong || v.Rules.CloseEmpty > 0 && !v.emptySince().IsZero() && !now.Before(v.emptySince().Add(v.Rules.CloseEmpty))
}

// emptySince is when the call stood empty first; a waiting room that nobody entered does not count.
func (v *View) emptySince() time.Time {
	if v.EmptyAt.IsZero() || v.EmptyAt.After(v.BegunAt) {
		return v.EmptyAt
	}
	return v.BegunAt
}

// nextDue is when decideDue or a verdict may have something new, zero when time alone changes nothing.
func (v *View) nextDue(now time.Time, speaking map[string]bool) time.Time {
	var next time.Time
	at := func(t time.Time) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	switch v.Phase {
	case Closed:
		return next
	case Waiting:
		at(v.PlannedAt)
	case Open:
		if v.Rules.CloseAfter > 0 {
			at(v.BegunAt.Add(v.Rules.CloseAfter))
		}
		if since := v.emptySince(); v.Rules.CloseEmpty > 0 && !since.IsZero() {
			at(since.Add(v.Rules.CloseEmpty))
		}
		if late := v.LateAfter().Add(time.Microsecond); late.After(now) {
			at(late)
		}
	}
	for _, s := range v.Seats {
		if s.Doubt {
			at(v.ResumedAt.Add(v.Rules.ReturnWithin))
			break
		}
	}
	for _, id := range v.Floor {
		if t, ok := v.Turns[id]; ok && t.State == TurnIsCalled && !speaking[t.Unit] {
			at(t.MissAt)
		}
	}
	return next
}
