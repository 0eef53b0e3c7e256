package web

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall"
	"muster/rollcall/account"
)

type user struct {
	Name     string `json:"name"`
	Display  string `json:"display"`
	Role     string `json:"role" enum:"host,admin"`
	Disabled bool   `json:"disabled"`
	Sample   bool   `json:"sample" doc:"from the sample data, works on this machine only"`
}

type usersOutput struct {
	Body struct {
		Users []user `json:"users"`
	}
}

type userOutput struct{ Body user }

type newUserInput struct {
	Body struct {
		Name     string `json:"name" pattern:"^[a-z0-9][a-z0-9._-]{1,31}$" patternDescription:"2 to 32 of a-z, 0-9, dot, dash, underscore"`
		Display  string `json:"display" minLength:"1" maxLength:"64"`
		Role     string `json:"role" enum:"host,admin"`
		Password string `json:"password" maxLength:"256"`
	}
}

type changeUserInput struct {
	Name string `path:"name" maxLength:"64"`
	Body struct {
		Display  string `json:"display" minLength:"1" maxLength:"64"`
		Role     string `json:"role" enum:"host,admin"`
		Disabled bool   `json:"disabled"`
		Password string `json:"password,omitempty" maxLength:"256" doc:"empty keeps the old one"`
	}
}

func (s *server) userRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/users", "listUsers", "Hosts and administrators", adminOnly}, s.listUsers)
	handle(s, api, route{"POST", "/api/users", "createUser", "Add a host or administrator", adminOnly}, s.createUser)
	handle(s, api, route{"PUT", "/api/users/{name}", "changeUser", "Change a user, its password, or disable it", adminOnly}, s.changeUser)
}

func userOf(u account.User) user {
	return user{Name: u.Name, Display: u.Display, Role: string(u.Role), Disabled: u.Disabled, Sample: u.Sample}
}

func (s *server) listUsers(ctx context.Context, _ *empty) (*usersOutput, error) {
	users, err := s.cfg.Accounts.Users(ctx)
	if err != nil {
		return nil, err
	}
	out := &usersOutput{}
	out.Body.Users = make([]user, 0, len(users))
	for _, u := range users {
		out.Body.Users = append(out.Body.Users, userOf(u))
	}
	return out, nil
}

func (s *server) createUser(ctx context.Context, in *newUserInput) (*userOutput, error) {
	switch _, err := s.cfg.Accounts.User(ctx, in.Body.Name); {
	case err == nil:
		return nil, errUserExists
	case !errors.Is(err, rollcall.ErrNotFound):
		return nil, err
	}
	hash, err := hashPassword(in.Body.Password)
	if err != nil {
		return nil, err
	}
	u := account.User{Name: in.Body.Name, Display: strings.TrimSpace(in.Body.Display), Role: account.Role(in.Body.Role), PasswordHash: hash}
	if err := s.cfg.Accounts.PutUser(ctx, u); err != nil {
		return nil, err
	}
	return &userOutput{userOf(u)}, s.audit(ctx, whoOf(ctx).ID, "user.create", u.Name, "role "+in.Body.Role)
}

func hashPassword(password string) (string, error) {
	if len([]rune(password)) < shortestPassword {
		return "", errShortPassword
	}
	return account.HashPassword(password)
}

func (s *server) changeUser(ctx context.Context, in *changeUserInput) (*userOutput, error) {
	u, err := s.cfg.Accounts.User(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	before := u
	u.Display, u.Role, u.Disabled = strings.TrimSpace(in.Body.Display), account.Role(in.Body.Role), in.Body.Disabled
	if err := s.keepAnAdmin(ctx, before, u); err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("role %s, disabled %t", u.Role, u.Disabled)
	if in.Body.Password != "" {
		if u.PasswordHash, err = hashPassword(in.Body.Password); err != nil {
			return nil, err
		}
		u.Sample = false // its password is not in a README any more
		detail += ", new password"
	}
	if err := s.cfg.Accounts.PutUser(ctx, u); err != nil {
		return nil, err
	}
	if s.cfg.RevokedUser != nil && (u.Disabled || u.Role != before.Role || in.Body.Password != "") {
		s.cfg.RevokedUser(u.Name)
	}
	return &userOutput{userOf(u)}, s.audit(ctx, whoOf(ctx).ID, "user.change", u.Name, detail)
}

// keepAnAdmin refuses a change after which nobody could administer.
func (s *server) keepAnAdmin(ctx context.Context, before, after account.User) error {
	works := func(u account.User) bool { return u.Role == account.RoleAdmin && !u.Disabled }
	if !works(before) || works(after) {
		return nil
	}
	users, err := s.cfg.Accounts.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Name != after.Name && works(u) {
			return nil
		}
	}
	return errLastAdmin
}
