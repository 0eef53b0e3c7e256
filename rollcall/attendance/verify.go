package attendance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"muster/rollcall"
)

// Fault is something that does not agree.
type Fault struct {
	Session string
	What    string
}

// CheckChain says what is wrong with a journal, nil when nothing is: numbers without a hole from 1, each event's hash its own,
// and each sealed upon the one before.
func CheckChain(events []rollcall.Event) error {
	var prev []byte
	for i, e := range events {
		hash := e.Hash
		if e.Seal(); !bytes.Equal(hash, e.Hash) {
			return fmt.Errorf("event %d was changed after it was sealed", e.Seq)
		}
		if e.Seq != int64(i+1) {
			return fmt.Errorf("event %d is missing", i+1)
		}
		if !bytes.Equal(e.Prev, prev) {
			return fmt.Errorf("event %d does not follow event %d", e.Seq, e.Seq-1)
		}
		prev = hash
	}
	return nil
}

// Verify checks every journal planned in [from, to), and compares what is kept with what is derived. It returns how many
// sessions it looked at.
func (b *Book) Verify(ctx context.Context, from, to time.Time) (sessions int, faults []Fault, err error) {
	rows, err := b.Sessions.Sessions(ctx, from, to)
	if err != nil {
		return 0, nil, fmt.Errorf("verify: %w", err)
	}
	list, err := b.Store.Reports(ctx, from, to, "")
	if err != nil {
		return 0, nil, fmt.Errorf("verify: %w", err)
	}
	kept := make(map[string]Report, len(list))
	for _, r := range list {
		kept[r.Session.ID] = r
	}
	for _, row := range rows {
		events, err := b.Journal.Events(ctx, row.ID)
		if err != nil {
			return 0, nil, fmt.Errorf("verify: %w", err)
		}
		if err := CheckChain(events); err != nil {
			faults = append(faults, Fault{row.ID, err.Error()})
		} else if what := lacks(events, row); what != "" {
			faults = append(faults, Fault{row.ID, what})
		}
		for _, what := range wrongDraws(events) {
			faults = append(faults, Fault{row.ID, what})
		}
		if r, ok := kept[row.ID]; ok {
			if what := differs(r, events); what != "" {
				faults = append(faults, Fault{row.ID, what})
			}
		}
	}
	return len(rows), faults, nil
}

// wrongDraws computes every draw of a journal again.
func wrongDraws(events []rollcall.Event) []string {
	var out []string
	for _, e := range events {
		var d rollcall.DrawMade
		if e.Kind != rollcall.KindDrawMade {
			continue
		}
		if err := json.Unmarshal(e.Data, &d); err != nil {
			out = append(out, fmt.Sprintf("event %d: the draw can't be read: %v", e.Seq, err))
		} else if again := d.Recompute(); again != d.Unit {
			out = append(out, fmt.Sprintf("event %d: the draw picked %s, its seed picks %s", e.Seq, d.Unit, again))
		}
	}
	return out
}

// lacks says what the journal does not tell although the list of sessions knows it: a chain does not show that its end was cut
// off. The journal may know more, because it is read after the list.
func lacks(events []rollcall.Event, row rollcall.SessionRow) string {
	if len(events) == 0 {
		return "the journal is empty"
	}
	view, err := rollcall.Fold(events)
	switch {
	case err != nil:
		return err.Error()
	case !row.BegunAt.IsZero() && !view.BegunAt.Equal(row.BegunAt):
		return "the journal does not tell of the begin at " + row.BegunAt.Format(time.RFC3339)
	case !row.ClosedAt.IsZero() && !view.ClosedAt.Equal(row.ClosedAt):
		return "the journal does not tell of the end at " + row.ClosedAt.Format(time.RFC3339)
	}
	return ""
}

// differs compares a kept report with the one that follows from the journal, in the form in which both are shown.
func differs(kept Report, events []rollcall.Event) string {
	derived, err := Derive(events, time.Time{})
	if err != nil {
		return err.Error()
	}
	a, errA := json.Marshal(kept)
	b, errB := json.Marshal(derived)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		return "the kept attendance is not what the journal adds up to: rebuild it"
	}
	return ""
}

// Rebuild derives the attendance of all closed sessions planned in [from, to) again, and returns how many there were.
func (b *Book) Rebuild(ctx context.Context, from, to time.Time) (int, error) {
	rows, err := b.Sessions.Sessions(ctx, from, to)
	if err != nil {
		return 0, fmt.Errorf("rebuild: %w", err)
	}
	done := 0
	for _, row := range rows {
		if row.ClosedAt.IsZero() {
			continue
		}
		if _, err := b.fetch(ctx, row); err != nil {
			return done, fmt.Errorf("rebuild session %s: %w", row.ID, err)
		}
		done++
	}
	return done, nil
}
