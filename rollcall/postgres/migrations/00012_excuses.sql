-- +goose Up
-- Reports list suspected line faults and who approved an excuse now: they are derived anew when they are asked for.
DELETE FROM attendance_sessions;

-- +goose Down
DELETE FROM attendance_sessions;
