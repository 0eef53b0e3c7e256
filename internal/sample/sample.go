// Package sample is the invented house that demos and rehearsals run in: a roster in the shape of a real city's, incidents of
// the last days, users and join links.
package sample

import (
	"context"
	"time"

	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/incident"
	"muster/rollcall/schedule"
)

// Password is the password of all sample users.
const Password = "muster-demo"

// Stores is what sample data is loaded into; postgres.Store implements it.
type Stores interface {
	rollcall.RosterStore
	account.Store
	incident.Store
	schedule.Store
	PutLinks(ctx context.Context, links []account.Link) error
}

// Load puts the sample data in, and moves its incidents to the present day when it is there already. What an administrator
// changed since (passwords, links, schedules) stays as it is. The secret makes the join links: see account.SampleToken.
func Load(ctx context.Context, stores Stores, now time.Time, secret []byte) error { return nil }
