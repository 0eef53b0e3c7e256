package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"muster/rollcall/attendance"
)

// book answers questions about attendance in the bureau's own zone.
func (d *database) book() *attendance.Book {
	return &attendance.Book{Journal: d, Sessions: d, Store: d, Zone: time.FixedZone("CST", 8*3600)}
}

// spanFlags choose sessions by the day they were planned for.
type spanFlags struct {
	From time.Time `format:"2006-01-02" default:"2000-01-01" help:"First day."`
	To   time.Time `format:"2006-01-02" help:"Last day, included; today when not given."`
}

func (f *spanFlags) end() time.Time {
	if f.To.IsZero() {
		return time.Now().AddDate(0, 0, 1)
	}
	return f.To.AddDate(0, 0, 1)
}

// verifyCommand checks what the journals say against themselves and against what was derived from them.
type verifyCommand struct {
	databaseFlags
	spanFlags
}

// Run prints every fault and fails when there is one.
func (c *verifyCommand) Run(ctx context.Context, log *slog.Logger) error {
	return c.withStore(ctx, log, func(d *database) error {
		sessions, faults, err := d.book().Verify(ctx, c.From, c.end())
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
		sessions, err := d.book().Rebuild(ctx, c.From, c.end())
		if err != nil {
			return err
		}
		fmt.Printf("attendance of %d sessions derived again\n", sessions)
		return nil
	})
}
