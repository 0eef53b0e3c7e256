package sfu

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/pion/ice/v4"

	"muster/sfu/egress"
	"muster/sfu/ingress"
)

const (
	// socketBuffer is asked of the kernel for each UDP socket, in bytes: a keyframe for all viewers is a burst.
	socketBuffer = 8 << 20
	// tcpWriteBuffer bounds what is queued for a TCP viewer that reads slowly; what exceeds it is dropped.
	tcpWriteBuffer = 4 << 20
	// tcpReadBuffer is in packets.
	tcpReadBuffer = 64
	// tcpFirstPacket is how long a TCP connection may be silent before it is closed.
	tcpFirstPacket = 10 * time.Second
	// portTries bounds the search for a port that is free for UDP and TCP on all addresses.
	portTries = 20
)

// endpoint is one bound local address.
type endpoint struct {
	addr netip.Addr
	udp  *ice.UDPMuxDefault
	tcp  *ice.TCPMuxDefault
	conn *egress.Conn
}

// bind opens every address on one port, UDP and TCP.
func bind(cfg Config, log pionLog) ([]*endpoint, int, error) {
	addresses, err := expand(cfg.Listen)
	if err != nil {
		return nil, 0, err
	}
	tries := 1
	if cfg.Port == 0 {
		tries = portTries
	}
	for range tries {
		var endpoints []*endpoint
		var got int
		if endpoints, got, err = bindAll(addresses, cfg, log); err == nil {
			return endpoints, got, nil
		}
	}
	return nil, 0, fmt.Errorf("sfu: cannot open the media port: %w", err)
}

func bindAll(addresses []netip.Addr, cfg Config, log pionLog) (_ []*endpoint, _ int, err error) {
	var out []*endpoint
	port := cfg.Port
	defer func() {
		if err != nil {
			_ = closeAll(out) // err says why nothing is open
		}
	}()
	for _, a := range addresses {
		udp, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, uint16(port))))
		if err != nil {
			return out, 0, err
		}
		// The kernel's limit may be lower; that costs packets in a burst, not the start.
		_ = udp.SetReadBuffer(socketBuffer)
		_ = udp.SetWriteBuffer(socketBuffer)
		port = udp.LocalAddr().(*net.UDPAddr).Port
		tcp, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(a, uint16(port))))
		if err != nil {
			return out, 0, errors.Join(err, udp.Close())
		}
		conn, err := egress.NewConn(udp, cfg.mode())
		if err == nil && cfg.DSCP != 0 {
			err = conn.Mark(cfg.DSCP)
		}
		var reader *ingress.Conn
		if err == nil {
			reader, err = ingress.New(udp)
		}
		if err != nil {
			return out, 0, errors.Join(err, udp.Close(), tcp.Close())
		}
		out = append(out, &endpoint{
			addr: a, conn: conn,
			udp: ice.NewUDPMuxDefault(ice.UDPMuxParams{Logger: log.NewLogger("udp"), UDPConn: reader}),
			tcp: ice.NewTCPMuxDefault(ice.TCPMuxParams{
				Logger: log.NewLogger("tcp"), Listener: tcp, ReadBufferSize: tcpReadBuffer,
				WriteBufferSize: tcpWriteBuffer, FirstStunBindTimeout: tcpFirstPacket,
			}),
		})
	}
	return out, port, nil
}

func closeAll(endpoints []*endpoint) error {
	var errs []error
	for _, e := range endpoints {
		errs = append(errs, e.udp.Close(), e.tcp.Close())
	}
	return errors.Join(errs...)
}

// expand replaces unspecified addresses by those of the machine's interfaces.
func expand(listen []netip.Addr) ([]netip.Addr, error) {
	if len(listen) == 0 {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, nil
	}
	var out []netip.Addr
	seen := map[netip.Addr]bool{}
	add := func(a netip.Addr) {
		if a = a.Unmap(); !seen[a] {
			seen[a] = true
			out = append(out, a)
		}
	}
	for _, a := range listen {
		if !a.IsValid() {
			return nil, errors.New("sfu: an invalid listen address")
		}
		if !a.IsUnspecified() {
			add(a)
			continue
		}
		all, err := interfaceAddrs(a.Is4())
		if err != nil {
			return nil, err
		}
		for _, b := range all {
			add(b)
		}
	}
	return out, nil
}

// interfaceAddrs lists the machine's addresses; link-local ones are left out, for they need a zone.
func interfaceAddrs(only4 bool) ([]netip.Addr, error) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("sfu: cannot list the network interfaces: %w", err)
	}
	var out []netip.Addr
	for _, a := range all {
		p, err := netip.ParsePrefix(a.String())
		if err != nil || p.Addr().IsLinkLocalUnicast() || only4 && !p.Addr().Is4() {
			continue
		}
		out = append(out, p.Addr())
	}
	if len(out) == 0 {
		return nil, errors.New("sfu: the machine has no network address")
	}
	return out, nil
}
