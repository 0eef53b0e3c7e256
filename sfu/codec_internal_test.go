package sfu

import (
	"testing"

	"github.com/pion/rtp/codecs"
)

func TestH264Payload(t *testing.T) {
	for name, x := range map[string]struct {
		in   []byte
		want h264Packet
		bad  bool
	}{
		"a slice":                    {in: []byte{0x41, 0x9A, 0x01}, want: h264Packet{start: true}},
		"a later slice":              {in: []byte{0x41, 0x4A, 0x01}},
		"a keyframe":                 {in: []byte{0x65, 0x88, 0x84}, want: h264Packet{idr: true, start: true}},
		"a keyframe's later slice":   {in: []byte{0x65, 0x48, 0x84}},
		"sequence parameters":        {in: []byte{0x67, 0x42, 0xE0, 0x1F}, want: h264Packet{sps: true, start: true}},
		"picture parameters":         {in: []byte{0x68, 0xCE}},
		"delimiter":                  {in: []byte{0x09, 0x10}, want: h264Packet{start: true}},
		"several":                    {in: []byte{0x78, 0, 3, 0x67, 0x42, 0xE0, 0, 2, 0x68, 0xCE}, want: h264Packet{sps: true, start: true}},
		"several with the picture":   {in: []byte{0x78, 0, 2, 0x68, 0xCE, 0, 2, 0x65, 0x88}, want: h264Packet{idr: true, start: true}},
		"several, cut off":           {in: []byte{0x78, 0, 3, 0x67, 0x42}, bad: true},
		"several, length cut off":    {in: []byte{0x78, 0, 2, 0x67, 0x42, 0}, bad: true},
		"several, one of no length":  {in: []byte{0x78, 0, 0}, bad: true},
		"first part of a keyframe":   {in: []byte{0x7C, 0x85, 0x88}, want: h264Packet{idr: true, start: true}},
		"later part of a keyframe":   {in: []byte{0x7C, 0x05, 0x88}},
		"last part of a keyframe":    {in: []byte{0x7C, 0x45, 0x88}},
		"first part of a slice":      {in: []byte{0x5C, 0x81, 0x9A}, want: h264Packet{start: true}},
		"part of nothing":            {in: []byte{0x7C, 0x85}, bad: true},
		"interleaved (STAP-B, FU-B)": {in: []byte{0x7D, 0x85, 0x88}, bad: true},
		"type 0":                     {in: []byte{0x60, 0x88}, bad: true},
		"one byte":                   {in: []byte{0x65}, bad: true},
		"empty":                      {bad: true},
	} {
		if got, ok := parseH264(x.in); ok == x.bad || ok && got != x.want {
			t.Errorf("%s: %+v, well-formed %v", name, got, ok)
		}
	}
}

// TestH264AsItIsPacketized takes what Pion makes of a keyframe: the parameter sets in one packet, the picture in parts.
func TestH264AsItIsPacketized(t *testing.T) {
	start := []byte{0, 0, 0, 1}
	var frame []byte
	for _, unit := range [][]byte{{0x67, 0x42, 0xE0, 0x1F, 0x8C}, {0x68, 0xCE, 0x3C, 0x80}, append([]byte{0x65, 0x88}, make([]byte, 3000)...)} {
		frame = append(append(frame, start...), unit...)
	}
	payloads := (&codecs.H264Payloader{}).Payload(1200, frame)
	if len(payloads) < 4 {
		t.Fatalf("%d payloads", len(payloads))
	}
	for i, b := range payloads {
		p, ok := parseH264(b)
		if want := (h264Packet{sps: i == 0, idr: i == 1, start: i < 2}); !ok || p != want {
			t.Errorf("payload %d: %+v, well-formed %v", i, p, ok)
		}
	}
}

func FuzzH264(f *testing.F) {
	f.Add([]byte{0x78, 0, 3, 0x67, 0x42, 0xE0, 0, 2, 0x68, 0xCE})
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, ok := parseH264(b); !ok && len(b) > 1 && b[0]&0x1F != nalSTAPA && p != (h264Packet{}) {
			t.Fatalf("%x became %+v", b, p)
		}
	})
}

// TestAKeyframeBeginsAtItsParameters: where a stream has parameter sets in band, its pictures alone begin nothing.
func TestAKeyframeBeginsAtItsParameters(t *testing.T) {
	l := &layer{track: &track{room: &Room{server: &Server{cfg: Config{Codec: H264}}}}}
	sps, idr := []byte{0x67, 0x42, 0xE0}, []byte{0x65, 0x88, 0x84}
	for i, x := range []struct {
		in   []byte
		want bool
	}{{idr, true}, {sps, true}, {idr, false}, {sps, true}} {
		if v, ok := l.takeVideo(&packet{}, x.in); !ok || v.keyframe != x.want {
			t.Errorf("%d: keyframe %v", i, v.keyframe)
		}
	}
}

func TestWhichEncodingIsTheCodec(t *testing.T) {
	for _, x := range []struct {
		codec                VideoCodec
		encoding, parameters string
		want                 bool
	}{
		{VP8, "vp8", "", true}, {VP8, "vp9", "", false}, {VP8, "h264", "", false},
		{H264, "h264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", true},
		{H264, "h264", "profile-level-id=42E034; packetization-mode=1", true},
		{H264, "h264", "packetization-mode=0;profile-level-id=42e01f", false},
		{H264, "h264", "profile-level-id=42e01f", false}, // mode 0 is the default (RFC 6184, section 8.1)
		{H264, "h264", "packetization-mode=1;profile-level-id=640c1f", false},
		{H264, "h264", "packetization-mode=1", false}, {H264, "vp8", "", false},
	} {
		if x.codec.accepts(x.encoding, x.parameters) != x.want {
			t.Errorf("%s: %s %q", x.codec, x.encoding, x.parameters)
		}
	}
}
