package sfu

import (
	"testing"

	"github.com/pion/rtcp"
)

func TestRTCP(t *testing.T) {
	const ours, other = 1234, 99
	for name, x := range map[string]struct {
		in   rtcp.Packet
		want func(feedback) bool
	}{
		"PLI":       {&rtcp.PictureLossIndication{MediaSSRC: ours}, func(f feedback) bool { return f.keyframe }},
		"other PLI": {&rtcp.PictureLossIndication{MediaSSRC: other}, func(f feedback) bool { return !f.keyframe }},
		"FIR": {&rtcp.FullIntraRequest{FIR: []rtcp.FIREntry{{SSRC: other}, {SSRC: ours}}},
			func(f feedback) bool { return f.keyframe }},
		"NACK": {&rtcp.TransportLayerNack{MediaSSRC: ours, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{65535, 1, 40})},
			func(f feedback) bool {
				return len(f.lost) == 3 && f.lost[0] == 65535 && f.lost[1] == 1 && f.lost[2] == 40
			}},
		"REMB": {&rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: 1_500_000, SSRCs: []uint32{ours}},
			func(f feedback) bool { return f.estimate > 1_490_000 && f.estimate <= 1_500_000 }},
		"SR": {&rtcp.SenderReport{SSRC: ours, NTPTime: 5 << 32, RTPTime: 77},
			func(f feedback) bool { return f.senderReport && f.ntp == 5<<32 && f.rtp == 77 }},
		"RR": {&rtcp.ReceiverReport{SSRC: other, Reports: []rtcp.ReceptionReport{{SSRC: other}, {SSRC: ours, TotalLost: 9, LastSequenceNumber: 77}}},
			func(f feedback) bool { return f.reported && f.lostInAll == 9 && f.highest == 77 }},
		"RR of one that came twice": {&rtcp.ReceiverReport{SSRC: other, Reports: []rtcp.ReceptionReport{{SSRC: ours, TotalLost: 1<<24 - 2}}},
			func(f feedback) bool { return f.reported && f.lostInAll == -2 }},
	} {
		b, err := x.in.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		var f feedback
		if f.parse(b, ours); !x.want(f) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func FuzzRTCP(f *testing.F) {
	f.Add([]byte{0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 7})
	f.Fuzz(func(t *testing.T, b []byte) {
		var fb feedback
		fb.parse(b, 2)
		if len(fb.lost) > 17*len(b)/4 {
			t.Fatalf("%d lost in %d bytes", len(fb.lost), len(b))
		}
	})
}
