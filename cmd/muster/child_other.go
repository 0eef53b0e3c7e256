//go:build !linux

package main

import "syscall"

// childAttributes puts a child into a group of its own. Only Linux can also stop it when this process is killed.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func lockThread() {}
