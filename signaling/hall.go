package signaling

import (
	"time"

	"muster/signaling/wire"
)

// ownerReturns is how long the hall's place is kept for a console whose socket was lost.
const ownerReturns = 10 * time.Second

// hallState says which console is the hall's camera, microphone and loudspeaker.
type hallState struct {
	owner  *socket
	person string      // login name of the owner
	name   string      // what a person reads
	lost   *time.Timer // runs while the owner's socket is gone
}

// expired fires when the owner did not come back; nil while there is nothing to wait for.
func (s *hallState) expired() <-chan time.Time {
	if s.lost == nil {
		return nil
	}
	return s.lost.C
}

// back gives the hall to the same person's console that returns in time.
func (s *hallState) back(k *socket) {
	if s.lost != nil && k.view.page == wire.PageConsole && k.who.ID == s.person && len(k.lines) > 0 {
		s.take(k)
		k.wantSeat()
	}
}

// backAlready gives the hall to a console of the same person that came while the owner's loss was not noticed yet: a PC that
// changes its network is back before its old connection is known to be dead.
func (s *hallState) backAlready(sockets map[*socket]struct{}) {
	var newest *socket
	for k := range sockets {
		recent := time.Since(k.joined) < silence+ownerReturns
		if recent && k.view.page == wire.PageConsole && k.who.ID == s.person && (newest == nil || k.joined.After(newest.joined)) {
			newest = k
		}
	}
	if newest != nil {
		s.back(newest)
	}
}

func (s *hallState) take(k *socket) {
	if s.lost != nil {
		s.lost.Stop()
	}
	*s = hallState{owner: k, person: k.who.ID, name: k.who.Name}
}

// left notes that a page is gone, and reports whether it was the owner.
func (s *hallState) left(k *socket) bool {
	if s.owner != k {
		return false
	}
	s.owner, s.lost = nil, time.NewTimer(ownerReturns)
	return true
}

// claim makes a console the hall.
func (h *hub) claim(k *socket, force bool) error {
	if len(k.lines) == 0 {
		return errNoMedia
	}
	held := h.hall.owner != nil && h.hall.owner != k || h.hall.owner == nil && h.hall.person != "" && h.hall.person != k.who.ID
	if held && !force {
		return &detailed{errHallTaken, h.hall.name}
	}
	if h.hall.owner != k {
		h.log.Info("the hall's camera was claimed", "by", k.who.ID, "force", force)
		h.hall.take(k)
		h.hallChanged()
	}
	return nil
}

// yield gives the hall's camera back.
func (h *hub) yield(k *socket) error {
	if h.hall.owner != k {
		return errNotHall
	}
	h.log.Info("the hall's camera was given back", "by", k.who.ID)
	h.hall = hallState{}
	h.hallChanged()
	return nil
}

func (h *hub) hallExpired() {
	h.hall = hallState{}
	h.hallChanged()
}

// hallChanged tells every page about the hall, and shows its sources where they belong.
func (h *hub) hallChanged() {
	owner := ""
	if h.hall.owner != nil {
		owner = h.hall.owner.client
	}
	if h.scene.owner != owner {
		h.scene.owner = owner
		h.scenesChanged()
	}
	for k := range h.sockets {
		if hall := h.hallOf(k); hall != k.state.hall {
			k.state.hall = hall
			k.send(frame(wire.TypeHall, "", hall))
		}
	}
}

func (h *hub) hallOf(k *socket) wire.Hall {
	if h.hall.owner == nil {
		return wire.Hall{}
	}
	client := h.hall.owner.client
	return wire.Hall{Owner: client, Name: h.hall.name, You: h.hall.owner == k, Live: h.live[hallSource(client, lineCamera)]}
}
