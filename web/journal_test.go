package web_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"muster/internal/sample"
	"muster/rollcall"
)

// clock is a moment of a November day in Shenyang.
func clock(day, hour, minute, second int) time.Time {
	return time.Date(2026, 11, day, hour, minute, second, 0, time.FixedZone("CST", 8*3600))
}

// script writes a session's journal line by line.
type script struct {
	id     string
	events []rollcall.Event
}

func (s *script) at(when time.Time, by rollcall.Actor, payload any) {
	data, err := json.Marshal(payload)
	if err != nil {
		panic(err) // of a test's own payload
	}
	e := rollcall.Event{
		Session: s.id, Epoch: 1, Seq: int64(len(s.events) + 1), At: when.UTC(), Kind: rollcall.EventKind(reflect.TypeOf(payload).Name()),
		Actor: by, Data: data,
	}
	if n := len(s.events); n > 0 {
		e.Prev = s.events[n-1].Hash
	}
	e.Seal()
	s.events = append(s.events, e)
}

func theHost() rollcall.Actor { return rollcall.Actor{Kind: "host", ID: "li", Name: "李主持"} }

func (s *script) open(kind rollcall.SessionKind, title, calendar string, planned time.Time, roster []rollcall.Unit) {
	s.at(planned.Add(-15*time.Minute), rollcall.System(), rollcall.SessionOpened{
		Kind: kind, Title: title, PlannedAt: planned.UTC(), Roster: roster, Rules: rollcall.DefaultRules(), Calendar: calendar,
	})
}

func (s *script) enter(unit string, when time.Time) {
	s.at(when, rollcall.Actor{Kind: "unit", ID: unit}, rollcall.SeatEntered{Unit: unit, Conn: unit})
}

func (s *script) leave(unit string, when time.Time) {
	s.at(when, rollcall.Actor{Kind: "unit", ID: unit}, rollcall.SeatLeft{Unit: unit, Conn: unit, Reason: "timeout", At: when.UTC()})
}

func (s *script) begin(when time.Time) { s.at(when, theHost(), rollcall.SessionBegun{}) }
func (s *script) close(when time.Time) {
	s.at(when, theHost(), rollcall.SessionClosed{Reason: "host"})
}

// The parts that units of the sample roster play in the morning of the 24th; everybody else waits from 08:20 and stays.
const (
	lateUnit        = "210100010000"
	absentUnit      = "210100020000"
	interruptedUnit = "210100030000"
	earlyUnit       = "210100040000"
	answeringUnit   = "210100050000"
	missingUnit     = "210100060000"
	formulaUnit     = "210100070000"
)

// formula is a name that a spreadsheet would take for one.
const formula = "=cmd|' /C calc'!A0"

func roster() []rollcall.Unit {
	units := sample.Units()
	for i := range units {
		if units[i].Code == formulaUnit {
			units[i].Name = formula
		}
	}
	return units
}

// november keeps three sessions: the morning of the 24th, a drill after it, and an extra call on Sunday the 22nd.
func november(t *testing.T, h *house) {
	t.Helper()
	units := roster()
	sunday := &script{id: "sunday"}
	sunday.open(rollcall.Extra, "临时点调会", "dayoff", clock(22, 8, 30, 0), units)
	sunday.enter(lateUnit, clock(22, 8, 20, 0))
	sunday.begin(clock(22, 8, 30, 0))
	sunday.close(clock(22, 8, 40, 0))

	drill := &script{id: "drill"}
	drill.open(rollcall.Drill, "演练", "workday", clock(24, 14, 0, 0), units[:3])
	drill.begin(clock(24, 14, 0, 0))
	drill.close(clock(24, 14, 10, 0))

	for _, s := range []*script{sunday, morning(units), drill} {
		if err := h.store.Append(t.Context(), s.events); err != nil {
			t.Fatal(err)
		}
	}
}

func morning(units []rollcall.Unit) *script {
	s := &script{id: "morning"}
	s.open(rollcall.Regular, "点调会", "workday", clock(24, 8, 30, 0), units)
	for _, u := range units {
		if u.Code != lateUnit && u.Code != absentUnit {
			s.enter(u.Code, clock(24, 8, 20, 0))
		}
	}
	s.begin(clock(24, 8, 30, 0))
	s.enter(lateUnit, clock(24, 8, 33, 10))
	s.leave(interruptedUnit, clock(24, 8, 40, 0))
	officer := rollcall.Actor{Kind: "unit", ID: answeringUnit}
	s.at(clock(24, 8, 41, 0), officer, rollcall.OfficerSignedIn{Unit: answeringUnit, Officer: rollcall.Officer{Name: "李强", Number: "101", Listed: true}})
	s.at(clock(24, 8, 43, 0), officer, rollcall.OfficerSignedOut{Unit: answeringUnit, Number: "101", By: "102"})
	s.at(clock(24, 8, 43, 0), officer, rollcall.OfficerSignedIn{Unit: answeringUnit, Officer: rollcall.Officer{Name: "王芳", Number: "102"}})
	s.enter(interruptedUnit, clock(24, 8, 45, 0))
	answered(s, "turn-1", clock(24, 8, 50, 0))
	s.at(clock(24, 8, 55, 0), theHost(), rollcall.TurnCalled{Turn: "turn-2", Unit: missingUnit, How: "draw"})
	s.at(clock(24, 8, 55, 20), rollcall.System(), rollcall.TurnMissed{Turn: "turn-2"})
	s.leave(earlyUnit, clock(24, 9, 0, 0))
	s.close(clock(24, 9, 30, 0))
	return s
}

func answered(s *script, turn string, when time.Time) {
	s.at(when, theHost(), rollcall.TurnCalled{Turn: turn, Unit: answeringUnit, How: "hand"})
	dossier := json.RawMessage(`{"incidents":[{"id":"A1"}]}`)
	s.at(when.Add(time.Second), rollcall.System(), rollcall.DossierFrozen{Turn: turn, Unit: answeringUnit, Dossier: dossier, Hash: "abc"})
	s.at(when.Add(2*time.Second), rollcall.Actor{Kind: "unit", ID: answeringUnit}, rollcall.TurnShown{Turn: turn})
	s.at(when.Add(4*time.Second), rollcall.Actor{Kind: "unit", ID: answeringUnit, Name: "交警支队"}, rollcall.TurnAnswered{Turn: turn, By: "officer"})
	s.at(when.Add(time.Minute), theHost(), rollcall.TurnNoted{Turn: turn, Rating: 4, Note: "-清楚"})
	s.at(when.Add(2*time.Minute), theHost(), rollcall.TurnReleased{Turn: turn})
}
