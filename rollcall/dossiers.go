package rollcall

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// aheadFor is how long a dossier that was read ahead may be shown: longer than a turn, short enough to be of this morning.
const aheadFor = 10 * time.Minute

// readAhead is the dossier of the unit that the agenda calls next.
type readAhead struct {
	unit string
	at   time.Time
	body json.RawMessage
}

// readNext reads the dossier of the unit that is next in the agenda, so that it is on the screen with the call.
func (d *Director) readNext(unit string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if unit == "" || unit == d.ahead.unit || d.ending {
		return
	}
	d.ahead = readAhead{unit: unit}
	ctx, at := d.ctx, d.now()
	d.running.Go(func() {
		reading, cancel := context.WithTimeout(ctx, dossierPatience)
		defer cancel()
		body, err := d.cfg.Dossiers.Dossier(reading, unit, at)
		if err != nil {
			return // it is read again when the unit is called
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.ahead.unit == unit {
			d.ahead.at, d.ahead.body = at, body
		}
	})
}

// takeAhead returns what was read ahead of the unit, nil when that is nothing or too old. It is called with mu held.
func (d *Director) takeAhead(unit string, at time.Time) json.RawMessage {
	a := d.ahead
	if a.unit != unit {
		return nil
	}
	d.ahead = readAhead{}
	if at.Sub(a.at) > aheadFor {
		return nil
	}
	return a.body
}

// readDossiers fetches what is shown about the units that were just called.
func (d *Director) readDossiers(u Update) {
	for _, e := range u.Events {
		if e.Kind == KindTurnCalled {
			d.readDossier(e)
		}
	}
	if u.View != nil && u.View.Phase == Open { // after who was called took what had been read for it
		d.readNext(d.Ahead(u.View, d.now()))
	}
}

func (d *Director) readDossier(called Event) {
	var data TurnCalled
	if err := unmarshal(called, &data); err != nil {
		d.log.Error("a call can't be read", "error", err)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ending {
		return
	}
	ctx, ahead := d.ctx, d.takeAhead(data.Unit, called.At)
	d.running.Go(func() { d.freeze(ctx, data.Turn, data.Unit, called.At, ahead) })
}

// freeze keeps the dossier with the turn: what was read ahead, nil for nothing, or what there is now.
func (d *Director) freeze(ctx context.Context, turn, unit string, at time.Time, body json.RawMessage) {
	reading, cancel := context.WithTimeout(ctx, dossierPatience)
	defer cancel()
	freeze := FreezeDossier{Turn: turn}
	var err error
	if body == nil {
		body, err = d.cfg.Dossiers.Dossier(reading, unit, at)
	}
	switch {
	case ctx.Err() != nil:
		return // the next server reads it
	case err != nil:
		d.log.Warn("no dossier", "unit", unit, "error", err)
		freeze.Reason = "unavailable"
	default:
		freeze.Dossier = body
	}
	if _, err := d.Do(ctx, Meta{Actor: System()}, freeze); err != nil && ctx.Err() == nil && !errors.Is(err, ErrNoSession) && !errors.Is(err, ErrClosed) {
		d.log.Error("a dossier could not be kept", "unit", unit, "error", err)
	}
}
