package rollcall

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
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
	SpoolKey []byte // signs what is in it
	// Away says that the store does not answer: what was open is taken up from SpoolDir, in the epoch that this server had.
	Away bool
	// Superseded says that another server led since SpoolDir was written: what the store lacks is set aside.
	Superseded bool
	Next       func() (Due, bool) // the next scheduled call; nil when there are no schedules
	// Calendar says of a day whether it is a "workday" or "dayoff"; nil knows no day.
	Calendar func(time.Time) string
	// LastCalls says when units were last called, for draws; nil knows nothing.
	LastCalls func(context.Context) (map[string]time.Time, error)
	Rules     Rules            // of calls that are started without any; zero = DefaultRules
	Now       func() time.Time // the wall clock, nil = time.Now; a simulation's may jump
	Log       *slog.Logger     // nil discards
}

// Director runs the calls of this server, one at a time. It implements Calls.
type Director struct {
	cfg      DirectorConfig
	log      *slog.Logger
	spool    *spool
	lastCall *lastCall
	recorder *recorder
	spooled  []Event       // found at the start
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
		cfg: cfg, log: cfg.Log, spool: s, spooled: spooled, lastCall: newLastCall(cfg.SpoolDir, cfg.SpoolKey, cfg.Log), held: map[plan]bool{},
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
		return fmt.Errorf("cannot take up the calls of before: %w", err)
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
	s := d.live()
	if s == nil {
		return d.doneBefore(ctx, by)
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

// doneBefore answers a command that is given again after the session that it ended, such as the Close of a page that lost its
// socket meanwhile.
func (d *Director) doneBefore(ctx context.Context, by Meta) (Outcome, error) {
	d.mu.Lock()
	last := d.last
	d.mu.Unlock()
	if last == nil || by.ID == "" {
		return Outcome{}, ErrNoSession
	}
	select {
	case <-last.done: // its results are nobody's now
	case <-ctx.Done():
		return Outcome{}, ctx.Err()
	}
	if r, repeated := last.results[commandKey(by)]; repeated {
		return r.wait(ctx)
	}
	return Outcome{}, ErrNoSession
}

// Start implements Calls.
func (d *Director) Start(ctx context.Context, by Meta, req StartRequest) (*View, error) {
	select {
	case <-d.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	d.starting.Lock()
	defer d.starting.Unlock()
	if d.held[plan{req.Schedule, req.PlannedAt.UTC()}] {
		return nil, ErrSessionExists // the store may be away, or not have heard of it yet
	}
	if s := d.live(); s != nil {
		if v := d.Current(); v != nil && by.ID != "" && s.opened == commandKey(by) {
			return v, nil // the same command again
		}
		return nil, ErrSessionOpen
	}
	if v := d.openedBefore(by); v != nil {
		return v, nil
	}
	opened, err := d.opening(ctx, by, req)
	if err != nil {
		return nil, err
	}
	e, err := newEvent(uuid.Must(uuid.NewV7()).String(), d.cfg.Epoch, 1, d.now(), by, draft{KindSessionOpened, opened}, nil)
	if err != nil {
		return nil, err
	}
	view, err := Apply(nil, e)
	if err != nil {
		return nil, err
	}
	if err := d.open(ctx, e, view); err != nil {
		return nil, err
	}
	d.hold(opened)
	return view, nil
}

// openedBefore is the session that the command opened and that is over: given again it opens no other one.
func (d *Director) openedBefore(by Meta) *View {
	d.mu.Lock()
	last := d.last
	d.mu.Unlock()
	if last == nil || by.ID == "" || last.opened != commandKey(by) {
		return nil
	}
	<-last.done // its head is nobody's now
	return last.head
}

// plan is a begin of a schedule: it has one session.
type plan struct {
	schedule string
	at       time.Time
}

// hold remembers that the schedule's session exists.
func (d *Director) hold(o SessionOpened) {
	if o.Schedule != "" {
		d.held[plan{o.Schedule, o.PlannedAt.UTC()}] = true
	}
}

// opening fills in what the request leaves open.
func (d *Director) opening(ctx context.Context, by Meta, req StartRequest) (SessionOpened, error) {
	if req.Kind == "" || req.Kind == Regular && by.Actor.Kind != "schedule" || req.Kind != Regular && req.Kind != Extra && req.Kind != Drill {
		return SessionOpened{}, ErrBadKind
	}
	units, err := d.cfg.Roster.Units(ctx)
	if err != nil {
		return SessionOpened{}, fmt.Errorf("cannot read the roster: %w", err)
	}
	if units, err = chosen(units, req.Units); err != nil {
		return SessionOpened{}, err
	}
	if req.Agenda == nil {
		req.Agenda = DefaultAgenda()
	}
	o := SessionOpened{
		Agenda: steps(req.Agenda, units), LastCalled: d.lastCalls(ctx, units),
		Kind: req.Kind, Title: req.Title, Schedule: req.Schedule, PlannedAt: req.PlannedAt.UTC(), Roster: units,
		Rules: req.Rules, Calendar: req.Calendar, Late: req.Late,
	}
	if req.PlannedAt.IsZero() {
		o.PlannedAt = d.now().Add(req.Wait)
	}
	if o.Rules == (Rules{}) {
		o.Rules = d.cfg.Rules
	}
	if o.Calendar == "" && d.cfg.Calendar != nil {
		o.Calendar = d.cfg.Calendar(o.PlannedAt.In(bureauZone()))
	}
	if o.Calendar == "" {
		o.Calendar = "unknown"
	}
	if o.Title == "" {
		o.Title = defaultTitle(req.Kind, o.PlannedAt)
	}
	return o, nil
}

// chosen keeps the units of the roster that a call is for.
func chosen(roster []Unit, wanted []string) ([]Unit, error) {
	if len(wanted) == 0 {
		return roster, nil
	}
	var out []Unit
	for _, u := range roster {
		if slices.Contains(wanted, u.Code) {
			out = append(out, u)
		}
	}
	if len(out) == 0 {
		return nil, ErrNobody
	}
	return out, nil
}

// lastCalls is what draws go by. A call is not kept from opening by a history that can't be read: all weigh the same then.
func (d *Director) lastCalls(ctx context.Context, units []Unit) map[string]time.Time {
	if d.cfg.LastCalls == nil {
		return nil
	}
	reading, cancel := context.WithTimeout(ctx, dossierPatience)
	defer cancel()
	all, err := d.cfg.LastCalls(reading)
	if err != nil {
		d.log.Warn("draws know no earlier calls", "error", err)
		return nil
	}
	return lastCalls(units, all)
}

// bureauZone is where the bureau's days begin: China has one time and no summer time.
func bureauZone() *time.Location { return time.FixedZone("CST", 8*3600) }

// defaultTitle names the day as the bureau counts it.
func defaultTitle(kind SessionKind, at time.Time) string {
	names := map[SessionKind]string{Regular: "点调会", Extra: "临时点调会", Drill: "点调会演练"}
	return names[kind] + " " + at.In(bureauZone()).Format("2006年1月2日")
}

// open makes a session's first event durable and lets the session live. Only here can the store say that the schedule's
// session exists already; when it is away the event goes to the spool like any other.
func (d *Director) open(ctx context.Context, e Event, view *View) error {
	wait, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	d.lastCall.begin([]Event{e})
	err := d.cfg.Journal.Append(wait, []Event{e})
	if err != nil && fatal(err) {
		d.lastCall.begin(nil)
		return err
	}
	r := newResult(Outcome{})
	first := batch{events: []Event{e}, kept: err == nil, copied: true, view: view, published: r.finish}
	if !d.enliven(view, []Event{e}, first) {
		return fmt.Errorf("the server ends: %w", context.Canceled)
	}
	_, err = r.wait(ctx)
	return err
}

// enliven starts the session's goroutine; first is published before anything that it does. It does not when the server ends.
func (d *Director) enliven(view *View, events []Event, first batch) bool {
	clock := moment{now: d.now(), newID: func() string { return uuid.Must(uuid.NewV7()).String() }, seed: newSeed}
	s := newSession(view, events, d.cfg.Epoch, d.recorder, clock, d.now, d.log)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ending {
		return false
	}
	d.session = s
	d.recorder.add(first)
	ctx := d.ctx
	d.running.Go(func() { s.run(ctx) })
	return true
}

// live returns the session that lives, nil when none does; its view may be published a moment later.
func (d *Director) live() *session {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.session
}

func newSeed() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
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
