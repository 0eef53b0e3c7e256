package signaling

import (
	"context"
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

// sessionHandlers are about the call as a whole.
func sessionHandlers() map[string]handler {
	return map[string]handler{
		wire.TypeSessionStart: {console(), false, data(handleStart)},
		wire.TypeSessionBegin: {console(), false, command(rollcall.Begin{})},
		wire.TypeSessionClose: {console(), false, does(func(_ *socket, d wire.SessionRef) (rollcall.Command, error) {
			return rollcall.Close{Session: d.Session, Reason: "host"}, nil
		})},
		wire.TypeSessionYield: {console(), false, does(func(k *socket, d wire.SessionRef) (rollcall.Command, error) {
			due, _ := k.server.cfg.Calls.Next()
			return rollcall.Yield{Session: d.Session, To: due}, nil
		})},
		wire.TypeSessionKeep: {console(), false, command(rollcall.Keep{})},
		wire.TypeSessionPostpone: {console(), false, does(func(_ *socket, d wire.Postpone) (rollcall.Command, error) {
			to, err := moment(d.PlannedAt, "planned_at")
			return rollcall.Postpone{To: to, Reason: printable(d.Reason)}, err
		})},
		wire.TypeSessionCancel: {console(), false, does(func(_ *socket, d wire.Cancel) (rollcall.Command, error) {
			return rollcall.Cancel{Reason: printable(d.Reason)}, nil
		})},
		wire.TypeSessionDismiss: {console(), false, does(func(_ *socket, d wire.Units) (rollcall.Command, error) {
			return rollcall.Dismiss{Units: d.Units}, nil
		})},
		wire.TypeRollCall: {console(), false, does(func(_ *socket, d wire.RollCall) (rollcall.Command, error) {
			return rollcall.CallRoll{Units: d.Units, Window: time.Duration(d.WindowS) * time.Second}, nil
		})},
		wire.TypeRollAnswer: {station(), false, does(func(k *socket, d wire.RollRef) (rollcall.Command, error) {
			return rollcall.AnswerRoll{Roll: d.Roll, By: k.view.unit}, nil
		})},
		wire.TypeAgendaNext: {console(), false, data(func(k *socket, id string, d wire.StepFrom) (any, error) {
			return step(k.do(id, rollcall.Next{From: d.From}))
		})},
		wire.TypeAgendaGoTo: {console(), false, data(func(k *socket, id string, d wire.StepRef) (any, error) {
			return step(k.do(id, rollcall.GoTo{Step: d.Step}))
		})},
	}
}

// does is for commands that end with a done without data.
func does[T any](make func(k *socket, d T) (rollcall.Command, error)) func(*socket, wire.Frame) (any, error) {
	return data(func(k *socket, id string, d T) (any, error) {
		cmd, err := make(k, d)
		if err == nil {
			_, err = k.do(id, cmd)
		}
		return nil, err
	})
}

// moment reads a time of the protocol; empty is none.
func moment(text, field string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, &detailed{errBadData, field}
	}
	return at.UTC(), nil
}

func step(out rollcall.Outcome, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return wire.StepResult{Turn: out.Turn, Unit: out.Unit}, nil
}

// longestCall is the longest that a call may be planned, in seconds.
const longestCall = 12 * 3600

func handleStart(k *socket, id string, d wire.SessionStart) (any, error) {
	if d.WaitS < 0 || d.WaitS > 24*3600 {
		return nil, &detailed{errBadData, "wait_s"}
	}
	var length *time.Duration
	if d.LengthS != nil {
		if *d.LengthS < 0 || *d.LengthS > longestCall {
			return nil, &detailed{errBadData, "length_s"}
		}
		planned := time.Duration(*d.LengthS) * time.Second
		length = &planned
	}
	ctx, cancel := context.WithTimeout(context.Background(), commandPatience)
	defer cancel()
	by := rollcall.Meta{ID: id, Actor: k.who.Actor}
	_, err := k.server.cfg.Calls.Start(ctx, by, rollcall.StartRequest{
		Kind: rollcall.SessionKind(d.Kind), Title: printable(d.Title), Wait: time.Duration(d.WaitS) * time.Second, Length: length,
	})
	return nil, err
}
