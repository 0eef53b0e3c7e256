package postgres_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"muster/internal/pglocal/pgtest"
	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/incident"
	"muster/rollcall/postgres"
	"muster/rollcall/schedule"
	"muster/rollcall/storetest"
)

func at(minute int) time.Time { return storetest.At(minute) }

var (
	_ account.Store  = (*postgres.Store)(nil)
	_ incident.Store = (*postgres.Store)(nil)
	_ schedule.Store = (*postgres.Store)(nil)
	_ scs.CtxStore   = (*postgres.HTTPSessions)(nil)
)

// roster is storetest's with a station of another branch.
func roster() []rollcall.Unit {
	other := rollcall.Unit{Code: "210106010000", Name: "铁西分局凌空派出所", Short: "凌空", Kind: rollcall.Station, Branch: "210106000000", Order: 4}
	return append(storetest.Roster(), other)
}

func putRoster(t *testing.T, s *postgres.Store, units []rollcall.Unit) {
	t.Helper()
	if err := s.PutUnits(t.Context(), units); err != nil {
		t.Fatal(err)
	}
}

func TestRefusedRosterLeavesNothing(t *testing.T) {
	s := open(t)
	putRoster(t, s, roster())
	if err := s.PutUnits(t.Context(), []rollcall.Unit{{Code: "1", Kind: "office"}}); err == nil {
		t.Error("a unit of no kind was taken")
	}
	if got, err := s.Units(t.Context()); err != nil || !reflect.DeepEqual(got, roster()) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestUsers(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	host := account.User{Name: "host", Display: "主持人", Role: account.RoleHost, PasswordHash: "h", Sample: true}
	admin := account.User{Name: "admin", Display: "管理员", Role: account.RoleAdmin, PasswordHash: "a", Disabled: true}
	for _, u := range []account.User{host, admin} {
		if err := s.PutUser(ctx, u); err != nil {
			t.Fatal(err)
		}
	}
	host.PasswordHash, host.Sample = "new", false
	if err := s.PutUser(ctx, host); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Users(ctx); err != nil || !reflect.DeepEqual(got, []account.User{admin, host}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := s.User(ctx, "host"); err != nil || got != host {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, name := range []string{"ghost", "HOST", "", "ho\x00st", "\xff"} {
		if _, err := s.User(ctx, name); !errors.Is(err, rollcall.ErrNotFound) {
			t.Errorf("user %q: %v; want ErrNotFound", name, err)
		}
	}
	if err := s.AddUser(ctx, account.User{Name: host.Name, Role: account.RoleAdmin}); !errors.Is(err, account.ErrUserExists) {
		t.Errorf("a second user of the name: %v", err)
	}
	if got, err := s.User(ctx, host.Name); err != nil || got != host {
		t.Errorf("after that there is %+v, %v", got, err)
	}
	if err := s.PutUser(ctx, account.User{Name: "x", Role: "king"}); err == nil {
		t.Error("a user of no role was taken")
	}
}

func TestLinks(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	link := func(token, unit string, minute int) account.Link {
		return account.Link{Unit: unit, TokenHash: account.HashToken(token), CreatedAt: at(minute), CreatedBy: "admin", Sample: true}
	}
	a, b, c := link("a", "u1", 1), link("b", "u1", 2), link("c", "u2", 3)
	if err := s.PutLinks(ctx, []account.Link{a, c}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutLink(ctx, b); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Links(ctx); err != nil || !reflect.DeepEqual(got, []account.Link{b, c}) {
		t.Errorf("valid links: %+v, %v", got, err)
	}
	a.RevokedAt = at(2)
	if got, err := s.LinkByHash(ctx, a.TokenHash); err != nil || got != a {
		t.Errorf("replaced link: %+v, %v; want %+v", got, err, a)
	}
	if err := s.RevokeLink(ctx, "u2", at(9)); err != nil {
		t.Fatal(err)
	}
	c.RevokedAt = at(9)
	if got, err := s.LinkByHash(ctx, c.TokenHash); err != nil || got != c {
		t.Errorf("revoked link: %+v, %v; want %+v", got, err, c)
	}
	for _, unit := range []string{"u2", "u3", "\x00"} {
		if err := s.RevokeLink(ctx, unit, at(10)); !errors.Is(err, rollcall.ErrNotFound) {
			t.Errorf("revoke %q: %v; want ErrNotFound", unit, err)
		}
	}
	if _, err := s.LinkByHash(ctx, account.HashToken("x")); !errors.Is(err, rollcall.ErrNotFound) {
		t.Errorf("unknown token: %v; want ErrNotFound", err)
	}
	// A token that is there already can't be added, and the valid link stays valid then.
	if err := s.PutLink(ctx, link("a", "u1", 11)); err == nil {
		t.Error("the same token twice")
	}
	if got, err := s.LinkByHash(ctx, b.TokenHash); err != nil || !got.RevokedAt.IsZero() {
		t.Errorf("after a refused link: %+v, %v", got, err)
	}
}

func full(id, unit string, level, minute int) incident.Incident {
	return incident.Incident{
		ID: id, Unit: unit, Level: level, Category: "侵犯人身权利", Sub: "殴打他人", Source: "110", Reporter: "王**", Place: "昆山中路",
		Lat: 41.8, Lon: 123.4, Summary: "一人被打", ReportedAt: at(minute), DispatchedAt: at(minute + 1), SignedAt: at(minute + 2),
		LeftAt: at(minute + 3), ArrivedAt: at(minute + 4), FedBackAt: at(minute + 5), Officer: "李某", Handling: "已受案",
		Status: "filed", CaseNumber: "A1", AcceptedAt: at(minute + 6), Criminal: true, FiledAt: at(minute + 7),
		Evidence: []string{"询问笔录", "证人证言"}, BodyCamera: "B1", Repeated: true,
	}
}

func TestIncidents(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	putRoster(t, s, roster())
	bare := incident.Incident{ID: "bare", Unit: "210105150000", Level: 3, ReportedAt: at(5), Status: "open", Evidence: []string{}}
	grave, own := full("grave", "210106010000", 1, 20), full("own", "210105000000", 2, 10)
	if err := s.PutIncidents(ctx, []incident.Incident{bare, grave, own}); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		unit     string
		from, to int
		want     []incident.Incident
	}{
		"station":            {"210105150000", 0, 60, []incident.Incident{bare}},
		"branch with its":    {"210105000000", 0, 60, []incident.Incident{own, bare}},
		"police type: grave": {"210100010000", 0, 60, []incident.Incident{grave, own}},
		"from is inclusive":  {"210105150000", 5, 6, []incident.Incident{bare}},
		"to is exclusive":    {"210105150000", 0, 5, []incident.Incident{}},
	} {
		got, err := s.Incidents(ctx, test.unit, at(test.from), at(test.to))
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, %v\nwant %+v", name, got, err, test.want)
		}
	}
	if _, err := s.Incidents(ctx, "999999999999", at(0), at(60)); !errors.Is(err, rollcall.ErrUnknownUnit) {
		t.Errorf("%v; want ErrUnknownUnit", err)
	}
	if got, err := s.Unfinished(ctx, at(0), at(20)); err != nil || !reflect.DeepEqual(got, []incident.Incident{bare, own}) {
		t.Errorf("unfinished: got %+v, %v", got, err)
	}
	bare.Status, bare.Handling, bare.FedBackAt = "fed_back", "调解", at(9)
	if err := s.PutIncidents(ctx, []incident.Incident{bare}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Incidents(ctx, "210105150000", at(0), at(60)); err != nil || !reflect.DeepEqual(got, []incident.Incident{bare}) {
		t.Errorf("after its change: %+v, %v", got, err)
	}
	if err := s.PutIncidents(ctx, []incident.Incident{{ID: "x", Status: "lost"}}); err == nil {
		t.Error("an incident of no status was taken")
	}
}

func TestPatrols(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	plan := incident.Patrol{Unit: "u1", Day: "2026-11-24", Officers: 210, Vehicles: 12, Places: []string{"夜市", "影院"}, Note: "CBA"}
	if err := s.PutPatrols(ctx, []incident.Patrol{plan, {Unit: "u1", Day: "2026-11-25"}}); err != nil {
		t.Fatal(err)
	}
	plan.Officers = 200
	if err := s.PutPatrols(ctx, []incident.Patrol{plan}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Patrol(ctx, "u1", "2026-11-24"); err != nil || !reflect.DeepEqual(got, plan) {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := s.Patrol(ctx, "u1", "2026-11-26"); !errors.Is(err, rollcall.ErrNotFound) {
		t.Errorf("%v; want ErrNotFound", err)
	}
	if _, err := s.Patrol(ctx, "u1", "no day"); err == nil || errors.Is(err, rollcall.ErrNotFound) {
		t.Errorf("a day that is none: %v", err)
	}
}

func TestSchedules(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	daily := schedule.Schedule{
		ID: "daily", Title: "点调会", Cron: "30 8 * * *", Zone: "Asia/Shanghai", Lead: 15 * time.Minute, Rules: rollcall.DefaultRules(), Enabled: true,
	}
	if err := s.PutSchedule(ctx, daily); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Schedules(ctx); err != nil || !reflect.DeepEqual(got, []schedule.Schedule{daily}) {
		t.Errorf("got %+v, %v", got, err)
	}
	for i, step := range []struct {
		from, to time.Time
		want     bool
	}{
		{at(1), at(2), false}, {time.Time{}, at(1), true}, {time.Time{}, at(1), false}, {at(1), at(2), true}, {at(1), at(2), false},
	} {
		if got, err := s.Advance(ctx, "daily", step.from, step.to); err != nil || got != step.want {
			t.Errorf("step %d: %v, %v; want %v", i, got, err, step.want)
		}
	}
	daily.NextDue, daily.WorkdaysOnly = at(2), true
	daily.Agenda, daily.Units = []rollcall.Item{{Kind: rollcall.StepUnit, Title: "交警", Unit: "210100050000"}}, []string{"210100050000"}
	if err := s.PutSchedule(ctx, daily); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Schedules(ctx); err != nil || !reflect.DeepEqual(got, []schedule.Schedule{daily}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := s.Advance(ctx, "none", at(1), at(2)); err != nil || got {
		t.Errorf("a schedule that does not exist: %v, %v", got, err)
	}
}

func TestHTTPSessions(t *testing.T) {
	url := pgtest.URL(t)
	logins := openAt(t, url).HTTPSessions()
	later := time.Now().Add(time.Hour)
	for _, data := range []string{"one", "two"} {
		if err := logins.Commit("token", []byte(data), later); err != nil {
			t.Fatal(err)
		}
	}
	if err := logins.Commit("old", []byte("old"), time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if data, found, err := logins.Find("token"); err != nil || !found || string(data) != "two" {
		t.Errorf("%q, %v, %v", data, found, err)
	}
	for _, token := range []string{"old", "none", "", "\x00\xff"} {
		if data, found, err := logins.Find(token); err != nil || found {
			t.Errorf("token %q: %q, %v, %v; want not found", token, data, found, err)
		}
	}
	for range 2 {
		if err := logins.Delete("token"); err != nil {
			t.Fatal(err)
		}
	}
	if _, found, err := logins.Find("token"); err != nil || found {
		t.Errorf("a deleted login is found (%v)", err)
	}
}

func TestAudit(t *testing.T) {
	url := pgtest.URL(t)
	s := openAt(t, url)
	ctx := t.Context()
	first := account.Action{At: at(1), Actor: "admin", Action: "link.new", Subject: "210105150000", Detail: "塔湾"}
	second := account.Action{At: at(2), Actor: "admin", Action: "user.disable", Subject: "host"}
	for _, a := range []account.Action{first, second} {
		if err := s.Audit(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Actions(ctx, at(0), at(3)); err != nil || !reflect.DeepEqual(got, []account.Action{second, first}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := s.Actions(ctx, at(2), at(3)); err != nil || len(got) != 1 {
		t.Errorf("from a moment on: %+v, %v", got, err)
	}
	if err := tryExec(t, url, `DELETE FROM audit`); err == nil {
		t.Error("an action could be removed")
	}
}
