package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"muster/signaling/wire"
)

// participant is a simulated page with a camera and a microphone: a station, or the hall.
type participant struct {
	fleet  *fleet
	unit   unit // of a station; the hall has only a name
	client *client
	camera *camera
	// ready is a camera whose pictures are drawn already, for the first time that it is needed.
	ready *camera
	mic   *microphone
	ctx   context.Context // ends with the participant's media
}

// enter joins as a page and negotiates its lines. What the server sends before there is a camera to steer is kept until then.
func (p *participant) enter(ctx context.Context, page string, hear func(wire.Frame)) error {
	p.ctx = ctx
	handle := func(w wire.Frame) { p.steer(w); hear(w) }
	var mu sync.Mutex
	var early []wire.Frame
	ready := false
	c, err := join(ctx, p.fleet.cfg.URL, wire.Join{Version: wire.Version, Page: page, Token: p.unit.Token, Device: p.device()}, func(w wire.Frame) {
		mu.Lock()
		defer mu.Unlock()
		if !ready {
			early = append(early, w)
			return
		}
		handle(w)
	})
	if err != nil {
		return err
	}
	p.client = c
	if err := p.equip(ctx); err != nil {
		return errors.Join(err, c.close())
	}
	mu.Lock()
	defer mu.Unlock()
	for _, w := range early {
		handle(w)
	}
	ready = true
	return nil
}

// device names a simulated station over its reconnections; a console has none.
func (p *participant) device() string {
	if p.unit.Code == "" {
		return ""
	}
	return "fleet-" + p.unit.Code
}

// equip gives the page a camera and a microphone and connects them.
func (p *participant) equip(ctx context.Context) error {
	f := p.fleet
	line, err := cameraLine(p.client.hello.Lines)
	if err != nil {
		return err
	}
	if p.camera, err = p.takeCamera(line); err != nil {
		return err
	}
	if !f.cfg.Hold {
		p.camera.shown = func(start []byte, rid string) {
			f.pictures.note(start, p.unit.Code)
			f.turn.Load().shows(p.unit.Code, rid)
		}
	}
	inside := func(s *stream, packet []byte) { f.turn.Load().see(s, packet) }
	if err := p.client.connect(ctx, f.wiring, inside, p.camera.keyframes); err != nil {
		return err
	}
	p.camera.out = p.client.media.senders["camera"]
	p.mic = newMicrophone(p.client.media.senders["mic"])
	if err := p.client.send(wire.TypeDevice, "", wire.Device{Camera: "ok", Microphone: "ok", Speaker: "ok", Network: "ok"}); err != nil {
		return err
	}
	go p.camera.run(ctx)
	go p.mic.run(ctx)
	return nil
}

// takeCamera returns the camera that is ready, or a new one.
func (p *participant) takeCamera(line wire.Line) (*camera, error) {
	if c := p.ready; c != nil {
		p.ready = nil
		return c, nil
	}
	reel, err := p.fleet.reel(p.unit, line)
	if err != nil {
		return nil, err
	}
	return newCamera(p.unit.card(), reel, line, p.fleet.cfg.Profile, p.fleet.prepared[p.unit.Code])
}

// cameraLine is the line that a page's camera sends on.
func cameraLine(lines []wire.Line) (wire.Line, error) {
	const name = "camera"
	for _, l := range lines {
		if l.Name == name {
			return l, nil
		}
	}
	return wire.Line{}, fmt.Errorf("the server's hello has no line %q", name)
}

// steer does what every page does: it sends the layers and the sound that the server wants.
func (p *participant) steer(f wire.Frame) {
	switch f.Type {
	case wire.TypeLayers:
		var layers wire.Layers
		if json.Unmarshal(f.Data, &layers) == nil && layers.Line == "camera" {
			p.camera.setActive(layers.Active)
		}
	case wire.TypeAir:
		var air wire.Air
		if json.Unmarshal(f.Data, &air) == nil {
			p.mic.set(air.Mic)
		}
	case wire.TypeSnapshot:
		var snapshot wire.Snapshot
		if json.Unmarshal(f.Data, &snapshot) == nil {
			p.mic.set(snapshot.Air.Mic)
		}
	}
}

// station is a participant that answers when it is called.
type station struct {
	participant
	answered map[string]bool // turns, rolls, and sessions that it signed in to; only the socket's reader uses it
}

func (s *station) enter(ctx context.Context) error {
	s.answered = map[string]bool{}
	return s.participant.enter(ctx, wire.PageStation, s.hear)
}

// hear looks for a call in what the server sends.
func (s *station) hear(f wire.Frame) {
	switch f.Type {
	case wire.TypeTurn:
		var turn wire.Turn
		if json.Unmarshal(f.Data, &turn) == nil {
			s.called(turn)
		}
	case wire.TypeSnapshot:
		var snapshot wire.Snapshot
		if json.Unmarshal(f.Data, &snapshot) == nil {
			for _, turn := range snapshot.Turns {
				s.called(turn)
			}
			s.asked(snapshot.Session)
			s.opened(snapshot.Session)
		}
	case wire.TypeSession:
		var session *wire.Session
		if json.Unmarshal(f.Data, &session) == nil {
			s.asked(session)
		}
	case wire.TypeSeatAsked:
		// A simulated station makes way for a person.
		go s.tell(wire.TypeSeatGive, nil)
	}
}

// rollWithin spreads the answers to a roll: officers do not press at one moment.
const rollWithin = 10 * time.Second

// asked answers a roll; one that does not ask this unit refuses it, which is no harm.
func (s *station) asked(session *wire.Session) {
	if session == nil || session.Roll == "" || s.answered[session.Roll] {
		return
	}
	s.answered[session.Roll] = true
	go func() {
		select {
		case <-time.After(rand.N(rollWithin / time.Duration(max(1, s.fleet.cfg.Speed)))):
			s.tell(wire.TypeRollAnswer, wire.RollRef{Roll: session.Roll})
		case <-s.ctx.Done():
		}
	}()
}

// signWithin spreads the signing in of officers, signAfter lets the seat be entered before.
const signAfter, signWithin = time.Second, 8 * time.Second

// opened signs an officer in, where stations are there for people to look at.
func (s *station) opened(session *wire.Session) {
	if session == nil || !s.fleet.cfg.Hold || s.answered[session.ID] {
		return
	}
	s.answered[session.ID] = true
	go func() {
		select {
		case <-time.After(signAfter + rand.N(signWithin)):
		case <-s.ctx.Done():
			return
		}
		if err := s.signIn(s.ctx, 0); err != nil && s.ctx.Err() == nil {
			s.fleet.cfg.Log.Debug("nobody signs in at a simulated station", "unit", s.unit.Code, "error", err)
		}
	}()
}

// signIn signs the n-th officer of the unit's duty roster in, who relieves the one before.
func (s *station) signIn(ctx context.Context, n int) error {
	var list wire.Duty
	if err := s.client.command(ctx, wire.TypeOfficerList, nil, &list); err != nil {
		return err
	}
	if n >= len(list.Officers) {
		return fmt.Errorf("the duty roster has %d officers of %s", len(list.Officers), s.unit.Code)
	}
	in := wire.OfficerIn{Number: list.Officers[n].Number}
	if n > 0 {
		in.Relieves = list.Officers[n-1].Number
	}
	return s.client.command(ctx, wire.TypeOfficerIn, in, nil)
}

// tell sends a command whose refusal is of no consequence.
func (s *station) tell(kind string, data any) {
	if err := s.client.command(s.ctx, kind, data, nil); err != nil && s.ctx.Err() == nil {
		s.fleet.cfg.Log.Debug("a simulated station was refused", "unit", s.unit.Code, "command", kind, "error", err)
	}
}

// answerAfter is what an officer needs to press a button.
const answerAfter = 1500 * time.Millisecond

func (s *station) called(turn wire.Turn) {
	if turn.State != "called" || turn.Unit != s.unit.Code || s.answered[turn.ID] {
		return
	}
	s.answered[turn.ID] = true
	go func() {
		ref := wire.TurnRef{Turn: turn.ID}
		err := s.client.command(s.ctx, wire.TypeTurnShown, ref, nil)
		select {
		case <-time.After(answerAfter):
		case <-s.ctx.Done():
			return
		}
		if err == nil {
			err = s.client.command(s.ctx, wire.TypeTurnAnswer, ref, nil)
		}
		if err != nil && s.ctx.Err() == nil {
			s.fleet.cfg.Log.Info("a call was not answered", "unit", s.unit.Code, "error", err)
		}
	}()
}
