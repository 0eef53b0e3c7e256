package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/rollcall"
)

const (
	sqlFindHTTPSession   = `SELECT data FROM http_sessions WHERE token = $1 AND expires_at > now()`
	sqlCommitHTTPSession = `
INSERT INTO http_sessions (token, data, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (token) DO UPDATE SET data = $2, expires_at = $3`
	sqlDeleteHTTPSession = `DELETE FROM http_sessions WHERE token = $1`
	sqlCleanHTTPSessions = `DELETE FROM http_sessions WHERE expires_at <= now()`
)

// HTTPSessions keeps logins; it implements scs.Store and scs.CtxStore.
type HTTPSessions struct{ store *Store }

// HTTPSessions returns the store of logins.
func (s *Store) HTTPSessions() *HTTPSessions { return &HTTPSessions{s} }

// FindCtx returns the data of a login that has not expired.
func (h *HTTPSessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	type dataRow struct{ Data []byte }
	row, err := one[dataRow](ctx, h.store.pool, sqlFindHTTPSession, []byte(token))
	switch {
	case errors.Is(err, rollcall.ErrNotFound):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("find login: %w", err)
	}
	return row.Data, true, nil
}

// CommitCtx adds or replaces a login.
func (h *HTTPSessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, err := h.store.pool.Exec(ctx, sqlCommitHTTPSession, []byte(token), append([]byte{}, data...), expiry)
	if err != nil {
		return fmt.Errorf("keep login: %w", err)
	}
	return nil
}

// DeleteCtx forgets a login; one that does not exist is no error.
func (h *HTTPSessions) DeleteCtx(ctx context.Context, token string) error {
	if _, err := h.store.pool.Exec(ctx, sqlDeleteHTTPSession, []byte(token)); err != nil {
		return fmt.Errorf("forget login: %w", err)
	}
	return nil
}

// Find is FindCtx for callers without a context; scs asks for it and does not call it.
func (h *HTTPSessions) Find(token string) (data []byte, found bool, err error) {
	return h.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for callers without a context.
func (h *HTTPSessions) Commit(token string, data []byte, expiry time.Time) error {
	return h.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx for callers without a context.
func (h *HTTPSessions) Delete(token string) error { return h.DeleteCtx(context.Background(), token) }

// cleanHTTPSessions drops expired logins at each tick until ctx ends.
func (s *Store) cleanHTTPSessions(ctx context.Context, tick <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		if _, err := s.pool.Exec(ctx, sqlCleanHTTPSessions); err != nil && ctx.Err() == nil {
			s.log.Warn("could not drop expired logins", "err", err)
		}
	}
}
