// Command linebench measures what a bad line does to a picture: server, cameras and viewers are in this process, and packets pass a
// relay that loses and delays them, goes dark, or lets no UDP through. The last line is one JSON object; its times are in milliseconds.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"muster/sfu"
)

// The bad line, and what a camera sends: 1.4 Mbit/s in 25 frames a second.
const (
	oneWay         = 20 * time.Millisecond
	lossPerMillion = 50_000
	fps            = 25
	packetsOfFrame = 6
	packetsOfKey   = 30
	packetBytes    = 1150
)

func main() {
	lossy := flag.Duration("loss", 30*time.Second, "how long packets are lost")
	dark := flag.Duration("dark", 10*time.Second, "how long nothing comes through")
	rounds := flag.Int("rounds", 3, "how often a line goes dark, for two cameras and two viewers at a time")
	joins := flag.Int("joins", 5, "how often a viewer joins over UDP and over TCP")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *lossy, *dark, *rounds, *joins); err != nil {
		fmt.Fprintln(os.Stderr, "linebench:", err)
		os.Exit(1) //nolint:gocritic // the process ends; stop has nothing left to stop
	}
}

// result is the last line.
type result struct {
	// The longest time between two frames that can be shown, with loss on the viewer's line, and on the camera's as well.
	GapViewer int64 `json:"loss_gap_ms"`
	GapBoth   int64 `json:"loss_gap_both_ms"`
	// Of 1000 frames so many could be shown.
	ShownViewer int `json:"loss_shown_per_mille"`
	ShownBoth   int `json:"loss_shown_both_per_mille"`
	// From the end of a blackout to the first frame that can be shown, the viewer's line or the camera's: the worst.
	BackViewer int64 `json:"blackout_back_ms"`
	BackCamera int64 `json:"blackout_back_camera_ms"`
	// From the answer to the first frame, UDP blocked and not: the median and the worst.
	TCP      int64 `json:"tcp_first_frame_ms"`
	TCPWorst int64 `json:"tcp_first_frame_ms_max"`
	UDP      int64 `json:"udp_first_frame_ms"`
	UDPWorst int64 `json:"udp_first_frame_ms_max"`
}

func run(ctx context.Context, lossy, dark time.Duration, rounds, joins int) (err error) {
	server, err := sfu.New(sfu.Config{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	b := &bench{server: server, room: server.NewRoom("line")}
	go func() {
		for range b.room.Events() { //nolint:revive // nobody needs them here
		}
	}()
	defer b.closeAll()
	var out result
	if err := b.loss(ctx, lossy, &out); err != nil {
		return err
	}
	if err := b.blackouts(ctx, dark, rounds, &out); err != nil {
		return err
	}
	if err := b.joins(ctx, joins, &out); err != nil {
		return err
	}
	line, err := json.Marshal(out)
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	return nil
}

// loss shows one camera behind a good line and one behind a bad line to two viewers behind bad lines.
func (b *bench) loss(ctx context.Context, span time.Duration, out *result) error {
	near, far, err := b.pair()
	if err != nil {
		return err
	}
	all := []*end{near.camera, near.viewer, far.camera, far.viewer}
	for _, e := range all[1:] {
		e.relay.Loss.Store(lossPerMillion)
		e.relay.Delay.Store(int64(oneWay))
	}
	if err := wait(ctx, span); err != nil {
		return err
	}
	for _, x := range []struct {
		name  string
		p     *pair
		gap   *int64
		shown *int
	}{{"the viewer's line", near, &out.GapViewer, &out.ShownViewer}, {"both lines", far, &out.GapBoth, &out.ShownBoth}} {
		s := x.p.viewer.seen()
		*x.gap, *x.shown = s.longestGap().Milliseconds(), s.perMille()
		fmt.Printf("5 %% loss each way on %s, round trip 40 ms, %v: longest gap %d ms, %.1f %% of the frames shown, %d keyframes asked for\n",
			x.name, span, *x.gap, float64(*x.shown)/10, x.p.viewer.asked.Load())
	}
	return b.closeEnds(all...)
}

// blackouts cut the line of a viewer, and of another pair's camera.
func (b *bench) blackouts(ctx context.Context, dark time.Duration, rounds int, out *result) error {
	near, far, err := b.pair()
	if err != nil {
		return err
	}
	for range rounds {
		cut := []*end{near.viewer, far.camera}
		for _, e := range cut {
			e.relay.Delay.Store(int64(oneWay))
			e.relay.Dark.Store(true)
		}
		if err := wait(ctx, dark); err != nil {
			return err
		}
		light := time.Now()
		for _, e := range cut {
			e.relay.Dark.Store(false)
		}
		for _, p := range []*pair{near, far} {
			first, err := p.viewer.firstAfter(ctx, light)
			if err != nil {
				return err
			}
			back, name := &out.BackViewer, "the viewer's"
			if p == far {
				back, name = &out.BackCamera, "the camera's"
			}
			*back = max(*back, first.Milliseconds())
			fmt.Printf("%v dark on %s line: pictures are back after %d ms\n", dark, name, first.Milliseconds())
		}
		if err := wait(ctx, 2*time.Second); err != nil {
			return err
		}
	}
	return b.closeEnds(near.camera, near.viewer, far.camera, far.viewer)
}

// joins lets viewers in whose network blocks UDP, and others for comparison.
func (b *bench) joins(ctx context.Context, n int, out *result) error {
	camera, err := b.camera("J", nil)
	if err != nil {
		return err
	}
	times := map[bool][]int64{}
	for range n {
		for _, blocked := range []bool{true, false} {
			took, err := b.firstFrame(ctx, "J", blocked)
			if err != nil {
				return err
			}
			times[blocked] = append(times[blocked], took.Milliseconds())
		}
	}
	for _, t := range times {
		slices.Sort(t)
	}
	fmt.Printf("first frame after the answer: UDP blocked %v ms, not blocked %v ms\n", times[true], times[false])
	out.TCP, out.TCPWorst = times[true][n/2], times[true][n-1]
	out.UDP, out.UDPWorst = times[false][n/2], times[false][n-1]
	return b.closeEnds(camera)
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
