package year

import (
	"os"
	"testing"

	"muster/internal/pglocal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
