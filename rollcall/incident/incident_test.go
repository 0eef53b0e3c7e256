package incident_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
	"unicode/utf8"

	"muster/rollcall"
	"muster/rollcall/incident"
	"muster/signaling/wire"
)

func TestMask(t *testing.T) {
	for name, want := range map[string]string{
		"王小明": "王**", "张三": "张*", "欧阳修远": "欧**", "王**": "王**", "张*": "张*", "李": "李*", " 赵六 ": "赵*", "匿名": "匿名", "": "",
		"John Smith": "J**", "13812345678": "***", "***": "***", "\xff王五": "王*",
	} {
		if got := incident.Mask(name); got != want {
			t.Errorf("Mask(%q) = %q, want %q", name, got, want)
		}
		if again := incident.Mask(want); again != want {
			t.Errorf("Mask(%q) = %q: a masked name must stay", want, again)
		}
	}
}

func shanghai(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestOverdue(t *testing.T) {
	zone := shanghai(t)
	now := time.Date(2026, 11, 24, 8, 30, 0, 0, zone)
	ago := func(hours int) time.Time { return now.Add(-time.Duration(hours) * time.Hour) }
	all := []string{"询问笔录", "证人证言", "现场勘察", "监控录像"}
	for name, test := range map[string]struct {
		incident incident.Incident
		want     []incident.Clock
	}{
		"open within the day":           {incident.Incident{Status: "open", ReportedAt: ago(23)}, nil},
		"open exactly a day":            {incident.Incident{Status: "open", ReportedAt: ago(24)}, nil},
		"open longer":                   {incident.Incident{Status: "open", ReportedAt: ago(25)}, []incident.Clock{"handled"}},
		"fed back in time":              {incident.Incident{Status: "fed_back", ReportedAt: ago(48), FedBackAt: ago(46)}, nil},
		"closed without feedback":       {incident.Incident{Status: "closed", ReportedAt: ago(48)}, nil},
		"crime that is not accepted":    {incident.Incident{Status: "fed_back", Criminal: true, ReportedAt: ago(30), FedBackAt: ago(29)}, []incident.Clock{"accepted"}},
		"open crime":                    {incident.Incident{Status: "open", Criminal: true, ReportedAt: ago(30)}, []incident.Clock{"handled", "accepted"}},
		"accepted, no evidence yet":     {incident.Incident{Status: "accepted", ReportedAt: ago(25), FedBackAt: ago(24), AcceptedAt: ago(23)}, nil},
		"尾号0612":                        {incident.Incident{Status: "accepted", ReportedAt: ago(40), FedBackAt: ago(39), AcceptedAt: ago(38)}, []incident.Clock{"evidence"}},
		"accepted, one piece missing":   {incident.Incident{Status: "accepted", ReportedAt: ago(40), FedBackAt: ago(39), AcceptedAt: ago(38), Evidence: all[:2]}, []incident.Clock{"evidence"}},
		"accepted, evidence complete":   {incident.Incident{Status: "accepted", ReportedAt: ago(40), FedBackAt: ago(39), AcceptedAt: ago(38), Evidence: all}, nil},
		"filed this month":              {filed(time.Date(2026, 11, 1, 0, 0, 0, 0, zone), all), nil},
		"filed last month":              {filed(time.Date(2026, 10, 31, 23, 59, 0, 0, zone), all), []incident.Clock{"month"}},
		"filed last quarter":            {filed(time.Date(2026, 9, 30, 23, 59, 0, 0, zone), all), []incident.Clock{"month", "quarter"}},
		"filed last year":               {filed(time.Date(2025, 12, 31, 12, 0, 0, 0, zone), all), []incident.Clock{"month", "quarter"}},
		"filed on the 1st by our clock": {filed(time.Date(2026, 10, 31, 16, 30, 0, 0, time.UTC), all), nil},
	} {
		if got := incident.DefaultLimits(zone).Overdue(test.incident, now); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestOverdueWorkByUnit(t *testing.T) {
	zone := shanghai(t)
	now := time.Date(2026, 11, 24, 8, 30, 0, 0, zone)
	ago := func(hours int) time.Time { return now.Add(-time.Duration(hours) * time.Hour) }
	h := &house{list: []incident.Incident{
		{Unit: "b", Status: "open", ReportedAt: ago(50)},
		{Unit: "a", Status: "open", ReportedAt: ago(30), Criminal: true},
		{Unit: "c", Status: "open", ReportedAt: ago(23)},
		{Unit: "a", Status: "accepted", ReportedAt: ago(40), FedBackAt: ago(39), AcceptedAt: ago(38)},
		{Unit: "d", Status: "open", ReportedAt: ago(51)},
	}}
	got, err := incident.Dossiers{Store: h}.Overdue(t.Context(), now)
	want := []incident.Overdue{
		{Unit: "a", Count: 2, Oldest: ago(40), Clocks: []incident.Clock{"handled", "accepted", "evidence"}},
		{Unit: "d", Count: 1, Oldest: ago(51), Clocks: []incident.Clock{"handled"}},
		{Unit: "b", Count: 1, Oldest: ago(50), Clocks: []incident.Clock{"handled"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v\nwant %+v", got, err, want)
	}
	if !h.asked.to.Equal(now) || now.Sub(h.asked.from) < 31*24*time.Hour {
		t.Errorf("looked for from %v to %v", h.asked.from, h.asked.to)
	}
	h.broken = errors.New("away")
	if _, err := (incident.Dossiers{Store: h}).Overdue(t.Context(), now); !errors.Is(err, h.broken) {
		t.Errorf("with the store away: %v", err)
	}
}

func filed(at time.Time, evidence []string) incident.Incident {
	return incident.Incident{
		Status: "filed", Criminal: true, ReportedAt: at.Add(-2 * time.Hour), FedBackAt: at.Add(-time.Hour), AcceptedAt: at, FiledAt: at,
		Evidence: evidence,
	}
}

// house is a store with one unit.
type house struct {
	incident.Store
	list   []incident.Incident
	patrol *incident.Patrol
	broken error
	asked  struct{ from, to time.Time }
}

func (h *house) Incidents(_ context.Context, unit string, from, to time.Time) ([]incident.Incident, error) {
	if unit != "u1" {
		return nil, rollcall.ErrUnknownUnit
	}
	h.asked.from, h.asked.to = from, to
	return h.list, nil
}

func (h *house) Unfinished(_ context.Context, from, to time.Time) ([]incident.Incident, error) {
	h.asked.from, h.asked.to = from, to
	return h.list, h.broken
}

func (h *house) Patrol(_ context.Context, unit, day string) (incident.Patrol, error) {
	switch {
	case h.broken != nil:
		return incident.Patrol{}, h.broken
	case h.patrol == nil || h.patrol.Unit != unit || h.patrol.Day != day:
		return incident.Patrol{}, rollcall.ErrNotFound
	}
	return *h.patrol, nil
}

// read decodes a dossier as the protocol's type and makes sure that neither side has a field that the other has not.
func read(t *testing.T, raw json.RawMessage) wire.DossierBody {
	t.Helper()
	var body wire.DossierBody
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&body); err != nil {
		t.Fatalf("the protocol does not know the dossier: %v\n%s", err, raw)
	}
	again, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, raw) {
		t.Fatalf("the protocol's form differs:\n%s\n%s", again, raw)
	}
	return body
}

func TestDossier(t *testing.T) {
	// It is the 24th in Shenyang already while UTC says the 23rd: the patrol plan is that of the 24th.
	at := time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)
	ago := func(hours int) time.Time { return at.Add(-time.Duration(hours) * time.Hour) }
	whole := incident.Incident{
		ID: "whole", Unit: "u1", Level: 2, Category: "侵犯人身权利", Sub: "殴打他人", Reporter: "王**", Place: "昆山中路", Summary: "一人被打",
		ReportedAt: ago(10), SignedAt: ago(9), LeftAt: ago(8), ArrivedAt: ago(7), FedBackAt: ago(6), Officer: "李某", Handling: "已受案",
		Status: "accepted", CaseNumber: "A0612", AcceptedAt: ago(5), Repeated: true,
	}
	store := &house{
		list: []incident.Incident{
			{ID: "new", Level: 3, Status: "open", ReportedAt: ago(1)},
			{ID: "other", Level: 4, Status: "fed_back", ReportedAt: ago(2), FedBackAt: ago(1)},
			whole,
			{ID: "late", Level: 3, Status: "open", ReportedAt: ago(30)},
			{ID: "done", Level: 1, Status: "fed_back", ReportedAt: ago(30), FedBackAt: ago(29)},
		},
		patrol: &incident.Patrol{Unit: "u1", Day: "2026-11-24", Officers: 210, Vehicles: 12, Places: []string{"夜市"}, Note: "CBA"},
	}
	raw, err := incident.Dossiers{Store: store}.Dossier(t.Context(), "u1", at)
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, raw)
	if want := (wire.DossierCounts{Total: 3, Important: 1, Open: 1, Accepted: 1, Repeated: 1, Overdue: 1}); got.Counts != want {
		t.Errorf("counts %+v, want %+v", got.Counts, want)
	}
	var order []string
	for _, n := range got.Incidents {
		order = append(order, n.ID)
	}
	if want := []string{"whole", "late", "new", "other"}; !reflect.DeepEqual(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
	if got.From != "2026-11-22T23:30:00.000Z" || got.To != "2026-11-23T23:30:00.000Z" || !store.asked.to.Equal(at) {
		t.Errorf("from %s to %s, asked to %s", got.From, got.To, store.asked.to)
	}
	if got.Patrol == nil || got.Patrol.Officers != 210 || got.Patrol.Places[0] != "夜市" {
		t.Errorf("patrol %+v", got.Patrol)
	}
	if w := got.Incidents[0]; w.SignedAt != "2026-11-23T14:30:00.000Z" || w.CaseNumber != "A0612" || w.Reporter != "王**" || !w.Repeated {
		t.Errorf("incident %+v", w)
	}
}

func TestDossierOfNothing(t *testing.T) {
	raw, err := incident.Dossiers{Store: &house{}}.Dossier(t.Context(), "u1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, raw); got.Incidents == nil || got.Patrol != nil || got.Counts != (wire.DossierCounts{}) {
		t.Errorf("%s: want an empty list and no patrol", raw)
	}
}

func TestDossierOfManyIsBounded(t *testing.T) {
	at := time.Now()
	store := &house{}
	for i := range 500 {
		level := 4 - i/499*3 // the oldest is the grave one
		store.list = append(store.list, incident.Incident{ID: fmt.Sprint(i), Level: level, ReportedAt: at.Add(-time.Duration(i+1) * time.Minute)})
	}
	raw, err := incident.Dossiers{Store: store}.Dossier(t.Context(), "u1", at)
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, raw)
	if got.Counts.Total != 500 || len(got.Incidents) >= 100 || got.Incidents[0].ID != "499" {
		t.Errorf("total %d, %d listed, first %s; want 500, fewer than 100, the grave one", got.Counts.Total, len(got.Incidents), got.Incidents[0].ID)
	}
}

func TestDossierErrors(t *testing.T) {
	broken := errors.New("connection refused")
	for name, test := range map[string]struct {
		dossiers incident.Dossiers
		unit     string
		want     error
	}{
		"unknown unit": {incident.Dossiers{Store: &house{}}, "u2", rollcall.ErrUnknownUnit},
		"broken store": {incident.Dossiers{Store: &house{broken: broken}}, "u1", broken},
	} {
		if raw, err := test.dossiers.Dossier(t.Context(), test.unit, time.Now()); !errors.Is(err, test.want) {
			t.Errorf("%s: %s, %v; want %v", name, raw, err, test.want)
		}
	}
	if _, err := (incident.Dossiers{Store: &house{}, Zone: "Mars/Olympus"}).Dossier(t.Context(), "u1", time.Now()); err == nil {
		t.Error("a zone that does not exist was taken")
	}
}

var _ rollcall.DossierSource = incident.Dossiers{}

func FuzzMask(f *testing.F) {
	for _, name := range []string{"王小明", "欧阳修远", "匿名", "13812345678", "\xff\xfe", "a b", " * "} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		masked := incident.Mask(name)
		if again := incident.Mask(masked); again != masked {
			t.Errorf("Mask(%q) = %q, again %q", name, masked, again)
		}
		if masked != "匿名" && strings.Count(strings.Map(hide, masked), "x") > 1 || !utf8.ValidString(masked) || len(masked) > 6 {
			t.Errorf("Mask(%q) = %q tells more than one character", name, masked)
		}
	})
}

// hide makes every character that a mask lets through an x.
func hide(r rune) rune {
	if r == '*' {
		return -1
	}
	return 'x'
}
