//go:build !linux

package rehearsal

import "github.com/pion/transport/v5"

// segmentRoom is 0: messages are packets here.
const segmentRoom = 0

func receiveWhole(transport.UDPConn) bool { return false }

func segmentOf([]byte) int { return 0 }
