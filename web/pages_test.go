package web_test

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"muster/web"
)

// built says whether the pages were built before this test's binary: dist holds a placeholder only in a fresh clone.
func built(t *testing.T) bool {
	t.Helper()
	_, err := os.Stat("dist/index.html")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}

// browse asks as a browser does that opens a page.
func (c *client) browse(path string) *answer {
	c.h.t.Helper()
	c.header.Set("Accept", "text/html,application/xhtml+xml")
	return c.get(path)
}

func testPages(t *testing.T, db string) {
	h := houseAt(t, db)
	c := h.stranger()
	for _, path := range []string{"/", "/index.html", "/hall", "/wall", "/station", "/admin/attendance", "/hall/"} {
		a := c.browse(path)
		if a.status != 200 || a.header.Get("Content-Type") != "text/html; charset=utf-8" || a.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
		if want := map[bool]string{true: `<div id="root">`, false: "make build"}[built(t)]; !strings.Contains(a.body, want) {
			t.Errorf("%s does not contain %q: %s", path, want, a.body)
		}
	}
	for _, path := range []string{"/assets/gone-12345678.js", "/favicon.ico", "/robots.txt", "/.env", "/../web.go", "/assets/../../web.go"} {
		a := c.browse(path)
		if a.status == 200 || strings.Contains(a.header.Get("Cache-Control"), "max-age") {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
	}
	c.browse("/api/x").refused(404, "not_found")
	if a := c.do("POST", "/hall", nil); a.status != 405 {
		t.Errorf("POST to a page: %d", a.status)
	}
	c.header.Set("Accept", "image/webp")
	if a := c.get("/hall"); a.status != 404 {
		t.Errorf("a page as a picture: %d", a.status)
	}
	if a := c.get("/ws"); a.body != "the socket" {
		t.Errorf("/ws: %d %s", a.status, a.body)
	}
}

// testAssetsStay: their names carry a hash of what is in them. A fresh clone has none, and then the index must name none.
func testAssetsStay(t *testing.T, db string) {
	h := houseAt(t, db)
	c := h.stranger()
	assets := regexp.MustCompile(`/assets/[^"]+`).FindAllString(c.browse("/").body, -1)
	if built(t) != (len(assets) > 0) {
		t.Fatalf("built %v, assets %v", built(t), assets)
	}
	c.header.Set("Accept-Encoding", "gzip")
	for _, path := range assets {
		a := c.get(path)
		if a.status != 200 || a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
		if a.header.Get("Content-Encoding") != "gzip" && len(a.body) > 4<<10 {
			t.Errorf("%s is not compressed: %d bytes", path, len(a.body))
		}
	}
}

func testSecurityHeaders(t *testing.T, db string) {
	h := houseAt(t, db)
	for _, path := range []string{"/", "/hall", "/api/me", "/api/build", "/gone.js", "/healthz"} {
		header := h.stranger().get(path).header
		for name, want := range map[string]string{
			"Content-Security-Policy": "frame-ancestors 'none'", "Permissions-Policy": "camera=(self)",
			"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		} {
			if !strings.Contains(header.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, header.Get(name))
			}
		}
		if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self';") || !strings.Contains(policy, "object-src 'none'") {
			t.Errorf("%s: %s", path, policy)
		}
		if strings.HasPrefix(path, "/api/") && header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached: %v", path, header)
		}
	}
}

func testHealth(t *testing.T, db string) {
	h := houseAt(t, db)
	h.stranger().get("/healthz").ok()
	h.stranger().get("/readyz").ok()
	h.ready = errors.New("connection to 10.0.0.1 refused")
	h.stranger().get("/healthz").ok()
	a := h.stranger().get("/readyz")
	if a.status != 503 || strings.Contains(a.body, "10.0.0.1") {
		t.Errorf("not ready: %d %s", a.status, a.body)
	}
	if !strings.Contains(h.logs.String(), "10.0.0.1") {
		t.Errorf("the log does not say why: %s", h.logs)
	}
}

func testMetrics(t *testing.T, db string) {
	h := houseAt(t, db)
	h.stranger().get("/debug/pprof/").refused(401, "unauthenticated")
	h.as("li").get("/debug/pprof/profile?seconds=1").refused(403, "forbidden")
	h.stranger().get("/metrics").refused(401, "unauthenticated")
	h.as("li").get("/metrics").refused(403, "forbidden")
	for name, c := range map[string]*client{"this machine": h.here(), "an administrator": h.as("zhang")} {
		if a := c.get("/metrics").ok(); !strings.Contains(a.body, "go_goroutines") {
			t.Errorf("%s: %s", name, a.body)
		}
	}
}

func testCACertificate(t *testing.T, db string) {
	var build struct {
		Build     string
		Rehearsal bool
		LocalCA   bool `json:"local_ca"`
	}
	without := houseAt(t, db)
	if a := without.stranger().get("/ca.crt"); a.status != 404 {
		t.Errorf("without a CA: %d", a.status)
	}
	without.stranger().get("/api/build").into(&build)
	if build.Build != "test" || build.LocalCA || build.Rehearsal {
		t.Errorf("%+v", build)
	}
	with := houseAt(t, db, func(_ *web.GateConfig, c *web.Config) { c.CA = []byte("a certificate") })
	a := with.stranger().get("/ca.crt").ok()
	if a.body != "a certificate" || a.header.Get("Content-Type") != "application/x-x509-ca-cert" {
		t.Errorf("%s %v", a.body, a.header)
	}
	with.stranger().get("/api/build").into(&build)
	if !build.LocalCA {
		t.Errorf("%+v", build)
	}
}
