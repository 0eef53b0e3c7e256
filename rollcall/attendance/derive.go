package attendance

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"muster/rollcall"
)

// BrokenJournal says that a session's journal can't be read. It hides the refusal that folding may have met, because nobody
// asked for what that refuses.
type BrokenJournal struct{ What string }

// Error implements error.
func (e *BrokenJournal) Error() string { return "the journal can't be read: " + e.What }

// Derive computes a session's attendance from its journal. While the session is open it is that of the moment now; of a
// closed session it is always the same.
func Derive(events []rollcall.Event, now time.Time) (Report, error) {
	view, err := rollcall.Fold(events)
	if err != nil {
		return Report{}, fmt.Errorf("derive attendance: %w", &BrokenJournal{err.Error()})
	}
	j := journal{stays: map[string][]stay{}, gaps: []Gap{}, asked: map[string]int{}, answered: map[string]int{}}
	for _, e := range events {
		if err := j.read(e); err != nil {
			return Report{}, fmt.Errorf("derive attendance: event %d of session %s: %w", e.Seq, e.Session, err)
		}
	}
	r := Report{
		Session: Session{
			ID: view.ID, Kind: view.Kind, Title: view.Title, Schedule: view.Schedule, Calendar: j.calendar, PlannedAt: view.PlannedAt,
			Announced: view.Announced, Reason: view.Reason, OpenedAt: view.OpenedAt, BegunAt: view.BegunAt, ClosedAt: view.ClosedAt, LateAfter: view.LateAfter(), Seq: view.Seq,
		},
		Units: make([]Entry, 0, len(view.Roster)), Gaps: j.gaps,
	}
	call := span{begin: view.BegunAt, end: view.EndedAt, late: view.LateAfter(), closed: !view.ClosedAt.IsZero(), rules: view.Rules}
	if !call.closed {
		call.end = now
	}
	turns := turnsByUnit(view)
	for _, u := range view.Roster {
		seat := view.Seats[u.Code]
		entry := call.until(seat.DismissedAt).judge(j.stays[u.Code])
		entry.Unit = u
		entry.count(turns[u.Code])
		entry.excuse(seat, view.Faults)
		entry.DismissedAt, entry.Rolls, entry.RollsAnswered = seat.DismissedAt, j.asked[u.Code], j.answered[u.Code]
		for _, o := range seat.Officers {
			entry.Officers = append(entry.Officers, SignedIn{Officer: o.Officer, From: o.From, To: o.To})
		}
		r.Units = append(r.Units, entry)
	}
	return r, nil
}

// stay is one uninterrupted presence of a unit; to is zero while it lasts.
type stay struct {
	from, to time.Time
	reason   string // why it ended
}

// journal is what Derive needs beside the folded session.
type journal struct {
	calendar string
	stays    map[string][]stay
	gaps     []Gap
	asked    map[string]int // rolls that asked a unit
	answered map[string]int // and that it answered
}

func (j *journal) read(e rollcall.Event) error {
	switch e.Kind {
	case rollcall.KindSessionOpened:
		var d rollcall.SessionOpened
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		j.calendar = d.Calendar
	case rollcall.KindSeatEntered:
		var d rollcall.SeatEntered
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		j.enter(d.Unit, e.At)
	case rollcall.KindSeatLeft:
		var d rollcall.SeatLeft
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		j.leave(d)
	case rollcall.KindRollOpened:
		var d rollcall.RollOpened
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		for _, u := range d.Units {
			j.asked[u]++
		}
	case rollcall.KindRollAnswered:
		var d rollcall.RollAnswered
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		j.answered[d.Unit]++
	case rollcall.KindJournalGap:
		var d rollcall.JournalGap
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		j.gaps = append(j.gaps, Gap{d.From, d.To, d.Dropped})
	}
	return nil
}

// enter begins a stay. A page that comes back to a seat which was never given up, after a restart of the server for
// example, goes on with the same one; so does a page that takes the place of another at the same moment.
func (j *journal) enter(unit string, at time.Time) {
	stays := j.stays[unit]
	if n := len(stays); n > 0 && (stays[n-1].to.IsZero() || !at.After(stays[n-1].to)) {
		stays[n-1].to = time.Time{}
		return
	}
	j.stays[unit] = append(stays, stay{from: at})
}

func (j *journal) leave(d rollcall.SeatLeft) {
	stays := j.stays[d.Unit]
	n := len(stays)
	if n == 0 || !stays[n-1].to.IsZero() {
		return
	}
	last := &stays[n-1]
	last.to, last.reason = d.At, d.Reason
	if last.to.Before(last.from) {
		last.to = last.from
	}
}

// span is the call that presence is measured against.
type span struct {
	begin, end, late time.Time
	closed           bool
	dismissed        bool // before the call was over: its end is that moment
	rules            rollcall.Rules
}

// until is the call as it counts for a unit that was dismissed: to leave after that is no early leave.
func (c span) until(dismissed time.Time) span {
	if !dismissed.IsZero() && dismissed.Before(c.end) && dismissed.After(c.begin) {
		c.end, c.dismissed = dismissed, true
	}
	return c
}

// judge says what a unit's stays add up to within the call.
func (c span) judge(stays []stay) Entry {
	e := Entry{Status: Pending, Interruptions: []Interruption{}, Turns: []Turn{}}
	if c.begin.IsZero() {
		return e
	}
	var present time.Duration
	var gone stay // the stay that ended last
	for _, s := range stays {
		from, to := later(s.from, c.begin), s.to
		if to.IsZero() || to.After(c.end) {
			to = c.end
		}
		if to.Before(from) || to.Equal(from) && (!s.to.IsZero() || c.dismissed) {
			continue // over before the begin, or only after the end
		}
		switch {
		case e.FirstAt.IsZero():
			e.FirstAt = from
		case from.After(gone.to):
			e.Interruptions = append(e.Interruptions, Interruption{From: gone.to, To: from, Reason: gone.reason})
		}
		present += to.Sub(from)
		gone = s
	}
	e.PresentSeconds = int(present / time.Second)
	e.Status = c.status(e.FirstAt, present)
	if !e.FirstAt.IsZero() && !gone.to.IsZero() && gone.to.Before(c.end) {
		e.LeftAt = gone.to
		e.LeftEarly = c.closed && e.Status != Absent && c.end.Sub(gone.to) > c.rules.EarlyLeave
	}
	return e
}

func (c span) status(first time.Time, present time.Duration) string {
	enough := !c.closed || present >= time.Duration(c.rules.MinPresence*float64(c.end.Sub(c.begin)))
	switch {
	case first.IsZero() && !c.closed && !c.end.After(c.late):
		return Pending
	case first.IsZero() || !enough:
		return Absent
	case first.After(c.late):
		return Late
	}
	return OnTime
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// turnsByUnit groups a session's turns in the order of their calls.
func turnsByUnit(view *rollcall.View) map[string][]*rollcall.Turn {
	turns := map[string][]*rollcall.Turn{}
	for _, id := range view.TurnOrder {
		t := view.Turns[id]
		turns[t.Unit] = append(turns[t.Unit], t)
	}
	return turns
}

// count enters a unit's turns. A withdrawn one is listed, but counts in no figure.
func (e *Entry) count(turns []*rollcall.Turn) {
	for _, t := range turns {
		e.Turns = append(e.Turns, Turn{
			ID: t.ID, How: t.How, State: t.State, CalledAt: t.CalledAt, AnsweredAt: t.AnsweredAt, AnsweredBy: answeredBy(t),
			EndedAt: t.EndedAt, Rating: t.Rating, Note: t.Note, For: t.For, AnswerNote: t.AnswerNote,
		})
		if t.State == rollcall.TurnIsWithdrawn {
			continue
		}
		e.Calls++
		if !t.AnsweredAt.IsZero() {
			e.Answered++
		}
		if t.State == rollcall.TurnIsMissed {
			e.Missed++
		}
	}
}

// answeredBy keeps "unit" and "host", which older journals know alone, and names 代答 by its way.
func answeredBy(t *rollcall.Turn) string {
	if t.Via == rollcall.AnsweredByPhone || t.Via == rollcall.AnsweredByBranch {
		return t.Via
	}
	return t.AnsweredBy.Kind
}

// excuse relieves a unit of what an approved excuse covers, and marks what an undecided line fault may have caused.
func (e *Entry) excuse(seat *rollcall.Seat, faults []rollcall.Fault) {
	for _, x := range seat.Excuses {
		e.Excuses = append(e.Excuses, Excuse{
			Reason: x.Reason, Incident: x.Incident, Note: x.Note, From: x.From, To: x.To, By: x.By.ID, At: x.At,
		})
		whole := x.From.IsZero()
		e.Excused = e.Excused || whole && (e.Status == Absent || e.Status == Late || e.LeftEarly)
		for i := range e.Interruptions {
			e.Interruptions[i].Excused = e.Interruptions[i].Excused || whole || within(e.Interruptions[i].From, x.From, x.To)
		}
		if !whole {
			e.Excused = e.Excused || e.Status == Late && within(e.FirstAt, x.From, x.To) || e.LeftEarly && within(e.LeftAt, x.From, x.To)
		}
	}
	if e.Excused && e.Status == Absent {
		e.Status = Excused
	}
	for _, f := range faults {
		if f.State != rollcall.FaultIsOpen && f.State != rollcall.FaultIsOver || !slices.Contains(f.Units, seat.Unit.Code) {
			continue
		}
		e.Pending = e.Pending || e.LeftEarly && !e.Excused && within(e.LeftAt, f.From, f.To)
		for _, i := range e.Interruptions {
			e.Pending = e.Pending || !i.Excused && within(i.From, f.From, f.To)
		}
	}
}

// within says whether a moment lies in a span; a span without an end lasts.
func within(at, from, to time.Time) bool {
	return !at.Before(from) && (to.IsZero() || !at.After(to))
}
