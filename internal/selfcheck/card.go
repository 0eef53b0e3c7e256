package selfcheck

import (
	"net"
	"net/netip"
	"slices"
)

// Load is what a call sends, in bit/s on the wire.
type Load struct {
	Usual int64 // the hall and one unit at every unit
	Most  int64 // with everything on screen that can be
}

// Card is the network card that media leaves by, or several of them.
type Card struct {
	Names []string
	Speed int64 // of all in bit/s, 0 when that of one is not known
}

// CardOf returns a function that finds the card behind the addresses that media listens on. It looks each time, because a bad
// cable turns a fast card into a slow one.
func CardOf(listen []netip.Addr) func() Card {
	return func() Card { return cardOf(namesOf(listen), speedOf) }
}

func cardOf(names []string, speedOf func(name string) int64) Card {
	out := Card{Names: names}
	for _, name := range names {
		speed := speedOf(name)
		if speed == 0 {
			out.Speed = 0
			break
		}
		out.Speed += speed
	}
	return out
}

// namesOf returns the interfaces that have the addresses, for "all addresses" those that lead outside.
func namesOf(listen []netip.Addr) []string {
	var wanted []netip.Addr
	for _, a := range listen {
		if a.IsUnspecified() {
			wanted = append(wanted, outside("198.51.100.1:9"), outside("[2001:db8::1]:9"))
		} else {
			wanted = append(wanted, a.Unmap())
		}
	}
	all, err := net.Interfaces()
	if err != nil {
		return nil
	}
	var names []string
	for _, i := range all {
		addresses, err := i.Addrs()
		if err == nil && slices.ContainsFunc(addresses, func(a net.Addr) bool {
			p, err := netip.ParsePrefix(a.String())
			return err == nil && slices.Contains(wanted, p.Addr().Unmap())
		}) {
			names = append(names, i.Name)
		}
	}
	return names
}

// outside is the own address from which a far one would be sent to, the zero Addr when no route leads there. Nothing is sent.
func outside(far string) netip.Addr {
	c, err := net.Dial("udp", far)
	if err != nil {
		return netip.Addr{}
	}
	defer c.Close()
	local, err := netip.ParseAddrPort(c.LocalAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return local.Addr().Unmap()
}
