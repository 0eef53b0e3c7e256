package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"muster/rollcall/attendance"
)

// zone is the bureau's own: China has one time and no summer time.
func zone() *time.Location { return time.FixedZone("CST", 8*3600) }

// book answers questions about attendance.
func (d *database) book() *attendance.Book {
	return &attendance.Book{Journal: d, Sessions: d, Store: d, Zone: zone()}
}

// spanFlags choose sessions by the day they were planned for.
type spanFlags struct {
	From time.Time `format:"2006-01-02" default:"2000-01-01" help:"First day."`
	To   time.Time `format:"2006-01-02" help:"Last day, included; today when not given."`
}

// Validate refuses a span in which there is no day: nothing would be checked, and no fault found.
func (f *spanFlags) Validate() error {
	if !f.To.IsZero() && f.To.Before(f.From) {
		return errors.New("--to lies before --from")
	}
	return nil
}

// moments are the begin of the first day and the end of the last. The flags' own times are of UTC, of which the day counts.
func (f *spanFlags) moments() (from, to time.Time) {
	last := f.To
	if last.IsZero() {
		last = time.Now().In(zone())
	}
	begin := func(day time.Time) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone())
	}
	return begin(f.From), begin(last).AddDate(0, 0, 1)
}

// verifyCommand checks what the journals say against themselves and against what was derived from them.
type verifyCommand struct {
	databaseFlags
	spanFlags
}

// Run prints every fault and fails when there is one.
func (c *verifyCommand) Run(ctx context.Context, log *slog.Logger) error {
	return c.withStore(ctx, log, func(d *database) error {
		from, to := c.moments()
		sessions, faults, err := d.book().Verify(ctx, from, to)
		if err != nil {
			return err
		}
		for _, f := range faults {
			fmt.Printf("session %s: %s\n", f.Session, f.What)
		}
		fmt.Printf("%d sessions checked, %d faults\n", sessions, len(faults))
		if len(faults) > 0 {
			return errors.New("the journals or what was derived from them are not what they were")
		}
		return nil
	})
}

// rebuildCommand derives attendance again.
type rebuildCommand struct {
	databaseFlags
	spanFlags
}

// Run replaces the cached attendance of closed sessions.
func (c *rebuildCommand) Run(ctx context.Context, log *slog.Logger) error {
	return c.withStore(ctx, log, func(d *database) error {
		from, to := c.moments()
		sessions, err := d.book().Rebuild(ctx, from, to)
		if err != nil {
			return err
		}
		fmt.Printf("attendance of %d sessions derived again\n", sessions)
		return nil
	})
}
