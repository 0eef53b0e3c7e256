package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/rollcall"
	"muster/rollcall/account"
)

const (
	plannedColumns = `p.id, p.unit, p.from_day::text AS from, p.to_day::text AS to, p.reason, p.incident, p.note, p.approver,
    p.actor_kind, p.actor_id, p.actor_name, p.at`

	sqlPlannedExcuses = `
SELECT ` + plannedColumns + `
FROM planned_excuses p LEFT JOIN units u ON u.code = p.unit
WHERE p.to_day >= $1::text::date AND p.from_day <= $2::text::date ORDER BY p.from_day, u.position, p.unit, p.id`

	sqlPutPlannedExcuse = `
INSERT INTO planned_excuses (id, unit, from_day, to_day, reason, incident, note, approver, actor_kind, actor_id, actor_name, at)
VALUES ($1, $2, $3::text::date, $4::text::date, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (id) DO UPDATE SET unit = $2, from_day = $3::text::date, to_day = $4::text::date, reason = $5, incident = $6, note = $7,
    approver = $8, actor_kind = $9, actor_id = $10, actor_name = $11, at = $12`

	sqlDropPlannedExcuse = `DELETE FROM planned_excuses p WHERE p.id = $1 RETURNING ` + plannedColumns
)

type plannedRow struct {
	ID, Unit, From, To, Reason, Incident, Note, Approver string
	ActorKind, ActorID, ActorName                        string
	At                                                   time.Time
}

func (r plannedRow) excuse() rollcall.PlannedExcuse {
	return rollcall.PlannedExcuse{
		ID: r.ID, Unit: r.Unit, From: r.From, To: r.To, Reason: r.Reason, Incident: r.Incident, Note: r.Note, Approver: r.Approver,
		By: rollcall.Actor{Kind: r.ActorKind, ID: r.ActorID, Name: r.ActorName}, At: r.At.UTC(),
	}
}

// PlannedExcuses lists what is excused ahead from one day to another; see rollcall.PlannedStore.
func (s *Store) PlannedExcuses(ctx context.Context, from, to string) ([]rollcall.PlannedExcuse, error) {
	rows, err := collect[plannedRow](ctx, s.pool, sqlPlannedExcuses, from, to)
	if err != nil {
		return nil, fmt.Errorf("list what is excused from %s to %s: %w", from, to, err)
	}
	list := make([]rollcall.PlannedExcuse, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.excuse())
	}
	return list, nil
}

// PutPlannedExcuse inserts or replaces one, and keeps who did.
func (s *Store) PutPlannedExcuse(ctx context.Context, p rollcall.PlannedExcuse) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sqlPutPlannedExcuse, p.ID, p.Unit, p.From, p.To, p.Reason, p.Incident, p.Note, p.Approver,
			p.By.Kind, p.By.ID, p.By.Name, p.At)
		if err != nil {
			return err
		}
		return keepAction(ctx, tx, planAction("excuse.plan", p, p.By, p.At))
	})
	if err != nil {
		return fmt.Errorf("excuse %s from %s to %s: %w", p.Unit, p.From, p.To, err)
	}
	return nil
}

// DropPlannedExcuse removes one, keeps who did, and returns what it was.
func (s *Store) DropPlannedExcuse(ctx context.Context, id string, by rollcall.Actor, at time.Time) (rollcall.PlannedExcuse, error) {
	var was rollcall.PlannedExcuse
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		row, err := one[plannedRow](ctx, tx, sqlDropPlannedExcuse, id)
		if err != nil {
			return err
		}
		was = row.excuse()
		return keepAction(ctx, tx, planAction("excuse.unplan", was, by, at))
	})
	if err != nil {
		return rollcall.PlannedExcuse{}, fmt.Errorf("remove what was excused ahead: %w", err)
	}
	return was, nil
}

// planAction is what the list of actions says of an excuse that was entered or taken back.
func planAction(what string, p rollcall.PlannedExcuse, by rollcall.Actor, at time.Time) account.Action {
	words := slices.DeleteFunc([]string{p.From + "/" + p.To, p.Reason, p.Incident, p.Approver, p.Note}, func(w string) bool { return w == "" })
	return account.Action{At: at, Actor: by.ID, Action: what, Subject: p.Unit, Detail: strings.Join(words, " ")}
}
