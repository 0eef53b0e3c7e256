package rollcall

import "time"

const (
	// lackBegins is how long a camera or microphone has to be missing before the journal says so: a page that starts lacks both.
	lackBegins = 5 * time.Second
	// LackEnds is how long it has to work again: one that flaps lacks all the time, and fills no journal.
	LackEnds = 30 * time.Second
)

// Devices tells what a unit's page lacks, as it knows it now; empty is nothing. It is a report: only what lasts is journaled.
type Devices struct {
	Unit, Conn string
	Lacks      Lacks
}

// Lacks is what a unit can't be seen or heard for.
type Lacks struct {
	Camera     string // "none", "denied", "black", "frozen"
	Microphone string // "none", "denied", "silent"
}

// The devices that a unit may lack.
const (
	LackCamera     = "camera"
	LackMicrophone = "microphone"
)

// UnitLacks says that a unit that is here has no picture or sound from a moment on, or has it again. It counts as present all
// the same.
type UnitLacks struct {
	Unit   string    `json:"unit"`
	Device string    `json:"device"`         // "camera", "microphone"
	What   string    `json:"what,omitempty"` // as in Lacks, empty when it works again
	From   time.Time `json:"from"`
}

// of returns what lacks of one device.
func (l *Lacks) of(device string) *string {
	if device == LackCamera {
		return &l.Camera
	}
	return &l.Microphone
}

// decide has nothing to say: a report is no event, the session's watch makes one of what lasts.
func (Devices) decide(*View, moment) ([]draft, Outcome, error) { return nil, Outcome{}, nil }

// lackWatch holds what pages say otherwise than the journal, until it has lasted. It belongs to the session's goroutine.
type lackWatch map[lackOf]lackSeen

type lackOf struct{ unit, device string }

type lackSeen struct {
	what  string
	since time.Time
	by    Actor
}

// see takes a report in. One that comes from a page that does not hold the seat says nothing.
func (w lackWatch) see(v *View, d Devices, by Actor, now time.Time) {
	s, ok := v.Seats[d.Unit]
	if !ok || s.Presence != Here || s.Conn != d.Conn {
		return
	}
	for _, device := range []string{LackCamera, LackMicrophone} {
		key, what, known := lackOf{d.Unit, device}, *d.Lacks.of(device), *s.Lacks.of(device)
		seen, waits := w[key]
		switch {
		case what == known:
			delete(w, key)
		case waits && seen.what != "" && what != "" && known == "":
			w[key] = lackSeen{what, seen.since, by} // another lack: it lacks since the first one
		case !waits || seen.what != what:
			w[key] = lackSeen{what, now, by}
		}
	}
}

// forget drops what a page said that is gone.
func (w lackWatch) forget(unit string) {
	delete(w, lackOf{unit, LackCamera})
	delete(w, lackOf{unit, LackMicrophone})
}

// due is when the journal has to say it.
func (w lackWatch) due(v *View, key lackOf) time.Time {
	if *v.Seats[key.unit].Lacks.of(key.device) == "" {
		return w[key].since.Add(lackBegins)
	}
	return w[key].since.Add(LackEnds)
}

// next is when something is due, zero for never.
func (w lackWatch) next(v *View) time.Time {
	var next time.Time
	for key := range w {
		if at := w.due(v, key); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next
}

// settle writes down what has lasted.
func (s *session) settle(now time.Time) {
	if next := s.lacks.next(s.head); s.head.Phase == Closed || next.IsZero() || now.Before(next) {
		return
	}
	for _, u := range s.head.Roster {
		for _, device := range []string{LackCamera, LackMicrophone} {
			key := lackOf{u.Code, device}
			seen, waits := s.lacks[key]
			if !waits || now.Before(s.lacks.due(s.head, key)) {
				continue
			}
			delete(s.lacks, key)
			s.emit(Meta{Actor: seen.by}, []draft{{KindUnitLacks, UnitLacks{Unit: u.Code, Device: device, What: seen.what, From: seen.since}}}, nil)
		}
	}
}

func foldLacks(v *View, _ Event, d UnitLacks) error {
	s, err := v.seat(d.Unit)
	if err == nil {
		*s.Lacks.of(d.Device) = d.What
	}
	return err
}
