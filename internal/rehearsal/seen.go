package rehearsal

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"muster/signaling/wire"
)

// seen is what a page was told so far: what its person has on the screen.
type seen struct {
	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change

	session *wire.Session
	seats   map[string]wire.Seat
	turns   map[string]wire.Turn
	floor   wire.Floor
	air     wire.Air
	desk    wire.Desk
	record  wire.Record
	notices []wire.Notice
	dossier map[string]bool // units whose dossier was shown
	asked   bool            // another device wants the seat
	bye     string          // code of the last goodbye
}

func newSeen() *seen {
	return &seen{changed: make(chan struct{}), seats: map[string]wire.Seat{}, turns: map[string]wire.Turn{}, dossier: map[string]bool{}}
}

// hear takes a frame in.
func (s *seen) hear(f wire.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fold(f)
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *seen) fold(f wire.Frame) {
	switch f.Type {
	case wire.TypeSnapshot:
		s.snapshot(decoded[wire.Snapshot](f))
	case wire.TypeSession:
		s.session = decoded[*wire.Session](f)
	case wire.TypeSeats:
		for _, seat := range decoded[wire.Seats](f).Seats {
			s.seats[seat.Unit] = seat
		}
	case wire.TypeTurn:
		t := decoded[wire.Turn](f)
		s.turns[t.ID] = t
	case wire.TypeFloor:
		s.floor = decoded[wire.Floor](f)
	case wire.TypeAir:
		s.air = decoded[wire.Air](f)
	case wire.TypeDesk:
		s.desk = decoded[wire.Desk](f)
	case wire.TypeRecord:
		s.record = decoded[wire.Record](f)
	case wire.TypeNotice:
		s.notices = append(s.notices, decoded[wire.Notice](f))
	case wire.TypeDossier:
		s.dossier[decoded[wire.Dossier](f).Unit] = true
	case wire.TypeSeatAsked:
		s.asked = true
	case wire.TypeBye:
		s.bye = decoded[wire.Error](f).Code
	}
}

func (s *seen) snapshot(snapshot wire.Snapshot) {
	s.session, s.floor, s.air, s.record = snapshot.Session, snapshot.Floor, snapshot.Air, snapshot.Record
	s.seats, s.turns = map[string]wire.Seat{}, map[string]wire.Turn{}
	for _, seat := range snapshot.Seats {
		s.seats[seat.Unit] = seat
	}
	for _, t := range snapshot.Turns {
		s.turns[t.ID] = t
	}
	if snapshot.Desk != nil {
		s.desk = *snapshot.Desk
	}
}

// decoded reads a frame's data; what can't be read is empty, and a check will miss it.
func decoded[T any](f wire.Frame) T {
	var out T
	_ = json.Unmarshal(f.Data, &out) //nolint:errcheck // see above
	return out
}

// comesTrue is how long what a scenario expects may take.
const comesTrue = 20 * time.Second

// until waits until holds, which is called with what was seen locked; false when it did not come true.
func (s *seen) until(ctx context.Context, holds func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, comesTrue)
	defer cancel()
	for {
		s.mu.Lock()
		changed, yes := s.changed, holds()
		s.mu.Unlock()
		if yes {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// turnOf is the unit's last turn.
func (s *seen) turnOf(code string) wire.Turn {
	var last wire.Turn
	for _, t := range s.turns {
		if t.Unit == code && t.CalledAt >= last.CalledAt {
			last = t
		}
	}
	return last
}
