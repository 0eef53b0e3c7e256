package rollcall

import "slices"

// eachSeat changes the seats of the units, of all of them when none is named.
func (v *View) eachSeat(units []string, change func(*Seat)) error {
	if len(units) == 0 {
		units = codes(v.Roster)
	}
	for _, u := range units {
		s, err := v.seat(u)
		if err != nil {
			return err
		}
		change(s)
	}
	return nil
}

func codes(units []Unit) []string {
	out := make([]string, len(units))
	for i, u := range units {
		out[i] = u.Code
	}
	return out
}

// known refuses a list of units that is empty or names one that is none; what it returns names each once.
func (v *View) known(units []string) ([]string, error) {
	if len(units) == 0 {
		return nil, ErrNobody
	}
	units = slices.Clone(units)
	slices.Sort(units)
	units = slices.Compact(units)
	for _, u := range units {
		if _, ok := v.Seats[u]; !ok {
			return nil, ErrUnknownUnit
		}
	}
	return units, nil
}
