//go:build !linux

package selfcheck

import "errors"

func kernelClock() kernel { return kernel{} }

func spaceOf(string) (space, error) { return space{}, errors.ErrUnsupported }

func speedOf(string) int64 { return 0 }
