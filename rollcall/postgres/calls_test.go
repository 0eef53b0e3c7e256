package postgres_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"muster/rollcall"
)

// journal seals payloads into one session's journal, a minute apart from begin.
func journal(t *testing.T, session string, begin time.Time, payloads ...any) []rollcall.Event {
	t.Helper()
	var out []rollcall.Event
	var prev []byte
	for i, p := range payloads {
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		e := rollcall.Event{
			Session: session, Epoch: 1, Seq: int64(i + 1), At: begin.Add(time.Duration(i) * time.Minute),
			Kind: rollcall.EventKind(reflect.TypeOf(p).Name()), Actor: rollcall.System(), Data: data, Prev: prev,
		}
		e.Seal()
		prev = e.Hash
		out = append(out, e)
	}
	return out
}

func TestLastCallsLeaveOutDrillsAndWrongCalls(t *testing.T) {
	store := open(t)
	day := time.Now().UTC().Truncate(time.Second).AddDate(0, 0, -3)
	opened := func(kind rollcall.SessionKind) rollcall.SessionOpened {
		return rollcall.SessionOpened{Kind: kind, Title: "x", PlannedAt: day, Rules: rollcall.DefaultRules()}
	}
	call := func(turn, unit string) rollcall.TurnCalled {
		return rollcall.TurnCalled{Turn: turn, Unit: unit, How: "hand"}
	}
	for _, events := range [][]rollcall.Event{
		journal(t, "one", day, opened(rollcall.Extra), call("1", "a"), call("2", "a"), rollcall.TurnWithdrawn{Turn: "2"}, call("3", "b")),
		journal(t, "drill", day.AddDate(0, 0, 1), opened(rollcall.Drill), call("1", "b"), call("2", "c")),
		journal(t, "old", day.AddDate(0, -4, 0), opened(rollcall.Extra), call("1", "d")),
	} {
		if err := store.Append(t.Context(), events); err != nil {
			t.Fatal(err)
		}
	}
	got, err := store.LastCalls(t.Context())
	want := map[string]time.Time{"a": day.Add(time.Minute), "b": day.Add(4 * time.Minute)}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}
