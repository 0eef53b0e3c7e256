package rehearsal

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pion/transport/v5/stdnet"
	"github.com/pion/webrtc/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"muster/internal/rehearsal/picture"
)

// unit is a place in the roster with what its station needs to enter.
type unit struct {
	Code   string `json:"code"`
	Short  string `json:"short"`
	Token  string `json:"token"`
	number int
}

func (u unit) card() picture.Card { return picture.Card{Name: u.Short, Number: u.number} }

// guests is who the server lets in as simulated (GET /api/rehearsal).
type guests struct {
	HostToken string `json:"host_token"`
	Units     []unit `json:"units"`
}

// server is the part of the HTTP side that a fleet needs.
type server struct {
	base, token string
	http        *http.Client
}

const httpPatience = 20 * time.Second

func newServer(base, token string, roots *x509.CertPool) *server {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	return &server{base: strings.TrimRight(base, "/"), token: token, http: &http.Client{Transport: transport, Timeout: httpPatience}}
}

func (s *server) get(ctx context.Context, path string, read func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", path, err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	res, err := s.http.Do(req)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s with %s%s", path, res.Status, because(res))
	}
	if err := read(res.Body); err != nil {
		return fmt.Errorf("read the server's %s: %w", path, err)
	}
	return nil
}

// because is the sentence of the API's error, if there is one.
func because(res *http.Response) string {
	var e struct {
		English string `json:"message_en"`
	}
	if json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(&e) != nil || e.English == "" {
		return ""
	}
	return ": " + e.English
}

func (s *server) guests(ctx context.Context) (guests, error) {
	var g guests
	err := s.get(ctx, "/api/rehearsal", func(r io.Reader) error { return json.NewDecoder(r).Decode(&g) })
	for i := range g.Units {
		g.Units[i].number = i % 255
	}
	return g, err
}

// gauges are what the server says of itself (GET /metrics).
type gauges struct {
	cpu        float64 // seconds
	rss        float64 // bytes
	packetsOut float64
}

func (s *server) gauges(ctx context.Context) (gauges, error) {
	var g gauges
	err := s.get(ctx, "/metrics", func(r io.Reader) error {
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(r)
		if err != nil {
			return err
		}
		g = gauges{sum(families["process_cpu_seconds_total"]), sum(families["process_resident_memory_bytes"]), sum(families["sfu_packets_out_total"])}
		return nil
	})
	return g, err
}

// ownCPU is the CPU time that this process has taken so far, in seconds; 0 where the system does not say.
func ownCPU() float64 {
	own := prometheus.NewRegistry()
	own.MustRegister(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	families, _ := own.Gather() // what was not gathered counts as 0
	for _, f := range families {
		if f.GetName() == "process_cpu_seconds_total" {
			return sum(f)
		}
	}
	return 0
}

func sum(f *dto.MetricFamily) float64 {
	total := 0.0
	for _, m := range f.GetMetric() {
		total += m.GetCounter().GetValue() + m.GetGauge().GetValue()
	}
	return total
}

// newWiring finds out from which address of this machine the server is reached, and makes what all connections share.
func newWiring(base string) (*wiring, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("the address %s: %w", base, err)
	}
	probe, err := net.Dial("udp4", net.JoinHostPort(u.Hostname(), "9")) // sends nothing
	if err != nil {
		return nil, fmt.Errorf("there is no way to %s: %w", u.Hostname(), err)
	}
	local, ok := probe.LocalAddr().(*net.UDPAddr)
	if err := probe.Close(); err != nil || !ok {
		return nil, fmt.Errorf("there is no way to %s: %w", u.Hostname(), err)
	}
	network, err := stdnet.NewNet()
	if err != nil {
		return nil, fmt.Errorf("list the network's interfaces: %w", err)
	}
	certificate, err := newCertificate()
	if err != nil {
		return nil, err
	}
	return &wiring{net: network, local: local.IP, certificate: certificate}, nil
}

func newCertificate() (webrtc.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return webrtc.Certificate{}, fmt.Errorf("make a key: %w", err)
	}
	c, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return webrtc.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	return *c, nil
}
