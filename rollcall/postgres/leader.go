package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"muster/rollcall"
)

// leaderLock is the number of the advisory lock of the active server: "muster" in ASCII.
const leaderLock int64 = 0x6d7573746572

const (
	sqlLock     = `SELECT pg_advisory_lock($1)`
	sqlUnlock   = `SELECT pg_advisory_unlock($1)`
	sqlNewEpoch = `UPDATE leadership SET epoch = epoch + 1, since = now() RETURNING epoch`
	sqlEpoch    = `SELECT epoch FROM leadership`
	sqlAlive    = `SELECT 1`
	sqlStandby  = `
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND classid = ($1::bigint >> 32)::oid AND
    objid = ($1::bigint & 4294967295)::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`
	giveUpTimeout = 2 * time.Second
)

func newestEpoch(ctx context.Context, db querier, query string) (int64, error) {
	rows, err := db.Query(ctx, query)
	if err != nil {
		return 0, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowTo[int64])
}

// Lead waits until this server is the active one and returns its epoch, larger than any before. lost is closed when the
// lock's connection is lost; release gives the lock up, and may be called more than once.
func (s *Store) Lead(ctx context.Context) (epoch int64, lost <-chan struct{}, release func(), err error) {
	conn, err := s.lock(ctx)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("lead: %w", err)
	}
	epoch, err = newestEpoch(ctx, conn, sqlNewEpoch)
	if err != nil {
		giveUp(conn)
		return 0, nil, nil, fmt.Errorf("lead: %w", err)
	}
	lost, release = s.watch(conn)
	return epoch, lost, release, nil
}

// Resume takes the lock again after its connection was lost, for a server that goes on in its epoch. If another server led
// in the meantime the error wraps rollcall.ErrSuperseded.
func (s *Store) Resume(ctx context.Context, epoch int64) (lost <-chan struct{}, release func(), err error) {
	conn, err := s.lock(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("resume: %w", err)
	}
	newest, err := newestEpoch(ctx, conn, sqlEpoch)
	if err == nil && newest != epoch {
		err = fmt.Errorf("epoch %d, newest is %d: %w", epoch, newest, rollcall.ErrSuperseded)
	}
	if err != nil {
		giveUp(conn)
		return nil, nil, fmt.Errorf("resume: %w", err)
	}
	lost, release = s.watch(conn)
	return lost, release, nil
}

// Epoch returns the newest epoch that was given to a server, 0 when none ever led.
func (s *Store) Epoch(ctx context.Context) (int64, error) {
	epoch, err := newestEpoch(ctx, s.pool, sqlEpoch)
	if err != nil {
		return 0, fmt.Errorf("read the newest epoch: %w", err)
	}
	return epoch, nil
}

// Standby says whether another server waits to become the active one.
func (s *Store) Standby(ctx context.Context) (waits bool, err error) {
	if err := s.pool.QueryRow(ctx, sqlStandby, leaderLock).Scan(&waits); err != nil {
		return false, fmt.Errorf("look for other servers: %w", err)
	}
	return waits, nil
}

// Away says whether an error means that the database can't be asked now, and may be later; not that it refused what it was asked.
func Away(err error) bool {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err != nil
	}
	switch refused.Code[:2] {
	case "08", "53", "57": // connection exception, insufficient resources, operator intervention: it stops, or starts
		return true
	}
	return false
}

// lock waits for the lock on a connection of its own: one of the pool could be closed or lent to somebody else.
func (s *Store) lock(ctx context.Context) (*pgx.Conn, error) {
	config := s.pool.Config().ConnConfig
	// A leader whose machine dies without a word holds the lock until PostgreSQL notices: soon.
	config.RuntimeParams["tcp_keepalives_idle"] = "5"
	config.RuntimeParams["tcp_keepalives_interval"] = "2"
	config.RuntimeParams["tcp_keepalives_count"] = "3"
	// And a server that waits for it notices a database that became unreachable.
	config.DialFunc = (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3,
	}}).DialContext
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, sqlLock, leaderLock); err != nil {
		giveUp(conn)
		return nil, err
	}
	return conn, nil
}

// giveUp unlocks by hand, because the server notices a closed connection only a moment later.
func giveUp(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), giveUpTimeout)
	defer cancel()
	_, _ = conn.Exec(ctx, sqlUnlock, leaderLock) // closing does it too
	_ = conn.Close(ctx)
}

// watch closes lost when the connection breaks. It waits on the connection, which tells of a server that ends at once, and
// asks now and then, which tells of one that is unreachable.
func (s *Store) watch(conn *pgx.Conn) (lost <-chan struct{}, release func()) {
	ctx, cancel := context.WithCancel(context.Background())
	gone, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		defer giveUp(conn)
		for ctx.Err() == nil {
			if !alive(ctx, conn) {
				if ctx.Err() == nil {
					s.log.Warn("lost the connection that holds the lock of the active server")
				}
				close(gone)
				return
			}
		}
	}()
	return gone, func() { cancel(); <-done }
}

func alive(ctx context.Context, conn *pgx.Conn) bool {
	wait, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if _, err := conn.WaitForNotification(wait); err != nil && wait.Err() == nil {
		return false
	}
	if ctx.Err() != nil {
		return true
	}
	ask, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := conn.Exec(ask, sqlAlive)
	return err == nil
}
