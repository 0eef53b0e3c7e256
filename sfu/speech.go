package sfu

import "time"

const (
	// speechLevel is the loudest level in -dBov (RFC 6464) that is still silence.
	speechLevel = 45
	// speechHold is how long speech goes on after the last loud packet.
	speechHold = 800 * time.Millisecond
	// speechPackets is how many loud packets begin speech: a click is not a voice.
	speechPackets = 3
)

// speechDetector tells from the audio level header extension (RFC 6464) whether somebody speaks. It belongs to the
// publisher's goroutine, except speaking, which belongs to the room.
type speechDetector struct {
	loud     int
	lastLoud int64
}

// hear takes one level byte into account and reports whether there is speech.
func (d *speechDetector) hear(level byte, now int64) bool {
	if level&0x7F < speechLevel {
		if now-d.lastLoud > int64(speechHold) {
			d.loud = 0
		}
		d.loud++
		d.lastLoud = now
	}
	return d.loud >= speechPackets && now-d.lastLoud <= int64(speechHold)
}
