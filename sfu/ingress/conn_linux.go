package ingress

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// most is how many datagrams one system call takes.
	most = 16
	// datagram is the largest datagram that is read whole, in bytes: what the ICE agent takes.
	datagram = 8192
)

// Conn is a UDP socket that reads in batches. One goroutine may read from it; writing and closing are the socket's own. Deadlines for
// reading do not reach what was read already.
type Conn struct {
	*net.UDPConn
	raw syscall.RawConn
	// headers, vectors, names and memory are the batch; next and end bound what of it was not handed out yet.
	headers   [most]header
	vectors   [most]unix.Iovec
	names     [most]unix.RawSockaddrInet6
	memory    [most][datagram]byte
	next, end int
	errno     syscall.Errno
	// read is the system call in the form that the poller takes, bound once so that it allocates nothing.
	read func(fd uintptr) bool
}

// header is struct mmsghdr.
type header struct {
	msg  unix.Msghdr
	size uint32
}

// New reads from a bound socket.
func New(udp *net.UDPConn) (*Conn, error) {
	raw, err := udp.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("ingress: cannot use the socket: %w", err)
	}
	c := &Conn{UDPConn: udp, raw: raw}
	c.read = c.readSome
	for i := range c.headers {
		c.vectors[i].Base = &c.memory[i][0]
		c.vectors[i].SetLen(datagram)
		h := &c.headers[i].msg
		h.Iov = &c.vectors[i]
		h.SetIovlen(1)
		h.Name = (*byte)(unsafe.Pointer(&c.names[i]))
	}
	return c, nil
}

// ReadFromAddrPort copies the next datagram to b, cut off where b ends, and returns its size and where it came from.
func (c *Conn) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	if c.next == c.end {
		if err := c.raw.Read(c.read); err != nil {
			return 0, netip.AddrPort{}, fmt.Errorf("ingress: cannot read: %w", err)
		}
		if c.errno != 0 {
			return 0, netip.AddrPort{}, fmt.Errorf("ingress: cannot read: %w", os.NewSyscallError("recvmmsg", c.errno))
		}
	}
	i := c.next
	c.next++
	return copy(b, c.memory[i][:min(c.headers[i].size, datagram)]), address(&c.names[i]), nil
}

// WriteToAddrPort writes one datagram.
func (c *Conn) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return c.WriteToUDPAddrPort(b, to)
}

// readSome takes what waits; it returns false when nothing does.
func (c *Conn) readSome(fd uintptr) bool {
	for i := range c.headers {
		c.headers[i].msg.Namelen = unix.SizeofSockaddrInet6
	}
	for {
		n, _, errno := syscall.RawSyscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&c.headers[0])), most, unix.MSG_DONTWAIT, 0, 0)
		switch errno {
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return false
		}
		c.next, c.end, c.errno = 0, int(n), errno
		if errno != 0 {
			c.end = 0
		}
		return true
	}
}

// address reads an address in the system's form; a name of IPv4 fits into the larger one of IPv6.
func address(name *unix.RawSockaddrInet6) netip.AddrPort {
	port := binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(&name.Port))[:])
	if name.Family == unix.AF_INET {
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(name))
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), port)
	}
	return netip.AddrPortFrom(netip.AddrFrom16(name.Addr).Unmap(), port)
}
