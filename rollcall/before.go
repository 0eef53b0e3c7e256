package rollcall

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// recalledFor bounds how long ago the call may have been planned whose commands a server that was restarted still answers.
const recalledFor = 24 * time.Hour

// recall looks for the call that ended last: who gave the command that ended it, and lost the server right after, gives it again.
// A call does not wait for a history that can't be read.
func (d *Director) recall(ctx context.Context) {
	events, err := d.lastOver(ctx)
	if err == nil && len(events) > 0 {
		err = d.over(events)
	}
	if err != nil && ctx.Err() == nil {
		d.log.Warn("commands of the last call are not known any more", "error", err)
	}
}

// lastOver is the journal of the call that was closed last, nothing when there was none lately.
func (d *Director) lastOver(ctx context.Context) ([]Event, error) {
	now := d.now()
	rows, err := d.cfg.Sessions.Sessions(ctx, now.Add(-recalledFor), now.Add(recalledFor))
	if err != nil {
		return nil, fmt.Errorf("cannot list the last calls: %w", err)
	}
	var last SessionRow
	for _, r := range rows {
		if r.ClosedAt.After(last.ClosedAt) {
			last = r
		}
	}
	if last.ID == "" {
		return nil, nil
	}
	return d.cfg.Journal.Events(ctx, last.ID)
}

// over makes a call that was closed the one before.
func (d *Director) over(events []Event) error {
	view, err := Fold(events)
	if err != nil {
		return err
	}
	s := newSession(view, events, d.cfg.Epoch, d.recorder, moment{}, d.now, d.log)
	close(s.done)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last = s
	return nil
}

// given asks what the command of its id led to.
type given struct{}

// errNotGiven says that nothing was carried out under the id.
var errNotGiven = errors.New("no such command was given")

func (given) decide(*View, moment) ([]draft, Outcome, error) { return nil, Outcome{}, errNotGiven }

// Given implements Calls.
func (d *Director) Given(ctx context.Context, by Meta) bool {
	_, err := d.Do(ctx, by, given{})
	return by.ID != "" && err == nil
}

// before is the call before, nil when there was none; its state is nobody's now.
func (d *Director) before(ctx context.Context) (*session, error) {
	d.mu.Lock()
	last := d.last
	d.mu.Unlock()
	if last == nil {
		return nil, nil
	}
	select {
	case <-last.done:
		return last, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// doneBefore answers a command that is given again after the session that it ended, such as the Close of a page that lost its
// socket meanwhile.
func (d *Director) doneBefore(ctx context.Context, by Meta) (Outcome, error) {
	last, err := d.before(ctx)
	switch {
	case err != nil:
		return Outcome{}, err
	case last == nil || by.ID == "":
		return Outcome{}, ErrNoSession
	}
	if r, repeated := last.results[commandKey(by)]; repeated {
		return r.wait(ctx)
	}
	return Outcome{}, ErrNoSession
}

// endedBefore says whether the command ended the call before: given again, it must not end the next one.
func (d *Director) endedBefore(ctx context.Context, by Meta, cmd Command) bool {
	switch cmd.(type) {
	case Close, Cancel, Yield:
	default:
		return false // ids are unique within a call only
	}
	last, err := d.before(ctx)
	return err == nil && last != nil && by.ID != "" && last.closedBy == commandKey(by)
}

// openedBefore is the session that the command opened and that is over: given again it opens no other one.
func (d *Director) openedBefore(ctx context.Context, by Meta) (*View, error) {
	last, err := d.before(ctx)
	if err != nil || last == nil || by.ID == "" || last.opened != commandKey(by) {
		return nil, err
	}
	return last.head, nil
}
