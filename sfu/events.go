package sfu

// Event is something that happened in a Room: one of [ConnectionChanged], [SourceChanged], [LayersWanted],
// [SlotShowing], [EgressLimited] and [SpeakingChanged]. Every event is a state: when the reader falls behind, a newer event replaces an
// older one about the same thing, so that the queue is bounded by the size of the room.
type Event interface{ key() eventKey }

// eventKey says what an event is about; two events with the same key are the same state at different times.
type eventKey struct {
	kind        byte
	participant ParticipantID
	name        string
}

// ConnectionState is the state of a participant's PeerConnection (RTCPeerConnectionState).
type ConnectionState string

// The states that are reported.
const (
	Connecting   ConnectionState = "connecting"
	Connected    ConnectionState = "connected"
	Disconnected ConnectionState = "disconnected"
	Failed       ConnectionState = "failed"
	Closed       ConnectionState = "closed"
)

// ConnectionChanged reports a new state of a participant's connection. After Failed or Closed the participant stays in
// the room until Leave.
type ConnectionChanged struct {
	Participant ParticipantID
	State       ConnectionState
}

// SourceChanged reports that a source began or ceased to send, that its pictures began or ceased to be whole, or that other layers of
// it arrive.
type SourceChanged struct {
	Source SourceID
	// Participant is the publisher.
	Participant ParticipantID
	// Live means that packets arrive. It turns false after Config.Silence without any while the source is expected
	// to send, and when its publisher leaves.
	Live bool
	// NoFrames means that packets of a video source arrive, but for Config.Silence no whole picture that a viewer could decode. A
	// server without a decoder sees no more than that: a black or frozen picture is for its page to notice.
	NoFrames bool
	// Layers are the RIDs that arrive, from low to high; empty for audio and for video without simulcast.
	Layers []string
}

// LayersWanted tells which encodings the publisher's page is to keep active (RTCRtpSender.setParameters).
type LayersWanted struct {
	Participant ParticipantID
	// Line is the name of the publishing line.
	Line string
	// Active are the RIDs that are to be sent, from low to high; all others are to be inactive.
	Active []string
}

// EgressLimited reports that a budget keeps higher layers from viewers, or does not any more.
type EgressLimited struct{ Limited bool }

// SlotShowing reports that the first keyframe (video) or the first packet (audio) of a source was forwarded on a Recv
// line, or, with an empty Source, that the line shows nothing any more.
type SlotShowing struct {
	Participant ParticipantID
	// Line is the name of the receiving line.
	Line   string
	Source SourceID
	// RID is the layer that is forwarded; empty without simulcast.
	RID string
}

// SpeakingChanged reports that voice began or ended on an audio source, by the audio level header extension (RFC 6464).
type SpeakingChanged struct {
	Source   SourceID
	Speaking bool
}

func (e ConnectionChanged) key() eventKey { return eventKey{'c', e.Participant, ""} }
func (e SourceChanged) key() eventKey     { return eventKey{'s', "", string(e.Source)} }
func (e LayersWanted) key() eventKey      { return eventKey{'l', e.Participant, e.Line} }
func (e SlotShowing) key() eventKey       { return eventKey{'w', e.Participant, e.Line} }
func (e EgressLimited) key() eventKey     { return eventKey{'e', "", ""} }
func (e SpeakingChanged) key() eventKey   { return eventKey{'v', "", string(e.Source)} }
