package sfu

import (
	"log/slog"
	"net/netip"
	"time"

	"muster/sfu/egress"
)

// Kind is the kind of media of a line, as in MediaStreamTrack.kind.
type Kind string

// The two kinds of media.
const (
	Audio Kind = "audio"
	Video Kind = "video"
)

// Direction is the direction of a line as its participant sees it.
type Direction string

// The directions of a line.
const (
	// Send lines publish: the participant sends, the server receives.
	Send Direction = "send"
	// Recv lines watch: the server sends, the participant receives.
	Recv Direction = "recv"
)

// SourceID names a published source; it is global in a room.
type SourceID string

// ParticipantID names a participant of a room.
type ParticipantID string

// Layer is one simulcast encoding (RFC 8853) of a video source.
type Layer struct {
	// RID is the restriction identifier (RFC 8851): "l", "m" or "h".
	RID string
	// Width and Height are in pixels.
	Width, Height int
	// MaxBitrate is in bits per second.
	MaxBitrate int
	// MaxFPS is in frames per second.
	MaxFPS int
}

// Line is one m-line of a participant's offer.
type Line struct {
	// Name is unique within the participant.
	Name string
	// Kind says which media it carries.
	Kind Kind
	// Direction is Send or Recv.
	Direction Direction
	// Source is the id that a Send line publishes under.
	Source SourceID
	// Layers are the simulcast layers of a video Send line from low to high; none or one means no simulcast.
	Layers []Layer
	// Priority says which Recv lines go first when a viewer's line or a budget is too small: those with a larger one.
	Priority int
	// Group names the MediaStream that a Recv line belongs to: lines of one group are played in sync. Empty means
	// the line's own name.
	Group string
}

// Want is what a Recv line is to show. The zero Want is an empty line.
type Want struct {
	// Source is what to show; empty shows nothing.
	Source SourceID
	// MaxLayer is the RID of the best layer to show; empty is the best there is.
	MaxLayer string
}

// Config says where a Server listens and what it announces.
type Config struct {
	// Port is the UDP and TCP port; 0 lets the system choose one that is free for both.
	Port int
	// Listen are the local addresses to bind, one socket each, so that a reply leaves from the address that was
	// used. Unspecified addresses stand for every address of the machine; none means loopback only.
	Listen []netip.Addr
	// Public are announced instead of the bound addresses: the outside of a NAT, or several networks.
	Public []netip.Addr
	// Log receives the server's log; nil discards it.
	Log *slog.Logger
	// Silence is how long a source may send nothing before it counts as not live, and nothing that can be decoded before it counts as
	// without frames; 0 means 3 s.
	Silence time.Duration
	// Codec is what all video is negotiated in; empty is VP8. A participant whose offer has another one only takes part with sound.
	Codec VideoCodec
	// StartBitrate is announced to publishers of video as x-google-start-bitrate, in bits per second; 0 means
	// 2.5 Mbit/s.
	StartBitrate int
	// Budgets bound what parts of the network are sent in all; layers step down for it.
	Budgets []Budget
	// DSCP marks all packets of the UDP sockets for the network's queues (RFC 2474; RFC 8837 has values for media), 0 does not.
	DSCP int
	// Egress says how packets are handed to the system; empty is the best way it has.
	Egress Egress
}

// Egress is a way to hand packets to the system.
type Egress string

// The ways, from the best on. A system that lacks one uses the next.
const (
	// Segmented lets the system cut one message into the packets of one viewer (Linux, UDP_SEGMENT).
	Segmented Egress = "segmented"
	// Batched writes many packets in one system call (Linux, sendmmsg).
	Batched Egress = "batched"
	// Single writes packet by packet.
	Single Egress = "single"
	// Stock leaves the packets to Pion, as for viewers over TCP.
	Stock Egress = "stock"
)

func (c Config) mode() egress.Mode {
	switch c.Egress {
	case Single, Stock:
		return egress.Portable
	case Batched:
		return egress.Messages
	}
	return egress.Segments
}
