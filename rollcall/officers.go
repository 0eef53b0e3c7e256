package rollcall

import (
	"slices"
	"time"
)

// Officer is somebody who sits at a unit's seat.
type Officer struct {
	Name   string `json:"name"`
	Number string `json:"number"`         // police number (警号)
	Role   string `json:"role,omitempty"` // 值班所长, 民警 …
	// Listed says that the day's duty roster names this officer at the unit; else it is what was typed at the page.
	Listed bool `json:"listed"`
}

// SignedIn is an officer at a seat; To is zero while it lasts.
type SignedIn struct {
	Officer
	From, To time.Time
}

// SignIn says who sits at a unit's seat. Several may; Relieves is the number of the one who goes off duty at that moment.
type SignIn struct {
	Unit     string
	Officer  Officer
	Relieves string
}

// SignOut says that an officer no longer does.
type SignOut struct{ Unit, Number string }

// OfficerSignedIn says that an officer took a place at a unit's seat.
type OfficerSignedIn struct {
	Unit    string  `json:"unit"`
	Officer Officer `json:"officer"`
}

// OfficerSignedOut says that an officer left it.
type OfficerSignedOut struct {
	Unit   string `json:"unit"`
	Number string `json:"number"`
	By     string `json:"by,omitempty"` // number of the one who took over
}

// mostOfficers sit at one seat at once.
const mostOfficers = 8

// OnDuty are the officers who sit at the seat now.
func (s *Seat) OnDuty() []SignedIn {
	var out []SignedIn
	for _, o := range s.Officers {
		if o.To.IsZero() {
			out = append(out, o)
		}
	}
	return out
}

func (s *Seat) signedIn(number string) bool {
	return slices.ContainsFunc(s.OnDuty(), func(o SignedIn) bool { return o.Number == number })
}

func (c SignIn) decide(v *View, _ moment) ([]draft, Outcome, error) {
	s, ok := v.Seats[c.Unit]
	relieves := c.Relieves != "" && c.Relieves != c.Officer.Number
	switch {
	case !ok:
		return nil, Outcome{}, ErrUnknownUnit
	case s.Presence != Here:
		return nil, Outcome{}, ErrNotHere
	case c.Officer.Name == "" || c.Officer.Number == "":
		return nil, Outcome{}, ErrNoOfficer
	case relieves && !s.signedIn(c.Relieves):
		return nil, Outcome{}, ErrNotSignedIn
	case !relieves && !s.signedIn(c.Officer.Number) && len(s.OnDuty()) >= mostOfficers:
		return nil, Outcome{}, ErrSeatFull
	}
	var out []draft
	if relieves {
		out = append(out, draft{KindOfficerSignedOut, OfficerSignedOut{Unit: c.Unit, Number: c.Relieves, By: c.Officer.Number}})
	}
	if !s.signedIn(c.Officer.Number) {
		out = append(out, draft{KindOfficerSignedIn, OfficerSignedIn{Unit: c.Unit, Officer: c.Officer}})
	}
	return out, Outcome{}, nil
}

func (c SignOut) decide(v *View, _ moment) ([]draft, Outcome, error) {
	s, ok := v.Seats[c.Unit]
	switch {
	case !ok:
		return nil, Outcome{}, ErrUnknownUnit
	case !s.signedIn(c.Number):
		return nil, Outcome{}, nil
	}
	return []draft{{KindOfficerSignedOut, OfficerSignedOut{Unit: c.Unit, Number: c.Number}}}, Outcome{}, nil
}

func foldSignedIn(v *View, e Event, d OfficerSignedIn) error {
	s, err := v.seat(d.Unit)
	if err == nil {
		s.Officers = append(slices.Clip(s.Officers), SignedIn{Officer: d.Officer, From: e.At})
	}
	return err
}

func foldSignedOut(v *View, e Event, d OfficerSignedOut) error {
	s, err := v.seat(d.Unit)
	if err != nil {
		return err
	}
	s.Officers = slices.Clone(s.Officers)
	for i := range s.Officers {
		if o := &s.Officers[i]; o.Number == d.Number && o.To.IsZero() {
			o.To = e.At
		}
	}
	return nil
}
