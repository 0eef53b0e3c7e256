package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/rollcall"
)

type scheduleItem struct {
	ID, Title, Cron, Zone string
	Enabled               bool
	LeadS                 int `json:"lead_s"`
	GraceS                int `json:"grace_s"`
	MissS                 int `json:"miss_s"`
	Coming                []time.Time
}

// early is a complete schedule with some fields changed.
func early(change fields) fields {
	f := fields{
		"title": "早点名", "cron": "0 7 * * 1-5", "zone": "Asia/Shanghai", "lead_s": 600, "grace_s": 60, "miss_s": 30, "enabled": true,
	}
	for k, v := range change {
		f[k] = v
	}
	return f
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.as("zhang")
	var put scheduleItem
	admin.do("PUT", "/api/schedules/early", early(nil)).into(&put)
	if put.ID != "early" || put.Title != "早点名" || put.LeadS != 600 || put.GraceS != 60 || put.MissS != 30 || !put.Enabled {
		t.Errorf("%+v", put)
	}
	onMornings(t, put.Coming)

	admin.do("PUT", "/api/schedules/early", early(fields{"title": " 早点名二 ", "enabled": false})).ok()
	var list struct{ Schedules []scheduleItem }
	h.as("li").get("/api/schedules").into(&list)
	if len(list.Schedules) != 2 || list.Schedules[0].ID != "daily" || list.Schedules[1].Title != "早点名二" || list.Schedules[1].Enabled {
		t.Errorf("%+v", list)
	}
	kept, err := h.store.Schedules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := rollcall.DefaultRules()
	want.Grace, want.Miss = time.Minute, 30*time.Second
	if kept[1].Rules != want || !kept[1].NextDue.IsZero() || kept[1].Lead != 10*time.Minute {
		t.Errorf("kept: %+v", kept[1])
	}
	h.audited("zhang schedule.change early 0 7 * * 1-5 Asia/Shanghai", "zhang schedule.change early 0 7 * * 1-5 Asia/Shanghai")
}

func TestTheAgendaOfASeries(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.as("zhang")
	type item struct{ Kind, Title, Unit string }
	var got struct {
		Agenda  []item
		Units   []string
		RollS   int  `json:"roll_s"`
		SpeakS  int  `json:"speak_s"`
		LengthS int  `json:"length_s"`
		Hands   bool `json:"hands"`
	}
	admin.do("PUT", "/api/schedules/early", early(nil)).into(&got)
	if len(got.Agenda) != len(rollcall.DefaultAgenda()) || got.RollS != 120 || got.SpeakS != 240 || got.LengthS != 3600 || got.Hands {
		t.Errorf("a series that says nothing has %+v", got)
	}
	own := []item{{"roll", "点到", ""}, {"unit", "交警汇报", stationCode}}
	admin.do("PUT", "/api/schedules/early", early(fields{
		"agenda": own, "units": []string{stationCode, branchCode}, "roll_s": 60, "speak_s": 0, "length_s": 5400, "hands": true,
	})).into(&got)
	admin.do("PUT", "/api/schedules/early", early(nil)).into(&got) // what is left out stays
	if !slices.Equal(got.Agenda, own) || len(got.Units) != 2 || got.RollS != 60 || got.SpeakS != 0 || got.LengthS != 5400 || !got.Hands {
		t.Errorf("kept %+v", got)
	}
	for _, bad := range []item{{"dance", "x", ""}, {"unit", "x", ""}, {"text", "x", stationCode}, {"text", "", ""}} {
		if a := admin.do("PUT", "/api/schedules/early", early(fields{"agenda": []item{bad}})); a.status != 422 {
			t.Errorf("%+v is taken: %d %s", bad, a.status, a.body)
		}
	}
}

func onMornings(t *testing.T, coming []time.Time) {
	t.Helper()
	if len(coming) != 5 || !slices.IsSortedFunc(coming, time.Time.Compare) {
		t.Errorf("coming: %v", coming)
	}
	for _, at := range coming {
		local := at.In(time.FixedZone("CST", 8*3600))
		if local.Format("15:04:05") != "07:00:00" || local.Weekday() == time.Saturday || local.Weekday() == time.Sunday || !at.After(time.Now()) {
			t.Errorf("coming: %v", local)
		}
	}
}

func testPreview(t *testing.T, db string) {
	h := houseAt(t, db)
	var preview struct{ Coming []time.Time }
	h.as("zhang").get("/api/schedules/preview?zone=Asia/Shanghai&cron=" + url.QueryEscape("0 7 * * 1-5")).into(&preview)
	onMornings(t, preview.Coming)
}

// testASchedulesRefusalNamesWhatIsWrong: the administrator has to find the mistake by it.
func testASchedulesRefusalNamesWhatIsWrong(t *testing.T, db string) {
	h := houseAt(t, db)
	admin := h.as("zhang")
	for _, test := range []struct{ cron, zone, code, names string }{
		{"61 8 * * *", "Asia/Shanghai", "bad_cron", "61"},
		{"30 8 * *", "Asia/Shanghai", "bad_cron", "30 8 * *"},
		{"30 8 * * * *", "Asia/Shanghai", "bad_cron", "30 8 * * * *"},
		{"", "Asia/Shanghai", "bad_cron", "empty"},
		{"0 8 30 2 *", "Asia/Shanghai", "bad_cron", "never comes"},
		{"@every 1s", "Asia/Shanghai", "bad_cron", "@every 1s"},
		{"TZ=0", "Asia/Shanghai", "bad_cron", "TZ=0"},
		{"CRON_TZ=Asia/Tokyo 30 8 * * *", "Asia/Shanghai", "bad_cron", "CRON_TZ"},
		{"30 8 * * *", "Asia/Nowhere", "bad_zone", "Asia/Nowhere"},
		{"30 8 * * *", "", "bad_zone", `""`},
		{"30 8 * * *", "../etc/passwd", "bad_zone", "../etc/passwd"},
	} {
		query := url.Values{"cron": {test.cron}, "zone": {test.zone}}.Encode()
		answers := []*answer{admin.do("PUT", "/api/schedules/early", early(fields{"cron": test.cron, "zone": test.zone}))}
		if test.cron != "" && test.zone != "" { // a query's empty value counts as a missing one
			answers = append(answers, admin.get("/api/schedules/preview?"+query))
		}
		for _, a := range answers {
			if r := a.refused(422, test.code); !strings.Contains(r.Message, test.names) || !strings.Contains(r.MessageEN, test.names) {
				t.Errorf("%q in %q: %+v does not name %s", test.cron, test.zone, r, test.names)
			}
		}
	}
	for _, change := range []fields{{"title": " "}, {"title": "a\x00"}, {"lead_s": -1}, {"miss_s": 1}, {"grace_s": 99999}, {"enabled": nil}} {
		admin.do("PUT", "/api/schedules/early", early(change)).refused(422, "bad_input")
	}
	admin.do("PUT", "/api/schedules/Early", early(nil)).refused(422, "bad_input")
	if list, err := h.store.Schedules(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%d schedules, %v", len(list), err)
	}
}
