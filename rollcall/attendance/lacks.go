package attendance

import (
	"time"

	"muster/rollcall"
)

// Lack is a span in which a unit was present without a device. It changes no figure: who has no camera is present all the same.
type Lack struct {
	Device string    `json:"device"` // "camera", "microphone"
	What   string    `json:"what"`   // "none", "denied"; of a camera also "black", "frozen", of a microphone "silent"
	From   time.Time `json:"from"`
	To     time.Time `json:"to,omitzero"` // zero while it lasts
}

// lack ends what the unit lacked of the device, and begins what it lacks now. One that begins again soon has never ended: a page
// that was loaded again has to find out anew.
func (j *journal) lack(d rollcall.UnitLacks) {
	list := j.lacks[d.Unit]
	for i := range list {
		if l := &list[i]; l.Device == d.Device && l.To.IsZero() {
			l.To = d.From
		}
	}
	if d.What == "" {
		return
	}
	for i := len(list) - 1; i >= 0; i-- {
		if l := &list[i]; l.Device == d.Device {
			if l.What == d.What && d.From.Sub(l.To) <= rollcall.LackEnds {
				l.To = time.Time{}
				return
			}
			break
		}
	}
	j.lacks[d.Unit] = append(list, Lack{Device: d.Device, What: d.What, From: d.From})
}

// hasAll ends all that a unit lacked when it left.
func (j *journal) hasAll(unit string, at time.Time) {
	for i := range j.lacks[unit] {
		if l := &j.lacks[unit][i]; l.To.IsZero() {
			l.To = at
		}
	}
}

// lacks cuts what a unit lacked to the call.
func (c span) lacks(list []Lack) []Lack {
	var out []Lack
	for _, l := range list {
		l.From = rollcall.Later(l.From, c.begin)
		if over := c.closed || c.dismissed; l.To.After(c.end) || over && l.To.IsZero() {
			l.To = c.end
		}
		if !c.begin.IsZero() && (l.To.IsZero() || l.To.After(l.From)) {
			out = append(out, l)
		}
	}
	return out
}
