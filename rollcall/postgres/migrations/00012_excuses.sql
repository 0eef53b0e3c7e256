-- +goose Up
-- Reports list suspected line faults, excuses with their ids, and why a call was late in both languages now: they are derived anew when they are asked for.
DELETE FROM attendance_sessions;

-- What is excused before a call opens. There is no reference to units: a roster that changes must not take excuses with it.
CREATE TABLE planned_excuses (
    id         text        PRIMARY KEY,
    unit       text        NOT NULL,
    from_day   date        NOT NULL,
    to_day     date        NOT NULL CHECK (to_day >= from_day),
    reason     text        NOT NULL CHECK (reason IN ('dispatch', 'leave', 'line', 'other')),
    incident   text        NOT NULL,
    note       text        NOT NULL,
    approver   text        NOT NULL,
    actor_kind text        NOT NULL, -- who entered it, or changed it last
    actor_id   text        NOT NULL,
    actor_name text        NOT NULL,
    at         timestamptz NOT NULL
);
CREATE INDEX planned_excuses_by_end ON planned_excuses (to_day);

-- +goose Down
DROP TABLE planned_excuses;
DELETE FROM attendance_sessions;
