package signaling

import (
	"errors"
	"fmt"

	"muster/rollcall"
	"muster/sfu"
	"muster/signaling/wire"
)

// Refusals of the socket itself. Those of the session come from package rollcall, those of a login from Authenticate.
var (
	errVersion     = &rollcall.Error{Code: "version", ZH: "页面版本与服务器不一致，请刷新页面", EN: "the page's protocol version is not the server's: reload the page"}
	errNoJoin      = &rollcall.Error{Code: "no_join", ZH: "连接后未及时发送 join", EN: "the first frame must be join, within five seconds"}
	errBadPage     = &rollcall.Error{Code: "bad_page", ZH: "页面类型无效", EN: "page must be station, console, wall or observer"}
	errForbidden   = &rollcall.Error{Code: "forbidden", ZH: "没有权限执行该操作", EN: "this page may not do that"}
	errBadFrame    = &rollcall.Error{Code: "bad_frame", ZH: "消息格式错误", EN: "the message is not a frame of this protocol"}
	errBadData     = &rollcall.Error{Code: "bad_data", ZH: "消息内容无效", EN: "the frame's data does not fit its type"}
	errUnknownType = &rollcall.Error{Code: "unknown_type", ZH: "未知的消息类型", EN: "no such type of frame"}
	errBadID       = &rollcall.Error{Code: "bad_id", ZH: "命令编号无效", EN: "a command needs an id of 1 to 64 printable ASCII characters"}
	errTooBig      = &rollcall.Error{Code: "too_big", ZH: "消息超过大小上限", EN: fmt.Sprintf("the message is larger than %d bytes", wire.MaxMessage)}
	errTooFast     = &rollcall.Error{Code: "too_fast", ZH: "操作过于频繁，请稍候", EN: "too many messages, wait a moment"}
	errReplaced    = &rollcall.Error{Code: "replaced", ZH: "本席位已在另一台设备上登录", EN: "the seat was taken over by another page"}
	errRevoked     = &rollcall.Error{Code: "revoked", ZH: "加入链接已失效，请向管理员索取新链接", EN: "the join link was revoked: ask the administrator for a new one"}
	errSlow        = &rollcall.Error{Code: "slow", ZH: "网络过慢，正在重新连接", EN: "the connection is too slow for what happens; come back for a fresh state"}
	errSilent      = &rollcall.Error{Code: "silent", ZH: "长时间没有收到页面的消息", EN: "nothing was heard from the page"}
	errRestart     = &rollcall.Error{Code: "restart", ZH: "服务器正在重启，即将自动恢复", EN: "the server is restarting; come back in a moment"}
	errNoMedia     = &rollcall.Error{Code: "no_media", ZH: "本页面没有媒体线路", EN: "this page joined without media"}
	errBadOffer    = &rollcall.Error{Code: "bad_offer", ZH: "媒体协商失败", EN: "the offer can't be used"}
	errNoCodec     = &rollcall.Error{Code: "no_codec", ZH: "本机浏览器不支持会议的视频编码，无法显示画面", EN: "this browser does not have the video codec of the call: there is nothing to show"}
	errHallTaken   = &rollcall.Error{Code: "hall_taken", ZH: "大厅画面正由另一控制台使用", EN: "another console holds the hall's camera"}
	errNotHall     = &rollcall.Error{Code: "not_hall", ZH: "本控制台未持有大厅画面", EN: "this console does not hold the hall's camera"}
	errSeatTaken   = &rollcall.Error{Code: "seat_taken", ZH: "本席位正由另一台设备使用", EN: "another device holds the seat"}
	errSeatOnFloor = &rollcall.Error{Code: "seat_on_floor", ZH: "该单位正在发言席上，暂不能更换设备", EN: "the unit is on the floor: its seat can't move now"}
	errNobodyWaits = &rollcall.Error{Code: "nobody_waits", ZH: "没有其他设备在等候该席位", EN: "no other device waits for the seat"}
	errFullHouse   = &rollcall.Error{Code: "full_house", ZH: "旁听人数已满", EN: "no more observers can be let in"}
	errInternal    = &rollcall.Error{Code: "internal", ZH: "服务器内部错误，请重试", EN: "something went wrong in the server, try again"}
)

// wireError is what a page is told about an error: the refusal in it, or no detail at all.
func wireError(err error) wire.Error {
	var refusal *rollcall.Error
	if !errors.As(err, &refusal) {
		refusal = errInternal
	}
	out := wire.Error{Code: refusal.Code, Message: refusal.ZH, MessageEN: refusal.EN}
	var detail *detailed
	if errors.As(err, &detail) {
		out.Message += "：" + detail.what
		out.MessageEN += ": " + detail.what
	}
	return out
}

// detailed is a refusal with a detail that is safe to show.
type detailed struct {
	refusal *rollcall.Error
	what    string
}

func (d *detailed) Error() string { return d.refusal.EN + ": " + d.what }
func (d *detailed) Unwrap() error { return d.refusal }

// offerError says what is wrong with an offer, as far as the client can mend it.
func offerError(err error) error {
	var line *sfu.LineMismatchError
	if errors.As(err, &line) {
		return &detailed{errBadOffer, line.Error()}
	}
	if errors.Is(err, sfu.ErrNoCodec) {
		return errNoCodec
	}
	if errors.Is(err, sfu.ErrBadOffer) {
		return &detailed{errBadOffer, err.Error()}
	}
	return err
}
