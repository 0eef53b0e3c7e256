package year

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/memory"
	"muster/rollcall/schedule"
)

// disk is a journal's store as a server sees it: it takes its time, may be away, and is cut off when the server is killed.
type disk struct {
	*memory.Store
	away   *atomic.Bool
	killed chan struct{}
	delay  func() time.Duration
}

var errKilled = errors.New("the server was killed")

// Append may be cut off before the store has the events or after: the result is unknown then, as it is over a network.
func (d *disk) Append(ctx context.Context, events []rollcall.Event) error {
	if err := d.pause(ctx); err != nil {
		return err
	}
	if d.away.Load() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-d.killed:
			return errKilled
		}
	}
	if err := d.Store.Append(ctx, events); err != nil {
		return err
	}
	return d.pause(ctx)
}

func (d *disk) pause(ctx context.Context) error {
	select {
	case <-time.After(d.delay()):
	case <-ctx.Done():
		return ctx.Err()
	case <-d.killed:
	}
	select {
	case <-d.killed:
		return errKilled
	default:
		return nil
	}
}

// table is a schedule.Store in memory.
type table struct {
	mu  sync.Mutex
	row schedule.Schedule
}

func (t *table) Schedules(context.Context) ([]schedule.Schedule, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return []schedule.Schedule{t.row}, nil
}

func (t *table) PutSchedule(_ context.Context, s schedule.Schedule) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.row = s
	return nil
}

func (t *table) Advance(_ context.Context, _ string, from, to time.Time) (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.row.NextDue.Equal(from) {
		return false, nil
	}
	t.row.NextDue = to
	return true, nil
}

type dossiers struct{}

func (dossiers) Dossier(context.Context, string, time.Time) (json.RawMessage, error) {
	return json.RawMessage(`{}`), nil
}

// server is one life of a Muster: director and scheduler over a store that outlives them.
type server struct {
	*rollcall.Director
	t       *testing.T
	dir     string
	disk    *disk
	release func()
	cancel  context.CancelFunc
	ended   sync.WaitGroup
}

// startServer starts one over the disk of the server before.
func (y *year) startServer(dir string) *server {
	y.t.Helper()
	epoch, _, release, err := y.store.Lead(y.t.Context())
	if err != nil {
		y.t.Fatal(err)
	}
	s := &server{t: y.t, dir: dir, release: release}
	s.disk = &disk{Store: y.store, away: &y.away, killed: make(chan struct{}), delay: func() time.Duration {
		return time.Duration(1+y.noise.Add(7)%9) * time.Millisecond
	}}
	s.Director, err = rollcall.NewDirector(rollcall.DirectorConfig{
		Journal: s.disk, Sessions: y.store, Roster: y.store, Dossiers: dossiers{}, Epoch: epoch, SpoolDir: dir, Now: y.now,
		LastCalls: func(context.Context) (map[string]time.Time, error) { return y.called, nil },
	})
	if err != nil {
		y.t.Fatal(err)
	}
	runner := schedule.NewRunner(y.schedules, y.calendar, s.Director, nil)
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.ended.Go(func() {
		if err := s.Run(ctx); err != nil && !s.dead() {
			y.t.Errorf("director: %v", err)
		}
	})
	s.ended.Go(func() {
		if err := runner.Run(ctx); err != nil {
			y.t.Errorf("runner: %v", err)
		}
	})
	return s
}

func (s *server) dead() bool {
	select {
	case <-s.disk.killed:
		return true
	default:
		return false
	}
}

// stop ends the server as a deployment does.
func (s *server) stop() {
	s.cancel()
	s.ended.Wait()
	s.release()
}

// kill ends the server at once: what it has not written is lost. It returns the disk as it is at this instant.
func (s *server) kill(next string) string {
	s.t.Helper()
	close(s.disk.killed)
	copyDir(s.t, s.dir, next)
	s.cancel()
	s.ended.Wait() // it goes on dying, but reaches neither the store nor the disk of its successor
	s.release()
	return next
}

func copyDir(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(to, f.Name())
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, info.ModTime(), info.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
}
