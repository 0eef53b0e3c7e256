package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/alexedwards/argon2id"

	"muster/rollcall"
)

// hashParams returns the cost of a password check: about 30 ms and 19 MiB, the smallest set that OWASP recommends, because the
// server holds a video call beside it.
func hashParams() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// HashPassword returns the argon2id hash of a password as a PHC string.
func HashPassword(password string) (string, error) {
	hash, err := argon2id.CreateHash(password, hashParams())
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// CheckPassword says whether the password belongs to the hash. An error means that the hash itself can't be read.
func CheckPassword(password, hash string) (bool, error) {
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	return ok, nil
}

// ErrBadLogin is the one answer to an unknown name, a wrong password and a disabled user.
var ErrBadLogin = &rollcall.Error{Code: "bad_login", ZH: "用户名或密码错误", EN: "wrong name or password"}

// decoy is a hash of the same cost as HashPassword's. It is compared against when there is no such user, so that the answer
// takes as long as for a wrong password.
const decoy = "$argon2id$v=19$m=19456,t=2,p=1$9KNeEEkUIUIenrHbTvzvkg$yoxW/yZxOfMKb/uncQmix4pN/Yr8/++ha5d6wqWqWkQ"

// Login returns the user of that name if the password is right, else an error that wraps ErrBadLogin. How long it takes does
// not tell whether the user exists.
func Login(ctx context.Context, store Store, name, password string) (User, error) {
	user, err := store.User(ctx, name)
	known := err == nil && !user.Disabled
	if err != nil && !errors.Is(err, rollcall.ErrNotFound) {
		return User{}, fmt.Errorf("login: %w", err)
	}
	hash := user.PasswordHash
	if !known {
		hash = decoy
	}
	ok, err := CheckPassword(password, hash)
	if err != nil {
		return User{}, fmt.Errorf("login: %w", err)
	}
	if !known || !ok {
		return User{}, fmt.Errorf("login: %w", ErrBadLogin)
	}
	return user, nil
}
