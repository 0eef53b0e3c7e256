package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"unicode"
)

// errPlainHTTP refuses to serve passwords and cameras in the clear.
var errPlainHTTP = errors.New("an address other than loopback needs HTTPS, or browsers refuse the camera and passwords travel in the clear: " +
	"give --tls-cert and --tls-key, or --local-ca")

// isLoopback says whether only this machine can reach the address to listen on.
func isLoopback(address string) (bool, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false, fmt.Errorf("--http %q is no address like 127.0.0.1:8230: %w", address, err)
	}
	if host == "localhost" {
		return true, nil
	}
	if host == "" {
		return false, nil
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false, fmt.Errorf("--http needs an IP address or localhost, not %q: %w", host, err)
	}
	return ip.IsLoopback(), nil
}

// mediaAddresses divides what the user named: addresses of this machine are bound, others are what a NAT in front of it
// shows to clients. With none named, media listens where HTTP does.
func mediaAddresses(http string, named []netip.Addr) (listen, public []netip.Addr, err error) {
	local, err := localAddrs()
	if err != nil {
		return nil, nil, err
	}
	for _, a := range named {
		if a.IsUnspecified() || a.IsLoopback() || local[a.Unmap()] {
			listen = append(listen, a)
		} else {
			public = append(public, a)
		}
	}
	if len(listen) == 0 {
		if listen, err = listenLike(http); err != nil {
			return nil, nil, err
		}
	}
	if len(public) > 0 {
		// What is announced replaces the bound addresses, so those named by hand must stay among them.
		for _, a := range named {
			if local[a.Unmap()] {
				public = append(public, a)
			}
		}
	}
	return listen, public, nil
}

func listenLike(http string) ([]netip.Addr, error) {
	host, _, err := net.SplitHostPort(http)
	switch {
	case err != nil:
		return nil, fmt.Errorf("--http %q: %w", http, err)
	case host == "localhost":
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, nil
	case host == "":
		return []netip.Addr{netip.IPv6Unspecified()}, nil
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return nil, fmt.Errorf("--http %q: %w", http, err)
	}
	return []netip.Addr{ip}, nil
}

func localAddrs() (map[netip.Addr]bool, error) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("cannot list this machine's network addresses: %w", err)
	}
	out := map[netip.Addr]bool{}
	for _, a := range all {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			out[p.Addr().Unmap()] = true
		}
	}
	return out, nil
}

// certificateNames are what the local CA's server certificate is for: this machine's names and addresses and what was named.
func certificateNames(http string, media []netip.Addr, hostname string) ([]string, error) {
	names := []string{"localhost"}
	if hostname != "" && !strings.ContainsFunc(hostname, func(r rune) bool { return r > unicode.MaxASCII }) { // others fit no certificate
		names = append(names, hostname)
	}
	if host, _, err := net.SplitHostPort(http); err == nil && host != "" && host != "localhost" {
		names = append(names, host)
	}
	local, err := localAddrs()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for a := range local {
		if !a.IsLinkLocalUnicast() {
			names = append(names, a.String())
		}
	}
	for _, a := range media {
		names = append(names, a.String())
	}
	out := names[:0]
	for _, n := range names {
		if ip, err := netip.ParseAddr(n); err == nil && ip.IsUnspecified() || seen[n] {
			continue
		}
		seen[n] = true
		out = append(out, n)
	}
	return out, nil
}
