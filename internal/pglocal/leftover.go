package pglocal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// noProcess is a process number that no system gives out.
const noProcess = "2147483647"

// clearLeftover deals with the postmaster.pid of a server that did not end cleanly. We hold the folder's lock, so its parent
// is gone. If the server still lives, it is ended; if the number belongs to something else by now, the number is made
// invalid rather than the file removed: PostgreSQL itself then checks the rest of it (shared memory in use) and removes it.
func clearLeftover(ctx context.Context, data string, log *slog.Logger) error {
	file := filepath.Join(data, "postmaster.pid")
	content, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first, rest, _ := bytes.Cut(content, []byte("\n"))
	pid, err := strconv.Atoi(string(bytes.TrimSpace(first)))
	if err != nil || pid <= 0 {
		return fmt.Errorf("%s begins with %q instead of a process number", file, first)
	}
	if !exists(pid) {
		return nil
	}
	ended := func() bool { return serverOn(pid, data) != ours }
	switch serverOn(pid, data) {
	case ours:
		log.Warn("ending a PostgreSQL that was left over", "process", pid)
		for giveUp := time.Now().Add(time.Second); !ended() && time.Now().Before(giveUp); {
			pause(ctx, 5*time.Millisecond) // our death has told it to end already
		}
		return endProcess(ctx, pid, ended)
	case foreign:
		return fmt.Errorf("a PostgreSQL that was not started by this program (process %d) runs on %s: stop it", pid, data)
	}
	log.Warn("postmaster.pid names a process that is no PostgreSQL", "process", pid)
	return os.WriteFile(file, append([]byte(noProcess+"\n"), rest...), 0o600)
}

func exists(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// occupant is what a process is to a data folder.
type occupant int

const (
	unrelated occupant = iota // no server, or one on other data
	ours                      // a server that this program started
	foreign                   // a server that somebody else started
)

// classify knows a server by its command line. One without -D has its folder from somewhere else, which may be this one.
func classify(args []string, data string) occupant {
	switch onData := slices.Contains(args, data); {
	case len(args) == 0 || filepath.Base(args[0]) != "postgres":
		return unrelated
	case onData && slices.Contains(args, marker):
		return ours
	case onData || !slices.Contains(args, "-D"):
		return foreign
	}
	return unrelated
}
