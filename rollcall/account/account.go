// Package account holds who may log in: users with passwords (host, administrator) and the join links of units.
package account

import (
	"context"
	"time"

	"muster/rollcall"
)

// Role is what a user may do.
type Role string

// Roles of users. A unit has no user: it enters by its join link.
const (
	RoleHost  Role = "host"
	RoleAdmin Role = "admin" // everything a host may, and administration
	// RoleObserver looks on: floor and board, no microphone, no dossier unless it is granted.
	RoleObserver Role = "observer"
)

// User logs in with a password.
type User struct {
	Name         string // login name, lower case
	Display      string // what a person reads
	Role         Role
	PasswordHash string // argon2id, PHC string
	Sample       bool   // from the sample data: refused off loopback
	Disabled     bool
	Dossiers     bool // an observer to whom dossiers are shown
}

// ErrUserExists refuses a second user of a name.
var ErrUserExists = &rollcall.Error{Code: "user_exists", ZH: "该用户名已存在", EN: "a user of that name exists already"}

// Link is a unit's revocable join link. Only a hash of its token is kept.
type Link struct {
	Unit      string   // code
	TokenHash [32]byte // SHA-256 of the token
	CreatedAt time.Time
	CreatedBy string
	RevokedAt time.Time // zero while it is valid
	Sample    bool      // from the sample data: refused off loopback
}

// Store keeps users and links.
type Store interface {
	User(ctx context.Context, name string) (User, error) // rollcall.ErrNotFound
	Users(ctx context.Context) ([]User, error)
	AddUser(ctx context.Context, u User) error // ErrUserExists when there is one of that name, which stays as it is
	PutUser(ctx context.Context, u User) error // insert or replace by name

	LinkByHash(ctx context.Context, hash [32]byte) (Link, error) // also a revoked one; rollcall.ErrNotFound
	Links(ctx context.Context) ([]Link, error)                   // valid ones, one a unit at most
	// PutLink revokes the unit's valid link, if any, and adds this one.
	PutLink(ctx context.Context, l Link) error
	RevokeLink(ctx context.Context, unit string, at time.Time) error // rollcall.ErrNotFound when there is none
}
