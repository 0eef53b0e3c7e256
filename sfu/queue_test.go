package sfu

import "testing"

func TestEventQueueKeepsTheNewestOfEachState(t *testing.T) {
	q := newEventQueue()
	q.push(ConnectionChanged{"a", Connecting})
	q.push(SlotShowing{Participant: "a", Line: "main", Source: "A"})
	q.push(ConnectionChanged{"a", Connected})
	q.push(ConnectionChanged{"b", Connected})
	for _, want := range []Event{
		ConnectionChanged{"a", Connected},
		SlotShowing{Participant: "a", Line: "main", Source: "A"},
		ConnectionChanged{"b", Connected},
	} {
		if got, ok := q.pop(); !ok || got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if e, ok := q.pop(); ok {
		t.Errorf("one more: %+v", e)
	}
}
