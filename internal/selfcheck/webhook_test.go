package selfcheck

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// secretPlaces stands in for an address with a secret in every part that can hold one.
func secretPlaces(address string) string {
	return strings.Replace(address, "://", "://user:hush@", 1) + "/hush?token=hush"
}

// hookAt is a webhook that pauses as good as not.
func hookAt(t *testing.T, address string, log *bytes.Buffer) *Webhook {
	t.Helper()
	h, err := NewWebhook(secretPlaces(address), "hall-1", slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	h.pauses = []time.Duration{time.Millisecond, time.Millisecond}
	return h
}

// other is the other side: it answers with one status after another, the last one again and again.
func other(t *testing.T, statuses ...int) (address string, asked *atomic.Int32) {
	asked = &atomic.Int32{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var a Alert
		user, password, _ := r.BasicAuth()
		if err := json.NewDecoder(r.Body).Decode(&a); err != nil || r.Method != http.MethodPost || a.Server != "hall-1" || user != "user" ||
			password != "hush" || r.URL.Query().Get("token") != "hush" || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s %s with %+v, %v", r.Method, r.URL, a, err)
		}
		status := statuses[min(int(asked.Add(1)), len(statuses))-1]
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere?token=hush")
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s.URL, asked
}

func TestWebhook(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, test := range map[string]struct {
		statuses []int // none: nobody listens
		asked    int32
		state    State
		zh       string
	}{
		"right":              {[]int{204}, 1, OK, "已送达"},
		"500, then 200":      {[]int{500, 200}, 2, OK, "已送达"},
		"too many, then 200": {[]int{429, 503, 200}, 3, OK, "已送达"},
		"500 for good":       {[]int{500}, 3, Warn, "对方返回 500"},
		"a wrong token":      {[]int{403}, 1, Warn, "对方返回 403"},
		"somewhere else":     {[]int{302}, 1, Warn, "对方返回 302"},
		"nobody listens":     {nil, 0, Warn, "无法连接"},
	} {
		t.Run(name, func(t *testing.T) {
			address, asked := gone.URL, &atomic.Int32{}
			if len(test.statuses) > 0 {
				address, asked = other(t, test.statuses...)
			}
			var log bytes.Buffer
			h := hookAt(t, address, &log)
			is(t, "before", h.item(), Unknown, "没有发送过")
			h.send(t.Context(), Alert{})
			is(t, "after", h.item(), test.state, test.zh)
			if asked.Load() != test.asked {
				t.Errorf("asked %d times, want %d", asked.Load(), test.asked)
			}
			if log.Len() == 0 || strings.Contains(log.String()+h.item().EN+h.item().ZH, "hush") {
				t.Errorf("the log must say what happened, and no secret: %s", log.String())
			}
		})
	}
}

func TestASilentWebhookIsGivenUp(t *testing.T) {
	end := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-end }))
	t.Cleanup(func() { close(end); s.Close() })
	var log bytes.Buffer
	h := hookAt(t, s.URL, &log)
	h.client.Timeout, h.pauses = 20*time.Millisecond, nil
	h.send(t.Context(), Alert{})
	is(t, "silent", h.item(), Warn, "没有应答")
	if strings.Contains(log.String(), "hush") {
		t.Errorf("a secret: %s", log.String())
	}
}

func TestAddressesOfWebhooks(t *testing.T) {
	for _, bad := range []string{"", "alarm", "ftp://hush/x", "https://", "https:///hush", "http://a b/hush", "https://user:hu sh@host/", "file:///hush"} {
		if _, err := NewWebhook(bad, "", nil); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
