package postgres

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/rollcall"
)

const (
	sqlEpochForAppend = `SELECT epoch FROM leadership FOR SHARE`

	sqlAppend = `
INSERT INTO journal (session, seq, epoch, at, kind, actor_kind, actor_id, actor_name, command, data, prev, hash)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::json[], $11::bytea[], $12::bytea[])
ON CONFLICT (session, seq) DO NOTHING
RETURNING session, seq`

	sqlKept = `
SELECT k.session, k.seq, j.hash FROM unnest($1::text[], $2::bigint[]) AS k (session, seq)
JOIN journal j ON j.session = k.session AND j.seq = k.seq`

	sqlEvents = `
SELECT session, epoch, seq, at, kind, actor_kind, actor_id, actor_name, command, data::text AS data, prev, hash
FROM journal WHERE session = $1 ORDER BY seq`
)

type eventKey struct {
	Session string
	Seq     int64
}

// Append adds events to their journals; see rollcall.JournalStore. The sessions' rows follow in the same transaction.
func (s *Store) Append(ctx context.Context, events []rollcall.Event) error {
	if len(events) == 0 {
		return nil
	}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		epoch, err := newestEpoch(ctx, tx, sqlEpochForAppend)
		if err != nil {
			return err
		}
		added, err := insertEvents(ctx, tx, events)
		if err != nil {
			return err
		}
		if len(added) < len(events) {
			if err := checkKept(ctx, tx, events); err != nil {
				return err
			}
		}
		if len(added) > 0 && largestEpoch(events) < epoch {
			return fmt.Errorf("epoch %d, newest is %d: %w", largestEpoch(events), epoch, rollcall.ErrSuperseded)
		}
		for _, e := range events {
			if !added[eventKey{e.Session, e.Seq}] {
				continue
			}
			if err := followSession(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("append %d events to the journal: %w", len(events), err)
	}
	return nil
}

// insertEvents returns the keys of those that were not there yet.
func insertEvents(ctx context.Context, tx pgx.Tx, events []rollcall.Event) (map[eventKey]bool, error) {
	n := len(events)
	var (
		sessions, kinds, actorKinds = make([]string, n), make([]string, n), make([]string, n)
		actorIDs, actorNames        = make([]string, n), make([]string, n)
		commands, data              = make([]string, n), make([]string, n)
		seqs, epochs                = make([]int64, n), make([]int64, n)
		times                       = make([]time.Time, n)
		prevs, hashes               = make([][]byte, n), make([][]byte, n)
	)
	for i, e := range events {
		sessions[i], seqs[i], epochs[i], times[i], kinds[i] = e.Session, e.Seq, e.Epoch, e.At, string(e.Kind)
		actorKinds[i], actorIDs[i], actorNames[i] = e.Actor.Kind, e.Actor.ID, e.Actor.Name
		commands[i], data[i] = e.Command, string(e.Data)
		prevs[i], hashes[i] = append([]byte{}, e.Prev...), append([]byte{}, e.Hash...) // never nil: nil is NULL
	}
	list, err := collect[eventKey](ctx, tx, sqlAppend, sessions, seqs, epochs, times, kinds, actorKinds, actorIDs, actorNames,
		commands, data, prevs, hashes)
	if err != nil {
		return nil, err
	}
	added := make(map[eventKey]bool, len(list))
	for _, key := range list {
		added[key] = true
	}
	return added, nil
}

// checkKept makes sure that what stands in the journal is what was to be written.
func checkKept(ctx context.Context, tx pgx.Tx, events []rollcall.Event) error {
	sessions, seqs := make([]string, len(events)), make([]int64, len(events))
	for i, e := range events {
		sessions[i], seqs[i] = e.Session, e.Seq
	}
	type kept struct {
		eventKey
		Hash []byte
	}
	list, err := collect[kept](ctx, tx, sqlKept, sessions, seqs)
	if err != nil {
		return err
	}
	hashes := make(map[eventKey][]byte, len(list))
	for _, k := range list {
		hashes[k.eventKey] = k.Hash
	}
	for _, e := range events {
		if !bytes.Equal(hashes[eventKey{e.Session, e.Seq}], e.Hash) {
			return fmt.Errorf("session %s, event %d: %w", e.Session, e.Seq, rollcall.ErrJournalConflict)
		}
	}
	return nil
}

func largestEpoch(events []rollcall.Event) int64 {
	var largest int64
	for _, e := range events {
		largest = max(largest, e.Epoch)
	}
	return largest
}

// eventRow is a row of the journal.
type eventRow struct {
	Session, Kind, ActorKind, ActorID, ActorName, Command, Data string
	Epoch, Seq                                                  int64
	At                                                          time.Time
	Prev, Hash                                                  []byte
}

// Events returns a session's journal in the order of Seq; it is empty for a session that does not exist.
func (s *Store) Events(ctx context.Context, session string) ([]rollcall.Event, error) {
	rows, err := collect[eventRow](ctx, s.pool, sqlEvents, session)
	if err != nil {
		return nil, fmt.Errorf("read the journal of session %q: %w", session, err)
	}
	events := make([]rollcall.Event, len(rows))
	for i, r := range rows {
		events[i] = rollcall.Event{
			Session: r.Session, Epoch: r.Epoch, Seq: r.Seq, At: r.At.UTC(), Kind: rollcall.EventKind(r.Kind),
			Actor: rollcall.Actor{Kind: r.ActorKind, ID: r.ActorID, Name: r.ActorName}, Command: r.Command,
			Data: json.RawMessage(r.Data), Prev: r.Prev, Hash: r.Hash,
		}
		if len(r.Prev) == 0 {
			events[i].Prev = nil
		}
	}
	return events, nil
}

// followSession brings the session's row up to date with one new event.
func followSession(ctx context.Context, tx pgx.Tx, e rollcall.Event) error {
	var err error
	switch e.Kind {
	case rollcall.KindSessionOpened:
		var opened rollcall.SessionOpened
		if err := json.Unmarshal(e.Data, &opened); err != nil {
			return fmt.Errorf("session %s, event %d: %w", e.Session, e.Seq, err)
		}
		title := strings.ReplaceAll(opened.Title, "\x00", "") // PostgreSQL's text has no NUL
		_, err = tx.Exec(ctx, sqlSessionOpened, e.Session, string(opened.Kind), title, opened.Schedule, opened.PlannedAt, e.At)
		if hasCode(err, notUnique) {
			return fmt.Errorf("schedule %q at %s: %w", opened.Schedule, opened.PlannedAt.Format(time.RFC3339), rollcall.ErrSessionExists)
		}
	case rollcall.KindSessionBegun:
		_, err = tx.Exec(ctx, sqlSessionBegun, e.Session, e.At)
	case rollcall.KindSessionClosed:
		_, err = tx.Exec(ctx, sqlSessionClosed, e.Session, e.At)
	}
	return err
}
