package rehearsal

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/pion/transport/v5"
	"golang.org/x/net/ipv4"
)

// tap is a client's UDP socket. Media is counted here from its clear header (RFC 3550, section 5.1) and dropped: to decrypt what
// nobody looks at would cost a fleet more than all the rest. Only what a stream asks for goes on to Pion, as STUN, DTLS and
// RTCP do.
type tap struct {
	transport.UDPConn
	batch   *ipv4.PacketConn
	streams *atomic.Pointer[streams]

	messages []ipv4.Message
	next, n  int
	rest     []byte // of the message before next, in packets of segment bytes
	segment  int
}

// streams are a client's receiving lines by their SSRC; they do not change once the answer is there.
type streams map[uint32]*stream

// batchSize is how many messages one system call takes at most. Where the system hands over whole what was sent as one message
// (receiveWhole), one is several packets.
const (
	batchSize  = 16
	packetSize = 1500

	wholeBatchSize = 4
	messageSize    = 64 << 10
)

func newTap(conn transport.UDPConn, s *atomic.Pointer[streams]) transport.UDPConn {
	packets, ok := conn.(net.PacketConn)
	if !ok {
		return conn
	}
	n, size := batchSize, packetSize
	if receiveWhole(conn) {
		n, size = wholeBatchSize, messageSize
	}
	t := &tap{UDPConn: conn, batch: ipv4.NewPacketConn(packets), streams: s, messages: make([]ipv4.Message, n)}
	for i := range t.messages {
		t.messages[i].Buffers = [][]byte{make([]byte, size)}
		t.messages[i].OOB = make([]byte, segmentRoom)
	}
	return t
}

// ReadFromAddrPort returns the next packet that is for Pion (ice.AddrPortReaderWriter).
func (t *tap) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		for len(t.rest) > 0 {
			packet := t.rest[:min(len(t.rest), t.segment)]
			t.rest = t.rest[len(packet):]
			if !t.take(packet) {
				from, _ := t.messages[t.next-1].Addr.(*net.UDPAddr)
				return copy(b, packet), from.AddrPort(), nil
			}
		}
		if t.next == t.n {
			n, err := t.batch.ReadBatch(t.messages, 0)
			if err != nil {
				return 0, netip.AddrPort{}, err
			}
			t.next, t.n = 0, n
		}
		m := &t.messages[t.next]
		t.next++
		t.rest, t.segment = m.Buffers[0][:m.N], max(1, m.N)
		if n := segmentOf(m.OOB[:m.NN]); n > 0 {
			t.segment = n
		}
	}
}

// WriteToAddrPort sends a packet (ice.AddrPortReaderWriter).
func (t *tap) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return t.WriteTo(b, net.UDPAddrFromAddrPort(to))
}

// take counts an RTP packet and reports whether that was all there is to do with it.
func (t *tap) take(b []byte) bool {
	const rtpFirst, rtpLast = 128, 191 // first bytes of RTP and RTCP (RFC 7983)
	if len(b) < 12 || b[0] < rtpFirst || b[0] > rtpLast {
		return false
	}
	if b[1] >= 192 && b[1] <= 223 { // RTCP (RFC 5761, section 4)
		return false
	}
	known := t.streams.Load()
	if known == nil {
		return true
	}
	s := (*known)[binary.BigEndian.Uint32(b[8:])]
	if s == nil {
		return true // a retransmission: nothing here asks for one
	}
	return !s.count(binary.BigEndian.Uint16(b[2:]))
}

// tapNet gives the sockets that it opens a tap.
type tapNet struct {
	transport.Net
	streams *atomic.Pointer[streams]
}

// ListenUDP opens a socket (transport.Net).
func (n *tapNet) ListenUDP(network string, local *net.UDPAddr) (transport.UDPConn, error) {
	conn, err := n.Net.ListenUDP(network, local)
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(1 << 20) // a keyframe comes in one burst; the system may allow less
	return newTap(conn, n.streams), nil
}
