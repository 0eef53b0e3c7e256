package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/internal/rehearsal/picture"
	"muster/signaling/wire"
)

// fleet is the stations of one run, and what they share.
type fleet struct {
	cfg      Config
	wiring   *wiring
	pictures *pictures
	turn     atomic.Pointer[turn] // the call that is being measured
	prepared map[string]bool      // units that will be called, by code
	stations []*station

	mu    sync.Mutex
	reels map[string]*picture.Reel
}

func newFleet(cfg Config, units []unit) (*fleet, error) {
	w, err := newWiring(cfg.URL)
	if err != nil {
		return nil, err
	}
	f := &fleet{cfg: cfg, wiring: w, pictures: newPictures(), prepared: map[string]bool{}, reels: map[string]*picture.Reel{}}
	for _, u := range units {
		f.stations = append(f.stations, &station{participant: participant{fleet: f, unit: u}})
	}
	return f, nil
}

// reel returns the loop of a unit's lowest layer.
func (f *fleet) reel(u unit, line wire.Line) (*picture.Reel, error) {
	f.mu.Lock()
	r := f.reels[u.Code]
	f.mu.Unlock()
	if r != nil {
		return r, nil
	}
	if len(line.Layers) == 0 {
		return nil, fmt.Errorf("the server's hello names no layers for the line %s", line.Name)
	}
	r, err := picture.OpenReel(u.card(), line.Layers[0].Width, line.Layers[0].Height, f.cfg.CacheDir)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.reels[u.Code] = r
	f.mu.Unlock()
	return r, nil
}

// drawAll makes every station's camera before the first one joins: to draw is no part of joining.
func (f *fleet) drawAll(ctx context.Context, line wire.Line) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	var done atomic.Int64
	for _, s := range f.stations {
		group.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			var err error
			s.ready, err = s.takeCamera(line)
			if n := done.Add(1); n%50 == 0 {
				f.cfg.Progress(fmt.Sprintf("%d of %d pictures are drawn", n, len(f.stations)))
			}
			return err
		})
	}
	return group.Wait()
}

// joinAll lets all stations in at the same moment and returns the ones that saw the hall, with how long each took.
func (f *fleet) joinAll(ctx context.Context) []time.Duration {
	times := make([]time.Duration, len(f.stations))
	var group errgroup.Group
	for i, s := range f.stations {
		group.Go(func() error {
			d, err := s.arrive(ctx)
			if err != nil && ctx.Err() == nil {
				f.cfg.Log.Warn("a station did not come in", "unit", s.unit.Code, "error", err)
			}
			times[i] = d
			return nil
		})
	}
	_ = group.Wait() // no error leaves
	var out []time.Duration
	for _, d := range times {
		if d > 0 {
			out = append(out, d)
		}
	}
	return out
}

// arrivePatience is how long a station may wait for the hall's picture before it counts as not joined.
const arrivePatience = 30 * time.Second

// arrive enters and waits for the hall's first packet; it returns the time from the opening of the socket.
func (s *station) arrive(ctx context.Context) (time.Duration, error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	hall := s.client.media.stream("hall.video")
	if hall == nil {
		return 0, errors.New("the server's hello has no hall line")
	}
	deadline := time.Now().Add(arrivePatience)
	for hall.first.Load() == 0 {
		if time.Now().After(deadline) {
			return 0, fmt.Errorf("no picture of the hall in %s", arrivePatience)
		}
		select {
		case <-s.client.done:
			return 0, s.client.err
		case <-time.After(20 * time.Millisecond): // the moment itself is noted by the socket's reader
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return time.Unix(0, hall.first.Load()).Sub(s.client.opened), nil
}

// viewers returns the first floor line of every station that is in, except the called one: no unit sees itself there.
func (f *fleet) viewers(called string) []*stream {
	var out []*stream
	for _, s := range f.stations {
		if s.client == nil || s.client.media == nil || s.unit.Code == called {
			continue
		}
		if line := s.client.media.stream("floor1.video"); line != nil {
			out = append(out, line)
		}
	}
	return out
}

// totals are the packets that arrived at all stations and at the hall, and the ones that did not.
func (f *fleet) totals(more ...*participant) (received, lost int64) {
	for _, s := range f.stations {
		more = append(more, &s.participant)
	}
	for _, p := range more {
		if p.client == nil || p.client.media == nil {
			continue
		}
		if known := p.client.media.streams.Load(); known != nil {
			for _, s := range *known {
				received += s.packets.Load()
				lost += s.lost.Load()
			}
		}
	}
	return received, lost
}

// rampInterval spreads the joining of a fleet that only stands there: 40 a second.
const rampInterval = 25 * time.Millisecond

// stay keeps every station in until ctx ends: one that is thrown out comes back.
func (f *fleet) stay(ctx context.Context) {
	var in atomic.Int64
	var group sync.WaitGroup
	for _, s := range f.stations {
		if sleep(ctx, rampInterval) != nil {
			break
		}
		group.Go(func() { s.stay(ctx, &in) })
	}
	group.Wait()
}

// comeBack is how long a station waits before it tries again, twice that at most.
const comeBack = 2 * time.Second

func (s *station) stay(ctx context.Context, in *atomic.Int64) {
	for ctx.Err() == nil {
		visit, leave := context.WithCancel(ctx)
		err := s.enter(visit)
		if err == nil {
			if n := int(in.Add(1)); n == len(s.fleet.stations) {
				s.fleet.cfg.Progress(fmt.Sprintf("%d stations are in", n))
			}
			select {
			case <-s.client.done:
				err = s.client.err
			case <-ctx.Done():
			}
			in.Add(-1)
			leave()
			_ = s.client.close() // it has ended; what is left of it does not matter
		}
		leave()
		if ctx.Err() != nil || final(err) {
			return
		}
		s.fleet.cfg.Log.Debug("a station comes back", "unit", s.unit.Code, "error", err)
		if sleep(ctx, comeBack+rand.N(comeBack)) != nil {
			return
		}
	}
}

// final says whether the server does not want to see this station again, such as after somebody opened its page.
func final(err error) bool {
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		return false
	}
	switch refusal.Said.Code {
	case "replaced", "revoked", "unauthenticated", "forbidden", "version":
		return true
	}
	return false
}

// leave closes what is open.
func (f *fleet) leave(more ...*participant) error {
	for _, s := range f.stations {
		more = append(more, &s.participant)
	}
	errs := make([]error, len(more))
	var group sync.WaitGroup
	for i, p := range more {
		if p.client != nil {
			group.Go(func() { errs[i] = p.client.close() })
		}
	}
	group.Wait()
	return errors.Join(errs...)
}
