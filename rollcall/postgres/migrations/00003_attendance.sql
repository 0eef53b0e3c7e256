-- +goose Up

-- What the journals of closed sessions add up to: a cache, which can be emptied at any time and fills again.
CREATE TABLE attendance_sessions (
    session    text        PRIMARY KEY,
    planned_at timestamptz NOT NULL,
    head       json        NOT NULL  -- the report without its units
);
CREATE INDEX attendance_sessions_by_plan ON attendance_sessions (planned_at);

CREATE TABLE attendance_units (
    session  text    NOT NULL REFERENCES attendance_sessions ON DELETE CASCADE,
    unit     text    NOT NULL,
    position integer NOT NULL,
    entry    json    NOT NULL,
    PRIMARY KEY (session, unit)
);
