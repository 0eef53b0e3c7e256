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
	ErrNothingDue    = &Error{"nothing_due", "没有到点待开的会议", "no scheduled call waits for the end of this one"}
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
	ErrOnHold        = &Error{"on_hold", "该单位的点名已暂挂，请恢复", "the unit's turn is on hold, bring it back"}
	ErrNotOnHold     = &Error{"not_on_hold", "这次点名没有暂挂", "the turn is not on hold"}
	ErrNotAnswered   = &Error{"not_answered", "该单位尚未应答", "the unit has not answered yet"}
	ErrNotItsBranch  = &Error{"not_its_branch", "不是该派出所的上级分局", "not the station's own branch"}
	ErrNoNote        = &Error{"no_note", "代答须注明由谁应答", "say who answered for the unit"}
	ErrBadAnswer     = &Error{"bad_answer", "应答方式无效", "by must be host, phone or branch"}
	ErrBadLength     = &Error{"bad_length", "时长应为 1 秒至 1 小时", "a length is 1 second to 1 hour"}
	ErrRollRunning   = &Error{"roll_running", "点到正在进行", "a roll is being called already"}
	ErrRollOver      = &Error{"roll_over", "点到已结束", "the roll is over"}
	ErrNotAsked      = &Error{"not_asked", "本次未要求该单位应到", "the roll did not ask this unit"}
	ErrNotHere       = &Error{"not_here", "该单位不在线", "the unit is not here"}
	ErrHandsOff      = &Error{"hands_off", "主持人未开放举手", "the host has not allowed raised hands"}
	ErrBadExcuse     = &Error{"bad_excuse", "事由应为出警、请假、线路故障或其他", "a reason is dispatch, leave, line or other"}
	ErrNoIncident    = &Error{"no_incident", "出警须填写警情编号", "dispatch needs the incident's number"}
	ErrNobody        = &Error{"nobody", "没有指明单位", "no unit was named"}
	ErrBadTime       = &Error{"bad_time", "时间应在现在之后 24 小时以内", "the time must be within the next 24 hours"}
	ErrNoReason      = &Error{"no_reason", "请填写原因", "a reason is needed"}
	ErrBadAgenda     = &Error{"bad_agenda", "议程项目无效：须有类型和标题，点名项须指定单位", "an item of the agenda needs a known kind, a title and, to call a unit, the unit"}
	ErrNoAgenda      = &Error{"no_agenda", "本次点调会没有议程", "this call has no agenda"}
	ErrAgendaOver    = &Error{"agenda_over", "议程已全部完成", "the agenda is at its end"}
	ErrNobodyInStep  = &Error{"nobody_in_step", "该环节没有可点的单位（已准假、已离会或均不在线）", "nobody can be called in this step: excused, dismissed or not here"}
	ErrUnknownStep   = &Error{"unknown_step", "议程中没有这一项", "no such step of the agenda"}
	ErrBadDays       = &Error{"bad_days", "日期无效：形如 2026-11-27，止日不得早于起日，最长 400 天", "the days are not valid: they look like 2026-11-27, the last is not before the first, 400 at most"}
	ErrDaysOver      = &Error{"days_over", "日期已过，请在考勤页补办准假", "these days are over: excuse the unit on the attendance page"}
	ErrUnknownExcuse = &Error{"unknown_excuse", "没有这条准假，可能已被撤回", "no such excuse: it may have been taken back"}
	ErrUnknownFault  = &Error{"unknown_fault", "没有这次线路故障", "no such line fault"}
	ErrFaultDecided  = &Error{"fault_decided", "该线路故障已处理", "the line fault was decided already"}
	ErrNotThus       = &Error{"not_thus", "该单位不是这样被点到的", "the unit did not come to be called in that way: nobody drew it, its hand is down, or it is not on the recall list"}
	ErrNoOfficer     = &Error{"no_officer", "请填写姓名和警号", "name and police number are needed"}
	ErrNotSignedIn   = &Error{"not_signed_in", "该警号未在本席位签到", "nobody with that number is signed in here"}
	ErrSeatFull      = &Error{"seat_full", "本席位签到人数已满", "too many officers are signed in here"}
	ErrNoText        = &Error{"no_text", "请输入一行文字", "type a line of text"}
	ErrBadRating     = &Error{"bad_rating", "评分应为 1 至 5", "a rating is 1 to 5, or 0 for none"}
	ErrBadHow        = &Error{"bad_how", "点名方式无效", "how must be hand, draw, agenda, recall, raised or branch"}
	ErrBadKind       = &Error{"bad_kind", "会议类型无效", "a call started by hand is a drill or extra"}
	ErrNotKeptYet    = &Error{"not_kept_yet", "该场次的记录尚未全部写入，请稍后重试", "the session is still being recorded, try again in a moment"}
	ErrStopping      = &Error{"stopping", "服务器正在停止，请稍后重试", "the server is stopping, try again in a moment"}
)
