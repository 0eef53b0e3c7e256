package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// demoCommand is `make run`: a server with sample data and a fleet of simulated stations, each a process of its own.
type demoCommand struct {
	HTTP      string `name:"http" default:"127.0.0.1:8230" help:"Address of the pages."`
	MediaPort int    `default:"8231" help:"UDP and TCP port of the media."`
	Stations  int    `help:"How many simulated stations; 0 is all of the roster."`
	ServerLog string `name:"server-log-level" default:"warn" help:"debug, info, warn or error, of the server alone."`
	Data      string `default:"${data}" type:"path" help:"Folder of the data; it is kept between runs."`
}

// Run starts the server, shows where to look, and ends it when it ends.
func (c *demoCommand) Run(ctx context.Context, _ *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find this program's own file: %w", err)
	}
	fmt.Println("Muster 点调台 is starting / 正在启动 …")
	server := child(ctx, self, "serve", "--rehearsal", "--data", c.Data, "--http", c.HTTP,
		"--media-port", fmt.Sprint(c.MediaPort), "--log-level", c.ServerLog)
	ended := make(chan error, 2)
	if err := start(server, "server", ended); err != nil {
		return err
	}
	address := "http://" + c.HTTP
	if err := c.waitReady(ctx, address, ended); err != nil {
		cancel()
		return errors.Join(err, wait(ended))
	}
	fleet := child(ctx, self, "rehearse", "--hold", "--stations", fmt.Sprint(c.Stations), "--data", c.Data, "--log-level", "warn")
	if err := errors.Join(c.printAddresses(address), start(fleet, "fleet", ended)); err != nil {
		cancel()
		return errors.Join(err, wait(ended))
	}
	first := <-ended
	interrupted := ctx.Err() != nil
	cancel()
	if err := wait(ended); err != nil {
		return err
	}
	if interrupted {
		fmt.Println("Stopped. / 已停止。")
		return nil
	}
	return first
}

// child is this program again: in a group of its own, so that Ctrl-C reaches it once, through us; it gets SIGTERM when ctx
// ends, and when this process dies in whatever way.
func child(ctx context.Context, self string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	cmd.SysProcAttr = childAttributes()
	return cmd
}

// start runs cmd and reports its end. The wait has its own thread locked, because a death signal follows the thread
// that started the process.
func start(cmd *exec.Cmd, name string, ended chan<- error) error {
	started := make(chan error, 1)
	go func() {
		lockThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		if err := cmd.Wait(); err != nil {
			ended <- fmt.Errorf("the %s stopped: %w", name, err)
			return
		}
		ended <- fmt.Errorf("the %s stopped", name)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("cannot start the %s: %w", name, err)
	}
	return nil
}

// wait takes the end of a child; what it says after it was told to stop is no news.
func wait(ended <-chan error) error {
	select {
	case <-ended: //nolint:errcheck // see above
		return nil
	case <-time.After(25 * time.Second):
		return errors.New("a process did not stop in 25 s")
	}
}

// waitReady polls until the server says that it is ready; the first start installs a database and takes longer.
func (c *demoCommand) waitReady(ctx context.Context, address string, ended chan error) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(filepath.Join(c.Data, rehearsalFile)); err == nil && ready(ctx, address) {
			return nil // the file is of this start: the server removes the last one's before it serves
		}
		select {
		case <-tick.C:
		case err := <-ended:
			ended <- err
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func ready(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/readyz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, res.Body)
	return res.Body.Close() == nil && res.StatusCode == http.StatusOK
}

func (c *demoCommand) printAddresses(address string) error {
	r, err := readRehearsal(filepath.Join(c.Data, rehearsalFile))
	if err != nil {
		return err
	}
	fmt.Printf(`
  Muster 点调台 — sample data, an open drill
  示例数据，演练已开启

  Hall / 指挥大厅      %s/hall      host  / %s
  Wall / 大屏          %s/wall      host  / %s
  Admin / 管理         %s/admin     admin / %s
  Station / 派出所     %s

  The data is in %s. Ctrl-C stops everything. / 数据保存在该目录，Ctrl-C 停止。

`, address, r.Password, address, r.Password, address, r.Password, r.StationLink, c.Data)
	return nil
}
