package standin

import (
	"context"
	"sync"
	"time"
)

// LoginStore keeps logins; scs.CtxStore is one.
type LoginStore interface {
	FindCtx(ctx context.Context, token string) ([]byte, bool, error)
	CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error
	DeleteCtx(ctx context.Context, token string) error
}

// Logins keeps logins in the database, and in memory those that were seen or made while it was away: a host who is logged in
// stays so, and one can log in.
type Logins struct {
	src   LoginStore
	house *House

	mu    sync.Mutex
	known map[string]login
	ended map[string]time.Time // logged out, and the database may not know
}

type login struct {
	data   []byte
	expiry time.Time
	own    bool // made while the database was away: it does not know it
}

// loginLife bounds how long a login that was seen is remembered; the database knows when it really ends.
const loginLife = 12 * time.Hour

// NewLogins keeps the logins of src.
func NewLogins(src LoginStore, house *House) *Logins {
	return &Logins{src: src, house: house, known: map[string]login{}, ended: map[string]time.Time{}}
}

// FindCtx implements scs.CtxStore.
func (l *Logins) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	if l.hasEnded(token) {
		return nil, false, nil
	}
	if !l.house.resting() {
		wait, cancel := context.WithTimeout(ctx, patience)
		data, found, err := l.src.FindCtx(wait, token)
		cancel()
		if err == nil {
			if found {
				l.remember(token, login{data, time.Now().Add(loginLife), false})
				return data, true, nil
			}
			return l.recall(ctx, token)
		}
		if ctx.Err() != nil {
			return nil, false, err
		}
		l.house.failed(err)
	}
	data, found := l.lookUp(token)
	return data, found, nil
}

// recall gives a login that was made while the database was away to the database, which does not know it.
func (l *Logins) recall(ctx context.Context, token string) ([]byte, bool, error) {
	l.mu.Lock()
	kept, found := l.known[token]
	delete(l.known, token) // one that the database has ended since is not to come back
	l.mu.Unlock()
	if !found || !kept.own || time.Now().After(kept.expiry) {
		return nil, false, nil
	}
	if err := l.src.CommitCtx(ctx, token, kept.data, kept.expiry); err != nil {
		return nil, false, err
	}
	return kept.data, true, nil
}

// CommitCtx implements scs.CtxStore.
func (l *Logins) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	if !l.house.resting() {
		wait, cancel := context.WithTimeout(ctx, patience)
		err := l.src.CommitCtx(wait, token, data, expiry)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		l.house.failed(err)
	}
	l.remember(token, login{data, expiry, true})
	return nil
}

// DeleteCtx implements scs.CtxStore.
func (l *Logins) DeleteCtx(ctx context.Context, token string) error {
	l.mu.Lock()
	delete(l.known, token)
	l.mu.Unlock()
	if !l.house.resting() {
		wait, cancel := context.WithTimeout(ctx, patience)
		err := l.src.DeleteCtx(wait, token)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		l.house.failed(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended[token] = time.Now().Add(loginLife)
	return nil
}

func (l *Logins) hasEnded(token string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	until, ended := l.ended[token]
	return ended && time.Now().Before(until)
}

func (l *Logins) lookUp(token string) ([]byte, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept, found := l.known[token]
	if !found || time.Now().After(kept.expiry) {
		return nil, false
	}
	return kept.data, true
}

// mostLogins bounds the logins in memory.
const mostLogins = 10_000

func (l *Logins) remember(token string, kept login) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.known) >= mostLogins {
		for t, k := range l.known {
			if !k.own || time.Now().After(k.expiry) {
				delete(l.known, t)
			}
		}
	}
	l.known[token] = kept
}

// Find is FindCtx for callers without a context; scs asks for it and does not call it.
func (l *Logins) Find(token string) ([]byte, bool, error) {
	return l.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for callers without a context.
func (l *Logins) Commit(token string, data []byte, expiry time.Time) error {
	return l.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx for callers without a context.
func (l *Logins) Delete(token string) error { return l.DeleteCtx(context.Background(), token) }
