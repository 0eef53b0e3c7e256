package rollcall_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"muster/rollcall"
)

// TestWhyACallOpenedLateIsSaidInBothLanguages reads journals with a code, and one of before there was any.
func TestWhyACallOpenedLateIsSaidInBothLanguages(t *testing.T) {
	due := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct{ data, zh, en string }{
		{`{"kind":"regular","late":"应于 08:00:00 开放候会，服务器 08:14:58 才启动"}`, "服务器 08:14:58 才启动", "服务器 08:14:58 才启动"},
		{`{"kind":"regular"}`, "", ""},
		{lateBy(t, rollcall.Lateness{Code: rollcall.LateServer, Due: due, At: due.Add(898 * time.Second)}), "应于 08:00:00 开放候会，服务器 08:14:58 才启动", "started at 08:14:58"},
		{lateBy(t, rollcall.Lateness{Code: rollcall.LateHeldUp, Due: due, At: due.Add(time.Minute)}), "08:01:00 才得以开放", "possible at 08:01:00"},
		{lateBy(t, rollcall.Lateness{Code: rollcall.LateBehind, Due: due, At: due.Add(time.Minute), Call: "防汛调度会"}), "因“防汛调度会”尚未结束", "“防汛调度会” had to end"},
		{lateBy(t, rollcall.Lateness{Code: "of tomorrow", Due: due, At: due.Add(time.Minute)}), "08:01:00 才开放", "opened at 08:01:00"},
	} {
		v, err := rollcall.Fold([]rollcall.Event{{Session: "s", Seq: 1, Kind: rollcall.KindSessionOpened, Data: json.RawMessage(test.data)}})
		if err != nil {
			t.Fatal(err)
		}
		zh, en := v.Late.Words()
		if !strings.Contains(zh, test.zh) || !strings.Contains(en, test.en) || (zh == "") != (test.zh == "") || v.Late.IsZero() != (test.zh == "") {
			t.Errorf("%s says %q, %q", test.data, zh, en)
		}
	}
}

func lateBy(t *testing.T, l rollcall.Lateness) string {
	t.Helper()
	data, err := json.Marshal(rollcall.SessionOpened{Kind: rollcall.Regular, Lateness: l})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
