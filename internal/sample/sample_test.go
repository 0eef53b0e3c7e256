package sample_test

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"muster/internal/pglocal/pgtest"
	"muster/internal/sample"
	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/incident"
	"muster/rollcall/postgres"
)

func TestMain(m *testing.M) {
	os.Exit(pgtest.Main(m, func(url string) error {
		s, err := postgres.Open(context.Background(), url, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		s.Close()
		return nil
	}))
}

func open(t *testing.T) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), pgtest.URL(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func load(t *testing.T, s *postgres.Store, now time.Time, secret string) {
	t.Helper()
	begin := time.Now()
	if err := sample.Load(t.Context(), s, now, []byte(secret)); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %s", time.Since(begin))
}

func morning(t *testing.T) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 11, 24, 8, 30, 0, 0, zone)
}

func TestRoster(t *testing.T) {
	units := sample.Units()
	kinds := map[rollcall.UnitKind]int{}
	stations := map[string]int{}
	codes, names, shorts := map[string]bool{}, map[string]bool{}, map[string]bool{}
	shape := regexp.MustCompile(`^2101\d{4}0000$|^2101\d{8}$`)
	branches := map[string]string{}
	for i, u := range units {
		kinds[u.Kind]++
		if u.Order != i || !shape.MatchString(u.Code) || u.Name == "" || utf8.RuneCountInString(u.Short) > 5 || u.Short == "" {
			t.Errorf("unit %d: %+v", i, u)
		}
		if codes[u.Code] || names[u.Name] || shorts[u.Short] {
			t.Errorf("code, name or short name of %+v is there twice", u)
		}
		codes[u.Code], names[u.Name], shorts[u.Short] = true, true, true
		switch u.Kind {
		case rollcall.Station:
			if branches[u.Branch] == "" || u.Code[:6] != u.Branch[:6] {
				t.Errorf("%+v is of no branch before it", u)
			}
			stations[branches[u.Branch]]++
		case rollcall.Branch:
			branches[u.Code] = u.Short
			fallthrough
		default:
			if u.Branch != u.Code {
				t.Errorf("%+v: its branch is not itself", u)
			}
		}
	}
	if want := map[rollcall.UnitKind]int{rollcall.PoliceType: 10, rollcall.Branch: 15, rollcall.Station: 221}; !reflect.DeepEqual(kinds, want) {
		t.Errorf("kinds %v, want %v", kinds, want)
	}
	want := map[string]int{
		"和平分局": 16, "沈河分局": 17, "大东分局": 15, "皇姑分局": 16, "铁西分局": 17, "经开分局": 11, "浑南分局": 19, "于洪分局": 16, "沈北分局": 15,
		"苏家屯分局": 15, "辽中分局": 15, "新民市局": 21, "法库县局": 13, "康平县局": 10, "公交分局": 5,
	}
	if !reflect.DeepEqual(stations, want) {
		t.Errorf("stations %v\nwant %v", stations, want)
	}
}

func TestLoad(t *testing.T) {
	s := open(t)
	now := morning(t)
	load(t, s, now, "secret")
	ctx := t.Context()
	units, err := s.Units(ctx)
	if err != nil || !reflect.DeepEqual(units, sample.Units()) {
		t.Fatalf("%d units, %v", len(units), err)
	}
	for _, name := range []string{"host", "host2", "leader", "admin"} {
		u, err := account.Login(ctx, s, name, sample.Password)
		if err != nil || !u.Sample || (u.Role == account.RoleAdmin) != (name == "admin") {
			t.Errorf("%s: %+v, %v", name, u, err)
		}
	}
	for _, u := range units {
		link, err := s.LinkByHash(ctx, account.HashToken(account.SampleToken([]byte("secret"), u.Code)))
		if err != nil || link.Unit != u.Code || !link.Sample || !link.RevokedAt.IsZero() {
			t.Fatalf("link of %s: %+v, %v", u.Name, link, err)
		}
		for _, day := range []string{"2026-11-23", "2026-11-24", "2026-11-25"} {
			if p, err := s.Patrol(ctx, u.Code, day); err != nil || p.Officers == 0 || p.Vehicles == 0 || len(p.Places) < 3 || p.Note == "" {
				t.Fatalf("patrol of %s: %+v, %v", u.Name, p, err)
			}
		}
	}
	for _, day := range []string{"2026-11-23", "2026-11-24", "2026-11-25"} {
		list, err := s.Officers(ctx, day, "")
		numbers := map[string]bool{}
		for _, o := range list {
			numbers[o.Number] = o.Name != "" && o.Role != "" && o.Phone != ""
		}
		if err != nil || len(list) != 2*len(units) || len(numbers) != len(list) || slices.Contains(slices.Collect(maps.Values(numbers)), false) {
			t.Fatalf("%d officers with %d numbers on %s, %v", len(list), len(numbers), day, err)
		}
	}
	schedules, err := s.Schedules(ctx)
	if err != nil || len(schedules) != 1 || schedules[0].Cron != "30 8 * * *" || schedules[0].Lead != 15*time.Minute || !schedules[0].Enabled {
		t.Errorf("schedules %+v, %v", schedules, err)
	}
}

func TestLoadAgainKeepsWhatAnAdministratorChanged(t *testing.T) {
	s := open(t)
	ctx, now := t.Context(), morning(t)
	load(t, s, now, "secret")
	units := sample.Units()
	revoked, own := units[0].Code, units[1].Code
	hash, err := account.HashPassword("better")
	if err != nil {
		t.Fatal(err)
	}
	schedules, err := s.Schedules(ctx)
	if err != nil {
		t.Fatal(err)
	}
	schedules[0].Enabled = false
	_, token := account.NewToken()
	for _, err := range []error{
		s.RevokeLink(ctx, revoked, now), s.PutLink(ctx, account.Link{Unit: own, TokenHash: token, CreatedAt: now, CreatedBy: "admin"}),
		s.PutUser(ctx, account.User{Name: "host", Display: "主持人", Role: account.RoleHost, PasswordHash: hash}),
		s.PutSchedule(ctx, schedules[0]), s.PutUnits(ctx, units[:200]),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	before, err := s.Links(ctx)
	if err != nil {
		t.Fatal(err)
	}
	load(t, s, now.Add(24*time.Hour), "secret")
	if after, err := s.Links(ctx); err != nil || !reflect.DeepEqual(after, before) || len(after) != 245 {
		t.Errorf("%d links, before %d, %v", len(after), len(before), err)
	}
	if _, err := account.Login(ctx, s, "host", "better"); err != nil {
		t.Errorf("the changed password: %v", err)
	}
	if got, err := s.Schedules(ctx); err != nil || !reflect.DeepEqual(got, schedules) {
		t.Errorf("schedules %+v, %v", got, err)
	}
	if got, err := s.Units(ctx); err != nil || len(got) != 200 {
		t.Errorf("%d units, %v", len(got), err)
	}
	// With another secret, as after the folder was lost, sample links follow it; an administrator's own stays.
	load(t, s, now, "other")
	if link, err := s.LinkByHash(ctx, token); err != nil || !link.RevokedAt.IsZero() {
		t.Errorf("own link: %+v, %v", link, err)
	}
	if link, err := s.LinkByHash(ctx, account.HashToken(account.SampleToken([]byte("other"), units[2].Code))); err != nil || !link.RevokedAt.IsZero() {
		t.Errorf("link by the new secret: %+v, %v", link, err)
	}
}

// all returns the incidents of every station, reported in the hours before now.
func all(t *testing.T, s *postgres.Store, now time.Time, hours int) map[string][]incident.Incident {
	t.Helper()
	by := map[string][]incident.Incident{}
	for _, u := range sample.Units() {
		if u.Kind != rollcall.Station {
			continue
		}
		list, err := s.Incidents(t.Context(), u.Code, now.Add(-time.Duration(hours)*time.Hour), now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		by[u.Code] = list
	}
	return by
}

func TestIncidentsAreBelievable(t *testing.T) {
	s := open(t)
	now := morning(t)
	load(t, s, now, "secret")
	statuses, clocks := map[string]int{}, map[incident.Clock]int{}
	for unit, list := range all(t, s, now, 72) {
		if len(list) < 4 || len(list) > 50 {
			t.Errorf("%s has %d incidents in three days", unit, len(list))
		}
		for _, n := range list {
			check(t, n, now)
			statuses[n.Status]++
			for _, clock := range incident.DefaultLimits(now.Location()).Overdue(n, now) {
				clocks[clock]++
			}
		}
	}
	t.Log(statuses, clocks)
	for _, status := range []string{"open", "fed_back", "accepted", "filed", "closed"} {
		if statuses[status] == 0 {
			t.Errorf("no incident is %s", status)
		}
	}
	if clocks[incident.ClockHandled] == 0 || clocks[incident.ClockEvidence] == 0 || clocks[incident.ClockHandled]+clocks[incident.ClockEvidence] > 100 {
		t.Errorf("overdue: %v; want a few", clocks)
	}
}

// check makes sure that an incident's times follow one another, and say the same as its status.
func check(t *testing.T, n incident.Incident, now time.Time) {
	t.Helper()
	last := n.ReportedAt
	ended := false
	for i, at := range []time.Time{n.DispatchedAt, n.SignedAt, n.LeftAt, n.ArrivedAt, n.FedBackAt, n.AcceptedAt, n.FiledAt} {
		switch {
		case at.IsZero():
			ended = true
		case ended || at.Before(last) || at.After(now):
			t.Errorf("%s: step %d at %s after %s", n.ID, i, at, last)
		default:
			last = at
		}
	}
	reached := map[string]bool{
		"open":     n.FedBackAt.IsZero(),
		"fed_back": !n.FedBackAt.IsZero() && n.AcceptedAt.IsZero(),
		"closed":   !n.FedBackAt.IsZero() && n.AcceptedAt.IsZero(),
		"accepted": !n.AcceptedAt.IsZero() && n.FiledAt.IsZero(),
		"filed":    !n.FiledAt.IsZero() && n.Criminal,
	}
	if !reached[n.Status] || (n.CaseNumber == "") != n.AcceptedAt.IsZero() {
		t.Errorf("%s is %q with %+v", n.ID, n.Status, n)
	}
	if n.Reporter == "" || !strings.HasSuffix(n.Reporter, "*") || n.Level < 1 || n.Level > 4 || n.Place == "" || n.Handling == "" ||
		strings.ContainsAny(n.Summary+n.Handling, "{}") || n.Category == "" || n.Sub == "" || n.Source == "" || n.Lat < 41 || n.Lon < 122 {
		t.Errorf("%s: something is missing in %+v", n.ID, n)
	}
}

func TestIncidentsMoveOn(t *testing.T) {
	s := open(t)
	now := morning(t)
	load(t, s, now, "secret")
	first := all(t, s, now, 72)
	load(t, s, now, "secret")
	if again := all(t, s, now, 72); !reflect.DeepEqual(again, first) {
		t.Error("loading twice at the same moment changes the incidents")
	}
	later := now.Add(6 * time.Hour)
	load(t, s, later, "secret")
	moved, added := 0, 0
	for unit, list := range all(t, s, later, 6) {
		added += len(list)
		had := first[unit]
		for _, n := range ofUnit(t, s, unit, later) {
			i := slices.IndexFunc(had, func(o incident.Incident) bool { return o.ID == n.ID })
			if i >= 0 && had[i].Status != n.Status {
				moved++
			}
		}
	}
	if moved == 0 || added == 0 {
		t.Errorf("six hours later %d incidents have moved on and %d are new", moved, added)
	}
}

func ofUnit(t *testing.T, s *postgres.Store, unit string, now time.Time) []incident.Incident {
	t.Helper()
	list, err := s.Incidents(t.Context(), unit, now.Add(-72*time.Hour), now)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestNamedCaseIsInTheDossier(t *testing.T) {
	s := open(t)
	now := morning(t)
	load(t, s, now, "secret")
	for _, u := range sample.Units() {
		raw, err := incident.Dossiers{Store: s}.Dossier(t.Context(), u.Code, now)
		if err != nil {
			t.Fatal(err)
		}
		if u.Short == "启工" && (!strings.Contains(string(raw), `0612"`) || !strings.Contains(string(raw), "无询问笔录")) {
			t.Errorf("the named case is missing: %s", raw)
		}
		if len(raw) > 64<<10 {
			t.Errorf("the dossier of %s has %d bytes", u.Name, len(raw))
		}
	}
}
