package sfu

import "encoding/binary"

// rtpHeader is one parsed RTP packet (RFC 3550, section 5.1). Its slices point into the parsed buffer.
type rtpHeader struct {
	marker bool
	pt     uint8
	seq    uint16
	ts     uint32
	ssrc   uint32
	// profile and extensions are the header extension block (RFC 8285); profile 0 means that there is none.
	profile    uint16
	extensions []byte
	// payload excludes padding; it is empty in a packet that is padding only.
	payload []byte
}

const (
	rtpFixedHeader = 12
	rtpVersion     = 2
	// oneByteProfile and twoByteProfile say how header extensions are laid out (RFC 8285, section 4).
	oneByteProfile = 0xBEDE
	twoByteProfile = 0x1000
)

// parse reads a packet and reports whether it is well-formed. It allocates nothing.
func (h *rtpHeader) parse(b []byte) bool {
	if len(b) < rtpFixedHeader || b[0]>>6 != rtpVersion {
		return false
	}
	h.marker = b[1]&0x80 != 0
	h.pt = b[1] & 0x7F
	h.seq = binary.BigEndian.Uint16(b[2:])
	h.ts = binary.BigEndian.Uint32(b[4:])
	h.ssrc = binary.BigEndian.Uint32(b[8:])
	h.profile, h.extensions = 0, nil
	at := rtpFixedHeader + 4*int(b[0]&0x0F)
	if b[0]&0x10 != 0 {
		if len(b) < at+4 {
			return false
		}
		length := 4 * int(binary.BigEndian.Uint16(b[at+2:]))
		if len(b) < at+4+length {
			return false
		}
		h.profile = binary.BigEndian.Uint16(b[at:])
		h.extensions = b[at+4 : at+4+length]
		at += 4 + length
	}
	if len(b) < at {
		return false
	}
	end := len(b)
	if b[0]&0x20 != 0 {
		pad := int(b[end-1])
		if pad == 0 || end-pad < at {
			return false
		}
		end -= pad
	}
	h.payload = b[at:end]
	return true
}

// extension returns the element with the given id, or nil. Id 0 means "not negotiated".
func (h *rtpHeader) extension(id uint8) []byte {
	switch {
	case id == 0 || h.profile == 0:
		return nil
	case h.profile == oneByteProfile:
		return oneByteExtension(h.extensions, id)
	case h.profile&0xFFF0 == twoByteProfile:
		return twoByteExtension(h.extensions, id)
	}
	return nil
}

func oneByteExtension(b []byte, id uint8) []byte {
	for len(b) > 0 {
		if b[0] == 0 {
			b = b[1:]
			continue
		}
		got, length := b[0]>>4, int(b[0]&0x0F)+1
		// Id 15 ends the processing (RFC 8285, section 4.2).
		if got == 15 || len(b) < 1+length {
			return nil
		}
		if got == id {
			return b[1 : 1+length]
		}
		b = b[1+length:]
	}
	return nil
}

func twoByteExtension(b []byte, id uint8) []byte {
	for len(b) > 0 {
		if b[0] == 0 {
			b = b[1:]
			continue
		}
		if len(b) < 2 || len(b) < 2+int(b[1]) {
			return nil
		}
		if b[0] == id {
			return b[2 : 2+int(b[1])]
		}
		b = b[2+int(b[1]):]
	}
	return nil
}

// unwrapRTX turns a retransmission (RFC 4588) into the original packet: the payload begins with the original sequence
// number. It reports false for RTX padding, which carries no packet.
func (h *rtpHeader) unwrapRTX() bool {
	if len(h.payload) <= 2 {
		return false
	}
	h.seq = binary.BigEndian.Uint16(h.payload)
	h.payload = h.payload[2:]
	return true
}
