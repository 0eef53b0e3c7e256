package sfu_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"muster/sfu"
	"muster/sfu/sfutest"
)

// answerFor negotiates without connecting.
func answerFor(t *testing.T, cfg sfu.Config, local netip.Addr, lines ...sfu.Line) string {
	t.Helper()
	server, err := sfu.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	room := server.NewRoom("r")
	if err := room.Join("p", lines, local); err != nil {
		t.Fatal(err)
	}
	c, err := sfutest.New(lines, sfutest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	offer, err := c.Offer()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := room.Answer(t.Context(), "p", offer)
	if err != nil {
		t.Fatal(err)
	}
	return answer.SDP
}

func TestAnswer(t *testing.T) {
	answer := answerFor(t, sfu.Config{}, netip.Addr{},
		microphone("A"), simulcast("B"), viewing("main"), hearing("floor"))
	for text, times := range map[string]int{
		"a=ice-lite":                  1,
		"a=setup:passive":             4,
		"x-google-start-bitrate=2500": 1,
		"useinbandfec=1":              2,
		"usedtx=1":                    1,
		"a=simulcast:recv l;m;h":      1,
		" udp ":                       1,
		" tcp ":                       1,
		"tcptype passive":             1,
		"transport-cc":                0,
		"goog-remb":                   0,
		"apt=":                        2,
		"repaired-rtp-stream-id":      1,
		"ssrc-audio-level":            1,
		"a=end-of-candidates":         1,
		"H264":                        0,
	} {
		if n := strings.Count(answer, text); n != times {
			t.Errorf("%q occurs %d times, want %d", text, n, times)
		}
	}
	if t.Failed() {
		t.Log(answer)
	}
}

func TestAnnouncedAddresses(t *testing.T) {
	one, two := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")
	public, other := netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("198.51.100.9")
	both := []netip.Addr{one, two}
	for _, x := range []struct {
		name  string
		cfg   sfu.Config
		local netip.Addr
		want  []netip.Addr
	}{
		{"all", sfu.Config{Listen: both}, netip.Addr{}, both},
		{"the one that was used", sfu.Config{Listen: both}, two, []netip.Addr{two}},
		{"one that was used but is not ours", sfu.Config{Listen: both}, other, both},
		{"behind a NAT", sfu.Config{Listen: both[:1], Public: []netip.Addr{public}}, netip.Addr{}, []netip.Addr{public}},
		{"inside the NAT", sfu.Config{Listen: both[:1], Public: []netip.Addr{public}}, one, []netip.Addr{public, one}},
		{"through a NAT to a named address", sfu.Config{Listen: both[:1], Public: []netip.Addr{public, one}}, one, []netip.Addr{public, one}},
		{"several own networks", sfu.Config{Listen: both, Public: []netip.Addr{public, one, two}}, two, []netip.Addr{public, two}},
		{"several networks", sfu.Config{Listen: both[:1], Public: []netip.Addr{public, other}}, other, []netip.Addr{other}},
	} {
		answer := answerFor(t, x.cfg, x.local, viewing("main"))
		for _, a := range []netip.Addr{one, two, public, other} {
			wanted := 0
			for _, b := range x.want {
				if a == b {
					wanted = 2 // UDP and TCP
				}
			}
			got := 0
			for line := range strings.Lines(answer) {
				if strings.HasPrefix(line, "a=candidate:") && strings.Contains(line, " "+a.String()+" ") {
					got++
				}
			}
			if got != wanted {
				t.Errorf("%s: %s is announced %d times, want %d", x.name, a, got, wanted)
			}
		}
	}
}

func TestSecondAddressCarriesMedia(t *testing.T) {
	two := netip.MustParseAddr("127.0.0.2")
	server, err := sfu.New(sfu.Config{Listen: []netip.Addr{loopback, two}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, server: server, room: server.NewRoom("test")}
	w.events = newEventLog(w.room)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	lines := []sfu.Line{camera("A"), viewing("main")}
	if err := w.room.Join("a", lines, two); err != nil {
		t.Fatal(err)
	}
	a := w.negotiate("a", lines)
	a.Publisher("camera").Start(30)
	w.room.Show("a", map[string]sfu.Want{"main": {Source: "A"}})
	w.eventually(a, "it sees itself", func() bool { return a.Recording("main").Shows("A") })
}

func TestBadLines(t *testing.T) {
	w := newWorld(t)
	for name, lines := range map[string][]sfu.Line{
		"no name":   {{Kind: sfu.Video, Direction: sfu.Recv}},
		"name used": {viewing("a"), hearing("a")},
		"kind":      {{Name: "a", Kind: "text", Direction: sfu.Recv}},
		"direction": {{Name: "a", Kind: sfu.Video}},
		"no source": {{Name: "a", Kind: sfu.Video, Direction: sfu.Send}},
	} {
		if err := w.room.Join("p", lines, loopback); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestCollector(t *testing.T) {
	w := newWorld(t)
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(w.server); err != nil {
		t.Fatal(err)
	}
	p := w.join("p", []sfu.Line{viewing("main")})
	w.eventually(p, "the server counts it as connected", func() bool {
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == "sfu_connected" {
				return f.GetMetric()[0].GetGauge().GetValue() == 1
			}
		}
		t.Fatalf("no sfu_connected among %d metrics", len(families))
		return false
	})
}

func TestClosedServer(t *testing.T) {
	server, err := sfu.New(sfu.Config{})
	if err != nil {
		t.Fatal(err)
	}
	room := server.NewRoom("r")
	for range 2 {
		if err := server.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, open := <-room.Events(); open {
		t.Error("an event after the end")
	}
	if err := room.Join("p", nil, loopback); err == nil {
		t.Error("joined a closed room")
	}
	if _, open := <-server.NewRoom("late").Events(); open {
		t.Error("a room of a closed server is open")
	}
}
