package rollcall

import (
	"log/slog"
	"path/filepath"
	"sync"
)

// lastCall keeps the whole journal of the last call on this machine, too: a server that is started while the store is away goes
// on with the call that was open. An event is written here before the store gets it, so that what the store has is never ahead.
type lastCall struct {
	log *slog.Logger

	mu   sync.Mutex
	file eventFile
	off  bool // it can't be written: nothing is better than a part
}

func newLastCall(dir string, key []byte, log *slog.Logger) *lastCall {
	return &lastCall{log: log, file: eventFile{path: filepath.Join(dir, "journal.last"), key: key}}
}

// read returns what can be believed.
func (c *lastCall) read() ([]Event, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	events, whole, err := c.file.read()
	if !whole && err == nil {
		c.log.Warn("the journal of the last call on this machine was cut short", "events", len(events))
	}
	return events, err
}

// begin makes events the journal that is kept.
func (c *lastCall) begin(events []Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off = false
	c.failedLocked(c.file.rewrite(events))
}

// write adds events; they outlive this process when it returns, and a power failure after sync.
func (c *lastCall) write(events []Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.off || len(events) == 0 {
		return
	}
	_, err := c.file.write(events)
	c.failedLocked(err)
}

func (c *lastCall) sync() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.off {
		c.failedLocked(c.file.sync())
	}
}

// failedLocked gives the file up when it lacks something.
func (c *lastCall) failedLocked(err error) {
	if err == nil {
		return
	}
	c.off = true
	c.log.Error("the journal of the call can't be kept on this machine", "error", err, "clear_error", c.file.rewrite(nil))
}

func (c *lastCall) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.file.close()
}
