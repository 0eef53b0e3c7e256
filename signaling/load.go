package signaling

import "cmp"

const (
	// soundBitrate is what the sound of one line takes, headers included.
	soundBitrate = 50_000
	// watchers is how many pages show every unit at once: a console and a wall.
	watchers = 2
)

// Load is what a call of so many units sends, in bit/s of RTP: usually, with the hall and one unit on every unit's screen, and at
// most, with three on the floor and a share beside the hall. low is what a camera's smallest picture takes (0 is the default),
// unitCap what one unit is sent in all (0 is no bound).
func Load(units, low int, unitCap int64) (usual, most int64) {
	layers := cameraLayers(low)
	large := int64(layers[len(layers)-1].MaxBitrate)
	of := func(pictures int64) int64 {
		unit := pictures * (large + soundBitrate)
		if unitCap > 0 {
			unit = min(unit, unitCap)
		}
		wall := int64(units)*int64(cmp.Or(low, lowBitrate)) + pictures*large
		return int64(units)*unit + watchers*wall
	}
	return of(2), of(5)
}
