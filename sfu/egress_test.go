package sfu_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtcp"

	"muster/sfu"
	"muster/sfu/sfutest"
)

// TestEveryWayOutShowsTheSame sends to viewers that seal differently, over IPv4, IPv6 and TCP, in every way the system has: what
// arrives is the same.
func TestEveryWayOutShowsTheSame(t *testing.T) {
	for _, way := range []sfu.Egress{sfu.Segmented, sfu.Batched, sfu.Single, sfu.Stock} {
		for _, address := range []string{"127.0.0.1", "::1"} {
			t.Run(fmt.Sprintf("%s %s", way, address), func(t *testing.T) {
				t.Parallel()
				w := newWorldWith(t, sfu.Config{Egress: way, Listen: []netip.Addr{netip.MustParseAddr(address)}})
				a := w.join("a", []sfu.Line{camera("A")})
				b := w.join("b", []sfu.Line{camera("B"), {Name: "mic", Kind: sfu.Audio, Direction: sfu.Send, Source: "B mic"}})
				viewers := map[sfu.ParticipantID]sfutest.Options{
					"gcm 128": {Profiles: []dtls.SRTPProtectionProfile{dtls.SRTP_AEAD_AES_128_GCM}},
					"gcm 256": {Profiles: []dtls.SRTPProtectionProfile{dtls.SRTP_AEAD_AES_256_GCM}},
					"cm":      {Profiles: []dtls.SRTPProtectionProfile{dtls.SRTP_AES128_CM_HMAC_SHA1_80}},
				}
				clients := map[sfu.ParticipantID]*sfutest.Client{}
				for id, options := range viewers {
					clients[id] = w.joinWith(id, []sfu.Line{viewing("main"), hearing("sound")}, options)
					w.room.Show(id, map[string]sfu.Want{"main": {Source: "A"}, "sound": {Source: "B mic"}})
				}
				a.Publisher("camera").Start(30)
				b.Publisher("camera").Start(25)
				b.Publisher("mic").Start(50)
				for id, c := range clients {
					w.eventually(c, "A is shown", func() bool { return c.Recording("main").Shows("A") && c.Recording("sound").Shows("B mic") })
					w.room.Show(id, map[string]sfu.Want{"main": {Source: "B"}})
					w.eventually(c, "B is shown", func() bool { return c.Recording("main").Shows("B") && c.Recording("sound").Len() > 20 })
					checkContinuous(t, c.Recording("main").Packets())
					checkKeyframes(t, c.Recording("main").Packets())
					checkContinuous(t, c.Recording("sound").Packets())
					askAgain(w, c)
				}
				got := w.server.Egress()
				if own := got.Packets > 0; own != (got.Way != sfu.Stock) || got.Dropped > 0 {
					t.Errorf("%+v", got)
				}
			})
		}
	}
}

// askAgain loses a packet and gets it by RTX.
func askAgain(w *world, c *sfutest.Client) {
	w.t.Helper()
	main := c.Recording("main")
	lost, _ := main.Last()
	ask := &rtcp.TransportLayerNack{MediaSSRC: main.SSRC(), Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{lost.Seq})}
	if err := c.PC.WriteRTCP([]rtcp.Packet{ask}); err != nil {
		w.t.Fatal(err)
	}
	w.eventually(c, "the packet comes again", func() bool {
		n := 0
		for _, p := range slices.Backward(main.Packets()) {
			if p.Seq == lost.Seq && p.Timestamp == lost.Timestamp && p.Frame == lost.Frame {
				n++
			}
		}
		return n == 2
	})
}

// TestTCPViewersStayWithPion: no packet of theirs may be sealed by another.
func TestTCPViewersStayWithPion(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{camera("A")})
	viewer := w.joinWith("viewer", []sfu.Line{viewing("main")}, sfutest.Options{TCPOnly: true})
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
	a.Publisher("camera").Start(30)
	w.eventually(viewer, "A is shown", func() bool { return viewer.Recording("main").Len() > 10 })
	askAgain(w, viewer)
	if got := w.server.Egress(); got.Packets != 0 {
		t.Errorf("%d packets left by UDP", got.Packets)
	}
}
