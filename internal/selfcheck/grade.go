package selfcheck

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What is still good, and what is not any more.
const (
	clockWarn, clockBad = time.Second, 5 * time.Second // lateness is counted in seconds
	diskWarn, diskBad   = 10 << 30, 2 << 30            // bytes
	slowWarn, slowBad   = 50 * time.Millisecond, 300 * time.Millisecond
	certWarn, certBad   = 30, 7 // days
	feedWarn, feedBad   = time.Hour, 6 * time.Hour
	// aheadIsSame is how far ahead another system's clock may be.
	aheadIsSame = 5 * time.Minute
)

const (
	day = 24 * time.Hour
	gib = 1 << 30
)

func item(name string, state State, zh, en string, figures map[string]float64) Item {
	if figures == nil {
		figures = map[string]float64{}
	}
	return Item{Name: name, State: state, ZH: zh, EN: en, Figures: figures}
}

// above grades a figure of which less is better.
func above[T int | int64 | time.Duration](n, warn, bad T) State {
	switch {
	case n >= bad:
		return Bad
	case n >= warn:
		return Warn
	}
	return OK
}

func ms(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}

// middle returns the median and the largest.
func middle(took []time.Duration) (median, slowest time.Duration) {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[len(sorted)/2], sorted[len(sorted)-1]
}

func gradeDatabase(p probe) Item {
	if p.err != nil {
		return item("database", Bad, "数据库没有应答", "the database does not answer", nil)
	}
	figures := map[string]float64{"median_ms": ms(p.median), "slowest_ms": ms(p.slowest)}
	state := above(p.median, slowWarn, slowBad)
	zh, en := "数据库应答正常", "the database answers well"
	if state != OK {
		zh, en = "数据库应答缓慢", "the database is slow"
	}
	return item("database", state, fmt.Sprintf("%s：%.1f 毫秒", zh, ms(p.median)), fmt.Sprintf("%s: %.1f ms", en, ms(p.median)), figures)
}

// kernel is what the operating system knows of its clock.
type kernel struct {
	known        bool // whether it says anything
	synchronized bool
	within       time.Duration // its own estimate of the error
}

// gradeClock compares with the database's clock, less what the measurement itself is uncertain, and asks the kernel whether
// something keeps its clock right.
func gradeClock(p probe, k kernel, sameMachine bool) Item {
	figures := map[string]float64{}
	state := OK
	var zh, en []string
	say := func(s State, z, e string) { state, zh, en = worse(state, s), append(zh, z), append(en, e) }
	switch {
	case p.err != nil:
		say(Warn, "数据库没有应答，无法比对", "the database does not answer: there is nothing to compare with")
	case sameMachine:
		say(OK, "数据库在本机，时钟相同", "the database is on this machine and has the same clock")
	default:
		off := max(0, p.offset.Abs()-p.uncertain)
		figures["database_offset_ms"], figures["uncertain_ms"] = ms(p.offset), ms(p.uncertain)
		say(above(off, clockWarn, clockBad), fmt.Sprintf("与数据库时钟相差 %.1f 毫秒", ms(p.offset.Abs())),
			fmt.Sprintf("%.1f ms from the database's clock", ms(p.offset.Abs())))
	}
	switch {
	case !k.known:
		say(OK, "系统未提供对时状态", "the system does not say whether it is synchronized")
	case !k.synchronized:
		say(Warn, "系统时间未对时（NTP）", "the system's clock is not synchronized (NTP)")
	default:
		figures["estimated_error_ms"] = ms(k.within)
		say(above(k.within, clockWarn, clockBad), fmt.Sprintf("系统已对时，估计误差 %.1f 毫秒", ms(k.within)),
			fmt.Sprintf("the system's clock is synchronized, by its own estimate within %.1f ms", ms(k.within)))
	}
	return item("clock", state, strings.Join(zh, "；"), strings.Join(en, "; "), figures)
}

// space is what a disk has.
type space struct{ free, total int64 }

func gradeDisk(s space, err error) Item {
	if err != nil {
		return item("disk", Warn, "无法读取数据目录的磁盘空间", "the disk space of the data folder can't be read", nil)
	}
	free, total := float64(s.free)/gib, float64(s.total)/gib
	state := OK
	zh, en := "磁盘空间充足", "there is room on the disk"
	switch {
	case s.free < diskBad:
		state, zh, en = Bad, "磁盘即将写满", "the disk is nearly full"
	case s.free < diskWarn:
		state, zh, en = Warn, "磁盘空间不多", "the disk is getting full"
	}
	return item("disk", state, fmt.Sprintf("%s：剩余 %.1f GiB，共 %.1f GiB", zh, free, total),
		fmt.Sprintf("%s: %.1f of %.1f GiB are free", en, free, total), map[string]float64{"free_gib": round(free), "total_gib": round(total)})
}

func round(n float64) float64 { return float64(int64(n*10+0.5)) / 10 }

func gradeCertificate(leaf *x509.Certificate, now time.Time, err error) Item {
	if err != nil {
		return item("certificate", Bad, "无法读取证书", "the certificate can't be read", nil)
	}
	days := int(leaf.NotAfter.Sub(now) / day)
	figures := map[string]float64{"days_left": float64(days)}
	switch {
	case now.Before(leaf.NotBefore):
		return item("certificate", Bad, "证书尚未生效，请检查时钟", "the certificate is not valid yet: look at the clock", figures)
	case !now.Before(leaf.NotAfter):
		return item("certificate", Bad, "证书已过期", "the certificate has expired", figures)
	}
	state := OK
	switch {
	case days < certBad:
		state = Bad
	case days < certWarn:
		state = Warn
	}
	return item("certificate", state, fmt.Sprintf("证书还有 %d 天到期", days), fmt.Sprintf("the certificate is valid for %d more days", days), figures)
}

func gradeFeed(newest, now time.Time, err error) Item {
	switch {
	case err != nil:
		return item("feed", Bad, "数据库没有应答，无法得知最新警情", "the database does not answer: the newest incident is not known", nil)
	case newest.IsZero():
		return item("feed", Warn, "还没有任何警情记录", "there is no incident record at all", nil)
	}
	age := max(0, now.Sub(newest))
	state := above(age, feedWarn, feedBad)
	zh, en := "警情数据正常", "incidents come in"
	if state != OK {
		zh, en = "警情数据可能中断", "the feed of incidents may have stopped"
	}
	minutes := int(age / time.Minute)
	return item("feed", state, fmt.Sprintf("%s：最新一条在 %d 分钟前", zh, minutes),
		fmt.Sprintf("%s: the newest is %d minutes old", en, minutes), map[string]float64{"age_minutes": float64(minutes)})
}

func gradeCalendar(missing []int) Item {
	if len(missing) == 0 {
		return item("calendar", OK, "法定节假日数据齐全", "the statutory calendar is known", nil)
	}
	years := strings.Trim(fmt.Sprint(missing), "[]")
	return item("calendar", Warn, years+" 年法定节假日数据尚未导入", "the statutory calendar of "+years+" has not been imported",
		map[string]float64{"missing_years": float64(len(missing))})
}

func gradeNetwork(load Load, card Card, err error) Item {
	if err != nil {
		return item("network", Unknown, "无法读取花名册，不知道通话需要多少带宽", "the roster can't be read: what a call sends is not known", nil)
	}
	usual, most, speed := load.Usual/1e6, load.Most/1e6, card.Speed/1e6
	figures := map[string]float64{"usual_mbit": float64(usual), "most_mbit": float64(most)}
	if speed == 0 {
		return item("network", Unknown, fmt.Sprintf("网卡速率未知（本机或虚拟网卡），通话预计发送 %d Mbit/s", usual),
			fmt.Sprintf("the network card's speed is not known (loopback or virtual); a call sends about %d Mbit/s", usual), figures)
	}
	figures["card_mbit"] = float64(speed)
	names := strings.Join(card.Names, "、")
	switch {
	case load.Usual > card.Speed:
		return item("network", Bad, fmt.Sprintf("网卡 %s 只有 %d Mbit/s，承担不了通话预计的 %d Mbit/s", names, speed, usual),
			fmt.Sprintf("the network card %s has %d Mbit/s and can't carry a call, which sends about %d Mbit/s", names, speed, usual), figures)
	case load.Most > card.Speed:
		return item("network", Warn,
			fmt.Sprintf("网卡 %s（%d Mbit/s）平时够用（%d Mbit/s），三方发言加共享时需 %d Mbit/s，请设置 --media-budget", names, speed, usual, most),
			fmt.Sprintf("the network card %s (%d Mbit/s) carries a usual call (%d Mbit/s), but not three on the floor and a share (%d Mbit/s): set --media-budget",
				names, speed, usual, most), figures)
	}
	return item("network", OK, fmt.Sprintf("网卡 %s %d Mbit/s，通话预计发送 %d Mbit/s", names, speed, usual),
		fmt.Sprintf("the network card %s has %d Mbit/s, a call sends about %d Mbit/s", names, speed, usual), figures)
}

func gradeWebhook(at time.Time, failed *reason) Item {
	switch {
	case at.IsZero():
		return item("webhook", Unknown, "启动以来没有发送过告警", "no alert has been sent since the start", nil)
	case failed != nil:
		return item("webhook", Warn, "最近一次告警没有送达："+failed.zh, "the last alert did not arrive: "+failed.en, nil)
	}
	return item("webhook", OK, "最近一次告警已送达", "the last alert arrived", nil)
}

// Leaf returns a function that finds the certificate which a TLS configuration serves; nil for no configuration.
func Leaf(cfg *tls.Config) func() (*x509.Certificate, error) {
	if cfg == nil {
		return nil
	}
	return func() (*x509.Certificate, error) {
		var served *tls.Certificate
		switch {
		case cfg.GetCertificate != nil:
			c, err := cfg.GetCertificate(&tls.ClientHelloInfo{})
			if err != nil {
				return nil, fmt.Errorf("find the certificate: %w", err)
			}
			served = c
		case len(cfg.Certificates) > 0:
			served = &cfg.Certificates[0]
		}
		if served == nil || len(served.Certificate) == 0 {
			return nil, errors.New("there is no certificate")
		}
		leaf, err := x509.ParseCertificate(served.Certificate[0])
		if err != nil {
			return nil, fmt.Errorf("read the certificate: %w", err)
		}
		return leaf, nil
	}
}
