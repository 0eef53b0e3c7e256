package rollcall_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"muster/rollcall"
)

// ahead is what a deputy entered the evening before: for a unit of the house, for another day, and for a unit that is not called.
func ahead(planned time.Time) []rollcall.PlannedExcuse {
	day, next := rollcall.Day(planned), rollcall.Day(planned.AddDate(0, 0, 1))
	deputy := rollcall.Actor{Kind: "admin", ID: "deputy", Name: "值班员"}
	entered := planned.Add(-15 * time.Hour).UTC().Truncate(time.Microsecond)
	return []rollcall.PlannedExcuse{
		{ID: "p1", Unit: units(1)[0].Code, From: day, To: next, Reason: rollcall.ExcuseLeave, Note: "年休假", Approver: "王副局长", By: deputy, At: entered},
		{ID: "p2", Unit: units(1)[0].Code, From: next, To: next, Reason: rollcall.ExcuseLeave, By: deputy, At: entered},
		{ID: "p3", Unit: "none", From: day, To: day, Reason: rollcall.ExcuseLeave, By: deputy, At: entered},
	}
}

// startPlanned starts the house's server anew with what was excused ahead.
func (h *house) startPlanned(planned func(context.Context, string, string) ([]rollcall.PlannedExcuse, error)) {
	h.t.Helper()
	h.stop()
	epoch, _, release, err := h.store.Lead(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	h.epoch = epoch
	h.run(rollcall.DirectorConfig{Journal: h.store, Sessions: h.store, Planned: planned}, release)
}

// lateEvening sets the house's clock to an evening, from which it goes on.
func (h *house) lateEvening() (start time.Time) {
	start, real := time.Date(2026, 11, 27, 21, 0, 0, 0, time.FixedZone("CST", 8*3600)), time.Now()
	h.clock = func() time.Time { return start.Add(time.Since(real)) }
	return start
}

// postponable is a call of the evening, for which and for the day after something was excused ahead; the host took one back.
func postponable(t *testing.T) (h *house, evening time.Time, away *atomic.Bool) {
	t.Helper()
	h, away = newHouse(t), &atomic.Bool{}
	evening = h.lateEvening()
	deputy, u := rollcall.Actor{Kind: "admin", ID: "deputy"}, units(5)
	plan := func(id string, unit int, from, to string, at time.Time) rollcall.PlannedExcuse {
		return rollcall.PlannedExcuse{ID: id, Unit: u[unit].Code, From: from, To: to, Reason: rollcall.ExcuseLeave, By: deputy, At: at}
	}
	today, tomorrow, noon := rollcall.Day(evening), rollcall.Day(evening.AddDate(0, 0, 1)), evening.Add(-9*time.Hour)
	list := []rollcall.PlannedExcuse{
		plan("first day", 0, today, today, noon), plan("both days", 1, today, tomorrow, noon), plan("new day", 2, tomorrow, tomorrow, noon),
		plan("taken back", 3, today, tomorrow, noon), plan("nobody's", 4, "2026-12-24", "2026-12-24", noon),
	}
	h.startPlanned(func(_ context.Context, from, to string) ([]rollcall.PlannedExcuse, error) {
		if away.Load() {
			return nil, errors.New("away")
		}
		return slices.DeleteFunc(slices.Clone(list), func(p rollcall.PlannedExcuse) bool { return p.To < from || to < p.From }), nil
	})
	h.open(rollcall.Extra)
	h.do("", rollcall.Unexcuse{Units: []string{u[3].Code}})
	return h, evening, away
}

// plans are the planned excuses that the seats of the call have.
func (h *house) plans() string {
	var out []string
	for _, u := range units(5) {
		for _, x := range h.Current().Seats[u.Code].Excuses {
			out = append(out, x.Planned+" by "+x.By.ID)
		}
	}
	return strings.Join(out, ", ")
}

func TestACallPostponedPastMidnightTakesTheExcusesOfItsNewDay(t *testing.T) {
	h, evening, _ := postponable(t)
	session := h.Current().ID
	if got := h.plans(); got != "first day by deputy, both days by deputy" {
		t.Fatalf("the call opens with %s", got)
	}
	h.do("", rollcall.Postpone{To: evening.Add(2 * time.Hour), Reason: "会议"}) // the same day
	if got := h.plans(); got != "first day by deputy, both days by deputy" {
		t.Errorf("postponed within the day it has %s", got)
	}
	past := rollcall.Postpone{To: evening.Add(4 * time.Hour), Reason: "会议"}
	for range 2 { // given again, also to the next server
		h.do("past midnight", past)
		if got := h.plans(); got != "both days by deputy, new day by deputy" {
			t.Errorf("postponed past midnight it has %s", got)
		}
		h.stop()
		h.start(h.store)
		h.until("taken up", func(v *rollcall.View) bool { return v != nil })
	}
	events := h.events(session)
	changes := slices.DeleteFunc(events, func(e rollcall.Event) bool { return e.Command != "past midnight" })
	if len(changes) != 3 || changes[2].Kind != rollcall.KindUnitsExcused || changes[2].Actor.ID != "host" {
		t.Fatalf("the journal has %+v", changes)
	}
	d, err := rollcall.Payload[rollcall.SessionPostponed](changes[0])
	if want := "verdict of " + rollcall.Day(evening.AddDate(0, 0, 1)) + " +08"; err != nil || d.Calendar != want {
		t.Errorf("the calendar says %q, not %q: %v", d.Calendar, want, err)
	}
}

func TestACallPostponedPastMidnightKeepsItsExcusesWhenOthersCantBeRead(t *testing.T) {
	h, evening, away := postponable(t)
	away.Store(true)
	h.do("", rollcall.Postpone{To: evening.Add(4 * time.Hour), Reason: "会议"})
	if got := h.plans(); got != "first day by deputy, both days by deputy" {
		t.Errorf("it has %s", got)
	}
}

// TestWhatWasExcusedAheadIsInTheJournalOnce opens a call and kills its server right after.
func TestWhatWasExcusedAheadIsInTheJournalOnce(t *testing.T) {
	h := newHouse(t)
	list := ahead(time.Now().Add(time.Hour))
	source := func(_ context.Context, from, to string) ([]rollcall.PlannedExcuse, error) {
		if from != rollcall.Day(time.Now().Add(time.Hour)) || to != from {
			t.Errorf("asked for %s to %s", from, to)
		}
		return slices.DeleteFunc(slices.Clone(list), func(p rollcall.PlannedExcuse) bool { return p.To < from || to < p.From }), nil
	}
	h.startPlanned(source)
	session := h.open(rollcall.Extra).ID
	h.startPlanned(source)
	h.until("taken up", func(v *rollcall.View) bool { return v != nil })
	events := h.events(session)
	e := events[1]
	d, err := rollcall.Payload[rollcall.UnitsExcused](e)
	if err != nil || e.Kind != rollcall.KindUnitsExcused || e.Actor != list[0].By || d.Planned != "p1" || d.Approver != "王副局长" {
		t.Errorf("the second event is %+v, %+v, %v", e, d, err)
	}
	if events[2].Kind == rollcall.KindUnitsExcused {
		t.Errorf("one more excuse: %s", events[2].Data)
	}
	x := h.Current().Seats[list[0].Unit].Excuses
	if len(x) != 1 || x[0].Planned != "p1" || !x[0].At.Equal(list[0].At) || x[0].By != list[0].By {
		t.Errorf("the seat is excused by %+v", x)
	}
	h.do("", rollcall.Unexcuse{Units: []string{list[0].Unit}, Excuse: x[0].ID}) // like any other
	if h.Current().Seats[list[0].Unit].Excused() {
		t.Error("it can't be taken back")
	}
}

func TestACallOpensWithoutWhatWasExcusedAhead(t *testing.T) {
	h := newHouse(t)
	h.startPlanned(func(context.Context, string, string) ([]rollcall.PlannedExcuse, error) {
		return nil, errors.New("no such table")
	})
	if v := h.open(rollcall.Extra); v.Phase != rollcall.Waiting {
		t.Errorf("the call is %s", v.Phase)
	}
}

func TestWhatCantBeExcusedAhead(t *testing.T) {
	const today = "2026-11-27"
	good := rollcall.PlannedExcuse{Unit: "u", From: today, To: "2026-12-03", Reason: rollcall.ExcuseLeave}
	if err := good.Check(today); err != nil {
		t.Error(err)
	}
	for want, change := range map[*rollcall.Error]func(*rollcall.PlannedExcuse){
		rollcall.ErrDaysOver:   func(p *rollcall.PlannedExcuse) { p.From, p.To = "2026-11-20", "2026-11-26" },
		rollcall.ErrBadDays:    func(p *rollcall.PlannedExcuse) { p.To = "2026-11-26" },
		rollcall.ErrBadExcuse:  func(p *rollcall.PlannedExcuse) { p.Reason = "lazy" },
		rollcall.ErrNoIncident: func(p *rollcall.PlannedExcuse) { p.Reason = rollcall.ExcuseDispatch },
		rollcall.ErrNoReason:   func(p *rollcall.PlannedExcuse) { p.Reason = rollcall.ExcuseOther },
	} {
		p := good
		if change(&p); !errors.Is(p.Check(today), want) {
			t.Errorf("%+v gives %v, not %v", p, p.Check(today), want)
		}
	}
	for _, days := range [][2]string{{"", today}, {today, "tomorrow"}, {today, "2028-01-02"}, {"2028-01-02", "2028-01-02"}} {
		p := good
		if p.From, p.To = days[0], days[1]; !errors.Is(p.Check(today), rollcall.ErrBadDays) {
			t.Errorf("%v gives %v", days, p.Check(today))
		}
	}
}
