//go:build unix

package pglocal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a running postmaster, a direct child.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended and its last words are read

	mu    sync.Mutex
	words []string // the last lines it wrote
	err   error    // how it ended
}

const lastWords = 12

// marker stands on the command line of our servers, so that a leftover is known as ours.
const marker = "cluster_name=muster"

// runPostgres starts the server and returns when it is ready. Directly after the kill of a postmaster its children may hold
// the shared memory for a moment: then it is tried again.
func runPostgres(ctx context.Context, c Config, found programs, data, socket string, who owner) (*process, error) {
	args := []string{"-D", data, "-k", socket, "-c", "listen_addresses=", "-c", "port=5432", "-c", marker,
		"-c", "logging_collector=off", "-c", "log_destination=stderr", "-c", "log_timezone=UTC", "-c", "timezone=UTC",
		"-c", "shared_buffers=64MB", "-c", "jit=off"}
	for name, value := range c.Settings {
		args = append(args, "-c", name+"="+value)
	}
	for giveUp := time.Now().Add(10 * time.Second); ; {
		p, err := startProcess(who.command(context.WithoutCancel(ctx), filepath.Join(found.bin, "postgres"), args...), c.Log)
		if err != nil {
			return nil, fmt.Errorf("start PostgreSQL as user %s: %w", who.name, err)
		}
		err = ready(ctx, p, socket)
		if err == nil {
			return p, nil
		}
		ended := p.stop(ctx)
		if !strings.Contains(err.Error(), "still in use") || time.Now().After(giveUp) {
			return nil, errors.Join(err, ended)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func startProcess(cmd *exec.Cmd, log *slog.Logger) (*process, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = in, in
	cmd.SysProcAttr.Setpgid = true // Ctrl-C at our terminal is for us: we stop it when our work is done
	dieWithParent(cmd.SysProcAttr)
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// The parent-death signal is sent when the THREAD that started the child ends. It must live as long as the child.
		runtime.LockOSThread()
		err := errors.Join(cmd.Start(), in.Close())
		started <- err
		if cmd.Process == nil {
			return
		}
		read := make(chan struct{})
		go p.listen(out, log, read)
		p.setEnd(cmd.Wait())
		// Children of a killed postmaster may hold the pipe a little longer.
		select {
		case <-read:
		case <-time.After(200 * time.Millisecond):
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return p, nil
}

// listen passes the server's words on to the log and keeps the last ones.
func (p *process) listen(out io.ReadCloser, log *slog.Logger, read chan<- struct{}) {
	defer close(read)
	defer func() { _ = out.Close() }()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := lines.Text()
		log.Log(context.Background(), levelOf(line), "postgres: "+line)
		p.mu.Lock()
		p.words = append(p.words, line)
		p.words = slices.Delete(p.words, 0, max(0, len(p.words)-lastWords))
		p.mu.Unlock()
	}
}

// levelOf keeps what PostgreSQL says in passing out of the log, also to a client that comes while it starts or stops.
func levelOf(line string) slog.Level {
	passing := strings.Contains(line, "FATAL:  the database system is") || strings.Contains(line, "FATAL:  terminating connection")
	if !passing && (strings.Contains(line, "FATAL:") || strings.Contains(line, "PANIC:")) {
		return slog.LevelWarn
	}
	return slog.LevelDebug
}

func (p *process) setEnd(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

// failure says how an unexpected end came, with the last words.
func (p *process) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	end := p.err
	if end == nil {
		end = errors.New("exit status 0")
	}
	return fmt.Errorf("%w: %s", end, strings.Join(p.words, "\n"))
}

// stop asks for a clean end, then for a quick one, then forces it.
func (p *process) stop(ctx context.Context) error {
	return endProcess(ctx, p.cmd.Process.Pid, func() bool {
		select {
		case <-p.done:
			return true
		default:
			return false
		}
	})
}

// endProcess goes from INT (clean) over QUIT (recovery at the next start) to KILL. When ctx ends, it goes on with the next.
func endProcess(ctx context.Context, pid int, ended func() bool) error {
	steps := []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, 15 * time.Second}, {syscall.SIGQUIT, 5 * time.Second}, {syscall.SIGKILL, 5 * time.Second}}
	for _, step := range steps {
		if ended() {
			return nil
		}
		target := pid
		if step.signal == syscall.SIGKILL {
			target = -pid // its own process group
		}
		if err := syscall.Kill(target, step.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("signal PostgreSQL (process %d): %w", pid, err)
		}
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), step.wait)
		if step.signal == syscall.SIGINT {
			cancel()
			wait, cancel = context.WithTimeout(ctx, step.wait)
		}
		for !ended() && wait.Err() == nil {
			pause(wait, 5*time.Millisecond)
		}
		cancel()
	}
	if !ended() {
		return fmt.Errorf("PostgreSQL (process %d) does not end", pid)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
