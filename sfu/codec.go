package sfu

import (
	"fmt"
	"strings"

	"github.com/pion/webrtc/v4"
)

// VideoCodec is the codec of all video of a server's rooms: nothing is transcoded, so who watches has to know what is sent.
type VideoCodec string

// The codecs that video can be in.
const (
	// VP8 is what every browser has (RFC 6386, RFC 7741).
	VP8 VideoCodec = "vp8"
	// H264 is the constrained baseline profile, level 3.1, in packetization mode 1 (RFC 6184, RFC 7742): what browsers share.
	H264 VideoCodec = "h264"
)

// opus is the codec of all sound.
const opus = "opus"

// mime is the codec's name for Pion.
func (c VideoCodec) mime() string {
	if c == H264 {
		return webrtc.MimeTypeH264
	}
	return webrtc.MimeTypeVP8
}

// parameters are the codec's format parameters (a=fmtp).
func (c VideoCodec) parameters() string {
	if c == H264 {
		return "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
	}
	return ""
}

// accepts says whether an encoding of an offer is the codec, in the profile that is spoken here.
func (c VideoCodec) accepts(encoding, parameters string) bool {
	if encoding != string(c) {
		return false
	}
	if c != H264 {
		return true
	}
	mode, constrained := false, false
	for p := range strings.SplitSeq(strings.ToLower(parameters), ";") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(p), "="); name {
		case "packetization-mode":
			mode = value == "1"
		case "profile-level-id":
			// The first byte is the profile, the second its constraints; the level may differ (RFC 6184, section 8.2.2).
			constrained = strings.HasPrefix(value, "42e0")
		}
	}
	return mode && constrained
}

// check refuses what is no codec.
func (c VideoCodec) check() error {
	if c != VP8 && c != H264 {
		return fmt.Errorf("sfu: %q is no codec for video: it is %s or %s", string(c), VP8, H264)
	}
	return nil
}

// codecOf names the codec that a kind of media is forwarded in.
func (c VideoCodec) codecOf(k Kind) string {
	if k == Video {
		return string(c)
	}
	return opus
}

// videoPacket is what forwarding needs to know of a payload of video.
type videoPacket struct {
	// start is set on the first packet of a picture as far as the payload says so, keyframe on the first packet of a keyframe.
	start, keyframe bool
}

// takeVideo puts a payload into p as it is shared by all viewers. It reports false when the payload is malformed.
func (l *layer) takeVideo(p *packet, payload []byte) (out videoPacket, ok bool) {
	if l.track.room.server.cfg.Codec != H264 {
		v, ok := parseVP8(payload)
		if ok {
			p.payload = append(append(p.payload, v.descriptor), v.data...)
		}
		return videoPacket{v.start, v.keyframe}, ok
	}
	h, ok := parseH264(payload)
	if ok {
		p.payload = append(p.payload, payload...)
	}
	// A decoder needs the parameter sets before the picture: where a stream has them, a keyframe begins there.
	l.parameterSets = l.parameterSets || h.sps
	return videoPacket{start: h.start, keyframe: h.sps || h.idr && !l.parameterSets}, ok
}
