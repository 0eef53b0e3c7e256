package year

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"muster/internal/pglocal/pgtest"
	"muster/internal/sample"
	"muster/rollcall"
	"muster/rollcall/attendance"
	"muster/rollcall/memory"
	"muster/rollcall/postgres"
	"muster/rollcall/schedule"
)

var (
	days = flag.Int("days", 6, "how many mornings")
	seed = flag.Uint64("seed", 1, "another seed is another year")
)

// callLength is short, so that a year is: what can happen in an hour happens in twenty minutes.
const callLength = 20 * time.Minute

// year is the simulation.
type year struct {
	t         *testing.T
	rand      *rand.Rand
	store     *memory.Store
	schedules *table
	calendar  *schedule.Calendar
	roster    []rollcall.Unit
	root      string
	lives     int // servers so far
	server    *server
	called    map[string]time.Time
	away      atomic.Bool
	noise     atomic.Int64
	jump      atomic.Int64 // by how much the wall clock is off, in nanoseconds

	after, length int // in days from the first of January

	faults     int
	mismatches int
	verified   int
	seen       figures
	sessions   []held
}

// held is one morning that was held, with its truth.
type held struct {
	id    string
	call  call
	units []*unit
}

// wantedRules are those of the year: two fifths of the call have to be attended.
func wantedRules() rollcall.Rules {
	rules := rollcall.DefaultRules()
	rules.MinPresence = 0.4
	return rules
}

// now is the wall clock of the server, which may be set.
func (y *year) now() time.Time { return time.Now().Add(time.Duration(y.jump.Load())) }

func (y *year) between(low, high time.Duration) time.Duration {
	return low + time.Duration(y.rand.Int64N(int64(high-low)))
}

// TestYear holds the two halves of a year at once, each by servers of its own, and brings both into one database.
func TestYear(t *testing.T) {
	db, err := postgres.Open(t.Context(), pgtest.URL(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	halves := []*year{newYear(t, 0, *days/2), newYear(t, *days/2, *days-*days/2)}
	t.Run("halves", func(t *testing.T) {
		for i, y := range halves {
			t.Run(fmt.Sprint(i+1), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					y.t = t
					y.run()
				})
				y.t = t
				y.load(t, db)
			})
		}
	})
	sum := map[string]int{"seats": len(halves[0].roster)}
	for _, y := range halves {
		y.addTo(sum)
	}
	out, err := json.Marshal(sum)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(string(out))
	if sum["unsure"] > sum["excused"] {
		t.Errorf("%d entries were not compared", sum["unsure"])
	}
	if sum["mismatches"] > 0 || sum["verified"] != *days || sum["sessions"] != *days {
		t.Errorf("%s", out)
	}
}

// newYear is the part of the year that begins after some days.
func newYear(t *testing.T, after, length int) *year {
	t.Helper()
	y := &year{
		t: t, rand: rand.New(rand.NewPCG(*seed, uint64(2+after))), store: memory.New(), roster: sample.Units(), root: t.TempDir(), //nolint:gosec // a simulation has to repeat
		called: map[string]time.Time{}, after: after, length: length,
	}
	if err := y.store.PutUnits(t.Context(), y.roster); err != nil {
		t.Fatal(err)
	}
	var err error
	if y.calendar, err = schedule.NewCalendar(nil); err != nil {
		t.Fatal(err)
	}
	return y
}

func (y *year) addTo(sum map[string]int) {
	for name, n := range map[string]int{
		"sessions": len(y.sessions), "faults": y.faults, "mismatches": y.mismatches, "verified": y.verified,
		"excused": y.seen.excused, "pending": y.seen.pending, "officers": y.seen.officers, "elsewhere": y.seen.elsewhere, "lacking": y.seen.lacking, "unsure": y.seen.unsure,
	} {
		sum[name] += n
	}
}

// run holds the mornings, one after the other.
func (y *year) run() {
	zone := time.FixedZone("CST", 8*3600)
	first := time.Date(2026, 1, 1, 8, 30, 0, 0, zone).AddDate(0, 0, y.after)
	time.Sleep(time.Until(first.Add(-time.Hour)))
	rules := wantedRules()
	y.schedules = &table{row: schedule.Schedule{
		ID: "daily", Title: "点调会", Cron: "30 8 * * *", Zone: "Asia/Shanghai", Lead: 15 * time.Minute, Rules: rules, NextDue: first.UTC(), Enabled: true,
	}}
	for day := range y.length {
		y.morning(first.AddDate(0, 0, day))
	}
}

// morning is one day from 08:10 to the close.
func (y *year) morning(planned time.Time) {
	y.jump.Store(0)
	time.Sleep(time.Until(planned.Add(-20 * time.Minute)))
	y.server = y.startServer(y.nextDir())
	m := newMorning(y, planned.UTC())
	m.run()
	y.server.stop()
	events, err := y.store.Events(y.t.Context(), m.session)
	if err != nil {
		y.t.Fatal(err)
	}
	m.call.dayOff = y.calendar.Verdict(planned) == "dayoff"
	y.sessions = append(y.sessions, held{m.session, m.call, m.units})
	y.compare("in memory", events, y.sessions[len(y.sessions)-1])
	rows, err := y.store.Sessions(y.t.Context(), planned.Add(-time.Hour), planned.Add(time.Hour))
	if err != nil || len(rows) != 1 {
		y.t.Errorf("%s: %d sessions, %v", planned.Format(time.DateOnly), len(rows), err)
	}
}

func (y *year) nextDir() string {
	y.lives++
	return filepath.Join(y.root, fmt.Sprint("life", y.lives))
}

// compare holds the journal against the truth.
func (y *year) compare(where string, events []rollcall.Event, h held) {
	y.t.Helper()
	if err := attendance.CheckChain(events); err != nil {
		y.mismatch("%s, session %s: %v", where, h.id, err)
	}
	report, err := attendance.Derive(events, time.Time{})
	if err != nil {
		y.mismatch("%s, session %s: %v", where, h.id, err)
		return
	}
	if len(report.Units) != len(h.units) {
		y.mismatch("%s, session %s: %d entries", where, h.id, len(report.Units))
		return
	}
	seats := seatsOf(h.units, h.call)
	for i, u := range h.units {
		if what := y.seen.differs(h.call, u, report.Session, report.Units[i], seats); what != "" {
			y.mismatch("%s, %s, %s (%s): %s; stays %v, entry %+v", where, h.call.planned.Format(time.DateOnly), u.code, u.plan, what, u.stays, report.Units[i])
		}
	}
	for _, e := range events {
		if e.Kind != rollcall.KindDrawMade {
			continue
		}
		d, err := rollcall.Payload[rollcall.DrawMade](e)
		if err != nil || d.Recompute() != d.Unit {
			y.mismatch("%s, session %s: the draw of event %d can't be recomputed, %v", where, h.id, e.Seq, err)
		}
	}
}

func (y *year) mismatch(format string, args ...any) {
	y.t.Helper()
	if y.mismatches++; y.mismatches <= 20 {
		y.t.Errorf(format, args...)
	}
}

// load brings the journals into PostgreSQL and compares again there, and counts how many sessions told the truth.
func (y *year) load(t *testing.T, db *postgres.Store) {
	t.Helper()
	for _, h := range y.sessions {
		events, err := y.store.Events(t.Context(), h.id)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Append(t.Context(), events); err != nil {
			t.Fatal(err)
		}
		back, err := db.Events(t.Context(), h.id)
		if err != nil {
			t.Fatal(err)
		}
		before := y.mismatches
		if !slices.EqualFunc(events, back, func(a, b rollcall.Event) bool { return string(a.Hash) == string(b.Hash) }) {
			y.mismatch("session %s is another one in PostgreSQL", h.id)
		}
		y.compare("in PostgreSQL", back, h)
		if y.mismatches == before {
			y.verified++
		}
	}
}

// do gives a command until a server has carried it out, as a page does: the id stays the same over all attempts.
func (y *year) do(by rollcall.Meta, cmd rollcall.Command) (rollcall.Outcome, error) {
	for attempt := 0; ; attempt++ {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		out, err := y.server.Do(ctx, by, cmd)
		cancel()
		var refusal *rollcall.Error
		if err == nil || errors.As(err, &refusal) && !errors.Is(err, rollcall.ErrNoSession) || attempt == 20 {
			return out, err
		}
		time.Sleep(time.Second)
	}
}
