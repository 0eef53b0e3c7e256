package pgtest_test

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"muster/internal/pglocal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m, prepare)) }

func prepare(url string) error {
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(context.Background(), `CREATE TABLE prepared AS SELECT 1 AS n`)
	return err
}

// TestOneDatabaseEach runs twice; each run finds what was prepared, and nothing of the other.
func TestOneDatabaseEach(t *testing.T) {
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close(context.Background()) }()
			var sum int
			err = conn.QueryRow(t.Context(), `WITH more AS (INSERT INTO prepared VALUES (2)) SELECT sum(n) FROM prepared`).Scan(&sum)
			if err != nil || sum != 1 {
				t.Errorf("sum %d (%v), want 1", sum, err)
			}
		})
	}
}
