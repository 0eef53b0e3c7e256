package selfcheck

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSpeed reads a /sys/class/net as kernels have it.
func TestSpeed(t *testing.T) {
	net := t.TempDir()
	put := func(path, content string) {
		t.Helper()
		path = filepath.Join(net, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, files := range map[string]map[string]string{
		"eth0":  {"device/vendor": "", "speed": "1000\n"},
		"down":  {"device/vendor": ""},
		"vm":    {"device/vendor": "", "speed": "-1\n"},
		"old":   {"device/vendor": "", "speed": "4294967295\n"},
		"veth":  {"speed": "10000\n"},
		"bond0": {"lower_eth0/device/vendor": "", "speed": "2000\n"},
	} {
		for file, content := range files {
			put(name+"/"+file, content)
		}
	}
	for name, want := range map[string]int64{"eth0": 1e9, "down": 0, "vm": 0, "old": 0, "veth": 0, "bond0": 2e9, "gone": 0} {
		if got := speedIn(net, name); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}
