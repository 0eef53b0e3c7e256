package sfu

import (
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/transport/v5/packetio"
	"github.com/pion/webrtc/v4"
)

const (
	// The ICE consent timers (RFC 7675): a loss is shown after iceDisconnected and final after iceFailed more.
	iceDisconnected = 5 * time.Second
	iceFailed       = 15 * time.Second
	iceKeepalive    = 2 * time.Second

	videoClock = 90000
	audioClock = 48000
)

// Header extensions that are negotiated.
const (
	extensionMID         = "urn:ietf:params:rtp-hdrext:sdes:mid"
	extensionRID         = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	extensionRepairedRID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
	extensionSendTime    = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
	extensionAudioLevel  = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
)

// bufferFactory makes the sinks that Pion's SRTP sessions write decrypted packets to.
type bufferFactory func(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser

// newPeerConnection makes an ICE-lite peer connection on the server's sockets. It has no interceptors: packets come in
// through the buffer factory on the SRTP session's goroutine, so that a track costs no goroutine and no copy.
func (s *Server) newPeerConnection(endpoints []*endpoint, buffers bufferFactory, secrets *dtlsSecrets) (*webrtc.PeerConnection, error) {
	media, err := mediaEngine(s.cfg.Codec)
	if err != nil {
		return nil, err
	}
	settings, err := s.settings(endpoints, buffers, secrets)
	if err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	pc, err := api.NewPeerConnection(webrtc.Configuration{
		Certificates: []webrtc.Certificate{s.certificate},
		BundlePolicy: webrtc.BundlePolicyMaxBundle,
		SDPSemantics: webrtc.SDPSemanticsUnifiedPlan,
	})
	if err != nil {
		return nil, fmt.Errorf("sfu: cannot make a peer connection: %w", err)
	}
	return pc, nil
}

func (s *Server) settings(endpoints []*endpoint, buffers bufferFactory, secrets *dtlsSecrets) (webrtc.SettingEngine, error) {
	udp, tcp := muxes(endpoints)
	var e webrtc.SettingEngine
	e.LoggerFactory = pionLog{s.log}
	e.BufferFactory = buffers
	e.SetDTLSKeyLogWriter(secrets)
	e.SetDTLSServerHelloMessageHook(secrets.hello)
	// Pion draws its own letter by letter, which takes a twentieth of a join.
	e.SetICECredentials(rand.Text(), rand.Text())
	e.SetLite(true)
	e.SetNet(s.net)
	e.SetICEUDPMux(udp)
	e.SetICETCPMux(tcp)
	e.DisableActiveTCP(true)
	e.SetIncludeLoopbackCandidate(true)
	e.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	e.SetNetworkTypes([]webrtc.NetworkType{
		webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6,
	})
	e.SetIPFilter(func(ip net.IP) bool {
		a, ok := netip.AddrFromSlice(ip)
		return ok && slices.ContainsFunc(endpoints, func(p *endpoint) bool { return p.addr == a.Unmap() })
	})
	e.SetICETimeouts(iceDisconnected, iceFailed, iceKeepalive)
	// ICE has proved the client's address before DTLS begins, so the cookie round trip protects nobody.
	e.SetDTLSInsecureSkipHelloVerify(true)
	// The profiles below only have an effect in the passive role. GCM costs a tenth of AES-CM with HMAC.
	if err := e.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return e, fmt.Errorf("sfu: cannot take the passive DTLS role: %w", err)
	}
	e.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	return e, nil
}

// mediaEngine knows one codec of video with RTX, and Opus with in-band FEC. A viewer estimates its bandwidth itself and says it
// (REMB): that takes one small message a second, where transport-wide feedback would take one for every few packets from every viewer.
func mediaEngine(codec VideoCodec) (*webrtc.MediaEngine, error) {
	const video, rtx, audio = 96, 97, 111
	m := &webrtc.MediaEngine{}
	feedback := []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "ccm", Parameter: "fir"}, {Type: "goog-remb"}}
	codecs := []struct {
		codec webrtc.RTPCodecParameters
		kind  webrtc.RTPCodecType
	}{
		{webrtc.RTPCodecParameters{
			RTPCodecCapability: webrtc.RTPCodecCapability{
				MimeType: codec.mime(), ClockRate: videoClock, SDPFmtpLine: codec.parameters(), RTCPFeedback: feedback,
			}, PayloadType: video,
		}, webrtc.RTPCodecTypeVideo},
		{webrtc.RTPCodecParameters{
			RTPCodecCapability: webrtc.RTPCodecCapability{
				MimeType: webrtc.MimeTypeRTX, ClockRate: videoClock, SDPFmtpLine: fmt.Sprintf("apt=%d", video),
			}, PayloadType: rtx,
		}, webrtc.RTPCodecTypeVideo},
		{webrtc.RTPCodecParameters{
			RTPCodecCapability: webrtc.RTPCodecCapability{
				MimeType: webrtc.MimeTypeOpus, ClockRate: audioClock, Channels: 2,
				SDPFmtpLine: "minptime=10;useinbandfec=1",
			}, PayloadType: audio,
		}, webrtc.RTPCodecTypeAudio},
	}
	for _, c := range codecs {
		if err := m.RegisterCodec(c.codec, c.kind); err != nil {
			return nil, fmt.Errorf("sfu: cannot register %s: %w", c.codec.MimeType, err)
		}
	}
	return m, registerExtensions(m)
}

// registerExtensions asks publishers for what tells their streams apart; viewers are told when packets leave.
func registerExtensions(m *webrtc.MediaEngine) error {
	for _, x := range []struct {
		uri  string
		kind webrtc.RTPCodecType
	}{
		{extensionMID, webrtc.RTPCodecTypeVideo},
		{extensionRID, webrtc.RTPCodecTypeVideo},
		{extensionRepairedRID, webrtc.RTPCodecTypeVideo},
		{extensionMID, webrtc.RTPCodecTypeAudio},
		{extensionAudioLevel, webrtc.RTPCodecTypeAudio},
	} {
		capability := webrtc.RTPHeaderExtensionCapability{URI: x.uri}
		if err := m.RegisterHeaderExtension(capability, x.kind, webrtc.RTPTransceiverDirectionRecvonly); err != nil {
			return fmt.Errorf("sfu: cannot register %s: %w", x.uri, err)
		}
	}
	sendTime := webrtc.RTPHeaderExtensionCapability{URI: extensionSendTime}
	if err := m.RegisterHeaderExtension(sendTime, webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverDirectionSendonly); err != nil {
		return fmt.Errorf("sfu: cannot register %s: %w", extensionSendTime, err)
	}
	return nil
}
