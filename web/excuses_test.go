package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"muster/rollcall"
	"muster/rollcall/attendance"
	"muster/rollcall/incident"
	"muster/web"
)

// directed gives a house a director over its database.
func directed(t *testing.T) func(*web.GateConfig, *web.Config) {
	t.Helper()
	return func(_ *web.GateConfig, cfg *web.Config) {
		d, err := rollcall.NewDirector(rollcall.DirectorConfig{
			Journal: cfg.Journal, Sessions: cfg.Sessions, Roster: cfg.Roster, Dossiers: incident.Dossiers{}, Epoch: 2, SpoolDir: t.TempDir(),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		t.Cleanup(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("director: %v", err)
			}
		})
		cfg.Amend = d.Amend
	}
}

func (c *client) attends(unit string) attendance.Entry {
	c.h.t.Helper()
	var r attendance.Report
	c.get("/api/sessions/morning/attendance").into(&r)
	return entryOf(c.h.t, r, unit)
}

func TestAnExcuseAfterTheCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t, directed(t))
	november(t, h)
	host := h.as("li")
	if e := host.attends(absentUnit); e.Status != attendance.Absent {
		t.Fatalf("before: %+v", e)
	}
	body := map[string]any{"command": "c1", "units": []string{absentUnit}, "reason": "dispatch", "incident": "J1", "note": "现场处置"}
	for range 2 { // the same command again changes nothing
		host.do("POST", "/api/sessions/morning/excuses", body).ok()
	}
	e := host.attends(absentUnit)
	if e.Status != attendance.Excused || len(e.Excuses) != 1 || e.Excuses[0].By != "li" || e.Excuses[0].Incident != "J1" {
		t.Errorf("after: %+v", e)
	}
	var month attendance.MonthReport
	host.get("/api/attendance/month?month=2026-11").into(&month)
	for _, tally := range month.Units {
		if tally.Unit.Code == absentUnit && (tally.Absent != 0 || tally.Excused != 1 || tally.DayOff != 1) { // absent on Sunday, a day off, too
			t.Errorf("the month says %+v", tally)
		}
	}
	var journal struct {
		Events []struct{ Kind, Actor, Hash, Command string }
	}
	h.as("zhang").get("/api/sessions/morning/journal").into(&journal)
	if last := journal.Events[len(journal.Events)-1]; last.Kind != "UnitsExcused" || last.Actor != "li" || last.Command != "c1" || len(last.Hash) != 64 {
		t.Errorf("the journal ends with %+v", last)
	}
	host.do("POST", "/api/sessions/morning/unexcuse", map[string]any{"command": "c2", "units": []string{absentUnit}}).ok()
	if e := host.attends(absentUnit); e.Status != attendance.Absent {
		t.Errorf("taken back: %+v", e)
	}
	for _, reason := range []string{"leave", "line"} {
		host.do("POST", "/api/sessions/morning/excuses", map[string]any{"command": "d" + reason, "units": []string{absentUnit, lateUnit}, "reason": reason}).ok()
	}
	id := host.attends(absentUnit).Excuses[0].ID
	one := map[string]any{"command": "c5", "units": []string{absentUnit}, "excuse": id}
	for range 2 {
		host.do("POST", "/api/sessions/morning/unexcuse", one).ok()
	}
	if left, other := host.attends(absentUnit).Excuses, host.attends(lateUnit).Excuses; len(left) != 1 || left[0].Reason != "line" || len(other) != 2 {
		t.Errorf("one taken back: %+v and %+v", left, other)
	}
	one["command"] = "c6"
	host.do("POST", "/api/sessions/morning/unexcuse", one).refused(http.StatusUnprocessableEntity, "unknown_excuse")
	host.do("POST", "/api/sessions/morning/unexcuse", map[string]any{"command": "c7"}).refused(http.StatusUnprocessableEntity, "nobody")
	for code, body := range map[string]map[string]any{
		"no_incident":  {"command": "c3", "units": []string{absentUnit}, "reason": "dispatch"},
		"unknown_unit": {"command": "c4", "units": []string{"999999999999"}, "reason": "leave"},
	} {
		if a := host.do("POST", "/api/sessions/morning/excuses", body); a.status < 400 || a.status >= 500 || !strings.Contains(a.body, code) {
			t.Errorf("%s: %d %s", code, a.status, a.body)
		}
	}
	if a := host.do("POST", "/api/sessions/none/excuses", body); a.status != http.StatusNotFound {
		t.Errorf("no such session: %d %s", a.status, a.body)
	}
}

func TestAFaultIsNamedOverHTTP(t *testing.T) {
	t.Parallel()
	h := newHouse(t, directed(t))
	november(t, h)
	host := h.as("li")
	host.do("POST", "/api/sessions/morning/excuses", map[string]any{"command": "f1", "fault": "none"}).refused(http.StatusUnprocessableEntity, "unknown_fault")
	host.do("POST", "/api/sessions/morning/reject-fault", map[string]any{"command": "f2", "fault": "none"}).refused(http.StatusUnprocessableEntity, "unknown_fault")
	host.do("POST", "/api/sessions/morning/excuses", map[string]any{"command": "f3", "reason": "leave"}).refused(http.StatusUnprocessableEntity, "nobody")
}

// dayOf is a day's first report, and what the unit counts as in the month.
func (c *client) dayOf(unit string) (attendance.Report, attendance.Tally) {
	c.h.t.Helper()
	var day struct{ Reports []attendance.Report }
	c.get("/api/attendance/day?day=2026-11-24").into(&day)
	var month attendance.MonthReport
	c.get("/api/attendance/month?month=2026-11").into(&month)
	i := slices.IndexFunc(month.Units, func(t attendance.Tally) bool { return t.Unit.Code == unit })
	return day.Reports[0], month.Units[i]
}

func TestAFaultThatNobodyJudgedIsJudgedOnTheDaysPage(t *testing.T) {
	t.Parallel()
	for as, want := range map[string]struct {
		state, by string
		gaps      int
		excused   bool
	}{
		"excuses":      {rollcall.FaultIsExcused, "王副局长", 0, true},
		"reject-fault": {rollcall.FaultIsRejected, "", 1, false},
	} {
		h := newHouse(t, directed(t))
		s := morning(roster())
		end := s.events[len(s.events)-1]
		s.events = s.events[:len(s.events)-1]
		s.at(clock(24, 9, 20, 0), rollcall.System(), rollcall.FaultSuspected{
			Fault: "f", Branch: branchCode, Units: []string{interruptedUnit, earlyUnit}, From: clock(24, 8, 40, 0).UTC(),
		})
		s.close(end.At)
		if err := h.store.Append(t.Context(), s.events); err != nil {
			t.Fatal(err)
		}
		admin := h.as("zhang")
		before, tally := admin.dayOf(interruptedUnit)
		if len(before.Faults) != 1 || before.Faults[0].State != rollcall.FaultIsOpen || len(before.Faults[0].Units) != 2 || tally.Pending != 1 || tally.Interruptions != 0 {
			t.Fatalf("before: %+v, %+v", before.Faults, tally)
		}
		body := map[string]any{"command": "j1", "fault": "f", "note": "运营商光缆中断"}
		if as == "excuses" {
			body["approver"] = "王副局长"
		}
		for range 2 {
			admin.do("POST", "/api/sessions/morning/"+as, body).ok()
		}
		after, tally := admin.dayOf(interruptedUnit)
		e := entryOf(t, after, interruptedUnit)
		if after.Faults[0].State != want.state || tally.Pending != 0 || tally.Interruptions != want.gaps || e.Interruptions[0].Excused != want.excused {
			t.Errorf("%s: %+v, %+v, %+v", as, after.Faults, tally, e)
		}
		if want.excused && (len(e.Excuses) != 1 || e.Excuses[0].Approver != want.by || e.Excuses[0].By != "zhang" || e.Excuses[0].Note == "") {
			t.Errorf("%s: the excuse is %+v", as, e.Excuses)
		}
		csv := admin.get("/api/attendance/day.csv?day=2026-11-24").body
		if strings.Contains(csv, "王副局长") != want.excused {
			t.Errorf("%s: the table names the approver: %v", as, !want.excused)
		}
		admin.do("POST", "/api/sessions/morning/reject-fault", map[string]any{"command": "j2", "fault": "f"}).refused(http.StatusUnprocessableEntity, "fault_decided")
	}
}
