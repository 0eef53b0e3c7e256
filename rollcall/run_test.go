package rollcall_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/memory"
)

// dossiers answers with the unit's code: what is in it is another package's business.
type dossiers struct{}

func (dossiers) Dossier(_ context.Context, unit string, _ time.Time) (json.RawMessage, error) {
	return json.RawMessage(`{"unit":"` + unit + `"}`), nil
}

func units(n int) []rollcall.Unit {
	var out []rollcall.Unit
	for i := range n {
		code := fmt.Sprintf("2101%02d150000", i)
		out = append(out, rollcall.Unit{Code: code, Name: code, Short: code, Kind: rollcall.Station, Branch: "210103000000", Order: i})
	}
	return out
}

// house is a director over stores that outlive it, as a database outlives a server.
type house struct {
	t     *testing.T
	store *memory.Store
	dir   string
	epoch int64
	clock func() time.Time // nil is the real one
	*rollcall.Director
	stop func()
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, store: memory.New(), dir: t.TempDir()}
	if err := h.store.PutUnits(t.Context(), units(5)); err != nil {
		t.Fatal(err)
	}
	h.start(h.store)
	t.Cleanup(func() { h.stop() })
	return h
}

func (h *house) start(journal rollcall.JournalStore) {
	h.t.Helper()
	epoch, _, release, err := h.store.Lead(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	h.epoch = epoch
	h.run(rollcall.DirectorConfig{Journal: journal, Sessions: h.store}, release)
}

// run lets a director live until stop.
func (h *house) run(cfg rollcall.DirectorConfig, release func()) {
	h.t.Helper()
	cfg.Now = h.clock
	cfg.Calendar = func(day time.Time) string { return "verdict of " + day.Format(time.DateOnly+" -07") }
	if cfg.Dossiers == nil {
		cfg.Dossiers = dossiers{}
	}
	cfg.Roster, cfg.Epoch, cfg.SpoolDir, cfg.SpoolKey = h.store, h.epoch, h.dir, []byte("key")
	d, err := rollcall.NewDirector(cfg)
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	h.Director = d
	h.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			h.t.Errorf("Run: %v", err)
		}
		release()
		h.stop = func() {}
	}
}

func (h *house) open(kind rollcall.SessionKind) *rollcall.View {
	h.t.Helper()
	v, err := h.Start(h.t.Context(), host("open"), rollcall.StartRequest{Kind: kind, Wait: time.Hour})
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

func (h *house) do(id string, cmd rollcall.Command) rollcall.Outcome {
	h.t.Helper()
	out, err := h.Do(h.t.Context(), host(id), cmd)
	if err != nil {
		h.t.Fatalf("%T: %v", cmd, err)
	}
	return out
}

func (h *house) refused(want error, cmd rollcall.Command) {
	h.t.Helper()
	if _, err := h.Do(h.t.Context(), host(""), cmd); !errors.Is(err, want) {
		h.t.Fatalf("%T: got %v, want %v", cmd, err, want)
	}
}

// until polls the current view.
func (h *house) until(what string, ok func(*rollcall.View) bool) *rollcall.View {
	h.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if v := h.Current(); ok(v) {
			return v
		}
	}
	h.t.Fatalf("never: %s", what)
	return nil
}

// journalTells compares the folded journal with what was published.
func (h *house) journalTells(v *rollcall.View) {
	h.t.Helper()
	events, err := h.store.Events(h.t.Context(), v.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	folded, err := rollcall.Fold(events)
	if err != nil {
		h.t.Fatal(err)
	}
	if folded.Seq != v.Seq || folded.Floor != v.Floor || folded.Phase != v.Phase || len(folded.Turns) != len(v.Turns) {
		h.t.Errorf("the journal folds to %+v, published was %+v", folded, v)
	}
	var prev []byte
	for i, e := range events {
		if e.Seq != int64(i+1) || string(e.Prev) != string(prev) {
			h.t.Errorf("event %d does not follow the one before", e.Seq)
		}
		prev = e.Hash
	}
}

func host(id string) rollcall.Meta {
	return rollcall.Meta{ID: id, Actor: rollcall.Actor{Kind: "host", ID: "host"}}
}

func TestACallFromWaitingToClosed(t *testing.T) {
	h := newHouse(t)
	u := units(5)
	h.refused(rollcall.ErrNoSession, rollcall.Begin{})
	h.open(rollcall.Extra)
	h.refused(rollcall.ErrNotBegun, rollcall.Call{Unit: u[0].Code, How: "hand"})
	for i := range 3 {
		h.do("", rollcall.Enter{Unit: u[i].Code, Conn: fmt.Sprint("c", i)})
	}
	h.refused(rollcall.ErrUnknownUnit, rollcall.Enter{Unit: "nobody", Conn: "x"})
	h.do("begin", rollcall.Begin{})
	h.do("begin", rollcall.Begin{}) // the same command again
	h.refused(rollcall.ErrBegun, rollcall.Begin{})

	first := h.do("call-1", rollcall.Call{Unit: u[0].Code, How: "hand"})
	if again := h.do("call-1", rollcall.Call{Unit: u[0].Code, How: "hand"}); again != first {
		t.Errorf("the repeated call has the outcome %+v, the first %+v", again, first)
	}
	h.refused(rollcall.ErrAlreadyCalled, rollcall.Call{Unit: u[0].Code, How: "hand", Add: true})
	h.refused(rollcall.ErrNotYourTurn, rollcall.Answer{Turn: first.Turn, By: u[1].Code})
	h.do("", rollcall.Shown{Turn: first.Turn, By: u[0].Code})
	h.do("", rollcall.Answer{Turn: first.Turn, By: u[0].Code})
	v := h.until("dossier", func(v *rollcall.View) bool { return !v.Turns[first.Turn].DossierAt.IsZero() })
	if turn := v.Turns[first.Turn]; turn.State != rollcall.TurnIsAnswered || !turn.Sound() || turn.DossierHash == "" {
		t.Errorf("after the answer the turn is %+v", turn)
	}

	h.do("", rollcall.Call{Unit: u[1].Code, How: "hand", Add: true})
	h.do("", rollcall.Call{Unit: u[2].Code, How: "hand", Add: true})
	h.refused(rollcall.ErrFloorFull, rollcall.Call{Unit: u[3].Code, How: "hand", Add: true})
	h.do("", rollcall.Call{Unit: u[3].Code, How: "hand", Add: true, Replace: first.Turn})
	if v := h.Current(); v.Turns[v.Floor[0]].Unit != u[3].Code || v.Turns[first.Turn].State != rollcall.TurnIsReleased {
		t.Errorf("the fourth unit did not replace the first: %v", v.Floor)
	}
	h.do("", rollcall.Withdraw{Turn: h.Current().Floor[0]})
	if s := h.Current().Seats[u[3].Code]; s.Calls != 0 {
		t.Errorf("a withdrawn call counts: %+v", s)
	}
	v = h.Current()
	h.do("", rollcall.Close{})
	h.until("closed", func(v *rollcall.View) bool { return v == nil })
	h.refused(rollcall.ErrNoSession, rollcall.Begin{})
	events, err := h.store.Events(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	closed, err := rollcall.Fold(events)
	if err != nil || closed.Phase != rollcall.Closed || closed.Floor != [3]string{} {
		t.Errorf("the journal ends with %+v, %v", closed, err)
	}
}

func TestACallKeepsWhatTheCalendarSaidOfItsDay(t *testing.T) {
	h := newHouse(t)
	v := h.open(rollcall.Extra)
	events, err := h.store.Events(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	var opened rollcall.SessionOpened
	if err := json.Unmarshal(events[0].Data, &opened); err != nil {
		t.Fatal(err)
	}
	want := "verdict of " + opened.PlannedAt.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly) + " +08"
	if opened.Calendar != want {
		t.Errorf("the calendar said %q, want %q: the bureau's day counts", opened.Calendar, want)
	}
}

func TestAKilledServerComesBackIntoTheSameCall(t *testing.T) {
	h := newHouse(t)
	u := units(5)
	h.open(rollcall.Extra)
	h.do("", rollcall.Begin{})
	h.do("", rollcall.Enter{Unit: u[0].Code, Conn: "before"})
	h.do("", rollcall.Enter{Unit: u[1].Code, Conn: "before"})
	called := h.do("call", rollcall.Call{Unit: u[0].Code, How: "hand"})
	h.do("", rollcall.Answer{Turn: called.Turn, By: u[0].Code})
	before := h.Current()
	h.stop()
	h.start(h.store)
	v := h.until("recovered", func(v *rollcall.View) bool { return v != nil })
	if v.ID != before.ID || v.Floor != before.Floor || !v.Turns[called.Turn].Sound() || !v.Seats[u[0].Code].Doubt {
		t.Errorf("came back with %+v", v)
	}
	if again := h.do("call", rollcall.Call{Unit: u[0].Code, How: "hand"}); again != called {
		t.Errorf("a command from before the restart was carried out again: %+v", again)
	}
	h.do("", rollcall.Enter{Unit: u[0].Code, Conn: "after"})
	if s := h.Current().Seats[u[0].Code]; s.Doubt || s.Conn != "after" || !s.Since.Equal(before.Seats[u[0].Code].Since) {
		t.Errorf("the page that is back has %+v", s)
	}
	h.until("dossier", func(v *rollcall.View) bool { return !v.Turns[called.Turn].DossierAt.IsZero() })
	h.journalTells(h.Current())
}

// away is a store that does not answer while it is told so.
type away struct {
	*memory.Store
	gone chan bool
}

func (a *away) Append(ctx context.Context, events []rollcall.Event) error {
	gone := <-a.gone
	a.gone <- gone
	if gone {
		<-ctx.Done()
		return ctx.Err()
	}
	return a.Store.Append(ctx, events)
}

func TestTheCallGoesOnWhileTheStoreIsAway(t *testing.T) {
	h := newHouse(t)
	h.stop()
	store := &away{Store: h.store, gone: make(chan bool, 1)}
	store.gone <- false
	h.start(store)
	updates, cancel := h.Subscribe()
	defer cancel()
	u := units(5)
	h.open(rollcall.Extra)
	h.do("", rollcall.Begin{})
	kept := h.Current().Seq
	<-store.gone
	store.gone <- true
	h.do("", rollcall.Enter{Unit: u[0].Code, Conn: "a"})
	called := h.do("", rollcall.Call{Unit: u[0].Code, How: "hand"})
	untilRecord(t, updates, rollcall.RecordSpool)
	if rows, err := h.store.Events(t.Context(), h.Current().ID); err != nil || int64(len(rows)) != kept {
		t.Fatalf("the store that is away has %d events, %v", len(rows), err)
	}

	h.stop() // killed while the events are in the spool only
	<-store.gone
	store.gone <- false
	h.start(store)
	v := h.until("recovered", func(v *rollcall.View) bool { return v != nil })
	if v.Floor[0] != called.Turn {
		t.Errorf("the floor from the spool is lost: %v", v.Floor)
	}
	h.until("dossier", func(v *rollcall.View) bool { return !v.Turns[called.Turn].DossierAt.IsZero() })
	h.journalTells(h.Current())
}

func TestTheSpoolDrainsWhenTheStoreIsBack(t *testing.T) {
	h := newHouse(t)
	h.stop()
	store := &away{Store: h.store, gone: make(chan bool, 1)}
	store.gone <- true
	h.start(store)
	updates, cancel := h.Subscribe()
	defer cancel()
	h.open(rollcall.Extra)
	untilRecord(t, updates, rollcall.RecordSpool)
	<-store.gone
	store.gone <- false
	untilRecord(t, updates, rollcall.RecordOK)
	h.journalTells(h.Current())
}

func untilRecord(t *testing.T, updates <-chan rollcall.Update, want string) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case u := <-updates:
			if u.Record.State == want {
				return
			}
		case <-deadline:
			t.Fatalf("the record state never became %s", want)
		}
	}
}

// asleep is a store that does not answer before its caller gives up.
type asleep struct{ *memory.Store }

func (asleep) OpenSessions(ctx context.Context) ([]rollcall.SessionRow, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestAServerThatEndsWhileItTakesUpItsCallsEndsWell(t *testing.T) {
	h := newHouse(t)
	h.stop()
	h.run(rollcall.DirectorConfig{Journal: h.store, Sessions: asleep{h.store}}, func() {})
	time.Sleep(20 * time.Millisecond) // it asks for what is open
	h.stop()                          // says how it ended
}
