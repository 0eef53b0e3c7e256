package rehearsal

import (
	"encoding/binary"
	"syscall"

	"github.com/pion/transport/v5"
	"golang.org/x/sys/unix"
)

// segmentRoom is the room that the system needs to say how a message is cut.
var segmentRoom = unix.CmsgSpace(4)

// receiveWhole asks the system for what was sent as one message (UDP_SEGMENT) as one message, with the size of its packets beside it
// (UDP_GRO, Linux 5.0). Else it cuts the message up on the sender's account, which on a real network would be the card's work.
func receiveWhole(conn transport.UDPConn) bool {
	s, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	done := false
	err = raw.Control(func(fd uintptr) { done = unix.SetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_GRO, 1) == nil })
	return err == nil && done
}

// segmentOf is the size of a message's packets in bytes, 0 when it is one.
func segmentOf(control []byte) int {
	for len(control) > 0 {
		head, data, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			return 0
		}
		if head.Level == unix.SOL_UDP && head.Type == unix.UDP_GRO && len(data) >= 4 {
			return int(binary.NativeEndian.Uint32(data))
		}
		control = rest
	}
	return 0
}
