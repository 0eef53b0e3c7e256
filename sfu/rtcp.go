package sfu

import "encoding/binary"

// RTCP packet types and feedback formats (RFC 3550, RFC 4585, RFC 5104).
const (
	rtcpSenderReport   = 200
	rtcpReceiverReport = 201
	rtcpTransportFB    = 205
	rtcpPayloadFB      = 206

	formatNACK = 1
	formatPLI  = 1
	formatFIR  = 4
	formatAFB  = 15 // application layer feedback: REMB

	reportBlock = 24
)

// feedback is what one RTCP packet says about one SSRC.
type feedback struct {
	// keyframe is set by PLI and FIR.
	keyframe bool
	// lost are the sequence numbers a NACK asks for.
	lost []uint16
	// senderReport is set when the SSRC itself sent a report: ntp is its time in NTP format, rtp in its own clock.
	senderReport bool
	ntp          uint64
	rtp          uint32
	// reported is set when a report block is about the SSRC: lostInAll is how many of its packets never came, less those that came
	// twice, highest the extended sequence number of the newest.
	reported  bool
	lostInAll int32
	highest   uint32
	// estimate is the viewer's bandwidth in bit/s (REMB), 0 when nothing was said.
	estimate int64
}

// parse reads what the RTCP packet b says about ssrc; malformed packets say nothing. It reuses the slice of lost.
func (f *feedback) parse(b []byte, ssrc uint32) {
	*f = feedback{lost: f.lost[:0]}
	if len(b) < 8 || b[0]>>6 != rtpVersion {
		return
	}
	count := int(b[0] & 0x1F)
	switch b[1] {
	case rtcpSenderReport:
		if len(b) < 28 {
			return
		}
		if binary.BigEndian.Uint32(b[4:]) == ssrc {
			f.senderReport = true
			f.ntp = binary.BigEndian.Uint64(b[8:])
			f.rtp = binary.BigEndian.Uint32(b[16:])
		}
		f.reports(b[28:], count, ssrc)
	case rtcpReceiverReport:
		f.reports(b[8:], count, ssrc)
	case rtcpPayloadFB:
		f.payload(b, count, ssrc)
	case rtcpTransportFB:
		if count == formatNACK && len(b) >= 12 && binary.BigEndian.Uint32(b[8:]) == ssrc {
			f.nack(b[12:])
		}
	}
}

func (f *feedback) reports(b []byte, count int, ssrc uint32) {
	for ; count > 0 && len(b) >= reportBlock; count, b = count-1, b[reportBlock:] {
		if binary.BigEndian.Uint32(b) == ssrc {
			f.reported = true
			f.lostInAll = int32(binary.BigEndian.Uint32(b[4:])<<8) >> 8
			f.highest = binary.BigEndian.Uint32(b[8:])
		}
	}
}

func (f *feedback) payload(b []byte, format int, ssrc uint32) {
	switch {
	case len(b) < 12:
	case format == formatPLI:
		f.keyframe = binary.BigEndian.Uint32(b[8:]) == ssrc
	case format == formatAFB:
		f.estimate = remb(b)
	case format == formatFIR:
		for b = b[12:]; len(b) >= 8; b = b[8:] {
			f.keyframe = f.keyframe || binary.BigEndian.Uint32(b) == ssrc
		}
	}
}

// remb reads a receiver's estimate (draft-alvestrand-rmcat-remb, section 2.2): a mantissa of 18 bits and an exponent.
func remb(b []byte) int64 {
	const mantissaBits, most = 18, 10_000_000_000
	if len(b) < 20 || string(b[12:16]) != "REMB" {
		return 0
	}
	exponent := int(b[17] >> 2)
	mantissa := uint64(b[17]&3)<<16 | uint64(b[18])<<8 | uint64(b[19])
	if exponent > 63-mantissaBits {
		return most
	}
	return int64(min(mantissa<<exponent, most))
}

func (f *feedback) nack(b []byte) {
	for ; len(b) >= 4; b = b[4:] {
		first, bits := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
		f.lost = append(f.lost, first)
		for i := range uint16(16) {
			if bits&(1<<i) != 0 {
				f.lost = append(f.lost, first+i+1)
			}
		}
	}
}
