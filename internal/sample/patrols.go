package sample

import (
	"math/rand/v2"
	"time"

	"muster/rollcall"
	"muster/rollcall/incident"
)

// patrols invents the plans of yesterday, today and tomorrow.
func patrols(units []rollcall.Unit, now time.Time, zone *time.Location) []incident.Patrol {
	var list []incident.Patrol
	for _, u := range units {
		for _, shift := range []int{-1, 0, 1} {
			day := now.In(zone).AddDate(0, 0, shift).Format(time.DateOnly)
			d := dice("patrol", u.Code, day)
			officers := officersOf(u.Kind, d)
			places := patrolPlaces()
			d.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
			list = append(list, incident.Patrol{
				Unit: u.Code, Day: day, Officers: officers, Vehicles: 1 + officers/6, Places: places[:3+d.IntN(4)], Note: pick(d, patrolNotes()),
			})
		}
	}
	return list
}

func officersOf(kind rollcall.UnitKind, d *rand.Rand) int {
	switch kind {
	case rollcall.Branch:
		return 90 + d.IntN(130)
	case rollcall.PoliceType:
		return 20 + d.IntN(80)
	}
	return 6 + d.IntN(16)
}
