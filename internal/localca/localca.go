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
	now         func() time.Time
}

// Open reads the authority in the folder, or makes one if there is none. One that is there is never replaced, because its
// certificate is installed on PCs: if it can't be used, that is an error.
func Open(dir string) (*CA, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the folder of the local CA: %w", err)
	}
	keyFile, certFile := filepath.Join(dir, "ca.key"), filepath.Join(dir, "ca.crt")
	keyPEM, err := os.ReadFile(keyFile)
	if errors.Is(err, fs.ErrNotExist) {
		if keyPEM, err = createKey(keyFile, certFile); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, fmt.Errorf("cannot read the key of the local CA: %w", err)
	}
	key, err := parseKey(keyPEM)
	if err != nil {
		return nil, fmt.Errorf("the key of the local CA, %s, can't be used: %w", keyFile, err)
	}
	certPEM, err := os.ReadFile(certFile)
	if errors.Is(err, fs.ErrNotExist) { // the key was made just now, or by a start that did not get further
		if certPEM, err = createCertificate(certFile, key); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, fmt.Errorf("cannot read the certificate of the local CA: %w", err)
	}
	certificate, err := parseCertificate(certPEM, key, time.Now())
	if err != nil {
		return nil, fmt.Errorf("the certificate of the local CA, %s, can't be used: %w", certFile, err)
	}
	return &CA{certificate: certificate, key: key, pem: certPEM, now: time.Now}, nil
}

func parseKey(text []byte) (*ecdsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("it holds no private key in PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, errors.New("it is no ECDSA key")
	}
	return key, nil
}

func parseCertificate(text []byte, key *ecdsa.PrivateKey, now time.Time) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("it holds no certificate in PEM")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	switch {
	case err != nil:
		return nil, err
	case !certificate.IsCA:
		return nil, errors.New("it is not a CA's")
	case !key.PublicKey.Equal(certificate.PublicKey):
		return nil, errors.New("it does not belong to the key beside it")
	case now.After(certificate.NotAfter):
		return nil, fmt.Errorf("it ended on %s; move the folder away for a new one, which every PC then has to install",
			certificate.NotAfter.Format(time.DateOnly))
	}
	return certificate, nil
}

func createKey(keyFile, certFile string) ([]byte, error) {
	if _, err := os.Lstat(certFile); err == nil {
		return nil, fmt.Errorf("the key of the local CA, %s, is gone while its certificate is there: bring the key back, or move %s away "+
			"for a new CA, which every PC then has to install", keyFile, certFile)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("cannot make a key for the local CA: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("cannot write the key of the local CA: %w", err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := writeNew(keyFile, text, 0o600); err != nil {
		return nil, fmt.Errorf("cannot keep the key of the local CA: %w", err)
	}
	return text, nil
}

func createCertificate(certFile string, key *ecdsa.PrivateKey) ([]byte, error) {
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
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := writeNew(certFile, text, 0o644); err != nil {
		return nil, fmt.Errorf("cannot keep the certificate of the local CA: %w", err)
	}
	return text, nil
}

// writeNew makes a file that is whole or not there, also after a power cut, and never replaces one.
func writeNew(path string, content []byte, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), path)
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
	now := ca.now()
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
		if c.Leaf.NotAfter.Sub(ca.now()) < renewBefore {
			if next, err := ca.Issue(names); err == nil {
				c = next
			}
		}
		current <- c
		return &c, nil
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: get}, nil
}
