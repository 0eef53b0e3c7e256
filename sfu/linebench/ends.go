package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"

	"muster/sfu"
	"muster/sfu/sfutest"
)

// bench holds the server and everybody who is connected to it.
type bench struct {
	server *sfu.Server
	room   *sfu.Room
	named  int
	open   []*end
}

// end is a participant and the relay before it, which may be nil.
type end struct {
	id     sfu.ParticipantID
	client *sfutest.Client
	relay  *sfutest.Relay
	// answered is when it got the answer.
	answered time.Time
	// asked counts the keyframes that a viewer asked for.
	asked  atomic.Int64
	stop   chan struct{}
	active sync.WaitGroup
}

// pair is a camera and who watches it.
type pair struct{ camera, viewer *end }

// pair connects two cameras and their viewers; the first camera's line stays good.
func (b *bench) pair() (near, far *pair, err error) {
	for i, p := range []**pair{&near, &far} {
		source := sfu.SourceID(fmt.Sprintf("camera %d", i))
		relay, err := sfutest.NewRelay(b.server.Port())
		if err != nil {
			return nil, nil, err
		}
		camera, err := b.camera(source, relay)
		if err != nil {
			return nil, nil, err
		}
		relay, err = sfutest.NewRelay(b.server.Port())
		if err != nil {
			return nil, nil, err
		}
		viewer, err := b.viewer(source, sfutest.Options{Via: relay})
		if err != nil {
			return nil, nil, err
		}
		if !viewer.client.WaitFor(joinWithin, func() bool { return viewer.seen().shown > 0 }) {
			return nil, nil, fmt.Errorf("%s never showed %s", viewer.id, source)
		}
		*p = &pair{camera, viewer}
	}
	return near, far, nil
}

const joinWithin = 20 * time.Second

func (b *bench) camera(source sfu.SourceID, relay *sfutest.Relay) (*end, error) {
	line := sfu.Line{Name: "camera", Kind: sfu.Video, Direction: sfu.Send, Source: source}
	e, err := b.join(line, sfutest.Options{Via: relay})
	if err != nil {
		return nil, err
	}
	encoding := e.client.Publisher("camera").Encoding("")
	encoding.Split(packetsOfFrame, packetsOfKey)
	encoding.Fill(packetBytes)
	e.client.Publisher("camera").Start(fps)
	return e, nil
}

func (b *bench) viewer(source sfu.SourceID, options sfutest.Options) (*end, error) {
	e, err := b.join(sfu.Line{Name: "main", Kind: sfu.Video, Direction: sfu.Recv}, options)
	if err != nil {
		return nil, err
	}
	b.room.Show(e.id, map[string]sfu.Want{"main": {Source: source}})
	e.active.Go(e.askForKeyframes)
	return e, nil
}

func (b *bench) join(line sfu.Line, options sfutest.Options) (*end, error) {
	b.named++
	e := &end{id: sfu.ParticipantID(fmt.Sprintf("%s %d", line.Name, b.named)), relay: options.Via, stop: make(chan struct{})}
	lines := []sfu.Line{line}
	client, err := sfutest.New(lines, options)
	if err != nil {
		return nil, err
	}
	e.client = client
	b.open = append(b.open, e)
	if err := b.room.Join(e.id, lines, netip.Addr{}); err != nil {
		return nil, err
	}
	offer, err := client.Offer()
	if err != nil {
		return nil, err
	}
	answer, err := b.room.Answer(context.Background(), e.id, offer)
	if err != nil {
		return nil, err
	}
	e.answered = time.Now()
	return e, client.Accept(answer.SDP)
}

// askForKeyframes does what a browser does when it could show nothing for a while.
func (e *end) askForKeyframes() {
	const patience, spacing = 250 * time.Millisecond, 300 * time.Millisecond
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	var last time.Time
	for {
		select {
		case <-e.stop:
			return
		case <-ticker.C:
		}
		s := e.seen()
		if s.shown == 0 || time.Since(s.last) < patience || time.Since(last) < spacing {
			continue
		}
		last = time.Now()
		e.asked.Add(1)
		// An error means that the connection is down, and then there is nobody to ask.
		_ = e.client.PC.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: e.client.Recording("main").SSRC()}})
	}
}

// firstFrame is the time from the answer until a new viewer shows a frame.
func (b *bench) firstFrame(ctx context.Context, source sfu.SourceID, udpBlocked bool) (time.Duration, error) {
	options := sfutest.Options{TCP: true}
	if udpBlocked {
		relay, err := sfutest.NewRelay(b.server.Port())
		if err != nil {
			return 0, err
		}
		relay.Dark.Store(true)
		options.Via = relay
	}
	e, err := b.viewer(source, options)
	if err != nil {
		return 0, err
	}
	took, err := e.firstAfter(ctx, e.answered)
	return took, errors.Join(err, b.closeEnds(e))
}

// firstAfter waits for the first frame that could be shown after a moment, and returns how long that took.
func (e *end) firstAfter(ctx context.Context, at time.Time) (time.Duration, error) {
	var first time.Time
	ok := e.client.WaitFor(joinWithin, func() bool {
		first = e.seen().firstAfter(at)
		return !first.IsZero() || ctx.Err() != nil
	})
	if !ok || first.IsZero() {
		return 0, errors.Join(fmt.Errorf("%s showed nothing", e.id), ctx.Err())
	}
	return first.Sub(at), nil
}

func (b *bench) closeEnds(ends ...*end) error {
	var all error
	for _, e := range ends {
		close(e.stop)
		e.active.Wait()
		b.room.Leave(e.id)
		all = errors.Join(all, e.client.Close())
		if e.relay != nil {
			e.relay.Close()
		}
		for i, o := range b.open {
			if o == e {
				b.open = append(b.open[:i], b.open[i+1:]...)
				break
			}
		}
	}
	return all
}

// closeAll ends what an error left open.
func (b *bench) closeAll() {
	for len(b.open) > 0 {
		if err := b.closeEnds(b.open[0]); err != nil {
			fmt.Println("linebench: not closed cleanly:", err)
		}
	}
}
