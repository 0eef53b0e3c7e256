package memory_test

import (
	"testing"

	"muster/rollcall/memory"
	"muster/rollcall/storetest"
)

func TestStoresConform(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Stores { return memory.New() })
}
