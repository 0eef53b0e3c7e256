package selfcheck

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/google/renameio/v2"
)

// Due is a call that is coming, as the scheduler knows it.
type Due struct {
	Schedule, Title string
	At              time.Time // the begin
	Opens           time.Time // when the waiting room does
}

// begin is one begin of a schedule: a call that is moved is another one, and checked again.
type begin struct {
	schedule string
	at       int64
}

func (d Due) begin() begin { return begin{d.Schedule, d.At.UnixMilli()} }

// checkAt is when the server looks at itself for the call.
func (d Due) checkAt() time.Time { return d.Opens.Add(-ahead) }

const (
	// ahead is how long before the waiting room opens the server looks at itself: time enough to fetch somebody.
	ahead = 15 * time.Minute
	// lookEvery is how often it is seen whether a check is due, so that a changed schedule and a jump of the clock count.
	lookEvery = 5 * time.Second
)

// Run is what the server found by itself before the calls that were coming.
type Run struct {
	Report
	Due []Due // the earliest first
}

// WatchConfig is what a Watch works with.
type WatchConfig struct {
	Check   func(ctx context.Context) Report // Checker.Run is one
	Coming  func() []Due                     // every call that is coming, in any order
	Webhook *Webhook                         // is told of what is bad; nil for none
	File    string                           // keeps the last run over a restart
	Log     *slog.Logger                     // nil discards
}

// Watch makes the check by itself before each call, once for each begin of a schedule.
type Watch struct {
	cfg     WatchConfig
	running sync.Mutex // held while a check is made and told

	mu   sync.Mutex
	last *Run
	done map[begin]bool
}

// NewWatch reads the last run from the file. Nothing happens before Run.
func NewWatch(cfg WatchConfig) *Watch {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	w := &Watch{cfg: cfg, done: map[begin]bool{}}
	last, err := load(cfg.File)
	switch {
	case err == nil:
		w.last = last
		w.mark(last.Due)
	case !errors.Is(err, fs.ErrNotExist):
		cfg.Log.Warn("the last self-check can't be read", "error", err)
	}
	return w
}

// Run makes the checks until ctx ends.
func (w *Watch) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if due := w.due(time.Now()); len(due) > 0 {
			w.check(ctx, due)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// due returns the calls whose check is to be made now, the earliest first. After the begin it is of no use any more.
func (w *Watch) due(now time.Time) []Due {
	coming := slices.Clone(w.cfg.Coming())
	w.mu.Lock()
	defer w.mu.Unlock()
	coming = slices.DeleteFunc(coming, func(d Due) bool {
		return now.Before(d.checkAt()) || !now.Before(d.At) || w.done[d.begin()]
	})
	slices.SortFunc(coming, func(a, b Due) int { return a.At.Compare(b.At) })
	return coming
}

// check looks, keeps what it found, and only then tells: the hall need not wait for another system.
func (w *Watch) check(ctx context.Context, due []Due) {
	w.running.Lock()
	defer w.running.Unlock()
	run := Run{Report: w.cfg.Check(ctx), Due: due}
	if ctx.Err() != nil {
		return // the server ends: what was cancelled is not bad
	}
	w.keep(run)
	level := slog.LevelInfo
	if run.State == Bad {
		level = slog.LevelError
	}
	w.cfg.Log.Log(ctx, level, "the server looked at itself before a call", "state", run.State, "found", run.names(), "call", due[0].At)
	if run.State == Bad && w.cfg.Webhook != nil {
		w.cfg.Webhook.send(ctx, alertOf(run.Report, &due[0]))
		run.Report = run.with(w.cfg.Webhook.item())
		w.keep(run)
	}
}

// Try looks now and tells the webhook, whatever was found. It reports false while another check is being made.
func (w *Watch) Try(ctx context.Context) (Report, bool) {
	if !w.running.TryLock() {
		return Report{}, false
	}
	defer w.running.Unlock()
	report := w.cfg.Check(ctx)
	if w.cfg.Webhook != nil {
		alert := alertOf(report, nil)
		alert.Test = true
		w.cfg.Webhook.send(ctx, alert)
		report = report.with(w.cfg.Webhook.item())
	}
	return report, true
}

// Check looks now and tells nobody.
func (w *Watch) Check(ctx context.Context) Report { return w.cfg.Check(ctx) }

// Last is what the server found by itself last, nil when it never looked.
func (w *Watch) Last() *Run {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// Next is when the server looks by itself next, the zero time when no call is coming.
func (w *Watch) Next() time.Time {
	var next time.Time
	now := time.Now()
	for _, d := range w.cfg.Coming() {
		if at := d.checkAt(); at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

func alertOf(r Report, d *Due) Alert {
	out := Alert{At: r.At.UTC(), State: r.State, Items: []AlertItem{}}
	if d != nil {
		out.Call = &AlertCall{Title: d.Title, PlannedAt: d.At.UTC(), OpensAt: d.Opens.UTC()}
	}
	for _, i := range r.found() {
		out.Items = append(out.Items, AlertItem{Code: i.Name, Level: i.State, Text: AlertText{i.ZH, i.EN}})
	}
	return out
}

// mark remembers for which begins the check was made.
func (w *Watch) mark(due []Due) {
	for _, d := range due {
		w.done[d.begin()] = true
	}
}

func (w *Watch) keep(run Run) {
	w.mu.Lock()
	w.last = &run
	w.mark(run.Due)
	w.mu.Unlock()
	if err := save(w.cfg.File, run); err != nil {
		w.cfg.Log.Warn("the self-check can't be kept for the next start", "error", err)
	}
}

func load(path string) (*Run, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("last self-check: %w", err)
	}
	var run Run
	if err := json.Unmarshal(content, &run); err != nil {
		return nil, fmt.Errorf("last self-check: %w", err)
	}
	return &run, nil
}

// save replaces the file, never leaving half of it.
func save(path string, run Run) error {
	content, err := json.Marshal(run)
	if err != nil {
		return err
	}
	return renameio.WriteFile(path, content, 0o600)
}
