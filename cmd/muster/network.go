package main

import (
	"fmt"
	"net/netip"
	"strings"

	"muster/signaling"
)

// networks reads what --network says: NAME=PREFIX.
func networks(flags []string) ([]signaling.Network, error) {
	var out []signaling.Network
	for _, f := range flags {
		name, prefix, _ := strings.Cut(f, "=")
		p, err := netip.ParsePrefix(prefix)
		if err != nil || name == "" {
			return nil, fmt.Errorf("--network %s: it is a name and a network, such as 和平专线=10.12.0.0/16", f)
		}
		out = append(out, signaling.Network{Name: name, Prefix: p.Masked()})
	}
	return out, nil
}
