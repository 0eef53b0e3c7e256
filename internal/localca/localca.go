// Package localca is a small certificate authority for a network that has none: browsers give no camera to a page without
// HTTPS, and a closed network can't get a public certificate. Its root is made once and installed on every PC by hand.
package localca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

const (
	rootYears = 10
	// leafDays stays below the 398 days that browsers accept.
	leafDays = 365
	backdate = time.Hour // clocks of other PCs are not exact
)

// CA is an authority with its root key in a folder.
type CA struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         []byte
}

// Open reads the authority in the folder, or makes one.
func Open(dir string) (*CA, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the folder of the local CA: %w", err)
	}
	keyFile, certFile := filepath.Join(dir, "ca.key"), filepath.Join(dir, "ca.crt")
	keyPEM, err := os.ReadFile(keyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return create(keyFile, certFile)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the key of the local CA: %w", err)
	}
	certPEM, err := os.ReadFile(certFile)
	if err != nil {
		return nil, fmt.Errorf("cannot read the certificate of the local CA: %w", err)
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("the local CA in %s can't be used: %w", dir, err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the local CA in %s has no ECDSA key", dir)
	}
	return &CA{certificate: pair.Leaf, key: key, pem: certPEM}, nil
}

func create(keyFile, certFile string) (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("cannot make a key for the local CA: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "this server"
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Muster local CA on " + host, Organization: []string{"Muster"}},
		NotBefore: now.Add(-backdate), NotAfter: now.AddDate(rootYears, 0, 0), IsCA: true, BasicConstraintsValid: true,
		MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("cannot make the certificate of the local CA: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("cannot read the new certificate: %w", err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("cannot write the key of the local CA: %w", err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	// The certificate comes first: a key without one would be an authority that can't be opened.
	if err := os.WriteFile(certFile, certPEM, 0o644); err != nil {
		return nil, fmt.Errorf("cannot keep the certificate of the local CA: %w", err)
	}
	if err := os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600); err != nil {
		return nil, fmt.Errorf("cannot keep the key of the local CA: %w", err)
	}
	return &CA{certificate: certificate, key: key, pem: certPEM}, nil
}

func serial() *big.Int {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return new(big.Int).SetBytes(b[:])
}

// PEM is the root's certificate, for the PCs.
func (ca *CA) PEM() []byte { return ca.pem }

// Issue returns a certificate for names and IP addresses, with a new key that never touches the disk.
func (ca *CA) Issue(names []string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("cannot make a key: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Muster"},
		NotBefore: now.Add(-backdate), NotAfter: now.AddDate(0, 0, leafDays),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if template.NotAfter.After(ca.certificate.NotAfter) {
		template.NotAfter = ca.certificate.NotAfter
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.certificate, &key.PublicKey, ca.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("cannot make a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("cannot read the new certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der, ca.certificate.Raw}, PrivateKey: key, Leaf: leaf}, nil
}

// renewBefore is how long before its end a certificate is replaced.
const renewBefore = 30 * 24 * time.Hour

// Config returns a TLS configuration whose certificate is issued now, and again before it ends.
func (ca *CA) Config(names []string) (*tls.Config, error) {
	first, err := ca.Issue(names)
	if err != nil {
		return nil, err
	}
	current := make(chan tls.Certificate, 1)
	current <- first
	get := func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		c := <-current
		if time.Until(c.Leaf.NotAfter) < renewBefore {
			if next, err := ca.Issue(names); err == nil {
				c = next
			}
		}
		current <- c
		return &c, nil
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: get}, nil
}
