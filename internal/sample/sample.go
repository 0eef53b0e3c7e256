// Package sample is the invented house that demos and rehearsals run in: a roster in the shape of a real city's, incidents of
// the last days, users and join links.
package sample

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/duty"
	"muster/rollcall/incident"
	"muster/rollcall/schedule"
)

// Password is the password of all sample users.
const Password = "muster-demo"

const zoneName = "Asia/Shanghai"

// Stores is what sample data is loaded into; postgres.Store implements it.
type Stores interface {
	rollcall.RosterStore
	account.Store
	incident.Store
	schedule.Store
	duty.Store
	PutLinks(ctx context.Context, links []account.Link) error
}

// Load puts the sample data in, and moves its incidents to the present day when it is there already. What an administrator
// changed since (roster, passwords, links, schedules) stays as it is. The secret makes the join links: see account.SampleToken.
func Load(ctx context.Context, stores Stores, now time.Time, secret []byte) error {
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return fmt.Errorf("sample data: %w", err)
	}
	units, err := loadRoster(ctx, stores)
	if err != nil {
		return fmt.Errorf("sample data: %w", err)
	}
	for _, step := range []func() error{
		func() error { return stores.PutIncidents(ctx, incidents(units, now, zone)) },
		func() error { return stores.PutPatrols(ctx, patrols(units, now, zone)) },
		func() error { return loadDuty(ctx, stores, units, now, zone) },
		func() error { return loadUsers(ctx, stores) },
		func() error { return loadLinks(ctx, stores, units, now, secret) },
		func() error { return loadSchedule(ctx, stores) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("sample data: %w", err)
		}
	}
	return nil
}

// loadRoster returns the roster that is in force.
func loadRoster(ctx context.Context, stores Stores) ([]rollcall.Unit, error) {
	units, err := stores.Units(ctx)
	if err != nil || len(units) > 0 {
		return units, err
	}
	units = Units()
	return units, stores.PutUnits(ctx, units)
}

// Users returns the sample users without their password.
func Users() []account.User {
	return []account.User{
		{Name: "host", Display: "值班副局长（示例）", Role: account.RoleHost, Sample: true},
		{Name: "host2", Display: "指挥大厅二席（示例）", Role: account.RoleHost, Sample: true},
		{Name: "leader", Display: "观摩领导（示例）", Role: account.RoleObserver, Sample: true},
		{Name: "admin", Display: "管理员（示例）", Role: account.RoleAdmin, Sample: true},
	}
}

func loadUsers(ctx context.Context, stores Stores) error {
	for _, user := range Users() {
		_, err := stores.User(ctx, user.Name)
		if err == nil {
			continue
		}
		if !errors.Is(err, rollcall.ErrNotFound) {
			return err
		}
		if user.PasswordHash, err = account.HashPassword(Password); err != nil {
			return err
		}
		if err := stores.PutUser(ctx, user); err != nil {
			return err
		}
	}
	return nil
}

// loadLinks gives a sample link to each unit that has no link of an administrator's, and did not have its sample link revoked.
func loadLinks(ctx context.Context, stores Stores, units []rollcall.Unit, now time.Time, secret []byte) error {
	valid, err := stores.Links(ctx)
	if err != nil {
		return err
	}
	kept := make(map[string]account.Link, len(valid))
	for _, link := range valid {
		kept[link.Unit] = link
	}
	var missing []account.Link
	for _, u := range units {
		hash := account.HashToken(account.SampleToken(secret, u.Code))
		// A sample link of another secret is of a folder that is gone: nobody has its token any more.
		if link, ok := kept[u.Code]; ok && (!link.Sample || link.TokenHash == hash) {
			continue
		}
		_, err := stores.LinkByHash(ctx, hash)
		if errors.Is(err, rollcall.ErrNotFound) {
			missing = append(missing, account.Link{Unit: u.Code, TokenHash: hash, CreatedAt: now, CreatedBy: "sample", Sample: true})
		} else if err != nil {
			return err
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return stores.PutLinks(ctx, missing)
}

func loadSchedule(ctx context.Context, stores Stores) error {
	list, err := stores.Schedules(ctx)
	if err != nil || len(list) > 0 {
		return err
	}
	return stores.PutSchedule(ctx, schedule.Schedule{
		ID: "daily", Title: "点调会", Cron: "30 8 * * *", Zone: zoneName, Lead: 15 * time.Minute, Rules: rollcall.DefaultRules(), Enabled: true,
	})
}
