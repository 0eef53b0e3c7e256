package rehearsal

import (
	"fmt"

	"muster/signaling/wire"
)

// Profile says how much a fleet sends.
type Profile string

const (
	// Demo keeps the pictures of the hall and of called units below 400 kbit/s, so that a fleet of 246, the server and a browser
	// fit on two cores.
	Demo Profile = "demo"
	// Full sends what the server's hello allows: 1.5 Mbit/s at 25 frames a second.
	Full Profile = "full"
)

// check refuses a profile that does not exist.
func (p Profile) check() error {
	if p != Demo && p != Full {
		return fmt.Errorf("there is no profile %q: it is demo or full", p)
	}
	return nil
}

// limit is what the profile makes of a layer; i counts from the lowest.
func (p Profile) limit(i int, l wire.Layer) wire.Layer {
	if p == Full || i == 0 {
		return l
	}
	const bitrate, frameRate = 350_000, 15
	l.MaxBitrate = min(l.MaxBitrate, bitrate)
	l.MaxFramerate = min(l.MaxFramerate, frameRate)
	return l
}
