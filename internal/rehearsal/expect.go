package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/signaling/wire"
)

// expectVerbs are what must come true within comesTrue: on the hall's screen, on a station's, in attendance, in the journal.
func expectVerbs() map[string]verb {
	return map[string]verb{
		"phase":      hall(1, func(v *seen, s *stage, words []string) bool { return phaseOf(v.session) == words[0] }),
		"here":       hall(1, func(v *seen, s *stage, words []string) bool { return count(words[0], v.seats, isHere) }),
		"roll":       hall(2, func(v *seen, s *stage, words []string) bool { return count(words[1], v.seats, hasRoll(words[0])) }),
		"hands":      hall(1, func(v *seen, s *stage, words []string) bool { return count(words[0], v.seats, hasHand) }),
		"waiting":    hall(1, func(v *seen, s *stage, words []string) bool { return count(words[0], v.seats, hasWaiting) }),
		"signed-in":  hall(1, func(v *seen, s *stage, words []string) bool { return count(words[0], v.seats, hasOfficer) }),
		"muted":      hall(1, func(v *seen, s *stage, words []string) bool { return count(words[0], v.seats, isMuted) }),
		"observers":  hall(1, func(v *seen, s *stage, words []string) bool { return strconv.Itoa(v.desk.Observers) == words[0] }),
		"record":     hall(1, func(v *seen, s *stage, words []string) bool { return v.record.State == words[0] }),
		"step":       hall(1, func(v *seen, s *stage, words []string) bool { return strconv.Itoa(v.desk.Step+1) == words[0] }),
		"fault":      hall(1, faultIs),
		"floor":      hall(1, floorIs),
		"refused":    needs(3, expectRefused),
		"station":    needs(2, expectStation),
		"attendance": needs(2, expectAttendance),
		"journal":    needs(2, expectJournal),
	}
}

// hall expects something of what the hall's console was told.
func hall(n int, holds func(v *seen, s *stage, words []string) bool) verb {
	return needs(n, func(ctx context.Context, s *stage, words []string) error {
		v := s.host.seen
		if v.until(ctx, func() bool { return holds(v, s, words) }) {
			return nil
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		return fmt.Errorf("the hall sees phase %q, %d here, floor %v, step %d, faults %v, record %q", phaseOf(v.session), len(matching(v.seats, isHere)),
			v.floor.Places, v.desk.Step+1, v.desk.Faults, v.record.State)
	})
}

func phaseOf(s *wire.Session) string {
	if s == nil {
		return "none"
	}
	return s.State
}

func isHere(s wire.Seat) bool     { return s.Presence == "here" }
func isMuted(s wire.Seat) bool    { return s.Muted != "" }
func hasHand(s wire.Seat) bool    { return s.Hand != "" }
func hasOfficer(s wire.Seat) bool { return len(s.Officers) > 0 && s.Officers[0].Listed }
func hasWaiting(s wire.Seat) bool { return s.Waiting }
func hasRoll(state string) func(wire.Seat) bool {
	return func(s wire.Seat) bool { return s.Roll == state }
}

func matching(seats map[string]wire.Seat, match func(wire.Seat) bool) []string {
	var out []string
	for code, seat := range seats {
		if match(seat) {
			out = append(out, code)
		}
	}
	return out
}

func count(want string, seats map[string]wire.Seat, match func(wire.Seat) bool) bool {
	return strconv.Itoa(len(matching(seats, match))) == want
}

func faultIs(v *seen, _ *stage, words []string) bool {
	if len(v.desk.Faults) == 0 {
		return words[0] == "none"
	}
	return v.desk.Faults[len(v.desk.Faults)-1].State == words[0]
}

// floorIs compares the floor with stations by number, or with "empty".
func floorIs(v *seen, s *stage, words []string) bool {
	var got, want []string
	for _, p := range v.floor.Places {
		if p.Unit != "" {
			got = append(got, p.Unit)
		}
	}
	for _, w := range words {
		if a, err := s.station(w); err == nil {
			want = append(want, a.unit.Code)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	return slices.Equal(got, want)
}

// expectStation looks at a station's own screen.
func expectStation(ctx context.Context, s *stage, words []string) error {
	a, err := s.station(words[0])
	if err != nil {
		return err
	}
	what := strings.Join(words[1:], " ")
	holds, known := stationScreens()[words[1]]
	if !known {
		return fmt.Errorf("nobody knows what %q looks like", what)
	}
	v, code := a.seen, a.unit.Code
	if v.until(ctx, func() bool { return holds(v, code, words[2:]) }) {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return fmt.Errorf("the station is not %s: seat %+v, turn %+v, air %+v, bye %q", what, v.seats[code], v.turnOf(code), v.air, v.bye)
}

// stationScreens are what a station's screen may show of its unit, and words that some say more by.
func stationScreens() map[string]func(v *seen, code string, words []string) bool {
	out := map[string]func(v *seen, code string, words []string) bool{
		"held":      func(v *seen, code string, _ []string) bool { return v.turnOf(code).Held },
		"dismissed": func(v *seen, code string, _ []string) bool { return v.seats[code].Dismissed },
		"excused":   func(v *seen, code string, _ []string) bool { return v.seats[code].Excuse != nil },
		"private":   func(v *seen, _ string, _ []string) bool { return v.air.Private && !v.air.Sound },
		"on-air":    func(v *seen, _ string, _ []string) bool { return v.air.Picture == "everyone" && v.air.Sound },
		"seen-not-heard": func(v *seen, _ string, _ []string) bool {
			return v.air.Picture == "everyone" && !v.air.Sound && !v.air.Mic
		},
		"off-air": func(v *seen, _ string, _ []string) bool {
			return v.air.Picture == "hall" && !v.air.Sound && !v.air.Private
		},
		"muted": func(v *seen, code string, _ []string) bool {
			return v.seats[code].Muted != "" && v.seats[code].MicAsked == ""
		},
		"asked-to-unmute":    func(v *seen, code string, _ []string) bool { return v.seats[code].MicAsked != "" },
		"asked-for-the-seat": func(v *seen, _ string, _ []string) bool { return v.asked },
		"replaced":           func(v *seen, _ string, _ []string) bool { return v.bye == "replaced" },
		"postponed":          func(v *seen, _ string, _ []string) bool { return v.session != nil && v.session.Announced != "" },
		"told": func(v *seen, _ string, words []string) bool {
			return slices.ContainsFunc(v.notices, func(n wire.Notice) bool { return n.Message == strings.Join(words, " ") })
		},
		"sees-only-its-dossier": func(v *seen, code string, _ []string) bool { return len(v.dossier) == 1 && v.dossier[code] },
	}
	for _, state := range []string{"called", "answered", "missed", "withdrawn", "released"} {
		out[state] = func(v *seen, code string, _ []string) bool { return v.turnOf(code).State == state }
	}
	return out
}

// expectRefused expects another line to be refused: "refused floor_full host calls 7 too".
func expectRefused(ctx context.Context, s *stage, words []string) error {
	do, known := verbs()[words[1]]
	if !known {
		return fmt.Errorf("nobody knows how to %q", strings.Join(words[1:], " "))
	}
	switch err := do(ctx, s, words[2:]); {
	case err == nil:
		return errors.New("it was not refused")
	case !refusedAs(err, words[0]):
		return err
	}
	return nil
}

// expectAttendance asks what the journal adds up to: "attendance 3-5 late", "attendance 4 missed 1".
func expectAttendance(ctx context.Context, s *stage, words []string) error {
	list, err := stationsOf(words[0], len(s.stations))
	if err != nil {
		return err
	}
	return eventually(ctx, func() error {
		entries, err := s.attendance(ctx)
		if err != nil {
			return err
		}
		for _, code := range s.codes(list) {
			if e := entries[code]; !fits(e, words[1:]) {
				return fmt.Errorf("attendance of %s is %+v", code, e)
			}
		}
		return nil
	})
}

func fits(e entry, words []string) bool {
	figure := map[string]int{"calls": e.Calls, "answered": e.Answered, "missed": e.Missed, "rolls": e.Rolls, "rolls-answered": e.Answers, "officers": len(e.Officers), "lacks": len(e.Lacks)}
	if n, known := figure[words[0]]; known && len(words) > 1 {
		return strconv.Itoa(n) == words[1]
	}
	switch words[0] {
	case "pending-judgement":
		return e.Pending
	case "relieved":
		return !e.Pending && !e.LeftEarly || e.Excused
	case "not-early":
		return !e.LeftEarly
	}
	return e.Status == words[0]
}

// expectJournal counts the rows of a kind: "journal TurnWithdrawn 1", with "by host" only the host's.
func expectJournal(ctx context.Context, s *stage, words []string) error {
	return eventually(ctx, func() error {
		events, err := s.journal(ctx)
		if err != nil {
			return err
		}
		n := 0
		for _, e := range events {
			if e.Kind == words[0] {
				n++
			}
		}
		if strconv.Itoa(n) != words[1] {
			return fmt.Errorf("the journal has %d rows of %s", n, words[0])
		}
		return nil
	})
}

// eventually tries for as long as an expectation may take.
func eventually(ctx context.Context, try func() error) error {
	deadline := time.Now().Add(comesTrue)
	for {
		err := try()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		if errSleep := sleep(ctx, 200*time.Millisecond); errSleep != nil {
			return errors.Join(err, errSleep)
		}
	}
}
