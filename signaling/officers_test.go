package signaling_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/rollcall"
	"muster/signaling/wire"
)

// duty is the duty roster of the test house: one officer, at the first unit.
func duty(_ context.Context, unit string, _ time.Time) ([]rollcall.Officer, error) {
	switch unit {
	case unitCode(0):
		return []rollcall.Officer{{Name: "李强", Number: "101", Role: "值班所长", Listed: true}}, nil
	case unitCode(2):
		return nil, errors.New("the roster is away")
	}
	return nil, nil
}

func TestOfficersSignInFromTheDutyRoster(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	a := h.join(wire.PageStation, "unit:"+unitCode(0))
	b := h.join(wire.PageStation, "unit:"+unitCode(1))
	c := h.join(wire.PageStation, "unit:"+unitCode(2))
	a.refused("no_session", wire.TypeOfficerIn, wire.OfficerIn{Number: "101"})
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill", WaitS: 3600})
	host.find("here", like(wire.TypeSeats, func(s wire.Seats) bool { return s.Seats[0].Presence == "here" }))

	if list := decode[wire.Duty](t, a.done(wire.TypeOfficerList, nil)).Officers; len(list) != 1 || list[0].Name != "李强" || list[0].Role != "值班所长" {
		t.Errorf("the unit's duty roster is %+v", list)
	}
	if list := decode[wire.Duty](t, b.done(wire.TypeOfficerList, nil)).Officers; len(list) != 0 {
		t.Errorf("another unit is shown %+v", list)
	}
	a.done(wire.TypeOfficerIn, wire.OfficerIn{Number: "101", Name: "somebody else"})
	host.find("listed", officersAre(unitCode(0), "李强 listed"))
	b.refused("no_officer", wire.TypeOfficerIn, wire.OfficerIn{Number: "101"})
	b.refused("bad_data", wire.TypeOfficerIn, wire.OfficerIn{Number: "1", Name: strings.Repeat("长", 33)})
	b.done(wire.TypeOfficerIn, wire.OfficerIn{Number: "101", Name: " 李强\x00"})
	host.find("typed", officersAre(unitCode(1), "李强"))
	c.done(wire.TypeOfficerIn, wire.OfficerIn{Number: "7", Name: "王芳"}) // nobody can look the number up
	host.find("unknown", officersAre(unitCode(2), "王芳"))

	a.done(wire.TypeOfficerIn, wire.OfficerIn{Number: "102", Name: "赵敏", Relieves: "101"})
	host.find("relieved", officersAre(unitCode(0), "赵敏"))
	a.refused("not_signed_in", wire.TypeOfficerIn, wire.OfficerIn{Number: "103", Name: "钱进", Relieves: "101"})
	a.done(wire.TypeOfficerOut, wire.OfficerRef{Number: "102"})
	host.find("gone", officersAre(unitCode(0)))
}

func TestALineFaultIsNamedAfterItsNetwork(t *testing.T) {
	h := newHouse(t)
	host := h.join(wire.PageConsole, "host:h")
	host.done(wire.TypeSessionStart, wire.SessionStart{Kind: "drill"})
	var stations []*page
	for i := range 4 {
		stations = append(stations, h.join(wire.PageStation, "unit:"+unitCode(i)))
		host.find("here", like(wire.TypeSeats, func(s wire.Seats) bool {
			return slices.ContainsFunc(s.Seats, func(x wire.Seat) bool { return x.Unit == unitCode(i) && x.Presence == "here" })
		}))
	}
	for _, p := range stations[:3] {
		_ = p.conn.UnderlyingConn().Close() // no goodbye: the line broke
	}
	host.find("fault", like(wire.TypeDesk, func(d wire.Desk) bool {
		return len(d.Faults) == 1 && d.Faults[0].Network == "loopback" && d.Faults[0].Branch == "" && len(d.Faults[0].Units) == 3
	}))
}

// officersAre finds the frame after which exactly these sit at the unit's seat.
func officersAre(unit string, want ...string) func(wire.Frame) bool {
	return like(wire.TypeSeats, func(s wire.Seats) bool {
		for _, seat := range s.Seats {
			if seat.Unit != unit {
				continue
			}
			var got []string
			for _, o := range seat.Officers {
				name := o.Name
				if o.Listed {
					name += " listed"
				}
				got = append(got, name)
			}
			return strings.Join(got, ",") == strings.Join(want, ",")
		}
		return false
	})
}
