// Package standin stands in for the database while it is away: a call opens at its time and everybody gets in from a copy of
// roster, users, join links and schedules that is kept on the server's own disk.
package standin

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/schedule"
)

const (
	// patience is how long the database may take before the copy answers.
	patience = 2 * time.Second
	// rest is how long a database that failed is not asked again: 246 pages that join must not wait one after the other.
	rest = 3 * time.Second
	// refreshEvery bounds how old the copy gets by changes that others make, the command line for example.
	refreshEvery = time.Minute
)

// Source is the database.
type Source interface {
	rollcall.RosterStore
	account.Store
	account.AuditStore
	schedule.Store
	rollcall.PlannedStore
}

// ErrAway says that the database is away and there is no copy of it either.
var ErrAway = &rollcall.Error{Code: "database_away", ZH: "数据库不可用，且本机没有可用的副本", EN: "the database is away, and there is no copy of it on this machine"}

// House answers from the database, and from the copy while the database is away. It implements Source.
type House struct {
	src  Source
	file file
	log  *slog.Logger

	mu      sync.Mutex
	copy    *Copy     // nil while there is none
	asleep  time.Time // until then the database is not asked
	changed chan struct{}
}

// Open reads the copy of the last run, if there is one that was not tampered with. key signs it.
func Open(src Source, path string, key []byte, log *slog.Logger) *House {
	h := &House{src: src, file: file{path, key}, log: log, changed: make(chan struct{}, 1)}
	var c Copy
	switch err := h.file.read(&c); {
	case err == nil:
		h.copy = &c
	case !errors.Is(err, fs.ErrNotExist): // the first start has none
		log.Warn("the copy of roster, users and schedules can't be used", "error", err)
	}
	return h
}

// Run keeps the copy fresh until ctx ends.
func (h *House) Run(ctx context.Context) error {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	for {
		h.refresh(ctx)
		select {
		case <-tick.C:
		case <-h.changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// Ready says whether a call could be held: with the database, or with the copy.
func (h *House) Ready(ctx context.Context) error {
	_, err := h.Units(ctx)
	return err
}

// refresh takes a new copy and writes it down when it is another one.
func (h *House) refresh(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*patience)
	defer cancel()
	c := &Copy{At: time.Now().UTC()}
	var errs [5]error
	c.Units, errs[0] = h.src.Units(ctx)
	c.Users, errs[1] = h.src.Users(ctx)
	c.Links, errs[2] = h.src.Links(ctx)
	c.Schedules, errs[3] = h.src.Schedules(ctx)
	c.Planned, errs[4] = h.src.PlannedExcuses(ctx, rollcall.Day(c.At.AddDate(0, 0, -1)), lastDay)
	if errors.Join(errs[:]...) != nil {
		return // whoever needs it will say so
	}
	h.handOn(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.copy != nil {
		c.Advanced, c.Actions = h.copy.Advanced, h.copy.Actions
		if c.same(h.copy) {
			return
		}
	}
	h.keepLocked(c)
}

// keepLocked makes c the copy.
func (h *House) keepLocked(c *Copy) {
	h.copy = c
	if err := h.file.write(c); err != nil {
		h.log.Error("the copy of roster, users and schedules can't be written", "error", err)
	}
}

// stale has the copy taken anew.
func (h *House) stale() {
	select {
	case h.changed <- struct{}{}:
	default: // it is about to be
	}
}

func (h *House) resting() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Before(h.asleep)
}

func (h *House) failed(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Now().After(h.asleep) {
		h.log.Warn("the database does not answer; the copy on this machine does", "error", err)
	}
	h.asleep = time.Now().Add(rest)
}

func (h *House) current() *Copy {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.copy
}

// ask asks the database, and takes the answer from the copy when that is away. A refusal is an answer.
func ask[T any](ctx context.Context, h *House, source func(context.Context) (T, error), copied func(*Copy) (T, error)) (T, error) {
	var failure error = ErrAway
	if !h.resting() {
		wait, cancel := context.WithTimeout(ctx, patience)
		answer, err := source(wait)
		cancel()
		var refusal *rollcall.Error
		if err == nil || errors.As(err, &refusal) || ctx.Err() != nil {
			return answer, err
		}
		h.failed(err)
		failure = err
	}
	c := h.current()
	if c == nil {
		var none T
		return none, errors.Join(ErrAway, failure)
	}
	return copied(c)
}

// Units implements rollcall.RosterStore.
func (h *House) Units(ctx context.Context) ([]rollcall.Unit, error) {
	return ask(ctx, h, h.src.Units, func(c *Copy) ([]rollcall.Unit, error) { return slices.Clone(c.Units), nil })
}

// Unit implements rollcall.RosterStore.
func (h *House) Unit(ctx context.Context, code string) (rollcall.Unit, error) {
	return ask(ctx, h, func(ctx context.Context) (rollcall.Unit, error) { return h.src.Unit(ctx, code) }, func(c *Copy) (rollcall.Unit, error) {
		return find(c.Units, func(u rollcall.Unit) bool { return u.Code == code })
	})
}

// PutUnits implements rollcall.RosterStore.
func (h *House) PutUnits(ctx context.Context, units []rollcall.Unit) error {
	defer h.stale()
	return h.src.PutUnits(ctx, units)
}

// User implements account.Store.
func (h *House) User(ctx context.Context, name string) (account.User, error) {
	return ask(ctx, h, func(ctx context.Context) (account.User, error) { return h.src.User(ctx, name) }, func(c *Copy) (account.User, error) {
		return find(c.Users, func(u account.User) bool { return u.Name == name })
	})
}

// Users implements account.Store.
func (h *House) Users(ctx context.Context) ([]account.User, error) {
	return ask(ctx, h, h.src.Users, func(c *Copy) ([]account.User, error) { return slices.Clone(c.Users), nil })
}

// AddUser implements account.Store.
func (h *House) AddUser(ctx context.Context, u account.User) error {
	defer h.stale()
	return h.src.AddUser(ctx, u)
}

// PutUser implements account.Store.
func (h *House) PutUser(ctx context.Context, u account.User) error {
	defer h.stale()
	return h.src.PutUser(ctx, u)
}

// LinkByHash implements account.Store. The copy knows valid links only: one that was revoked is unknown there.
func (h *House) LinkByHash(ctx context.Context, hash [32]byte) (account.Link, error) {
	return ask(ctx, h, func(ctx context.Context) (account.Link, error) { return h.src.LinkByHash(ctx, hash) }, func(c *Copy) (account.Link, error) {
		return find(c.Links, func(l account.Link) bool { return l.TokenHash == hash })
	})
}

// Links implements account.Store.
func (h *House) Links(ctx context.Context) ([]account.Link, error) {
	return ask(ctx, h, h.src.Links, func(c *Copy) ([]account.Link, error) { return slices.Clone(c.Links), nil })
}

// PutLink implements account.Store.
func (h *House) PutLink(ctx context.Context, l account.Link) error {
	defer h.stale()
	return h.src.PutLink(ctx, l)
}

// RevokeLink implements account.Store.
func (h *House) RevokeLink(ctx context.Context, unit string, at time.Time) error {
	defer h.stale()
	return h.src.RevokeLink(ctx, unit, at)
}

func find[T any](list []T, match func(T) bool) (T, error) {
	if i := slices.IndexFunc(list, match); i >= 0 {
		return list[i], nil
	}
	var none T
	return none, rollcall.ErrNotFound
}
