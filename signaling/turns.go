package signaling

import (
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

// turnHandlers are about one unit being called.
func turnHandlers() map[string]handler {
	return map[string]handler{
		wire.TypeTurnShown: {station(), false, turn(func(k *socket, id string) rollcall.Command {
			return rollcall.Shown{Turn: id, By: k.view.unit}
		})},
		wire.TypeTurnAnswer: {station(), false, turn(func(k *socket, id string) rollcall.Command {
			return rollcall.Answer{Turn: id, By: k.view.unit}
		})},
		wire.TypeCall:         {console(), false, data(handleCall)},
		wire.TypeDraw:         {console(), false, data(handleDraw)},
		wire.TypeTurnOpen:     {console(), false, turn(func(_ *socket, id string) rollcall.Command { return rollcall.OpenSound{Turn: id} })},
		wire.TypeTurnWithdraw: {console(), false, turn(func(_ *socket, id string) rollcall.Command { return rollcall.Withdraw{Turn: id} })},
		wire.TypeTurnRelease:  {console(), false, turn(func(_ *socket, id string) rollcall.Command { return rollcall.Release{Turn: id} })},
		wire.TypeTurnHold:     {console(), false, turn(func(_ *socket, id string) rollcall.Command { return rollcall.Hold{Turn: id} })},
		wire.TypeTurnMark: {console(), false, does(func(_ *socket, d wire.TurnMark) (rollcall.Command, error) {
			return rollcall.Mark{Turn: d.Turn, By: d.By, Note: printable(d.Note)}, nil
		})},
		wire.TypeTurnReturn: {console(), false, does(func(_ *socket, d wire.TurnReturn) (rollcall.Command, error) {
			return rollcall.Return{Turn: d.Turn, Replace: d.Replace}, nil
		})},
		wire.TypeTurnExtend: {console(), false, does(func(_ *socket, d wire.TurnExtend) (rollcall.Command, error) {
			return rollcall.Extend{Turn: d.Turn, By: time.Duration(d.Seconds) * time.Second}, nil
		})},
		wire.TypeTurnSwap: {console(), false, data(handleSwap)},
		wire.TypeTurnNote: {console(), false, data(handleNote)},
	}
}

// turn is for commands that name nothing but a turn.
func turn(make func(k *socket, id string) rollcall.Command) func(*socket, wire.Frame) (any, error) {
	return data(func(k *socket, id string, d wire.TurnRef) (any, error) {
		_, err := k.do(id, make(k, d.Turn))
		return nil, err
	})
}

// command is for commands without data.
func command(cmd rollcall.Command) func(*socket, wire.Frame) (any, error) {
	return func(k *socket, f wire.Frame) (any, error) {
		_, err := k.do(f.ID, cmd)
		return nil, err
	}
}

func handleCall(k *socket, id string, d wire.Call) (any, error) {
	out, err := k.do(id, rollcall.Call{Unit: d.Unit, How: d.How, Replace: d.Replace, Add: d.Add, For: d.For})
	if err != nil {
		return nil, err
	}
	return wire.CallResult{Turn: out.Turn}, nil
}

func handleDraw(k *socket, id string, d wire.Draw) (any, error) {
	out, err := k.do(id, rollcall.Draw{Kind: rollcall.UnitKind(d.Kind), Branch: d.Branch})
	if err != nil {
		return nil, err
	}
	if out.Unit == "" {
		return nil, rollcall.ErrNobodyToDraw // the journal has who was missing
	}
	return wire.DrawResult{Unit: out.Unit, Candidates: out.Candidates, Seed: out.Seed}, nil
}

func handleNote(k *socket, id string, d wire.TurnNote) (any, error) {
	_, err := k.do(id, rollcall.Note{Turn: d.Turn, Rating: d.Rating, Text: printable(d.Note)})
	return nil, err
}

func handleSwap(k *socket, id string, d wire.TurnSwap) (any, error) {
	out, err := k.do(id, rollcall.Swap{Turn: d.Turn, Unit: d.Unit})
	if err != nil {
		return nil, err
	}
	return wire.CallResult{Turn: out.Turn}, nil
}
