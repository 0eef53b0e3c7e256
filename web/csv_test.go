package web_test

import (
	"strings"
	"testing"
	"time"

	"muster/rollcall"
)

// excusedMorning is a call that was opened late, in which four units were away for reasons that somebody judged, or has yet to.
func excusedMorning() *script {
	s := &script{id: "excused"}
	units := roster()[:5]
	s.at(clock(24, 8, 20, 0), rollcall.System(), rollcall.SessionOpened{
		Kind: rollcall.Regular, Title: "点调会", PlannedAt: clock(24, 8, 30, 0).UTC(), Roster: units, Rules: rollcall.DefaultRules(),
		Calendar: "workday", Late: "服务器才启动",
	})
	for _, u := range []string{interruptedUnit, earlyUnit, answeringUnit} {
		s.enter(u, clock(24, 8, 25, 0))
	}
	s.begin(clock(24, 8, 30, 0))
	s.at(clock(24, 8, 30, 0), theHost(), rollcall.RollOpened{Roll: "r", Kind: rollcall.RollAtBegin, Units: []string{earlyUnit, answeringUnit}, Until: clock(24, 8, 32, 0).UTC()})
	s.at(clock(24, 8, 31, 0), theHost(), rollcall.RollAnswered{Roll: "r", Unit: earlyUnit})
	officer := rollcall.Officer{Name: "李强", Number: "101", Listed: true}
	for _, u := range []string{earlyUnit, answeringUnit} {
		s.at(clock(24, 8, 31, 0), rollcall.Actor{Kind: "unit", ID: u}, rollcall.OfficerSignedIn{Unit: u, Officer: officer})
	}
	s.enter(lateUnit, clock(24, 8, 45, 0))
	s.at(clock(24, 8, 35, 5), rollcall.Actor{Kind: "unit", ID: interruptedUnit}, rollcall.UnitLacks{Unit: interruptedUnit, Device: "camera", What: "none", From: clock(24, 8, 35, 0).UTC()})
	s.at(clock(24, 8, 35, 5), rollcall.Actor{Kind: "unit", ID: answeringUnit}, rollcall.UnitLacks{Unit: answeringUnit, Device: "microphone", What: "silent", From: clock(24, 8, 35, 0).UTC()})
	s.leave(interruptedUnit, clock(24, 8, 40, 0))
	s.at(clock(24, 8, 40, 1), rollcall.System(), rollcall.FaultSuspected{Fault: "f", Branch: "b", Units: []string{interruptedUnit}, From: clock(24, 8, 40, 0).UTC()})
	s.enter(interruptedUnit, clock(24, 8, 45, 0))
	s.leave(earlyUnit, clock(24, 9, 0, 0))
	s.at(clock(24, 9, 10, 0), theHost(), rollcall.UnitsDismissed{Units: []string{answeringUnit}})
	s.close(clock(24, 9, 30, 0))
	excuse := func(unit, reason, incident string, from, to time.Time) {
		s.at(clock(24, 10, 0, 0), theHost(), rollcall.UnitsExcused{Units: []string{unit}, Reason: reason, Incident: incident, From: from, To: to})
	}
	excuse(absentUnit, rollcall.ExcuseDispatch, "J1", clock(24, 8, 0, 0).UTC(), clock(24, 11, 0, 0).UTC())
	excuse(lateUnit, rollcall.ExcuseLeave, "", time.Time{}, time.Time{})
	excuse(earlyUnit, rollcall.ExcuseLine, "", clock(24, 8, 59, 0).UTC(), clock(24, 9, 30, 0).UTC())
	return s
}

func TestCSVTellsOfExcuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.store.Append(t.Context(), excusedMorning().events); err != nil {
		t.Fatal(err)
	}
	host := h.as("li")
	const head = "2026-11-24|点调会|例行|服务器才启动|"
	day := readCSV(t, host.get("/api/attendance/day.csv?day=2026-11-24"))
	for unit, want := range map[string]string{
		lateUnit:        "210100010000|指挥中心|警种|迟到（准假）|2026-11-24 08:45:00|||否|0|迟到||请假|li|2700|0|0|0|0|0||",
		absentUnit:      "210100020000|法制支队|警种|准假||||否|0|缺席||出警 J1 08:00–11:00|li|0|0|0|0|0|0||",
		interruptedUnit: "210100030000|特警支队|警种|准时|2026-11-24 08:30:00|||否|0||中断1|||3300|0|0|0|0|0||没有摄像头 08:35–08:40",
		earlyUnit: "210100040000|社区警务支队|警种|准时|2026-11-24 08:30:00|2026-11-24 09:00:00||否|0|早退||线路故障 08:59–09:30|li|1800|0|0|0|1|1|" +
			"李强(101) 08:31–09:00（同时在交警支队签到）|",
		answeringUnit: "210100050000|交警支队|警种|准时|2026-11-24 08:30:00||2026-11-24 09:10:00|否|0|||||2400|0|0|0|1|0|" +
			"李强(101) 08:31–09:30（同时在社区警务支队签到）|麦克风没有声音 08:35–09:10",
	} {
		if got := strings.Join(rowOf(t, day, 4, unit), "|"); got != head+want {
			t.Errorf("\n got %s\nwant %s", got, head+want)
		}
	}
	month := readCSV(t, host.get("/api/attendance/month.csv?month=2026-11"))
	for unit, want := range map[string]string{
		lateUnit:        "1|0|0|0|1|0|0|0|0|2700|0|0|0|0|0|0",
		absentUnit:      "1|0|0|0|1|0|0|0|0|0|0|0|0|0|0|0",
		interruptedUnit: "1|1|0|0|0|0|1|0|0|3300|0|0|0|0|0|1",
		earlyUnit:       "1|1|0|0|1|0|0|0|0|1800|0|0|0|1|1|0",
	} {
		if got := strings.Join(rowOf(t, month, 1, unit)[4:], "|"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", unit, got, want)
		}
	}
}
