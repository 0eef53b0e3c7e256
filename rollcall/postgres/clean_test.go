package postgres

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"muster/internal/pglocal/pgtest"
)

func TestCleanHTTPSessions(t *testing.T) {
	s, err := Open(t.Context(), pgtest.URL(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for token, age := range map[string]time.Duration{"old": -time.Minute, "valid": time.Hour} {
		if err := s.HTTPSessions().Commit(token, nil, time.Now().Add(age)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	tick, done := make(chan time.Time), make(chan struct{})
	go func() { defer close(done); s.cleanHTTPSessions(ctx, tick) }()
	tick <- time.Now()
	tick <- time.Now() // the first round is over when the second is taken
	cancel()
	<-done
	var left []string
	rows, err := s.pool.Query(t.Context(), `SELECT convert_from(token, 'UTF8') FROM http_sessions`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var token string
		if err := rows.Scan(&token); err != nil {
			t.Fatal(err)
		}
		left = append(left, token)
	}
	if err := rows.Err(); err != nil || len(left) != 1 || left[0] != "valid" {
		t.Errorf("left: %v, %v; want only the valid one", left, err)
	}
}
