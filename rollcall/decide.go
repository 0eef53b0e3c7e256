package rollcall

import "time"

// draft is an event before it has its place in the journal.
type draft struct {
	kind EventKind
	data any
}

// moment is what a decision depends on beside the view: it makes deciding a pure function.
type moment struct {
	now   time.Time
	newID func() string      // ids of turns
	seed  func(*View) string // of the draw that comes next
}

// decide is what the session asks: a closed session takes only what may be said afterwards.
func decide(v *View, cmd Command, m moment) ([]draft, Outcome, error) {
	if v.Phase == Closed {
		if _, afterwards := cmd.(afterClose); !afterwards {
			return nil, Outcome{}, ErrClosed
		}
	}
	return cmd.decide(v, m)
}

// afterClose is a command that may still be given when the call is over: a note, an excuse.
type afterClose interface{ afterClose() }

func (Note) afterClose()     {}
func (Excuse) afterClose()   {}
func (Unexcuse) afterClose() {}

func (RejectFault) afterClose() {}

func (Begin) decide(v *View, m moment) ([]draft, Outcome, error) { return only(decideBegin(v, m)) }
func (c Close) decide(v *View, _ moment) ([]draft, Outcome, error) {
	if c.Session != "" && c.Session != v.ID {
		return nil, Outcome{}, nil
	}
	if v.Phase == Waiting && (c.Reason == "" || c.Reason == "host") {
		return nil, Outcome{}, ErrNotBegun // it is cancelled, with a reason
	}
	return only(decideClose(v, c), nil)
}
func (c Enter) decide(v *View, m moment) ([]draft, Outcome, error) { return only(decideEnter(v, c, m)) }
func (c Leave) decide(v *View, m moment) ([]draft, Outcome, error) { return only(decideLeave(v, c, m)) }
func (c ClaimHall) decide(v *View, _ moment) ([]draft, Outcome, error) {
	return only(decideClaimHall(v, c), nil)
}
func (c YieldHall) decide(v *View, _ moment) ([]draft, Outcome, error) {
	return only(decideYieldHall(v, c), nil)
}
func (c Shown) decide(v *View, _ moment) ([]draft, Outcome, error)  { return only(decideShown(v, c)) }
func (c Answer) decide(v *View, _ moment) ([]draft, Outcome, error) { return only(decideAnswer(v, c)) }
func (c Mark) decide(v *View, _ moment) ([]draft, Outcome, error)   { return only(decideMark(v, c)) }
func (c OpenSound) decide(v *View, _ moment) ([]draft, Outcome, error) {
	return only(decideOpenSound(v, c))
}
func (c Note) decide(v *View, _ moment) ([]draft, Outcome, error) { return only(decideNote(v, c)) }
func (c Withdraw) decide(v *View, _ moment) ([]draft, Outcome, error) {
	return only(decideEnd(v, c.Turn, draft{KindTurnWithdrawn, TurnWithdrawn(c)}))
}
func (c Release) decide(v *View, _ moment) ([]draft, Outcome, error) {
	return only(decideEnd(v, c.Turn, draft{KindTurnReleased, TurnReleased(c)}))
}
func (c FreezeDossier) decide(v *View, _ moment) ([]draft, Outcome, error) {
	return only(decideDossier(v, c))
}

// decide has nothing to say: speech is no event, the session hears it itself.
func (Speech) decide(*View, moment) ([]draft, Outcome, error) { return nil, Outcome{}, nil }

// only is for commands whose outcome is in the events alone.
func only(drafts []draft, err error) ([]draft, Outcome, error) { return drafts, Outcome{}, err }

func decideBegin(v *View, m moment) ([]draft, error) {
	if v.Phase != Waiting {
		return nil, ErrBegun
	}
	return v.begin(m), nil
}

// begin ends the waiting room and, where the rules say so, asks everybody to answer the roll.
func (v *View) begin(m moment) []draft {
	out := append([]draft{{KindSessionBegun, SessionBegun{}}}, v.lineClosed(v.Line)...)
	if v.Rules.Roll > 0 {
		out = append(out, v.openRoll(RollAtBegin, nil, v.Rules.Roll, m))
	}
	if len(v.Agenda) > 0 && v.Agenda[0].Kind == StepRoll {
		out = append(out, draft{KindAgendaMoved, AgendaMoved{Step: 0}})
	}
	return out
}

func decideClose(v *View, c Close) []draft {
	var out []draft
	for _, id := range v.TurnOrder {
		if v.Turns[id].EndedAt.IsZero() {
			out = append(out, draft{KindTurnReleased, TurnReleased{Turn: id}})
		}
	}
	if v.Floor != [3]string{} {
		out = append(out, draft{KindFloorChanged, FloorChanged{}})
	}
	reason := c.Reason
	if reason == "" {
		reason = "host"
	}
	return append(out, draft{KindSessionClosed, SessionClosed{Reason: reason, Until: c.until}})
}

func decideEnter(v *View, c Enter, m moment) ([]draft, error) {
	s, ok := v.Seats[c.Unit]
	if !ok {
		return nil, ErrUnknownUnit
	}
	entered := draft{KindSeatEntered, SeatEntered(c)}
	switch {
	case s.Presence != Here || s.Doubt:
		return append([]draft{entered}, v.faultsOver(c.Unit)...), nil
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
	left := draft{KindSeatLeft, SeatLeft{Unit: c.Unit, Conn: c.Conn, Reason: c.Reason, At: at}}
	out := append([]draft{left}, v.lineClosed(c.Unit)...)
	return append(out, v.suspectFault(s, c.Reason, at, m)...), nil
}

func decideClaimHall(v *View, c ClaimHall) []draft {
	if v.Hall == c.Conn {
		return nil
	}
	return append(v.lineClosed(v.Line), draft{KindHallClaimed, HallClaimed(c)}) // nobody speaks in private without having asked
}

func decideYieldHall(v *View, c YieldHall) []draft {
	if v.Hall != c.Conn || c.Conn == "" {
		return nil
	}
	return append(v.lineClosed(v.Line), draft{KindHallYielded, HallYielded(c)})
}

// decideDue says what time alone brings about. Its actor is the system.
func decideDue(v *View, m moment, speaking map[string]time.Time) []draft {
	if v.Phase == Closed {
		return nil
	}
	var out []draft
	if v.Phase == Waiting && !m.now.Before(v.PlannedAt) {
		out = append(out, v.begin(m)...)
	}
	out = append(out, decideNotBack(v, m)...)
	out = append(out, decideMissed(v, m, speaking)...)
	out = append(out, decideRollOver(v, m)...)
	if closes := v.ClosesAt(); !closes.IsZero() && !m.now.Before(closes) {
		out = append(out, decideClose(v, Close{Reason: "forgotten", until: v.lastLife()})...)
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

func decideMissed(v *View, m moment, speaking map[string]time.Time) []draft {
	floor := v.Floor
	var out []draft
	for place, id := range v.Floor {
		t, ok := v.Turns[id]
		if ok && t.State == TurnIsCalled && !t.MissAt.IsZero() && !m.now.Before(t.MissAt) && speaking[t.Unit].IsZero() {
			out = append(out, draft{KindTurnMissed, TurnMissed{Turn: id}})
			floor[place] = ""
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append(out, draft{KindFloorChanged, FloorChanged{Turns: floor}})
}

// emptySince is when the call stood empty first; a waiting room that nobody entered does not count.
func (v *View) emptySince() time.Time {
	if v.EmptyAt.IsZero() || v.EmptyAt.After(v.BegunAt) {
		return v.EmptyAt
	}
	return v.BegunAt
}

// nextDue is when decideDue or a verdict may have something new, zero when time alone changes nothing.
func (v *View) nextDue(now time.Time, speaking map[string]time.Time) time.Time {
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
		at(v.ClosesAt())
		if v.Roll != nil {
			at(v.Roll.Until)
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
		t, ok := v.Turns[id]
		switch {
		case !ok || t.State != TurnIsCalled:
		case speaking[t.Unit].IsZero():
			at(t.MissAt)
		default:
			at(speaking[t.Unit].Add(longestSpeech))
		}
	}
	return next
}
