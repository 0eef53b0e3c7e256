package web

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"muster/rollcall"
	"muster/rollcall/attendance"
)

func (s *server) downloadRoutes(mux *http.ServeMux) {
	mux.Handle("GET /api/attendance/day.csv", s.plain(hostOrUp, s.dayCSV))
	mux.Handle("GET /api/attendance/unit.csv", s.plain(hostOrUp, s.unitCSV))
	mux.Handle("GET /api/attendance/month.csv", s.plain(hostOrUp, s.monthCSV))
}

// table is written as CSV (RFC 4180) that a Chinese Excel opens as it is: with a byte order mark.
func table(w http.ResponseWriter, name string, rows [][]string) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.csv"`, name))
	_, _ = io.WriteString(w, "\ufeff") // an error is the client's going away, here and below
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range rows {
		for i := range row {
			row[i] = harmless(row[i])
		}
		_ = out.Write(row)
	}
	out.Flush()
	return nil
}

// harmless keeps a spreadsheet from taking text for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone()).Format("2006-01-02 15:04:05")
}

func yesNo(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

func kindName(k rollcall.UnitKind) string {
	return map[rollcall.UnitKind]string{rollcall.PoliceType: "警种", rollcall.Branch: "分局", rollcall.Station: "派出所"}[k]
}

// statusName is the status as it counts: on a statutory day off an absence does not.
func statusName(s attendance.Session, e attendance.Entry) string {
	switch {
	case s.DayOff(e):
		return "休息日缺席"
	case e.ExcusedLapses.Late:
		return "迟到（准假）"
	case e.PendingLapses.Late:
		return "迟到（待定）"
	}
	names := map[string]string{
		attendance.Pending: "待定", attendance.OnTime: "准时", attendance.Late: "迟到", attendance.Absent: "缺席", attendance.Excused: "准假",
	}
	if name, ok := names[e.Status]; ok {
		return name
	}
	return e.Status
}

// lapsesOf names lapses and how many interruptions: 迟到、早退、中断2.
func lapsesOf(l attendance.Lapses, gaps int) string {
	var names []string
	for _, lapse := range []struct {
		is   bool
		name string
	}{{l.Absence, "缺席"}, {l.Late, "迟到"}, {l.EarlyLeave, "早退"}, {gaps > 0, "中断" + strconv.Itoa(gaps)}} {
		if lapse.is {
			names = append(names, lapse.name)
		}
	}
	return strings.Join(names, "、")
}

// excusesOf tells what was approved, and by whom: 出警 J1 08:00–11:00 现场处置.
func excusesOf(e attendance.Entry) (what, by string) {
	reasons := map[string]string{
		rollcall.ExcuseDispatch: "出警", rollcall.ExcuseLeave: "请假", rollcall.ExcuseLine: "线路故障", rollcall.ExcuseOther: "其他",
	}
	var whats, bys []string
	for _, x := range e.Excuses {
		words := []string{reasons[x.Reason]}
		if x.Incident != "" {
			words = append(words, x.Incident)
		}
		if !x.From.IsZero() {
			words = append(words, minutes(x.From, x.To))
		}
		if x.Note != "" {
			words = append(words, x.Note)
		}
		whats = append(whats, strings.Join(words, " "))
		if by := cmp.Or(x.Approver, x.By); !slices.Contains(bys, by) {
			bys = append(bys, by)
		}
	}
	return strings.Join(whats, "；"), strings.Join(bys, "、")
}

// minutes is a span of a day, 08:40–08:43, open where its end is.
func minutes(from, to time.Time) string {
	out := from.In(zone()).Format("15:04") + "–"
	if !to.IsZero() {
		out += to.In(zone()).Format("15:04")
	}
	return out
}

func sessionKindName(k rollcall.SessionKind) string {
	return map[rollcall.SessionKind]string{rollcall.Regular: "例行", rollcall.Extra: "临时", rollcall.Drill: "演练（不计入）"}[k]
}

func entryHeader() []string {
	return []string{
		"日期", "点调会", "性质", "晚开原因", "单位代码", "单位", "类别", "考勤", "首次到会", "离会", "准许离会", "早退", "中断次数",
		"准假/免计", "待定", "准假事由", "批准人", "在会秒数", "点名", "应答", "未答", "点到次数", "点到应答", "签到人员", "设备缺失",
	}
}

// entryRow is a unit in a session; names are those of units, by code.
func entryRow(s attendance.Session, e attendance.Entry, names map[string]string) []string {
	gaps, excused, pending := e.Gaps()
	what, by := excusesOf(e)
	return []string{
		s.PlannedAt.In(zone()).Format(time.DateOnly), s.Title, sessionKindName(s.Kind), s.Late, e.Unit.Code, e.Unit.Name, kindName(e.Unit.Kind),
		statusName(s, e), clock(e.FirstAt), clock(e.LeftAt), clock(e.DismissedAt), yesNo(e.CountsLeftEarly()), strconv.Itoa(gaps),
		lapsesOf(e.ExcusedLapses, excused), lapsesOf(e.PendingLapses, pending), what, by,
		strconv.Itoa(e.PresentSeconds), strconv.Itoa(e.Calls), strconv.Itoa(e.Answered), strconv.Itoa(e.Missed),
		strconv.Itoa(e.Rolls), strconv.Itoa(e.RollsAnswered), officersOf(e, names), lacksOf(e),
	}
}

// lacksOf tells what a unit was there without: 没有摄像头 08:31–09:30、麦克风没有声音 08:40–08:52.
func lacksOf(e attendance.Entry) string {
	names := map[string]string{
		"camera none": "没有摄像头", "camera denied": "摄像头未授权", "camera black": "画面全黑", "camera frozen": "画面不动",
		"microphone none": "没有麦克风", "microphone denied": "麦克风未授权", "microphone silent": "麦克风没有声音",
	}
	list := make([]string, 0, len(e.Lacks))
	for _, l := range e.Lacks {
		list = append(list, names[l.Device+" "+l.What]+" "+minutes(l.From, l.To))
	}
	return strings.Join(list, "、")
}

// officersOf names who sat there and how long: 李强(101) 08:12–08:40、王芳(102) 08:40–09:30（不在值班表）.
func officersOf(e attendance.Entry, names map[string]string) string {
	list := make([]string, 0, len(e.Officers))
	for _, o := range e.Officers {
		name := fmt.Sprintf("%s(%s) %s", o.Name, o.Number, minutes(o.From, o.To))
		if !o.Listed {
			name += "（不在值班表）"
		}
		if o.Elsewhere != "" {
			name += "（同时在" + cmp.Or(names[o.Elsewhere], o.Elsewhere) + "签到）"
		}
		list = append(list, name)
	}
	return strings.Join(list, "、")
}

func namesOf(report attendance.Report) map[string]string {
	names := make(map[string]string, len(report.Units))
	for _, e := range report.Units {
		names[e.Unit.Code] = e.Unit.Name
	}
	return names
}

func (s *server) dayCSV(w http.ResponseWriter, r *http.Request) error {
	day := r.URL.Query().Get("day")
	reports, err := s.cfg.Book.Day(r.Context(), day)
	if err != nil {
		return err
	}
	rows := [][]string{entryHeader()}
	for _, report := range reports {
		names := namesOf(report)
		for _, e := range report.Units {
			rows = append(rows, entryRow(report.Session, e, names))
		}
	}
	return table(w, "attendance-"+day, rows)
}

func (s *server) unitCSV(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	in := rangeInput{From: q.Get("from"), To: q.Get("to")}
	report, err := s.unitReport(r.Context(), q.Get("unit"), in)
	if err != nil {
		return err
	}
	rows := [][]string{entryHeader()}
	for _, us := range report.Sessions {
		rows = append(rows, entryRow(us.Session, us.Entry, nil))
	}
	return table(w, fmt.Sprintf("attendance-%s-%s-%s", report.Tally.Unit.Code, in.From, in.To), rows)
}

func (s *server) monthCSV(w http.ResponseWriter, r *http.Request) error {
	month, err := s.cfg.Book.Month(r.Context(), r.URL.Query().Get("month"))
	if err != nil {
		return err
	}
	rows := [][]string{{
		"月份", "单位代码", "单位", "类别", "会议", "准时", "迟到", "缺席", "准假/免计", "休息日缺席", "待定", "早退", "中断", "在会秒数",
		"点名", "应答", "未答", "点到次数", "点到应答", "设备缺失场次",
	}}
	for _, t := range month.Units {
		row := []string{month.Month, t.Unit.Code, t.Unit.Name, kindName(t.Unit.Kind)}
		for _, n := range []int{
			t.Sessions, t.OnTime, t.Late, t.Absent, t.Excused, t.DayOff, t.Pending, t.LeftEarly, t.Interruptions, t.PresentSeconds,
			t.Calls, t.Answered, t.Missed, t.Rolls, t.RollsAnswered, t.Lacking,
		} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, row)
	}
	return table(w, "attendance-"+month.Month, rows)
}

// inUTF8 returns a table in UTF-8: what is none is taken for GB 18030, in which a Chinese Excel writes CSV.
func inUTF8(table []byte) []byte {
	if utf8.Valid(table) {
		return table
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(table)
	if err != nil {
		return table // its rows are refused one by one
	}
	return text
}
