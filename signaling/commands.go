package signaling

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"
	"unicode"

	"muster/rollcall"
	"muster/signaling/wire"
)

// longestID is in characters.
const longestID = 64

// printableID returns an id that may be repeated to a client and kept in a journal, else nothing.
func printableID(id string) string {
	if len(id) > longestID {
		return ""
	}
	for _, c := range []byte(id) {
		if c < 0x21 || c > 0x7e {
			return ""
		}
	}
	return id
}

// handler handles one type of frame. Its result goes into the done.
type handler struct {
	pages []string // that may send it
	plain bool     // a report: it has no id and no done
	run   func(k *socket, f wire.Frame) (any, error)
}

func handlers() map[string]handler {
	out := pageHandlers()
	maps.Copy(out, sessionHandlers())
	maps.Copy(out, turnHandlers())
	maps.Copy(out, deskHandlers())
	maps.Copy(out, seatHandlers())
	maps.Copy(out, officerHandlers())
	return out
}

// Pages that may send a command.
func station() []string { return []string{wire.PageStation} }
func console() []string { return []string{wire.PageConsole} }

// pageHandlers are about the page itself.
func pageHandlers() map[string]handler {
	watching := []string{wire.PageConsole, wire.PageWall}
	sending := []string{wire.PageStation, wire.PageConsole}
	all := []string{wire.PageStation, wire.PageConsole, wire.PageWall, wire.PageObserver}
	return map[string]handler{
		wire.TypePing:   {all, true, data(handlePing)},
		wire.TypeOffer:  {all, false, data(handleOffer)},
		wire.TypeDevice: {sending, true, data(handleDevice)},
		wire.TypeSpeech: {station(), true, data(handleSpeech)},
		wire.TypeWatch:  {watching, true, data(handleWatch)},

		wire.TypePrepare: {console(), true, data(handlePrepare)},

		wire.TypeHallClaim: {console(), false, data(handleClaim)},
		wire.TypeHallYield: {console(), false, handleYield},
	}
}

// handle carries out one frame and answers it.
func (k *socket) handle(f wire.Frame) error {
	if k.parked.Load() {
		return k.handleParked(f)
	}
	h, known := k.server.hub.handlers[f.Type]
	if !known {
		return &detailed{errUnknownType, printableID(f.Type)}
	}
	k.server.metrics.frames.WithLabelValues(f.Type).Inc()
	allowed := false
	for _, p := range h.pages {
		allowed = allowed || p == k.view.page
	}
	switch {
	case !allowed:
		return errForbidden
	case !h.plain && (f.ID == "" || printableID(f.ID) == ""):
		return errBadID
	}
	result, err := h.run(k, f)
	if err != nil {
		return err
	}
	switch {
	case f.Type == wire.TypeOffer:
		k.send(frame(wire.TypeAnswer, f.ID, result))
	case !h.plain:
		k.send(frame(wire.TypeDone, f.ID, result))
	}
	return nil
}

// data decodes a frame's data for its handler.
func data[T any](run func(k *socket, id string, d T) (any, error)) func(*socket, wire.Frame) (any, error) {
	return func(k *socket, f wire.Frame) (any, error) {
		var d T
		if len(f.Data) > 0 {
			if err := json.Unmarshal(f.Data, &d); err != nil {
				return nil, &detailed{errBadData, f.Type}
			}
		}
		return run(k, f.ID, d)
	}
}

// do hands a command to the session; when it returns the command is durable or refused.
func (k *socket) do(id string, cmd rollcall.Command) (rollcall.Outcome, error) {
	ctx, cancel := context.WithTimeout(context.Background(), commandPatience)
	defer cancel()
	return k.server.cfg.Calls.Do(ctx, rollcall.Meta{ID: id, Actor: k.who.Actor}, cmd)
}

func handlePing(k *socket, _ string, d wire.Ping) (any, error) {
	k.send(frame(wire.TypePong, "", wire.Pong{T: d.T, Now: stamp(time.Now())}))
	return nil, nil
}

// handleOffer answers the page's offer. A page whose connection failed sends another one: it begins anew.
func handleOffer(k *socket, _ string, d wire.Offer) (any, error) {
	if len(k.lines) == 0 {
		return nil, errNoMedia
	}
	hub := k.server.hub
	if k.state.answered.Load() {
		old := k.participant
		if err := k.joinRoom(); err != nil {
			return nil, err
		}
		hub.wait(func() { hub.rejoined(k, old) })
		k.state.answered.Store(false)
	}
	ctx, cancel := context.WithTimeout(context.Background(), commandPatience)
	defer cancel()
	answer, err := k.server.room.Answer(ctx, k.participant, d.SDP)
	if err != nil {
		return nil, offerError(err)
	}
	k.state.answered.Store(true)
	hub.post(func() { hub.answered(k, answer.SoundOnly) })
	return wire.Answer{SDP: answer.SDP, SoundOnly: answer.SoundOnly}, nil
}

func handleDevice(k *socket, _ string, d wire.Device) (any, error) {
	if !slices.Contains([]string{"", "ok", "none", "denied", "black", "frozen"}, d.Camera) ||
		!slices.Contains([]string{"", "ok", "none", "denied", "silent"}, d.Microphone) ||
		!slices.Contains([]string{"", "ok", "blocked"}, d.Speaker) || !slices.Contains([]string{"", "ok", "weak"}, d.Network) {
		return nil, &detailed{errBadData, wire.TypeDevice}
	}
	if k.view.page == wire.PageStation {
		k.lacks.Store(&rollcall.Lacks{Camera: lack(d.Camera), Microphone: lack(d.Microphone)})
		k.equipped()
	}
	k.server.hub.post(func() { k.server.hub.device(k, d) })
	return nil, nil
}

// lack is what a report says that a device lacks, empty for nothing.
func lack(state string) string {
	if state == "ok" {
		return ""
	}
	return state
}

func handleSpeech(k *socket, _ string, d wire.Speech) (any, error) {
	_, err := k.do("", rollcall.Speech{Unit: k.view.unit, Active: d.Active})
	return nil, err
}

func handleWatch(k *socket, _ string, d wire.Watch) (any, error) {
	watch := make(map[string]wire.Tile, len(d.Tiles))
	for _, t := range d.Tiles {
		if !isTile(t.Line) || t.RID != "" && t.RID != "l" && t.RID != "m" && t.RID != "h" {
			return nil, &detailed{errBadData, wire.TypeWatch}
		}
		watch[t.Line] = t
	}
	k.server.hub.post(func() { k.server.hub.watch(k, watch) })
	return nil, nil
}

func handlePrepare(k *socket, _ string, d wire.Prepare) (any, error) {
	k.server.hub.post(func() { k.server.hub.prepare(d.Unit) })
	return nil, nil
}

func handleClaim(k *socket, id string, d wire.HallClaim) (any, error) {
	force := d.Force && !k.given(id) // given again, it takes the hall from nobody
	if err := k.inHub(func(h *hub) error { return h.claim(k, force) }); err != nil {
		return nil, err
	}
	return nil, k.doIfOpen(id, rollcall.ClaimHall{Conn: k.client})
}

func handleYield(k *socket, f wire.Frame) (any, error) {
	return nil, k.once(f.ID, rollcall.YieldHall{Conn: k.client, Reason: "host"}, func(h *hub) error { return h.yield(k) })
}

// doIfOpen is do for what is no session's business while none is open.
func (k *socket) doIfOpen(id string, cmd rollcall.Command) error {
	_, err := k.do(id, cmd)
	if errors.Is(err, rollcall.ErrNoSession) || errors.Is(err, rollcall.ErrClosed) {
		return nil
	}
	return err
}

// longestText is in characters.
const longestText = 1000

// printable keeps what people type to what can be kept and shown: no control characters, no endless text.
func printable(text string) string {
	out := make([]rune, 0, len(text))
	for _, c := range text {
		if c == '\n' || unicode.IsGraphic(c) {
			out = append(out, c)
		}
		if len(out) == longestText {
			break
		}
	}
	return string(out)
}
