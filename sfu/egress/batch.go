package egress

import (
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// Mode says how packets are handed to the system.
type Mode int

// The modes, each with what the one before it has.
const (
	// Portable writes packet by packet.
	Portable Mode = iota
	// Messages writes many packets in one system call (sendmmsg).
	Messages
	// Segments lets the system cut one message into the packets of one viewer (UDP_SEGMENT).
	Segments
)

// String names the mode.
func (m Mode) String() string {
	return [...]string{"portable", "sendmmsg", "sendmmsg with segmentation"}[m]
}

// Conn is a UDP socket that packets leave by. It is safe for concurrent use.
type Conn struct {
	udp  *net.UDPConn
	raw  syscall.RawConn
	mode atomic.Int32
	// Packets and Bytes were sent, Dropped packets could not be; Messages are what the system cut into packets, Calls are system
	// calls. Waits counts how often the socket was full; writing one by one waits without being counted.
	Packets, Bytes, Dropped, Messages, Calls, Waits atomic.Uint64
}

// NewConn uses a bound socket in the best mode up to most that this system has.
func NewConn(udp *net.UDPConn, most Mode) (*Conn, error) {
	raw, err := udp.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("egress: cannot use the socket: %w", err)
	}
	c := &Conn{udp: udp, raw: raw}
	c.mode.Store(int32(min(most, supported(raw))))
	return c, nil
}

// Mark sets the differentiated services code point of what the socket sends (RFC 2474), 1 to 63.
func (c *Conn) Mark(dscp int) error {
	if dscp < 1 || dscp > 63 {
		return fmt.Errorf("egress: the DSCP %d is not between 1 and 63", dscp)
	}
	const ecnBits = 2 // the rest of the byte is for congestion notification
	local, _ := c.udp.LocalAddr().(*net.UDPAddr)
	var err error
	if local != nil && local.IP.To4() == nil {
		err = ipv6.NewConn(c.udp).SetTrafficClass(dscp << ecnBits)
	} else {
		err = ipv4.NewConn(c.udp).SetTOS(dscp << ecnBits)
	}
	if err != nil {
		return fmt.Errorf("egress: cannot mark packets: %w", err)
	}
	return nil
}

// Mode says how the socket sends now.
func (c *Conn) Mode() Mode { return Mode(c.mode.Load()) }

// lower gives up what the system turned out not to do.
func (c *Conn) lower(m Mode) { c.mode.Store(int32(min(m, c.Mode()))) }

// Destination is where a viewer's packets go.
type Destination struct {
	Conn *Conn
	addr netip.AddrPort
	name sockaddr
}

// NewDestination prepares an address for a socket.
func NewDestination(c *Conn, addr netip.AddrPort) *Destination {
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	return &Destination{Conn: c, addr: addr, name: newSockaddr(addr)}
}

// Addr is the destination's address.
func (d *Destination) Addr() netip.AddrPort { return d.addr }

const (
	// slabSize is the memory of a batch in bytes: what fits the cache and a few dozen system calls a burst.
	slabSize = 256 << 10
	// maxMessages bounds the messages of one system call.
	maxMessages = 128
	// maxSegments and maxMessage bound one message that the system cuts up (UDP_MAX_SEGMENTS; a UDP datagram's size).
	maxSegments = 64
	maxMessage  = 65_000
)

// message is one or more packets of one destination, one behind the other in the slab.
type message struct {
	to       *Destination
	from     int
	size     int
	segment  int // size of each packet but the last, which may be smaller
	packets  int
	finished bool // a smaller packet ends it
}

// Batch gathers sealed packets for one socket. It belongs to one goroutine.
type Batch struct {
	conn     *Conn
	slab     []byte
	used     int
	messages []message
	system   system
}

// NewBatch makes an empty batch for a socket.
func NewBatch(c *Conn) *Batch {
	b := &Batch{conn: c, slab: make([]byte, slabSize), messages: make([]message, 0, maxMessages)}
	b.system.init(b)
	return b
}

// Room returns memory for a packet of up to n bytes. It sends what was gathered when there is none left.
func (b *Batch) Room(n int) []byte {
	if b.used+n > len(b.slab) {
		b.Flush()
	}
	return b.slab[b.used:]
}

// Add gathers the n bytes that were written to what Room returned last.
func (b *Batch) Add(to *Destination, n int) {
	from := b.used
	b.used += n
	if len(b.messages) > 0 && b.conn.Mode() == Segments {
		m := &b.messages[len(b.messages)-1]
		if m.to == to && !m.finished && n <= m.segment && m.packets < maxSegments && m.size+n <= maxMessage {
			m.size += n
			m.packets++
			m.finished = n < m.segment
			return
		}
	}
	if len(b.messages) == maxMessages {
		b.used = from
		moved := b.slab[from : from+n]
		b.Flush()
		b.used = copy(b.slab, moved)
		from = 0
	}
	b.messages = append(b.messages, message{to: to, from: from, size: n, segment: n, packets: 1})
}

// Flush sends what was gathered. It waits while the socket's buffer is full; what can't be sent is dropped and counted, and
// keeps nothing else back.
func (b *Batch) Flush() {
	if len(b.messages) > 0 {
		if b.conn.Mode() == Portable {
			b.writeEach(b.messages)
		} else {
			b.system.send(b)
		}
	}
	b.messages, b.used = b.messages[:0], 0
}

// writeEach writes packet by packet.
func (b *Batch) writeEach(messages []message) {
	for _, m := range messages {
		for at := m.from; at < m.from+m.size; at += m.segment {
			packet := b.slab[at:min(at+m.segment, m.from+m.size)]
			b.conn.Calls.Add(1)
			if _, err := b.conn.udp.WriteToUDPAddrPort(packet, m.to.addr); err != nil {
				b.conn.Dropped.Add(1)
				continue
			}
			b.sent(1, 1, len(packet))
		}
	}
}

func (b *Batch) sent(messages, packets, bytes int) {
	b.conn.Messages.Add(uint64(messages))
	b.conn.Packets.Add(uint64(packets))
	b.conn.Bytes.Add(uint64(bytes))
}
