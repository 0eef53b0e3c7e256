package web

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall/account"
)

// ShortestPassword is in characters.
const ShortestPassword = 10

// userName is what a login name looks like; a tag of newUserInput says the same.
const userName = "^[a-z0-9][a-z0-9._-]{1,31}$"

// GoodUserName says whether a new user may have that login name.
func GoodUserName(name string) bool { return regexp.MustCompile(userName).MatchString(name) }

type user struct {
	Name     string `json:"name"`
	Display  string `json:"display"`
	Role     string `json:"role" enum:"host,admin,observer"`
	Disabled bool   `json:"disabled"`
	Dossiers bool   `json:"dossiers" doc:"an observer to whom dossiers are shown"`
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
		Role     string `json:"role" enum:"host,admin,observer"`
		Password string `json:"password" maxLength:"256"`
		Dossiers bool   `json:"dossiers,omitempty" doc:"an observer to whom dossiers are shown"`
	}
}

type changeUserInput struct {
	Name string `path:"name" maxLength:"64"`
	Body struct {
		Display  string `json:"display" minLength:"1" maxLength:"64"`
		Role     string `json:"role" enum:"host,admin,observer"`
		Disabled bool   `json:"disabled"`
		Password string `json:"password,omitempty" maxLength:"256" doc:"empty keeps the old one"`
		Dossiers bool   `json:"dossiers,omitempty" doc:"an observer to whom dossiers are shown"`
	}
}

func (s *server) userRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/users", "listUsers", "Hosts, administrators and observers", adminOnly}, s.listUsers)
	handle(s, api, route{"POST", "/api/users", "createUser", "Add a host, administrator or observer; refused with 409 user_exists, which names it, when there is one of that name", adminOnly}, s.createUser)
	handle(s, api, route{"PUT", "/api/users/{name}", "changeUser", "Change a user, its password, or disable it", adminOnly}, s.changeUser)
}

func userOf(u account.User) user {
	return user{Name: u.Name, Display: u.Display, Role: string(u.Role), Disabled: u.Disabled, Sample: u.Sample, Dossiers: u.Dossiers}
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
	display, err := readable("display", in.Body.Display)
	if err != nil {
		return nil, err
	}
	hash, err := hashPassword(in.Body.Password)
	if err != nil {
		return nil, err
	}
	u := account.User{Name: in.Body.Name, Display: display, Role: account.Role(in.Body.Role), PasswordHash: hash, Dossiers: in.Body.Dossiers}
	if err := s.cfg.Accounts.AddUser(ctx, u); errors.Is(err, account.ErrUserExists) {
		return nil, &detailed{account.ErrUserExists, u.Name}
	} else if err != nil {
		return nil, err
	}
	return &userOutput{userOf(u)}, s.audit(ctx, whoOf(ctx).ID, "user.create", u.Name, "role "+in.Body.Role)
}

func hashPassword(password string) (string, error) {
	if len([]rune(password)) < ShortestPassword {
		return "", errShortPassword
	}
	return account.HashPassword(password)
}

func (s *server) changeUser(ctx context.Context, in *changeUserInput) (*userOutput, error) {
	s.users.Lock()
	defer s.users.Unlock()
	before, err := s.cfg.Accounts.User(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	u, err := changed(before, in)
	if err != nil {
		return nil, err
	}
	if err := s.keepAnAdmin(ctx, before, u); err != nil {
		return nil, err
	}
	if err := s.cfg.Accounts.PutUser(ctx, u); err != nil {
		return nil, err
	}
	newPassword := u.PasswordHash != before.PasswordHash
	if s.cfg.RevokedUser != nil && (u.Disabled || u.Role != before.Role || u.Dossiers != before.Dossiers || newPassword) {
		s.cfg.RevokedUser(u.Name)
	}
	detail := fmt.Sprintf("role %s, disabled %t", u.Role, u.Disabled)
	if u.Dossiers {
		detail += ", sees dossiers"
	}
	if newPassword {
		detail += ", new password"
	}
	if err := s.audit(ctx, whoOf(ctx).ID, "user.change", u.Name, detail); err != nil {
		return nil, err
	}
	if newPassword && u.Name == whoOf(ctx).ID {
		err = s.cfg.Gate.logIn(ctx, u) // the new password ended the login that this request came by
	}
	return &userOutput{userOf(u)}, err
}

// changed is the user as the request wants it.
func changed(u account.User, in *changeUserInput) (account.User, error) {
	var err error
	if u.Display, err = readable("display", in.Body.Display); err != nil {
		return u, err
	}
	u.Role, u.Disabled, u.Dossiers = account.Role(in.Body.Role), in.Body.Disabled, in.Body.Dossiers
	if in.Body.Password == "" {
		return u, nil
	}
	u.Sample = false // its password is not in a README any more
	u.PasswordHash, err = hashPassword(in.Body.Password)
	return u, err
}

// readable returns a name without blanks around it, and refuses what no one can read and PostgreSQL may not keep.
func readable(field, given string) (string, error) {
	name := strings.TrimSpace(given)
	if name == "" || strings.ContainsFunc(name, unicode.IsControl) {
		return "", &detailed{errBadInput, field}
	}
	return name, nil
}

// keepAnAdmin refuses a change after which nobody could administer. Users of the sample count only where they may log in.
func (s *server) keepAnAdmin(ctx context.Context, before, after account.User) error {
	works := func(u account.User) bool {
		return u.Role == account.RoleAdmin && !u.Disabled && (!u.Sample || s.cfg.Gate.cfg.Loopback)
	}
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
