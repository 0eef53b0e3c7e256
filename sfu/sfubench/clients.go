package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// newClient makes a peer connection without anything that reads media by itself.
func newClient() (*webrtc.PeerConnection, error) {
	var media webrtc.MediaEngine
	if err := media.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80) // as browsers do
	api := webrtc.NewAPI(webrtc.WithMediaEngine(&media), webrtc.WithSettingEngine(settings), webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	return api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle})
}

// connect offers, takes the answer and reports on up when the connection is there.
func connect(p pipes, number int, pc *webrtc.PeerConnection, up chan<- struct{}) error {
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(offer); err != nil {
		return err
	}
	<-gathered
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected {
			up <- struct{}{}
		}
	})
	if err := p.out.Encode(message{Number: number, SDP: pc.LocalDescription().SDP}); err != nil {
		return err
	}
	m, err := p.next()
	if err != nil {
		return err
	}
	return pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: m.SDP})
}

// runViewers connects n viewers of sound and picture, and waits to be ended.
func runViewers(ctx context.Context, n int) error {
	p, up := newPipes(), make(chan struct{}, n)
	for i := range n {
		pc, err := newClient()
		if err != nil {
			return fmt.Errorf("viewer %d: %w", i, err)
		}
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			if _, err := pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
				return fmt.Errorf("viewer %d: %w", i, err)
			}
		}
		if err := connect(p, i, pc, up); err != nil {
			return fmt.Errorf("viewer %d: %w", i, err)
		}
	}
	if err := all(up, n); err != nil {
		return err
	}
	if err := p.out.Encode(message{Word: "connected"}); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// all waits for n connections.
func all(up <-chan struct{}, n int) error {
	patience := time.After(30 * time.Second)
	for range n {
		select {
		case <-up:
		case <-patience:
			return errors.New("not all connections came up")
		}
	}
	return nil
}

const (
	// The sound is 200 packets a second, four times that of a microphone, so that there is something to measure.
	soundPackets, soundSize = 200, 100
	// A picture has 25 frames of eight packets, 1.9 Mbit/s.
	frames, framePackets, packetSize = 25, 8, 1180
)

// runPublisher sends what its parent asks for.
func runPublisher(ctx context.Context) error {
	p, up := newPipes(), make(chan struct{}, 1)
	pc, err := newClient()
	if err != nil {
		return err
	}
	tracks := map[string]*webrtc.TrackLocalStaticRTP{}
	for _, kind := range []string{"audio", "video"} {
		mime := map[string]string{"audio": webrtc.MimeTypeOpus, "video": webrtc.MimeTypeVP8}[kind]
		t, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: mime}, kind, "bench")
		if err != nil {
			return err
		}
		init := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}
		if _, err := pc.AddTransceiverFromTrack(t, init); err != nil {
			return err
		}
		tracks[kind] = t
	}
	if err := connect(p, 0, pc, up); err != nil {
		return err
	}
	if err := all(up, 1); err != nil {
		return err
	}
	if err := p.out.Encode(message{Word: "connected"}); err != nil {
		return err
	}
	words := make(chan string)
	go func() {
		for {
			m, err := p.next()
			if err != nil {
				close(words)
				return
			}
			words <- m.Word
		}
	}()
	return publish(ctx, tracks, words)
}

func publish(ctx context.Context, tracks map[string]*webrtc.TrackLocalStaticRTP, words <-chan string) error {
	kind := ""
	ticker := time.NewTicker(time.Hour)
	var seq uint16
	for n := uint32(0); ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case word, ok := <-words:
			if !ok {
				return nil
			}
			kind = word
			ticker.Reset(map[string]time.Duration{"audio": time.Second / soundPackets, "video": time.Second / frames}[kind])
			continue
		case <-ticker.C:
		}
		packets, size := 1, soundSize
		if kind == "video" {
			packets, size = framePackets, packetSize
		}
		for i := range packets {
			payload := make([]byte, size)
			if kind == "video" && i == 0 {
				payload[0] = 0x10 // a keyframe each time: its first byte is 0
			}
			seq++
			p := &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: seq, Timestamp: n * 3600, Marker: i == packets-1}, Payload: payload}
			if err := tracks[kind].WriteRTP(p); err != nil {
				return err
			}
		}
	}
}
