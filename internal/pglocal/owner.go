package pglocal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// owner is the user that PostgreSQL runs as: ourselves, or an unprivileged one when we are root, which it refuses.
type owner struct {
	name     string
	uid, gid uint32
	switched bool
}

// pickOwner takes the owner of the data that is there, else the system's user "postgres", else "nobody".
func pickOwner(data string) (owner, error) {
	if os.Geteuid() != 0 {
		uid := strconv.Itoa(os.Geteuid())
		return owner{name: uid, uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	if info, err := os.Stat(data); err == nil {
		if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 {
			return owner{name: strconv.Itoa(int(stat.Uid)), uid: stat.Uid, gid: stat.Gid, switched: true}, nil
		}
		return owner{}, fmt.Errorf("%s belongs to root, as which PostgreSQL does not run: give it to another user (chown -R)", data)
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return owner{}, fmt.Errorf("user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return owner{}, fmt.Errorf("user %s: %w", name, err)
		}
		return owner{name: name, uid: uint32(uid), gid: uint32(gid), switched: true}, nil
	}
	return owner{}, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

// command prepares a program to run as the owner, free of the caller's PG* variables.
func (o owner) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/"
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "PG") && !strings.HasPrefix(entry, "LC_") && !strings.HasPrefix(entry, "LANG") {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Env = append(cmd.Env, "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if o.switched {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: o.uid, Gid: o.gid}
	}
	return cmd
}

// mkdir makes a folder that only the owner can enter.
func (o owner) mkdir(folder string) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	if !o.switched {
		return nil
	}
	return os.Chown(folder, int(o.uid), int(o.gid))
}

// canReach asks as the owner whether every folder on the way can be passed, and names the first that can't. The system is
// asked rather than the modes read, because there are access lists, too.
func (o owner) canReach(ctx context.Context, dir string) error {
	way := []string{dir}
	for dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		way = append([]string{dir}, way...)
	}
	const script = `for d; do [ -x "$d" ] || { printf %s "$d"; exit 1; }; done`
	cmd := o.command(ctx, "/bin/sh", append([]string{"-c", script, "sh"}, way...)...)
	out, err := cmd.Output()
	if len(out) > 0 {
		return fmt.Errorf("user %s, as which PostgreSQL runs, can't get into the folder %s: open it (chmod o+x) or choose another data folder", o.name, out)
	}
	if err != nil {
		return fmt.Errorf("run a program as user %s: %w", o.name, err)
	}
	return nil
}
