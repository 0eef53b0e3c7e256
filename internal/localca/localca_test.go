package localca

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func open(t *testing.T, dir string) *CA {
	t.Helper()
	ca, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func read(t *testing.T, parts ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestACAIsMadeOnceAndKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "ca")
	first := open(t, dir)
	key, certificate := read(t, dir, "ca.key"), read(t, dir, "ca.crt")
	second := open(t, dir)
	if !bytes.Equal(first.PEM(), second.PEM()) || !bytes.Equal(certificate, read(t, dir, "ca.crt")) || !bytes.Equal(key, read(t, dir, "ca.key")) {
		t.Error("a second Open changes the authority")
	}
	if !bytes.Equal(first.PEM(), certificate) {
		t.Error("PEM is not what is in the folder")
	}
	if other := open(t, t.TempDir()); bytes.Equal(other.PEM(), first.PEM()) {
		t.Error("two folders have the same authority")
	}
}

func TestOnlyTheOwnerReadsTheKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	open(t, dir)
	for name, want := range map[string]os.FileMode{"": 0o700, "ca.key": 0o600, "ca.crt": 0o644} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%q: %v, %v; want %v", name, info.Mode().Perm(), err, want)
		}
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 2 {
		t.Errorf("left in the folder: %v, %v", list, err)
	}
}

func TestTheChainHolds(t *testing.T) {
	ca := open(t, t.TempDir())
	leaf, err := ca.Issue([]string{"localhost", "hall.police.example", "192.0.2.7", "2001:db8::7"})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca.PEM()) {
		t.Fatal("PEM is no certificate")
	}
	for name, covered := range map[string]bool{
		"localhost": true, "hall.police.example": true, "192.0.2.7": true, "2001:db8::7": true, "192.0.2.8": false, "police.example": false,
	} {
		_, err := leaf.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
		if (err == nil) != covered {
			t.Errorf("%s: %v", name, err)
		}
	}
	if life := leaf.Leaf.NotAfter.Sub(leaf.Leaf.NotBefore); life > 398*24*time.Hour {
		t.Errorf("browsers refuse a certificate of %v", life)
	}
	if leaf.Leaf.IsCA || !leaf.Leaf.NotBefore.Before(time.Now().Add(-time.Minute)) {
		t.Errorf("leaf: CA %v, from %v", leaf.Leaf.IsCA, leaf.Leaf.NotBefore)
	}
	_, err = leaf.Leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err == nil {
		t.Error("the certificate would identify a client")
	}
	if _, err := leaf.Leaf.Verify(x509.VerifyOptions{Roots: x509.NewCertPool()}); err == nil {
		t.Error("the chain holds without the authority")
	}
}

// TestABrowserConnects goes over a real socket, as a PC does on which the certificate was installed.
func TestABrowserConnects(t *testing.T) {
	ca := open(t, t.TempDir())
	config, err := ca.Config([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hall") }))
	server.Listener = tls.NewListener(server.Listener, config)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshake is wanted
	server.Start()
	defer server.Close()
	address := "https://" + server.Listener.Addr().String()

	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.PEM())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "hall" {
		t.Errorf("%s, %v", body, err)
	}
	if _, err := http.DefaultClient.Get(address); err == nil { //nolint:bodyclose // it must fail
		t.Error("a PC without the certificate trusts the server")
	}
}

// leafOf asks a configuration for its certificate, as a handshake does.
func leafOf(t *testing.T, config *tls.Config) *x509.Certificate {
	t.Helper()
	c, err := config.GetCertificate(&tls.ClientHelloInfo{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf
}

func TestACertificateIsIssuedAgainBeforeItEnds(t *testing.T) {
	ca := open(t, t.TempDir())
	now := time.Now()
	ca.now = func() time.Time { return now }
	config, err := ca.Config([]string{"localhost"})
	if err != nil {
		t.Fatal(err)
	}
	first := leafOf(t, config)
	now = first.NotAfter.Add(-renewBefore)
	if again := leafOf(t, config); again.SerialNumber.Cmp(first.SerialNumber) != 0 {
		t.Error("issued again too early")
	}
	now = now.Add(time.Second)
	second := leafOf(t, config)
	if second.SerialNumber.Cmp(first.SerialNumber) == 0 || !second.NotAfter.After(first.NotAfter) {
		t.Errorf("not issued again: ends %v, then %v", first.NotAfter, second.NotAfter)
	}
	if third := leafOf(t, config); third.SerialNumber.Cmp(second.SerialNumber) != 0 {
		t.Error("issued again for every handshake")
	}
	now = second.NotAfter.AddDate(0, 1, 0) // nobody connected for a year
	if late := leafOf(t, config); !late.NotAfter.After(now) {
		t.Errorf("an ended certificate is served: %v", late.NotAfter)
	}
}

func TestHandshakesAtTheSameTime(t *testing.T) {
	ca := open(t, t.TempDir())
	config, err := ca.Config([]string{"localhost"})
	if err != nil {
		t.Fatal(err)
	}
	ahead := time.Now().AddDate(0, 0, leafDays-1)
	ca.now = func() time.Time { return ahead }
	serials := make(chan string, 8)
	var all sync.WaitGroup
	for range cap(serials) {
		all.Go(func() { serials <- leafOf(t, config).SerialNumber.String() })
	}
	all.Wait()
	close(serials)
	seen := map[string]bool{}
	for s := range serials {
		seen[s] = true
	}
	if len(seen) != 1 {
		t.Errorf("%d certificates were issued", len(seen))
	}
}

// TestOtherAddresses: a server that moved has them at its next start, from the same authority.
func TestOtherAddresses(t *testing.T) {
	dir := t.TempDir()
	for _, address := range []string{"192.0.2.7", "192.0.2.8"} {
		config, err := open(t, dir).Config([]string{"localhost", address})
		if err != nil {
			t.Fatal(err)
		}
		leaf := leafOf(t, config)
		if len(leaf.IPAddresses) != 1 || !leaf.IPAddresses[0].Equal(net.ParseIP(address)) || !slices.Equal(leaf.DNSNames, []string{"localhost"}) {
			t.Errorf("%v %v", leaf.DNSNames, leaf.IPAddresses)
		}
	}
	if _, err := open(t, dir).Config([]string{"大厅"}); err == nil {
		t.Error("a name that no certificate can have is no error")
	}
}

// root writes an authority as another program could have made it.
func root(t *testing.T, dir string, change func(*x509.Certificate)) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "another"}, NotBefore: time.Now().AddDate(-1, 0, 0),
		NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	change(template)
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "ca.crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, filepath.Join(dir, "ca.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
}

func TestALeafEndsNotAfterItsRoot(t *testing.T) {
	dir := t.TempDir()
	root(t, dir, func(c *x509.Certificate) { c.NotAfter = time.Now().AddDate(0, 2, 0) })
	ca := open(t, dir)
	leaf, err := ca.Issue([]string{"localhost"})
	if err != nil || !leaf.Leaf.NotAfter.Equal(ca.certificate.NotAfter) {
		t.Errorf("leaf to %v, root to %v, %v", leaf.Leaf.NotAfter, ca.certificate.NotAfter, err)
	}
}

// TestWhatCanNotBeUsedIsLeftAsItIs: its certificate may be installed on hundreds of PCs.
func TestWhatCanNotBeUsedIsLeftAsItIs(t *testing.T) {
	file := func(dir, name string) string { return filepath.Join(dir, name) }
	for name, test := range map[string]struct {
		spoil func(t *testing.T, dir string)
		names string // what the error has to name
	}{
		"the key is no key": {func(t *testing.T, dir string) { write(t, file(dir, "ca.key"), []byte("half a k")) }, "ca.key"},
		"the key is a broken key": {func(t *testing.T, dir string) {
			write(t, file(dir, "ca.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")}))
		}, "ca.key"},
		"the key is empty":           {func(t *testing.T, dir string) { write(t, file(dir, "ca.key"), nil) }, "ca.key"},
		"the certificate is cut off": {func(t *testing.T, dir string) { write(t, file(dir, "ca.crt"), read(t, dir, "ca.crt")[:100]) }, "ca.crt"},
		"the certificate is broken": {func(t *testing.T, dir string) {
			write(t, file(dir, "ca.crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}))
		}, "ca.crt"},
		"the key is gone": {func(t *testing.T, dir string) {
			if err := os.Remove(file(dir, "ca.key")); err != nil {
				t.Fatal(err)
			}
		}, "ca.key"},
		"the key of another": {func(t *testing.T, dir string) {
			other := t.TempDir()
			open(t, other)
			write(t, file(dir, "ca.key"), read(t, other, "ca.key"))
		}, "ca.crt"},
		"ended": {func(t *testing.T, dir string) {
			root(t, dir, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) })
		}, "ca.crt"},
		"not a CA's": {func(t *testing.T, dir string) { root(t, dir, func(c *x509.Certificate) { c.IsCA = false }) }, "ca.crt"},
		"the key is a folder": {func(t *testing.T, dir string) {
			if err := os.Remove(file(dir, "ca.key")); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(file(dir, "ca.key"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "ca.key"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			open(t, dir)
			test.spoil(t, dir)
			before := contents(t, dir)
			_, err := Open(dir)
			if err == nil || !strings.Contains(err.Error(), file(dir, test.names)) {
				t.Errorf("%v; want an error that names %s", err, test.names)
			}
			if after := contents(t, dir); after != before {
				t.Errorf("changed from\n%s\nto\n%s", before, after)
			}
		})
	}
}

func contents(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil {
			all.WriteString(path + "\n")
			if !d.IsDir() {
				all.Write(read(t, path))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestAStartThatWasInterrupted left a key without a certificate, which nobody can have installed.
func TestAStartThatWasInterrupted(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	key := read(t, dir, "ca.key")
	if err := os.Remove(filepath.Join(dir, "ca.crt")); err != nil {
		t.Fatal(err)
	}
	ca := open(t, dir)
	if !bytes.Equal(key, read(t, dir, "ca.key")) || !bytes.Equal(ca.PEM(), read(t, dir, "ca.crt")) {
		t.Error("the key was replaced, or the certificate not kept")
	}
	if _, err := ca.Issue([]string{"localhost"}); err != nil {
		t.Error(err)
	}
}

func TestAFolderThatCanNotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	if _, err := Open(filepath.Join(file, "ca")); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("%v; want an error that names %s", err, file)
	}
}
