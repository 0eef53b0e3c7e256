package sfu_test

import (
	"slices"
	"testing"

	"github.com/pion/rtcp"
	"muster/sfu"
)

func TestLostPacketIsAskedForAndForwardedLate(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{camera("A")})
	viewer := w.join("viewer", []sfu.Line{viewing("main")})
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
	e := a.Publisher("camera").Encoding("")
	main := viewer.Recording("main")
	w.eventually(viewer, "a keyframe is shown", func() bool {
		if main.Len() == 0 {
			e.KeyframeNext()
			e.Frame(30)
		}
		return main.Len() > 0
	})
	withheld := e.Next(30)
	e.Frame(30)
	w.eventually(a, "the lost packets are asked for", func() bool {
		n := e.Nacked()
		return slices.Contains(n, withheld[0].SequenceNumber) && slices.Contains(n, withheld[1].SequenceNumber)
	})
	before := main.Len()
	e.Write(withheld[1])
	e.Write(withheld[0])
	e.Write(withheld[0]) // a probe's duplicate
	e.Frame(30)
	w.eventually(viewer, "all is shown", func() bool { return main.Len() >= before+4 })
	packets := main.Packets()
	slices.SortFunc(packets, func(a, b sfuPacket) int { return int(int16(a.Seq - b.Seq)) })
	checkContinuous(t, packets)
}

func TestViewerGetsAPacketAgain(t *testing.T) {
	w := newWorld(t)
	a := w.join("a", []sfu.Line{camera("A")})
	viewer := w.join("viewer", []sfu.Line{viewing("main")})
	a.Publisher("camera").Start(30)
	w.room.Show("viewer", map[string]sfu.Want{"main": {Source: "A"}})
	main := viewer.Recording("main")
	w.eventually(viewer, "A is shown", func() bool { return main.Len() > 10 })
	lost, _ := main.Last()
	ask := &rtcp.TransportLayerNack{MediaSSRC: main.SSRC(), Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{lost.Seq})}
	if err := viewer.PC.WriteRTCP([]rtcp.Packet{ask}); err != nil {
		t.Fatal(err)
	}
	again := func() (n int) {
		for _, p := range main.Packets() {
			if p.Seq == lost.Seq && p.Timestamp == lost.Timestamp && p.Frame == lost.Frame {
				n++
			}
		}
		return n
	}
	w.eventually(viewer, "the packet comes again", func() bool { return again() == 2 })
	if n := w.room.Stats().Retransmits; n != 1 {
		t.Errorf("%d retransmissions", n)
	}
}
