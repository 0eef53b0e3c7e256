-- +goose Up
-- Draws go by when a unit was last called.
CREATE INDEX journal_calls ON journal (at) WHERE kind IN ('TurnCalled', 'TurnWithdrawn');
-- Reports tell of excuses and rolls now: they are derived anew when they are asked for.
DELETE FROM attendance_sessions;

-- +goose Down
DROP INDEX journal_calls;
