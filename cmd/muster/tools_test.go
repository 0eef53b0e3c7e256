package main_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/internal/pglocal/pgtest"
	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/postgres"
)

const unit = "210103000000"

func roster() []rollcall.Unit {
	return []rollcall.Unit{{Code: unit, Name: "沈河分局", Short: "沈河分局", Kind: rollcall.Branch, Branch: unit}}
}

// audited demands that the last action was this one, by the command line.
func audited(t *testing.T, s *postgres.Store, want string) {
	t.Helper()
	list, err := s.Actions(t.Context(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil || len(list) == 0 {
		t.Fatalf("%d actions, %v", len(list), err)
	}
	a := list[0]
	if got := strings.TrimSpace(a.Action + " " + a.Subject + " " + a.Detail); got != want || !strings.HasPrefix(a.Actor, "command line") {
		t.Errorf("audited %q by %q, want %q", got, a.Actor, want)
	}
}

func TestUserCommands(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openStore(t, url)
	const password, other = "a long password", "another password"
	add := func(stdin, name, role string) ended {
		return muster(t, stdin, "user", "add", "--database-url", url, "--data", workshop.dir, "--role", role, name)
	}
	add(password+"\r\n", "Zhang", "admin").did(t)
	user, err := s.User(t.Context(), "zhang")
	if err != nil || user.Role != account.RoleAdmin || user.Display != "zhang" || user.Sample || user.Disabled {
		t.Errorf("%+v, %v", user, err)
	}
	if ok, err := account.CheckPassword(password, user.PasswordHash); !ok || err != nil {
		t.Errorf("the password is not kept: %v", err)
	}
	audited(t, s, "user.create zhang role admin")

	add(password+"\n", "zhang", "host").failed(t, "exists already")
	add("九个字符的密码不够\n", "li", "host").failed(t, "at least 10 characters")
	add("", "li", "host").failed(t, "password")
	add(password+"\n", "李四", "host").failed(t, "no login name")
	add(password+"\n", "li", "root").failed(t, "--role")
	if list, err := s.Users(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%d users, %v", len(list), err)
	}

	change := func(stdin, name string) ended {
		return muster(t, stdin, "user", "password", "--database-url", url, "--data", workshop.dir, name)
	}
	change(other, "zhang").did(t) // without an end of line
	if _, err := account.Login(t.Context(), s, "zhang", other); err != nil {
		t.Error(err)
	}
	audited(t, s, "user.change zhang new password")
	change(other, "nobody").failed(t, "the user nobody", "not found")
	change("short\n", "zhang").failed(t, "at least 10 characters")
}

func TestLinkCommand(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openStore(t, url)
	if err := s.PutUnits(t.Context(), roster()); err != nil {
		t.Fatal(err)
	}
	link := func(code string) ended {
		return muster(t, "", "link", "--database-url", url, "--data", workshop.dir, code)
	}
	token := func() string {
		t.Helper()
		line := strings.TrimSpace(link(unit).did(t).stdout)
		token, ok := strings.CutPrefix(line, "http://127.0.0.1:8230/station#")
		if !ok {
			t.Fatalf("link %q", line)
		}
		return token
	}
	first, second := token(), token()
	for tok, revoked := range map[string]bool{first: true, second: false} {
		l, err := s.LinkByHash(t.Context(), account.HashToken(tok))
		if err != nil || l.Unit != unit || l.RevokedAt.IsZero() == revoked || !strings.HasPrefix(l.CreatedBy, "command line") {
			t.Errorf("%+v, %v; want revoked %v", l, err, revoked)
		}
	}
	audited(t, s, "link.create "+unit)
	link("999999999999").failed(t, "999999999999", "no such unit", "花名册中没有该单位")
}

// call writes the journal of a closed call.
func call(t *testing.T, s *postgres.Store, id string, planned time.Time) {
	t.Helper()
	var events []rollcall.Event
	for i, payload := range []any{
		rollcall.SessionOpened{Kind: rollcall.Extra, Title: "临时点调会", PlannedAt: planned.UTC(), Roster: roster(), Rules: rollcall.DefaultRules(), Calendar: "workday"},
		rollcall.SessionBegun{},
		rollcall.SeatEntered{Unit: unit, Conn: "1"},
		rollcall.SessionClosed{Reason: "host"},
	} {
		data, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		e := rollcall.Event{
			Session: id, Epoch: 1, Seq: int64(i + 1), At: planned.UTC().Add(time.Duration(i) * time.Minute),
			Kind: rollcall.EventKind(reflect.TypeOf(payload).Name()), Actor: rollcall.System(), Data: data,
		}
		if i > 0 {
			e.Prev = events[i-1].Hash
		}
		e.Seal()
		events = append(events, e)
	}
	if err := s.Append(t.Context(), events); err != nil {
		t.Fatal(err)
	}
}

// tamper changes what the tables guard against, as somebody with the database's password could.
func tamper(t *testing.T, url, table, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	for _, line := range []string{"ALTER TABLE " + table + " DISABLE TRIGGER ALL", statement, "ALTER TABLE " + table + " ENABLE TRIGGER ALL"} {
		done, err := conn.Exec(t.Context(), line)
		if err != nil || line == statement && done.RowsAffected() == 0 {
			t.Fatalf("%s: %v, %v", line, done, err)
		}
	}
}

func TestVerifyAndRebuild(t *testing.T) {
	t.Parallel()
	morning := time.Date(2026, 11, 24, 1, 30, 0, 0, time.FixedZone("CST", 8*3600)) // the 23rd in UTC
	url := pgtest.URL(t)
	s := openStore(t, url)
	call(t, s, "first", morning)
	call(t, s, "second", morning.AddDate(0, 0, 1))
	tool := func(args ...string) ended {
		return muster(t, "", append(args, "--database-url", url, "--data", workshop.dir)...)
	}
	says := func(e ended, want string) {
		t.Helper()
		if !strings.Contains(e.stdout, want) {
			t.Errorf("says %q, want %q", e.stdout, want)
		}
	}
	says(tool("rebuild").did(t), "attendance of 2 sessions derived again")
	says(tool("verify").did(t), "2 sessions checked, 0 faults")
	says(tool("verify", "--from", "2026-11-24", "--to", "2026-11-24").did(t), "1 sessions checked")
	says(tool("verify", "--from", "2026-11-25").did(t), "1 sessions checked")
	says(tool("rebuild", "--to", "2026-11-23").did(t), "attendance of 0 sessions")
	tool("verify", "--from", "2026-11-25", "--to", "2026-11-24").failed(t, "--to lies before --from")
	tool("verify", "--from", "24.11.2026").failed(t, "--from")

	tamper(t, url, "attendance_units", `UPDATE attendance_units SET entry = replace(entry::text, 'on_time', 'absent')::json WHERE session = 'second'`)
	bad := tool("verify")
	bad.failed(t, "not what they were")
	says(bad, "session second: the kept attendance is not what the journal adds up to")
	says(bad, "2 sessions checked, 1 faults")
	says(tool("rebuild").did(t), "attendance of 2 sessions derived again")
	tool("verify").did(t)

	tamper(t, url, "journal", `UPDATE journal SET at = at - interval '5 minutes' WHERE session = 'first' AND seq = 3`)
	bad = tool("verify")
	bad.failed(t, "not what they were")
	says(bad, "session first: event 3 was changed after it was sealed")
	if bad.code != 1 || strings.Contains(bad.stdout, "session second") {
		t.Errorf("exit %d\n%s", bad.code, bad.stdout)
	}
}

// TestVerifyMissesNothing: a chain of hashes alone does not show that its end was cut off.
func TestVerifyMissesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ statement, says string }{
		"the end":        {`DELETE FROM journal WHERE session = 'one' AND seq = 4`, "session one: the journal does not tell of the end"},
		"the middle":     {`DELETE FROM journal WHERE session = 'one' AND seq = 3`, "session one: event 3 is missing"},
		"everything":     {`DELETE FROM journal WHERE session = 'one'`, "session one: the journal is empty"},
		"who did it":     {`UPDATE journal SET actor_id = 'li' WHERE session = 'one' AND seq = 1`, "session one: event 1 was changed"},
		"what was done":  {`UPDATE journal SET data = '{"unit":"x"}' WHERE session = 'one' AND seq = 3`, "session one: event 3 was changed"},
		"another's hash": {`UPDATE journal SET hash = prev WHERE session = 'one' AND seq = 2`, "session one: event 2 was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			url := pgtest.URL(t)
			call(t, openStore(t, url), "one", time.Now())
			tamper(t, url, "journal", test.statement)
			bad := muster(t, "", "verify", "--database-url", url, "--data", workshop.dir)
			bad.failed(t, "not what they were")
			if !strings.Contains(bad.stdout, test.says) {
				t.Errorf("says %q, want %q", bad.stdout, test.says)
			}
		})
	}
}
