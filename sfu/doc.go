// Package sfu is a selective forwarding unit (RFC 7667, section 3.7): it takes the audio and video that participants
// publish and puts any of it into any receive line of any other participant, without decoding, and without negotiating
// again while a call runs.
//
// A [Server] owns the sockets (one UDP port, TCP on the same number) and the DTLS certificate. A [Room] of it holds
// participants. Each participant has one PeerConnection with one offer and one answer for its life; the lines of that
// connection are agreed before. What a participant publishes on a [Send] line is a source with an id that is global in
// the room; what it receives on its [Recv] lines is declared by [Room.Show] and reconciled by the room: a want may name
// a source that does not exist yet, or a simulcast layer that is switched off.
//
// # What a line shows
//
// A participant is sent a source only while one of its lines wants it, with one exception that makes a change of picture
// smooth: when the want of a video line changes from one source to another, the old picture goes on until the first
// keyframe of the new one, but for at most one second, and not at all when the new source sends nothing. [SlotShowing]
// says when the new one begins, so a caption belongs to that event and not to the want. An empty want stops a line at
// once, and audio always changes at once.
//
// # Codecs
//
// Opus, and for video VP8 or H.264, one of them for all ([Config].Codec), for nothing is transcoded. A participant without it takes part
// with sound only, and [Answer] says so. Video may be simulcast in up to three layers, whose RIDs are "l", "m" and "h" from low to high. Layers
// that nobody watches are switched off at the publisher through [LayersWanted].
package sfu
