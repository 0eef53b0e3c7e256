package signaling

import (
	"net/netip"
	"testing"
)

func TestTheNarrowestNetworkCounts(t *testing.T) {
	networks := []Network{
		{"city", netip.MustParsePrefix("10.0.0.0/8")}, {"heping", netip.MustParsePrefix("10.12.0.0/16")}, {"six", netip.MustParsePrefix("fd00::/8")},
	}
	for host, want := range map[string]string{
		"10.12.3.4": "heping", "::ffff:10.12.3.4": "heping", "10.13.0.1": "city", "192.168.0.1": "", "fd00::1%eth0": "six", "fe80::1": "", "nonsense": "",
	} {
		if got := networkOf(networks, host); got != want {
			t.Errorf("%s is in %q, not %q", host, got, want)
		}
	}
}
