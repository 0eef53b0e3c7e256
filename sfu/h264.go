package sfu

import "encoding/binary"

// h264Packet is what forwarding needs to know of an H.264 payload (RFC 6184).
type h264Packet struct {
	// sps is set when a sequence parameter set is in the packet, idr when the first slice of a keyframe begins in it.
	sps, idr bool
	// start is set when the first slice of a picture begins in the packet, or what stands before one.
	start bool
}

// Types of NAL units (ITU-T H.264, table 7-1) and of the payloads that hold several or a part of one (RFC 6184, table 1).
const (
	nalSlice     = 1
	nalIDR       = 5
	nalSPS       = 7
	nalDelimiter = 9
	nalLast      = 23
	nalSTAPA     = 24
	nalFUA       = 28
)

// parseH264 reads a payload of packetization mode 1 (RFC 6184, section 6.3) and reports whether it is well-formed.
func parseH264(b []byte) (p h264Packet, ok bool) {
	if len(b) < 2 {
		return p, false
	}
	switch kind := b[0] & 0x1F; {
	case kind == nalSTAPA:
		return parseSTAPA(b[1:])
	case kind == nalFUA:
		const start = 0x80
		if len(b) < 3 {
			return p, false
		}
		if b[1]&start != 0 {
			p.add(b[1]&0x1F, b[2:])
		}
		return p, true
	case kind == 0 || kind > nalLast:
		return p, false
	default:
		p.add(kind, b[1:])
		return p, true
	}
}

// parseSTAPA reads several NAL units, each behind its length (RFC 6184, section 5.7.1).
func parseSTAPA(b []byte) (p h264Packet, ok bool) {
	for len(b) > 0 {
		if len(b) < 2 {
			return p, false
		}
		n := int(binary.BigEndian.Uint16(b))
		if b = b[2:]; n == 0 || n > len(b) {
			return p, false
		}
		p.add(b[0]&0x1F, b[1:n])
		b = b[n:]
	}
	return p, true
}

// add takes in a NAL unit that begins in the packet; data is what is behind its header.
func (p *h264Packet) add(kind byte, data []byte) {
	// A slice begins with the number of its first macroblock; 0 is a single bit that is set (ITU-T H.264, section 9.1).
	first := len(data) > 0 && data[0]&0x80 != 0
	switch kind {
	case nalSPS:
		p.sps, p.start = true, true
	case nalDelimiter:
		p.start = true
	case nalIDR:
		p.idr = p.idr || first
		p.start = p.start || first
	case nalSlice:
		p.start = p.start || first
	}
}
