package rollcall

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"
)

const (
	// speechRest is what a unit that stops speaking has at least left to answer.
	speechRest = 3 * time.Second
	// longestSpeech is how long the miss timer waits for a unit that speaks but does not answer: a noisy room is no officer.
	longestSpeech = time.Minute
)

// clockDoubt is how long a session waits at most before it looks at the clock again: a clock may be set meanwhile.
const clockDoubt = 5 * time.Second

// session is the actor of one call: it alone decides, in one goroutine, without I/O. What it decides counts for itself at once
// and for everybody else when the recorder has made it durable.
type session struct {
	id       string
	kind     SessionKind
	title    string
	epoch    int64
	recorder *recorder
	clock    moment // newID and seed; now is set for each decision
	now      func() time.Time
	log      *slog.Logger
	opened   string // key of the command that opened the session
	closedBy string // key of the command that closed it; the goroutine's until done
	requests chan request
	gaps     chan JournalGap
	done     chan struct{} // closed when the actor has ended

	// The rest belongs to the goroutine.
	head     *View
	prev     []byte
	speaking map[string]time.Time // since when, by unit
	lacks    lackWatch
	left     map[string]time.Duration // of a miss timer that waits, by turn
	results  map[string]*result       // of commands with an id, so that a repetition gets the first one's outcome
}

type request struct {
	by    Meta
	cmd   Command
	reply chan *result
}

// result is filled in before ready is closed.
type result struct {
	ready   chan struct{}
	once    sync.Once
	outcome Outcome
	err     error
}

func newResult(outcome Outcome) *result { return &result{ready: make(chan struct{}), outcome: outcome} }

func (r *result) finish(err error) {
	r.once.Do(func() {
		r.err = err
		close(r.ready)
	})
}

func (r *result) wait(ctx context.Context) (Outcome, error) {
	select {
	case <-r.ready:
		return r.outcome, r.err
	case <-ctx.Done():
		return Outcome{}, fmt.Errorf("the command was not recorded in time: %w", ctx.Err())
	}
}

func newSession(head *View, events []Event, epoch int64, rec *recorder, clock moment, now func() time.Time, log *slog.Logger) *session {
	s := &session{
		id: head.ID, kind: head.Kind, title: head.Title, epoch: epoch, recorder: rec, clock: clock, now: now, log: log.With("session", head.ID),
		opened:   commandKey(Meta{ID: events[0].Command, Actor: events[0].Actor}),
		requests: make(chan request), gaps: make(chan JournalGap, 1), done: make(chan struct{}),
		head: head, prev: events[len(events)-1].Hash,
		speaking: map[string]time.Time{}, left: map[string]time.Duration{}, lacks: lackWatch{}, results: map[string]*result{},
	}
	s.remember(events)
	return s
}

// remember restores what commands led to, so that one that is repeated after a restart is not carried out twice.
func (s *session) remember(events []Event) {
	for _, e := range events {
		if e.Command == "" {
			continue
		}
		key := commandKey(Meta{ID: e.Command, Actor: e.Actor})
		if e.Kind == KindSessionClosed {
			s.closedBy = key
		}
		r, ok := s.results[key]
		if !ok {
			r = newResult(Outcome{})
			r.finish(nil)
			s.results[key] = r
		}
		r.outcome.restore(e, s.head)
	}
}

// restore adds what an event says of its command's outcome; what can't be read says nothing.
func (o *Outcome) restore(e Event, v *View) {
	switch e.Kind {
	case KindTurnCalled:
		if d, err := Payload[TurnCalled](e); err == nil {
			o.Turn, o.Unit = d.Turn, d.Unit
		}
	case KindDrawMade:
		if d, err := Payload[DrawMade](e); err == nil {
			o.Unit, o.Seed, o.Candidates = d.Unit, d.Seed, len(d.Candidates)
		}
	case KindAgendaMoved:
		d, err := Payload[AgendaMoved](e)
		if t := v.Turns[d.Turn]; err == nil && t != nil {
			o.Turn, o.Unit = t.ID, t.Unit
		}
	}
}

// commandKey keeps one person's ids from meeting another's.
func commandKey(by Meta) string { return by.Actor.Kind + "/" + by.Actor.ID + "/" + by.ID }

// run ends when the session is closed or ctx ends.
func (s *session) run(ctx context.Context) {
	defer close(s.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for s.head.Phase != Closed {
		select {
		case req := <-s.requests:
			req.reply <- s.handle(req)
		case gap := <-s.gaps:
			s.emit(Meta{Actor: System()}, []draft{{KindJournalGap, gap}}, nil)
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		now := s.now()
		s.passTime(now)
		if next := s.nextDue(now); next.IsZero() {
			timer.Stop()
		} else {
			timer.Reset(min(next.Sub(now), clockDoubt))
		}
	}
}

// nextDue is when time alone may bring something about, zero for never.
func (s *session) nextDue(now time.Time) time.Time {
	next, lack := s.head.nextDue(now, s.speaking), s.lacks.next(s.head)
	if lack.IsZero() || !next.IsZero() && next.Before(lack) {
		return next
	}
	return lack
}

// do hands a command in and returns its result, which may not be ready yet.
func (s *session) do(ctx context.Context, by Meta, cmd Command) (*result, error) {
	req := request{by: by, cmd: cmd, reply: make(chan *result, 1)}
	select {
	case s.requests <- req:
		return <-req.reply, nil
	case <-s.done:
		return nil, ErrNoSession
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *session) handle(req request) *result {
	key := commandKey(req.by)
	if r, repeated := s.results[key]; repeated && req.by.ID != "" {
		return r
	}
	if speech, ok := req.cmd.(Speech); ok {
		return s.hear(speech)
	}
	if devices, ok := req.cmd.(Devices); ok {
		s.lacks.see(s.head, devices, req.by.Actor, s.now())
		r := newResult(Outcome{})
		r.finish(nil)
		return r
	}
	m := s.clock
	m.now = s.now()
	drafts, outcome, err := decide(s.head, req.cmd, m)
	r := newResult(outcome)
	if err != nil {
		r.finish(err)
		return r
	}
	if req.by.ID != "" {
		s.results[key] = r // also of what changed nothing: given again later, it must not
	}
	if len(drafts) == 0 {
		r.finish(nil)
		return r
	}
	s.emit(req.by, drafts, r)
	if c, ok := req.cmd.(Extend); ok {
		s.extendHeld(c)
	}
	return r
}

// extendHeld extends a miss timer that waits while the unit speaks.
func (s *session) extendHeld(c Extend) {
	if rest, held := s.left[c.Turn]; held {
		s.left[c.Turn] = rest + c.By
	}
}

// passTime lets happen what is due.
func (s *session) passTime(now time.Time) {
	for unit, since := range s.speaking {
		if now.Sub(since) >= longestSpeech {
			s.quiet(unit)
		}
	}
	s.settle(now)
	m := s.clock
	m.now = now
	if drafts := decideDue(s.head, m, s.speaking); len(drafts) > 0 {
		s.emit(Meta{Actor: System()}, drafts, nil)
	}
	if judged := s.head.judged(now); judged != s.head {
		s.head = judged
		s.recorder.add(batch{view: judged})
	}
}

// emit turns drafts into the next events of the journal and hands them to the recorder as one step.
func (s *session) emit(by Meta, drafts []draft, r *result) {
	now := s.now()
	events := make([]Event, 0, len(drafts))
	head, prev := s.head, s.prev
	for _, d := range drafts {
		e, err := newEvent(head.ID, s.epoch, head.Seq+1, now, by, d, prev)
		if err == nil {
			head, err = Apply(head, e)
		}
		if err != nil {
			// A decision that can't be folded would break recovery: it must not reach the journal.
			s.log.Error("a decision was dropped", "error", err)
			if r != nil {
				r.finish(fmt.Errorf("the command was refused by the journal: %w", err))
			}
			return
		}
		events, prev = append(events, e), e.Hash
	}
	s.head, s.prev = head.judged(now), prev
	b := batch{events: events, view: s.head}
	if r != nil {
		b.published = r.finish
	}
	s.recorder.add(b)
	for _, e := range events {
		s.unhear(e)
		if e.Kind == KindSessionClosed {
			s.closedBy = commandKey(by)
		}
	}
}

// unhear forgets what a unit's page said when it belongs to the past: the page tells anew.
func (s *session) unhear(e Event) {
	switch e.Kind {
	case KindSeatEntered, KindSeatLeft, KindTurnCalled:
		var d struct{ Unit string }
		if json.Unmarshal(e.Data, &d) == nil {
			s.quiet(d.Unit)
			if e.Kind != KindTurnCalled {
				s.lacks.forget(d.Unit)
			}
		}
	case KindTurnAnswered, KindTurnMissed, KindTurnReleased, KindTurnWithdrawn:
		var d struct{ Turn string }
		if json.Unmarshal(e.Data, &d) != nil {
			return
		}
		delete(s.left, d.Turn)
		if t, ok := s.head.Turns[d.Turn]; ok {
			delete(s.speaking, t.Unit)
		}
	}
}

func newEvent(session string, epoch, seq int64, at time.Time, by Meta, d draft, prev []byte) (Event, error) {
	data, err := json.Marshal(d.data)
	if err != nil {
		return Event{}, fmt.Errorf("cannot write a %s: %w", d.kind, err)
	}
	e := Event{
		Session: session, Epoch: epoch, Seq: seq, At: at, Kind: d.kind, Actor: by.Actor, Command: by.ID, Data: data, Prev: prev,
	}
	e.Seal()
	return e, nil
}

// hear lets the miss timer of a called unit wait while it speaks. It is no event: only its effect on the turn is history.
func (s *session) hear(speech Speech) *result {
	r := newResult(Outcome{})
	r.finish(nil)
	seat, ok := s.head.Seats[speech.Unit]
	_, speaks := s.speaking[speech.Unit]
	if !ok || speaks == speech.Active {
		return r
	}
	if !speech.Active {
		s.quiet(speech.Unit)
		return r
	}
	s.speaking[speech.Unit] = s.now()
	if t, ok := s.head.Turns[seat.Turn]; ok && t.State == TurnIsCalled {
		s.holdTimer(t, true)
	}
	return r
}

// quiet lets a miss timer go on that waited for the unit.
func (s *session) quiet(unit string) {
	if _, speaks := s.speaking[unit]; !speaks {
		return
	}
	delete(s.speaking, unit)
	if t, ok := s.head.Turns[s.head.Seats[unit].Turn]; ok && t.State == TurnIsCalled {
		s.holdTimer(t, false)
	}
}

func (s *session) holdTimer(t *Turn, hold bool) {
	now := s.now()
	next := *s.head
	next.Turns = maps.Clone(s.head.Turns)
	changed := *t
	if hold {
		s.left[t.ID] = t.MissAt.Sub(now)
		changed.MissAt = time.Time{}
	} else {
		rest, held := s.left[t.ID]
		if !held { // it spoke already when it was called
			rest = t.MissAt.Sub(now)
		}
		changed.MissAt = now.Add(max(rest, speechRest))
		delete(s.left, t.ID)
	}
	next.Turns[t.ID] = &changed
	s.head = &next
	s.recorder.add(batch{view: s.head})
}
