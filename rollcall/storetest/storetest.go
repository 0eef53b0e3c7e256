// Package storetest is what every implementation of rollcall's stores must pass: the one in memory, which simulations run on,
// has to behave like the one in PostgreSQL.
package storetest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"muster/rollcall"
)

// Stores is what is tested.
type Stores interface {
	rollcall.JournalStore
	rollcall.SessionStore
	rollcall.RosterStore
	rollcall.Leader
}

// Run tests stores; open makes an empty one for each test.
func Run(t *testing.T, open func(t *testing.T) Stores) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Stores)
	}{
		{"JournalKeepsEveryByte", testKeepsEveryByte},
		{"AppendAgainChangesNothing", testAppendAgain},
		{"AppendIsAllOrNothing", testAllOrNothing},
		{"OneSessionAPlan", testOneSessionAPlan},
		{"ReplacedServerIsFenced", testFence},
		{"SessionsFollowTheJournal", testSessions},
		{"Roster", testRoster},
		{"OneLeader", testOneLeader},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// Roster is a small roster: two police types, a branch and a station of it.
func Roster() []rollcall.Unit {
	return []rollcall.Unit{
		{Code: "210100010000", Name: "指挥中心", Short: "指挥中心", Kind: rollcall.PoliceType, Branch: "210100010000", Order: 0},
		{Code: "210100020000", Name: "法制支队", Short: "法制", Kind: rollcall.PoliceType, Branch: "210100020000", Order: 1},
		{Code: "210105000000", Name: "皇姑分局", Short: "皇姑分局", Kind: rollcall.Branch, Branch: "210105000000", Order: 2},
		{Code: "210105150000", Name: "皇姑分局塔湾派出所", Short: "塔湾", Kind: rollcall.Station, Branch: "210105000000", Order: 3},
	}
}

func testRoster(t *testing.T, s Stores) {
	if got, err := s.Units(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("a new store has units: %+v, %v", got, err)
	}
	changed := Roster()[:3]
	changed[2].Name, changed[2].Order, changed[1].Order = "皇姑区分局", 1, 2
	for _, list := range [][]rollcall.Unit{Roster(), changed, Roster()} {
		if err := s.PutUnits(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		want := make([]rollcall.Unit, len(list))
		for _, u := range list {
			want[u.Order] = u
		}
		if got, err := s.Units(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v\nwant %+v", got, err, want)
		}
		for _, u := range want {
			if got, err := s.Unit(t.Context(), u.Code); err != nil || got != u {
				t.Errorf("unit %s: got %+v, %v", u.Code, got, err)
			}
		}
	}
	for _, code := range []string{"none", "\x00"} {
		if _, err := s.Unit(t.Context(), code); !errors.Is(err, rollcall.ErrNotFound) {
			t.Errorf("unit %q: %v; want ErrNotFound", code, err)
		}
	}
}

// lead takes the lead, gives it up at once and returns its epoch.
func lead(t *testing.T, s rollcall.Leader) int64 {
	t.Helper()
	epoch, _, release, err := s.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	release()
	release() // a second time does nothing
	return epoch
}

func testOneLeader(t *testing.T, s Stores) {
	epoch, lost, release, err := s.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	soon, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if second, _, _, err := s.Lead(soon); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a second leader beside the first: epoch %d, %v; want that it waits until its context ends", second, err)
	}
	next := make(chan int64)
	go func() {
		epoch, _, release, err := s.Lead(t.Context())
		if err != nil {
			t.Error(err)
		} else {
			release()
		}
		next <- epoch
	}()
	select {
	case <-lost:
		t.Fatal("the lock is lost without a reason")
	default:
	}
	release()
	if second := <-next; second <= epoch {
		t.Errorf("epoch %d after %d", second, epoch)
	}
}
