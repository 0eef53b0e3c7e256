package main

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"muster/internal/selfcheck"
	"muster/sfu"
	"muster/signaling"
)

// mediaBudgets reads what --media-budget says: bits per second with k, M or G behind it, for everybody or for NETWORK=.
func mediaBudgets(flags []string) ([]sfu.Budget, error) {
	var out []sfu.Budget
	for _, f := range flags {
		b, err := mediaBudget(f)
		if err != nil {
			return nil, fmt.Errorf("--media-budget %s: %w", f, err)
		}
		out = append(out, b)
	}
	return out, nil
}

func mediaBudget(flag string) (sfu.Budget, error) {
	var b sfu.Budget
	network, rate, some := strings.Cut(flag, "=")
	if !some {
		network, rate = "", flag
	}
	if some {
		var err error
		if b.Network, err = netip.ParsePrefix(network); err != nil {
			return b, fmt.Errorf("%q is no network such as 10.1.0.0/16", network)
		}
	}
	unit := map[byte]int64{'k': 1e3, 'M': 1e6, 'G': 1e9}
	digits, factor := rate, int64(1)
	if n := len(rate); n > 0 && unit[rate[n-1]] > 0 {
		digits, factor = rate[:n-1], unit[rate[n-1]]
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	const most = 1_000_000_000_000
	if err != nil || n <= 0 || n > most/factor {
		return b, fmt.Errorf("%q is no bitrate such as 800M", rate)
	}
	b.Bitrate = n * factor
	return b, nil
}

// onTheWire adds the headers of UDP, IP and Ethernet to a rate of RTP, to which the budgets and rates of media refer.
func onTheWire(rate int64) int64 { return rate * 108 / 100 }

// loadOf is what a call of so many units sends through the network card. A budget of a part of the network bounds it too, but who is
// there is not known before.
func (c *serveCommand) loadOf(units int, budgets []sfu.Budget) selfcheck.Load {
	usual, most := signaling.Load(units, c.LowBitrate*1000, c.unitCap())
	for _, b := range budgets {
		if !b.Network.IsValid() {
			usual, most = min(usual, b.Bitrate), min(most, b.Bitrate)
		}
	}
	return selfcheck.Load{Usual: onTheWire(usual), Most: onTheWire(most)}
}

func (c *serveCommand) unitCap() int64 { return int64(c.UnitCap * 1e6) }
