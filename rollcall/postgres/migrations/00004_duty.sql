-- +goose Up

-- Who is on duty where on a day. There is no reference to units: a roster that changes must not take the duty roster with it.
CREATE TABLE duty (
    unit   text NOT NULL,
    day    date NOT NULL,
    number text NOT NULL,
    name   text NOT NULL CHECK (name <> ''),
    phone  text NOT NULL,
    role   text NOT NULL,
    PRIMARY KEY (day, unit, number)
);
