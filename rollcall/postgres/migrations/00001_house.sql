-- +goose Up

-- leadership has one row: the newest epoch that was given to a server. An append of journal events holds a share lock on it,
-- so that a server which was replaced can't slip an event in after its successor began.
CREATE TABLE leadership (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch    bigint  NOT NULL,
    since    timestamptz NOT NULL
);
INSERT INTO leadership (epoch, since) VALUES (0, now());

CREATE TABLE journal (
    session    text        NOT NULL,
    seq        bigint      NOT NULL CHECK (seq > 0),
    epoch      bigint      NOT NULL,
    at         timestamptz NOT NULL,
    kind       text        NOT NULL,
    actor_kind text        NOT NULL,
    actor_id   text        NOT NULL,
    actor_name text        NOT NULL,
    command    text        NOT NULL,
    data       json        NOT NULL, -- json, not jsonb: the hash is over its very bytes
    prev       bytea       NOT NULL,
    hash       bytea       NOT NULL,
    PRIMARY KEY (session, seq)
);

-- +goose StatementBegin
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
-- +goose StatementEnd

CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

CREATE TABLE sessions (
    id         text        PRIMARY KEY,
    kind       text        NOT NULL,
    title      text        NOT NULL,
    schedule   text        NOT NULL,
    planned_at timestamptz NOT NULL,
    opened_at  timestamptz NOT NULL,
    begun_at   timestamptz,
    closed_at  timestamptz
);
CREATE UNIQUE INDEX sessions_once_a_plan ON sessions (schedule, planned_at) WHERE schedule <> '';
CREATE INDEX sessions_by_plan ON sessions (planned_at);

CREATE TABLE units (
    code     text    PRIMARY KEY,
    name     text    NOT NULL,
    short    text    NOT NULL,
    kind     text    NOT NULL CHECK (kind IN ('police_type', 'branch', 'station')),
    branch   text    NOT NULL,
    position integer NOT NULL
);
CREATE INDEX units_by_branch ON units (branch);

CREATE TABLE users (
    name          text    PRIMARY KEY,
    display       text    NOT NULL,
    role          text    NOT NULL CHECK (role IN ('host', 'admin')),
    password_hash text    NOT NULL,
    sample        boolean NOT NULL,
    disabled      boolean NOT NULL
);

CREATE TABLE links (
    token_hash bytea       PRIMARY KEY CHECK (length(token_hash) = 32),
    unit       text        NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text        NOT NULL,
    revoked_at timestamptz,
    sample     boolean     NOT NULL
);
CREATE UNIQUE INDEX links_one_valid_a_unit ON links (unit) WHERE revoked_at IS NULL;

CREATE TABLE incidents (
    id            text             PRIMARY KEY,
    unit          text             NOT NULL,
    level         integer          NOT NULL,
    category      text             NOT NULL,
    sub           text             NOT NULL,
    source        text             NOT NULL,
    reporter      text             NOT NULL,
    place         text             NOT NULL,
    lat           double precision NOT NULL,
    lon           double precision NOT NULL,
    summary       text             NOT NULL,
    reported_at   timestamptz      NOT NULL,
    dispatched_at timestamptz,
    signed_at     timestamptz,
    left_at       timestamptz,
    arrived_at    timestamptz,
    fed_back_at   timestamptz,
    officer       text             NOT NULL,
    handling      text             NOT NULL,
    status        text             NOT NULL CHECK (status IN ('open', 'fed_back', 'accepted', 'filed', 'closed')),
    case_number   text             NOT NULL,
    accepted_at   timestamptz,
    criminal      boolean          NOT NULL,
    filed_at      timestamptz,
    evidence      text[]           NOT NULL,
    body_camera   text             NOT NULL,
    repeated      boolean          NOT NULL
);
CREATE INDEX incidents_by_unit ON incidents (unit, reported_at);
CREATE INDEX incidents_grave ON incidents (reported_at) WHERE level <= 2;

CREATE TABLE patrols (
    unit     text    NOT NULL,
    day      date    NOT NULL,
    officers integer NOT NULL,
    vehicles integer NOT NULL,
    places   text[]  NOT NULL,
    note     text    NOT NULL,
    PRIMARY KEY (unit, day)
);

CREATE TABLE schedules (
    id       text     PRIMARY KEY,
    title    text     NOT NULL,
    cron     text     NOT NULL,
    zone     text     NOT NULL,
    lead     interval NOT NULL,
    rules    jsonb    NOT NULL,
    next_due timestamptz,
    enabled  boolean  NOT NULL
);

CREATE TABLE http_sessions (
    token      bytea       PRIMARY KEY,
    data       bytea       NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX http_sessions_by_expiry ON http_sessions (expires_at);
