//go:build !linux

package ingress

import (
	"net"
	"net/netip"
)

// Conn is a UDP socket. One goroutine may read from it; writing and closing are the socket's own.
type Conn struct{ *net.UDPConn }

// New reads from a bound socket.
func New(udp *net.UDPConn) (*Conn, error) { return &Conn{udp}, nil }

// ReadFromAddrPort copies the next datagram to b, cut off where b ends, and returns its size and where it came from.
func (c *Conn) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	return c.ReadFromUDPAddrPort(b)
}

// WriteToAddrPort writes one datagram.
func (c *Conn) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return c.WriteToUDPAddrPort(b, to)
}
