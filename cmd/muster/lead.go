package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"syscall"
	"time"

	"muster/internal/standin"
	"muster/rollcall"
	"muster/rollcall/postgres"
)

const (
	// startPatience is how long a server that led last waits for the database before it leads without.
	startPatience = 5 * time.Second
	// giveWay is how long a server that did not lead last leaves to the one that did, when both find the database back.
	giveWay = 3 * time.Second
	// giveWayAfter is how long one that stood by leaves to the active server when the database was away: that holds a call, and its
	// next try to take its lock again may be seconds off.
	giveWayAfter = 10 * time.Second
	// lookForOthers is how often the active server looks whether another one stands by.
	lookForOthers = 5 * time.Second
)

// lead is this server's right to be the active one: by the lock in the database, or, while that is away, because it led last.
type lead struct {
	db       *database
	log      *slog.Logger
	mandates standin.MandateFile
	folder   *os.File // locked: no other process leads in this folder

	epoch      int64
	superseded bool       // another server led since this one did
	arriving   chan error // tells when the database is there; nil when it was
	noted      standin.Mandate

	mu   sync.Mutex
	lost <-chan struct{}
	free func()
}

// takeLead waits until no other server is active on this database. A server that led last leads from its own disk when the
// database stays away.
func takeLead(ctx context.Context, db *database, mandates standin.MandateFile, lock string, log *slog.Logger) (*lead, error) {
	l := &lead{db: db, log: log, mandates: mandates, free: func() {}}
	last, err := mandates.Read()
	if err != nil {
		log.Warn("this server can't lead without the database", "error", err)
	}
	arriving := make(chan error, 1)
	db.running.Go(func() { arriving <- db.arrive(ctx, last.Alone) })
	var patience <-chan time.Time // nil waits for as long as it takes
	if last.Alone {
		patience = time.After(startPatience)
	}
	select {
	case err = <-arriving:
		switch {
		case err == nil:
			err = l.take(ctx, last)
		case last.Epoch > 0 && !last.Alone:
			log.Warn("a server that stood by may lead; this one does not without the database")
		}
	case <-patience:
		l.arriving, l.epoch, l.noted = arriving, last.Epoch, last
		gone := make(chan struct{})
		close(gone)
		l.lost = gone
		log.Warn("the database is away; leading from the copy on this machine, as the server that led last", "epoch", l.epoch)
	}
	if err == nil {
		l.folder, err = lockFile(lock)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot become the active server: %w", err), l.release(err))
	}
	return l, nil
}

// take takes the lock in the database and a new epoch. When the database goes away meanwhile it waits on: whoever stands by is
// there for bad mornings. A private database is not waited for, nobody would start it.
func (l *lead) take(ctx context.Context, last standin.Mandate) error {
	away, others := false, giveWay
	for {
		newest, err := l.db.Epoch(ctx)
		if err == nil {
			away = false
			if newest != last.Epoch {
				if err := l.mandates.Drop(); err != nil {
					return err // of this machine's disk: waiting for the database would not help
				}
			}
			err = l.takeAfter(ctx, newest, last, others)
		}
		if err == nil || ctx.Err() != nil || l.db.local != nil || !postgres.Away(err) {
			return err
		}
		if !away {
			l.log.Warn("the database is away; standing by until it is back", "error", err)
		}
		away, others = true, giveWayAfter
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(restartPause):
		}
	}
}

// takeAfter takes the lock, and leaves others some time to be first unless this server led last.
func (l *lead) takeAfter(ctx context.Context, newest int64, last standin.Mandate, others time.Duration) (err error) {
	if newest != last.Epoch {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(others):
		}
	}
	standby := time.AfterFunc(2*time.Second, func() {
		l.log.Warn("another server is active on this database; standing by")
	})
	defer standby.Stop()
	if l.epoch, l.lost, l.free, err = l.db.Lead(ctx); err != nil {
		l.free = func() {}
		return err
	}
	l.superseded = l.epoch != last.Epoch+1
	l.note(standin.Mandate{Epoch: l.epoch, Alone: !l.standby(ctx)})
	return nil
}

// standby says whether another server waits; when that can't be known, one does.
func (l *lead) standby(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, lookForOthers/2)
	defer cancel()
	waits, err := l.db.Standby(ctx)
	return waits || err != nil
}

func (l *lead) note(m standin.Mandate) {
	if m == l.noted {
		return
	}
	if err := l.mandates.Write(m); err != nil {
		l.log.Error("this server could not lead without the database after a restart", "error", err)
		return
	}
	l.noted = m
}

// away says whether it began without the database.
func (l *lead) away() bool { return l.arriving != nil }

// keep takes the lock again when the database was away, and ends the server when another one leads meanwhile. Until then the
// call goes on: its journal is in the spool.
func (l *lead) keep(ctx context.Context, end context.CancelCauseFunc) {
	if l.arriving != nil {
		if err := <-l.arriving; err != nil {
			end(err)
			return
		}
		l.log.Info("the database is back")
	}
	look := time.NewTicker(lookForOthers)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			l.note(standin.Mandate{Epoch: l.epoch, Alone: !l.standby(ctx)})
			continue
		case <-l.lost:
		}
		l.note(standin.Mandate{Epoch: l.epoch, Alone: true}) // who stands by lacks the database, too
		l.log.Warn("the lock in the database is not held; taking it again")
		if err := l.resume(ctx); err != nil {
			end(err)
			return
		}
	}
}

func (l *lead) resume(ctx context.Context) error {
	for {
		lost, free, err := l.db.Resume(ctx, l.epoch)
		if err == nil {
			l.mu.Lock()
			l.lost, l.free = lost, free
			l.mu.Unlock()
			return nil
		}
		if errors.Is(err, rollcall.ErrSuperseded) {
			return errors.Join(err, l.mandates.Drop())
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(restartPause):
		}
	}
}

// release lets another server lead. It is called after keep has ended, with why the server ends: the journal may have found first that
// another one leads.
func (l *lead) release(why error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var dropped error
	if rollcall.Overtaken(why) {
		dropped = l.mandates.Drop()
	}
	l.free()
	if l.folder == nil {
		return dropped
	}
	return errors.Join(dropped, l.folder.Close())
}

// lockFile locks a file for this process; the lock ends with it, however that ends.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another process leads in this folder: lock %s: %w", path, err), f.Close())
	}
	return f, nil
}
