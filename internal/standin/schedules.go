package standin

import (
	"context"
	"maps"
	"slices"
	"time"

	"muster/rollcall/schedule"
)

// Schedules implements schedule.Store. A begin that was opened while the database was away is not due again.
func (h *House) Schedules(ctx context.Context) ([]schedule.Schedule, error) {
	asked := false
	list, err := ask(ctx, h, func(ctx context.Context) ([]schedule.Schedule, error) {
		list, err := h.src.Schedules(ctx)
		asked = err == nil
		return list, err
	}, func(c *Copy) ([]schedule.Schedule, error) { return slices.Clone(c.Schedules), nil })
	if err != nil {
		return nil, err
	}
	c := h.current()
	if c == nil {
		return list, nil
	}
	for i := range list {
		a, known := c.Advanced[list[i].ID]
		if !known {
			continue
		}
		if !list[i].NextDue.Equal(a.From) {
			h.settled(list[i].ID)
			continue
		}
		if asked {
			h.catchUp(ctx, list[i].ID, a)
		}
		list[i].NextDue = a.To
	}
	return list, nil
}

// PutSchedule implements schedule.Store.
func (h *House) PutSchedule(ctx context.Context, s schedule.Schedule) error {
	defer h.stale()
	return h.src.PutSchedule(ctx, s)
}

// Advance implements schedule.Store. While the database is away it is noted here, and made up for when that is back.
func (h *House) Advance(ctx context.Context, id string, from, to time.Time) (bool, error) {
	return ask(ctx, h, func(ctx context.Context) (bool, error) {
		moved, err := h.src.Advance(ctx, id, from, to)
		if moved {
			h.moved(id, to)
		}
		return moved, err
	}, func(*Copy) (bool, error) {
		h.note(id, Advance{From: from, To: to})
		return true, nil
	})
}

// moved notes at once what the database knows: it may be away before the next copy is taken.
func (h *House) moved(id string, to time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.copy == nil {
		return
	}
	next := *h.copy
	next.Schedules = slices.Clone(h.copy.Schedules)
	for i := range next.Schedules {
		if next.Schedules[i].ID == id {
			next.Schedules[i].NextDue = to
		}
	}
	h.keepLocked(&next)
}

// note remembers that a begin was opened. One that follows another replaces it: the database still stands at the first.
func (h *House) note(id string, a Advance) {
	h.mu.Lock()
	defer h.mu.Unlock()
	next := *h.copy
	next.Advanced = maps.Clone(h.copy.Advanced)
	if next.Advanced == nil {
		next.Advanced = map[string]Advance{}
	}
	if before, known := next.Advanced[id]; known && before.To.Equal(a.From) {
		a.From = before.From
	}
	next.Advanced[id] = a
	h.keepLocked(&next)
}

// catchUp tells the database what was opened meanwhile.
func (h *House) catchUp(ctx context.Context, id string, a Advance) {
	if _, err := h.src.Advance(ctx, id, a.From, a.To); err != nil {
		return // the next look tries again
	}
	h.settled(id)
	h.stale()
}

// settled forgets a note that the database has overtaken.
func (h *House) settled(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, known := h.copy.Advanced[id]; !known {
		return
	}
	next := *h.copy
	next.Advanced = maps.Clone(h.copy.Advanced)
	delete(next.Advanced, id)
	h.keepLocked(&next)
}
