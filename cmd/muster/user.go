package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"

	"muster/rollcall"
	"muster/rollcall/account"
	"muster/web"
)

// userCommand groups what can be done with users.
type userCommand struct {
	Add      userAddCommand      `cmd:"" help:"Add a user; the password is asked for, or read as one line from standard input."`
	Password userPasswordCommand `cmd:"" help:"Set a user's password."`
}

type userAddCommand struct {
	databaseFlags
	Name    string       `arg:"" help:"Login name."`
	Role    account.Role `enum:"host,admin,observer" required:"" help:"host, admin or observer."`
	Display string       `help:"Name as people read it; the login name when empty."`
}

// Run adds the user.
func (c *userAddCommand) Run(ctx context.Context, log *slog.Logger) error {
	name := strings.ToLower(c.Name)
	if !web.GoodUserName(name) {
		return fmt.Errorf("%q is no login name: it takes 2 to 32 of a-z, 0-9, dot, dash and underscore", c.Name)
	}
	return c.withStore(ctx, log, func(s *database) error {
		if _, err := s.User(ctx, name); err == nil { // asked before the password is, for nothing
			return fmt.Errorf("%s: %w", name, account.ErrUserExists)
		} else if !errors.Is(err, rollcall.ErrNotFound) {
			return err
		}
		hash, err := askPassword()
		if err != nil {
			return err
		}
		display := c.Display
		if display == "" {
			display = name
		}
		if err := s.AddUser(ctx, account.User{Name: name, Display: display, Role: c.Role, PasswordHash: hash}); err != nil {
			return err
		}
		return s.audit(ctx, "user.create", name, "role "+string(c.Role))
	})
}

type userPasswordCommand struct {
	databaseFlags
	Name string `arg:"" help:"Login name."`
}

// Run changes the password.
func (c *userPasswordCommand) Run(ctx context.Context, log *slog.Logger) error {
	return c.withStore(ctx, log, func(s *database) error {
		user, err := s.User(ctx, strings.ToLower(c.Name))
		if err != nil {
			return fmt.Errorf("the user %s: %w", c.Name, err)
		}
		if user.PasswordHash, err = askPassword(); err != nil {
			return err
		}
		user.Sample = false // it has a password that is not in a README
		if err := s.PutUser(ctx, user); err != nil {
			return err
		}
		return s.audit(ctx, "user.change", user.Name, "new password")
	})
}

// askPassword reads a new password, hidden and twice on a terminal, and returns its hash.
func askPassword() (string, error) {
	password, err := readPassword()
	if err != nil {
		return "", err
	}
	if len([]rune(password)) < web.ShortestPassword {
		return "", fmt.Errorf("a password needs at least %d characters", web.ShortestPassword)
	}
	return account.HashPassword(password)
}

func readPassword() (string, error) {
	fd := int(os.Stdin.Fd())
	if !term.IsTerminal(fd) {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if line == "" && err != nil {
			return "", fmt.Errorf("cannot read the password from standard input: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var entered [2]string
	for i, prompt := range []string{"Password: ", "Again: "} {
		fmt.Fprint(os.Stderr, prompt)
		b, err := term.ReadPassword(fd)
		fmt.Fprintln(os.Stderr)
		if err != nil {
			return "", fmt.Errorf("cannot read the password: %w", err)
		}
		entered[i] = string(b)
	}
	if entered[0] != entered[1] {
		return "", errors.New("the two passwords differ")
	}
	return entered[0], nil
}
