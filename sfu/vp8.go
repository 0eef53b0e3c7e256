package sfu

// vp8Packet is what forwarding needs to know of a VP8 payload (RFC 7741).
type vp8Packet struct {
	// descriptor is the payload descriptor cut to its one-byte form: no picture id, no layer indices. Senders are
	// asked for one temporal layer, so nothing is lost, and the payload can be shared by all viewers: the fields that
	// would have to be continuous in each viewer's stream are gone.
	descriptor byte
	// data is what follows the descriptor.
	data []byte
	// start is set on the first packet of a frame, keyframe on the first packet of a keyframe.
	start, keyframe bool
}

// parseVP8 reads the payload descriptor (RFC 7741, section 4.2) and reports whether it is well-formed.
func parseVP8(b []byte) (p vp8Packet, ok bool) {
	if len(b) < 2 {
		return p, false
	}
	const extended, nonReference, startOfPartition, partition = 0x80, 0x20, 0x10, 0x0F
	at := 1
	if b[0]&extended != 0 {
		if at = vp8ExtensionEnd(b); at >= len(b) {
			return p, false
		}
	}
	p.descriptor = b[0] & (nonReference | startOfPartition | partition)
	p.data = b[at:]
	p.start = b[0]&startOfPartition != 0 && b[0]&partition == 0
	// The lowest bit of the frame tag is 0 in a keyframe (RFC 6386, section 9.1).
	p.keyframe = p.start && p.data[0]&0x01 == 0
	return p, true
}

// vp8ExtensionEnd returns where the extended descriptor ends; that may be beyond the packet when it is malformed.
func vp8ExtensionEnd(b []byte) int {
	const pictureID, tl0PicIdx, tid, keyIdx = 0x80, 0x40, 0x20, 0x10
	flags, at := b[1], 2
	if flags&pictureID != 0 {
		if at >= len(b) {
			return len(b)
		}
		if b[at]&0x80 != 0 { // 15 bits instead of 7
			at++
		}
		at++
	}
	if flags&tl0PicIdx != 0 {
		at++
	}
	if flags&(tid|keyIdx) != 0 {
		at++
	}
	return at
}
