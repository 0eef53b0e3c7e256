package selfcheck

import (
	"net/netip"
	"slices"
	"testing"
)

func TestNetwork(t *testing.T) {
	call := Load{Usual: 867e6, Most: 2100e6}
	for name, test := range map[string]struct {
		load  Load
		speed int64
		err   error
		state State
		zh    string
	}{
		"fast":            {call, 10e9, nil, OK, "10000 Mbit/s"},
		"full":            {Load{867e6, 1000e6}, 1000e6, nil, OK, "867 Mbit/s"},
		"three and share": {call, 1000e6, nil, Warn, "--media-budget"},
		"a bad cable":     {call, 100e6, nil, Bad, "只有 100 Mbit/s"},
		"virtual":         {call, 0, nil, Unknown, "未知"},
		"no roster":       {Load{}, 1000e6, errAway, Unknown, "花名册"},
	} {
		is(t, name, gradeNetwork(test.load, Card{[]string{"eth0"}, test.speed}, test.err), test.state, test.zh)
	}
}

func TestCardOf(t *testing.T) {
	speeds := map[string]int64{"eth0": 1e9, "eth1": 25e8}
	for name, test := range map[string]struct {
		names []string
		want  int64
	}{
		"one":                      {[]string{"eth0"}, 1e9},
		"several carry together":   {[]string{"eth0", "eth1"}, 35e8},
		"one of them is virtual":   {[]string{"eth0", "tun0"}, 0},
		"the virtual one is first": {[]string{"tun0", "eth0"}, 0},
		"none":                     {nil, 0},
	} {
		if got := cardOf(test.names, func(n string) int64 { return speeds[n] }); got.Speed != test.want {
			t.Errorf("%s: %d", name, got.Speed)
		}
	}
}

func TestLoopbackHasNoSpeed(t *testing.T) {
	card := CardOf([]netip.Addr{netip.MustParseAddr("127.0.0.1")})()
	if len(card.Names) != 1 || card.Speed != 0 {
		t.Errorf("%+v", card)
	}
	// Which card leads outside, and whether one does, is the machine's affair.
	all := CardOf([]netip.Addr{netip.IPv6Unspecified()})()
	if slices.Contains(all.Names, card.Names[0]) {
		t.Errorf("%+v", all)
	}
}
