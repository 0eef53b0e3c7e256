package pglocal

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(content), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// systemPrograms returns the programs that tests run with.
func systemPrograms(t *testing.T) programs {
	t.Helper()
	found, err := findPrograms(t.Context(), Config{Dir: t.TempDir()}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestDataThatDoesNotFitIsLeftAlone(t *testing.T) {
	bin := systemPrograms(t).bin
	for name, test := range map[string]struct {
		files  map[string]string
		bin    string
		reason string
	}{
		"older, nothing fits":       {map[string]string{"data-9/PG_VERSION": "9\n"}, "", "install PostgreSQL 9"},
		"older, programs are named": {map[string]string{"data-9/PG_VERSION": "9\n"}, bin, "it is of PostgreSQL 9"},
		"under another's name":      {map[string]string{"data-15/PG_VERSION": "16\n"}, "", `"16"`},
		"not data":                  {map[string]string{"data-15/readme": "x"}, "", "data-15 is not PostgreSQL data"},
		"two of them":               {map[string]string{"data-15/PG_VERSION": "15\n", "data-16/PG_VERSION": "16\n"}, "", "move the one"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			for file, content := range test.files {
				write(t, filepath.Join(dir, file), content)
			}
			_, err := Start(t.Context(), Config{Dir: dir, Bin: test.bin})
			if err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("%v; want an error with %q", err, test.reason)
			}
			for file, content := range test.files {
				if kept, err := os.ReadFile(filepath.Join(dir, file)); err != nil || string(kept) != content {
					t.Errorf("%s is %q now (%v)", file, kept, err)
				}
			}
		})
	}
}

func TestWrongProgramsFolder(t *testing.T) {
	dir := folder(t)
	_, err := Start(t.Context(), Config{Dir: dir, Bin: "/nowhere/bin"})
	if err == nil || !strings.Contains(err.Error(), "/nowhere/bin holds no PostgreSQL") {
		t.Errorf("%v; want an error that names the folder", err)
	}
}

func TestHalfMadeData(t *testing.T) {
	dir := folder(t)
	fresh := dataFolder(dir, systemPrograms(t).major) + ".new"
	write(t, filepath.Join(fresh, "PG_VERSION"), "15\n")
	write(t, filepath.Join(fresh, "base", "1", "half"), "x")
	s := startIn(t, dir)
	exec1(t, s.URL(), makeRow)
	if _, err := os.Stat(fresh); !os.IsNotExist(err) {
		t.Errorf("%s is still there (%v)", fresh, err)
	}
}

func TestStaleProcessNumber(t *testing.T) {
	dir := folder(t)
	s := startIn(t, dir)
	exec1(t, s.URL(), makeRow)
	data := dataFolder(dir, systemPrograms(t).major)
	file := filepath.Join(data, "postmaster.pid")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	stop(t, s)
	who, err := pickOwner(data)
	if err != nil {
		t.Fatal(err)
	}
	// After a power cut the number may belong to another program of the same user: PostgreSQL alone would refuse to start.
	other := who.command(t.Context(), "/bin/sleep", "300")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer end(t, other)
	_, rest, _ := strings.Cut(string(content), "\n")
	write(t, file, strconv.Itoa(other.Process.Pid)+"\n"+rest)
	if who.switched {
		if err := os.Chown(file, int(who.uid), int(who.gid)); err != nil {
			t.Fatal(err)
		}
	}
	wantRow(t, startIn(t, dir).URL())
	if !exists(other.Process.Pid) {
		t.Error("the other program was killed")
	}
}

func end(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // the error says that it was killed
}

// byHand starts a server on the folder without this package, as a killed parent would have left it, or an administrator.
func byHand(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	found := systemPrograms(t)
	data := dataFolder(dir, found.major)
	who, err := pickOwner(data)
	if err != nil {
		t.Fatal(err)
	}
	args = append([]string{"-D", data, "-k", socketFolder(dir), "-c", "listen_addresses="}, args...)
	cmd := who.command(context.Background(), filepath.Join(found.bin, "postgres"), args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); makeDatabase(t.Context(), socketFolder(dir)) != nil; {
		if time.Now().After(deadline) {
			t.Fatal("the server by hand does not come up")
		}
		pause(t.Context(), 10*time.Millisecond)
	}
	return cmd
}

func TestLeftoverServer(t *testing.T) {
	dir := folder(t)
	first := startIn(t, dir)
	exec1(t, first.URL(), makeRow)
	stop(t, first)

	foreigner := byHand(t, dir)
	if s, err := Start(t.Context(), Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), strconv.Itoa(foreigner.Process.Pid)) {
		t.Errorf("%v, %v; want an error that names the process of the foreign server", s, err)
	}
	if err := foreigner.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := foreigner.Wait(); err != nil {
		t.Fatalf("the foreign server was harmed: %v", err)
	}

	leftover := byHand(t, dir, "-c", marker)
	go func() { _ = leftover.Wait() }()
	wantRow(t, startIn(t, dir).URL())
}

func TestClassify(t *testing.T) {
	const data = "/var/lib/muster/data-15"
	for want, lines := range map[occupant][][]string{
		ours:      {{"/usr/lib/postgresql/15/bin/postgres", "-D", data, "-c", marker}},
		foreign:   {{"/usr/lib/postgresql/15/bin/postgres", "-D", data}, {"postgres"}},
		unrelated: {nil, {"sleep", data}, {"vi", data, marker}, {"/usr/bin/postgres", "-D", "/elsewhere", "-c", marker}},
	} {
		for _, line := range lines {
			if got := classify(line, data); got != want {
				t.Errorf("classify(%q) = %d, want %d", line, got, want)
			}
		}
	}
}

func TestGarbledProcessNumber(t *testing.T) {
	data := t.TempDir()
	write(t, filepath.Join(data, "postmaster.pid"), "x\n")
	if err := clearLeftover(t.Context(), data, nil); err == nil || !strings.Contains(err.Error(), data) {
		t.Errorf("%v; want an error that names the file", err)
	}
}
