package rollcall

import (
	"fmt"
	"time"
)

// Why a waiting room opened later than planned.
const (
	LateServer = "server"  // no server ran: it was started then
	LateBehind = "behind"  // another call had to end first
	LateHeldUp = "held_up" // the server ran, but the database was away or the clock was moved
)

// Lateness says why a waiting room opened later than planned; the zero value says that it did not.
type Lateness struct {
	Code string    `json:"code"`
	Due  time.Time `json:"due"`            // when it was to open
	At   time.Time `json:"at"`             // when the server was started, or the waiting room opened after all
	Call string    `json:"call,omitempty"` // the call that had to end first

	text string // a journal of before there were codes has a sentence in Chinese
}

// IsZero says that it was in time.
func (l Lateness) IsZero() bool { return l.Code == "" && l.text == "" }

// Words are the sentences that pages show, both empty for the zero value.
func (l Lateness) Words() (zh, en string) {
	due, at := l.Due.In(bureauZone()).Format(time.TimeOnly), l.At.In(bureauZone()).Format(time.TimeOnly)
	switch l.Code {
	case "":
		return l.text, l.text
	case LateServer:
		return fmt.Sprintf("应于 %s 开放候会，服务器 %s 才启动", due, at), fmt.Sprintf("due at %s, but the server was started at %s only", due, at)
	case LateBehind:
		return fmt.Sprintf("应于 %s 开放候会，因“%s”尚未结束，%s 才得以开放", due, l.Call, at),
			fmt.Sprintf("due at %s, but possible at %s only: “%s” had to end first", due, at, l.Call)
	case LateHeldUp:
		return fmt.Sprintf("应于 %s 开放候会，%s 才得以开放（此前数据库不可用或时钟有变）", due, at),
			fmt.Sprintf("due at %s, but possible at %s only: the database was away, or the clock was moved", due, at)
	}
	return fmt.Sprintf("应于 %s 开放候会，%s 才开放", due, at), fmt.Sprintf("due at %s, opened at %s", due, at)
}
