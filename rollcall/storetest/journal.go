package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/rollcall"
)

// At is a moment of the suite's day, with microseconds, which a journal must keep.
func At(minute int) time.Time { return time.Date(2026, 11, 24, 0, minute, 0, 123456000, time.UTC) }

// Opened is the first event of a session that a schedule plans at At(30).
func Opened(schedule string) rollcall.SessionOpened {
	return rollcall.SessionOpened{
		Kind: rollcall.Regular, Title: "点调会", Schedule: schedule, PlannedAt: At(30), Roster: Roster(), Rules: rollcall.DefaultRules(),
		Calendar: "workday",
	}
}

// Journal makes a session's journal with one event a payload, a minute apart, each sealed upon the one before.
func Journal(session string, epoch int64, payloads ...any) []rollcall.Event {
	var events []rollcall.Event
	var prev []byte
	for i, payload := range payloads {
		data, err := json.Marshal(payload)
		if err != nil {
			panic(fmt.Sprintf("storetest: a payload that is no JSON: %v", err))
		}
		e := rollcall.Event{
			Session: session, Epoch: epoch, Seq: int64(i + 1), At: At(i), Kind: rollcall.EventKind(reflect.TypeOf(payload).Name()),
			Actor: rollcall.Actor{Kind: "host", ID: "host", Name: "主持人"}, Command: "c1", Data: data, Prev: prev,
		}
		e.Seal()
		prev = e.Hash
		events = append(events, e)
	}
	return events
}

func whole(session, schedule string) []rollcall.Event {
	return Journal(session, 1, Opened(schedule), rollcall.SessionBegun{}, rollcall.SessionClosed{Reason: "host"})
}

func mustAppend(t *testing.T, s rollcall.JournalStore, events []rollcall.Event) {
	t.Helper()
	if err := s.Append(t.Context(), events); err != nil {
		t.Fatal(err)
	}
}

func wantJournal(t *testing.T, s rollcall.JournalStore, session string, want []rollcall.Event) {
	t.Helper()
	got, err := s.Events(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("journal of %s:\n%+v\nwant\n%+v", session, got, want)
	}
}

func testKeepsEveryByte(t *testing.T, s Stores) {
	want := Journal("s1", 1, Opened(""), rollcall.SeatEntered{Unit: "210105150000", Conn: "a"}, rollcall.SessionBegun{})
	want[1].Data = json.RawMessage("{\"unit\" : \"210105150000\",\n \"b\":1.0,\"a\":\"\\u0000<é>\"}") // no form of ours
	want[1].Seal()
	mustAppend(t, s, want)
	wantJournal(t, s, "s1", want)
	got, err := s.Events(t.Context(), "s1")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range got {
		hash := e.Hash
		if e.Seal(); !slices.Equal(e.Hash, hash) {
			t.Errorf("event %d has another hash when it is sealed again", e.Seq)
		}
	}
	wantJournal(t, s, "none", nil)
}

func testAppendAgain(t *testing.T, s Stores) {
	all := whole("s1", "daily")
	for _, batch := range [][]rollcall.Event{all[:2], all[:2], all, all[1:], all, nil} { // as after commits whose result is unknown
		mustAppend(t, s, batch)
	}
	wantJournal(t, s, "s1", all)
	var appenders sync.WaitGroup
	other := whole("s2", "")
	for range 8 {
		appenders.Go(func() {
			if err := s.Append(t.Context(), other); err != nil {
				t.Error(err)
			}
		})
	}
	appenders.Wait()
	wantJournal(t, s, "s2", other)
}

func testAllOrNothing(t *testing.T, s Stores) {
	all := whole("s1", "daily")
	mustAppend(t, s, all[:2])
	fork := Journal("s1", 1, Opened("daily"), rollcall.SeatEntered{Unit: "x"}, rollcall.SessionClosed{Reason: "host"})
	if err := s.Append(t.Context(), fork); !errors.Is(err, rollcall.ErrJournalConflict) {
		t.Errorf("a fork: %v; want ErrJournalConflict", err)
	}
	if err := s.Append(t.Context(), append(whole("s2", ""), fork[1])); !errors.Is(err, rollcall.ErrJournalConflict) {
		t.Errorf("a fork beside another session: %v; want ErrJournalConflict", err)
	}
	wantJournal(t, s, "s1", all[:2])
	wantJournal(t, s, "s2", nil)
	if row, err := s.Session(t.Context(), "s1"); err != nil || !row.ClosedAt.IsZero() {
		t.Errorf("a refused batch closed the session: %+v, %v", row, err)
	}
	if row, err := s.Session(t.Context(), "s2"); !errors.Is(err, rollcall.ErrNotFound) {
		t.Errorf("a refused batch opened a session: %+v, %v", row, err)
	}
}

func testOneSessionAPlan(t *testing.T, s Stores) {
	mustAppend(t, s, whole("s1", "daily"))
	if err := s.Append(t.Context(), whole("s2", "daily")); !errors.Is(err, rollcall.ErrSessionExists) {
		t.Errorf("second session of a plan: %v; want ErrSessionExists", err)
	}
	wantJournal(t, s, "s2", nil)
	mustAppend(t, s, whole("s3", "weekly"))
	for _, id := range []string{"drill1", "drill2"} {
		mustAppend(t, s, whole(id, "")) // without a schedule there may be several
	}
}

func testFence(t *testing.T, s Stores) {
	first := lead(t, s)
	journal := Journal("s1", first, Opened(""), rollcall.SessionBegun{}, rollcall.SeatEntered{Unit: "x"})
	mustAppend(t, s, journal[:1])
	second := lead(t, s)
	if second <= first {
		t.Fatalf("epoch %d after %d", second, first)
	}
	if err := s.Append(t.Context(), journal[:2]); !errors.Is(err, rollcall.ErrSuperseded) {
		t.Errorf("a replaced server writes on: %v; want ErrSuperseded", err)
	}
	mustAppend(t, s, journal[:1]) // what is there already is no new write
	wantJournal(t, s, "s1", journal[:1])
	// The new leader brings in what its predecessor had spooled, together with its own first event.
	journal[2].Epoch = second
	journal[2].Seal()
	mustAppend(t, s, journal[1:])
	wantJournal(t, s, "s1", journal)
}

func testSessions(t *testing.T, s Stores) {
	ctx := t.Context()
	mustAppend(t, s, whole("open", "daily")[:2])
	mustAppend(t, s, whole("closed", ""))
	want := rollcall.SessionRow{
		ID: "closed", Kind: rollcall.Regular, Title: "点调会", PlannedAt: At(30), OpenedAt: At(0), BegunAt: At(1), ClosedAt: At(2),
	}
	if got, err := s.Session(ctx, "closed"); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	want = rollcall.SessionRow{
		ID: "open", Kind: rollcall.Regular, Title: "点调会", Schedule: "daily", PlannedAt: At(30), OpenedAt: At(0), BegunAt: At(1),
	}
	if list, err := s.OpenSessions(ctx); err != nil || len(list) != 1 || list[0] != want {
		t.Errorf("open sessions: %+v, %v; want %+v", list, err, want)
	}
	for _, id := range []string{"none", "", "\x00", "\xff"} {
		if _, err := s.Session(ctx, id); !errors.Is(err, rollcall.ErrNotFound) {
			t.Errorf("session %q: %v; want ErrNotFound", id, err)
		}
	}
	for _, span := range []struct {
		from, to int
		want     string
	}{{30, 31, "closed open"}, {0, 60, "closed open"}, {29, 30, ""}, {31, 60, ""}} {
		list, err := s.Sessions(ctx, At(span.from), At(span.to))
		var ids []string
		for _, row := range list {
			ids = append(ids, row.ID)
		}
		if err != nil || strings.Join(ids, " ") != span.want {
			t.Errorf("sessions of minutes %+v: %v, %v", span, ids, err)
		}
	}
}
