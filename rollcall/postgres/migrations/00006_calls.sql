-- +goose Up
-- Draws go by when a unit was last called.
CREATE INDEX journal_calls ON journal (at) WHERE kind IN ('TurnCalled', 'TurnWithdrawn');
-- Reports tell of excuses and rolls now: they are derived anew when they are asked for.
DELETE FROM attendance_sessions;

-- Observers may be shown dossiers, one by one.
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_role_check;
ALTER TABLE users ADD CONSTRAINT users_role_check CHECK (role IN ('host', 'admin', 'observer'));
ALTER TABLE users ADD COLUMN dossiers boolean NOT NULL DEFAULT false;

-- What a series' calls are made of, NULL = the usual agenda and the whole roster.
ALTER TABLE schedules ADD COLUMN agenda json, ADD COLUMN units json;

-- +goose Down
ALTER TABLE schedules DROP COLUMN agenda, DROP COLUMN units;
ALTER TABLE users DROP COLUMN dossiers;
DROP INDEX journal_calls;
