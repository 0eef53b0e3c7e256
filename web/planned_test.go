package web_test

import (
	"net/http"
	"testing"
	"time"

	"muster/rollcall"
)

type planned struct {
	Excuses []struct{ ID, Unit, From, To, Reason, Incident, Note, Approver, By string }
}

func TestAnExcuseAheadOfTheCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	host, admin := h.as("li"), h.as("zhang")
	day := func(days int) string { return rollcall.Day(time.Now().AddDate(0, 0, days)) }
	const path = "/api/planned-excuses/p1"
	body := map[string]any{"unit": absentUnit, "from": day(1), "to": day(7), "reason": "leave", "note": "年休假", "approver": "王副局长"}
	for range 2 { // the same again is the same
		host.do("PUT", path, body).ok()
	}
	list := func(from, to int) planned {
		var p planned
		host.get("/api/planned-excuses?from=" + day(from) + "&to=" + day(to)).into(&p)
		return p
	}
	if p := list(7, 30).Excuses; len(p) != 1 || p[0].Unit != absentUnit || p[0].From != day(1) || p[0].To != day(7) || p[0].By != "li" || p[0].Approver != "王副局长" {
		t.Errorf("entered: %+v", p)
	}
	if p := list(8, 30).Excuses; p == nil || len(p) != 0 {
		t.Errorf("after its days: %+v", p)
	}
	body["to"], body["reason"], body["incident"] = day(1), "dispatch", "J1"
	admin.do("PUT", path, body).ok()
	if p := list(0, 30).Excuses; len(p) != 1 || p[0].To != day(1) || p[0].Incident != "J1" || p[0].By != "zhang" {
		t.Errorf("changed: %+v", p)
	}
	for code, change := range map[string]map[string]any{
		"unknown_unit": {"unit": "999999999999"}, "bad_days": {"to": day(-1)}, "days_over": {"from": day(-9), "to": day(-1)},
		"no_incident": {"incident": ""}, "no_reason": {"reason": "other", "note": ""},
	} {
		wrong := map[string]any{}
		for _, m := range []map[string]any{body, change} {
			for k, v := range m {
				wrong[k] = v
			}
		}
		status := http.StatusUnprocessableEntity
		if code == "unknown_unit" {
			status = http.StatusNotFound
		}
		host.do("PUT", "/api/planned-excuses/p2", wrong).refused(status, code)
	}
	host.do("DELETE", path, nil).ok()
	host.do("DELETE", path, nil).refused(http.StatusNotFound, "not_found")
	if p := list(0, 30).Excuses; len(p) != 0 {
		t.Errorf("deleted: %+v", p)
	}
	week := "li excuse.plan " + absentUnit + " " + day(1) + "/" + day(7) + " leave 王副局长 年休假"
	now := absentUnit + " " + day(1) + "/" + day(1) + " dispatch J1 王副局长 年休假"
	h.audited(week, week, "zhang excuse.plan "+now, "li excuse.unplan "+now)
}
