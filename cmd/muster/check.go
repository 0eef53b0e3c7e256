package main

import (
	"context"
	"crypto/tls"
	"os"
	"time"

	"muster/internal/selfcheck"
	"muster/rollcall"
)

// watch is the check of what the server itself needs for a call, which it also makes by itself before each.
func (h *house) watch(security *tls.Config) (*selfcheck.Watch, error) {
	hook, err := h.webhook()
	if err != nil {
		return nil, err
	}
	checker := &selfcheck.Checker{
		Database: h.db, SameMachine: h.cfg.DatabaseURL == "", Folder: h.cfg.Data, Certificate: selfcheck.Leaf(security),
		Missing: func(now time.Time) []int { return h.calendar.Missing(now.In(zone())) },
		Load:    h.load, Card: selfcheck.CardOf(h.listen), Webhook: hook,
	}
	return selfcheck.NewWatch(selfcheck.WatchConfig{
		Check: checker.Run, Coming: h.coming, Webhook: hook, File: h.cfg.file("selfcheck.json"), Log: h.log,
	}), nil
}

// webhook is nil when none is named.
func (h *house) webhook() (*selfcheck.Webhook, error) {
	if h.cfg.AlertWebhook == "" {
		return nil, nil
	}
	name, err := os.Hostname()
	if err != nil {
		name = h.cfg.HTTP
	}
	return selfcheck.NewWebhook(h.cfg.AlertWebhook, name, h.log)
}

func (c *serveCommand) badWebhook() bool {
	if c.AlertWebhook == "" {
		return false
	}
	_, err := selfcheck.NewWebhook(c.AlertWebhook, "", nil)
	return err != nil
}

func (h *house) load(ctx context.Context) (selfcheck.Load, error) {
	units, err := h.stand.Units(ctx)
	return h.cfg.loadOf(len(units), h.budgets), err
}

// coming are the calls of all schedules, and the one whose waiting room is open already: a server that starts late looks at itself
// before that one, too.
func (h *house) coming() []selfcheck.Due {
	var out []selfcheck.Due
	for _, d := range h.runner.Coming() {
		out = append(out, selfcheck.Due{Schedule: d.Schedule, Title: d.Title, At: d.PlannedAt, Opens: d.WaitingAt})
	}
	if d, ok := waitingCall(h.director.Current()); ok {
		out = append(out, d)
	}
	return out
}

// waitingCall is the regular call whose waiting room is open, under the begin that the schedule had for it.
func waitingCall(v *rollcall.View) (selfcheck.Due, bool) {
	if v == nil || v.Kind != rollcall.Regular || v.Phase != rollcall.Waiting {
		return selfcheck.Due{}, false
	}
	at := v.PlannedAt
	if !v.Announced.IsZero() {
		at = v.Announced // a call that is postponed stays the same
	}
	return selfcheck.Due{Schedule: v.Schedule, Title: v.Title, At: at, Opens: v.OpenedAt}, true
}
