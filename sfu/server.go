package sfu

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
	"github.com/pion/webrtc/v4"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	defaultSilence      = 3 * time.Second
	defaultStartBitrate = 2_500_000
	// maxShards bounds the goroutines that send: more cores than this are not needed for one call.
	maxShards = 8
)

// Server owns the sockets and the DTLS certificate that its rooms share. It is a prometheus.Collector.
type Server struct {
	cfg         Config
	log         *slog.Logger
	endpoints   []*endpoint
	port        int
	certificate webrtc.Certificate
	epoch       time.Time
	net         transport.Net // the machine's interfaces, listed once
	packets     packetPool
	shards      []*shard
	joined      atomic.Uint64
	keyframes   prometheus.Histogram

	mu     sync.Mutex
	rooms  map[*Room]struct{}
	closed bool
	// closing counts peer connections that are being closed.
	closing sync.WaitGroup
}

// New binds the sockets and makes a certificate.
func New(cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Silence <= 0 {
		cfg.Silence = defaultSilence
	}
	if cfg.StartBitrate <= 0 {
		cfg.StartBitrate = defaultStartBitrate
	}
	cfg.Codec = cmp.Or(cfg.Codec, VP8)
	if err := cfg.Codec.check(); err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("sfu: cannot make a key: %w", err)
	}
	certificate, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return nil, fmt.Errorf("sfu: cannot make a certificate: %w", err)
	}
	endpoints, port, err := bind(cfg, pionLog{cfg.Log})
	if err != nil {
		return nil, err
	}
	machine, err := stdnet.NewNet()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sfu: cannot list the network interfaces: %w", err), closeAll(endpoints))
	}
	s := &Server{
		net: machine, cfg: cfg, log: cfg.Log, endpoints: endpoints, port: port,
		certificate: *certificate, epoch: time.Now(), rooms: map[*Room]struct{}{}, keyframes: newKeyframes(),
	}
	for range min(runtime.GOMAXPROCS(0), maxShards) {
		h := newShard(s.now, s.keyframes)
		s.shards = append(s.shards, h)
		go h.run()
	}
	cfg.Log.Info("media is served", "port", port, "egress", s.Egress().Way, "shards", len(s.shards))
	return s, nil
}

// nextShard spreads participants evenly.
func (s *Server) nextShard() *shard { return s.shards[int(s.joined.Add(1))%len(s.shards)] }

// Codec is what all video is in.
func (s *Server) Codec() VideoCodec { return s.cfg.Codec }

// Port is the UDP and TCP port in use.
func (s *Server) Port() int { return s.port }

// now is a monotonic clock in nanoseconds.
func (s *Server) now() int64 { return int64(time.Since(s.epoch)) }

// Close ends all rooms, waits for their connections to be gone, and releases the sockets.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	rooms := s.roomsLocked()
	s.mu.Unlock()
	for _, r := range rooms {
		r.Close()
	}
	s.closing.Wait()
	for _, h := range s.shards {
		h.stop()
	}
	if err := closeAll(s.endpoints); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("sfu: cannot close the media port: %w", err)
	}
	return nil
}

func (s *Server) roomsLocked() []*Room {
	out := make([]*Room, 0, len(s.rooms))
	for r := range s.rooms {
		out = append(out, r)
	}
	return out
}

// NewRoom opens a room; id is for logs and metrics. In a closed server the room is closed from the start.
func (s *Server) NewRoom(id string) *Room {
	r := newRoom(s, id)
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.rooms[r] = struct{}{}
	}
	s.mu.Unlock()
	if closed {
		r.Close()
	}
	return r
}

func (s *Server) forget(r *Room) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.rooms, r)
}

// paths returns the endpoints a participant may be reached over and the addresses to announce. A client that reached
// us at one of several networks is answered from the address it used.
func (s *Server) paths(local netip.Addr) ([]*endpoint, []netip.Addr) {
	local = local.Unmap()
	at := slices.IndexFunc(s.endpoints, func(e *endpoint) bool { return e.addr == local })
	if len(s.cfg.Public) == 0 {
		if at >= 0 {
			return s.endpoints[at : at+1], []netip.Addr{local}
		}
		all := make([]netip.Addr, len(s.endpoints))
		for i, e := range s.endpoints {
			all[i] = e.addr
		}
		return s.endpoints, all
	}
	announced := slices.Clone(s.cfg.Public)
	switch known := slices.Contains(announced, local); {
	case known && at < 0:
		return s.endpoints, []netip.Addr{local}
	case known:
		// Of the machine's own networks a client needs the one that it is in; it may have come through a NAT to it, all the same.
		announced = slices.DeleteFunc(announced, func(a netip.Addr) bool { return a != local && s.bound(a) })
	case at >= 0:
		// A client inside the NAT; one outside of it finds the public addresses.
		announced = append(announced, local)
	}
	return s.endpoints, announced
}

func (s *Server) bound(a netip.Addr) bool {
	return slices.ContainsFunc(s.endpoints, func(e *endpoint) bool { return e.addr == a })
}

// muxes joins the sockets of some endpoints.
func muxes(endpoints []*endpoint) (ice.UDPMux, ice.TCPMux) {
	if len(endpoints) == 1 {
		return endpoints[0].udp, endpoints[0].tcp
	}
	udp := make([]ice.UDPMux, len(endpoints))
	tcp := make([]ice.TCPMux, len(endpoints))
	for i, e := range endpoints {
		udp[i], tcp[i] = e.udp, e.tcp
	}
	return ice.NewMultiUDPMuxDefault(udp...), ice.NewMultiTCPMuxDefault(tcp...)
}
