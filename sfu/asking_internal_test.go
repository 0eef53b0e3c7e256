package sfu

import (
	"net/netip"
	"testing"
)

// TestNobodyAsksBeforeEverybodyIsAimed lets the timer come while a change is under way: what it asked for then would be answered
// before the last viewer waits for it, who would see the next keyframe only.
func TestNobodyAsksBeforeEverybodyIsAimed(t *testing.T) {
	l, _, _ := benchRoom(t, 0)
	r, p := l.track.room, l.track.participant
	l.ssrc.Store(1)
	l.arrived(r.server.now())
	viewer := newParticipant(r, "viewer", []Line{{Name: "main", Kind: Video, Direction: Recv}}, netip.Addr{})
	viewer.connected.Store(true)
	p.connected.Store(true)
	p.tracks = []*track{l.track}

	r.mu.Lock()
	r.participants[viewer.id] = viewer
	r.publishLocked(l.track, r.server.now())
	r.showLocked(viewer, map[string]Want{"main": {Source: "A"}}, r.server.now())
	p.onTick(r.server.now())
	if l.track.lastRequest != never {
		t.Error("a keyframe was asked for while viewers were still being aimed")
	}
	r.unlock()
	if l.track.lastRequest == never {
		t.Error("no keyframe was asked for once they were")
	}
}
