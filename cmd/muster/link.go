package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"muster/rollcall"
	"muster/rollcall/account"
)

// linkCommand makes a unit's join link.
type linkCommand struct {
	databaseFlags
	Unit string `arg:"" help:"The unit's code, 12 digits."`
	Base string `default:"http://127.0.0.1:8230" help:"Address of the pages, as the station's browser sees it."`
}

// Run revokes the unit's link, if it has one, and prints the new one.
func (c *linkCommand) Run(ctx context.Context, log *slog.Logger) error {
	return c.withStore(ctx, log, func(s *database) error {
		units, err := s.Units(ctx)
		if err != nil {
			return err
		}
		unit, ok := findUnit(units, c.Unit)
		if !ok {
			return fmt.Errorf("%s: %w", c.Unit, rollcall.ErrUnknownUnit)
		}
		token, hash := account.NewToken()
		if err := s.PutLink(ctx, account.Link{Unit: unit.Code, TokenHash: hash, CreatedAt: time.Now(), CreatedBy: operator()}); err != nil {
			return err
		}
		if err := s.audit(ctx, "link.create", unit.Code, ""); err != nil {
			return err
		}
		fmt.Printf("%s\n", joinLink(c.Base, token))
		return nil
	})
}

func findUnit(units []rollcall.Unit, code string) (rollcall.Unit, bool) {
	for _, u := range units {
		if u.Code == code {
			return u, true
		}
	}
	return rollcall.Unit{}, false
}

// joinLink has the token behind '#', which a browser never sends to a server or a log.
func joinLink(base, token string) string { return strings.TrimRight(base, "/") + "/station#" + token }
