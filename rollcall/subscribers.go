package rollcall

import "sync"

// subscriber is a reader of updates with a mailbox of one: what it has not taken yet is joined with what comes.
type subscriber struct {
	out  chan Update
	wake chan struct{}
	quit chan struct{}

	mu      sync.Mutex
	pending *Update
}

func newSubscriber(first Update) *subscriber {
	s := &subscriber{out: make(chan Update), wake: make(chan struct{}, 1), quit: make(chan struct{})}
	s.put(first)
	go s.run()
	return s
}

func (s *subscriber) put(u Update) {
	s.mu.Lock()
	if s.pending == nil {
		s.pending = &Update{}
	}
	s.pending.View, s.pending.Record = u.View, u.Record
	s.pending.Events = append(s.pending.Events, u.Events...)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *subscriber) take() *Update {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.pending
	s.pending = nil
	return u
}

func (s *subscriber) run() {
	defer close(s.out)
	for {
		select {
		case <-s.wake:
		case <-s.quit:
			return
		}
		u := s.take()
		if u == nil {
			continue
		}
		select {
		case s.out <- *u:
		case <-s.quit:
			return
		}
	}
}
