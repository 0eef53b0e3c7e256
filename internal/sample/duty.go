package sample

import (
	"context"
	"fmt"
	"time"

	"muster/rollcall"
	"muster/rollcall/duty"
)

// loadDuty invents who is on duty yesterday, today and tomorrow, and leaves days alone of which there is a roster.
func loadDuty(ctx context.Context, stores Stores, units []rollcall.Unit, now time.Time, zone *time.Location) error {
	for _, shift := range []int{-1, 0, 1} {
		day := now.In(zone).AddDate(0, 0, shift).Format(time.DateOnly)
		kept, err := stores.Officers(ctx, day, "")
		if err != nil {
			return err
		}
		if len(kept) > 0 {
			continue
		}
		if err := stores.PutOfficers(ctx, onDuty(units, day)); err != nil {
			return err
		}
	}
	return nil
}

// onDuty gives each unit two officers for a day.
func onDuty(units []rollcall.Unit, day string) []duty.Officer {
	var list []duty.Officer
	for n, u := range units {
		d := dice("duty", u.Code, day)
		for i, role := range []string{leaderOf(u.Kind), "民警"} {
			list = append(list, duty.Officer{
				Unit: u.Code, Date: day, Name: person(d), Number: fmt.Sprintf("1%03d%02d", n, 10*i+d.IntN(10)),
				Phone: fmt.Sprintf("024-5550%03d%d", n, i), Role: role,
			})
		}
	}
	return list
}

func leaderOf(kind rollcall.UnitKind) string {
	switch kind {
	case rollcall.Branch:
		return "值班副局长"
	case rollcall.PoliceType:
		return "值班支队长"
	}
	return "值班所长"
}
