package sfu

import "sync"

// eventQueue hands events to one reader without ever blocking who adds them. A newer event about the same thing takes
// the place of an older one that was not read yet.
type eventQueue struct {
	mu      sync.Mutex
	order   []eventKey
	pending map[eventKey]Event
	wake    chan struct{}
	out     chan Event
}

func newEventQueue() *eventQueue {
	return &eventQueue{
		pending: map[eventKey]Event{},
		wake:    make(chan struct{}, 1),
		out:     make(chan Event, 64),
	}
}

func (q *eventQueue) push(e Event) {
	q.mu.Lock()
	k := e.key()
	if _, waiting := q.pending[k]; !waiting {
		q.order = append(q.order, k)
	}
	q.pending[k] = e
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *eventQueue) pop() (Event, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.order) == 0 {
		return nil, false
	}
	k := q.order[0]
	q.order = q.order[1:]
	if len(q.order) == 0 {
		q.order = nil
	}
	e := q.pending[k]
	delete(q.pending, k)
	return e, true
}

// run moves events to the reader until done is closed; it closes the channel.
func (q *eventQueue) run(done <-chan struct{}) {
	defer close(q.out)
	for {
		e, ok := q.pop()
		if !ok {
			select {
			case <-q.wake:
			case <-done:
				return
			}
			continue
		}
		select {
		case q.out <- e:
		case <-done:
			return
		}
	}
}
