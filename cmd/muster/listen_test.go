package main

import (
	"net/netip"
	"slices"
	"testing"
)

// This file is in package main also because `go test` then sees that results of the tests of the binary are out of date when
// anything changes that goes into it.

func TestIsLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:8230": true, "127.1.2.3:1": true, "localhost:8230": true, "[::1]:8230": true,
		":8230": false, "0.0.0.0:8230": false, "[::]:8230": false, "192.0.2.1:8230": false,
	} {
		if got, err := isLoopback(address); err != nil || got != want {
			t.Errorf("%s: %v, %v", address, got, err)
		}
	}
	for _, address := range []string{"", "127.0.0.1", "localhost.evil.example:1", "::1:8230", "127.0.0.1.example:80"} {
		if got, err := isLoopback(address); err == nil || got {
			t.Errorf("%s: %v without an error", address, got)
		}
	}
}

func addresses(t *testing.T, list ...string) (out []netip.Addr) {
	t.Helper()
	for _, a := range list {
		out = append(out, netip.MustParseAddr(a))
	}
	return out
}

func TestMediaAddresses(t *testing.T) {
	for name, test := range map[string]struct {
		http                  string
		named, listen, public []string
	}{
		"like HTTP":            {"127.0.0.1:1", nil, []string{"127.0.0.1"}, nil},
		"like HTTP on a name":  {"localhost:1", nil, []string{"127.0.0.1"}, nil},
		"everywhere":           {":1", nil, []string{"::"}, nil},
		"one of this machine":  {":1", []string{"127.0.0.1"}, []string{"127.0.0.1"}, nil},
		"behind a NAT":         {":1", []string{"203.0.113.9"}, []string{"::"}, []string{"203.0.113.9"}},
		"a NAT and the inside": {":1", []string{"203.0.113.9", "127.0.0.1"}, []string{"127.0.0.1"}, []string{"203.0.113.9", "127.0.0.1"}},
	} {
		listen, public, err := mediaAddresses(test.http, addresses(t, test.named...))
		if err != nil || !slices.Equal(listen, addresses(t, test.listen...)) || !slices.Equal(public, addresses(t, test.public...)) {
			t.Errorf("%s: listen %v, public %v, %v", name, listen, public, err)
		}
	}
	if _, _, err := mediaAddresses("nonsense", nil); err == nil {
		t.Error("nonsense is an address")
	}
}

func TestCertificateNames(t *testing.T) {
	names, err := certificateNames("192.0.2.1:443", addresses(t, "203.0.113.9", "0.0.0.0"), "hall")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"localhost", "hall", "127.0.0.1", "192.0.2.1", "203.0.113.9"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not in %v", want, names)
		}
	}
	seen := map[string]bool{}
	for _, n := range names {
		if seen[n] || n == "0.0.0.0" || n == "::" {
			t.Errorf("%q in %v", n, names)
		}
		seen[n] = true
	}
	other, err := certificateNames("localhost:443", nil, "大厅")
	if err != nil || slices.Contains(other, "大厅") {
		t.Errorf("%v, %v; a name that fits no certificate must be left out", other, err)
	}
}
