package postgres_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"muster/internal/pglocal/pgtest"
)

// TestEveryQueryPrepares gives each constant that is named sql… to the real parser, so that a typo in a column is found
// without a test that runs the query.
func TestEveryQueryPrepares(t *testing.T) {
	queries := queriesOfPackage(t)
	if len(queries) < 30 {
		t.Fatalf("only %d queries found", len(queries))
	}
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	// What queries find at their time only.
	stage, _, _ := strings.Cut(queries["sqlStageIncidents"], " ON COMMIT")
	if _, err := conn.Exec(t.Context(), stage); err != nil {
		t.Fatal(err)
	}
	for name, query := range queries {
		if _, err := conn.Prepare(t.Context(), name, query); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// queriesOfPackage returns the sql… constants, and fails on SQL that is not one.
func queriesOfPackage(t *testing.T) map[string]string {
	t.Helper()
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	queries := map[string]string{}
	var parsed []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
		ast.Inspect(file, func(n ast.Node) bool { wantNamedQuery(t, files, n); return true })
	}
	// Imports are not resolved: constants of strings need none.
	config := types.Config{Importer: importer.Default(), Error: func(error) {}}
	pkg, _ := config.Check("postgres", files, parsed, nil)
	for _, name := range pkg.Scope().Names() {
		if c, ok := pkg.Scope().Lookup(name).(*types.Const); ok && strings.HasPrefix(name, "sql") && c.Val() != nil {
			query := c.Val().ExactString()
			if _, err := fmt.Sscanf(query, "%q", &query); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			queries[name] = query
		}
	}
	return queries
}

// wantNamedQuery refuses calls like tx.Exec(ctx, "SELECT …").
func wantNamedQuery(t *testing.T, files *token.FileSet, n ast.Node) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	at := map[string]int{"Exec": 1, "Query": 1, "QueryRow": 1, "Queue": 0}
	i, ok := at[method.Sel.Name]
	if !ok || len(call.Args) <= i {
		return
	}
	if name, ok := call.Args[i].(*ast.Ident); !ok || !strings.HasPrefix(name.Name, "sql") && name.Name != "query" {
		t.Errorf("%s: the query is not a constant that is named sql…", files.Position(call.Pos()))
	}
}
