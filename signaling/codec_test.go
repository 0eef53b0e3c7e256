package signaling_test

import (
	"slices"
	"testing"

	"muster/sfu"
	"muster/sfu/sfutest"
	"muster/signaling/wire"
)

// TestAPageWithoutTheCodecIsTold: in a call in H.264 a page that has VP8 only hears and is heard, and knows why it sees nothing.
func TestAPageWithoutTheCodecIsTold(t *testing.T) {
	h := newHouseWith(t, sfu.Config{Codec: sfu.H264})
	host := h.join(wire.PageConsole, "host:h")
	if host.hello.Codec != "h264" {
		t.Errorf("hello says that video is in %q", host.hello.Codec)
	}
	if a := host.connectWith(sfutest.Options{Codec: sfu.H264}); a.SoundOnly {
		t.Error("a page with the codec was told that there is sound only")
	}
	host.done(wire.TypeHallClaim, wire.HallClaim{})
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	modern, old := h.join(wire.PageStation, "unit:"+unitCode(0)), h.join(wire.PageStation, "unit:"+unitCode(1))
	modern.connectWith(sfutest.Options{Codec: sfu.H264})
	old.forget()
	if a := old.connectWith(sfutest.Options{}); !a.SoundOnly {
		t.Error("a page without the codec was not told")
	}
	modern.shows("hall.video", "host:h/camera")
	old.shows("hall.audio", "host:h/mic")
	old.find("the line is empty", like(wire.TypeSlots, func(s wire.Slots) bool {
		return slices.Contains(s.Slots, wire.Slot{Line: "hall.video", State: "empty"})
	}))
	if n := old.media.Recording("hall.video").Len(); n > 0 {
		t.Errorf("%d packets of video came", n)
	}

	wall := h.join(wire.PageWall, "host:h")
	f := wall.command(wire.TypeOffer, wire.Offer{SDP: connectable(t, wall)})
	if e := decode[wire.Error](t, f); e.Code != "no_codec" {
		t.Errorf("a wall without the codec was answered %s", f.Data)
	}
}
