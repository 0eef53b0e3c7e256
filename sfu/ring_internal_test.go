package sfu

import (
	"testing"
	"time"
)

// TestALayerThatCeasesKeepsNoPackets: each unit that was called would keep a second of its large picture for as long as it stays.
func TestALayerThatCeasesKeepsNoPackets(t *testing.T) {
	r := &Room{server: &Server{}}
	line := Line{Name: "camera", Kind: Video, Direction: Send, Source: "A", Layers: []Layer{{RID: "l"}, {RID: "h"}}}
	track := newTrack(r, &participant{room: r}, line, true)
	low, high := track.layers[0], track.layers[1]
	now := int64(time.Minute)
	send := func(l *layer) {
		p := r.server.packets.get()
		p.seq = 7
		l.ring.put(p)
		p.release()
		l.lastAt.Store(now)
	}
	kept := func(l *layer) bool {
		p := l.kept(7)
		if p != nil {
			p.release()
		}
		return p != nil
	}
	send(low)
	send(high)
	track.sample(now)
	if !kept(low) || !kept(high) {
		t.Fatal("what was just sent is not kept")
	}
	now += int64(layerSilence)
	send(low)
	track.sample(now)
	if !kept(low) || kept(high) {
		t.Errorf("kept of the layer that sends: %t, of the one that ceased: %t", kept(low), kept(high))
	}
}
