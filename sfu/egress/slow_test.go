package egress_test

import (
	"net"
	"net/netip"
	"os"
	"testing"

	"muster/sfu/egress"
)

// TestAFullSocketWaitsAndLosesNothing sends more than a slow network takes at once: the sends have to wait for room in the socket
// (EAGAIN) and go on where they stopped. Loopback never fills a socket, so scripts/test-net.sh runs it over a virtual cable with a
// rate limit: MUSTER_SLOW_NETWORK is an address behind that cable.
func TestAFullSocketWaitsAndLosesNothing(t *testing.T) {
	behind := os.Getenv("MUSTER_SLOW_NETWORK")
	if behind == "" {
		t.Skip("run by scripts/test-net.sh, which makes a slow network")
	}
	to := netip.AddrPortFrom(netip.MustParseAddr(behind), 9)
	for _, mode := range modes() {
		t.Run(mode.String(), func(t *testing.T) {
			udp, err := net.ListenUDP("udp4", nil)
			if err != nil {
				t.Fatal(err)
			}
			defer udp.Close()
			if err := udp.SetWriteBuffer(64 << 10); err != nil {
				t.Fatal(err)
			}
			conn, err := egress.NewConn(udp, mode)
			if err != nil {
				t.Fatal(err)
			}
			slow, nowhere := egress.NewDestination(conn, to), egress.NewDestination(conn, netip.AddrPortFrom(to.Addr(), 0))
			batch := egress.NewBatch(conn)
			const n, size = 2000, 1200
			for i := range n {
				batch.Room(size)
				batch.Add(slow, size)
				if i%100 == 0 { // among them some that can't be sent
					batch.Room(size)
					batch.Add(nowhere, size)
				}
			}
			batch.Flush()
			if sent, dropped := conn.Packets.Load(), conn.Dropped.Load(); sent != n || dropped != n/100 {
				t.Errorf("%d sent and %d dropped, want %d and %d", sent, dropped, n, n/100)
			}
			if mode != egress.Portable && conn.Waits.Load() == 0 {
				t.Error("the socket was never full: the network is not slow")
			}
		})
	}
}
