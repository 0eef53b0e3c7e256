package rollcall

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// recover reads the journal and the spool, and takes up the session that is open in them. There is no second mechanism: the
// state is the fold of the events.
func (d *Director) recover(ctx context.Context) error {
	if d.cfg.Away {
		return d.recoverHere()
	}
	if d.cfg.Superseded && len(d.spooled) > 0 {
		if err := d.setAside("all of it", d.spooled); err != nil {
			return err
		}
		d.spooled = nil
	}
	spooled := bySession(d.spooled)
	ids, err := d.candidates(ctx, spooled)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.takeUp(ctx, id, spooled[id]); err != nil {
			return fmt.Errorf("session %s: %w", id, err)
		}
	}
	if d.live() == nil {
		d.lastCall.begin(nil)
	}
	d.recall(ctx)
	d.spooled = nil
	return d.spool.clear()
}

func bySession(events []Event) map[string][]Event {
	out := map[string][]Event{}
	for _, e := range events {
		out[e.Session] = append(out[e.Session], e)
	}
	return out
}

// candidates are the sessions that are open in the store or have events in the spool, oldest first.
func (d *Director) candidates(ctx context.Context, spooled map[string][]Event) ([]string, error) {
	rows, err := d.cfg.Sessions.OpenSessions(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	for id := range spooled {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids) // UUIDs of version 7 sort by time
	return ids, nil
}

// takeUp appends what the spool has of a session together with a ServerResumed of our epoch. A session that is still open
// after that lives on; if there are several, which only a second server on the same database can bring about, the newest.
func (d *Director) takeUp(ctx context.Context, id string, spooled []Event) error {
	kept, err := d.cfg.Journal.Events(ctx, id)
	if err != nil {
		return err
	}
	missing, err := d.missing(id, kept, spooled)
	if err != nil {
		return err
	}
	events := slices.Concat(kept, missing)
	view, err := Fold(events)
	if err != nil {
		return err
	}
	if view.Phase == Closed && len(missing) == 0 {
		return nil
	}
	view, added, err := d.wake(view, events[len(events)-1])
	if err != nil {
		return err
	}
	events = append(events, added...)
	if view.Phase != Closed {
		d.lastCall.begin(events)
	}
	if err := d.cfg.Journal.Append(ctx, append(missing, added...)); err != nil {
		return err
	}
	if view.Phase == Closed {
		return nil
	}
	return d.resume(view, events)
}

// missing returns what the spool has of a session and the kept events lack. What contradicts them is set aside.
func (d *Director) missing(id string, kept, spooled []Event) ([]Event, error) {
	missing, ok := continues(kept, spooled)
	if !ok {
		return nil, d.setAside(id, spooled)
	}
	return missing, nil
}

func (d *Director) setAside(what string, spooled []Event) error {
	path, err := d.spool.branch(spooled)
	if err != nil {
		return err
	}
	d.log.Error("another server went on since; the spool is set aside", "session", what, "events", len(spooled), "file", path)
	return nil
}

// wake continues a session with a ServerResumed, and closes it when another one lives already.
func (d *Director) wake(view *View, last Event) (*View, []Event, error) {
	drafts := []draft{{KindServerResumed, ServerResumed{DownSince: d.alive.last(last.At)}}}
	if d.live() != nil && view.Phase != Closed {
		drafts = append(drafts, draft{KindSessionClosed, SessionClosed{Reason: "replaced"}})
	}
	var added []Event
	for _, next := range drafts {
		e, err := newEvent(last.Session, d.cfg.Epoch, last.Seq+1, d.now(), Meta{Actor: System()}, next, last.Hash)
		if err == nil {
			view, err = Apply(view, e)
		}
		if err != nil {
			return nil, nil, err
		}
		added, last = append(added, e), e
	}
	return view, added, nil
}

// continues returns the spooled events that the kept ones lack, and whether they are the continuation of what is kept.
func continues(kept, spooled []Event) ([]Event, bool) {
	hashes := make(map[int64][]byte, len(kept))
	var last Event
	for _, e := range kept {
		hashes[e.Seq], last = e.Hash, e
	}
	for i, e := range spooled {
		if e.Seq > last.Seq {
			return spooled[i:], e.Epoch >= last.Epoch
		}
		if !bytes.Equal(hashes[e.Seq], e.Hash) {
			return nil, false
		}
	}
	return nil, true
}

// resume lets a recovered session live on, and fetches the dossiers that the server before did not get to keep.
func (d *Director) resume(view *View, events []Event) error {
	opened, err := Payload[SessionOpened](events[0])
	if err != nil {
		return err
	}
	d.hold(opened)
	view = view.judged(d.now())
	d.log.Info("taking up an open session", "session", view.ID, "title", view.Title, "events", len(events))
	d.enliven(view, events, batch{view: view})
	for _, e := range events {
		var called TurnCalled
		if e.Kind != KindTurnCalled || unmarshal(e, &called) != nil {
			continue
		}
		if t := view.Turns[called.Turn]; t.EndedAt.IsZero() && t.DossierAt.IsZero() {
			d.readDossier(e)
		}
	}
	return nil
}

// Payload reads what an event carries.
func Payload[T any](e Event) (T, error) {
	var data T
	err := unmarshal(e, &data)
	return data, err
}

func unmarshal(e Event, into any) error {
	if err := json.Unmarshal(e.Data, into); err != nil {
		return fmt.Errorf("event %d (%s) of session %s: %w", e.Seq, e.Kind, e.Session, err)
	}
	return nil
}

// heartbeat keeps on disk when the server was last known to live, so that its successor knows since when it was gone.
type heartbeat struct {
	path string
	now  func() time.Time
}

const beatEvery = time.Second

func newHeartbeat(dir string, now func() time.Time) *heartbeat {
	return &heartbeat{filepath.Join(dir, "alive"), now}
}

// last returns the later of the last beat and the given time.
func (h *heartbeat) last(event time.Time) time.Time {
	info, err := os.Stat(h.path)
	if err != nil || info.ModTime().Before(event) {
		return event
	}
	return info.ModTime().UTC().Truncate(time.Microsecond)
}

func (h *heartbeat) run(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		h.beat()
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// beat may fail, on a full disk for example: the successor then goes by the last event.
func (h *heartbeat) beat() {
	at := h.now()
	if err := os.Chtimes(h.path, at, at); errors.Is(err, fs.ErrNotExist) {
		_ = os.WriteFile(h.path, nil, 0o600)
		_ = os.Chtimes(h.path, at, at)
	}
}
