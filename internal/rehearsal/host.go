package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"muster/signaling/wire"
)

// host is the simulated hall: it sends the hall's picture and sound, watches the whole wall, and calls units.
type host struct {
	participant

	mu      sync.Mutex
	session *wire.Session
	turns   map[string]wire.Turn
	changed chan struct{} // closed and replaced at every change
}

func newHost(f *fleet, token string) *host {
	h := &host{turns: map[string]wire.Turn{}, changed: make(chan struct{})}
	h.participant = participant{fleet: f, unit: unit{Code: "hall", Short: "指挥大厅", Token: token, number: 255}}
	return h
}

// open enters, takes the hall and sees to it that a call has begun.
func (h *host) open(ctx context.Context) error {
	if err := h.enter(ctx, wire.PageConsole, h.hear); err != nil {
		return err
	}
	if err := h.client.command(ctx, wire.TypeHallClaim, wire.HallClaim{}, nil); err != nil {
		return err
	}
	session, err := h.wait(ctx, func() bool { return true })
	switch {
	case err != nil:
		return err
	case session == nil:
		err = h.client.command(ctx, wire.TypeSessionStart, wire.SessionStart{Kind: "drill"}, nil)
	case session.State == "waiting":
		err = h.client.command(ctx, wire.TypeSessionBegin, nil, nil)
	}
	if err != nil {
		return err
	}
	_, err = h.wait(ctx, func() bool { return h.session != nil && h.session.State == "open" })
	return err
}

// watch asks for the lowest layer of every unit at once.
func (h *host) watch() error {
	var tiles []wire.Tile
	lines := h.client.hello.Lines
	next := 0
	units, err := h.client.units()
	if err != nil {
		return err
	}
	for _, u := range units {
		for next < len(lines) && !isWall(lines[next]) {
			next++
		}
		if next < len(lines) {
			tiles = append(tiles, wire.Tile{Line: lines[next].Name, Unit: u.Code, RID: "l"})
			next++
		}
	}
	return h.client.send(wire.TypeWatch, "", wire.Watch{Tiles: tiles})
}

func isWall(l wire.Line) bool {
	return len(l.Name) > 4 && l.Name[:4] == "wall"
}

func (h *host) hear(f wire.Frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch f.Type {
	case wire.TypeSnapshot:
		var s wire.Snapshot
		if json.Unmarshal(f.Data, &s) != nil {
			return
		}
		h.session = s.Session
		for _, t := range s.Turns {
			h.turns[t.ID] = t
		}
	case wire.TypeSession:
		var s *wire.Session
		if json.Unmarshal(f.Data, &s) != nil {
			return
		}
		h.session = s
	case wire.TypeTurn:
		var t wire.Turn
		if json.Unmarshal(f.Data, &t) != nil {
			return
		}
		h.turns[t.ID] = t
	default:
		return
	}
	close(h.changed)
	h.changed = make(chan struct{})
}

// wait waits until ok, which is called with what the host knows locked, and returns the session.
func (h *host) wait(ctx context.Context, ok func() bool) (*wire.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, commandPatience)
	defer cancel()
	for {
		h.mu.Lock()
		changed, yes, session := h.changed, ok(), h.session
		h.mu.Unlock()
		if yes {
			return session, nil
		}
		select {
		case <-changed:
		case <-h.client.done:
			return nil, h.client.err
		case <-ctx.Done():
			return nil, fmt.Errorf("the server did not do what it agreed to: %w", ctx.Err())
		}
	}
}

const (
	// switchPatience is how long a viewer may wait for a called unit's picture before it counts as missed.
	switchPatience = 10 * time.Second
	// choiceLasts is how long a host looks at the unit that it has chosen before it calls.
	choiceLasts = time.Second
	// onFloor is how long a called unit stays when it has answered.
	onFloor = 3 * time.Second
)

// held is what was measured of a turn.
type held struct {
	seen   []time.Duration // by each viewer, from the command
	best   []time.Duration // the same for the best layer, of a unit whose page is not the fleet's
	spread time.Duration   // from the camera's sending of a keyframe to the last viewer's having it
	missed int
}

// hold is one turn from the call to the release.
func (h *host) hold(ctx context.Context, code string, viewers []*stream) (held, error) {
	f := h.fleet
	// As a host does who chooses a unit first and calls it then.
	if !f.cfg.Cold {
		err := errors.Join(h.client.send(wire.TypePrepare, "", wire.Prepare{Unit: code}), sleep(ctx, choiceLasts))
		if err != nil {
			return held{}, err
		}
	}
	t := newTurn(f.pictures, code, viewers)
	guest := slices.Contains(f.cfg.Guests, code)
	if guest {
		t.ofGuest(h.bestWidth())
	}
	f.turn.Store(t)
	for _, s := range viewers {
		s.look.Store(true)
	}
	t.from = time.Now()
	var result wire.CallResult
	if err := h.client.command(ctx, wire.TypeCall, wire.Call{Unit: code, How: "hand"}, &result); err != nil {
		return held{}, err
	}
	recorded := time.Since(t.from)
	select {
	case <-t.all:
	case <-time.After(switchPatience):
	case <-ctx.Done():
		return held{}, ctx.Err()
	}
	var out held
	out.seen, out.best = t.times()
	out.missed = len(viewers) - len(out.best)
	f.cfg.Progress(fmt.Sprintf("unit %s: the call was recorded after %.0f ms, %s", code, milliseconds(recorded), t.tell(&out, guest)))
	if _, err := h.wait(ctx, func() bool { return ended(h.turns[result.Turn].State) }); err != nil {
		return held{}, err
	}
	h.mu.Lock()
	state := h.turns[result.Turn].State
	h.mu.Unlock()
	if state != "answered" {
		out.missed++
		return out, nil
	}
	if err := sleep(ctx, onFloor); err != nil {
		return held{}, err
	}
	return out, h.client.command(ctx, wire.TypeTurnRelease, wire.TurnRef(result), nil)
}

// tell completes what a turn came to, and puts it in words.
func (t *turn) tell(out *held, guest bool) string {
	saw, best := spread(out.seen), spread(out.best)
	if guest {
		return fmt.Sprintf("%d stations saw it after %.0f ms, the last after %.0f ms, and large after %.0f and %.0f ms",
			len(out.seen), saw.P50, saw.Max, best.P50, best.Max)
	}
	left := time.Unix(0, t.shown.Load()).Sub(t.from)
	if len(out.seen) > 0 {
		out.spread = slices.Max(out.seen) - left
	}
	return fmt.Sprintf("the camera's keyframe left after %.0f ms, %d stations saw it after %.0f ms, the last after %.0f ms",
		milliseconds(left), len(out.seen), saw.P50, saw.Max)
}

// bestWidth is how wide the best layer of a camera is, in pixels.
func (h *host) bestWidth() int {
	line, err := cameraLine(h.client.hello.Lines)
	if err != nil || len(line.Layers) == 0 {
		return 0
	}
	return line.Layers[len(line.Layers)-1].Width
}

// ended says whether a called unit has answered, or will not any more.
func ended(state string) bool { return state != "" && state != "called" }

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
