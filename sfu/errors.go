package sfu

import (
	"errors"
	"fmt"
)

// Errors that callers can tell apart with errors.Is.
var (
	// ErrClosed is returned by a Server or Room that was closed.
	ErrClosed = errors.New("sfu: closed")
	// ErrNotJoined is returned for a participant that is not (or no longer) in the room.
	ErrNotJoined = errors.New("sfu: no such participant in the room")
	// ErrJoined is returned by Join for a participant that is in the room already.
	ErrJoined = errors.New("sfu: the participant is in the room already")
	// ErrAnswered is returned by Answer for a participant whose offer was answered before.
	ErrAnswered = errors.New("sfu: the participant's offer was answered already")
	// ErrBadOffer is wrapped by Answer's error when the offer cannot be used.
	ErrBadOffer = errors.New("sfu: the offer cannot be used")
	// ErrNoCodec is wrapped by Answer's error when nothing is left of a participant whose offer does not have the room's codec of video.
	ErrNoCodec = errors.New("sfu: the offer does not have the codec of the room's video, and no audio")
	// ErrBadLines is wrapped by Join's error when the lines contradict themselves.
	ErrBadLines = errors.New("sfu: the lines cannot be used")
)

// LineMismatchError says which m-line of an offer is not what was agreed, and what was wanted there.
type LineMismatchError struct {
	// Index counts the m-lines of the offer from 0; it equals the number of lines when the offer has too many.
	Index int
	// Name is the agreed line's name; empty for an m-line too many.
	Name string
	// Wanted and Got say what was agreed and what was offered, in English, safe to show.
	Wanted, Got string
}

// Error implements error.
func (e *LineMismatchError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("sfu: m-line %d of the offer: wanted %s, got %s", e.Index, e.Wanted, e.Got)
	}
	return fmt.Sprintf("sfu: m-line %d (%s) of the offer: wanted %s, got %s", e.Index, e.Name, e.Wanted, e.Got)
}
