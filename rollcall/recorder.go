package rollcall

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	// storePatience is how long the store may take before events go to the spool.
	storePatience = 300 * time.Millisecond
	// drainPatience bounds one attempt to move the spool into the store.
	drainPatience = 10 * time.Second
	// drainEvery is how often that is attempted.
	drainEvery = time.Second
	// keptInMemory bounds the events that are held when neither store nor disk takes them.
	keptInMemory = 20_000
)

// States of a RecordState.
const (
	RecordOK    = "ok"
	RecordSpool = "spool"
	RecordLost  = "lost"
)

// batch is one step of the session on its way to the journal: the events of one command and the view after them. published
// is told when it is over; the error says why it failed.
type batch struct {
	events    []Event
	kept      bool // the events are in the store already
	copied    bool // … and in the journal of the last call on this machine
	view      *View
	published func(error)
}

// recorder makes steps durable, in order and in groups, and hands them on.
type recorder struct {
	store   JournalStore
	spool   *spool
	last    *lastCall
	log     *slog.Logger
	publish func(batches []batch, record RecordState)
	now     func() time.Time
	healed  func(JournalGap) // events that were recorded nowhere for a while are kept now, or lost for good

	mu    sync.Mutex
	queue []batch
	wake  chan struct{}

	// The rest belongs to run.
	spooled  []Event // in the spool file
	memory   []Event // in neither
	gap      JournalGap
	draining bool
	drained  chan drainResult
	failed   error
}

type drainResult struct {
	events int // how many of spooled, then of memory
	memory int
	err    error
}

func newRecorder(store JournalStore, s *spool, last *lastCall, now func() time.Time, log *slog.Logger) *recorder {
	return &recorder{
		store: store, spool: s, last: last, now: now, log: log, wake: make(chan struct{}, 1), drained: make(chan drainResult, 1),
	}
}

// add queues a step; it never blocks.
func (r *recorder) add(b batch) {
	r.mu.Lock()
	r.queue = append(r.queue, b)
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *recorder) take() []batch {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.queue
	r.queue = nil
	return out
}

// run records until ctx ends and the queue is empty, or until this server may not write any more: then it returns why.
func (r *recorder) run(ctx context.Context) error {
	tick := time.NewTicker(drainEvery)
	defer tick.Stop()
	for {
		select {
		case <-r.wake:
			r.record(r.take())
		case <-tick.C:
			r.startDrain()
		case d := <-r.drained:
			r.endDrain(d)
		case <-ctx.Done():
			r.record(r.take())
			return r.failed
		}
		if r.failed != nil {
			r.refuse(r.take())
			return r.failed
		}
	}
}

// record makes the steps durable as one group. What is written must not depend on the caller's patience: a command that was
// given up is still a command.
func (r *recorder) record(group []batch) {
	if len(group) == 0 {
		return
	}
	var events, uncopied []Event
	for _, b := range group {
		if !b.kept {
			events = append(events, b.events...)
		}
		if !b.copied {
			uncopied = append(uncopied, b.events...)
		}
	}
	if len(events) > 0 && r.failed == nil {
		r.last.write(uncopied)
		synced := make(chan struct{})
		go func() { // beside the store: both wait for a disk
			defer close(synced)
			r.last.sync()
		}()
		r.keep(events)
		<-synced
	}
	if r.failed != nil {
		r.refuse(group)
		return
	}
	r.publish(group, r.state())
}

func (r *recorder) keep(events []Event) {
	if r.state().State == RecordOK {
		ctx, cancel := context.WithTimeout(context.Background(), storePatience)
		err := r.store.Append(ctx, events)
		cancel()
		if err == nil {
			return
		}
		if Overtaken(err) {
			r.fail(err, events)
			return
		}
		r.log.Warn("the journal's store does not answer; events go to the spool", "error", err)
	}
	if len(r.memory) == 0 {
		err := r.spool.append(events)
		if err == nil {
			r.spooled = append(r.spooled, events...)
			return
		}
		r.log.Error("events can be recorded nowhere", "error", err)
		r.gap = JournalGap{From: events[0].At}
	}
	if len(r.memory)+len(events) > keptInMemory {
		r.gap.Dropped += len(events)
		return
	}
	r.memory = append(r.memory, events...)
}

// Overtaken says whether another server's journal contradicts ours, so that going on would be a lie.
func Overtaken(err error) bool {
	return errors.Is(err, ErrSuperseded) || errors.Is(err, ErrJournalConflict) || errors.Is(err, ErrSessionExists)
}

// fail stops recording and sets aside what is not in the store.
func (r *recorder) fail(err error, also []Event) {
	r.failed = err
	var rest []Event
	for _, part := range [][]Event{r.spooled, r.memory, also} {
		rest = append(rest, part...)
	}
	path, branchErr := r.spool.branch(rest)
	if branchErr == nil {
		branchErr = r.spool.clear()
	}
	r.log.Error("another server has taken over; what is not in the journal is set aside",
		"error", err, "events", len(rest), "file", path, "branch_error", branchErr)
}

func (r *recorder) refuse(group []batch) {
	for _, b := range group {
		if b.published != nil {
			b.published(r.failed)
		}
	}
}

func (r *recorder) state() RecordState {
	s := RecordState{State: RecordOK, Pending: len(r.spooled) + len(r.memory)}
	switch {
	case len(r.memory) > 0 || r.gap.Dropped > 0:
		s.State = RecordLost
	case len(r.spooled) > 0:
		s.State = RecordSpool
	}
	return s
}

// startDrain tries to move what is pending into the store, aside of recording so that a store that hangs delays nobody.
func (r *recorder) startDrain() {
	if r.draining || r.state().State == RecordOK {
		return
	}
	r.draining = true
	result := drainResult{events: len(r.spooled), memory: len(r.memory)}
	events := append(append(make([]Event, 0, result.events+result.memory), r.spooled...), r.memory...)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), drainPatience)
		defer cancel()
		if len(events) > 0 {
			result.err = r.store.Append(ctx, events)
		}
		r.drained <- result
	}()
}

func (r *recorder) endDrain(d drainResult) {
	r.draining = false
	switch {
	case Overtaken(d.err):
		r.fail(d.err, nil)
		return
	case d.err != nil:
		r.log.Debug("the journal's store is still away", "error", d.err)
		r.spoolMemory()
		return
	}
	r.spooled, r.memory = r.spooled[d.events:], r.memory[d.memory:]
	if len(r.spooled) == 0 {
		r.spooled = nil
		if err := r.spool.clear(); err != nil {
			// They stay in the file: appending them again after a restart changes nothing.
			r.log.Error("the journal is drained, but the spool can't be cleared", "error", err)
		}
	}
	if len(r.memory) == 0 {
		r.heal()
	}
	if r.state().State != RecordOK {
		r.startDrain()
	}
	r.publish(nil, r.state())
}

// spoolMemory moves events to the disk when that works again.
func (r *recorder) spoolMemory() {
	if len(r.memory) == 0 || r.spool.append(r.memory) != nil {
		return
	}
	r.spooled, r.memory = append(r.spooled, r.memory...), nil
	r.heal()
	r.publish(nil, r.state())
}

// heal ends a time in which events were recorded nowhere.
func (r *recorder) heal() {
	if r.gap.From.IsZero() {
		return
	}
	gap := r.gap
	gap.To = r.now()
	r.gap = JournalGap{}
	r.log.Warn("events are recorded again", "from", gap.From, "dropped", gap.Dropped)
	r.healed(gap)
}
