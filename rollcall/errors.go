package rollcall

// Error is a refusal with a code for programs and a sentence in both languages that is safe to show.
type Error struct {
	Code string
	ZH   string
	EN   string
}

func (e *Error) Error() string { return e.EN }

// Refusals of a session. Compare with errors.Is.
var (
	ErrNoSession     = &Error{"no_session", "当前没有进行中的点调会", "no call is open"}
	ErrSessionOpen   = &Error{"session_open", "已有一场点调会正在进行", "a call is open already"}
	ErrClosed        = &Error{"session_closed", "点调会已结束", "the call is closed"}
	ErrNotBegun      = &Error{"not_begun", "点调会尚未开始", "the call has not begun"}
	ErrBegun         = &Error{"already_begun", "点调会已经开始", "the call has begun already"}
	ErrUnknownUnit   = &Error{"unknown_unit", "花名册中没有该单位", "no such unit in the roster"}
	ErrUnknownTurn   = &Error{"unknown_turn", "没有这次点名", "no such turn"}
	ErrTurnOver      = &Error{"turn_over", "这次点名已结束", "the turn is over"}
	ErrNotYourTurn   = &Error{"not_your_turn", "不是本单位的点名", "the turn is another unit's"}
	ErrAlreadyCalled = &Error{"already_called", "该单位正在发言席上", "the unit is on the floor already"}
	ErrFloorFull     = &Error{"floor_full", "发言席已满三个单位", "three units are on the floor already"}
	ErrNobodyToDraw  = &Error{"nobody_to_draw", "没有可抽点的在线单位", "nobody present to draw from"}
	ErrBadRating     = &Error{"bad_rating", "评分应为 1 至 5", "a rating is 1 to 5, or 0 for none"}
	ErrBadHow        = &Error{"bad_how", "点名方式无效", "how must be hand, draw, agenda or recall"}
	ErrBadKind       = &Error{"bad_kind", "会议类型无效", "a call started by hand is a drill or extra"}
	ErrStopping      = &Error{"stopping", "服务器正在停止，请稍后重试", "the server is stopping, try again in a moment"}
)
