-- +goose Up

-- Statutory calendars that administrators imported. A year may name days of the December before.
CREATE TABLE calendar_years (
    year        integer     PRIMARY KEY,
    imported_at timestamptz NOT NULL,
    imported_by text        NOT NULL
);

CREATE TABLE calendar_days (
    year integer NOT NULL REFERENCES calendar_years ON DELETE CASCADE,
    day  date    NOT NULL,
    kind text    NOT NULL CHECK (kind IN ('dayoff', 'workday')),
    name text    NOT NULL,
    PRIMARY KEY (year, day)
);

-- What the bureau decides for single days; it counts before the calendar and survives an import.
CREATE TABLE calendar_overrides (
    day  date PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('dayoff', 'workday')),
    name text NOT NULL
);

ALTER TABLE schedules ADD COLUMN workdays_only boolean NOT NULL DEFAULT false;
