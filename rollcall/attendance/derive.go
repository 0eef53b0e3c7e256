package attendance

import (
	"encoding/json"
	"fmt"
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
	j := journal{stays: map[string][]stay{}, gaps: []Gap{}}
	for _, e := range events {
		if err := j.read(e); err != nil {
			return Report{}, fmt.Errorf("derive attendance: event %d of session %s: %w", e.Seq, e.Session, err)
		}
	}
	r := Report{
		Session: Session{
			ID: view.ID, Kind: view.Kind, Title: view.Title, Schedule: view.Schedule, Calendar: j.calendar, PlannedAt: view.PlannedAt,
			OpenedAt: view.OpenedAt, BegunAt: view.BegunAt, ClosedAt: view.ClosedAt, LateAfter: view.LateAfter(), Seq: view.Seq,
		},
		Units: make([]Entry, 0, len(view.Roster)), Gaps: j.gaps,
	}
	call := span{begin: view.BegunAt, end: view.ClosedAt, late: view.LateAfter(), closed: !view.ClosedAt.IsZero(), rules: view.Rules}
	if !call.closed {
		call.end = now
	}
	turns := turnsByUnit(view)
	for _, u := range view.Roster {
		entry := call.judge(j.stays[u.Code])
		entry.Unit = u
		entry.count(turns[u.Code])
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
	rules            rollcall.Rules
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
		if to.Before(from) || to.Equal(from) && !s.to.IsZero() {
			continue // over before the begin, or only after the end
		}
		switch {
		case e.FirstAt.IsZero():
			e.FirstAt = from
		case from.After(gone.to):
			e.Interruptions = append(e.Interruptions, Interruption{gone.to, from, gone.reason})
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
			ID: t.ID, How: t.How, State: t.State, CalledAt: t.CalledAt, AnsweredAt: t.AnsweredAt, AnsweredBy: t.AnsweredBy.Kind,
			EndedAt: t.EndedAt, Rating: t.Rating, Note: t.Note,
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
