package wire_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gzuidhof/tygo/tygo"
	"gopkg.in/yaml.v2"
)

func TestTypeScriptIsGeneratedFromThisPackage(t *testing.T) {
	raw, err := os.ReadFile("tygo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var config tygo.Config
	if err := yaml.Unmarshal(raw, &config); err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile(config.Packages[0].OutputPath)
	if err != nil {
		t.Fatal(err)
	}
	config.Packages[0].OutputPath = filepath.Join(t.TempDir(), "wire.gen.ts")
	if err := tygo.New(&config).Generate(); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.ReadFile(config.Packages[0].OutputPath)
	if err != nil {
		t.Fatal(err)
	}
	if string(fresh) != string(committed) {
		t.Error("the TypeScript types are not those of this package: run make generate")
	}
}

// TestProtocolPageIsComplete looks for every type of frame, JSON field and error code in docs/protocol.md, as `code`.
func TestProtocolPageIsComplete(t *testing.T) {
	page, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, m := range regexp.MustCompile("`([a-z_.0-9]+)`").FindAllStringSubmatch(string(page), -1) {
		said[m[1]] = true
	}
	words := append(typesAndFields(t, "."), errorCodes(t, "..", "../../rollcall")...)
	if len(words) < 100 {
		t.Fatalf("only %d words were found", len(words))
	}
	// What a page never gets: stores and other parts of the server say these to each other.
	inside := map[string]bool{"not_found": true, "journal_conflict": true, "superseded": true, "session_exists": true}
	for _, w := range words {
		if !said[w] && !inside[w] {
			t.Errorf("docs/protocol.md does not mention `%s`", w)
		}
	}
}

// typesAndFields are the values of the Type and Page constants and the names of all JSON fields.
func typesAndFields(t *testing.T, dir string) []string {
	var out []string
	inspect(t, dir, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if strings.HasPrefix(name.Name, "Type") || strings.HasPrefix(name.Name, "Page") {
					out = append(out, text(t, n.Values[i]))
				}
			}
		case *ast.Field:
			if n.Tag != nil {
				name, _, _ := strings.Cut(reflect.StructTag(text(t, n.Tag)).Get("json"), ",")
				out = append(out, name)
			}
		}
	})
	return out
}

// errorCodes are the codes of the refusals that packages declare.
func errorCodes(t *testing.T, dirs ...string) []string {
	var out []string
	for _, dir := range dirs {
		inspect(t, dir, func(n ast.Node) {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || len(lit.Elts) != 3 {
				return
			}
			switch kind := lit.Type.(type) {
			case *ast.Ident:
				ok = kind.Name == "Error"
			case *ast.SelectorExpr:
				ok = kind.Sel.Name == "Error"
			default:
				ok = false
			}
			if !ok {
				return
			}
			code := lit.Elts[0]
			if pair, named := code.(*ast.KeyValueExpr); named {
				code = pair.Value
			}
			if _, literal := code.(*ast.BasicLit); literal {
				out = append(out, text(t, code))
			}
		})
	}
	return out
}

func inspect(t *testing.T, dir string, look func(ast.Node)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			look(n)
			return true
		})
	}
}

func text(t *testing.T, e ast.Expr) string {
	t.Helper()
	out, err := strconv.Unquote(e.(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
