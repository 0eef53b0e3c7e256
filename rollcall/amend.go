package rollcall

import (
	"context"
	"fmt"
)

// Amend implements Calls. What is amended in a closed session goes straight to the store: there is no goroutine any more that
// owns it, and an answer that is not kept would be none.
func (d *Director) Amend(ctx context.Context, session string, by Meta, cmd Command) (Outcome, error) {
	if s := d.live(); s != nil && s.id == session {
		return d.Do(ctx, by, cmd)
	}
	d.starting.Lock()
	defer d.starting.Unlock()
	events, err := d.cfg.Journal.Events(ctx, session)
	if err != nil {
		return Outcome{}, fmt.Errorf("amend session %s: %w", session, err)
	}
	if len(events) == 0 {
		return Outcome{}, fmt.Errorf("amend session %s: %w", session, ErrNotFound)
	}
	for _, e := range events {
		if by.ID != "" && commandKey(Meta{ID: e.Command, Actor: e.Actor}) == commandKey(by) {
			return Outcome{}, nil // the same command again
		}
	}
	view, err := Fold(events)
	if err != nil {
		return Outcome{}, fmt.Errorf("amend session %s: %w", session, err)
	}
	if view.Phase != Closed {
		return Outcome{}, ErrNotKeptYet
	}
	drafts, outcome, err := decide(view, cmd, moment{now: d.now()})
	if err != nil {
		return Outcome{}, err
	}
	fresh, last := []Event(nil), events[len(events)-1]
	for _, draft := range drafts {
		if last, err = newEvent(session, d.cfg.Epoch, last.Seq+1, d.now(), by, draft, last.Hash); err != nil {
			return Outcome{}, err
		}
		fresh = append(fresh, last)
	}
	if len(fresh) == 0 {
		return outcome, nil
	}
	if err := d.cfg.Journal.Append(ctx, fresh); err != nil {
		return Outcome{}, fmt.Errorf("amend session %s: %w", session, err)
	}
	return outcome, nil
}
