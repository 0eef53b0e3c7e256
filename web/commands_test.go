package web_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"muster/rollcall/incident"
)

func TestACommandOverHTTP(t *testing.T) {
	h := newHouse(t)
	host := h.as("li")
	var got struct{ Result map[string]string }
	host.do("POST", "/api/commands", map[string]any{"id": "k1", "type": "call", "data": map[string]any{"unit": stationCode, "how": "hand"}}).ok().into(&got)
	if want := `li call k1 {"how":"hand","unit":"` + stationCode + `"}`; !slices.Equal(h.commands, []string{want}) || got.Result["turn"] != "t1" {
		t.Errorf("the call was given %q and answered %+v", h.commands, got.Result)
	}
	host.do("POST", "/api/commands", map[string]any{"id": "k2", "type": "turn.hold"}).refused(http.StatusUnprocessableEntity, "not_answered")
	for _, id := range []string{"", "a b", "长"} {
		host.do("POST", "/api/commands", map[string]any{"id": id, "type": "call"}).refused(http.StatusUnprocessableEntity, "bad_input")
	}
	if len(h.commands) != 2 {
		t.Errorf("the call was given %q", h.commands)
	}
}

func TestOverdueWorkProposesUnits(t *testing.T) {
	h := newHouse(t)
	host, now := h.as("li"), time.Now()
	before := host.overdue()
	if err := h.store.PutIncidents(t.Context(), []incident.Incident{
		{ID: "old", Unit: stationCode, Level: 3, ReportedAt: now.Add(-30 * time.Hour), Status: "open", Evidence: []string{}},
		{ID: "older", Unit: branchCode, Level: 3, ReportedAt: now.Add(-40 * time.Hour), Status: "open", Evidence: []string{}},
		{ID: "new", Unit: branchCode, Level: 3, ReportedAt: now.Add(-time.Hour), Status: "open", Evidence: []string{}},
		{ID: "closed", Unit: branchCode, Level: 3, ReportedAt: now.Add(-50 * time.Hour), Status: "closed", Evidence: []string{}},
	}); err != nil {
		t.Fatal(err)
	}
	after := host.overdue()
	for _, unit := range []string{stationCode, branchCode} {
		if after[unit] != before[unit]+1 {
			t.Errorf("%s has %d overdue incidents, before one more it had %d", unit, after[unit], before[unit])
		}
	}
}

// overdue counts the overdue incidents by unit, and makes sure that the most come first.
func (c *client) overdue() map[string]int {
	c.h.t.Helper()
	var got struct {
		Units []struct {
			Unit   string
			Count  int
			Oldest time.Time
			Clocks []string
		}
	}
	c.do("GET", "/api/overdue", nil).ok().into(&got)
	out, last := map[string]int{}, int(^uint(0)>>1)
	for _, u := range got.Units {
		if u.Count > last || len(u.Clocks) == 0 || u.Oldest.IsZero() {
			c.h.t.Errorf("%+v after one of %d", u, last)
		}
		out[u.Unit], last = u.Count, u.Count
	}
	return out
}
