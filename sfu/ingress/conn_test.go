package ingress_test

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"testing"

	"muster/sfu/ingress"
)

// pair is a socket that is read from, and one that writes to it.
func pair(t *testing.T, at string) (*ingress.Conn, *net.UDPConn) {
	t.Helper()
	here, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(at)})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := ingress.New(here)
	if err != nil {
		t.Fatal(err)
	}
	there, err := net.DialUDP("udp", nil, here.LocalAddr().(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(conn.Close(), there.Close()) }) // the test may have closed one
	return conn, there
}

func TestDatagramsComeInOrderWithTheirAddresses(t *testing.T) {
	for _, at := range []string{"127.0.0.1", "::1"} {
		conn, there := pair(t, at)
		// More than one system call takes, of all sizes, the empty one too.
		var sent [][]byte
		for i := range 100 {
			sent = append(sent, bytes.Repeat([]byte{byte(i)}, i*13))
		}
		for _, b := range sent {
			if _, err := there.Write(b); err != nil {
				t.Fatal(err)
			}
		}
		from := there.LocalAddr().(*net.UDPAddr).AddrPort()
		b := make([]byte, 2000)
		for i, want := range sent {
			n, addr, err := conn.ReadFromAddrPort(b)
			if err != nil || !bytes.Equal(b[:n], want) || addr != netip.AddrPortFrom(from.Addr().Unmap(), from.Port()) {
				t.Fatalf("%s, datagram %d: %d bytes from %v, %v; want %d from %v", at, i, n, addr, err, len(want), from)
			}
		}
	}
}

func TestADatagramIsCutOffWhereTheMemoryEnds(t *testing.T) {
	conn, there := pair(t, "127.0.0.1")
	for _, b := range [][]byte{make([]byte, 9000), []byte("next")} {
		if _, err := there.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	b := make([]byte, 100)
	if n, _, err := conn.ReadFromAddrPort(b); n != len(b) || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if n, _, err := conn.ReadFromAddrPort(b); string(b[:n]) != "next" || err != nil {
		t.Errorf("%q, %v", b[:n], err)
	}
}

func TestWhatIsWrittenArrives(t *testing.T) {
	conn, there := pair(t, "127.0.0.1")
	if _, err := conn.WriteToAddrPort([]byte("answer"), there.LocalAddr().(*net.UDPAddr).AddrPort()); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	if n, err := there.Read(b); string(b[:n]) != "answer" || err != nil {
		t.Errorf("%q, %v", b[:n], err)
	}
}

func TestClosingEndsAReadThatWaits(t *testing.T) {
	conn, _ := pair(t, "127.0.0.1")
	ended := make(chan error, 1)
	go func() {
		_, _, err := conn.ReadFromAddrPort(make([]byte, 100))
		ended <- err
	}()
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("it ended with %v", err)
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	conn, there := pair(t, "127.0.0.1")
	b := make([]byte, 2000)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := there.Write(b[:1200]); err != nil {
			t.Fatal(err)
		}
		if _, _, err := conn.ReadFromAddrPort(b); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%g allocations a datagram", n)
	}
}

func BenchmarkRead(b *testing.B) {
	here, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	defer here.Close() //nolint:errcheck // the benchmark is over
	there, err := net.DialUDP("udp", nil, here.LocalAddr().(*net.UDPAddr))
	if err != nil {
		b.Fatal(err)
	}
	defer there.Close() //nolint:errcheck // the benchmark is over
	batched, err := ingress.New(here)
	if err != nil {
		b.Fatal(err)
	}
	const burst = 16
	payload, into := make([]byte, 1200), make([]byte, 2000)
	read := map[string]func() error{
		"one by one": func() error { _, _, err := here.ReadFromUDPAddrPort(into); return err },
		"batched":    func() error { _, _, err := batched.ReadFromAddrPort(into); return err },
	}
	for _, name := range []string{"one by one", "batched"} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				for range burst {
					if _, err := there.Write(payload); err != nil {
						b.Fatal(err)
					}
				}
				b.StartTimer()
				for range burst {
					if err := read[name](); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*burst), "ns/packet")
		})
	}
}
