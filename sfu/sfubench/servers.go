package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"muster/sfu"
)

// server forwards one publisher to many viewers.
type server interface {
	publisher(number int, offer string) (answer string, err error)
	viewer(number int, offer string) (answer string, err error)
	sent() uint64 // RTP packets
	close() error
}

func newServer(name string) (server, error) {
	if name == "pion" {
		return newPlain()
	}
	return newOurs(sfu.Egress(name))
}

// ours is package sfu.
type ours struct {
	server *sfu.Server
	room   *sfu.Room
}

func newOurs(way sfu.Egress) (server, error) {
	s, err := sfu.New(sfu.Config{Egress: way})
	if err != nil {
		return nil, err
	}
	if got := s.Egress().Way; got != way {
		return nil, errors.Join(fmt.Errorf("this system has no %s, only %s", way, got), s.Close())
	}
	o := &ours{s, s.NewRoom("bench")}
	go func() {
		for range o.room.Events() {
		}
	}()
	return o, nil
}

func (o *ours) publisher(_ int, offer string) (string, error) {
	return o.join("publisher", offer, []sfu.Line{
		{Name: "mic", Kind: sfu.Audio, Direction: sfu.Send, Source: "mic"},
		{Name: "camera", Kind: sfu.Video, Direction: sfu.Send, Source: "camera"},
	})
}

func (o *ours) viewer(number int, offer string) (string, error) {
	id := sfu.ParticipantID(fmt.Sprint(number))
	answer, err := o.join(id, offer, []sfu.Line{
		{Name: "audio", Kind: sfu.Audio, Direction: sfu.Recv}, {Name: "video", Kind: sfu.Video, Direction: sfu.Recv},
	})
	o.room.Show(id, map[string]sfu.Want{"audio": {Source: "mic"}, "video": {Source: "camera"}})
	return answer, err
}

func (o *ours) join(id sfu.ParticipantID, offer string, lines []sfu.Line) (string, error) {
	if err := o.room.Join(id, lines, netip.Addr{}); err != nil {
		return "", err
	}
	answer, err := o.room.Answer(context.Background(), id, offer)
	return answer.SDP, err
}

func (o *ours) sent() uint64 { return o.room.Stats().PacketsOut }
func (o *ours) close() error { return o.server.Close() }

// plain is what a program does with Pion as it comes: default codecs and interceptors, one static track for all viewers.
type plain struct {
	api    *webrtc.API
	udp    net.PacketConn
	pcs    []*webrtc.PeerConnection
	tracks map[string]*webrtc.TrackLocalStaticRTP
	out    atomic.Uint64
}

func newPlain() (server, error) {
	var media webrtc.MediaEngine
	if err := media.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	registry := &interceptor.Registry{}
	if err := webrtc.RegisterDefaultInterceptors(&media, registry); err != nil {
		return nil, err
	}
	udp, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	_ = udp.SetWriteBuffer(8 << 20) // as ours
	var settings webrtc.SettingEngine
	settings.SetLite(true)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetICEUDPMux(ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: udp}))
	p := &plain{
		api: webrtc.NewAPI(webrtc.WithMediaEngine(&media), webrtc.WithSettingEngine(settings), webrtc.WithInterceptorRegistry(registry)),
		udp: udp, tracks: map[string]*webrtc.TrackLocalStaticRTP{},
	}
	for kind, mime := range map[string]string{"audio": webrtc.MimeTypeOpus, "video": webrtc.MimeTypeVP8} {
		if p.tracks[kind], err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: mime}, kind, "bench"); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *plain) publisher(_ int, offer string) (string, error) {
	return p.answer(offer, func(pc *webrtc.PeerConnection) error {
		pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { p.forward(t) })
		return nil
	})
}

// forward writes what comes to all viewers.
func (p *plain) forward(t *webrtc.TrackRemote) {
	to := p.tracks[t.Kind().String()]
	var packet *rtp.Packet
	for {
		var err error
		if packet, _, err = t.ReadRTP(); err != nil {
			return
		}
		if to.WriteRTP(packet) == nil {
			p.out.Add(uint64(len(p.pcs) - 1))
		}
	}
}

func (p *plain) viewer(_ int, offer string) (string, error) {
	return p.answer(offer, func(pc *webrtc.PeerConnection) error {
		for _, kind := range []string{"audio", "video"} {
			sender, err := pc.AddTrack(p.tracks[kind])
			if err != nil {
				return err
			}
			go func() { // the interceptors read RTCP by way of this
				b := make([]byte, 1500)
				for {
					if _, _, err := sender.Read(b); err != nil {
						return
					}
				}
			}()
		}
		return nil
	})
}

func (p *plain) answer(offer string, equip func(*webrtc.PeerConnection) error) (string, error) {
	pc, err := p.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", err
	}
	p.pcs = append(p.pcs, pc)
	if err := equip(pc); err != nil {
		return "", err
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", err
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return "", err
	}
	<-gathered
	return pc.LocalDescription().SDP, nil
}

func (p *plain) sent() uint64 { return p.out.Load() }

func (p *plain) close() error {
	var errs []error
	for _, pc := range p.pcs {
		errs = append(errs, pc.Close())
	}
	return errors.Join(append(errs, p.udp.Close())...)
}
