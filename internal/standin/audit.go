package standin

import (
	"context"
	"slices"
	"time"

	"muster/rollcall/account"
)

// mostActions bounds what is noted while the database is away.
const mostActions = 1000

// Audit implements account.AuditStore. While the database is away actions, logins for example, are noted here and handed on
// when it is back.
func (h *House) Audit(ctx context.Context, a account.Action) error {
	_, err := ask(ctx, h, func(ctx context.Context) (bool, error) {
		return true, h.src.Audit(ctx, a)
	}, func(*Copy) (bool, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.copy.Actions) >= mostActions {
			return false, ErrAway
		}
		next := *h.copy
		next.Actions = append(slices.Clone(h.copy.Actions), a)
		h.keepLocked(&next)
		return true, nil
	})
	return err
}

// Actions implements account.AuditStore.
func (h *House) Actions(ctx context.Context, from, to time.Time) ([]account.Action, error) {
	return h.src.Actions(ctx, from, to)
}

// handOn gives the database the actions that were noted meanwhile.
func (h *House) handOn(ctx context.Context) {
	c := h.current()
	if c == nil {
		return
	}
	handed := 0
	for handed < len(c.Actions) && h.src.Audit(ctx, c.Actions[handed]) == nil {
		handed++
	}
	if handed == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	next := *h.copy
	next.Actions = slices.Clone(h.copy.Actions[handed:]) // more may have come
	h.keepLocked(&next)
}
