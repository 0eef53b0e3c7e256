package egress_test

import (
	"fmt"
	"testing"

	"github.com/pion/srtp/v3"

	"muster/sfu/egress"
)

// BenchmarkSeal measures the sealing of one packet of 1200 bytes.
func BenchmarkSeal(b *testing.B) {
	for _, profile := range profiles() {
		b.Run(fmt.Sprint(profile), func(b *testing.B) {
			s := sealer(b, newKeys(b, profile))
			dst, p := make([]byte, 1500), egress.Packet{SSRC: 1, Payload: make([]byte, 1200)}
			b.SetBytes(1200)
			b.ReportAllocs()
			for b.Loop() {
				p.Index++
				if _, err := s.Seal(dst, &p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSend measures the sealing and sending of one packet of 1200 bytes, eight to a viewer and 246 viewers to a burst; nobody
// reads them.
func BenchmarkSend(b *testing.B) {
	const viewers, frame = 246, 8
	for _, mode := range modes() {
		for _, size := range []int{100, 1200} {
			b.Run(fmt.Sprintf("%v/%d bytes", mode, size), func(b *testing.B) {
				conn, err := egress.NewConn(listen(b, "127.0.0.1"), mode)
				if err != nil {
					b.Fatal(err)
				}
				s := sealer(b, newKeys(b, srtp.ProtectionProfileAeadAes128Gcm))
				var to []*egress.Destination
				for range viewers {
					to = append(to, egress.NewDestination(conn, addrPort(listen(b, "127.0.0.1"))))
				}
				batch, p := egress.NewBatch(conn), egress.Packet{SSRC: 1, Payload: make([]byte, size)}
				b.ReportAllocs()
				sent := 0
				for b.Loop() {
					for _, d := range to {
						for range frame {
							p.Index++
							n, err := s.Seal(batch.Room(size+100), &p)
							if err != nil {
								b.Fatal(err)
							}
							batch.Add(d, n)
							sent++
						}
					}
					batch.Flush()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(sent), "ns/packet")
			})
		}
	}
}
