package pglocal

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// dieWithParent has the kernel end the child at once when we are killed: QUIT leaves recovery to the next start.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }

// serverOn says what a process is to the data.
func serverOn(pid int, data string) occupant {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || len(line) == 0 {
		return unrelated // gone, or a zombie
	}
	return classify(strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00"), data)
}
