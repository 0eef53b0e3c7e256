package postgres_test

import (
	"context"
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
	first.release()
	first.release() // a second time does nothing
	next := <-second
	defer next.release()
	if next.epoch <= first.epoch {
		t.Errorf("epoch %d after %d", next.epoch, first.epoch)
	}
	if isLost(first) || isLost(next) {
		t.Error("a lock that was given up is not lost")
	}
}

func TestLeadEndsWithContext(t *testing.T) {
	url := pgtest.URL(t)
	s := openAt(t, url)
	leadNow(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, _, _, err := s.Lead(ctx)
		failed <- err
	}()
	soon(t, "the second one waits", func() bool {
		return count(t, url, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`) == 1
	})
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("%v; want context.Canceled", err)
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

func TestAppendOfReplacedServer(t *testing.T) {
	s := open(t)
	first := leadNow(t, s)
	journal := chain("s1", first.epoch, opened(""), rollcall.SessionBegun{}, rollcall.SeatEntered{Unit: "x"})
	if err := s.Append(t.Context(), journal[:1]); err != nil {
		t.Fatal(err)
	}
	first.release()
	second := leadNow(t, s)
	if err := s.Append(t.Context(), journal[:2]); !errors.Is(err, rollcall.ErrSuperseded) {
		t.Errorf("a replaced server writes on: %v; want ErrSuperseded", err)
	}
	if err := s.Append(t.Context(), journal[:1]); err != nil {
		t.Errorf("what is there already is no new write: %v", err)
	}
	// The new leader brings in what its predecessor had spooled, together with its own first event.
	resumed := journal[2]
	resumed.Epoch = second.epoch
	resumed.Seal()
	if err := s.Append(t.Context(), []rollcall.Event{journal[1], resumed}); err != nil {
		t.Errorf("spool of the predecessor: %v", err)
	}
	if got := events(t, s, "s1"); len(got) != 3 {
		t.Errorf("%d events, want 3", len(got))
	}
}
