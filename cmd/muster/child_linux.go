package main

import (
	"runtime"
	"syscall"
)

// childAttributes puts a child into a group of its own and has the kernel stop it when we die.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

func lockThread() { runtime.LockOSThread() }
