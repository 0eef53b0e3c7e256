package web_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const dutyHeader = "单位,日期,姓名,警号,电话,职务\n"

type officer struct{ Unit, Date, Name, Number, Phone, Role string }

type dutyImport struct {
	Rows, Left int
	Days       []string
	Bad        []struct {
		Line      int
		Message   string
		MessageEN string `json:"message_en"`
	}
}

// sends makes the client's bodies a table.
func (c *client) sends(kind string) *client {
	c.header.Set("Content-Type", kind)
	return c
}

func (c *client) onDuty(query string) []officer {
	c.h.t.Helper()
	var list struct{ Officers []officer }
	c.get("/api/duty?" + query).into(&list)
	return list.Officers
}

func TestDuty(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin, host := h.as("zhang").sends("text/csv"), h.as("li").sends("text/csv")
	var in dutyImport
	admin.do("POST", "/api/duty", dutyHeader+
		stationCode+",2031-03-04,王某,0102,024-1,值班所长\n"+
		"999999999999,2031-03-04,无,1,,\n"+
		stationCode+",2031-03-04,,2,,\n"+
		branchCode+",2031/03/05,李某,0103,,\n").into(&in)
	if in.Rows != 2 || in.Left != 0 || strings.Join(in.Days, " ") != "2031-03-04 2031-03-05" || len(in.Bad) != 2 {
		t.Fatalf("%+v", in)
	}
	if in.Bad[0].Line != 3 || !strings.Contains(in.Bad[0].Message, "999999999999") || in.Bad[1].Line != 4 || in.Bad[1].MessageEN != "the name is empty" {
		t.Errorf("bad rows: %+v", in.Bad)
	}
	// The same table again changes nothing.
	before := host.onDuty("date=2031-03-04")
	admin.do("POST", "/api/duty", dutyHeader+stationCode+",2031-03-04,王某,0102,024-1,值班所长\n").into(&in)
	if got := host.onDuty("date=2031-03-04"); in.Rows != 1 || !slices.Equal(got, before) {
		t.Errorf("%d rows, on duty %+v, before %+v", in.Rows, got, before)
	}
	want := officer{stationCode, "2031-03-04", "王某", "0102", "024-1", "值班所长"}
	for _, query := range []string{"date=2031-03-04", "date=2031-03-04&unit=" + stationCode} {
		if got := host.onDuty(query); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %+v", query, got)
		}
	}
	if got := host.onDuty("date=2031-03-04&unit=" + branchCode); len(got) != 0 {
		t.Errorf("another unit's: %+v", got)
	}

	// Again, as a Chinese Excel writes it: the row is replaced.
	table, err := simplifiedchinese.GBK.NewEncoder().String(dutyHeader + stationCode + ",2031-03-04,王某某,0102,,\n")
	if err != nil {
		t.Fatal(err)
	}
	admin.do("POST", "/api/duty", table).ok()
	if got := host.onDuty("date=2031-03-04"); len(got) != 1 || got[0].Name != "王某某" || got[0].Phone != "" {
		t.Errorf("after a second import: %+v", got)
	}

	host.do("POST", "/api/duty", dutyHeader).refused(403, "forbidden")
	host.do("DELETE", "/api/duty/2031-03-04", nil).refused(403, "forbidden")
	var deleted struct{ Deleted int }
	for _, n := range []int{1, 0} {
		admin.do("DELETE", "/api/duty/2031-03-04", nil).into(&deleted)
		if deleted.Deleted != n {
			t.Errorf("deleted %d, want %d", deleted.Deleted, n)
		}
	}
	if len(host.onDuty("date=2031-03-04")) != 0 || len(host.onDuty("date=2031-03-05")) != 1 {
		t.Error("not exactly the one day is gone")
	}
	h.audited("zhang duty.import 2031-03-04/2031-03-05 2 rows, 2 bad", "zhang duty.import 2031-03-04 1 rows, 0 bad", "zhang duty.import 2031-03-04 1 rows, 0 bad",
		"zhang duty.delete 2031-03-04 1 rows", "zhang duty.delete 2031-03-04 0 rows")
}

func testDutyRefusals(t *testing.T, db string) {
	h := houseAt(t, db)
	admin := h.as("zhang").sends("text/csv")
	if r := admin.do("POST", "/api/duty", "单位,日期,姓名\n").refused(422, "no_columns"); !strings.Contains(r.Message, "警号/number") {
		t.Errorf("it does not say which column: %+v", r)
	}
	admin.do("POST", "/api/duty", "\n").refused(422, "no_table")
	admin.do("POST", "/api/duty", strings.Repeat("x", 9<<20)).refused(413, "bad_input")
	for _, query := range []string{"", "?date=2026-11-31", "?date=x", "?date=2031-03-04&unit=abc"} {
		if a := admin.get("/api/duty" + query); a.status != 422 {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	admin.do("DELETE", "/api/duty/2026-13-01", nil).refused(422, "bad_day")

	var in dutyImport
	admin.do("POST", "/api/duty", dutyHeader+strings.Repeat("x,2031-03-04,y,1,,\n", 1200)).into(&in)
	if in.Rows != 0 || len(in.Bad) != 1000 || in.Left != 200 {
		t.Errorf("%d rows, %d bad, %d left", in.Rows, len(in.Bad), in.Left)
	}
}
