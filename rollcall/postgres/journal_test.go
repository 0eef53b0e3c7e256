package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"muster/internal/pglocal/pgtest"
	"muster/rollcall"
	"muster/rollcall/storetest"
)

func TestStoresConform(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Stores { return open(t) })
}

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

func events(t *testing.T, store rollcall.JournalStore, session string) []rollcall.Event {
	t.Helper()
	list, err := store.Events(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAppendRefuses(t *testing.T) {
	s := open(t)
	all := storetest.Journal("s1", 1, storetest.Opened("daily"), rollcall.SessionBegun{})
	fork := storetest.Journal("s1", 1, storetest.Opened("daily"), rollcall.SeatEntered{Unit: "x"})
	if err := s.Append(t.Context(), []rollcall.Event{all[0], all[1], fork[1]}); !errors.Is(err, rollcall.ErrJournalConflict) {
		t.Errorf("two events of one number in a batch: %v; want ErrJournalConflict", err)
	}
	all[1].Data = json.RawMessage(`{"unit":`)
	if err := s.Append(t.Context(), all); err == nil {
		t.Error("broken JSON was taken")
	}
	if got := events(t, s, "s1"); len(got) != 0 {
		t.Errorf("refused batches left %d events", len(got))
	}
}

func TestTitleWithNUL(t *testing.T) {
	s := open(t)
	opened := storetest.Opened("")
	opened.Title = "点\x00调会"
	want := storetest.Journal("s1", 1, opened)
	if err := s.Append(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if row, err := s.Session(t.Context(), "s1"); err != nil || row.Title != "点调会" {
		t.Errorf("%+v, %v", row, err)
	}
	if got := events(t, s, "s1"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestJournalIsAppendOnly(t *testing.T) {
	url := pgtest.URL(t)
	s := openAt(t, url)
	want := storetest.Journal("s1", 1, storetest.Opened(""))
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
