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
	j := journal{stays: map[string][]stay{}, lacks: map[string][]Lack{}, gaps: []Gap{}, asked: map[string]int{}, answered: map[string]int{}}
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
		Units: make([]Entry, 0, len(view.Roster)), Gaps: j.gaps, Faults: faults(view.Faults),
	}
	r.Session.Late, r.Session.LateEN = view.Late.Words()
	call := span{begin: view.BegunAt, end: view.EndedAt, late: view.LateAfter(), closed: !view.ClosedAt.IsZero(), rules: view.Rules}
	if !call.closed {
		call.end = now
	}
	turns := turnsByUnit(view)
	for _, u := range view.Roster {
		seat := view.Seats[u.Code]
		due := call.until(seat.DismissedAt)
		entry := due.judge(j.stays[u.Code], reliefOf(seat, view.Faults))
		entry.Unit, entry.Excuses, entry.Lacks = u, excuses(seat), due.lacks(j.lacks[u.Code])
		entry.count(turns[u.Code])
		entry.DismissedAt, entry.Rolls, entry.RollsAnswered = seat.DismissedAt, j.asked[u.Code], j.answered[u.Code]
		entry.Officers = officers(seat, lastHere(j.stays[u.Code], view))
		r.Units = append(r.Units, entry)
	}
	markElsewhere(r.Units)
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
	lacks    map[string][]Lack
	gaps     []Gap
	asked    map[string]int // rolls that asked a unit
	answered map[string]int // and that it answered
}

func (j *journal) read(e rollcall.Event) error {
	switch e.Kind {
	case rollcall.KindSessionOpened, rollcall.KindSessionPostponed: // past midnight
		var d struct{ Calendar string }
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		if d.Calendar != "" {
			j.calendar = d.Calendar
		}
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
		j.hasAll(d.Unit, d.At)
	case rollcall.KindUnitLacks:
		var d rollcall.UnitLacks
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		j.lack(d)
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

// presence is when a unit was there within the call, and when it was not.
type presence struct {
	here    []interval
	arrival away   // from when it was due to its first entry, or to the end
	between []stay // the stays that interruptions followed
	last    stay   // the one that ended last
}

func (p presence) first() time.Time {
	if len(p.here) == 0 {
		return time.Time{}
	}
	return p.here[0].from
}

// due is when units have to be there: nobody has to before the plan.
func (c span) due() time.Time { return c.late.Add(-c.rules.Grace) }

// presence cuts a unit's stays to the call.
func (c span) presence(stays []stay) presence {
	p := presence{arrival: away{interval{c.due(), c.end}, true}}
	for _, s := range stays {
		from, to := rollcall.Later(s.from, c.begin), s.to
		if to.IsZero() || to.After(c.end) {
			to = c.end
		}
		if to.Before(from) || to.Equal(from) && (!s.to.IsZero() || c.dismissed) {
			if len(p.here) == 0 && !s.to.IsZero() && !s.to.After(c.begin) {
				p.arrival.line = ofTheLine(s.reason)
			}
			continue // over before the begin, or only after the end
		}
		if len(p.here) == 0 {
			p.arrival.to = from
		} else if from.After(p.last.to) {
			p.between = append(p.between, stay{p.last.to, from, p.last.reason})
		}
		p.here, p.last = append(p.here, interval{from, to}), s
	}
	return p
}

// aways are all the times without the unit, that after its leaving too.
func (c span) aways(p presence) []away {
	arrival := p.arrival
	arrival.from = c.begin
	out := []away{arrival}
	for _, b := range p.between {
		out = append(out, away{interval{b.from, b.to}, ofTheLine(b.reason)})
	}
	if left := p.last.to; !left.IsZero() && left.Before(c.end) {
		out = append(out, away{interval{left, c.end}, ofTheLine(p.last.reason)})
	}
	return out
}

// judge says what a unit's stays add up to within the call.
func (c span) judge(stays []stay, r relief) Entry {
	e := Entry{Status: Pending, Interruptions: []Interruption{}, Turns: []Turn{}}
	if c.begin.IsZero() {
		return e
	}
	p := c.presence(stays)
	var present time.Duration
	for _, h := range p.here {
		present += h.to.Sub(h.from)
	}
	e.FirstAt, e.PresentSeconds = p.first(), int(present/time.Second)
	for _, b := range p.between {
		i := Interruption{From: b.from, To: b.to, Reason: b.reason}
		i.Excused, i.Pending = r.judge(away{interval{b.from, b.to}, ofTheLine(b.reason)})
		e.Interruptions = append(e.Interruptions, i)
		e.Pending = e.Pending || i.Pending
	}
	c.arrive(&e, p, r)
	c.leave(&e, p, r)
	e.Excused = e.ExcusedLapses != Lapses{}
	e.Pending = e.Pending || e.PendingLapses != Lapses{}
	return e
}

// arrive sets the status, and whether it is excused.
func (c span) arrive(e *Entry, p presence, r relief) {
	excused, pending := r.judge(p.arrival)
	switch first := p.first(); {
	case first.IsZero() && !c.closed && !c.end.After(c.late):
		return
	case first.IsZero():
		e.absent(excused, pending)
	case c.closed && !c.enough(p, r.time(c.aways(p), false)):
		e.absent(c.short(p, r))
	case first.After(c.late):
		e.Status, e.ExcusedLapses.Late, e.PendingLapses.Late = Late, excused, pending
	default:
		e.Status = OnTime
	}
}

// absent enters an absence; excused or not judged yet, it has another status.
func (e *Entry) absent(excused, pending bool) {
	e.Status, e.ExcusedLapses.Absence, e.PendingLapses.Absence = Absent, excused, pending
	switch {
	case excused:
		e.Status = Excused
	case pending:
		e.Status = Pending
	}
}

// enough says whether a unit was there for as long as the rules want, without the time that does not count. Where none counts,
// all of it does: somebody has to say that it was absent.
func (c span) enough(p presence, off []interval) bool {
	call := interval{c.begin, c.end}
	length, without := c.end.Sub(c.begin), overlap(off, call)
	if without >= length {
		off, without = nil, 0
	}
	var present time.Duration
	for _, h := range p.here {
		present += h.to.Sub(h.from) - overlap(off, h)
	}
	return present >= time.Duration(c.rules.MinPresence*float64(length-without))
}

// short says whether the absence of a unit that was there too shortly is excused, or may be.
func (c span) short(p presence, r relief) (excused, pending bool) {
	aways, call := c.aways(p), interval{c.begin, c.end}
	if covers(r.time(aways, false), call) {
		return true, false
	}
	maybe := r.time(aways, true)
	return false, len(r.maybe) > 0 && (c.enough(p, maybe) || covers(maybe, call))
}

// leave says whether the unit went before the end.
func (c span) leave(e *Entry, p presence, r relief) {
	left := p.last.to
	if len(p.here) == 0 || left.IsZero() || !left.Before(c.end) {
		return
	}
	e.LeftAt = left
	came := e.Status == OnTime || e.Status == Late
	if e.LeftEarly = c.closed && came && c.end.Sub(left) > c.rules.EarlyLeave; e.LeftEarly {
		e.ExcusedLapses.EarlyLeave, e.PendingLapses.EarlyLeave = r.judge(away{interval{left, c.end}, ofTheLine(p.last.reason)})
	}
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

// excuses lists what was approved for a seat.
func excuses(seat *rollcall.Seat) []Excuse {
	var out []Excuse
	for _, x := range seat.Excuses {
		out = append(out, Excuse{
			ID: x.ID, Reason: x.Reason, Incident: x.Incident, Note: x.Note, From: x.From, To: x.To, By: x.By.ID, Approver: x.Approver, At: x.At, Planned: x.Planned != "",
		})
	}
	return out
}

func faults(all []rollcall.Fault) []LineFault {
	out := []LineFault{}
	for _, f := range all {
		if f.State == rollcall.FaultIsMerged {
			continue
		}
		out = append(out, LineFault{ID: f.ID, Branch: f.Branch, Network: f.Network, Units: f.Units, From: f.From, To: f.To, State: f.State})
	}
	return out
}
