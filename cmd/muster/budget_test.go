package main

import (
	"net/netip"
	"strings"
	"testing"

	"muster/sfu"
)

func TestMediaBudgets(t *testing.T) {
	got, err := mediaBudgets([]string{"800M", "10.1.0.0/16=50M", "fd00::/8=2G", "300k", "64000"})
	want := []sfu.Budget{
		{Bitrate: 800_000_000}, {Network: netip.MustParsePrefix("10.1.0.0/16"), Bitrate: 50_000_000},
		{Network: netip.MustParsePrefix("fd00::/8"), Bitrate: 2_000_000_000}, {Bitrate: 300_000}, {Bitrate: 64_000},
	}
	if err != nil || len(got) != len(want) {
		t.Fatalf("%v, %v", got, err)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%v, want %v", got[i], want[i])
		}
	}
	for _, bad := range []string{"", "M", "-1M", "0", "8X", "10.1.0.0=5M", "10.1.0.0/16", "99999999G", "x=5M"} {
		if _, err := mediaBudgets([]string{bad}); err == nil || !strings.Contains(err.Error(), "--media-budget "+bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestRatesInAnotherUnitAreRefused(t *testing.T) {
	for _, x := range []struct {
		cap  float64
		low  int
		says string
	}{{2.5, 60, ""}, {0, 40, ""}, {-1, 60, "--unit-cap"}, {2_500_000, 60, "--unit-cap"}, {0, 60_000, "--low-bitrate"}, {0, 0, "--low-bitrate"}} {
		err := (&serveCommand{HTTP: "127.0.0.1:0", UnitCap: x.cap, LowBitrate: x.low}).Validate()
		if (err == nil) != (x.says == "") || err != nil && !strings.Contains(err.Error(), x.says) {
			t.Errorf("%g Mbit/s, %d kbit/s: %v", x.cap, x.low, err)
		}
	}
}

// TestLoadOf holds that only a budget of everybody bounds what the network card has to carry.
func TestLoadOf(t *testing.T) {
	c := &serveCommand{LowBitrate: 60}
	free := c.loadOf(246, nil)
	part := c.loadOf(246, []sfu.Budget{{Network: netip.MustParsePrefix("10.0.0.0/8"), Bitrate: 1e6}})
	all := c.loadOf(246, []sfu.Budget{{Bitrate: 900e6}})
	if part != free || all.Usual != free.Usual || all.Most >= free.Most || all.Most <= 900e6 || all.Most >= 1e9 {
		t.Errorf("%+v, with a budget of a part %+v, of all %+v", free, part, all)
	}
}
