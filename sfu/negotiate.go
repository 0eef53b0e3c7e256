package sfu

import (
	"context"
	"errors"
	"fmt"

	"github.com/pion/webrtc/v4"
)

// Answer is the outcome of a negotiation.
type Answer struct {
	// SDP is the session description for the participant.
	SDP string
	// SoundOnly says that the offer does not have the codec of the room's video (Config.Codec): its video lines are rejected, and the
	// participant takes part with sound only. It should be told.
	SoundOnly bool
}

// Answer negotiates a participant's connection, once. An offer whose m-lines are not what was agreed in Join is refused
// with a *LineMismatchError, and may be corrected; after an answer there is no other.
func (r *Room) Answer(ctx context.Context, id ParticipantID, offerSDP string) (answer Answer, err error) {
	r.mu.Lock()
	p := r.participants[id]
	closed := r.closed
	r.mu.Unlock()
	switch {
	case closed:
		return answer, ErrClosed
	case p == nil:
		return answer, ErrNotJoined
	}
	o, err := checkOffer(offerSDP, p.lines, r.server.cfg.Codec)
	if err != nil {
		return answer, err
	}
	p.mu.Lock()
	again := p.answered
	p.answered = true
	p.mu.Unlock()
	if again {
		return answer, ErrAnswered
	}
	r.refuseVideo(p, o.soundOnly)
	sdp, err := r.negotiate(ctx, p, offerSDP, o)
	if err != nil {
		p.abort()
		return answer, err
	}
	return Answer{sdp, o.soundOnly}, nil
}

// refuseVideo keeps the video lines of a participant without the codec empty, whatever they are to show.
func (r *Room) refuseVideo(p *participant, refused bool) {
	r.mu.Lock()
	defer r.unlock()
	now := r.server.now()
	for _, s := range p.slots {
		if s.line.Kind == Video && s.refused != refused {
			s.refused = refused
			r.followLocked(s, now)
		}
	}
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

func (r *Room) negotiate(ctx context.Context, p *participant, offer string, o offered) (_ string, err error) {
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
		if o.soundOnly && s.line.Kind == Video {
			continue // without a sender, Pion rejects the m-line
		}
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
	if err := r.publish(p, local.SDP, o); err != nil {
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
func (r *Room) publish(p *participant, answer string, o offered) error {
	answered, err := parseSections(answer, len(p.lines))
	if err != nil || len(answered) != len(p.lines) {
		return fmt.Errorf("%w: the answer to it has other m-lines", ErrBadOffer)
	}
	var tracks []*track
	for i, line := range p.lines {
		if o.soundOnly && line.Kind == Video {
			continue
		}
		if answered[i].rejected {
			return &LineMismatchError{i, line.Name, line.describe(r.server.cfg.Codec), "an m-line without a usable codec"}
		}
		if line.Direction == Send {
			tracks = append(tracks, p.negotiated(line, answered[i], o.sections[i]))
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
	t.mediaPT, _ = answered.payloadType(line.Kind, p.room.server.cfg.Codec)
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
