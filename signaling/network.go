package signaling

import "net/netip"

// Network is a part of the network that hangs on one line.
type Network struct {
	Name   string // what the hall reads: 和平专线
	Prefix netip.Prefix
}

// networkOf is the name of the narrowest network that the address is in, empty for none.
func networkOf(networks []Network, host string) string {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	addr = addr.Unmap().WithZone("")
	var found Network
	for _, n := range networks {
		if n.Prefix.Contains(addr) && (found.Name == "" || n.Prefix.Bits() > found.Prefix.Bits()) {
			found = n
		}
	}
	return found.Name
}
