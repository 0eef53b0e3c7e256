package signaling

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"muster/rollcall"
	"muster/signaling/wire"
)

// officerHandlers are about who sits at a unit's seat.
func officerHandlers() map[string]handler {
	return map[string]handler{
		wire.TypeOfficerList: {station(), false, data(handleOfficers)},
		wire.TypeOfficerIn:   {station(), false, does(handleSignIn)},
		wire.TypeOfficerOut: {station(), false, does(func(k *socket, d wire.OfficerRef) (rollcall.Command, error) {
			return rollcall.SignOut{Unit: k.view.unit, Number: d.Number}, nil
		})},
	}
}

// onDuty is who the duty roster has at the page's unit: on the day of the call, or today.
func (k *socket) onDuty() ([]rollcall.Officer, error) {
	if k.server.cfg.Duty == nil {
		return nil, nil
	}
	day := time.Now()
	if v := k.server.cfg.Calls.Current(); v != nil {
		day = v.PlannedAt
	}
	ctx, cancel := context.WithTimeout(context.Background(), commandPatience)
	defer cancel()
	return k.server.cfg.Duty(ctx, k.view.unit, day)
}

func handleOfficers(k *socket, _ string, _ struct{}) (any, error) {
	list, err := k.onDuty()
	if err != nil {
		return nil, err
	}
	out := wire.Duty{Officers: []wire.DutyOfficer{}}
	for _, o := range list {
		out.Officers = append(out.Officers, wire.DutyOfficer{Name: o.Name, Number: o.Number, Role: o.Role})
	}
	return out, nil
}

// longestName of an officer, and longest police number, in characters.
const longestName = 32

// handleSignIn takes name and role from the duty roster where it has the number. Who is not on it may sit there all the same, and so
// may everybody while the roster can't be read: the page's word is marked as such.
func handleSignIn(k *socket, d wire.OfficerIn) (rollcall.Command, error) {
	list, err := k.onDuty()
	if err != nil {
		k.server.log.Warn("the duty roster can't be read", "unit", k.view.unit, "error", err)
	}
	officer := rollcall.Officer{Name: strings.TrimSpace(printable(d.Name)), Number: strings.TrimSpace(printable(d.Number))}
	if i := slices.IndexFunc(list, func(o rollcall.Officer) bool { return o.Number == officer.Number }); i >= 0 {
		officer = list[i]
		officer.Listed = true
	}
	if utf8.RuneCountInString(officer.Name) > longestName || utf8.RuneCountInString(officer.Number) > longestName {
		return nil, &detailed{errBadData, "name"}
	}
	return rollcall.SignIn{Unit: k.view.unit, Officer: officer, Relieves: d.Relieves}, nil
}

// officers are those who sit at the seat now.
func officers(s *rollcall.Seat) []wire.Officer {
	out := []wire.Officer{}
	for _, o := range s.OnDuty() {
		out = append(out, wire.Officer{Name: o.Name, Number: o.Number, Role: o.Role, Listed: o.Listed, From: stamp(o.From)})
	}
	return out
}
