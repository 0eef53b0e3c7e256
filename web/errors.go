package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall"
	"muster/rollcall/account"
)

// Refusals of the HTTP side.
var (
	errUnauthenticated = &rollcall.Error{Code: "unauthenticated", ZH: "请先登录", EN: "log in first"}
	errForbidden       = &rollcall.Error{Code: "forbidden", ZH: "没有权限执行该操作", EN: "you may not do that"}
	errUnknownLink     = &rollcall.Error{Code: "unauthenticated", ZH: "加入链接无效，请向管理员索取", EN: "the join link is not valid: ask the administrator for one"}
	errRevoked         = &rollcall.Error{Code: "revoked", ZH: "加入链接已失效，请向管理员索取新链接", EN: "the join link was revoked: ask the administrator for a new one"}
	errSample          = &rollcall.Error{Code: "sample_off_loopback", ZH: "示例账号只能在本机使用", EN: "sample users and links work on this machine only"}
	errTooMany         = &rollcall.Error{Code: "too_many", ZH: "尝试次数过多，请一分钟后再试", EN: "too many attempts, try again in a minute"}
	errBadInput        = &rollcall.Error{Code: "bad_input", ZH: "输入无效", EN: "the input is not valid"}
	errNoRoute         = &rollcall.Error{Code: "not_found", ZH: "没有该接口", EN: "no such route"}
	errCrossOrigin     = &rollcall.Error{Code: "cross_origin", ZH: "拒绝来自其他网站的请求", EN: "a request from another site is refused"}
	errInternal        = &rollcall.Error{Code: "internal", ZH: "服务器内部错误，请重试", EN: "something went wrong in the server, try again"}
	errLastAdmin       = &rollcall.Error{Code: "last_admin", ZH: "至少要保留一名可用的管理员", EN: "the last administrator can't be disabled or become a host"}
	errShortPassword   = &rollcall.Error{Code: "short_password", ZH: fmt.Sprintf("密码至少 %d 个字符", ShortestPassword), EN: fmt.Sprintf("a password needs at least %d characters", ShortestPassword)}
	errBadDay          = &rollcall.Error{Code: "bad_day", ZH: "日期格式应为 2026-11-26", EN: "a day looks like 2026-11-26"}
	errCheckRuns       = &rollcall.Error{Code: "check_runs", ZH: "自检正在进行，请稍候", EN: "a self-check is being made, wait a moment"}
	errBackwards       = &rollcall.Error{Code: "backwards", ZH: "结束日期早于开始日期", EN: "the last day lies before the first"}
	errLongRange       = &rollcall.Error{Code: "long_range", ZH: "时间范围不得超过 400 天", EN: "a range has at most 400 days"}
)

// apiError is the body of every error of the API.
type apiError struct {
	Code      string `json:"code"`
	Message   string `json:"message" doc:"in Chinese"`
	MessageEN string `json:"message_en"`

	status int
}

// Error implements error.
func (e *apiError) Error() string { return e.MessageEN }

// GetStatus implements huma.StatusError.
func (e *apiError) GetStatus() int { return e.status }

// statusOf says which HTTP status a refusal has.
func statusOf(refusal *rollcall.Error) int {
	switch refusal.Code {
	case errUnauthenticated.Code, errRevoked.Code, account.ErrBadLogin.Code:
		return http.StatusUnauthorized
	case errForbidden.Code, errSample.Code, errCrossOrigin.Code:
		return http.StatusForbidden
	case rollcall.ErrNotFound.Code, rollcall.ErrUnknownUnit.Code:
		return http.StatusNotFound
	case errTooMany.Code:
		return http.StatusTooManyRequests
	case account.ErrUserExists.Code, errLastAdmin.Code, errCheckRuns.Code:
		return http.StatusConflict
	case errInternal.Code:
		return http.StatusInternalServerError
	}
	return http.StatusUnprocessableEntity
}

// refuse turns an error into what a client is told. What is no refusal of ours is logged and not shown.
func refuse(log *slog.Logger, err error) *apiError {
	var ready *apiError
	if errors.As(err, &ready) {
		return ready
	}
	var refusal *rollcall.Error
	if !errors.As(err, &refusal) {
		log.Error("a request failed", "error", err)
		refusal = errInternal
	}
	out := &apiError{Code: refusal.Code, Message: refusal.ZH, MessageEN: refusal.EN, status: statusOf(refusal)}
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

// writeError answers a plain request.
func writeError(w http.ResponseWriter, log *slog.Logger, err error) {
	e := refuse(log, err)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.status)
	_ = json.NewEncoder(w).Encode(e) // the client may be gone
}

// ownErrors gives the errors that huma makes by itself (validation, media type) the shape of ours.
func ownErrors(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	ctx.SetHeader("Content-Type", "application/json") // huma has set its own model's
	what := model.Detail
	for _, d := range model.Errors {
		what += fmt.Sprintf("; %s: %s", d.Location, d.Message)
	}
	return &apiError{
		Code: errBadInput.Code, Message: errBadInput.ZH + "：" + what, MessageEN: errBadInput.EN + ": " + what, status: model.Status,
	}, nil
}
