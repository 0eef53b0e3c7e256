package rollcall

import (
	"errors"
	"slices"
)

// recoverHere takes up the call that was open when the store went away, from this machine's disk alone, and has all that is
// there on its way to the store: that skips what it knows already.
func (d *Director) recoverHere() error {
	events, err := d.lastCall.read()
	if err != nil {
		return err
	}
	last, spooled := bySession(events), bySession(d.spooled)
	var ids []string
	for _, e := range slices.Concat(d.spooled, events) {
		if !slices.Contains(ids, e.Session) {
			ids = append(ids, e.Session)
		}
	}
	slices.Sort(ids) // UUIDs of version 7 sort by time
	var pending []Event
	for _, id := range ids {
		events, err := d.takeUpHere(id, last[id], spooled[id])
		if err != nil {
			return err
		}
		pending = append(pending, events...)
	}
	if err := d.spool.rewrite(pending); err != nil {
		return err
	}
	d.spooled, d.recorder.spooled = nil, pending
	d.mu.Lock()
	defer d.mu.Unlock()
	d.record = d.recorder.state()
	return nil
}

// takeUpHere returns a session's events, and lets it live on when it is open.
func (d *Director) takeUpHere(id string, last, spooled []Event) ([]Event, error) {
	missing, err := d.missing(id, last, spooled)
	if err != nil {
		return nil, err
	}
	events := slices.Concat(last, missing)
	if !whole(events) {
		// Only the store has the rest of it: it was over when the last call began, or a power failure took what was not on disk.
		d.log.Warn("a session is kept in part on this machine; it is not taken up", "session", id, "events", len(events))
		return missing, nil
	}
	view, err := Fold(events)
	if err != nil {
		d.log.Error("the journal on this machine can't be read", "session", id, "error", err)
		return nil, d.setAside(id, events)
	}
	if view.Phase == Closed {
		opened, err := Payload[SessionOpened](events[0])
		d.hold(opened)
		return events, errors.Join(err, d.over(events))
	}
	view, added, err := d.wake(view, events[len(events)-1])
	if err != nil {
		return nil, err
	}
	events = append(events, added...)
	d.lastCall.begin(events)
	return events, d.resume(view, events)
}

// whole says whether events are a session's from its first one on.
func whole(events []Event) bool {
	return len(events) > 0 && events[len(events)-1].Seq == int64(len(events))
}
