package rehearsal

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/sdp/v3"
	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/packetio"
	"github.com/pion/webrtc/v4"

	"muster/signaling/wire"
)

// wiring is what all clients of a fleet share: what they need to reach the server, made once.
type wiring struct {
	net         transport.Net
	local       net.IP // the address of this machine that the server is reached from
	certificate webrtc.Certificate
}

// media is a client's peer connection: one line for each of hello's.
type media struct {
	pc      *webrtc.PeerConnection
	lines   []wire.Line
	streams atomic.Pointer[streams]
	senders map[string]*sender
	// inside is given the decrypted packets of streams that look.
	inside func(s *stream, packet []byte)
	// keyframe is called when the server asks for one.
	keyframe func()
}

// sender is one sending line: a track for each layer, by its RID ("" without simulcast).
type sender struct {
	rtp    *webrtc.RTPSender
	tracks map[string]*webrtc.TrackLocalStaticRTP
	mid    string
	ids    map[string]uint8 // of header extensions, by URI
}

func newMedia(w *wiring, lines []wire.Line, inside func(*stream, []byte), keyframe func()) (*media, error) {
	m := &media{lines: lines, senders: map[string]*sender{}, inside: inside, keyframe: keyframe}
	engine, err := mediaEngine()
	if err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(engine), webrtc.WithSettingEngine(m.settings(w)),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	m.pc, err = api.NewPeerConnection(webrtc.Configuration{
		Certificates: []webrtc.Certificate{w.certificate}, BundlePolicy: webrtc.BundlePolicyMaxBundle,
	})
	if err != nil {
		return nil, fmt.Errorf("make a peer connection: %w", err)
	}
	for _, line := range lines {
		if err := m.add(line); err != nil {
			return nil, errors.Join(err, m.close())
		}
	}
	return m, nil
}

func (m *media) settings(w *wiring) webrtc.SettingEngine {
	var e webrtc.SettingEngine
	e.SetNet(&tapNet{Net: w.net, streams: &m.streams})
	e.SetIncludeLoopbackCandidate(w.local.IsLoopback())
	e.SetIPFilter(func(ip net.IP) bool { return ip.Equal(w.local) })
	e.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	e.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	e.SetHostAcceptanceMinWait(0)
	e.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM)
	e.BufferFactory = func(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
		if kind == packetio.RTCPBufferPacket {
			return sink(func(packet []byte) {
				if asksKeyframe(packet) {
					m.keyframe()
				}
			})
		}
		return sink(func(packet []byte) {
			if known := m.streams.Load(); known != nil && (*known)[ssrc] != nil {
				m.inside((*known)[ssrc], packet)
			}
		})
	}
	return e
}

// Header extensions that tell a simulcast layer's packets apart (RFC 8852), and the one for the level of sound (RFC 6464).
const (
	extensionMID   = "urn:ietf:params:rtp-hdrext:sdes:mid"
	extensionRID   = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	extensionLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
)

func mediaEngine() (*webrtc.MediaEngine, error) {
	const vp8, rtx, opus = 96, 97, 111
	feedback := []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}}
	video := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: videoClock, RTCPFeedback: feedback}
	again := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: videoClock, SDPFmtpLine: fmt.Sprintf("apt=%d", vp8)}
	sound := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: audioClock, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}
	e := &webrtc.MediaEngine{}
	err := errors.Join(
		e.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: video, PayloadType: vp8}, webrtc.RTPCodecTypeVideo),
		e.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: again, PayloadType: rtx}, webrtc.RTPCodecTypeVideo),
		e.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: sound, PayloadType: opus}, webrtc.RTPCodecTypeAudio),
		e.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: extensionMID}, webrtc.RTPCodecTypeVideo),
		e.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: extensionRID}, webrtc.RTPCodecTypeVideo),
		e.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: extensionMID}, webrtc.RTPCodecTypeAudio),
		e.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: extensionLevel}, webrtc.RTPCodecTypeAudio),
	)
	if err != nil {
		return nil, fmt.Errorf("register codecs: %w", err)
	}
	return e, nil
}

const (
	videoClock = 90000
	audioClock = 48000
)

func (m *media) add(line wire.Line) error {
	kind := webrtc.NewRTPCodecType(line.Kind)
	if line.Direction == "recv" {
		_, err := m.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		if err != nil {
			return fmt.Errorf("add the line %s: %w", line.Name, err)
		}
		return nil
	}
	s, err := m.addSender(line)
	if err != nil {
		return fmt.Errorf("add the line %s: %w", line.Name, err)
	}
	m.senders[line.Name] = s
	return nil
}

func (m *media) addSender(line wire.Line) (*sender, error) {
	codec := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: videoClock}
	if line.Kind == "audio" {
		codec = webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: audioClock, Channels: 2}
	}
	rids := []string{""}
	if len(line.Layers) > 1 {
		rids = rids[:0]
		for _, l := range line.Layers {
			rids = append(rids, l.RID)
		}
	}
	s := &sender{tracks: map[string]*webrtc.TrackLocalStaticRTP{}, ids: map[string]uint8{}}
	for _, rid := range rids {
		var options []func(*webrtc.TrackLocalStaticRTP)
		if rid != "" {
			options = append(options, webrtc.WithRTPStreamID(rid))
		}
		track, err := webrtc.NewTrackLocalStaticRTP(codec, line.Name, "rehearsal", options...)
		if err != nil {
			return nil, err
		}
		s.tracks[rid] = track
		if s.rtp == nil {
			t, err := m.pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
			if err != nil {
				return nil, err
			}
			s.rtp = t.Sender()
		} else if err := s.rtp.AddEncoding(track); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// offer makes the one offer. The server is ICE-lite: it needs none of our candidates.
func (m *media) offer() (string, error) {
	offer, err := m.pc.CreateOffer(nil)
	if err != nil {
		return "", fmt.Errorf("make an offer: %w", err)
	}
	if err := m.pc.SetLocalDescription(offer); err != nil {
		return "", fmt.Errorf("make an offer: %w", err)
	}
	return offer.SDP, nil
}

// accept takes the server's answer and connects.
func (m *media) accept(answer string) error {
	if err := m.learnStreams(answer); err != nil {
		return err
	}
	if err := m.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return fmt.Errorf("take the answer: %w", err)
	}
	for _, t := range m.pc.GetTransceivers() {
		for _, s := range m.senders {
			if t.Sender() == s.rtp {
				s.mid = t.Mid()
			}
		}
	}
	for _, s := range m.senders {
		for _, x := range s.rtp.GetParameters().HeaderExtensions {
			s.ids[x.URI] = uint8(x.ID)
		}
	}
	return nil
}

// learnStreams reads which SSRC belongs to which receiving line: the first that the answer's m-line declares.
func (m *media) learnStreams(answer string) error {
	var description sdp.SessionDescription
	if err := description.UnmarshalString(answer); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if len(description.MediaDescriptions) != len(m.lines) {
		return fmt.Errorf("the answer has %d lines, the offer %d", len(description.MediaDescriptions), len(m.lines))
	}
	known := streams{}
	for i, line := range m.lines {
		if line.Direction != "recv" {
			continue
		}
		text, ok := description.MediaDescriptions[i].Attribute("ssrc")
		number, _, _ := strings.Cut(text, " ")
		ssrc, err := strconv.ParseUint(number, 10, 32)
		if !ok || err != nil {
			return fmt.Errorf("the answer's line %s declares no SSRC", line.Name)
		}
		known[uint32(ssrc)] = &stream{line: line.Name}
	}
	m.streams.Store(&known)
	return nil
}

// stream returns what arrives on a line, nil before the answer.
func (m *media) stream(line string) *stream {
	if known := m.streams.Load(); known != nil {
		for _, s := range *known {
			if s.line == line {
				return s
			}
		}
	}
	return nil
}

// closePatience bounds the wait for a connection's end.
const closePatience = 5 * time.Second

func (m *media) close() error {
	done := make(chan error, 1)
	go func() { done <- m.pc.GracefulClose() }()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("close a peer connection: %w", err)
		}
		return nil
	case <-time.After(closePatience):
		return errors.New("a peer connection did not close")
	}
}
