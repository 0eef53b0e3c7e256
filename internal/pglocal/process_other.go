//go:build unix && !linux

package pglocal

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// dieWithParent does nothing where there is no parent-death signal: the next start ends the leftover.
func dieWithParent(*syscall.SysProcAttr) {}

// serverOn says what a process is to the data.
func serverOn(pid int, data string) occupant {
	line, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return unrelated
	}
	args := strings.Fields(string(line))
	if strings.Contains(string(line), " "+data+" ") {
		args = append(args, data) // a path with spaces in it is more than one field
	}
	return classify(args, data)
}
