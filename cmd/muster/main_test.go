package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"muster/internal/pglocal/pgtest"
	"muster/rollcall/postgres"
)

// patience bounds what never happens; it is no figure.
const patience = 90 * time.Second

// workshop is what all tests share, made by TestMain before any of them runs.
var workshop struct {
	muster string // the real binary
	dir    string // of data folders, which PostgreSQL's user can enter
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "muster-cmd-")
	if err == nil {
		err = os.Chmod(dir, 0o755) // of root's folders PostgreSQL's user has to get through
	}
	if err == nil {
		workshop.dir, workshop.muster = dir, filepath.Join(dir, "muster")
		err = build(workshop.muster)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := pgtest.Main(m, migrate)
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	}
	return code
}

// build makes the binary, with the race detector if the tests have it.
func build(to string) error {
	args := []string{"build", "-o", to, "-ldflags", "-X main.build=tested"}
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			args = append(args, "-race")
		}
	}
	if out, err := exec.Command("go", append(args, ".")...).CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}
	return nil
}

func migrate(url string) error {
	s, err := postgres.Open(context.Background(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	s.Close()
	return nil
}

// dataFolder is a new one.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(workshop.dir, "data-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func openStore(t *testing.T, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// ended is how a run of the binary came to its end.
type ended struct {
	code           int
	stdout, stderr string
}

// muster runs the binary to its end.
func muster(t *testing.T, stdin string, args ...string) ended {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := command(ctx, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("muster %v: %v\n%s", args, err, stderr.String())
	}
	return ended{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// command prepares a run in the binary's own folder, free of what the caller's environment says about Muster.
func command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, workshop.muster, args...)
	cmd.Dir = workshop.dir
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "MUSTER_") {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Env = append(cmd.Env, "GORACE=atexit_sleep_ms=0") // else each run with the race detector ends a second later
	return cmd
}

// did demands a run without an error.
func (e ended) did(t *testing.T) ended {
	t.Helper()
	if e.code != 0 {
		t.Fatalf("exit %d\n%s%s", e.code, e.stdout, e.stderr)
	}
	return e
}

// failed demands an error that says something, in one line of its own behind "muster:".
func (e ended) failed(t *testing.T, says ...string) {
	t.Helper()
	line := regexp.MustCompile(`(?m)^muster: .*$`).FindString(e.stderr)
	for _, what := range says {
		if e.code == 0 || !strings.Contains(line, what) {
			t.Errorf("exit %d, error %q; want one that says %q\n%s", e.code, line, what, e.stderr)
		}
	}
}

// server is a running `muster serve`.
type server struct {
	t    *testing.T
	cmd  *exec.Cmd
	log  *notebook
	end  chan struct{} // closed when it has ended
	data string
}

// notebook keeps what a process writes.
type notebook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notebook) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(b)
}

func (n *notebook) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// serve starts a server on ports that are free.
func serve(t *testing.T, data string, args ...string) *server {
	t.Helper()
	args = append([]string{"serve", "--data", data, "--media-port", "0"}, args...)
	s := &server{t: t, cmd: command(context.Background(), args...), log: &notebook{}, end: make(chan struct{}), data: data}
	s.cmd.Stdout, s.cmd.Stderr = io.Discard, s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.end)
		_ = s.cmd.Wait() // the state is read where it matters
	}()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill() // it may have ended
		<-s.end
		if log := s.log.String(); strings.Contains(log, "DATA RACE") || t.Failed() {
			t.Errorf("the server's log:\n%s", log)
		}
	})
	return s
}

// says waits until the log matches, and returns what the first parenthesis did.
func (s *server) says(pattern string) string {
	s.t.Helper()
	wanted := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if found := wanted.FindStringSubmatch(s.log.String()); found != nil {
			return found[len(found)-1]
		}
		select {
		case <-s.end:
			s.t.Fatalf("the server ended (%v) before it said %s", s.cmd.ProcessState, pattern)
		default:
		}
	}
	s.t.Fatalf("the server does not say %s", pattern)
	return ""
}

// url waits until pages are served and returns their address.
func (s *server) url() string {
	s.t.Helper()
	return s.says(`msg=serving pages=(\S+)`)
}

// signal sends one and returns the exit code, -1 for a process that was killed.
func (s *server) signal(what syscall.Signal) int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(what); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.end:
	case <-time.After(patience):
		s.t.Fatalf("the server does not end after %v", what)
	}
	return s.cmd.ProcessState.ExitCode()
}
