package sfu

import (
	"context"
	"errors"
	"fmt"

	"github.com/pion/webrtc/v4"
)

// Answer negotiates a participant's connection, once. An offer whose m-lines are not what was agreed in Join is refused
// with a *LineMismatchError, and may be corrected; after an answer there is no other.
func (r *Room) Answer(ctx context.Context, id ParticipantID, offerSDP string) (answer string, err error) {
	r.mu.Lock()
	p := r.participants[id]
	closed := r.closed
	r.mu.Unlock()
	switch {
	case closed:
		return "", ErrClosed
	case p == nil:
		return "", ErrNotJoined
	}
	sections, err := checkOffer(offerSDP, p.lines)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	again := p.answered
	p.answered = true
	p.mu.Unlock()
	if again {
		return "", ErrAnswered
	}
	answer, err = r.negotiate(ctx, p, offerSDP, sections)
	if err != nil {
		p.abort()
		return "", err
	}
	return answer, nil
}

// abort makes a failed negotiation undone, so that another offer may follow.
func (p *participant) abort() {
	p.room.unpublishAll(p)
	p.mu.Lock()
	pc := p.pc
	p.pc, p.answered = nil, false
	clear(p.declared)
	p.mu.Unlock()
	if pc != nil {
		_ = pc.Close() // it never carried anything
	}
}

func (r *Room) unpublishAll(p *participant) {
	r.mu.Lock()
	defer r.unlock()
	p.mu.Lock()
	tracks := p.tracks
	p.tracks = nil
	p.mu.Unlock()
	for _, t := range tracks {
		r.unpublishLocked(t, r.server.now())
	}
}

func (r *Room) negotiate(ctx context.Context, p *participant, offer string, offered []*section) (_ string, err error) {
	// The offer comes from a stranger: if a parser panics on it, that must stay the stranger's problem.
	defer func() {
		if e := recover(); e != nil {
			r.log.Warn("an offer caused a panic", "participant", p.id, "panic", e)
			err = fmt.Errorf("%w: it could not be read", ErrBadOffer)
		}
	}()
	endpoints, announced := r.server.paths(p.local)
	secrets := &dtlsSecrets{}
	pc, err := r.server.newPeerConnection(endpoints, p.buffers, secrets)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	if p.left {
		p.mu.Unlock()
		return "", errors.Join(ErrNotJoined, pc.Close())
	}
	p.pc, p.secrets = pc, secrets
	p.mu.Unlock()
	for _, s := range p.slots {
		init := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}
		if _, err := pc.AddTransceiverFromTrack(s, init); err != nil {
			return "", fmt.Errorf("sfu: cannot add the line %s: %w", s.line.Name, err)
		}
	}
	desc := webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: withoutCandidates(offer)}
	if err := pc.SetRemoteDescription(desc); err != nil {
		return "", fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	local, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	if err := r.publish(p, local.SDP, offered); err != nil {
		return "", err
	}
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			p.openPath(pc)
		}
		r.connectionChanged(p, state)
	})
	if err := r.start(ctx, p, pc, local); err != nil {
		return "", err
	}
	return finishAnswer(pc.LocalDescription().SDP, p.lines, candidates(announced, r.server.port),
		r.server.cfg.StartBitrate), nil
}

// start applies the answer and waits until the sockets know the connection.
func (r *Room) start(ctx context.Context, p *participant, pc *webrtc.PeerConnection,
	local webrtc.SessionDescription) error {
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(local); err != nil {
		return fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	select {
	case <-gathered:
	case <-ctx.Done():
		return fmt.Errorf("sfu: negotiation given up: %w", ctx.Err())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.participants[p.id] != p {
		return ErrNotJoined
	}
	return nil
}

// publish makes the tracks of the Send lines, with what was negotiated for them.
func (r *Room) publish(p *participant, answer string, offered []*section) error {
	answered, err := parseSections(answer, len(p.lines))
	if err != nil || len(answered) != len(p.lines) {
		return fmt.Errorf("%w: the answer to it has other m-lines", ErrBadOffer)
	}
	var tracks []*track
	for i, line := range p.lines {
		if answered[i].rejected {
			return &LineMismatchError{i, line.Name, describe(line), "an m-line without a usable codec"}
		}
		if line.Direction == Send {
			tracks = append(tracks, p.negotiated(line, answered[i], offered[i]))
		} else {
			p.slotByName[line.Name].absID = answered[i].extensions[extensionSendTime]
		}
	}
	p.mu.Lock()
	p.tracks = tracks
	p.mu.Unlock()
	r.mu.Lock()
	defer r.unlock()
	if r.participants[p.id] != p {
		return ErrNotJoined
	}
	for _, t := range tracks {
		r.publishLocked(t, r.server.now())
	}
	return nil
}

func (p *participant) negotiated(line Line, answered, offered *section) *track {
	t := newTrack(p.room, p, line, len(line.Layers) > 1 && len(offered.rids) > 1)
	if t.simulcast {
		t.keepOffered(offered.rids)
	}
	t.mid = answered.mid
	t.mediaPT, _ = answered.payloadType(codecOf(line.Kind))
	t.rtxPT = answered.rtxType(t.mediaPT)
	t.midID = answered.extensions[extensionMID]
	t.ridID = answered.extensions[extensionRID]
	t.rridID = answered.extensions[extensionRepairedRID]
	t.levelID = answered.extensions[extensionAudioLevel]
	if !t.simulcast {
		p.mu.Lock()
		for _, ssrc := range offered.ssrcs {
			_, rtx := offered.rtxOf[ssrc]
			p.declared[ssrc] = declared{t.layers[0], rtx}
		}
		p.mu.Unlock()
	}
	return t
}

// keepOffered drops the layers that the offer has no RID for.
func (t *track) keepOffered(rids []string) {
	var kept []*layer
	for _, l := range t.layers {
		for _, rid := range rids {
			if l.rid == rid {
				l.index = len(kept)
				kept = append(kept, l)
				break
			}
		}
	}
	t.layers, t.wanted = kept, make([]bool, len(kept))
}
