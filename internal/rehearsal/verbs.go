package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/signaling/wire"
)

// verb is one thing that a line of a scenario can say; words are what follows its name.
type verb func(ctx context.Context, s *stage, words []string) error

// verbs are by the first word of a line.
func verbs() map[string]verb {
	return map[string]verb{
		"host": among(hostVerbs), "stations": stationVerbs, "device": deviceVerbs, "observer": observerVerbs,
		"server": among(serverVerbs), "database": among(databaseVerbs), "expect": among(expectVerbs),
	}
}

// among chooses by the next word.
func among(choices func() map[string]verb) verb {
	return func(ctx context.Context, s *stage, words []string) error {
		if len(words) == 0 {
			return errors.New("a word is missing")
		}
		do, known := choices()[words[0]]
		if !known {
			return fmt.Errorf("nobody knows how to %q", strings.Join(words, " "))
		}
		return do(ctx, s, words[1:])
	}
}

// needs makes sure that a verb has its words.
func needs(n int, do verb) verb {
	return func(ctx context.Context, s *stage, words []string) error {
		if len(words) < n {
			return fmt.Errorf("%d words are expected", n)
		}
		return do(ctx, s, words)
	}
}

// plain is a host's command without data.
func plain(kind string) verb {
	return func(ctx context.Context, s *stage, _ []string) error { return s.command(ctx, kind, nil, nil) }
}

// ofUnit is a host's command about one unit.
func ofUnit(kind string, data func(code string, words []string) any) verb {
	return needs(1, func(ctx context.Context, s *stage, words []string) error {
		a, err := s.station(words[0])
		if err != nil {
			return err
		}
		return s.command(ctx, kind, data(a.unit.Code, words[1:]), nil)
	})
}

// ofTurn is a host's command about the turn that is on.
func ofTurn(kind string, data func(turn string, words []string) any) verb {
	return func(ctx context.Context, s *stage, words []string) error {
		turn, err := s.current()
		if err != nil {
			return err
		}
		return s.command(ctx, kind, data(turn, words), nil)
	}
}

func onlyTurn(turn string, _ []string) any { return wire.TurnRef{Turn: turn} }
func onlyUnit(code string, _ []string) any { return wire.UnitRef{Unit: code} }

func hostVerbs() map[string]verb {
	return map[string]verb{
		"enters": func(ctx context.Context, s *stage, _ []string) error { return s.host.come(ctx) },
		"leaves": func(_ context.Context, s *stage, _ []string) error { s.host.leave(); return nil },
		"takes-the-hall": func(ctx context.Context, s *stage, _ []string) error {
			return s.command(ctx, wire.TypeHallClaim, wire.HallClaim{Force: true}, nil)
		},
		"opens":     needs(1, hostOpens),
		"begins":    plain(wire.TypeSessionBegin),
		"closes":    plain(wire.TypeSessionClose),
		"keeps":     plain(wire.TypeSessionKeep),
		"postpones": needs(2, hostPostpones),
		"cancels": needs(1, func(ctx context.Context, s *stage, words []string) error {
			return s.command(ctx, wire.TypeSessionCancel, wire.Cancel{Reason: strings.Join(words, " ")}, nil)
		}),
		"dismisses": needs(1, func(ctx context.Context, s *stage, words []string) error {
			list, err := stationsOf(words[0], len(s.stations))
			if err != nil {
				return err
			}
			return s.command(ctx, wire.TypeSessionDismiss, wire.Units{Units: s.codes(list)}, nil)
		}),
		"calls": needs(1, func(ctx context.Context, s *stage, words []string) error {
			a, err := s.station(words[0])
			if err != nil {
				return err
			}
			return s.calling(ctx, wire.TypeCall, wire.Call{Unit: a.unit.Code, How: "hand", Add: len(words) > 1 && words[1] == "too"})
		}),
		"calls-the-branch-of": needs(1, hostCallsBranch),
		"draws": func(ctx context.Context, s *stage, _ []string) error {
			var drawn wire.DrawResult
			if err := s.command(ctx, wire.TypeDraw, wire.Draw{Kind: "station"}, &drawn); err != nil {
				return err
			}
			return s.calling(ctx, wire.TypeCall, wire.Call{Unit: drawn.Unit, How: "draw"})
		},
		"swaps-to": needs(1, func(ctx context.Context, s *stage, words []string) error {
			a, err := s.station(words[0])
			if err != nil {
				return err
			}
			turn, err := s.current()
			if err != nil {
				return err
			}
			return s.calling(ctx, wire.TypeTurnSwap, wire.TurnSwap{Turn: turn, Unit: a.unit.Code})
		}),
		"opens-the-sound": ofTurn(wire.TypeTurnOpen, onlyTurn),
		"withdraws":       ofTurn(wire.TypeTurnWithdraw, onlyTurn),
		"releases":        ofTurn(wire.TypeTurnRelease, onlyTurn),
		"holds":           ofTurn(wire.TypeTurnHold, onlyTurn),
		"returns":         ofTurn(wire.TypeTurnReturn, func(turn string, _ []string) any { return wire.TurnReturn{Turn: turn} }),
		"extends":         ofTurn(wire.TypeTurnExtend, func(turn string, _ []string) any { return wire.TurnExtend{Turn: turn, Seconds: 60} }),
		"marks": ofTurn(wire.TypeTurnMark, func(turn string, words []string) any {
			if len(words) < 2 {
				return wire.TurnMark{Turn: turn}
			}
			return wire.TurnMark{Turn: turn, By: words[0], Note: strings.Join(words[1:], " ")}
		}),
		"goes-on": func(ctx context.Context, s *stage, _ []string) error { return s.calling(ctx, wire.TypeAgendaNext, nil) },
		"goes-to-step": needs(1, func(ctx context.Context, s *stage, words []string) error {
			n, err := strconv.Atoi(words[0])
			if err != nil {
				return err
			}
			return s.calling(ctx, wire.TypeAgendaGoTo, wire.StepRef{Step: n - 1})
		}),
		"calls-the-roll": plain(wire.TypeRollCall),
		"excuses": ofUnit(wire.TypeExcuse, func(code string, words []string) any {
			x := wire.Excuse{Units: []string{code}, Reason: words[0]}
			if len(words) > 1 {
				x.Incident, x.Note = words[1], strings.Join(words[1:], " ")
			}
			return x
		}),
		"excuses-the-fault": hostExcusesFault,
		"allows-hands": func(ctx context.Context, s *stage, _ []string) error {
			return s.command(ctx, wire.TypeHands, wire.Hands{On: true}, nil)
		},
		"speaks-with":   ofUnit(wire.TypeLineOpen, onlyUnit),
		"ends-the-line": plain(wire.TypeLineClose),
		"ticks":         ofUnit(wire.TypeSeatCheck, func(code string, _ []string) any { return wire.SeatCheck{Unit: code, OK: true} }),
		"writes-to": ofUnit(wire.TypeSeatText, func(code string, words []string) any {
			return wire.SeatText{Unit: code, Text: strings.Join(words, " ")}
		}),
		"moves-the-seat-of": ofUnit(wire.TypeSeatMove, onlyUnit),
		"mutes":             ofUnit(wire.TypeMicMute, onlyUnit),
		"asks-to-unmute":    ofUnit(wire.TypeMicAsk, onlyUnit),
	}
}

func (s *stage) codes(list []int) []string {
	var out []string
	for _, n := range list {
		out = append(out, s.stations[n-1].unit.Code)
	}
	return out
}

// hostOpens opens an extra call that begins by itself at a time of the morning; a call that is open is closed first.
func hostOpens(ctx context.Context, s *stage, words []string) error {
	at, err := clock(words[0])
	if err != nil {
		return err
	}
	s.host.seen.until(ctx, func() bool { return s.host.seen.session != nil }) // the drill of the rehearsal, if there is one
	if err := s.command(ctx, wire.TypeSessionClose, nil, nil); err != nil && !refusedAs(err, "no_session") {
		return err
	}
	wait := int(math.Ceil(time.Until(s.when(at)).Seconds()))
	if err := s.command(ctx, wire.TypeSessionStart, wire.SessionStart{Kind: "extra", Title: s.scenario.Title, WaitS: max(wait, 1)}, nil); err != nil {
		return err
	}
	opened := s.host.seen.until(ctx, func() bool { return s.host.seen.session != nil && s.host.seen.session.Kind == "extra" })
	if !opened {
		return errors.New("the hall was not told of the call")
	}
	s.host.seen.mu.Lock()
	defer s.host.seen.mu.Unlock()
	s.session = s.host.seen.session.ID
	return nil
}

func refusedAs(err error, code string) bool {
	var refusal *Refusal
	return errors.As(err, &refusal) && refusal.Said.Code == code
}

func hostPostpones(ctx context.Context, s *stage, words []string) error {
	at, err := clock(words[0])
	if err != nil {
		return err
	}
	to := s.when(at).Format(time.RFC3339Nano)
	return s.command(ctx, wire.TypeSessionPostpone, wire.Postpone{PlannedAt: to, Reason: strings.Join(words[1:], " ")}, nil)
}

func hostCallsBranch(ctx context.Context, s *stage, words []string) error {
	a, err := s.station(words[0])
	if err != nil {
		return err
	}
	units, err := s.host.client.units()
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.Code == a.unit.Code {
			return s.calling(ctx, wire.TypeCall, wire.Call{Unit: u.Branch, How: "branch", Add: true, For: u.Code})
		}
	}
	return errors.New("the unit is not in the roster")
}

func hostExcusesFault(ctx context.Context, s *stage, _ []string) error {
	s.host.seen.mu.Lock()
	faults := slices.Clone(s.host.seen.desk.Faults)
	s.host.seen.mu.Unlock()
	if len(faults) == 0 {
		return errors.New("there is no fault on the board")
	}
	return s.command(ctx, wire.TypeExcuse, wire.Excuse{Fault: faults[len(faults)-1].ID}, nil)
}

// stationVerbs begin with the stations: "stations 3-12 enter".
func stationVerbs(ctx context.Context, s *stage, words []string) error {
	if len(words) < 2 {
		return errors.New("stations, and what they do")
	}
	what := strings.Join(words[1:], " ")
	do, known := stationDeeds()[what]
	if !known {
		return fmt.Errorf("stations do not know how to %q", what)
	}
	return s.each(words[0], func(_ int, a *actor) error { return do(ctx, a) })
}

func stationDeeds() map[string]func(ctx context.Context, a *actor) error {
	come := func(ctx context.Context, a *actor) error { return a.come(ctx) }
	mic := func(on bool) func(ctx context.Context, a *actor) error {
		return func(ctx context.Context, a *actor) error {
			return a.client.command(ctx, wire.TypeMic, wire.Mic{On: on}, nil)
		}
	}
	return map[string]func(ctx context.Context, a *actor) error{
		"enter":           come,
		"come back":       come,
		"leave":           func(_ context.Context, a *actor) error { a.leave(); return nil },
		"lose their line": func(_ context.Context, a *actor) error { a.loseLine(); return nil },
		"fall silent":     func(_ context.Context, a *actor) error { a.silent.Store(true); return nil },
		"are awake":       func(_ context.Context, a *actor) error { a.silent.Store(false); return nil },
		"raise a hand": func(ctx context.Context, a *actor) error {
			return a.client.command(ctx, wire.TypeHand, wire.Hand{Up: true}, nil)
		},
		"mute themselves":       mic(false),
		"open their microphone": mic(true),
		"lose their camera": func(_ context.Context, a *actor) error {
			return a.client.send(wire.TypeDevice, "", wire.Device{Camera: "none", Microphone: "ok", Speaker: "ok", Network: "ok"})
		},
		"sign in":      func(ctx context.Context, a *actor) error { return a.signIn(ctx, 0) },
		"are relieved": func(ctx context.Context, a *actor) error { return a.signIn(ctx, 1) },
		"give the seat": func(ctx context.Context, a *actor) error {
			a.out.Store(true) // the device that takes over is another one
			return ignoreEnd(a.client.command(ctx, wire.TypeSeatGive, nil, nil))
		},
		"keep the seat": func(ctx context.Context, a *actor) error { return a.client.command(ctx, wire.TypeSeatKeep, nil, nil) },
	}
}

// ignoreEnd is for a command whose answer may come after the goodbye that it leads to.
func ignoreEnd(err error) error {
	var refusal *Refusal
	if errors.As(err, &refusal) && refusal.Said.Code != "replaced" {
		return err
	}
	return nil
}

// deviceVerbs are of a second device at a station's seat: "device 4 knocks".
func deviceVerbs(ctx context.Context, s *stage, words []string) error {
	if len(words) < 2 {
		return errors.New("whose second device, and what it does")
	}
	a, err := s.station(words[0])
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(words[0])
	d := s.devices[n]
	switch what := strings.Join(words[1:], " "); {
	case what == "knocks":
		token, err := a.token(ctx)
		if err != nil {
			return err
		}
		if s.devices[n], err = openDevice(ctx, s.cfg.URL, wire.Join{Page: wire.PageStation, Token: token, Device: "second-" + words[0]}); err != nil {
			return err
		}
		d = s.devices[n]
		return d.until(ctx, "it is told who is in", func() bool { return d.taken != nil })
	case d == nil:
		return errors.New("it has not knocked")
	case what == "asks":
		return d.send(wire.TypeSeatAsk, nil)
	case what == "is in":
		return d.until(ctx, what, func() bool { return d.in })
	case what == "is refused":
		return d.until(ctx, what, func() bool { return d.taken != nil && d.taken.Refused })
	default:
		return fmt.Errorf("devices do not know how to %q", what)
	}
}

// observerVerbs are of somebody who looks on: "observer chief enters".
func observerVerbs(ctx context.Context, s *stage, words []string) error {
	if len(words) < 2 {
		return errors.New("which observer, and what it does")
	}
	d := s.guests[words[0]]
	switch what := strings.Join(words[1:], " "); {
	case what == "enters":
		token, err := s.hostToken(ctx)
		if err != nil {
			return err
		}
		if d, err = openDevice(ctx, s.cfg.URL, wire.Join{Page: wire.PageObserver, Token: token}); err != nil {
			return err
		}
		s.guests[words[0]] = d
		return d.until(ctx, what, func() bool { return d.in })
	case d == nil:
		return errors.New("nobody of that name looks on")
	case what == "leaves":
		d.close()
		delete(s.guests, words[0])
		return nil
	case strings.HasPrefix(what, "sees "):
		a, err := s.station(words[2])
		if err != nil {
			return err
		}
		return d.until(ctx, what, func() bool {
			return slices.ContainsFunc(d.floor.Places, func(p wire.Place) bool { return p.Unit == a.unit.Code })
		})
	case what == "saw no dossier":
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.dossier {
			return errors.New("it was shown one")
		}
		return nil
	default:
		return fmt.Errorf("observers do not know how to %q", what)
	}
}

func serverVerbs() map[string]verb {
	return map[string]verb{
		"is-killed": func(_ context.Context, s *stage, _ []string) error { return s.env.KillServer() },
		"starts":    func(ctx context.Context, s *stage, _ []string) error { return s.env.StartServer(ctx) },
	}
}

func databaseVerbs() map[string]verb {
	return map[string]verb{
		"goes-away": func(ctx context.Context, s *stage, _ []string) error { return s.env.StopDatabase(ctx) },
		"is-back":   func(ctx context.Context, s *stage, _ []string) error { return s.env.StartDatabase(ctx) },
	}
}
