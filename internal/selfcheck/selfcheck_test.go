package selfcheck_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"slices"
	"testing"
	"time"

	"muster/internal/localca"
	"muster/internal/selfcheck"
)

// database answers as it is told to.
type database struct {
	err   error
	hangs bool
}

func (d database) Clock(ctx context.Context) (time.Time, error) {
	if d.hangs {
		<-ctx.Done()
		return time.Time{}, ctx.Err()
	}
	return time.Now(), d.err
}

func (d database) NewestIncident(ctx context.Context, _ time.Time) (time.Time, error) {
	return d.Clock(ctx)
}

func checker(t *testing.T, d database) *selfcheck.Checker {
	t.Helper()
	ca, err := localca.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := ca.Config([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return &selfcheck.Checker{
		Database: d, Folder: t.TempDir(), Certificate: selfcheck.Leaf(cfg), Missing: func(time.Time) []int { return []int{2027} },
	}
}

// states is the report by name.
func states(r selfcheck.Report) map[string]selfcheck.State {
	out := map[string]selfcheck.State{}
	for _, item := range r.Items {
		out[item.Name] = item.State
	}
	return out
}

func TestRun(t *testing.T) {
	r := checker(t, database{}).Run(t.Context())
	var names []string
	for _, item := range r.Items {
		names = append(names, item.Name)
		if item.ZH == "" || item.EN == "" || item.Figures == nil {
			t.Errorf("%+v", item)
		}
	}
	if want := []string{"clock", "disk", "database", "certificate", "feed", "calendar"}; !slices.Equal(names, want) {
		t.Errorf("checked %v", names)
	}
	got := states(r)
	if got["certificate"] != selfcheck.OK || got["feed"] != selfcheck.OK || got["calendar"] != selfcheck.Warn || r.At.IsZero() || r.State == selfcheck.OK {
		t.Errorf("%s: %v", r.State, got)
	}
}

// TestADatabaseThatIsAway is told, and keeps nothing else from being told.
func TestADatabaseThatIsAway(t *testing.T) {
	for name, d := range map[string]database{"refuses": {err: errors.New("away")}, "hangs": {hangs: true}} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		r := checker(t, d).Run(ctx)
		cancel()
		got := states(r)
		if r.State != selfcheck.Bad || got["database"] != selfcheck.Bad || got["feed"] != selfcheck.Bad || got["certificate"] != selfcheck.OK || len(got) != 6 {
			t.Errorf("%s: %s %v", name, r.State, got)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	c := checker(t, database{})
	c.Certificate, c.Missing, c.Folder = nil, nil, "/no/such/folder"
	got := states(c.Run(t.Context()))
	if len(got) != 5 || got["certificate"] != selfcheck.OK || got["disk"] != selfcheck.Warn {
		t.Errorf("%v", got)
	}
}

func TestLeaf(t *testing.T) {
	if selfcheck.Leaf(nil) != nil {
		t.Error("no configuration has a certificate")
	}
	ca, err := localca.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	issued, err := ca.Issue([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	failing := func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, errors.New("none") }
	for name, test := range map[string]struct {
		cfg *tls.Config
		ok  bool
	}{
		"kept":    {&tls.Config{Certificates: []tls.Certificate{issued}}, true},
		"none":    {&tls.Config{}, false},
		"failing": {&tls.Config{GetCertificate: failing}, false},
		"broken":  {&tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{{1}}}}}, false},
	} {
		var leaf *x509.Certificate
		if leaf, err = selfcheck.Leaf(test.cfg)(); (err == nil) != test.ok || test.ok && !leaf.NotAfter.Equal(issued.Leaf.NotAfter) {
			t.Errorf("%s: %v, %v", name, leaf, err)
		}
	}
}
