package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"muster/internal/selfcheck"
	"muster/web"
)

type checked struct {
	At, State string
	Items     []struct {
		Name, State, Message string
		MessageEN            string `json:"message_en"`
		Figures              map[string]float64
	}
	Last *struct {
		checkedItems
		Call struct{ Title string }
	}
	NextAt string `json:"next_at"`
}

type checkedItems struct {
	At, State string
	Items     []struct{ Name, State string }
}

// testCheck asks as the hall does; what each state means has table tests in package selfcheck.
func testCheck(t *testing.T, db string) {
	h := houseAt(t, db)
	var report checked
	for _, user := range []string{"li", "zhang"} {
		h.as(user).get("/api/check").into(&report)
	}
	if report.At == "" || report.State == "" || len(report.Items) != 5 || report.Last != nil || report.NextAt != "" {
		t.Fatalf("%+v", report)
	}
	for _, item := range report.Items {
		if item.State == "" || item.Message == "" || item.MessageEN == "" || item.Message == item.MessageEN || item.Figures == nil {
			t.Errorf("%+v", item)
		}
		if item.Name == "database" && item.Figures["slowest_ms"] <= 0 {
			t.Errorf("no figures of the database: %+v", item)
		}
	}
	h.stranger().get("/api/check").refused(401, "unauthenticated")
}

// testWhatWasFoundBeforeACall goes to the hall with the call that it was found for.
func testWhatWasFoundBeforeACall(t *testing.T, db string) {
	h := houseAt(t, db)
	now := time.Now()
	h.coming = []selfcheck.Due{
		{Schedule: "morning", Title: "点调会", At: now.Add(time.Hour), Opens: now.Add(time.Minute)},
		{Schedule: "evening", Title: "晚点名", At: now.Add(12 * time.Hour), Opens: now.Add(11 * time.Hour)},
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := h.check.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	for deadline := now.Add(30 * time.Second); h.check.Last() == nil && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	running.Wait()
	var report checked
	h.as("li").get("/api/check").into(&report)
	last := report.Last
	if last == nil || last.At == "" || last.State == "" || len(last.Items) != 5 || last.Call.Title != "点调会" || report.NextAt == "" {
		t.Errorf("%+v", report)
	}
}

// withWebhook gives the server one that keeps what it is told.
func withWebhook(t *testing.T, told chan<- struct{}) func(*web.GateConfig, *web.Config) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { told <- struct{}{} }))
	t.Cleanup(other.Close)
	return func(_ *web.GateConfig, c *web.Config) {
		hook, err := selfcheck.NewWebhook(other.URL, "hall-1", c.Log)
		if err != nil {
			t.Fatal(err)
		}
		c.Check = selfcheck.NewWatch(selfcheck.WatchConfig{
			Check:  func(context.Context) selfcheck.Report { return selfcheck.Report{At: time.Now(), State: selfcheck.OK} },
			Coming: func() []selfcheck.Due { return nil }, Webhook: hook, File: filepath.Join(t.TempDir(), "selfcheck.json"), Log: c.Log,
		})
	}
}

func TestAnAdministratorTriesTheWebhook(t *testing.T) {
	t.Parallel()
	told := make(chan struct{}, 3)
	h := newHouse(t, withWebhook(t, told))
	admin := h.as("zhang")
	for times := range 2 { // each time it is tried again: that is what it is for
		var report checked
		admin.do("POST", "/api/check/run", nil).into(&report)
		if hook := report.Items[len(report.Items)-1]; hook.Name != "webhook" || hook.State != "ok" || len(told) != times+1 {
			t.Errorf("told %d times: %+v", len(told), report)
		}
	}
	h.as("li").do("POST", "/api/check/run", nil).refused(403, "forbidden")
	h.audited("zhang check.run  ok, webhook ok", "zhang check.run  ok, webhook ok")
	if len(told) != 2 {
		t.Errorf("told %d times", len(told))
	}
}

// TestACheckAtATime is an administrator who presses twice: the second press is refused and tells nobody.
func TestACheckAtATime(t *testing.T) {
	t.Parallel()
	looking, goOn := make(chan struct{}), make(chan struct{})
	h := newHouse(t, func(_ *web.GateConfig, c *web.Config) {
		c.Check = selfcheck.NewWatch(selfcheck.WatchConfig{
			Check: func(context.Context) selfcheck.Report {
				looking <- struct{}{}
				<-goOn
				return selfcheck.Report{At: time.Now(), State: selfcheck.OK}
			},
			Coming: func() []selfcheck.Due { return nil }, File: filepath.Join(t.TempDir(), "selfcheck.json"), Log: c.Log,
		})
	})
	admin := h.as("zhang")
	first := make(chan *answer)
	go func() { first <- admin.do("POST", "/api/check/run", nil) }()
	<-looking
	h.as("zhang").do("POST", "/api/check/run", nil).refused(409, "check_runs")
	close(goOn)
	(<-first).ok()
	h.audited("zhang check.run  ok")
}
