package egress_test

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"muster/sfu/egress"
)

func profiles() []srtp.ProtectionProfile {
	return []srtp.ProtectionProfile{
		srtp.ProtectionProfileAeadAes128Gcm, srtp.ProtectionProfileAeadAes256Gcm, srtp.ProtectionProfileAes128CmHmacSha1_80,
	}
}

func newKeys(t testing.TB, profile srtp.ProtectionProfile) egress.Keys {
	t.Helper()
	keyLen, err := profile.KeyLen()
	if err != nil {
		t.Fatal(err)
	}
	saltLen, err := profile.SaltLen()
	if err != nil {
		t.Fatal(err)
	}
	k := egress.Keys{Profile: profile, Master: make([]byte, keyLen), Salt: make([]byte, saltLen)}
	_, _ = rand.Read(k.Master)
	_, _ = rand.Read(k.Salt)
	return k
}

func sealer(t testing.TB, k egress.Keys) egress.Sealer {
	t.Helper()
	s, err := egress.NewSealer(k)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestAnotherImplementationOpensWhatIsSealed lets pion/srtp open packets over two wraps of the sequence number, with late ones
// on both sides of the wrap: the rollover counter has to be right.
func TestAnotherImplementationOpensWhatIsSealed(t *testing.T) {
	for _, profile := range profiles() {
		t.Run(fmt.Sprint(profile), func(t *testing.T) {
			k := newKeys(t, profile)
			s := sealer(t, k)
			open, err := srtp.CreateContext(k.Master, k.Salt, profile)
			if err != nil {
				t.Fatal(err)
			}
			var indexes []uint64
			for i := uint64(65_000); i < 140_000; i += 7 {
				indexes = append(indexes, i)
				if i%70 == 0 {
					indexes = append(indexes, i-3) // late
				}
			}
			for _, i := range indexes {
				payload := []byte(fmt.Sprint("payload ", i))
				p := egress.Packet{SSRC: 7, Timestamp: uint32(i) * 90, Index: i, PayloadType: 96, Marker: i%2 == 0, Payload: payload}
				if i%5 == 0 {
					p.Extension = []byte{0xBE, 0xDE, 0, 1, 0x22, 1, 2, 3}
				}
				if i%3 == 0 {
					p.Prefix = []byte{1, 2}
				}
				p.Padding = uint8(i % 4 * 3)
				check(t, open, s, &p)
			}
		})
	}
}

func check(t *testing.T, open *srtp.Context, s egress.Sealer, p *egress.Packet) {
	t.Helper()
	dst := make([]byte, 200)
	n, err := s.Seal(dst, p)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := open.DecryptRTP(nil, dst[:n], nil)
	if err != nil {
		t.Fatalf("index %d: %v", p.Index, err)
	}
	var got rtp.Packet
	if err := got.Unmarshal(plain); err != nil {
		t.Fatal(err)
	}
	want := append(bytes.Clone(p.Prefix), p.Payload...)
	if !bytes.Equal(got.Payload, want) || got.SSRC != p.SSRC || got.Timestamp != p.Timestamp || got.SequenceNumber != uint16(p.Index) ||
		got.PayloadType != p.PayloadType || got.Marker != p.Marker || got.Header.PaddingSize != p.Padding {
		t.Fatalf("sealed %+v, opened %+v", p, got)
	}
	if len(p.Extension) > 0 && !bytes.Equal(got.GetExtension(2), []byte{1, 2, 3}) {
		t.Fatalf("extension %v", got.GetExtension(2))
	}
}

func TestSealRefuses(t *testing.T) {
	for _, profile := range profiles() {
		s := sealer(t, newKeys(t, profile))
		if _, err := s.Seal(make([]byte, 40), &egress.Packet{Payload: make([]byte, 20)}); err == nil {
			t.Errorf("%v: sealed into too little room", profile)
		}
	}
	if _, err := egress.NewSealer(egress.Keys{Profile: srtp.ProtectionProfileNullHmacSha1_80}); err == nil {
		t.Error("a profile without encryption was accepted")
	}
	if _, err := egress.NewSealer(egress.Keys{Profile: srtp.ProtectionProfileAeadAes128Gcm, Master: []byte{1}}); err == nil {
		t.Error("a key of one byte was accepted")
	}
}

func TestSealAllocatesNothing(t *testing.T) {
	s := sealer(t, newKeys(t, srtp.ProtectionProfileAeadAes128Gcm))
	dst, payload := make([]byte, 1500), make([]byte, 1200)
	p := egress.Packet{SSRC: 1, Payload: payload}
	if n := testing.AllocsPerRun(100, func() {
		p.Index++
		if _, err := s.Seal(dst, &p); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

func listen(t testing.TB, address string) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(address), 0)))
	if err != nil {
		t.Skipf("this machine has no %s: %v", address, err)
	}
	_ = c.SetReadBuffer(4 << 20)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func addrPort(c *net.UDPConn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

func modes() []egress.Mode { return []egress.Mode{egress.Portable, egress.Messages, egress.Segments} }

// TestEveryPacketArrivesOnceAndWhole sends packets of many sizes to two viewers in each mode, over IPv4 and IPv6, among them to
// an address that no packet can be sent to.
func TestEveryPacketArrivesOnceAndWhole(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "::1"} {
		for _, mode := range modes() {
			t.Run(fmt.Sprintf("%s %v", address, mode), func(t *testing.T) {
				conn, err := egress.NewConn(listen(t, address), mode)
				if err != nil {
					t.Fatal(err)
				}
				viewers := []*net.UDPConn{listen(t, address), listen(t, address)}
				nowhere := egress.NewDestination(conn, netip.AddrPortFrom(netip.MustParseAddr(address), 0))
				sizes := []int{1200, 1200, 1200, 300, 1200, 1201, 1200, 1, 1, 700, 1400, 1400, 1400}
				batch := egress.NewBatch(conn)
				for round := range 20 {
					for v, viewer := range viewers {
						to := egress.NewDestination(conn, addrPort(viewer))
						for i, size := range sizes {
							copy(batch.Room(size), fill(v, round, i, size))
							batch.Add(to, size)
						}
						copy(batch.Room(10), "0123456789")
						batch.Add(nowhere, 10)
					}
					batch.Flush()
				}
				for v, viewer := range viewers {
					for round := range 20 {
						for i, size := range sizes {
							expect(t, viewer, fill(v, round, i, size))
						}
					}
				}
				if got, want := conn.Packets.Load(), uint64(2*20*len(sizes)); got != want {
					t.Errorf("%d packets counted, %d sent", got, want)
				}
				if got := conn.Dropped.Load(); got != 40 {
					t.Errorf("%d packets to nowhere counted, 40 sent", got)
				}
			})
		}
	}
}

func fill(viewer, round, i, size int) []byte {
	out := bytes.Repeat([]byte{byte(viewer), byte(round), byte(i)}, size/3+1)[:size]
	if size >= 2 {
		binary.BigEndian.PutUint16(out, uint16(viewer<<12|round<<4|i))
	}
	return out
}

func expect(t *testing.T, c *net.UDPConn, want []byte) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 2000)
	n, err := c.Read(got)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got[:n], want) {
		t.Fatalf("a packet of %d bytes beginning with %v came, want %d bytes with %v", n, got[:min(n, 4)], len(want), want[:min(len(want), 4)])
	}
}

// TestALongBatchIsCutUp gathers more than a slab and more messages than one system call takes.
func TestALongBatchIsCutUp(t *testing.T) {
	for _, mode := range modes() {
		conn, err := egress.NewConn(listen(t, "127.0.0.1"), mode)
		if err != nil {
			t.Fatal(err)
		}
		a, b := listen(t, "127.0.0.1"), listen(t, "127.0.0.1")
		toA, toB := egress.NewDestination(conn, addrPort(a)), egress.NewDestination(conn, addrPort(b))
		batch := egress.NewBatch(conn)
		const n = 700
		for i := range n {
			for v, to := range []*egress.Destination{toA, toB} {
				copy(batch.Room(1000), fill(v, i>>4, i&15, 1000))
				batch.Add(to, 1000)
			}
		}
		batch.Flush()
		for i := range n {
			expect(t, a, fill(0, i>>4, i&15, 1000))
			expect(t, b, fill(1, i>>4, i&15, 1000))
		}
	}
}

func TestSegmentsSaveSystemCalls(t *testing.T) {
	calls := map[egress.Mode]uint64{}
	for _, mode := range modes() {
		conn, err := egress.NewConn(listen(t, "127.0.0.1"), mode)
		if err != nil {
			t.Fatal(err)
		}
		to := egress.NewDestination(conn, addrPort(listen(t, "127.0.0.1")))
		batch := egress.NewBatch(conn)
		for range 200 {
			batch.Room(100)
			batch.Add(to, 100)
		}
		batch.Flush()
		calls[conn.Mode()] = conn.Calls.Load()
	}
	if calls[egress.Portable] != 200 {
		t.Errorf("one by one took %d calls", calls[egress.Portable])
	}
	if n, ok := calls[egress.Messages]; ok && n != 2 {
		t.Errorf("sendmmsg took %d calls", n)
	}
	if n, ok := calls[egress.Segments]; ok && n != 1 {
		t.Errorf("segments took %d calls", n)
	}
}

func TestAClosedSocketDropsAndReturns(t *testing.T) {
	for _, mode := range modes() {
		udp := listen(t, "127.0.0.1")
		conn, err := egress.NewConn(udp, mode)
		if err != nil {
			t.Fatal(err)
		}
		to := egress.NewDestination(conn, addrPort(listen(t, "127.0.0.1")))
		batch := egress.NewBatch(conn)
		if err := udp.Close(); err != nil {
			t.Fatal(err)
		}
		batch.Room(100)
		batch.Add(to, 100)
		batch.Flush()
		if conn.Dropped.Load() != 1 || conn.Packets.Load() != 0 {
			t.Errorf("%v: %d dropped, %d sent", mode, conn.Dropped.Load(), conn.Packets.Load())
		}
	}
}

func TestMark(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "::1"} {
		udp := listen(t, address)
		conn, err := egress.NewConn(udp, egress.Portable)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Mark(34); err != nil {
			t.Error(err)
		}
		got, err := ipv4.NewConn(udp).TOS()
		if address == "::1" {
			got, err = ipv6.NewConn(udp).TrafficClass()
		}
		if got != 34<<2 || err != nil {
			t.Errorf("%s: %d, %v", address, got, err)
		}
		for _, bad := range []int{0, 64, -1} {
			if conn.Mark(bad) == nil {
				t.Errorf("the DSCP %d was accepted", bad)
			}
		}
	}
}

func TestBatchAllocatesNothing(t *testing.T) {
	conn, err := egress.NewConn(listen(t, "127.0.0.1"), egress.Segments)
	if err != nil {
		t.Fatal(err)
	}
	to := egress.NewDestination(conn, addrPort(listen(t, "127.0.0.1")))
	batch := egress.NewBatch(conn)
	if n := testing.AllocsPerRun(100, func() {
		for range 10 {
			batch.Room(1200)
			batch.Add(to, 1200)
		}
		batch.Flush()
	}); n != 0 {
		t.Errorf("%v allocations a batch", n)
	}
}
