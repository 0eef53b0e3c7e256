//go:build !linux

package egress

import (
	"net/netip"
	"syscall"
)

// sockaddr is not needed: packets are written one by one.
type sockaddr struct{}

func newSockaddr(netip.AddrPort) sockaddr { return sockaddr{} }

func supported(syscall.RawConn) Mode { return Portable }

type system struct{}

func (system) init(*Batch) {}

func (system) send(b *Batch) { b.writeEach(b.messages) }
