package selfcheck

import (
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"
)

var (
	errAway = errors.New("away")
	noon    = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
)

// is demands a state, and both sentences with a part of the Chinese one.
func is(t *testing.T, name string, got Item, state State, zh string) {
	t.Helper()
	if got.State != state || !strings.Contains(got.ZH, zh) || got.EN == "" || got.EN == got.ZH || got.Figures == nil {
		t.Errorf("%s: %+v; want %s with %q", name, got, state, zh)
	}
}

func TestClock(t *testing.T) {
	good := kernel{known: true, synchronized: true, within: 2 * time.Millisecond}
	for name, test := range map[string]struct {
		p     probe
		k     kernel
		same  bool
		state State
		zh    string
	}{
		"right":                    {probe{offset: 20 * time.Millisecond}, good, false, OK, "相差 20.0 毫秒"},
		"behind":                   {probe{offset: -1200 * time.Millisecond}, good, false, Warn, "相差 1200.0 毫秒"},
		"far ahead":                {probe{offset: time.Minute}, good, false, Bad, "相差 60000.0 毫秒"},
		"within what is not known": {probe{offset: 1500 * time.Millisecond, uncertain: 900 * time.Millisecond}, good, false, OK, "相差"},
		"not synchronized":         {probe{}, kernel{known: true}, false, Warn, "未对时"},
		"a bad estimate":           {probe{}, kernel{known: true, synchronized: true, within: 16 * time.Second}, false, Bad, "估计误差 16000.0"},
		"a silent kernel":          {probe{}, kernel{}, false, OK, "未提供对时状态"},
		"one machine":              {probe{}, good, true, OK, "数据库在本机"},
		"no database":              {probe{err: errAway}, good, false, Warn, "无法比对"},
		"no database and no NTP":   {probe{err: errAway}, kernel{known: true}, true, Warn, "未对时"},
	} {
		is(t, name, gradeClock(test.p, test.k, test.same), test.state, test.zh)
	}
	figures := gradeClock(probe{offset: -20 * time.Millisecond, uncertain: time.Millisecond}, good, false).Figures
	if figures["database_offset_ms"] != -20 || figures["uncertain_ms"] != 1 || figures["estimated_error_ms"] != 2 {
		t.Errorf("figures: %v", figures)
	}
}

func TestDatabase(t *testing.T) {
	for name, test := range map[string]struct {
		p     probe
		state State
		zh    string
	}{
		"quick": {probe{median: 400 * time.Microsecond, slowest: time.Second}, OK, "0.4 毫秒"},
		"slow":  {probe{median: 50 * time.Millisecond}, Warn, "缓慢"},
		"stuck": {probe{median: time.Second}, Bad, "1000.0 毫秒"},
		"away":  {probe{err: errAway}, Bad, "没有应答"},
	} {
		is(t, name, gradeDatabase(test.p), test.state, test.zh)
	}
}

func TestDisk(t *testing.T) {
	for name, test := range map[string]struct {
		free  int64
		err   error
		state State
		zh    string
	}{
		"room":         {100 << 30, nil, OK, "剩余 100.0 GiB"},
		"getting full": {10<<30 - 1, nil, Warn, "不多"},
		"full":         {1 << 30, nil, Bad, "即将写满"},
		"nothing":      {0, nil, Bad, "剩余 0.0 GiB"},
		"not known":    {0, errAway, Warn, "无法读取"},
	} {
		is(t, name, gradeDisk(space{test.free, 500 << 30}, test.err), test.state, test.zh)
	}
}

func TestCertificate(t *testing.T) {
	for name, test := range map[string]struct {
		from, to time.Duration
		err      error
		state    State
		zh       string
	}{
		"long":      {-day, 90 * day, nil, OK, "90 天"},
		"a month":   {-day, 30*day - time.Second, nil, Warn, "29 天"},
		"a week":    {-day, 7*day - time.Second, nil, Bad, "6 天"},
		"its day":   {-day, time.Hour, nil, Bad, "0 天"},
		"over":      {-day, 0, nil, Bad, "已过期"},
		"not yet":   {time.Minute, 90 * day, nil, Bad, "尚未生效"},
		"not there": {0, 0, errAway, Bad, "无法读取证书"},
	} {
		leaf := &x509.Certificate{NotBefore: noon.Add(test.from), NotAfter: noon.Add(test.to)}
		is(t, name, gradeCertificate(leaf, noon, test.err), test.state, test.zh)
	}
}

func TestFeed(t *testing.T) {
	for name, test := range map[string]struct {
		newest time.Time
		err    error
		state  State
		zh     string
	}{
		"fresh":         {noon.Add(-3 * time.Minute), nil, OK, "3 分钟前"},
		"a clock ahead": {noon.Add(3 * time.Minute), nil, OK, "0 分钟前"},
		"an hour":       {noon.Add(-time.Hour), nil, Warn, "60 分钟前"},
		"half a day":    {noon.Add(-12 * time.Hour), nil, Bad, "可能中断"},
		"none":          {time.Time{}, nil, Warn, "还没有"},
		"away":          {time.Time{}, errAway, Bad, "没有应答"},
	} {
		is(t, name, gradeFeed(test.newest, noon, test.err), test.state, test.zh)
	}
}

func TestCalendar(t *testing.T) {
	is(t, "known", gradeCalendar(nil), OK, "齐全")
	is(t, "missing", gradeCalendar([]int{2027, 2028}), Warn, "2027 2028 年")
}
