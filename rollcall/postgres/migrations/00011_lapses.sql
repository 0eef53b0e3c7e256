-- +goose Up
-- Reports tell lapses that are excused or not judged yet apart now: they are derived anew when they are asked for.
DELETE FROM attendance_sessions;

-- +goose Down
DELETE FROM attendance_sessions;
