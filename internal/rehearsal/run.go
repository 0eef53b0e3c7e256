package rehearsal

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// Config says what to rehearse.
type Config struct {
	URL        string // of the server's pages
	AdminToken string // of the server's rehearsal
	Stations   int    // how many units take part, 0 = all
	Turns      int    // how many are called
	Profile    Profile
	// Guests are units whose pages are open in browsers. Every second turn is one of theirs; the other figures are without them.
	Guests []string
	// Settle is how long the stations only see the hall before the first is called, 0 = two seconds.
	Settle time.Duration
	// Cold calls units without choosing them first, so that their cameras are not ready.
	Cold bool
	// Hold keeps the stations in until the context ends, without a host: people do the calling.
	Hold bool
	// Speed is how many times as fast the officers are, 0 = as people are.
	Speed int
	// CacheDir keeps the drawn pictures between runs, empty draws them each time.
	CacheDir string
	// ProfileDir is where CPU profiles of the server and of the fleet are put, empty makes none.
	ProfileDir string
	Roots      *x509.CertPool // of the server's certificate, nil takes the system's
	Log        *slog.Logger
	Progress   func(string) // is told in a sentence how far the fleet is
}

// Result is what a rehearsal measured.
type Result struct {
	Stations int     `json:"stations"`
	Joined   int     `json:"joined"`            // of them saw the hall
	Join     Spread  `json:"join_ms"`           // from the opening of the socket to the hall's first packet
	JoinCPU  float64 `json:"server_join_cpu_s"` // CPU time of the server while they joined
	FleetCPU float64 `json:"fleet_join_cpu_s"`  // and of the fleet itself, which shares the machine's cores
	Turns    int     `json:"turns"`
	Switch   Spread  `json:"switch_ms"` // from the host's command to the first keyframe packet of the called unit, over stations
	Spread   Spread  `json:"spread_ms"` // from the camera's sending of that keyframe to the last station's having it, over turns
	// GuestSwitch and GuestBest are for the turns of guests: to the first keyframe of any layer, and to the first one of the best.
	GuestSwitch Spread  `json:"guest_switch_ms,omitzero"`
	GuestBest   Spread  `json:"guest_best_ms,omitzero"`
	Missed      int     `json:"missed"` // stations that did not see a called unit within 10 s, and calls without an answer
	Received    int64   `json:"packets_received"`
	Lost        int64   `json:"packets_lost"`
	CPU         float64 `json:"server_cpu_us_per_packet"` // CPU time of the server over the packets that it sent, while turns were held
	RSS         float64 `json:"server_rss_mb"`            // MB of 10^6 bytes, at the end
}

// Spread is the middle and the worst of many durations, in milliseconds.
type Spread struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	Max float64 `json:"max"`
}

// Run connects a fleet and drives it; it ends when all turns were held, or with Hold when ctx ends.
func Run(ctx context.Context, cfg Config) (Result, error) {
	if err := cfg.complete(); err != nil {
		return Result{}, err
	}
	server := newServer(cfg.URL, cfg.AdminToken, cfg.Roots)
	guests, err := server.guests(ctx)
	if err != nil {
		return Result{}, err
	}
	units := guests.Units
	if cfg.Stations > len(units) {
		return Result{}, fmt.Errorf("the roster has %d units, fewer than the %d stations asked for", len(units), cfg.Stations)
	}
	if cfg.Stations > 0 {
		units = units[:cfg.Stations]
	}
	f, err := newFleet(cfg, units)
	if err != nil {
		return Result{}, err
	}
	if cfg.Hold {
		f.stay(ctx)
		return Result{}, nil
	}
	h := newHost(f, guests.HostToken)
	ctx, cancel := context.WithCancel(ctx)
	result, err := f.rehearse(ctx, h, server)
	cancel()
	return result, errors.Join(err, f.leave(&h.participant))
}

func (c *Config) complete() error {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Progress == nil {
		c.Progress = func(string) {}
	}
	if c.Profile == "" {
		c.Profile = Demo
	}
	if c.Stations < 0 || c.Turns < 0 {
		return errors.New("the numbers of stations and turns can't be negative")
	}
	return c.Profile.check()
}

// settle is how long everything runs before it is measured, unless the configuration says otherwise.
const settle = 2 * time.Second

// rehearse lets everybody in, calls the turns and adds up.
func (f *fleet) rehearse(ctx context.Context, h *host, server *server) (Result, error) {
	out := Result{Stations: len(f.stations)}
	agenda := f.agenda()
	for _, code := range agenda {
		f.prepared[code] = true
	}
	f.prepared[h.unit.Code] = true
	if err := h.open(ctx); err != nil {
		return out, fmt.Errorf("the host: %w", err)
	}
	line, err := cameraLine(h.client.hello.Lines)
	if err != nil {
		return out, err
	}
	if err := f.drawAll(ctx, line); err != nil {
		return out, err
	}
	if err := f.storm(ctx, server, &out); err != nil {
		return out, err
	}
	if err := errors.Join(h.watch(), sleep(ctx, cmp.Or(f.cfg.Settle, settle))); err != nil {
		return out, err
	}
	before, err := server.gauges(ctx)
	if err != nil {
		return out, err
	}
	profiled := f.profiling(ctx, server, "turns")
	var switches, spreads, guests, best []time.Duration
	for i, code := range agenda {
		turn, err := h.hold(ctx, code, f.viewers(code))
		if err != nil {
			return out, fmt.Errorf("turn %d, unit %s: %w", i+1, code, err)
		}
		out.Turns, out.Missed = out.Turns+1, out.Missed+turn.missed
		if slices.Contains(f.cfg.Guests, code) {
			guests, best = append(guests, turn.seen...), append(best, turn.best...)
			continue
		}
		switches, spreads = append(switches, turn.seen...), append(spreads, turn.spread)
	}
	out.Switch, out.Spread, out.GuestSwitch, out.GuestBest = spread(switches), spread(spreads), spread(guests), spread(best)
	if err := profiled(); err != nil {
		return out, err
	}
	after, err := server.gauges(ctx)
	if err != nil {
		return out, err
	}
	out.RSS = after.rss / 1e6
	if packets := after.packetsOut - before.packetsOut; packets > 0 {
		out.CPU = (after.cpu - before.cpu) * 1e6 / packets
	}
	out.Received, out.Lost = f.totals(&h.participant)
	return out, nil
}

// storm lets all stations in at once and says what that took.
func (f *fleet) storm(ctx context.Context, server *server, out *Result) error {
	profiled := f.profiling(ctx, server, "join")
	own := ownCPU()
	empty, err := server.gauges(ctx)
	if err != nil {
		return err
	}
	joined := f.joinAll(ctx)
	full, err := server.gauges(ctx)
	if err != nil {
		return err
	}
	out.Joined, out.Join, out.JoinCPU, out.FleetCPU = len(joined), spread(joined), full.cpu-empty.cpu, ownCPU()-own
	f.cfg.Progress(fmt.Sprintf("%d of %d stations are in", out.Joined, out.Stations))
	return profiled()
}

// agenda spreads the turns over the roster, with one of the guests in every second.
func (f *fleet) agenda() []string {
	var out []string
	n, guests := len(f.stations), f.cfg.Guests
	for i := 0; i < f.cfg.Turns && n > 0; i++ {
		if len(guests) > 0 && i%2 == 1 {
			out = append(out, guests[i/2%len(guests)])
			continue
		}
		out = append(out, f.stations[i*n/f.cfg.Turns%n].unit.Code)
	}
	return out
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func spread(d []time.Duration) Spread {
	if len(d) == 0 {
		return Spread{}
	}
	slices.Sort(d)
	at := func(part float64) float64 {
		return milliseconds(d[min(len(d)-1, int(part*float64(len(d))))])
	}
	return Spread{P50: at(0.50), P95: at(0.95), Max: at(1)}
}
