package selfcheck

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// kernelClock asks without changing anything.
func kernelClock() kernel {
	var t unix.Timex
	if _, err := unix.Adjtimex(&t); err != nil {
		return kernel{}
	}
	return kernel{known: true, synchronized: t.Status&unix.STA_UNSYNC == 0, within: time.Duration(t.Esterror) * time.Microsecond}
}

// spaceOf returns what of a folder's disk is free for us.
func spaceOf(folder string) (space, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return space{}, fmt.Errorf("disk of %s: %w", folder, err)
	}
	block := s.Bsize
	return space{free: int64(s.Bavail) * block, total: int64(s.Blocks) * block}, nil
}

// speedOf returns what the kernel says of an interface, in bit/s; 0 when it does not know.
func speedOf(name string) int64 { return speedIn("/sys/class/net", name) }

func speedIn(net, name string) int64 {
	if !physical(net, name) {
		return 0 // a virtual one says what it likes
	}
	content, err := os.ReadFile(filepath.Join(net, name, "speed"))
	if err != nil {
		return 0 // no link
	}
	mbit, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
	if err != nil || mbit <= 0 || mbit > 1e7 { // -1 is not known, on old kernels as a number without sign
		return 0
	}
	return mbit * 1e6
}

// physical says whether a card lies below: the interface is one, or a bond, bridge or VLAN over one.
func physical(net, name string) bool {
	cards, err := filepath.Glob(filepath.Join(net, name, "device"))
	if err == nil && len(cards) > 0 {
		return true
	}
	cards, err = filepath.Glob(filepath.Join(net, name, "lower_*", "device"))
	return err == nil && len(cards) > 0
}
