// Package year simulates mornings for months in fake time, with what goes wrong in them: servers that are killed at any
// instant, a database that is away, clocks that are set, lines that drop, pages that send everything twice and late; and with what a host makes
// of them: excuses, dismissals, rolls. The simulation keeps its own truth about who was there, and the journal has to tell the same. It has tests only.
package year
