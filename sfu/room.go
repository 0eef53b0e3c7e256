package sfu

import (
	"context"
	"net/netip"
)

// Server owns the sockets and the certificate that its rooms share.
type Server struct{ port int }

// New binds the sockets.
func New(cfg Config) (*Server, error) { return &Server{port: cfg.Port}, nil }

// Port is the UDP and TCP port in use.
func (s *Server) Port() int { return s.port }

// Close ends all rooms and releases the sockets.
func (s *Server) Close() error { return nil }

// NewRoom opens a room.
func (s *Server) NewRoom(id string) *Room { return &Room{id: id} }

// Room holds participants that may watch each other.
type Room struct{ id string }

// Join adds a participant with its agreed lines.
func (r *Room) Join(id ParticipantID, lines []Line, local netip.Addr) error { return nil }

// Answer negotiates, once for a participant.
func (r *Room) Answer(ctx context.Context, id ParticipantID, offerSDP string) (string, error) {
	return "", ErrNotJoined
}

// Leave removes a participant and closes its connection.
func (r *Room) Leave(id ParticipantID) {}

// Show declares what the named Recv lines of a participant are to show; other lines keep their want.
func (r *Room) Show(id ParticipantID, want map[string]Want) {}

// Keep declares which layers of a source stay on although nobody watches them.
func (r *Room) Keep(source SourceID, rids ...string) {}

// Events returns the room's events, for one reader. It is closed by Close.
func (r *Room) Events() <-chan Event { return nil }

// Close removes all participants and closes Events.
func (r *Room) Close() {}

// Stats are counters of a Room since it was opened, and gauges of now.
type Stats struct {
	Participants, Sources, LiveSources                int
	PacketsIn, PacketsOut, PacketsLost                uint64
	BytesIn, BytesOut                                 uint64
	Switches, KeyframeRequests, Retransmits, NACKsOut uint64
}

// Stats returns the room's counters.
func (r *Room) Stats() Stats { return Stats{} }
