package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"muster/rollcall"
	"muster/rollcall/postgres"
)

// lead is this server's right to be the active one.
type lead struct {
	store *postgres.Store
	log   *slog.Logger
	epoch int64

	mu   sync.Mutex
	lost <-chan struct{}
	free func()
}

// takeLead waits until no other server is active on this database.
func takeLead(ctx context.Context, store *postgres.Store, log *slog.Logger) (*lead, error) {
	standby := time.AfterFunc(2*time.Second, func() {
		log.Warn("another server is active on this database; standing by")
	})
	defer standby.Stop()
	epoch, lost, free, err := store.Lead(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot become the active server: %w", err)
	}
	return &lead{store: store, log: log, epoch: epoch, lost: lost, free: free}, nil
}

// keep takes the lock again when the database was away, and ends the server when another one leads meanwhile. Until then the
// call goes on: its journal is in the spool.
func (l *lead) keep(ctx context.Context, end context.CancelCauseFunc) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.lost:
		}
		l.log.Warn("lost the lock in the database; taking it again")
		if err := l.resume(ctx); err != nil {
			end(err)
			return
		}
	}
}

func (l *lead) resume(ctx context.Context) error {
	for {
		lost, free, err := l.store.Resume(ctx, l.epoch)
		if err == nil {
			l.mu.Lock()
			l.lost, l.free = lost, free
			l.mu.Unlock()
			return nil
		}
		if errors.Is(err, rollcall.ErrSuperseded) || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(restartPause):
		}
	}
}

func (l *lead) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free()
}
