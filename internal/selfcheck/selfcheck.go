// Package selfcheck looks at what the server itself needs for a call: the right time, room on the disk, a quick database, a
// valid certificate, a feed of incidents that runs, a network card that carries it, a calendar. It can be asked at any time, and
// never takes long.
package selfcheck

import (
	"context"
	"crypto/x509"
	"slices"
	"sync"
	"time"
)

// State says whether something is fit for a call.
type State string

// The states, from good to bad.
const (
	OK      State = "ok"
	Unknown State = "unknown" // nothing can be said, and nothing speaks against a call
	Warn    State = "warn"    // a call works, but somebody has to look at it
	Bad     State = "bad"     // a call is in danger
)

// Item is what one check found: a state, a sentence in both languages, and the figures behind it.
type Item struct {
	Name    string // "clock", "disk", "database", "certificate", "feed", "network", "calendar", "webhook"
	State   State
	ZH, EN  string
	Figures map[string]float64
}

// Report is what all checks found.
type Report struct {
	At    time.Time
	State State // the worst of the items, where Unknown is OK
	Items []Item
}

// Database is what is asked of the database.
type Database interface {
	// Clock is the database's own time.
	Clock(ctx context.Context) (time.Time, error)
	// NewestIncident is when the newest incident up to a moment was reported, the zero time when there is none.
	NewestIncident(ctx context.Context, until time.Time) (time.Time, error)
}

// Checker runs the checks.
type Checker struct {
	Database Database
	// SameMachine says that the database's clock is ours, so that comparing them proves nothing.
	SameMachine bool
	Folder      string // of the data
	// Certificate is the one that pages are served with; nil when they are served without, on this machine only.
	Certificate func() (*x509.Certificate, error)
	// Missing lists the years whose calendar is not known although it is time; nil checks no calendar.
	Missing func(now time.Time) []int
	// Load is what a call sends; nil checks no network card.
	Load func(ctx context.Context) (Load, error)
	// Card is what it is sent with.
	Card func() Card
	// Webhook says whether its last alert was heard; nil for none.
	Webhook *Webhook
}

// within bounds a check: a database that does not answer must not keep the others from being told.
const within = 3 * time.Second

// Run looks at everything now.
func (c *Checker) Run(ctx context.Context) Report {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	now := time.Now()
	var clock, database, disk, certificate, feed, network, calendar Item
	var checks sync.WaitGroup
	checks.Go(func() {
		p := c.probe(ctx)
		database = gradeDatabase(p)
		clock = gradeClock(p, kernelClock(), c.SameMachine)
	})
	checks.Go(func() { disk = gradeDisk(spaceOf(c.Folder)) })
	checks.Go(func() {
		newest, err := c.Database.NewestIncident(ctx, now.Add(aheadIsSame))
		feed = gradeFeed(newest, now, err)
	})
	checks.Go(func() { certificate = c.certificate(now) })
	checks.Go(func() { network = c.network(ctx) })
	checks.Go(func() { calendar = c.calendar(now) })
	checks.Wait()
	return reportOf(now, clock, disk, database, certificate, feed, network, calendar, c.Webhook.item())
}

// reportOf leaves out what was not checked.
func reportOf(at time.Time, items ...Item) Report {
	out := Report{At: at, State: OK}
	for _, item := range items {
		if item.Name != "" {
			out.Items = append(out.Items, item)
			out.State = worse(out.State, item.State)
		}
	}
	return out
}

// with is the report with one item as it is now.
func (r Report) with(fresh Item) Report {
	items := slices.Clone(r.Items)
	if i := slices.IndexFunc(items, func(i Item) bool { return i.Name == fresh.Name }); i >= 0 {
		items[i] = fresh
	} else {
		items = append(items, fresh)
	}
	return reportOf(r.At, items...)
}

// found are the items that somebody has to look at.
func (r Report) found() []Item {
	return slices.DeleteFunc(slices.Clone(r.Items), func(i Item) bool { return i.State != Warn && i.State != Bad })
}

// names are those of what was found.
func (r Report) names() (out []string) {
	for _, i := range r.found() {
		out = append(out, i.Name)
	}
	return out
}

func worse(a, b State) State {
	if a == Bad || b == Bad {
		return Bad
	}
	if a == Warn || b == Warn {
		return Warn
	}
	return OK
}

func (c *Checker) certificate(now time.Time) Item {
	if c.Certificate == nil {
		return item("certificate", OK, "页面只在本机提供，不需要证书", "the pages are served on this machine only and need no certificate", nil)
	}
	leaf, err := c.Certificate()
	return gradeCertificate(leaf, now, err)
}

func (c *Checker) network(ctx context.Context) Item {
	if c.Load == nil {
		return Item{}
	}
	load, err := c.Load(ctx)
	return gradeNetwork(load, c.Card(), err)
}

func (c *Checker) calendar(now time.Time) Item {
	if c.Missing == nil {
		return Item{}
	}
	return gradeCalendar(c.Missing(now))
}

// probe is what a few questions to the database showed.
type probe struct {
	median, slowest time.Duration
	offset          time.Duration // the database's clock less ours, by the quickest answer
	uncertain       time.Duration // half of that answer's time: the clock was read somewhere in it
	err             error
}

// questions is how many: the first may have to open a connection, and one slow answer is no slow database.
const questions = 5

func (c *Checker) probe(ctx context.Context) probe {
	took := make([]time.Duration, 0, questions)
	out := probe{uncertain: within}
	for range questions {
		began := time.Now()
		at, err := c.Database.Clock(ctx)
		if err != nil {
			return probe{err: err}
		}
		d := time.Since(began)
		took = append(took, d)
		if d/2 < out.uncertain {
			out.uncertain, out.offset = d/2, at.Sub(began.Add(d/2))
		}
	}
	out.median, out.slowest = middle(took)
	return out
}
