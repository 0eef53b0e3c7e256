package sfutest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"muster/sfu"
)

// Publisher sends the synthetic media of one Send line.
type Publisher struct {
	client *Client
	line   sfu.Line
	sender *webrtc.RTPSender
	layers []*Encoding

	midID, ridID, levelID uint8
	mid                   string

	stop    chan struct{}
	stopped sync.Once
	running sync.WaitGroup
}

// Encoding is one RTP stream of a publisher.
type Encoding struct {
	publisher *Publisher
	rid       string
	track     *webrtc.TrackLocalStaticRTP

	mu       sync.Mutex
	seq      uint16
	ts       uint32
	frame    uint32
	started  bool
	keyframe bool
	paused   bool
	fill     int
	parts    [2]int // packets of a frame, and of a keyframe
	requests int
	nacked   []uint16
	sent     []rtp.Packet
}

func newPublisher(c *Client, line sfu.Line) (*Publisher, error) {
	p := &Publisher{client: c, line: line, stop: make(chan struct{})}
	mime := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}
	if line.Kind == sfu.Video {
		mime = videoCodec(c.options.Codec, nil)
	}
	rids := []string{""}
	if len(line.Layers) > 1 {
		rids = rids[:0]
		for _, l := range line.Layers {
			rids = append(rids, l.RID)
		}
	}
	for i, rid := range rids {
		var options []func(*webrtc.TrackLocalStaticRTP)
		if rid != "" {
			options = append(options, webrtc.WithRTPStreamID(rid))
		}
		t, err := webrtc.NewTrackLocalStaticRTP(mime, line.Name, "sfutest", options...)
		if err != nil {
			return nil, fmt.Errorf("sfutest: %w", err)
		}
		if i == 0 {
			tr, err := c.PC.AddTransceiverFromTrack(t, webrtc.RTPTransceiverInit{
				Direction: webrtc.RTPTransceiverDirectionSendonly})
			if err != nil {
				return nil, fmt.Errorf("sfutest: %w", err)
			}
			p.sender = tr.Sender()
		} else if err := p.sender.AddEncoding(t); err != nil {
			return nil, fmt.Errorf("sfutest: %w", err)
		}
		p.layers = append(p.layers, &Encoding{publisher: p, rid: rid, track: t, seq: uint16(60000 + 1000*i), ts: 4294900000, parts: [2]int{2, 2}})
	}
	return p, nil
}

// negotiated learns the header extension ids and begins to read RTCP.
func (p *Publisher) negotiated() {
	for _, tr := range p.client.PC.GetTransceivers() {
		if tr.Sender() == p.sender {
			p.mid = tr.Mid()
		}
	}
	for _, x := range p.sender.GetParameters().HeaderExtensions {
		switch x.URI {
		case uriMID:
			p.midID = uint8(x.ID)
		case uriRID:
			p.ridID = uint8(x.ID)
		case uriLevel:
			p.levelID = uint8(x.ID)
		}
	}
	for _, e := range p.layers {
		p.running.Add(1)
		go func() {
			defer p.running.Done()
			e.readRTCP()
		}()
	}
}

// Start sends media until Stop: fps frames a second on every encoding that is not paused, each of two packets unless Split says
// otherwise, with a keyframe at the start and whenever one is asked for.
func (p *Publisher) Start(fps int) {
	p.running.Add(1)
	go func() {
		defer p.running.Done()
		ticker := time.NewTicker(time.Second / time.Duration(fps))
		defer ticker.Stop()
		for {
			for _, e := range p.layers {
				e.Frame(fps)
			}
			select {
			case <-p.stop:
				return
			case <-ticker.C:
			}
		}
	}()
}

// Stop ends the media and waits for it.
func (p *Publisher) Stop() {
	p.stopped.Do(func() { close(p.stop) })
	_ = p.sender.Stop()
	p.running.Wait()
}

// Encoding returns the encoding with a RID; the empty RID is the only one without simulcast.
func (p *Publisher) Encoding(rid string) *Encoding {
	for _, e := range p.layers {
		if e.rid == rid {
			return e
		}
	}
	return nil
}

// Pause stops or resumes an encoding, as setParameters with active does; it resumes with a keyframe.
func (e *Encoding) Pause(paused bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.paused && !paused {
		e.keyframe = true
	}
	e.paused = paused
}

// Fill makes every packet larger by n bytes.
func (e *Encoding) Fill(n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fill = n
}

// Split makes frames and keyframes of so many packets, at least one each and at most 255.
func (e *Encoding) Split(frame, keyframe int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.parts = [2]int{frame, keyframe}
}

// Requests returns how many keyframe requests arrived.
func (e *Encoding) Requests() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.requests
}

// Nacked returns the sequence numbers that were asked for again.
func (e *Encoding) Nacked() []uint16 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]uint16(nil), e.nacked...)
}

// Sent returns the packets sent so far.
func (e *Encoding) Sent() []rtp.Packet {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]rtp.Packet(nil), e.sent...)
}

// Frame sends one frame of a stream with the given rate.
func (e *Encoding) Frame(fps int) {
	for _, p := range e.Next(fps) {
		e.Write(p)
	}
}

// Next makes the packets of the next frame without sending them.
func (e *Encoding) Next(fps int) []*rtp.Packet {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.paused {
		return nil
	}
	keyframe := !e.started || e.keyframe
	e.started, e.keyframe = true, false
	e.frame++
	if e.publisher.line.Kind == sfu.Audio {
		e.ts += uint32(48000 / fps)
		return []*rtp.Packet{e.packetLocked(e.tagLocked(0, 1), true)}
	}
	e.ts += uint32(90000 / fps)
	begin, rest := e.headers(keyframe)
	parts := e.parts[0]
	if keyframe {
		parts = e.parts[1]
	}
	out := []*rtp.Packet{e.packetLocked(append(begin, e.tagLocked(0, parts)...), parts == 1)}
	for part := 1; part < parts; part++ {
		out = append(out, e.packetLocked(slices.Concat(rest, e.tagLocked(part, parts)), part == parts-1))
	}
	return out
}

func (e *Encoding) tagLocked(part, parts int) []byte {
	return tag(string(e.publisher.line.Source), e.rid, e.frame, part, parts)
}

// NAL units of an H.264 stream: a keyframe is a parameter set and a slice, any other frame two slices. Behind the header is the
// number of the slice's first macroblock.
const (
	h264SPS, h264IDR, h264Slice = 0x67, 0x65, 0x41
	firstSlice, laterSlice      = 0x80, 0x40
)

// headers are what the payloads of a frame's two packets begin with.
func (e *Encoding) headers(keyframe bool) (begin, rest []byte) {
	switch {
	case e.publisher.client.options.Codec == sfu.H264 && keyframe:
		return []byte{h264SPS, 0x42}, []byte{h264IDR, firstSlice}
	case e.publisher.client.options.Codec == sfu.H264:
		return []byte{h264Slice, firstSlice}, []byte{h264Slice, laterSlice}
	}
	frameTag := byte(1)
	if keyframe {
		frameTag = 0
	}
	// The descriptor has a 15-bit picture id, TL0PICIDX and TID, as browsers send it.
	descriptor := func(first byte) []byte {
		return []byte{first, 0xE0, 0x80 | byte(e.frame>>8&0x7F), byte(e.frame), byte(e.frame), 0x20}
	}
	return append(descriptor(0x90), frameTag), append(descriptor(0x80), 0xFF)
}

func (e *Encoding) packetLocked(payload []byte, marker bool) *rtp.Packet {
	payload = append(payload, make([]byte, e.fill)...)
	p := &rtp.Packet{
		Header:  rtp.Header{Version: 2, SequenceNumber: e.seq, Timestamp: e.ts, Marker: marker},
		Payload: payload,
	}
	e.seq++
	pub := e.publisher
	if pub.midID != 0 {
		_ = p.SetExtension(pub.midID, []byte(pub.mid))
	}
	if pub.ridID != 0 && e.rid != "" {
		_ = p.SetExtension(pub.ridID, []byte(e.rid))
	}
	if pub.levelID != 0 && pub.line.Kind == sfu.Audio {
		_ = p.SetExtension(pub.levelID, []byte{0x80 | 20})
	}
	e.sent = append(e.sent, *p)
	return p
}

// Write sends a packet made by Next. Before the connection is up it is lost, like on a network.
func (e *Encoding) Write(p *rtp.Packet) {
	// An error means that the connection ended meanwhile; that loses the packet too.
	_ = e.track.WriteRTP(p)
}

// KeyframeNext makes the next frame a keyframe.
func (e *Encoding) KeyframeNext() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.keyframe = true
}

func (e *Encoding) readRTCP() {
	for {
		packets, err := e.read()
		if err != nil {
			return
		}
		e.mu.Lock()
		for _, p := range packets {
			switch p := p.(type) {
			case *rtcp.PictureLossIndication:
				e.requests++
				e.keyframe = true
			case *rtcp.TransportLayerNack:
				for _, n := range p.Nacks {
					e.nacked = append(e.nacked, n.PacketList()...)
				}
			}
		}
		e.mu.Unlock()
		e.publisher.client.notify()
	}
}

func (e *Encoding) read() ([]rtcp.Packet, error) {
	if e.rid == "" {
		packets, _, err := e.publisher.sender.ReadRTCP()
		return packets, err
	}
	packets, _, err := e.publisher.sender.ReadSimulcastRTCP(e.rid)
	return packets, err
}
