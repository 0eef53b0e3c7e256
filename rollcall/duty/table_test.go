package duty_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"muster/rollcall"
	"muster/rollcall/duty"
)

func roster() []rollcall.Unit {
	return []rollcall.Unit{
		{Code: "210105000000", Name: "皇姑分局", Kind: rollcall.Branch},
		{Code: "210105150000", Name: "塔湾派出所", Kind: rollcall.Station},
		{Code: "210105160000", Name: "同名派出所", Kind: rollcall.Station},
		{Code: "210105170000", Name: "同名派出所", Kind: rollcall.Station},
	}
}

func read(t *testing.T, table string) ([]duty.Officer, []duty.BadRow) {
	t.Helper()
	good, bad, err := duty.ReadCSV(strings.NewReader(table), roster())
	if err != nil {
		t.Fatal(err)
	}
	return good, bad
}

func TestGoodTables(t *testing.T) {
	wang := duty.Officer{Unit: "210105150000", Date: "2026-11-27", Name: "王某", Number: "010203", Phone: "024-0000", Role: "值班所长"}
	bare := wang
	bare.Phone, bare.Role = "", ""
	for name, test := range map[string]struct {
		table string
		want  duty.Officer
	}{
		"Chinese":           {"单位,日期,姓名,警号,电话,职务\n210105150000,2026-11-27,王某,010203,024-0000,值班所长\n", wang},
		"English":           {"Unit,Date,Name,Number,Phone,Role\r\n210105150000,2026-11-27,王某,010203,024-0000,值班所长\r\n", wang},
		"byte order mark":   {"\ufeff单位代码,值班日期,姓名,警号\n210105150000,2026/11/27,王某,010203\n", bare},
		"other order":       {"警号,备注,姓名,日期,单位名称\n010203,x,王某,20261127,塔湾派出所\n", bare},
		"blanks and quotes": {" 单位 , 日期 ,姓名,警号\n 210105150000 ,2026年11月27日,\"王某\", 010203 \n", bare},
		"empty rows":        {"单位,日期,姓名,警号\n,,,\n\n210105150000,2026.11.27,王某,010203\n,,,\n", bare},
		"no line at end":    {"单位,日期,姓名,警号\n210105150000,2026-11-27,王某,010203", bare},
	} {
		good, bad := read(t, test.table)
		if len(bad) > 0 || !reflect.DeepEqual(good, []duty.Officer{test.want}) {
			t.Errorf("%s: got %+v, bad %+v", name, good, bad)
		}
	}
}

// TestBadRows: each has the line and a reason that names what is wrong in both languages, and the good ones go in.
func TestBadRows(t *testing.T) {
	long := strings.Repeat("长", 33)
	for name, test := range map[string]struct{ row, zh, en string }{
		"unknown unit":      {"999999999999,2026-11-27,王,1,,", "999999999999", "999999999999"},
		"name of two units": {"同名派出所,2026-11-27,王,1,,", "同名派出所", "同名派出所"},
		"code by Excel":     {"2.10105E+11,2026-11-27,王,1,,", "2.10105E+11", "2.10105E+11"},
		"no unit":           {",2026-11-27,王,1,,", "单位为空", "unit is empty"},
		"no such day":       {"210105150000,2026-02-30,王,1,,", "2026-02-30", "2026-02-30"},
		"no date":           {"210105150000,明天,王,1,,", "明天", "明天"},
		"empty name":        {"210105150000,2026-11-27, ,1,,", "姓名为空", "name is empty"},
		"empty number":      {"210105150000,2026-11-27,王,,,", "警号为空", "number is empty"},
		"long name":         {"210105150000,2026-11-27," + long + ",1,,", "姓名超过 32", "name has more than 32"},
		"long number":       {"210105150000,2026-11-27,王,12345678901234567,,", "警号超过 16", "number has more than 16"},
		"long phone":        {"210105150000,2026-11-27,王,1," + long + ",", "电话超过 32", "phone has more than 32"},
		"long role":         {"210105150000,2026-11-27,王,1,," + long, "职务超过 32", "role has more than 32"},
		"NUL":               {"210105150000,2026-11-27,王\x00某,1,,", "姓名含有", "name has characters"},
		"no UTF-8":          {"210105150000,2026-11-27,\xff\xfe,1,,", "姓名含有", "name has characters"},
		"short row":         {"210105150000,2026-11-27", "姓名为空", "name is empty"},
		"misplaced quote":   {"210105150000,2026-11-27,王\"某,1,,", "引号", "quotation mark"},
	} {
		table := "单位,日期,姓名,警号,电话,职务\n210105000000,2026-11-27,前,1,,\n" + test.row + "\n210105000000,2026-11-27,后,2,,\n"
		good, bad := read(t, table)
		if len(good) != 2 || good[0].Name != "前" || good[1].Name != "后" {
			t.Errorf("%s: the good rows are %+v", name, good)
		}
		if len(bad) != 1 || bad[0].Line != 3 || !strings.Contains(bad[0].ZH, test.zh) || !strings.Contains(bad[0].EN, test.en) {
			t.Errorf("%s: %+v", name, bad)
		}
	}
}

// TestAnOpenQuotationMark swallows the rest of the file: what it swallowed is named by its first line.
func TestAnOpenQuotationMark(t *testing.T) {
	good, bad := read(t, "单位,日期,姓名,警号\n210105000000,2026-11-27,\"前,1\n210105000000,2026-11-27,后,2\n")
	if len(good) != 0 || len(bad) != 1 || bad[0].Line != 2 {
		t.Errorf("good %+v, bad %+v", good, bad)
	}
}

func TestTablesThatAreNone(t *testing.T) {
	for table, want := range map[string]error{
		"":                         duty.ErrNoTable,
		"单位,日期,姓名\nx,y,z\n":        duty.ErrNoColumns,
		"PK\x03\x04 a spreadsheet": duty.ErrNoColumns,
		"\"":                       duty.ErrNoColumns,
	} {
		if _, _, err := duty.ReadCSV(strings.NewReader(table), roster()); !errors.Is(err, want) {
			t.Errorf("%q: %v; want %v", table, err, want)
		}
	}
}
