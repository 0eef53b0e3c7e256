package signaling_test

import (
	"testing"

	"muster/signaling"
)

func TestLoad(t *testing.T) {
	usual, most := signaling.Load(246, 0, 0)
	if usual < 246*3_000_000 || usual > 246*3_500_000 || most <= 2*usual {
		t.Errorf("%d to %d bit/s", usual, most)
	}
	if capped, atMost := signaling.Load(246, 0, 1_000_000); capped >= usual/2 || atMost >= most/2 {
		t.Errorf("with a cap: %d to %d bit/s", capped, atMost)
	}
	if fine, _ := signaling.Load(246, 120_000, 0); fine <= usual {
		t.Errorf("with larger small pictures: %d bit/s", fine)
	}
}
