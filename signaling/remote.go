package signaling

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"muster/rollcall"
	"muster/signaling/wire"
)

// Command carries out a command of docs/protocol.md for a host who has no page open, such as a program that uses the HTTP API. It
// is right what a console may send, apart from what is about the page itself. The result is what the command's done carries.
func (s *Server) Command(ctx context.Context, who Identity, kind, id string, data json.RawMessage) (any, error) {
	if _, own := pageHandlers()[kind]; own {
		return nil, errForbidden
	}
	h, known := s.hub.handlers[kind]
	switch {
	case !known:
		return nil, &detailed{errUnknownType, printableID(kind)}
	case !slices.Contains(h.pages, wire.PageConsole), who.Role != "host" && who.Role != "admin":
		return nil, errForbidden
	case printableID(id) == "":
		return nil, errBadID
	}
	if string(data) == "null" {
		data = nil
	}
	caller := &socket{server: s, log: s.log, who: who, view: viewer{page: wire.PageConsole}} // nobody's: it is not in the hub
	result, err := h.run(caller, wire.Frame{Type: kind, ID: id, Data: data})
	return result, shown(ctx, err)
}

// shown makes the refusal in an error one that other packages know, detail included.
func shown(ctx context.Context, err error) error {
	var detail *detailed
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &detail):
		e := wireError(err)
		return &rollcall.Error{Code: e.Code, ZH: e.Message, EN: e.MessageEN}
	}
	return err
}
