package rehearsal

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pion/rtp"

	"muster/internal/rehearsal/picture"
	"muster/signaling/wire"
)

// camera sends a simulated picture: a keyframe when a layer is switched on, when one is asked for, and when the clock on it
// moves; in between inter frames that repeat it, filled up to the layer's bitrate.
type camera struct {
	card   picture.Card
	reel   *picture.Reel
	out    *sender
	layers []*layer
	// shown is told of every keyframe's first packet, from which a receiver knows whose picture it sees, and of its layer.
	shown func(start []byte, rid string)
	wake  chan struct{}
}

// layer is one simulcast encoding.
type layer struct {
	rid           string
	width, height int
	frameRate     int
	frameSize     int  // bytes
	reel          bool // its keyframes come from the reel, else they are drawn

	mu     sync.Mutex
	active bool
	key    bool   // the next frame must be a keyframe
	drawn  []byte // newest keyframe of a layer without a reel

	still    []byte
	renewAt  time.Time
	nextAt   time.Time
	sequence uint16
	base     uint32 // RTP timestamp of the camera's start
}

const (
	// packetPayload is the most that one packet carries, without descriptor.
	packetPayload = 1180
	// renewal is how often a drawn layer's clock moves: a picture of 1280x720 takes 65 ms to encode, on the machine that is measured.
	renewal = 10 * time.Second
	// keyframeFrames is how many frames' worth of bytes a drawn keyframe has at least, as an encoder would spend on it.
	keyframeFrames = 4
)

// newCamera makes the camera of a line. prepared draws the layers above the lowest at once, so that their first keyframe is
// there when it is asked for.
func newCamera(card picture.Card, reel *picture.Reel, line wire.Line, profile Profile, prepared bool) (*camera, error) {
	c := &camera{card: card, reel: reel, shown: func([]byte, string) {}, wake: make(chan struct{}, 1)}
	for i, l := range line.Layers {
		limit := profile.limit(i, l)
		y := &layer{
			rid: l.RID, width: l.Width, height: l.Height, reel: i == 0, key: true,
			frameRate: limit.MaxFramerate, frameSize: limit.MaxBitrate / 8 / limit.MaxFramerate,
			sequence: uint16(rand.Uint32()), base: rand.Uint32(), active: i == 0,
		}
		if y.reel {
			y.frameSize = 0 // a still picture costs next to nothing, as with a real encoder
		}
		if prepared && !y.reel {
			if err := c.draw(y, picture.NoSecond); err != nil {
				return nil, err
			}
		}
		c.layers = append(c.layers, y)
	}
	return c, nil
}

func (c *camera) draw(l *layer, second picture.Second) error {
	frame, err := c.card.Keyframe(l.width, l.height, second)
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.drawn = fillUp(frame, keyframeFrames*l.frameSize)
	l.mu.Unlock()
	return nil
}

// fillUp adds bytes that a decoder does not look at.
func fillUp(frame []byte, size int) []byte {
	return append(frame, make([]byte, max(0, size-len(frame)))...)
}

// setActive switches layers on and off; one that comes on begins with a keyframe.
func (c *camera) setActive(rids []string) {
	for _, l := range c.layers {
		on := false
		for _, rid := range rids {
			on = on || rid == l.rid
		}
		l.mu.Lock()
		if on && !l.active {
			l.key, l.nextAt = true, time.Time{}
		}
		l.active = on
		l.mu.Unlock()
	}
	c.nudge()
}

func (c *camera) nudge() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// run sends until ctx ends.
func (c *camera) run(ctx context.Context) {
	start := time.Now()
	timer := time.NewTimer(rand.N(200 * time.Millisecond)) // not all stations in the same moment
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-c.wake:
		case <-ctx.Done():
			return
		}
		next := time.Now().Add(time.Second)
		for _, l := range c.layers {
			if due := c.step(l, start); !due.IsZero() && due.Before(next) {
				next = due
			}
		}
		timer.Reset(time.Until(next))
	}
}

// step sends the layer's frame if it is due and returns when the next one is, zero when the layer is off.
func (c *camera) step(l *layer, start time.Time) time.Time {
	now := time.Now()
	l.mu.Lock()
	active, key := l.active, l.key
	if active && key {
		l.nextAt = now
	}
	l.mu.Unlock()
	if !active {
		return time.Time{}
	}
	if l.nextAt.After(now) {
		return l.nextAt
	}
	if frame := c.frame(l, now, key); frame != nil {
		c.send(l, frame, l.base+uint32(now.Sub(start).Seconds()*videoClock))
	}
	interval := time.Second / time.Duration(l.frameRate)
	if l.nextAt = l.nextAt.Add(interval); l.nextAt.Before(now) {
		l.nextAt = now.Add(interval)
	}
	return l.nextAt
}

// frame returns the next frame: nil while the first picture is being drawn.
func (c *camera) frame(l *layer, now time.Time, key bool) []byte {
	if now.After(l.renewAt) {
		if l.reel {
			key = true
		} else {
			l.renewAt = now.Add(renewal)
			c.drawSoon(l, now)
		}
	}
	if !key {
		return l.still
	}
	frame := c.keyframe(l, now)
	if frame != nil && l.still == nil {
		l.still, _ = picture.Still(frame) // it was encoded here, so it is a keyframe
		l.still = fillUp(l.still, l.frameSize)
	}
	return frame
}

// keyframe returns the newest picture, and takes the request for it as answered.
func (c *camera) keyframe(l *layer, now time.Time) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	frame := l.drawn
	if l.reel {
		var until picture.Second
		frame, until = c.reel.At(picture.Second(now.Second()))
		l.renewAt = now.Truncate(time.Minute).Add(time.Duration(until) * time.Second)
	}
	if frame != nil {
		l.key = false
	}
	return frame
}

// drawSoon draws the next picture beside the sending of this one, and has it sent when it is there.
func (c *camera) drawSoon(l *layer, now time.Time) {
	go func() {
		if c.draw(l, picture.Second(now.Second())) == nil { // without a new picture the last one stays
			c.askKeyframe(l)
		}
	}()
}

func (c *camera) askKeyframe(l *layer) {
	l.mu.Lock()
	l.key = true
	l.mu.Unlock()
	c.nudge()
}

// keyframes makes the next frame of every layer a keyframe, as a browser does when it is asked for any.
func (c *camera) keyframes() {
	for _, l := range c.layers {
		c.askKeyframe(l)
	}
}

// send cuts a frame into packets with a one-byte payload descriptor (RFC 7741, section 4.2).
func (c *camera) send(l *layer, frame []byte, timestamp uint32) {
	track := c.out.tracks[l.rid]
	if frame[0]&1 == 0 {
		c.shown(frame[:min(len(frame), packetPayload)], l.rid)
	}
	for at := 0; at < len(frame); at += packetPayload {
		part := frame[at:min(len(frame), at+packetPayload)]
		p := rtp.Packet{Header: rtp.Header{
			Version: 2, SequenceNumber: l.sequence, Timestamp: timestamp, Marker: at+packetPayload >= len(frame),
		}}
		l.sequence++
		p.Payload = append(make([]byte, 1, 1+len(part)), part...)
		if at == 0 {
			p.Payload[0] = 0x10
		}
		c.out.mark(&p, l.rid)
		if track.WriteRTP(&p) != nil {
			return // the connection has ended, or is not up yet: lost as on a network
		}
	}
}

// mark adds the extensions that tell the server which line and layer a packet is of.
func (s *sender) mark(p *rtp.Packet, rid string) {
	if id := s.ids[extensionMID]; id != 0 {
		_ = p.SetExtension(id, []byte(s.mid)) // fails for no id and size that were negotiated
	}
	if id := s.ids[extensionRID]; id != 0 && rid != "" {
		_ = p.SetExtension(id, []byte(rid))
	}
}
