package incident

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"muster/rollcall"
)

const (
	window = 24 * time.Hour      // what a unit reports about
	listed = 60                  // incidents in a dossier at most, the counts are of all: a branch in a bad night has hundreds
	back   = 35 * 24 * time.Hour // how far back overdue incidents are looked for: a filed case of last month is among them
)

// Dossiers makes a unit's dossier from what the store has; it implements rollcall.DossierSource.
type Dossiers struct {
	Store Store
	Zone  string // IANA name of the zone whose day the patrol plan is for; empty = Asia/Shanghai
}

// The body has the shape of the protocol's DossierBody, which this package may not import; a test holds them together.
type body struct {
	From      string     `json:"from"`
	To        string     `json:"to"`
	Counts    counts     `json:"counts"`
	Incidents []entry    `json:"incidents"`
	Patrol    *patrolDay `json:"patrol"`
}

type counts struct {
	Total     int `json:"total"`
	Important int `json:"important"`
	Open      int `json:"open"`
	Accepted  int `json:"accepted"`
	Repeated  int `json:"repeated"`
	Overdue   int `json:"overdue"`
}

type entry struct {
	ID         string `json:"id"`
	Level      int    `json:"level"`
	Category   string `json:"category"`
	Sub        string `json:"sub"`
	Place      string `json:"place"`
	Summary    string `json:"summary"`
	Reporter   string `json:"reporter"`
	ReportedAt string `json:"reported_at"`
	SignedAt   string `json:"signed_at,omitempty"`
	LeftAt     string `json:"left_at,omitempty"`
	ArrivedAt  string `json:"arrived_at,omitempty"`
	FedBackAt  string `json:"fed_back_at,omitempty"`
	Officer    string `json:"officer"`
	Handling   string `json:"handling"`
	Status     string `json:"status"`
	CaseNumber string `json:"case_number,omitempty"`
	Repeated   bool   `json:"repeated"`
}

type patrolDay struct {
	Officers int      `json:"officers"`
	Vehicles int      `json:"vehicles"`
	Places   []string `json:"places"`
	Note     string   `json:"note"`
}

// Dossier returns what is known about a unit at a moment: its incidents of the 24 hours before, with those older ones that
// break a clock of the three-clear rules, and the patrol plan of the day. A unit that is not in the roster is an error that
// wraps rollcall.ErrUnknownUnit.
func (d Dossiers) Dossier(ctx context.Context, unit string, at time.Time) (json.RawMessage, error) {
	zone, err := d.zone()
	if err != nil {
		return nil, fmt.Errorf("dossier of unit %q: %w", unit, err)
	}
	list, err := d.Store.Incidents(ctx, unit, at.Add(-back), at)
	if err != nil {
		return nil, fmt.Errorf("dossier of unit %q: %w", unit, err)
	}
	b := summarize(list, at, DefaultLimits(zone))
	patrol, err := d.Store.Patrol(ctx, unit, at.In(zone).Format(time.DateOnly))
	switch {
	case err == nil:
		b.Patrol = &patrolDay{patrol.Officers, patrol.Vehicles, append([]string{}, patrol.Places...), patrol.Note}
	case !errors.Is(err, rollcall.ErrNotFound):
		return nil, fmt.Errorf("dossier of unit %q: %w", unit, err)
	}
	out, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("dossier of unit %q: %w", unit, err)
	}
	return out, nil
}

func (d Dossiers) zone() (*time.Location, error) {
	return time.LoadLocation(cmp.Or(d.Zone, "Asia/Shanghai"))
}

// important says whether an incident stands at the head of the dossier.
func important(n Incident) bool { return n.Level <= 2 }

// summarize counts and orders: important ones first, then overdue ones, then the others; the newest first in each.
func summarize(list []Incident, at time.Time, limits Limits) body {
	from := at.Add(-window)
	b := body{From: stamp(from), To: stamp(at), Incidents: []entry{}}
	overdue := map[string]bool{}
	var shown []Incident
	for _, n := range list {
		recent := !n.ReportedAt.Before(from)
		if len(limits.Overdue(n, at)) > 0 {
			overdue[n.ID] = true
			b.Counts.Overdue++
		} else if !recent {
			continue
		}
		shown = append(shown, n)
		if recent {
			b.Counts.add(n)
		}
	}
	rank := func(n Incident) int {
		switch {
		case important(n):
			return 0
		case overdue[n.ID]:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(shown, func(a, b Incident) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.ReportedAt.Compare(a.ReportedAt), cmp.Compare(a.ID, b.ID))
	})
	for _, n := range shown[:min(len(shown), listed)] {
		b.Incidents = append(b.Incidents, entryOf(n))
	}
	return b
}

func (c *counts) add(n Incident) {
	c.Total++
	for _, tally := range []struct {
		n  *int
		is bool
	}{
		{&c.Important, important(n)}, {&c.Open, n.FedBackAt.IsZero()}, {&c.Accepted, !n.AcceptedAt.IsZero()}, {&c.Repeated, n.Repeated},
	} {
		if tally.is {
			*tally.n++
		}
	}
}

func entryOf(n Incident) entry {
	return entry{
		ID: n.ID, Level: n.Level, Category: n.Category, Sub: n.Sub, Place: n.Place, Summary: n.Summary, Reporter: n.Reporter,
		ReportedAt: stamp(n.ReportedAt), SignedAt: stamp(n.SignedAt), LeftAt: stamp(n.LeftAt), ArrivedAt: stamp(n.ArrivedAt),
		FedBackAt: stamp(n.FedBackAt), Officer: n.Officer, Handling: n.Handling, Status: n.Status, CaseNumber: n.CaseNumber,
		Repeated: n.Repeated,
	}
}

// stamp writes a moment as the protocol does; the zero time is empty.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
