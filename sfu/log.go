package sfu

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// pionLog gives Pion's messages to slog, all at debug level: most of them tell what a remote party did wrong, and a
// remote party must not be able to fill the log.
type pionLog struct{ log *slog.Logger }

// NewLogger implements logging.LoggerFactory.
func (p pionLog) NewLogger(scope string) logging.LeveledLogger {
	return pionLog{p.log.With("pion", scope)}
}

func (p pionLog) emit(level, msg string) {
	p.log.Debug(msg, "level", level)
}

func (p pionLog) emitf(level, format string, args []any) {
	if p.log.Enabled(context.Background(), slog.LevelDebug) {
		p.log.Debug(fmt.Sprintf(format, args...), "level", level)
	}
}

func (p pionLog) Trace(string)                      {}
func (p pionLog) Tracef(string, ...any)             {}
func (p pionLog) Debug(string)                      {}
func (p pionLog) Debugf(string, ...any)             {}
func (p pionLog) Info(msg string)                   { p.emit("info", msg) }
func (p pionLog) Infof(format string, args ...any)  { p.emitf("info", format, args) }
func (p pionLog) Warn(msg string)                   { p.emit("warn", msg) }
func (p pionLog) Warnf(format string, args ...any)  { p.emitf("warn", format, args) }
func (p pionLog) Error(msg string)                  { p.emit("error", msg) }
func (p pionLog) Errorf(format string, args ...any) { p.emitf("error", format, args) }
