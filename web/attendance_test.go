package web_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

func entryOf(t *testing.T, r attendance.Report, unit string) attendance.Entry {
	t.Helper()
	i := slices.IndexFunc(r.Units, func(e attendance.Entry) bool { return e.Unit.Code == unit })
	if i < 0 {
		t.Fatalf("no unit %s in session %s", unit, r.Session.ID)
	}
	return r.Units[i]
}

// verdict is what a test says about an entry; times are of the morning of the 24th.
type verdict struct {
	status              string
	first, left         time.Time
	early               bool
	gaps, seconds       int
	calls, answered, no int
}

func verdictOf(e attendance.Entry) verdict {
	return verdict{e.Status, e.FirstAt.UTC(), e.LeftAt.UTC(), e.LeftEarly, len(e.Interruptions), e.PresentSeconds, e.Calls, e.Answered, e.Missed}
}

// verdicts are the parts of journal_test.go.
func verdicts() map[string]verdict {
	begin := clock(24, 8, 30, 0).UTC()
	return map[string]verdict{
		lateUnit:        {status: "late", first: clock(24, 8, 33, 10).UTC(), seconds: 3600 - 190},
		absentUnit:      {status: "absent"},
		interruptedUnit: {status: "on_time", first: begin, gaps: 1, seconds: 3300},
		earlyUnit:       {status: "on_time", first: begin, left: clock(24, 9, 0, 0).UTC(), early: true, seconds: 1800},
		answeringUnit:   {status: "on_time", first: begin, seconds: 3600, calls: 1, answered: 1},
		missingUnit:     {status: "on_time", first: begin, seconds: 3600, calls: 1, no: 1},
		formulaUnit:     {status: "on_time", first: begin, seconds: 3600},
	}
}

func testAttendanceOfADayAndASession(t *testing.T, db string) {
	h := houseAt(t, db)
	host := h.as("li")
	for _, from := range []string{"the journal", "the cache"} {
		var day struct{ Reports []attendance.Report }
		host.get("/api/attendance/day?day=2026-11-24").into(&day)
		if len(day.Reports) != 2 || day.Reports[0].Session.ID != "morning" || day.Reports[1].Session.ID != "drill" || len(day.Reports[0].Units) != 246 {
			t.Fatalf("from %s: %d reports", from, len(day.Reports))
		}
		var one attendance.Report
		host.get("/api/sessions/morning/attendance").into(&one)
		for unit, want := range verdicts() {
			if got := verdictOf(entryOf(t, day.Reports[0], unit)); got != want {
				t.Errorf("%s from %s: %+v, want %+v", unit, from, got, want)
			}
			if got := verdictOf(entryOf(t, one, unit)); got != want {
				t.Errorf("%s of the session: %+v, want %+v", unit, got, want)
			}
		}
	}
	var none struct{ Reports []attendance.Report }
	host.get("/api/attendance/day?day=2026-11-23").into(&none)
	if none.Reports == nil || len(none.Reports) != 0 {
		t.Errorf("a day without a session: %+v", none)
	}
}

func TestAttendanceOfAnOpenSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := morning(roster())
	s.events = s.events[:len(s.events)-1]
	if err := h.store.Append(t.Context(), s.events); err != nil {
		t.Fatal(err)
	}
	var r attendance.Report
	h.as("li").get("/api/sessions/morning/attendance").into(&r)
	if !r.Session.ClosedAt.IsZero() || entryOf(t, r, earlyUnit).LeftEarly || entryOf(t, r, lateUnit).Status != "late" {
		t.Errorf("%+v", r.Session)
	}
}

func testAttendanceOfAUnitAndAMonth(t *testing.T, db string) {
	h := houseAt(t, db)
	host := h.as("li")
	var unit attendance.UnitReport
	host.get("/api/attendance/unit/" + lateUnit + "?from=2026-11-01&to=2026-11-24").into(&unit)
	if got := unit.Tally; len(unit.Sessions) != 3 || got.Sessions != 2 || got.OnTime != 1 || got.Late != 1 || got.PresentSeconds != 600+3410 {
		t.Errorf("%d sessions, %+v", len(unit.Sessions), got)
	}
	host.get("/api/attendance/unit/" + lateUnit + "?from=2026-11-24&to=2026-11-24").into(&unit)
	if len(unit.Sessions) != 2 || unit.Sessions[0].Session.ID != "morning" {
		t.Errorf("one day: %+v", unit.Sessions)
	}
	host.get("/api/attendance/unit/" + lateUnit + "?from=2026-12-01&to=2026-12-24").into(&unit)
	if len(unit.Sessions) != 0 || unit.Tally.Unit.Name != "指挥中心" {
		t.Errorf("without a session: %+v", unit)
	}

	var month attendance.MonthReport
	host.get("/api/attendance/month?month=2026-11").into(&month)
	if month.Month != "2026-11" || month.Sessions != 2 || len(month.Units) != 246 {
		t.Fatalf("%s: %d sessions, %d units", month.Month, month.Sessions, len(month.Units))
	}
	if absent := month.Units[1]; absent.Unit.Code != absentUnit || absent.Absent != 1 || absent.Excused != 0 || absent.DayOff != 1 {
		t.Errorf("%+v", absent)
	}
}

// TestAUnitThatLeftTheRoster keeps its past.
func TestAUnitThatLeftTheRoster(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	november(t, h)
	if err := h.store.PutUnits(t.Context(), roster()[10:]); err != nil {
		t.Fatal(err)
	}
	host := h.as("li")
	span := "from=2026-11-01&to=2026-11-30"
	var unit attendance.UnitReport
	host.get("/api/attendance/unit/" + lateUnit + "?" + span).into(&unit)
	if len(unit.Sessions) != 3 {
		t.Errorf("%d sessions", len(unit.Sessions))
	}
	if rows := readCSV(t, host.get("/api/attendance/unit.csv?unit="+lateUnit+"&"+span)); len(rows) != 4 {
		t.Errorf("%d rows", len(rows))
	}
	host.get("/api/attendance/unit/"+lateUnit+"?from=2026-12-01&to=2026-12-02").refused(404, "unknown_unit")
}

func testSessionsAndTurns(t *testing.T, db string) {
	h := houseAt(t, db)
	type session struct {
		ID, Kind, Title string
		PlannedAt       time.Time  `json:"planned_at"`
		BegunAt         *time.Time `json:"begun_at"`
		ClosedAt        *time.Time `json:"closed_at"`
	}
	var list struct{ Sessions []session }
	h.as("li").get("/api/sessions?from=2026-11-22&to=2026-11-24").into(&list)
	var ids []string
	for _, s := range list.Sessions {
		ids = append(ids, s.ID)
	}
	if !slices.Equal(ids, []string{"drill", "morning", "sunday"}) {
		t.Fatalf("sessions %v; want the newest first", ids)
	}
	if m := list.Sessions[1]; m.Kind != "regular" || !m.PlannedAt.Equal(clock(24, 8, 30, 0)) || !m.ClosedAt.Equal(clock(24, 9, 30, 0)) {
		t.Errorf("%+v", m)
	}

	type turn struct {
		ID, Unit, How, State, Note string
		UnitName                   string `json:"unit_name"`
		CalledBy                   string `json:"called_by"`
		AnsweredBy                 string `json:"answered_by"`
		Rating                     int
		Dossier                    struct{ Incidents []struct{ ID string } }
		Hash                       string     `json:"dossier_hash"`
		AnsweredAt                 *time.Time `json:"answered_at"`
		EndedAt                    *time.Time `json:"ended_at"`
	}
	var turns struct{ Turns []turn }
	h.as("zhang").get("/api/sessions/morning/turns").into(&turns)
	if len(turns.Turns) != 2 {
		t.Fatalf("%+v", turns)
	}
	first, second := turns.Turns[0], turns.Turns[1]
	if first.UnitName != "交警支队" || first.State != "released" || first.CalledBy != "李主持" || first.AnsweredBy != "交警支队" || first.Rating != 4 ||
		first.Note != "-清楚" || len(first.Dossier.Incidents) != 1 || first.Hash != "abc" || !first.AnsweredAt.Equal(clock(24, 8, 50, 4)) {
		t.Errorf("%+v", first)
	}
	if second.State != "missed" || second.How != "draw" || second.AnsweredAt != nil || !second.EndedAt.Equal(clock(24, 8, 55, 20)) {
		t.Errorf("%+v", second)
	}
}

func testBadSpans(t *testing.T, db string) {
	h := houseAt(t, db)
	host, admin := h.as("li"), h.as("zhang")
	for path, code := range map[string]string{
		"/api/attendance/month?month=2026-13":                                          "bad_day",
		"/api/attendance/month?month=2026-11-24":                                       "bad_day",
		"/api/attendance/month":                                                        "bad_input",
		"/api/attendance/month.csv?month=2026-13":                                      "bad_day",
		"/api/attendance/month.csv":                                                    "bad_day",
		"/api/attendance/day?day=2026-02-30":                                           "bad_day",
		"/api/attendance/day":                                                          "bad_input",
		"/api/attendance/day.csv?day=24.11.2026":                                       "bad_day",
		"/api/sessions?from=2026-11-24":                                                "bad_input",
		"/api/sessions?from=yesterday&to=2026-11-24":                                   "bad_day",
		"/api/sessions?from=2026-11-24&to=2026-11-31":                                  "bad_day",
		"/api/sessions?from=2026-11-24&to=2026-11-23":                                  "backwards",
		"/api/sessions?from=2025-01-01&to=2026-11-24":                                  "long_range",
		"/api/attendance/unit/" + lateUnit + "?from=2026-11-01":                        "bad_input",
		"/api/attendance/unit/" + lateUnit + "?from=2025-01-01&to=2026-11-24":          "long_range",
		"/api/attendance/unit.csv?unit=" + lateUnit + "&from=2025-01-01&to=2026-11-24": "long_range",
		"/api/attendance/unit.csv?unit=" + lateUnit + "&from=2026-11-02&to=2026-11-01": "backwards",
		"/api/attendance/unit.csv?unit=" + lateUnit:                                    "bad_day",
	} {
		host.get(path).refused(422, code)
	}
	admin.get("/api/audit?from=2025-01-01&to=2026-11-24").refused(422, "long_range")
	admin.get("/api/audit?from=2026-11-24&to=2026-11-23").refused(422, "backwards")
}

// readCSV demands a download that a Chinese Excel opens as it is, and returns its rows.
func readCSV(t *testing.T, a *answer) [][]string {
	t.Helper()
	a.ok()
	if a.header.Get("Content-Type") != "text/csv; charset=utf-8" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s: %v", a.what, a.header)
	}
	text, marked := strings.CutPrefix(a.body, "\ufeff")
	if !marked {
		t.Errorf("%s has no byte order mark", a.what)
	}
	if lines := strings.Count(text, "\n"); lines != strings.Count(text, "\r\n") {
		t.Errorf("%s: lines do not end as RFC 4180 wants", a.what)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", a.what, err)
	}
	return rows
}

func rowOf(t *testing.T, rows [][]string, column int, unit string) []string {
	t.Helper()
	i := slices.IndexFunc(rows, func(row []string) bool { return row[column] == unit })
	if i < 0 {
		t.Fatalf("no row of %s", unit)
	}
	return rows[i]
}

func testDayCSV(t *testing.T, db string) {
	h := houseAt(t, db)
	a := h.as("li").get("/api/attendance/day.csv?day=2026-11-24")
	if got := a.header.Get("Content-Disposition"); got != `attachment; filename="attendance-2026-11-24.csv"` {
		t.Error(got)
	}
	rows := readCSV(t, a)
	if len(rows) != 1+246+3 {
		t.Fatalf("%d rows", len(rows))
	}
	for unit, want := range map[string]string{
		"单位代码":          "日期|点调会|性质|晚开原因|单位代码|单位|类别|考勤|首次到会|离会|准许离会|早退|中断次数|准假/免计|待定|准假事由|批准人|在会秒数|点名|应答|未答|点到次数|点到应答|签到人员|设备缺失",
		lateUnit:        "2026-11-24|点调会|例行||210100010000|指挥中心|警种|迟到|2026-11-24 08:33:10|||否|0|||||3410|0|0|0|0|0||",
		absentUnit:      "2026-11-24|点调会|例行||210100020000|法制支队|警种|缺席||||否|0|||||0|0|0|0|0|0||",
		interruptedUnit: "2026-11-24|点调会|例行||210100030000|特警支队|警种|准时|2026-11-24 08:30:00|||否|1|||||3300|0|0|0|0|0||",
		earlyUnit:       "2026-11-24|点调会|例行||210100040000|社区警务支队|警种|准时|2026-11-24 08:30:00|2026-11-24 09:00:00||是|0|||||1800|0|0|0|0|0||",
		answeringUnit:   "2026-11-24|点调会|例行||210100050000|交警支队|警种|准时|2026-11-24 08:30:00|||否|0|||||3600|1|1|0|0|0|李强(101) 08:41–08:43、王芳(102) 08:43–09:30（不在值班表）|",
		missingUnit:     "2026-11-24|点调会|例行||210100060000|刑侦支队|警种|准时|2026-11-24 08:30:00|||否|0|||||3600|1|0|1|0|0||",
		formulaUnit:     "2026-11-24|点调会|例行||210100070000|'" + formula + "|警种|准时|2026-11-24 08:30:00|||否|0|||||3600|0|0|0|0|0||",
		branchCode:      "2026-11-24|点调会|例行||210103000000|沈河分局|分局|准时|2026-11-24 08:30:00|||否|0|||||3600|0|0|0|0|0||",
		stationCode:     "2026-11-24|点调会|例行||210102510000|和平分局太原街派出所|派出所|准时|2026-11-24 08:30:00|||否|0|||||3600|0|0|0|0|0||",
	} {
		if got := strings.Join(rowOf(t, rows, 4, unit), "|"); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	if drill := rows[247]; drill[2] != "演练（不计入）" || drill[7] != "缺席" {
		t.Errorf("%v", drill)
	}
}

func testUnitAndMonthCSV(t *testing.T, db string) {
	h := houseAt(t, db)
	host := h.as("li")
	unit := host.get("/api/attendance/unit.csv?unit=" + lateUnit + "&from=2026-11-01&to=2026-11-30")
	if got := unit.header.Get("Content-Disposition"); got != `attachment; filename="attendance-210100010000-2026-11-01-2026-11-30.csv"` {
		t.Error(got)
	}
	rows := readCSV(t, unit)
	if len(rows) != 4 || rows[1][0] != "2026-11-22" || rows[1][2] != "临时" || rows[2][7] != "迟到" || rows[3][2] != "演练（不计入）" {
		t.Errorf("%v", rows)
	}
	rows = readCSV(t, host.get("/api/attendance/month.csv?month=2026-11"))
	if len(rows) != 247 {
		t.Fatalf("%d rows", len(rows))
	}
	for unit, want := range map[string]string{
		"单位代码":        "月份|单位代码|单位|类别|会议|准时|迟到|缺席|准假/免计|休息日缺席|待定|早退|中断|在会秒数|点名|应答|未答|点到次数|点到应答|设备缺失场次",
		lateUnit:      "2026-11|210100010000|指挥中心|警种|2|1|1|0|0|0|0|0|0|4010|0|0|0|0|0|0",
		absentUnit:    "2026-11|210100020000|法制支队|警种|2|0|0|1|0|1|0|0|0|0|0|0|0|0|0|0",
		earlyUnit:     "2026-11|210100040000|社区警务支队|警种|2|1|0|0|0|1|0|1|0|1800|0|0|0|0|0|0",
		answeringUnit: "2026-11|210100050000|交警支队|警种|2|1|0|0|0|1|0|0|0|3600|1|1|0|0|0|0",
		formulaUnit:   "2026-11|210100070000|'" + formula + "|警种|2|1|0|0|0|1|0|0|0|3600|0|0|0|0|0|0",
	} {
		if got := strings.Join(rowOf(t, rows, 1, unit), "|"); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}

// TestABrokenJournalIsNoAnswer: what can't be read must not look like an empty day.
func TestABrokenJournalIsNoAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := &script{id: "broken"}
	s.open(rollcall.Regular, "点调会", "workday", clock(24, 8, 30, 0), roster())
	s.at(clock(24, 8, 30, 0), theHost(), rollcall.TurnReleased{Turn: "never called"})
	if err := h.store.Append(t.Context(), s.events); err != nil {
		t.Fatal(err)
	}
	admin := h.as("zhang")
	for _, path := range []string{
		"/api/sessions/broken/attendance", "/api/sessions/broken/turns", "/api/attendance/day?day=2026-11-24",
		"/api/attendance/day.csv?day=2026-11-24", "/api/attendance/month.csv?month=2026-11",
	} {
		admin.get(path).refused(500, "internal")
	}
	if !strings.Contains(h.logs.String(), "TurnReleased") {
		t.Errorf("the log does not say why: %s", h.logs)
	}
}
