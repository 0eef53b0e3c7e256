package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/internal/pglocal/pgtest"
	"muster/rollcall"
)

func exec(t *testing.T, url, statement string) {
	t.Helper()
	if err := tryExec(t, url, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func tryExec(t *testing.T, url, statement string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(t.Context(), statement)
	return err
}

func count(t *testing.T, url, query string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func at(minute int) time.Time { return time.Date(2026, 11, 24, 0, minute, 0, 123456000, time.UTC) }

// chain makes a journal of one event a payload, sealed one upon the other.
func chain(session string, epoch int64, payloads ...any) []rollcall.Event {
	var events []rollcall.Event
	var prev []byte
	for i, payload := range payloads {
		data, err := json.Marshal(payload)
		if err != nil {
			panic(err)
		}
		kind := strings.TrimPrefix(reflect.TypeOf(payload).String(), "rollcall.")
		e := rollcall.Event{
			Session: session, Epoch: epoch, Seq: int64(i + 1), At: at(i), Kind: rollcall.EventKind(kind),
			Actor: rollcall.Actor{Kind: "host", ID: "host", Name: "主持人"}, Command: "c", Data: data, Prev: prev,
		}
		e.Seal()
		prev = e.Hash
		events = append(events, e)
	}
	return events
}

func opened(schedule string) rollcall.SessionOpened {
	return rollcall.SessionOpened{
		Kind: rollcall.Regular, Title: "点调会", Schedule: schedule, PlannedAt: at(30), Calendar: "workday",
		Roster: []rollcall.Unit{{Code: "210105150000", Name: "塔湾派出所", Short: "塔湾", Kind: rollcall.Station, Branch: "210105000000"}},
	}
}

func events(t *testing.T, store rollcall.JournalStore, session string) []rollcall.Event {
	t.Helper()
	list, err := store.Events(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestJournalKeepsEveryByte(t *testing.T) {
	s := open(t)
	want := chain("s1", 1, opened(""), rollcall.SeatEntered{Unit: "210105150000", Conn: "a"}, rollcall.SessionBegun{})
	want[1].Data = json.RawMessage("{\"unit\" : \"210105150000\",\n \"b\":1.0,\"a\":\"\\u0000<é>\"}") // jsonb would rewrite it
	want[1].Seal()
	if err := s.Append(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	got := events(t, s, "s1")
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v\nwant %+v", got, want)
	}
	for _, e := range got {
		hash := e.Hash
		if e.Seal(); !slices.Equal(e.Hash, hash) {
			t.Errorf("event %d has another hash when it is sealed again", e.Seq)
		}
	}
	if list := events(t, s, "none"); len(list) != 0 {
		t.Errorf("%d events of a session that does not exist", len(list))
	}
}

func TestAppendAgain(t *testing.T) {
	s := open(t)
	all := chain("s1", 1, opened("daily"), rollcall.SessionBegun{}, rollcall.SessionClosed{Reason: "host"})
	for _, batch := range [][]rollcall.Event{all[:2], all[:2], all, all, nil} { // as after commits whose result is unknown
		if err := s.Append(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	if got := events(t, s, "s1"); !reflect.DeepEqual(got, all) {
		t.Errorf("got %+v\nwant %+v", got, all)
	}
	var appenders sync.WaitGroup
	other := chain("s2", 1, opened(""), rollcall.SessionBegun{})
	for range 8 {
		appenders.Go(func() {
			if err := s.Append(t.Context(), other); err != nil {
				t.Error(err)
			}
		})
	}
	appenders.Wait()
	if got := events(t, s, "s2"); len(got) != 2 {
		t.Errorf("%d events, want 2", len(got))
	}
}

func TestAppendIsAllOrNothing(t *testing.T) {
	s := open(t)
	all := chain("s1", 1, opened("daily"), rollcall.SessionBegun{}, rollcall.SessionClosed{Reason: "host"})
	if err := s.Append(t.Context(), all[:2]); err != nil {
		t.Fatal(err)
	}
	fork := chain("s1", 1, opened("daily"), rollcall.SeatEntered{Unit: "x"}, rollcall.SessionClosed{Reason: "host"})
	if err := s.Append(t.Context(), fork); !errors.Is(err, rollcall.ErrJournalConflict) {
		t.Errorf("a fork: %v; want ErrJournalConflict", err)
	}
	if err := s.Append(t.Context(), []rollcall.Event{all[2], fork[2]}); !errors.Is(err, rollcall.ErrJournalConflict) {
		t.Errorf("two events of one number in a batch: %v; want ErrJournalConflict", err)
	}
	broken := all[2]
	broken.Data = json.RawMessage(`{"reason":`)
	if err := s.Append(t.Context(), []rollcall.Event{broken}); err == nil {
		t.Error("broken JSON was taken")
	}
	row, err := s.Session(t.Context(), "s1")
	if err != nil || !row.ClosedAt.IsZero() || len(events(t, s, "s1")) != 2 {
		t.Errorf("a refused batch left something: %+v, %v", row, err)
	}
}

func TestOneSessionAPlan(t *testing.T) {
	s := open(t)
	if err := s.Append(t.Context(), chain("s1", 1, opened("daily"))); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), chain("s2", 1, opened("daily"))); !errors.Is(err, rollcall.ErrSessionExists) {
		t.Errorf("second session of a plan: %v; want ErrSessionExists", err)
	}
	if len(events(t, s, "s2")) != 0 {
		t.Error("the refused session has a journal")
	}
	for _, id := range []string{"drill1", "drill2"} {
		if err := s.Append(t.Context(), chain(id, 1, opened(""))); err != nil {
			t.Errorf("drills at the same time: %v", err)
		}
	}
}

func TestJournalIsAppendOnly(t *testing.T) {
	url := pgtest.URL(t)
	s := openAt(t, url)
	want := chain("s1", 1, opened(""))
	if err := s.Append(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`UPDATE journal SET actor_name = 'x'`, `DELETE FROM journal`, `TRUNCATE journal`, `UPDATE journal SET at = now() WHERE false`,
	} {
		if err := tryExec(t, url, statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v; want a refusal", statement, err)
		}
	}
	if got := events(t, s, "s1"); !reflect.DeepEqual(got, want) {
		t.Errorf("the journal changed to %+v", got)
	}
}

func TestSessionRows(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	for _, journal := range [][]rollcall.Event{
		chain("open", 1, opened("daily"), rollcall.SessionBegun{}),
		chain("closed", 1, opened(""), rollcall.SessionBegun{}, rollcall.SessionClosed{Reason: "host"}),
	} {
		if err := s.Append(ctx, journal); err != nil {
			t.Fatal(err)
		}
	}
	want := rollcall.SessionRow{
		ID: "closed", Kind: rollcall.Regular, Title: "点调会", PlannedAt: at(30), OpenedAt: at(0), BegunAt: at(1), ClosedAt: at(2),
	}
	if got, err := s.Session(ctx, "closed"); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	for _, id := range []string{"none", "", "\x00", "\xff"} {
		if _, err := s.Session(ctx, id); !errors.Is(err, rollcall.ErrNotFound) {
			t.Errorf("session %q: %v; want ErrNotFound", id, err)
		}
	}
	if list, err := s.OpenSessions(ctx); err != nil || len(list) != 1 || list[0].ID != "open" {
		t.Errorf("open sessions: %+v, %v", list, err)
	}
	for _, span := range []struct{ from, to, want int }{{30, 31, 2}, {29, 30, 0}, {31, 60, 0}} {
		if list, err := s.Sessions(ctx, at(span.from), at(span.to)); err != nil || len(list) != span.want {
			t.Errorf("sessions of minutes %+v: %d, %v", span, len(list), err)
		}
	}
}
