package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
)

// profileLasts is how long a phase is profiled.
const profileLasts = 5 * time.Second

// profiling writes CPU profiles of the server and of the fleet while a phase begins, and then one of the server's memory, as
// NAME-server.pprof, NAME-fleet.pprof and NAME-memory.pprof in Config.ProfileDir. It returns what waits for their end; without a
// folder it does nothing.
func (f *fleet) profiling(ctx context.Context, server *server, name string) (finish func() error) {
	if f.cfg.ProfileDir == "" {
		return func() error { return nil }
	}
	var group errgroup.Group
	file := func(who string) string { return filepath.Join(f.cfg.ProfileDir, name+"-"+who+".pprof") }
	group.Go(func() error {
		cpu := "profile?seconds=" + strconv.Itoa(int(profileLasts.Seconds()))
		return errors.Join(server.profile(ctx, cpu, file("server")), server.profile(ctx, "heap", file("memory")))
	})
	group.Go(func() error {
		return store(file("fleet"), func(w io.Writer) error {
			if err := pprof.StartCPUProfile(w); err != nil {
				return err
			}
			defer pprof.StopCPUProfile()
			return sleep(ctx, profileLasts)
		})
	})
	// The server's profile has to run before what it is of.
	_ = sleep(ctx, 100*time.Millisecond)
	return group.Wait
}

// profile keeps one of the server's profiles.
func (s *server) profile(ctx context.Context, name, file string) error {
	return s.get(ctx, "/debug/pprof/"+name, func(r io.Reader) error {
		return store(file, func(w io.Writer) error {
			_, err := io.Copy(w, r)
			return err
		})
	})
}

// store writes a file.
func store(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("keep a profile: %w", err)
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return fmt.Errorf("keep a profile: %w", err)
	}
	return nil
}
