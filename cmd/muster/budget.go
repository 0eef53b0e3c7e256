package main

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"muster/sfu"
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
