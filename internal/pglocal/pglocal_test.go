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
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// helperDir makes the test binary be a program that runs a server in this folder until its input ends.
const helperDir = "PGLOCAL_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		if err := help(dir); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func help(dir string) error {
	s, err := Start(context.Background(), Config{Dir: dir})
	if err != nil {
		return err
	}
	fmt.Println(s.URL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return s.Stop(context.Background())
}

// folder returns a temporary folder that PostgreSQL's user can reach.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func startIn(t *testing.T, dir string) *Server {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
	s, err := Start(t.Context(), Config{Dir: dir, Log: log, Settings: map[string]string{"max_connections": "20"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func exec1(t *testing.T, url, query string, into ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if len(into) == 0 {
		_, err = conn.Exec(t.Context(), query)
	} else {
		err = conn.QueryRow(t.Context(), query).Scan(into...)
	}
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func wantRow(t *testing.T, url string) {
	t.Helper()
	var word string
	exec1(t, url, `SELECT word FROM kept`, &word)
	if word != "点调" {
		t.Errorf("row says %q", word)
	}
}

const makeRow = `CREATE TABLE kept AS SELECT '点调'::text AS word`

func TestStartAgainKeepsRows(t *testing.T) {
	dir := folder(t)
	first := startIn(t, dir)
	exec1(t, first.URL(), makeRow)
	if _, err := Start(t.Context(), Config{Dir: dir}); !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), dir) {
		t.Errorf("second server in the same folder: %v; want ErrBusy with the folder's name", err)
	}
	url, err := Attach(dir)
	if err != nil {
		t.Fatal(err)
	}
	wantRow(t, url)
	stop(t, first)
	if err, told := <-first.Exited(); told {
		t.Errorf("Stop is told as an unexpected end: %v", err)
	}
	if url, err := Attach(dir); err == nil {
		t.Errorf("Attach gives %s although nothing runs", url)
	}
	second := startIn(t, dir)
	if second.URL() != first.URL() {
		t.Errorf("the URL changed from %s to %s", first.URL(), second.URL())
	}
	wantRow(t, second.URL())
}

func TestParentKilled(t *testing.T) {
	dir := folder(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent, url := runHelper(t, exec.Command(self), dir)
	exec1(t, url, makeRow)
	if _, err := Start(t.Context(), Config{Dir: dir}); !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), strconv.Itoa(parent.Process.Pid)) {
		t.Errorf("second process in the same folder: %v; want ErrBusy with the number of the first", err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	wantRow(t, startIn(t, dir).URL())
}

// runHelper starts the test binary as a program of its own and returns the URL of its server.
func runHelper(t *testing.T, cmd *exec.Cmd, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd.Env = append(os.Environ(), helperDir+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait() // an error when it was killed
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || strings.HasPrefix(line, "error:") {
		t.Fatalf("helper says %q (%v)", line, err)
	}
	return cmd, strings.TrimSpace(line)
}

func TestPostmasterKilled(t *testing.T) {
	dir := folder(t)
	s := startIn(t, dir)
	exec1(t, s.URL(), makeRow)
	if err := syscall.Kill(s.process.cmd.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-s.Exited():
		if err == nil || !strings.Contains(err.Error(), "killed") {
			t.Errorf("told %v; want that it was killed", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("nobody was told that the server is gone")
	}
	wantRow(t, startIn(t, dir).URL())
}

func TestStartGivenUp(t *testing.T) {
	dir := folder(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := Start(ctx, Config{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v; want context.Canceled", s, err)
	}
	// Given up in whatever step: nothing stays behind that the next start would stumble over.
	for _, patience := range []time.Duration{100 * time.Millisecond, 500 * time.Millisecond, time.Second} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		if s, err := Start(ctx, Config{Dir: dir}); err == nil {
			stop(t, s)
		}
		cancel()
	}
	exec1(t, startIn(t, dir).URL(), makeRow) // the folder is free, and whole
}

func TestOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		startIn(t, folder(t)) // we are one
		return
	}
	dir := folder(t)
	who, err := pickOwner(filepath.Join(dir, "none"))
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "program")
	if err := errors.Join(os.WriteFile(program, content, 0o755), who.mkdir(filepath.Join(dir, "home"))); err != nil {
		t.Fatal(err)
	}
	cmd := who.command(t.Context(), program)
	_, url := runHelper(t, cmd, filepath.Join(dir, "home", "state"))
	exec1(t, url, makeRow)
	wantRow(t, url)
}

func TestLongPath(t *testing.T) {
	dir := filepath.Join(folder(t), strings.Repeat("很长的名字", 10), "数据")
	s := startIn(t, dir)
	exec1(t, s.URL(), makeRow)
	wantRow(t, s.URL())
	socket := socketFolder(dir)
	if strings.HasPrefix(socket, dir) {
		t.Errorf("socket in %s, too long for it", socket)
	}
	t.Cleanup(func() { _ = os.RemoveAll(socket) })
}

func TestFolderOutOfReach(t *testing.T) {
	closed := filepath.Join(folder(t), "closed")
	mode := os.FileMode(0o700) // for root's unprivileged user
	if os.Geteuid() != 0 {
		mode = 0o500
	}
	if err := os.Mkdir(closed, mode); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{Dir: filepath.Join(closed, "state")})
	if err == nil || !strings.Contains(err.Error(), closed) {
		t.Errorf("%v; want an error that names %s", err, closed)
	}
}
