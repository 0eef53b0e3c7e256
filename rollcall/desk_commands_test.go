package rollcall_test

import (
	"muster/rollcall"
)

// deskGivens are what is done beside the floor: the private line, seats, officers, observers.
func deskGivens() map[string]given {
	return map[string]given{
		"private line": {
			waiting: true, passing: true,
			command: func(string) rollcall.Command { return rollcall.OpenLine{Unit: code(3)} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Line == code(3) },
		},
		"close the line": {
			early:   true,
			before:  func(h *house, _ string) { h.do("", rollcall.OpenLine{Unit: code(3)}) },
			command: func(string) rollcall.Command { return rollcall.CloseLine{} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Line == "" },
		},
		"checked": {
			waiting: true,
			command: func(string) rollcall.Command { return rollcall.Check{Unit: code(3), OK: true} },
			holds:   func(v *rollcall.View, _ string) bool { return !v.Seats[code(3)].CheckedAt.IsZero() },
		},
		"observer": {
			early:   true,
			passing: true,
			command: func(string) rollcall.Command { return rollcall.Observe{Conn: "o1"} },
			holds:   func(v *rollcall.View, _ string) bool { return len(v.Observers) == 1 },
		},
		"move a seat": {
			early:   true,
			command: func(string) rollcall.Command { return rollcall.MoveSeat{Unit: code(3)} },
			holds:   func(*rollcall.View, string) bool { return true },
		},
		"ask for a seat": {
			early:   true,
			command: func(string) rollcall.Command { return rollcall.AskSeat{Unit: code(3)} },
			holds:   func(*rollcall.View, string) bool { return true },
		},
		"claim the hall": {
			early:   true,
			passing: true,
			command: func(string) rollcall.Command { return rollcall.ClaimHall{Conn: "console"} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Hall == "console" },
		},
		"yield the hall": {
			early:   true,
			before:  func(h *house, _ string) { h.do("", rollcall.ClaimHall{Conn: "console"}) },
			command: func(string) rollcall.Command { return rollcall.YieldHall{Conn: "console", Reason: "host"} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Hall == "" },
		},
		"observer goes": {
			early:   true,
			before:  func(h *house, _ string) { h.do("", rollcall.Observe{Conn: "o1"}) },
			command: func(string) rollcall.Command { return rollcall.Unobserve{Conn: "o1"} },
			holds:   func(v *rollcall.View, _ string) bool { return len(v.Observers) == 0 },
		},
		"uncheck": {
			early:   true,
			before:  func(h *house, _ string) { h.do("", rollcall.Check{Unit: code(3), OK: true}) },
			command: func(string) rollcall.Command { return rollcall.Check{Unit: code(3)} },
			holds:   func(v *rollcall.View, _ string) bool { return v.Seats[code(3)].CheckedAt.IsZero() },
		},
		"keep a seat": {
			early:   true,
			command: func(string) rollcall.Command { return rollcall.KeepSeat{Unit: code(3)} },
			holds:   func(*rollcall.View, string) bool { return true },
		},
		"text": {
			early:   true,
			command: func(string) rollcall.Command { return rollcall.Text{Unit: code(3), Text: "请调整摄像头"} },
			holds:   func(*rollcall.View, string) bool { return true },
		},
		"sign in": {
			waiting: true,
			command: func(string) rollcall.Command { return rollcall.SignIn{Unit: code(3), Officer: li()} },
			holds: func(v *rollcall.View, _ string) bool {
				on := v.Seats[code(3)].OnDuty()
				return len(on) == 1 && on[0].Officer == li() && !on[0].From.IsZero()
			},
		},
		"relieve": {
			early:  true,
			before: func(h *house, _ string) { h.do("", rollcall.SignIn{Unit: code(3), Officer: li()}) },
			command: func(string) rollcall.Command {
				return rollcall.SignIn{Unit: code(3), Officer: rollcall.Officer{Name: "王芳", Number: "102"}, Relieves: "101"}
			},
			holds: func(v *rollcall.View, _ string) bool {
				all, on := v.Seats[code(3)].Officers, v.Seats[code(3)].OnDuty()
				return len(all) == 2 && len(on) == 1 && on[0].Number == "102" && all[0].To.Equal(on[0].From)
			},
		},
		"sign out": {
			early:   true,
			before:  func(h *house, _ string) { h.do("", rollcall.SignIn{Unit: code(3), Officer: li()}) },
			command: func(string) rollcall.Command { return rollcall.SignOut{Unit: code(3), Number: "101"} },
			holds: func(v *rollcall.View, _ string) bool {
				return len(v.Seats[code(3)].Officers) == 1 && len(v.Seats[code(3)].OnDuty()) == 0
			},
		},
	}
}

func li() rollcall.Officer {
	return rollcall.Officer{Name: "李强", Number: "101", Role: "值班所长", Listed: true}
}
