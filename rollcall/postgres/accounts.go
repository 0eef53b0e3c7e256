package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/rollcall"
	"muster/rollcall/account"
)

const (
	sqlUserColumns = `SELECT name, display, role, password_hash, sample, disabled, dossiers FROM users`
	sqlUser        = sqlUserColumns + ` WHERE name = $1`
	sqlUsers       = sqlUserColumns + ` ORDER BY name`
	insertUser     = `
INSERT INTO users (name, display, role, password_hash, sample, disabled, dossiers) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (name) DO `
	sqlAddUser = insertUser + `NOTHING`
	sqlPutUser = insertUser + `UPDATE SET display = $2, role = $3, password_hash = $4, sample = $5, disabled = $6, dossiers = $7`

	sqlLinkColumns = `SELECT unit, token_hash, created_at, created_by, revoked_at, sample FROM links`
	sqlLinkByHash  = sqlLinkColumns + ` WHERE token_hash = $1`
	sqlLinks       = sqlLinkColumns + ` WHERE revoked_at IS NULL ORDER BY unit`
	// Without it two that replace the same link at once would both find the old one, and add two.
	sqlLinkTurn = `SELECT FROM units WHERE code = $1 FOR UPDATE`
	sqlAddLink  = `
INSERT INTO links (token_hash, unit, created_at, created_by, revoked_at, sample) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlRevokeLink = `UPDATE links SET revoked_at = $2 WHERE unit = $1 AND revoked_at IS NULL`
)

// User returns the user of that login name.
func (s *Store) User(ctx context.Context, name string) (account.User, error) {
	user, err := one[account.User](ctx, s.pool, sqlUser, name)
	if err != nil {
		return account.User{}, fmt.Errorf("user %q: %w", name, err)
	}
	return user, nil
}

// Users lists all users by name.
func (s *Store) Users(ctx context.Context) ([]account.User, error) {
	users, err := collect[account.User](ctx, s.pool, sqlUsers)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	return users, nil
}

// AddUser adds the user if there is none of that name; else account.ErrUserExists.
func (s *Store) AddUser(ctx context.Context, u account.User) error {
	done, err := s.pool.Exec(ctx, sqlAddUser, u.Name, u.Display, string(u.Role), u.PasswordHash, u.Sample, u.Disabled, u.Dossiers)
	if err == nil && done.RowsAffected() == 0 {
		err = account.ErrUserExists
	}
	if err != nil {
		return fmt.Errorf("add user %q: %w", u.Name, err)
	}
	return nil
}

// PutUser adds the user or replaces the one of that name.
func (s *Store) PutUser(ctx context.Context, u account.User) error {
	_, err := s.pool.Exec(ctx, sqlPutUser, u.Name, u.Display, string(u.Role), u.PasswordHash, u.Sample, u.Disabled, u.Dossiers)
	if err != nil {
		return fmt.Errorf("put user %q: %w", u.Name, err)
	}
	return nil
}

type linkRow struct {
	Unit, CreatedBy string
	TokenHash       []byte
	CreatedAt       time.Time
	RevokedAt       *time.Time
	Sample          bool
}

func (r linkRow) link() account.Link {
	return account.Link{
		Unit: r.Unit, TokenHash: [32]byte(r.TokenHash), CreatedAt: r.CreatedAt.UTC(), CreatedBy: r.CreatedBy,
		RevokedAt: utc(r.RevokedAt), Sample: r.Sample,
	}
}

// LinkByHash returns the link with that token, also a revoked one.
func (s *Store) LinkByHash(ctx context.Context, hash [32]byte) (account.Link, error) {
	row, err := one[linkRow](ctx, s.pool, sqlLinkByHash, hash[:])
	if err != nil {
		return account.Link{}, fmt.Errorf("join link: %w", err)
	}
	return row.link(), nil
}

// Links lists the valid links, by unit.
func (s *Store) Links(ctx context.Context) ([]account.Link, error) {
	rows, err := collect[linkRow](ctx, s.pool, sqlLinks)
	if err != nil {
		return nil, fmt.Errorf("list join links: %w", err)
	}
	links := make([]account.Link, len(rows))
	for i, r := range rows {
		links[i] = r.link()
	}
	return links, nil
}

// PutLink revokes the unit's valid link, if there is one, and adds this one.
func (s *Store) PutLink(ctx context.Context, l account.Link) error {
	return s.PutLinks(ctx, []account.Link{l})
}

// PutLinks is PutLink for many units in one transaction.
func (s *Store) PutLinks(ctx context.Context, links []account.Link) error {
	batch := &pgx.Batch{}
	for _, l := range links {
		batch.Queue(sqlLinkTurn, l.Unit)
		batch.Queue(sqlRevokeLink, l.Unit, l.CreatedAt)
		batch.Queue(sqlAddLink, l.TokenHash[:], l.Unit, l.CreatedAt, l.CreatedBy, null(l.RevokedAt), l.Sample)
	}
	// The batch is one transaction by itself.
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("put %d join links: %w", len(links), err)
	}
	return nil
}

// RevokeLink makes the unit's valid link invalid from now on.
func (s *Store) RevokeLink(ctx context.Context, unit string, at time.Time) error {
	done, err := s.pool.Exec(ctx, sqlRevokeLink, unit, at)
	if hasCode(err, badText) || err == nil && done.RowsAffected() == 0 {
		err = rollcall.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("revoke the join link of unit %q: %w", unit, err)
	}
	return nil
}
