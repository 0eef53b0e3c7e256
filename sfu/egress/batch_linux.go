package egress

import (
	"encoding/binary"
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sockaddr is an address in the system's form.
type sockaddr struct {
	v4 unix.RawSockaddrInet4
	v6 unix.RawSockaddrInet6
	is bool // v6
}

func newSockaddr(a netip.AddrPort) sockaddr {
	var port [2]byte
	binary.BigEndian.PutUint16(port[:], a.Port())
	if a.Addr().Is4() {
		out := unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: a.Addr().As4()}
		*(*[2]byte)(unsafe.Pointer(&out.Port)) = port
		return sockaddr{v4: out}
	}
	out := unix.RawSockaddrInet6{Family: unix.AF_INET6, Addr: a.Addr().As16()}
	*(*[2]byte)(unsafe.Pointer(&out.Port)) = port
	return sockaddr{v6: out, is: true}
}

// put points a message header at the address.
func (s *sockaddr) put(h *unix.Msghdr) {
	if s.is {
		h.Name, h.Namelen = (*byte)(unsafe.Pointer(&s.v6)), unix.SizeofSockaddrInet6
		return
	}
	h.Name, h.Namelen = (*byte)(unsafe.Pointer(&s.v4)), unix.SizeofSockaddrInet4
}

// supported asks the kernel for UDP_SEGMENT (Linux 4.18); that a network card can't do it shows with the first message.
func supported(raw syscall.RawConn) Mode {
	mode := Messages
	err := raw.Control(func(fd uintptr) {
		if _, err := unix.GetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_SEGMENT); err == nil {
			mode = Segments
		}
	})
	if err != nil {
		return Portable
	}
	return mode
}

// header is struct mmsghdr.
type header struct {
	msg unix.Msghdr
	n   uint32
}

// segmentSize is the control message with which one message is cut into packets.
type segmentSize struct {
	head unix.Cmsghdr
	size uint16
	_    [6]byte
}

// system is what one sendmmsg needs, made once.
type system struct {
	headers  [maxMessages]header
	vectors  [maxMessages]unix.Iovec
	controls [maxMessages]segmentSize
	batch    *Batch
	// next and end bound the messages that are still to be sent, whole are those that have to be written packet by packet.
	next, end int
	whole     []message
	// try and wait are the loop in the forms that the poller takes, bound once so that they allocate nothing.
	try  func(fd uintptr)
	wait func(fd uintptr) bool
}

func (s *system) init(b *Batch) {
	s.batch = b
	s.try = func(fd uintptr) { s.sendSome(fd) }
	s.wait = s.sendSome
	for i := range s.headers {
		h := &s.headers[i].msg
		h.Iov = &s.vectors[i]
		h.SetIovlen(1)
		c := &s.controls[i]
		c.head.Level, c.head.Type = unix.SOL_UDP, unix.UDP_SEGMENT
		c.head.SetLen(unix.CmsgLen(2))
	}
}

func (s *system) send(b *Batch) {
	for i := range b.messages {
		s.prepare(i, &b.messages[i])
	}
	s.next, s.end, s.whole = 0, len(b.messages), s.whole[:0]
	// Control lets several goroutines send at once; Write, which waits for room, lets one.
	err := b.conn.raw.Control(s.try)
	if err == nil && s.next < s.end {
		b.conn.Waits.Add(1)
		err = b.conn.raw.Write(s.wait)
	}
	if err != nil { // the socket is closed
		for _, m := range b.messages[s.next:s.end] {
			b.conn.Dropped.Add(uint64(m.packets))
		}
		return
	}
	b.writeEach(s.whole)
}

func (s *system) prepare(i int, m *message) {
	h := &s.headers[i].msg
	m.to.name.put(h)
	s.vectors[i].Base = &s.batch.slab[m.from]
	s.vectors[i].SetLen(m.size)
	h.Control = nil
	h.SetControllen(0)
	if m.packets > 1 {
		s.controls[i].size = uint16(m.segment)
		h.Control = (*byte)(unsafe.Pointer(&s.controls[i]))
		h.SetControllen(int(unsafe.Sizeof(s.controls[i])))
	}
}

// sendSome sends until all is gone, or returns false when the socket's buffer is full.
func (s *system) sendSome(fd uintptr) bool {
	conn := s.batch.conn
	for s.next < s.end {
		conn.Calls.Add(1)
		// It never waits, so Go's scheduler is not told of it: that would take the processor away in the middle of a batch.
		n, _, errno := syscall.RawSyscall6(unix.SYS_SENDMMSG, fd, uintptr(unsafe.Pointer(&s.headers[s.next])), uintptr(s.end-s.next), unix.MSG_DONTWAIT, 0, 0)
		switch errno {
		case 0:
			s.count(int(n))
		case unix.EINTR:
		case unix.EAGAIN:
			return false
		default:
			s.skip(errno)
		}
	}
	return true
}

func (s *system) count(n int) {
	packets, bytes := 0, 0
	for _, m := range s.batch.messages[s.next : s.next+n] {
		packets, bytes = packets+m.packets, bytes+m.size
	}
	s.batch.sent(n, packets, bytes)
	s.next += n
}

// skip leaves out a message that can't be sent. One that was to be cut up is written packet by packet instead: a network card
// that can't do it says EIO, and then no other message is cut up either.
func (s *system) skip(errno syscall.Errno) {
	m := s.batch.messages[s.next]
	s.next++
	if m.packets == 1 {
		s.batch.conn.Dropped.Add(1)
		return
	}
	if errno == unix.EIO || errno == unix.EOPNOTSUPP || errno == unix.ENOPROTOOPT {
		s.batch.conn.lower(Messages)
	}
	s.whole = append(s.whole, m)
}
