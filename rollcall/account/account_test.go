package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"muster/rollcall"
	"muster/rollcall/account"
)

func TestPassword(t *testing.T) {
	hash, err := account.HashPassword("点调台 08:30")
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{"点调台 08:30": true, "点调台 08:31": false, "": false} {
		if got, err := account.CheckPassword(password, hash); err != nil || got != want {
			t.Errorf("CheckPassword(%q) = %v, %v; want %v", password, got, err, want)
		}
	}
	if _, err := account.CheckPassword("x", "no hash"); err == nil {
		t.Error("a hash that can't be read must be an error, not a wrong password")
	}
	const cost = "$argon2id$v=19$m=19456,t=2,p=1$" // also the cost of the hash that an unknown user is compared against
	if !strings.HasPrefix(hash, cost) {
		t.Errorf("hash %q has another cost than the one of unknown users", hash)
	}
	other, err := account.HashPassword("点调台 08:30")
	if err != nil || other == hash {
		t.Errorf("two hashes of one password are the same (%v): no salt", err)
	}
}

func TestToken(t *testing.T) {
	plain, hash := account.NewToken()
	if len(plain) != 43 || strings.ContainsAny(plain, "+/=#") {
		t.Errorf("token %q does not fit behind a '#'", plain)
	}
	if account.HashToken(plain) != hash {
		t.Error("the hash is not the token's")
	}
	if again, _ := account.NewToken(); again == plain {
		t.Error("two tokens are the same")
	}
}

func TestSampleToken(t *testing.T) {
	a := account.SampleToken([]byte("secret"), "210105150000")
	if a != account.SampleToken([]byte("secret"), "210105150000") {
		t.Error("not stable")
	}
	if a == account.SampleToken([]byte("secret"), "210105160000") || a == account.SampleToken([]byte("other"), "210105150000") {
		t.Error("two units or two installations have the same token")
	}
}

// oneUser is a store that knows one user and can be made to fail.
type oneUser struct {
	account.Store
	user account.User
	err  error
}

func (s oneUser) User(_ context.Context, name string) (account.User, error) {
	switch {
	case s.err != nil:
		return account.User{}, s.err
	case name != s.user.Name:
		return account.User{}, rollcall.ErrNotFound
	}
	return s.user, nil
}

func TestLogin(t *testing.T) {
	hash, err := account.HashPassword("right")
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	store := oneUser{user: account.User{Name: "host", PasswordHash: hash, Role: account.RoleHost}}
	if u, err := account.Login(ctx, store, "host", "right"); err != nil || u.Role != account.RoleHost {
		t.Errorf("right password: %+v, %v", u, err)
	}
	disabled := store
	disabled.user.Disabled = true
	for name, login := range map[string]struct {
		store          oneUser
		name, password string
	}{
		"wrong password": {store, "host", "wrong"},
		"unknown user":   {store, "ghost", "right"},
		"decoy password": {store, "ghost", "nobody has this password"},
		"disabled":       {disabled, "host", "right"},
	} {
		if u, err := account.Login(ctx, login.store, login.name, login.password); !errors.Is(err, account.ErrBadLogin) || u.Name != "" {
			t.Errorf("%s: %+v, %v; want ErrBadLogin", name, u, err)
		}
	}
	broken := errors.New("connection refused")
	if _, err := account.Login(ctx, oneUser{err: broken}, "host", "right"); !errors.Is(err, broken) || errors.Is(err, account.ErrBadLogin) {
		t.Errorf("a broken store must not read as a wrong password: %v", err)
	}
}
