package sfu_test

import (
	"sync"
	"testing"
	"time"

	"muster/sfu"
)

// eventLog reads a room's events and lets tests wait for one.
type eventLog struct {
	mu      sync.Mutex
	all     []sfu.Event
	read    int
	changed chan struct{}
	done    chan struct{}
}

func newEventLog(r *sfu.Room) *eventLog {
	l := &eventLog{changed: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for e := range r.Events() {
			l.mu.Lock()
			l.all = append(l.all, e)
			close(l.changed)
			l.changed = make(chan struct{})
			l.mu.Unlock()
		}
	}()
	return l
}

// await returns the first event from where the last await ended that matches.
func (l *eventLog) await(t *testing.T, match func(sfu.Event) bool) sfu.Event {
	t.Helper()
	deadline := time.After(patience)
	for {
		l.mu.Lock()
		changed := l.changed
		for i := l.read; i < len(l.all); i++ {
			if match(l.all[i]) {
				l.read = i + 1
				e := l.all[i]
				l.mu.Unlock()
				return e
			}
		}
		l.mu.Unlock()
		select {
		case <-changed:
		case <-deadline:
			l.mu.Lock()
			defer l.mu.Unlock()
			t.Fatalf("no such event among %+v", l.all[l.read:])
		}
	}
}
