package signaling_test

import (
	"encoding/json"
	"errors"
	"testing"

	"muster/rollcall"
	"muster/signaling"
	"muster/signaling/wire"
)

func TestACommandOfAHostWithoutAPage(t *testing.T) {
	h := newHouse(t)
	host := signaling.Identity{Role: "host", Name: "李主持", ID: "li", Actor: rollcall.Actor{Kind: "host", ID: "li", Name: "李主持"}}
	give := func(who signaling.Identity, kind, id string, data any) (any, error) {
		raw, err := json.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		return h.server.Command(t.Context(), who, kind, id, raw)
	}
	if _, err := give(host, wire.TypeCall, "k0", wire.Call{Unit: unitCode(0), How: "hand"}); !errors.Is(err, rollcall.ErrNoSession) {
		t.Errorf("without a session: %v", err)
	}
	if _, err := give(host, wire.TypeSessionStart, "k1", wire.SessionStart{Kind: "drill"}); err != nil {
		t.Fatal(err)
	}
	first, err := give(host, wire.TypeCall, "k2", wire.Call{Unit: unitCode(0), How: "hand"})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := give(host, wire.TypeCall, "k2", wire.Call{Unit: unitCode(0), How: "hand"}); err != nil || again != first {
		t.Errorf("again it is %+v, %v, at first %+v", again, err, first)
	}
	turn := h.director.Current().Turns[first.(wire.CallResult).Turn]
	if turn == nil || turn.CalledBy.ID != "li" || len(h.director.Current().Turns) != 1 {
		t.Errorf("the turn is %+v", turn)
	}
	for name, r := range map[string]struct {
		who            signaling.Identity
		kind, id, code string
		data           any
	}{
		"a station":      {signaling.Identity{Role: "station", Unit: unitCode(0)}, wire.TypeCall, "k", "forbidden", nil},
		"an observer":    {signaling.Identity{Role: "observer"}, wire.TypeCall, "k", "forbidden", nil},
		"a station's":    {host, wire.TypeTurnAnswer, "k", "forbidden", nil},
		"the page's own": {host, wire.TypeHallClaim, "k", "forbidden", nil},
		"no such":        {host, "dance", "k", "unknown_type", nil},
		"no id":          {host, wire.TypeCall, "", "bad_id", nil},
		"bad data":       {host, wire.TypeExcuse, "k", "bad_data", wire.Excuse{From: "yesterday"}},
		"its own no":     {host, wire.TypeTurnRelease, "k", "unknown_turn", wire.TurnRef{Turn: "none"}},
	} {
		var refusal *rollcall.Error
		if _, err := give(r.who, r.kind, r.id, r.data); !errors.As(err, &refusal) || refusal.Code != r.code {
			t.Errorf("%s: %v, want %s", name, err, r.code)
		}
	}
}
