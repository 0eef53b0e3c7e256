package standin

import (
	"context"
	"slices"
	"time"

	"muster/rollcall"
)

// lastDay is after all days that anybody is excused on.
const lastDay = "9999-12-31"

// PlannedExcuses implements rollcall.PlannedStore. The copy has those that are not over.
func (h *House) PlannedExcuses(ctx context.Context, from, to string) ([]rollcall.PlannedExcuse, error) {
	return ask(ctx, h, func(ctx context.Context) ([]rollcall.PlannedExcuse, error) {
		return h.src.PlannedExcuses(ctx, from, to)
	}, func(c *Copy) ([]rollcall.PlannedExcuse, error) {
		return slices.DeleteFunc(slices.Clone(c.Planned), func(p rollcall.PlannedExcuse) bool { return p.To < from || to < p.From }), nil
	})
}

// PutPlannedExcuse implements rollcall.PlannedStore.
func (h *House) PutPlannedExcuse(ctx context.Context, p rollcall.PlannedExcuse) error {
	defer h.stale()
	return h.src.PutPlannedExcuse(ctx, p)
}

// DropPlannedExcuse implements rollcall.PlannedStore.
func (h *House) DropPlannedExcuse(ctx context.Context, id string, by rollcall.Actor, at time.Time) (rollcall.PlannedExcuse, error) {
	defer h.stale()
	return h.src.DropPlannedExcuse(ctx, id, by, at)
}
