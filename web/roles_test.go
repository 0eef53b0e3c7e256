package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"muster/rollcall/account"
	"muster/web"
)

// Codes of the sample roster.
const (
	branchCode  = "210103000000"
	stationCode = "210102510000"
)

// mayUse says who may use each operation. A new operation has to be entered here; one that lets a stranger in belongs
// below "anybody" only if it may.
func mayUse() map[string][]string {
	return map[string][]string{
		"anybody": {"login", "logout", "build"},
		"host": {
			"me", "listUnits", "listSchedules", "listDuty", "showCalendar", "check", "listSessions", "sessionAttendance", "dayAttendance", "unitAttendance", "monthAttendance",
			"excuse", "unexcuse", "listPlannedExcuses", "putPlannedExcuse", "deletePlannedExcuse", "rejectFault", "listOverdue", "command",
		},
		"admin": {
			"listLinks", "createLink", "revokeLink", "listUsers", "createUser", "changeUser", "previewSchedule", "putSchedule",
			"sessionTurns", "sessionJournal", "listActions", "rehearsal", "importDuty", "deleteDuty",
			"importCalendar", "overrideDay", "restoreDay", "runCheck",
		},
	}
}

// operation is one of the OpenAPI description, with a path that can be asked for.
type operation struct {
	id, method, path string
	guarded          bool // says that it needs a login
}

func operations(t *testing.T) []operation {
	t.Helper()
	description, err := web.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var api struct {
		Paths map[string]map[string]struct {
			OperationID string                `json:"operationId"`
			Security    []map[string][]string `json:"security"`
		}
	}
	if err := json.Unmarshal(description, &api); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("{unit}", stationCode, "{id}", "some", "{name}", "somebody", "{date}", "2026-11-27", "{year}", "2026")
	var out []operation
	for path, methods := range api.Paths {
		for method, op := range methods {
			out = append(out, operation{op.OperationID, strings.ToUpper(method), fill.Replace(path), len(op.Security) > 0})
		}
	}
	if len(out) < 20 {
		t.Fatalf("only %d operations", len(out))
	}
	return out
}

func roleOf(id string) string {
	for role, ids := range mayUse() {
		if slices.Contains(ids, id) {
			return role
		}
	}
	return ""
}

func TestEveryOperationAsksForItsRole(t *testing.T) {
	t.Parallel()
	h := newHouse(t, rehearsing)
	host, admin := h.as("li"), h.as("zhang")
	station := h.here().bearing(account.SampleToken(sampleSecret(), branchCode)) // stationCode's link gets revoked
	gone := h.stranger()
	gone.cookie = &http.Cookie{Name: admin.cookie.Name, Value: "expired"}
	for _, op := range operations(t) {
		role := roleOf(op.id)
		if role == "" {
			t.Errorf("%s (%s %s): say in mayUse who may use it", op.id, op.method, op.path)
			role = "admin" // until then nobody else may
		}
		if op.guarded != (role != "anybody") {
			t.Errorf("%s: the description says guarded = %v", op.id, op.guarded)
		}
		if role == "anybody" {
			continue
		}
		h.stranger().do(op.method, op.path, nil).refused(401, "unauthenticated")
		gone.do(op.method, op.path, nil).refused(401, "unauthenticated")
		station.do(op.method, op.path, nil).refused(403, "forbidden")
		for name, c := range map[string]*client{"host": host, "admin": admin} {
			a := c.do(op.method, op.path, nil)
			if name == "host" && role == "admin" {
				a.refused(403, "forbidden")
			} else if a.status == 401 || a.status == 403 {
				t.Errorf("%s: an %s gets %d %s", op.id, name, a.status, a.body)
			}
		}
	}
}

func testEveryDownloadAsksForItsRole(t *testing.T, db string) {
	h := houseAt(t, db, onLoopback)
	host := h.as("li")
	station := h.here().bearing(account.SampleToken(sampleSecret(), stationCode))
	for _, path := range []string{
		"/api/attendance/day.csv?day=2026-11-24", "/api/attendance/month.csv?month=2026-11",
		"/api/attendance/unit.csv?unit=" + stationCode + "&from=2026-11-01&to=2026-11-30",
	} {
		h.stranger().get(path).refused(401, "unauthenticated")
		station.get(path).refused(403, "forbidden")
		host.get(path).ok()
	}
}

func TestAStationGetsThroughTheGateByItsLink(t *testing.T) {
	t.Parallel()
	h := newHouse(t, onLoopback)
	r := httptest.NewRequest(http.MethodGet, "/ws", nil)
	r.RemoteAddr = "127.0.0.1:40000"
	who, err := h.gate.Authenticate(r, account.SampleToken(sampleSecret(), stationCode))
	if err != nil || who.Role != "station" || who.Unit != stationCode || who.ID != stationCode || who.Name == "" || who.Actor.Kind != "unit" {
		t.Errorf("%+v, %v", who, err)
	}
	if err := h.store.PutUnits(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := h.gate.Authenticate(r, account.SampleToken(sampleSecret(), stationCode)); codeOf(err) != "unknown_unit" {
		t.Errorf("a unit that left the roster: %v", err)
	}
}

func testUnknownThings(t *testing.T, db string) {
	h := houseAt(t, db)
	c := h.as("zhang")
	unknown := "999999999999"
	for _, test := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/api/nothing", 404, "not_found"},
		{"GET", "/api/", 404, "not_found"},
		{"PATCH", "/api/units", 404, "not_found"},
		{"GET", "/api/sessions/none/attendance", 404, "not_found"},
		{"GET", "/api/sessions/none/turns", 404, "not_found"},
		{"GET", "/api/sessions/%00/turns", 404, "not_found"},
		{"POST", "/api/links/" + unknown, 404, "unknown_unit"},
		{"DELETE", "/api/links/" + unknown, 404, "not_found"},
		{"POST", "/api/links/abc", 422, "bad_input"},
		{"GET", "/api/attendance/unit/" + unknown + "?from=2026-11-01&to=2026-11-30", 404, "unknown_unit"},
		{"GET", "/api/attendance/unit.csv?unit=" + unknown + "&from=2026-11-01&to=2026-11-30", 404, "unknown_unit"},
		{"GET", "/api/attendance/unit.csv?unit=%00&from=2026-11-01&to=2026-11-30", 404, "unknown_unit"},
	} {
		c.do(test.method, test.path, nil).refused(test.status, test.code)
	}
	change := map[string]any{"display": "x", "role": "host", "disabled": false}
	c.do("PUT", "/api/users/nobody", change).refused(404, "not_found")
	c.do("PUT", "/api/users/%00", change).refused(404, "not_found")
}

func TestTheDescriptionInTheFileIsFresh(t *testing.T) {
	t.Parallel()
	description, err := web.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := json.Indent(&want, description, "", "  "); err != nil {
		t.Fatal(err)
	}
	want.WriteByte('\n')
	kept, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, want.Bytes()) {
		t.Error("web/openapi.json is not what the API is: run `make generate`")
	}
}

func testTheDescriptionIsServed(t *testing.T, db string) {
	h := houseAt(t, db)
	var served struct{ OpenAPI string }
	h.stranger().get("/api/openapi.json").into(&served)
	if !strings.HasPrefix(served.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %q", served.OpenAPI)
	}
}
