package muster_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// allowed says which first-party packages a package may import in code that is not a test; "x/..." stands for x and all
// below it. A package that is not named here, or in a folder named with "/...", breaks the rule.
var allowed = []struct {
	pkg     string
	imports []string
}{
	{"sfu", []string{"sfu/egress", "sfu/ingress"}},
	{"sfu/egress", nil},
	{"sfu/ingress", nil},
	{"sfu/sfutest", []string{"sfu"}},
	{"sfu/sfubench", []string{"sfu"}},
	{"sfu/linebench", []string{"sfu", "sfu/sfutest"}},
	{"sfu/linerelay", []string{"sfu", "sfu/sfutest"}},
	{"rollcall", nil},
	{"rollcall/postgres/...", []string{"rollcall", "rollcall/..."}},
	{"rollcall/storetest", []string{"rollcall", "rollcall/..."}},
	{"rollcall/memory", []string{"rollcall", "rollcall/..."}},
	{"rollcall/...", []string{"rollcall"}},
	{"signaling/wire", nil},
	{"signaling", []string{"sfu", "rollcall", "signaling/wire"}},
	{"web", []string{"rollcall", "rollcall/...", "internal/selfcheck"}},
	{"internal/pglocal/...", []string{"internal/pglocal"}},
	{"internal/localca", nil},
	{"internal/selfcheck", nil},
	{"internal/rehearsal/...", []string{"signaling/wire", "internal/rehearsal/..."}},
	{"internal/standin", []string{"rollcall", "rollcall/..."}},
	{"internal/sample", []string{"rollcall", "rollcall/..."}},
	{"cmd/...", []string{"..."}},
}

func TestImportsFollowThePlanOfTheHouse(t *testing.T) {
	for _, pkg := range listPackages(t) {
		name := strings.TrimPrefix(pkg.ImportPath, "muster/")
		rule, ok := ruleOf(name)
		if !ok {
			t.Errorf("%s is in no room of the plan: name it in arch_test.go", name)
			continue
		}
		for _, imported := range pkg.Imports {
			target, firstParty := strings.CutPrefix(imported, "muster/")
			if firstParty && !anyMatches(rule, target) {
				t.Errorf("%s may not import %s", name, target)
			}
		}
	}
}

// TestTheRuleCanFail keeps the matcher honest: a rule that allows everything would pass the test above.
func TestTheRuleCanFail(t *testing.T) {
	for _, c := range []struct {
		pkg, imports string
		want         bool
	}{
		{"sfu", "rollcall", false},
		{"rollcall", "rollcall/postgres", false},
		{"rollcall/attendance", "rollcall", true},
		{"rollcall/attendance", "rollcall/incident", false},
		{"rollcall/postgres", "rollcall/incident", true},
		{"signaling", "sfu", true},
		{"signaling", "web", false},
		{"web", "signaling", false},
		{"cmd/muster", "web", true},
	} {
		rule, ok := ruleOf(c.pkg)
		if !ok || anyMatches(rule, c.imports) != c.want {
			t.Errorf("%s importing %s: got %v, want %v", c.pkg, c.imports, !c.want, c.want)
		}
	}
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var p goPackage
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if p.ImportPath != "muster" {
			packages = append(packages, p)
		}
	}
	if len(packages) == 0 {
		t.Fatal("go list found no package")
	}
	return packages
}

func ruleOf(name string) ([]string, bool) {
	for _, r := range allowed {
		if matches(r.pkg, name) {
			return r.imports, true
		}
	}
	return nil, false
}

func anyMatches(patterns []string, name string) bool {
	for _, p := range patterns {
		if matches(p, name) {
			return true
		}
	}
	return false
}

func matches(pattern, name string) bool {
	base, below := strings.CutSuffix(pattern, "...")
	if !below {
		return pattern == name
	}
	base = strings.TrimSuffix(base, "/")
	return base == "" || name == base || strings.HasPrefix(name, base+"/")
}
