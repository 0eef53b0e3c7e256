package egress

import "encoding/binary"

// Packet is one RTP packet (RFC 3550) before it is sealed. Its payload may be shared.
type Packet struct {
	SSRC      uint32
	Timestamp uint32
	// Index is the packet index of RFC 3711, section 3.3.1: the rollover counter, then the 16 bits of the sequence number.
	Index       uint64
	PayloadType uint8
	Marker      bool
	// Extension is a whole block of header extensions (RFC 8285) in a multiple of 4 bytes, or empty.
	Extension []byte
	// Prefix goes before the payload: the original sequence number of RTX (RFC 4588), else empty.
	Prefix  []byte
	Payload []byte
	// Padding is how many bytes are added that mean nothing, up to 255.
	Padding uint8
}

const fixedHeader = 12

// headerSize is in bytes.
func (p *Packet) headerSize() int { return fixedHeader + len(p.Extension) }

// size is what the packet takes before it is sealed, in bytes.
func (p *Packet) size() int {
	return p.headerSize() + len(p.Prefix) + len(p.Payload) + int(p.Padding)
}

// putBody writes all that comes after the header to the beginning of b and returns its size.
func (p *Packet) putBody(b []byte) int {
	n := copy(b, p.Prefix)
	n += copy(b[n:], p.Payload)
	if p.Padding > 0 { // RFC 3550, section 5.1: its last byte says how much it is
		clear(b[n : n+int(p.Padding)])
		n += int(p.Padding)
		b[n-1] = p.Padding
	}
	return n
}

// putHeader writes the header to the beginning of b and returns its size.
func (p *Packet) putHeader(b []byte) int {
	const version, paddingBit, extensionBit, markerBit = 2 << 6, 1 << 5, 1 << 4, 1 << 7
	b[0] = version
	if p.Padding > 0 {
		b[0] |= paddingBit
	}
	if len(p.Extension) > 0 {
		b[0] |= extensionBit
	}
	b[1] = p.PayloadType
	if p.Marker {
		b[1] |= markerBit
	}
	binary.BigEndian.PutUint16(b[2:], uint16(p.Index))
	binary.BigEndian.PutUint32(b[4:], p.Timestamp)
	binary.BigEndian.PutUint32(b[8:], p.SSRC)
	return fixedHeader + copy(b[fixedHeader:], p.Extension)
}
