package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/internal/pglocal/pgtest"
	"muster/rollcall"
	"muster/rollcall/schedule"
)

// nearlyOver writes a certificate that ends in three days, which the self-check finds bad.
func nearlyOver(t *testing.T, folder string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now(), NotAfter: time.Now().AddDate(0, 0, 3)}
	leaf, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key = filepath.Join(folder, "leaf.crt"), filepath.Join(folder, "leaf.key")
	for path, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: leaf}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}

// TestWhatIsBadBeforeACallIsTold has a server whose next call's waiting room opens in ten minutes, and a certificate that is nearly
// over: nobody has to ask for the webhook to be told.
func TestWhatIsBadBeforeACallIsTold(t *testing.T) {
	t.Parallel()
	alerts := make(chan []byte, 10)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.RawQuery != "token=hush" {
			t.Errorf("%s: %v", r.URL, err)
		}
		if alerts <- body; len(alerts) == 1 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(other.Close)
	data, url := dataFolder(t), pgtest.URL(t)
	begin := time.Now().Add(20 * time.Minute).Truncate(time.Second)
	err := openStore(t, url).PutSchedule(t.Context(), schedule.Schedule{
		ID: "morning", Title: "点调会", Cron: "30 8 * * *", Zone: "Asia/Shanghai", Lead: 10 * time.Minute,
		Rules: rollcall.DefaultRules(), NextDue: begin, Enabled: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	certificate, key := nearlyOver(t, data)
	s := serve(t, data, "--database-url", url, "--http", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key,
		"--alert-webhook", other.URL+"/hook?token=hush")
	s.says("msg=\"the alert was sent\" host=127.0.0.1:")
	first, again := <-alerts, <-alerts
	var told struct {
		State string
		Test  bool
		Call  struct {
			PlannedAt time.Time `json:"planned_at"`
		}
		Items []struct {
			Code, Level string
			Text        struct{ ZH, EN string }
		}
	}
	if err := json.Unmarshal(again, &told); err != nil || string(first) != string(again) || told.State != "bad" || told.Test || !told.Call.PlannedAt.Equal(begin) {
		t.Errorf("%v, %s, %s", err, first, again)
	}
	expiring := false
	for _, i := range told.Items {
		expiring = expiring || i.Code == "certificate" && i.Level == "bad" && strings.Contains(i.Text.ZH, "2 天") && i.Text.EN != ""
	}
	if kept, err := os.ReadFile(filepath.Join(data, "selfcheck.json")); !expiring || err != nil || !json.Valid(kept) {
		t.Errorf("%+v, %s, %v", told, kept, err)
	}
	if strings.Contains(s.log.String(), "hush") {
		t.Errorf("a secret is logged:\n%s", s.log.String())
	}
}
