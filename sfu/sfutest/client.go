// Package sfutest has a participant for tests of package sfu and of what is built on it: a real WebRTC client that
// publishes synthetic media whose every frame names its source, and records what it receives.
package sfutest

import (
	"fmt"
	"io"
	"net"
	"regexp"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"
	"muster/sfu"
)

// Options changes how a client connects.
type Options struct {
	// TCPOnly makes the client ignore UDP, as in a network that blocks it.
	TCPOnly bool
	// TCP makes the client try TCP beside UDP, as a browser does.
	TCP bool
	// Codec is the one codec of video that the client has; empty is VP8.
	Codec sfu.VideoCodec
	// Via leads the client's packets over a bad line; it asks for what it lost, and sends again what the server lost.
	Via *Relay
	// Socket is what the client sends from and receives on, such as one of another network namespace; nil opens one. It ends with the
	// client.
	Socket net.PacketConn
	// Profiles are the SRTP profiles that the client offers; none are Pion's.
	Profiles []dtls.SRTPProtectionProfile
}

// Client is one participant.
type Client struct {
	PC      *webrtc.PeerConnection
	lines   []sfu.Line
	options Options

	mu         sync.Mutex
	publishers map[string]*Publisher
	recordings map[string]*Recording
	changed    chan struct{}
	readers    sync.WaitGroup
}

// New makes a client that will offer the given lines.
func New(lines []sfu.Line, options Options) (*Client, error) {
	api, err := newAPI(options)
	if err != nil {
		return nil, err
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle})
	if err != nil {
		return nil, fmt.Errorf("sfutest: %w", err)
	}
	c := &Client{
		PC: pc, lines: lines, options: options,
		publishers: map[string]*Publisher{}, recordings: map[string]*Recording{}, changed: make(chan struct{}),
	}
	for _, line := range lines {
		if err := c.addLine(line); err != nil {
			_ = pc.Close()
			return nil, err
		}
	}
	pc.OnTrack(c.onTrack)
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { c.notify() })
	return c, nil
}

func newAPI(options Options) (*webrtc.API, error) {
	media := &webrtc.MediaEngine{}
	feedback := []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}}
	for _, x := range []struct {
		kind  webrtc.RTPCodecType
		codec webrtc.RTPCodecParameters
	}{
		{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecParameters{PayloadType: 120, RTPCodecCapability: videoCodec(options.Codec, feedback)}},
		{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecParameters{PayloadType: 121, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=120"}}},
		{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecParameters{PayloadType: 109, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}}},
	} {
		if err := media.RegisterCodec(x.codec, x.kind); err != nil {
			return nil, fmt.Errorf("sfutest: %w", err)
		}
	}
	for _, uri := range []string{uriMID, uriRID, uriRepairedRID} {
		capability := webrtc.RTPHeaderExtensionCapability{URI: uri}
		if err := media.RegisterHeaderExtension(capability, webrtc.RTPCodecTypeVideo); err != nil {
			return nil, fmt.Errorf("sfutest: %w", err)
		}
	}
	for _, uri := range []string{uriMID, uriLevel} {
		capability := webrtc.RTPHeaderExtensionCapability{URI: uri}
		if err := media.RegisterHeaderExtension(capability, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, fmt.Errorf("sfutest: %w", err)
		}
	}
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	switch {
	case options.TCPOnly:
		settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4})
	case options.TCP:
		settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeTCP4})
	}
	if options.Socket != nil {
		settings.SetICEUDPMux(webrtc.NewICEUDPMux(quiet(), options.Socket))
		settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	}
	if len(options.Profiles) > 0 {
		settings.SetSRTPProtectionProfiles(options.Profiles...)
	}
	registry := &interceptor.Registry{}
	if options.Via != nil {
		if err := repair(registry); err != nil {
			return nil, err
		}
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings),
		webrtc.WithInterceptorRegistry(registry)), nil
}

// quiet is a log that nobody reads: the end of a socket is no news.
func quiet() logging.LeveledLogger {
	return (&logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelError}).NewLogger("ice")
}

// videoCodec is what the client can send and receive.
func videoCodec(codec sfu.VideoCodec, feedback []webrtc.RTCPFeedback) webrtc.RTPCodecCapability {
	c := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: feedback}
	if codec == sfu.H264 {
		c.MimeType, c.SDPFmtpLine = webrtc.MimeTypeH264, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
	}
	return c
}

// repair has the client ask for lost packets as a browser does.
func repair(registry *interceptor.Registry) error {
	ask, err := nack.NewGeneratorInterceptor(nack.GeneratorInterval(30*time.Millisecond), nack.GeneratorMaxNacksPerPacket(5))
	if err != nil {
		return fmt.Errorf("sfutest: %w", err)
	}
	again, err := nack.NewResponderInterceptor()
	if err != nil {
		return fmt.Errorf("sfutest: %w", err)
	}
	registry.Add(ask)
	registry.Add(again)
	return nil
}

// Header extensions.
const (
	uriMID         = "urn:ietf:params:rtp-hdrext:sdes:mid"
	uriRID         = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	uriRepairedRID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
	uriLevel       = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
)

func (c *Client) addLine(line sfu.Line) error {
	kind := webrtc.RTPCodecTypeAudio
	if line.Kind == sfu.Video {
		kind = webrtc.RTPCodecTypeVideo
	}
	if line.Direction == sfu.Recv {
		_, err := c.PC.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{
			Direction: webrtc.RTPTransceiverDirectionRecvonly})
		if err != nil {
			return fmt.Errorf("sfutest: %w", err)
		}
		c.recordings[line.Name] = &Recording{}
		return nil
	}
	p, err := newPublisher(c, line)
	if err != nil {
		return err
	}
	c.publishers[line.Name] = p
	return nil
}

// Offer makes the client's offer. It carries no candidates: the server is ICE-lite.
func (c *Client) Offer() (string, error) {
	offer, err := c.PC.CreateOffer(nil)
	if err != nil {
		return "", fmt.Errorf("sfutest: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(c.PC)
	if err := c.PC.SetLocalDescription(offer); err != nil {
		return "", fmt.Errorf("sfutest: %w", err)
	}
	<-gathered
	return offer.SDP, nil
}

// candidate finds the port of a UDP candidate (RFC 8839, section 5.1).
var candidate = regexp.MustCompile(`(a=candidate:\S+ \d+ udp \d+ \S+ )\d+( typ host)`)

// Accept takes the server's answer; the client then connects.
func (c *Client) Accept(answer string) error {
	if c.options.Via != nil {
		answer = candidate.ReplaceAllString(answer, fmt.Sprintf("${1}%d${2}", c.options.Via.Port()))
	}
	if err := c.giveUp(answer); err != nil {
		return err
	}
	err := c.PC.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
	if err != nil {
		return fmt.Errorf("sfutest: %w", err)
	}
	for _, p := range c.publishers {
		p.negotiated()
	}
	return nil
}

// giveUp ends the publishers whose m-lines the answer rejects: Pion fails to start them.
func (c *Client) giveUp(answer string) error {
	transceivers := c.PC.GetTransceivers()
	for i, m := range mLine.FindAllStringSubmatch(answer, -1) {
		if m[1] != "0" || i >= len(c.lines) || c.lines[i].Direction != sfu.Send {
			continue
		}
		delete(c.publishers, c.lines[i].Name)
		if err := c.PC.RemoveTrack(transceivers[i].Sender()); err != nil {
			return fmt.Errorf("sfutest: %w", err)
		}
	}
	return nil
}

// mLine finds the port of an m-line.
var mLine = regexp.MustCompile(`(?m)^m=\S+ (\d+) `)

// Publisher returns the publisher of a Send line, nil when the server rejected it.
func (c *Client) Publisher(line string) *Publisher { return c.publishers[line] }

// Recording returns what arrived on a Recv line.
func (c *Client) Recording(line string) *Recording { return c.recordings[line] }

// Close stops the client and waits until all of it is gone.
func (c *Client) Close() error {
	for _, p := range c.publishers {
		p.Stop()
	}
	err := c.PC.GracefulClose()
	c.readers.Wait()
	if c.options.Socket != nil {
		_ = c.options.Socket.Close() // the mux has closed it already
	}
	if err != nil {
		return fmt.Errorf("sfutest: %w", err)
	}
	return nil
}

// WaitFor waits until ok is true; it looks after every packet and change of state, and now and then for what happens
// elsewhere. It reports false after the timeout.
func (c *Client) WaitFor(timeout time.Duration, ok func() bool) bool {
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		c.mu.Lock()
		changed := c.changed
		c.mu.Unlock()
		if ok() {
			return true
		}
		select {
		case <-changed:
		case <-look.C:
		case <-deadline.C:
			return ok()
		}
	}
}

// Connected says whether the connection is up.
func (c *Client) Connected() bool {
	return c.PC.ConnectionState() == webrtc.PeerConnectionStateConnected
}

func (c *Client) notify() {
	c.mu.Lock()
	close(c.changed)
	c.changed = make(chan struct{})
	c.mu.Unlock()
}

func (c *Client) onTrack(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	name := ""
	for i, tr := range c.PC.GetTransceivers() {
		if tr.Receiver() == r && i < len(c.lines) {
			name = c.lines[i].Name
		}
	}
	rec := c.recordings[name]
	if rec == nil {
		return
	}
	c.readers.Add(1)
	defer c.readers.Done()
	rec.setSSRC(uint32(t.SSRC()))
	buf := make([]byte, 2048)
	for {
		n, _, err := t.Read(buf)
		if err != nil {
			return
		}
		rec.add(buf[:n], t.Codec().MimeType)
		c.notify()
	}
}
