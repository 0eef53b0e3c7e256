package postgres_test

import (
	"errors"
	"testing"

	"muster/internal/pglocal/pgtest"
	"muster/rollcall"
	"muster/rollcall/postgres"
)

type lead struct {
	epoch   int64
	lost    <-chan struct{}
	release func()
}

func leadNow(t *testing.T, s *postgres.Store) lead {
	t.Helper()
	epoch, lost, release, err := s.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return lead{epoch, lost, release}
}

func isLost(l lead) bool {
	select {
	case <-l.lost:
		return true
	default:
		return false
	}
}

func TestOneLeader(t *testing.T) {
	url := pgtest.URL(t)
	one, two := openAt(t, url), openAt(t, url)
	first := leadNow(t, one)
	if waits, err := one.Standby(t.Context()); err != nil || waits {
		t.Errorf("somebody stands by: %v, %v", waits, err)
	}
	second := make(chan lead)
	go func() {
		epoch, lost, release, err := two.Lead(t.Context())
		if err != nil {
			t.Error(err)
		}
		second <- lead{epoch, lost, release}
	}()
	waiting := `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`
	soon(t, "the second server waits", func() bool { return count(t, url, waiting) == 1 })
	select {
	case l := <-second:
		t.Fatalf("two leaders: epochs %d and %d", first.epoch, l.epoch)
	default:
	}
	if waits, err := one.Standby(t.Context()); err != nil || !waits {
		t.Errorf("nobody stands by: %v, %v", waits, err)
	}
	first.release()
	first.release() // a second time does nothing
	next := <-second
	defer next.release()
	if newest, err := one.Epoch(t.Context()); err != nil || newest != next.epoch {
		t.Errorf("the newest epoch is %d, %v; want %d", newest, err, next.epoch)
	}
	if next.epoch <= first.epoch {
		t.Errorf("epoch %d after %d", next.epoch, first.epoch)
	}
	if isLost(first) || isLost(next) {
		t.Error("a lock that was given up is not lost")
	}
}

const killLeader = `SELECT count(pg_terminate_backend(pid)) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

func TestLostLockAndResume(t *testing.T) {
	url := pgtest.URL(t)
	one, two := openAt(t, url), openAt(t, url)
	first := leadNow(t, one)
	exec(t, url, killLeader)
	soon(t, "the leader learns that its lock is lost", func() bool { return isLost(first) })

	lost, release, err := one.Resume(t.Context(), first.epoch)
	if err != nil {
		t.Fatal(err)
	}
	if isLost(lead{lost: lost}) {
		t.Error("lost at once")
	}
	exec(t, url, killLeader)
	soon(t, "the resumed lock is lost", func() bool { return isLost(lead{lost: lost}) })
	release()

	second := leadNow(t, two)
	second.release()
	if _, _, err := one.Resume(t.Context(), first.epoch); !errors.Is(err, rollcall.ErrSuperseded) {
		t.Errorf("%v; want ErrSuperseded", err)
	}
}
