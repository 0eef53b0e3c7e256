package rollcall

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// dossierPatience is how long a dossier may take; the call never waits for it.
const dossierPatience = 3 * time.Second

// DirectorConfig is what a Director works with.
type DirectorConfig struct {
	Journal  JournalStore
	Sessions SessionStore
	Roster   RosterStore
	Dossiers DossierSource
	Epoch    int64  // from Leader.Lead
	SpoolDir string // local folder for events while the store is away
	SpoolKey []byte // signs what is in it; the seeds of draws follow from it
	// Away says that the store does not answer: what was open is taken up from SpoolDir, in the epoch that this server had.
	Away bool
	// Superseded says that another server led since SpoolDir was written: what the store lacks is set aside.
	Superseded bool
	Next       func() (Due, bool) // the next scheduled call; nil when there are no schedules
	// Calendar says of a day whether it is a "workday" or "dayoff"; nil knows no day.
	Calendar func(time.Time) string
	// LastCalls says when units were last called, for draws; nil knows nothing.
	LastCalls func(context.Context) (map[string]time.Time, error)
	// Planned lists what was excused ahead, as PlannedStore does; nil knows nothing.
	Planned func(ctx context.Context, from, to string) ([]PlannedExcuse, error)
	Rules   Rules            // of calls that are started without any; zero = DefaultRules
	Now     func() time.Time // the wall clock, nil = time.Now; a simulation's may jump
	Log     *slog.Logger     // nil discards
}

// Director runs the calls of this server, one at a time. It implements Calls.
type Director struct {
	cfg      DirectorConfig
	log      *slog.Logger
	spool    *spool
	lastCall *lastCall
	recorder *recorder
	spooled  []Event       // found at the start
	seeds    seeds         // of draws
	ready    chan struct{} // closed when the open session was recovered
	alive    *heartbeat

	// starting lets one Start run at a time; with it comes held, the schedules' calls that are known to have been opened.
	starting sync.Mutex
	held     map[plan]bool

	mu          sync.Mutex
	ctx         context.Context // of Run
	ending      bool
	session     *session
	last        *session // the one before, for commands that are given again
	view        *View    // published, nil when no session is open
	record      RecordState
	ahead       readAhead
	subscribers map[*subscriber]struct{}
	running     sync.WaitGroup
}

// NewDirector opens the spool. Nothing happens before Run.
func NewDirector(cfg DirectorConfig) (*Director, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Rules == (Rules{}) {
		cfg.Rules = DefaultRules()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s, spooled, err := openSpool(cfg.SpoolDir, cfg.SpoolKey)
	if err != nil {
		return nil, err
	}
	d := &Director{
		cfg: cfg, log: cfg.Log, spool: s, spooled: spooled, lastCall: newLastCall(cfg.SpoolDir, cfg.SpoolKey, cfg.Log), held: map[plan]bool{}, seeds: newSeeds(cfg.SpoolKey),
		ready: make(chan struct{}), record: RecordState{State: RecordOK}, subscribers: map[*subscriber]struct{}{},
	}
	d.recorder, d.alive = newRecorder(cfg.Journal, s, d.lastCall, d.now, cfg.Log), newHeartbeat(cfg.SpoolDir, d.now)
	d.recorder.publish, d.recorder.healed = d.publish, d.noteGap
	return d, nil
}

// Run recovers the session that was open when the server before ended, and serves until ctx ends. An error that wraps
// ErrSuperseded says that another server is the active one now.
func (d *Director) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d.mu.Lock()
	d.ctx = ctx
	d.mu.Unlock()
	if err := d.recover(ctx); err != nil {
		if err = fmt.Errorf("cannot take up the calls of before: %w", err); ctx.Err() != nil {
			err = nil // a read that was cut short is no fault of the store
		}
		cancel()
		d.settle()
		return errors.Join(err, d.close())
	}
	close(d.ready)
	d.running.Go(func() { d.alive.run(ctx) })

	// The recorder outlives the session, so that its last words are kept.
	recording, stopRecording := context.WithCancel(context.WithoutCancel(ctx))
	defer stopRecording()
	ended := make(chan error, 1)
	go func() { ended <- d.recorder.run(recording) }()
	select {
	case err := <-ended:
		cancel()
		d.settle()
		return errors.Join(err, d.close())
	case <-ctx.Done():
	}
	d.settle()
	stopRecording()
	return errors.Join(<-ended, d.close())
}

// settle waits for what runs, and lets nothing begin any more: a Start may come in this moment.
func (d *Director) settle() {
	d.mu.Lock()
	d.ending = true
	d.mu.Unlock()
	d.running.Wait()
}

func (d *Director) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for s := range d.subscribers {
		close(s.quit)
		delete(d.subscribers, s)
	}
	return errors.Join(d.spool.close(), d.lastCall.close())
}

// Current implements Calls.
func (d *Director) Current() *View {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.view
}

// Next implements Calls.
func (d *Director) Next() (Due, bool) {
	if d.cfg.Next == nil {
		return Due{}, false
	}
	return d.cfg.Next()
}

// Running says which call keeps others from being opened, "" for none. Unlike Current it waits until it is known what the server
// before left open, and knows of it before that is published.
func (d *Director) Running(ctx context.Context) (kind SessionKind, title string, err error) {
	if err := d.recovered(ctx); err != nil {
		return "", "", err
	}
	if s := d.live(); s != nil {
		return s.kind, s.title, nil
	}
	return "", "", nil
}

// recovered waits until it is known what the server before left open.
func (d *Director) recovered(ctx context.Context) error {
	select {
	case <-d.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Ahead implements Calls.
func (d *Director) Ahead(v *View, at time.Time) string {
	return v.ahead(moment{now: at, seed: d.seeds.next})
}

// Subscribe implements Calls.
func (d *Director) Subscribe() (<-chan Update, func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := newSubscriber(Update{View: d.view, Record: d.record})
	d.subscribers[s] = struct{}{}
	return s.out, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if _, ok := d.subscribers[s]; ok {
			delete(d.subscribers, s)
			close(s.quit)
		}
	}
}

// Do implements Calls.
func (d *Director) Do(ctx context.Context, by Meta, cmd Command) (Outcome, error) {
	if by.ID != "" { // the server before may have carried it out
		if err := d.recovered(ctx); err != nil {
			return Outcome{}, err
		}
	}
	s := d.live()
	if s == nil || d.endedBefore(ctx, by, cmd) {
		return d.doneBefore(ctx, by)
	}
	if c, ok := cmd.(Postpone); ok {
		cmd = d.onItsDay(ctx, c)
	}
	r, err := s.do(ctx, by, cmd)
	if errors.Is(err, ErrNoSession) {
		return d.doneBefore(ctx, by)
	}
	if err != nil {
		return Outcome{}, err
	}
	return r.wait(ctx)
}

// live returns the session that lives, nil when none does; its view may be published a moment later.
func (d *Director) live() *session {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.session
}

// now is the wall clock as the journal has it: UTC, microseconds.
func (d *Director) now() time.Time { return d.cfg.Now().UTC().Truncate(time.Microsecond) }

// publish shows durable steps to everybody. It is called by the recorder, in order.
func (d *Director) publish(group []batch, record RecordState) {
	d.mu.Lock()
	u := Update{View: d.view, Record: record}
	d.record = record
	for _, b := range group {
		u.Events = append(u.Events, b.events...)
		u.View = b.view
	}
	closed := u.View != nil && u.View.Phase == Closed
	d.view = u.View
	for s := range d.subscribers {
		s.put(u)
	}
	if closed {
		d.view, d.session, d.last = nil, nil, d.session
		for s := range d.subscribers {
			s.put(Update{Record: record})
		}
	}
	d.mu.Unlock()
	for _, b := range group {
		if b.published != nil {
			b.published(nil)
		}
	}
	d.readDossiers(u)
}

// noteGap writes into the journal that events were recorded nowhere for a while.
func (d *Director) noteGap(gap JournalGap) {
	s := d.live()
	if s == nil {
		return
	}
	select {
	case s.gaps <- gap:
	default: // one is waiting already, and it tells the same
	}
}
