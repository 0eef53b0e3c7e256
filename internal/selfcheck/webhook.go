package selfcheck

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Alert is the body that a webhook gets.
type Alert struct {
	Event  string      `json:"event"` // always "muster.selfcheck"
	At     time.Time   `json:"at"`
	Server string      `json:"server"`
	Test   bool        `json:"test"` // somebody tries the webhook
	State  State       `json:"state"`
	Call   *AlertCall  `json:"call,omitempty"` // that is coming
	Items  []AlertItem `json:"items"`          // what is bad or worth a look
}

// AlertCall is the call that a check was made for.
type AlertCall struct {
	Title     string    `json:"title"`
	PlannedAt time.Time `json:"planned_at"`
	OpensAt   time.Time `json:"opens_at"`
}

// AlertItem is one finding.
type AlertItem struct {
	Code  string    `json:"code"`
	Level State     `json:"level"`
	Text  AlertText `json:"text"`
}

// AlertText is a sentence in both languages.
type AlertText struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

const (
	eventName = "muster.selfcheck"
	// patience is for one attempt.
	patience = 4 * time.Second
)

// ErrBadWebhook refuses an address. It does not repeat it, because it may hold a secret.
var ErrBadWebhook = errors.New("it is no address like https://host/path")

// Webhook tells another system of what the check found. Its address may hold a token in every part but the host: nothing else of it
// is ever logged or shown.
type Webhook struct {
	address *url.URL
	server  string // how this server calls itself
	client  *http.Client
	pauses  []time.Duration // before each further attempt
	log     *slog.Logger

	mu     sync.Mutex
	at     time.Time // of the last alert, zero when there was none
	failed *reason   // why it did not arrive, nil when it did
}

// NewWebhook reads an address, http or https.
func NewWebhook(address, server string, log *slog.Logger) (*Webhook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, ErrBadWebhook
	}
	return &Webhook{
		address: u, server: server, log: log, pauses: []time.Duration{time.Second, 3 * time.Second},
		client: &http.Client{
			Timeout: patience,
			// A redirect could carry the alert to a place that nobody named, and turns a POST into a GET.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// send tells, a few times if need be, and remembers whether it was heard.
func (h *Webhook) send(ctx context.Context, a Alert) {
	a.Event, a.Server = eventName, h.server
	body, err := json.Marshal(a)
	if err != nil {
		h.log.Error("an alert can't be written", "error", err)
		return
	}
	why := h.post(ctx, body)
	for _, pause := range h.pauses {
		if why == nil || !why.again || !sleep(ctx, pause) {
			break
		}
		why = h.post(ctx, body)
	}
	if why != nil {
		h.log.Error("the alert did not arrive", "host", h.address.Host, "error", why.err)
	} else {
		h.log.Info("the alert was sent", "host", h.address.Host, "items", len(a.Items), "test", a.Test)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at, h.failed = time.Now(), why
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// reason is why an alert did not arrive.
type reason struct {
	zh, en string
	err    error // without the address
	again  bool  // trying again may help
}

// post makes one attempt and returns why it failed, nil when it did not.
func (h *Webhook) post(ctx context.Context, body []byte) *reason {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.address.String(), bytes.NewReader(body))
	if err != nil {
		return &reason{"地址无效", "the address is not valid", ErrBadWebhook, false}
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := h.client.Do(req)
	if err != nil {
		return unreachable(err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	_ = res.Body.Close()
	if res.StatusCode/100 == 2 {
		return nil
	}
	return &reason{
		fmt.Sprintf("对方返回 %d", res.StatusCode), fmt.Sprintf("the other side answered %d", res.StatusCode),
		fmt.Errorf("status %d", res.StatusCode), res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests,
	}
}

// unreachable leaves out the address, which net/http puts before what happened.
func unreachable(err error) *reason {
	var outer *url.Error
	if !errors.As(err, &outer) {
		return &reason{"无法连接", "it can't be reached", errors.New("not reachable"), true}
	}
	if outer.Timeout() {
		return &reason{"没有应答", "there was no answer", outer.Err, true}
	}
	return &reason{"无法连接", "it can't be reached", outer.Err, true}
}

// item says whether the last alert was heard; nothing where there is no webhook.
func (h *Webhook) item() Item {
	if h == nil {
		return Item{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return gradeWebhook(h.at, h.failed)
}
