package web

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
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

func statusName(status string) string {
	names := map[string]string{
		attendance.Pending: "待定", attendance.OnTime: "准时", attendance.Late: "迟到", attendance.Absent: "缺席",
	}
	if name, ok := names[status]; ok {
		return name
	}
	return status
}

func sessionKindName(k rollcall.SessionKind) string {
	return map[rollcall.SessionKind]string{rollcall.Regular: "例行", rollcall.Extra: "临时", rollcall.Drill: "演练（不计入）"}[k]
}

func entryHeader() []string {
	return []string{"日期", "点调会", "性质", "单位代码", "单位", "类别", "考勤", "首次到会", "离会", "早退", "中断次数", "在会秒数", "点名", "应答", "未答", "签到人员"}
}

func entryRow(s attendance.Session, e attendance.Entry) []string {
	return []string{
		s.PlannedAt.In(zone()).Format(time.DateOnly), s.Title, sessionKindName(s.Kind), e.Unit.Code, e.Unit.Name, kindName(e.Unit.Kind),
		statusName(e.Status), clock(e.FirstAt), clock(e.LeftAt), yesNo(e.LeftEarly), strconv.Itoa(len(e.Interruptions)),
		strconv.Itoa(e.PresentSeconds), strconv.Itoa(e.Calls), strconv.Itoa(e.Answered), strconv.Itoa(e.Missed),
		officersOf(e),
	}
}

// officersOf names who sat there and how long: 李强(101) 08:12–08:40、王芳(102) 08:40–.
func officersOf(e attendance.Entry) string {
	names := make([]string, 0, len(e.Officers))
	for _, o := range e.Officers {
		name := fmt.Sprintf("%s(%s) %s–", o.Name, o.Number, o.From.In(zone()).Format("15:04"))
		if !o.To.IsZero() {
			name += o.To.In(zone()).Format("15:04")
		}
		if !o.Listed {
			name += "（不在值班表）"
		}
		names = append(names, name)
	}
	return strings.Join(names, "、")
}

func (s *server) dayCSV(w http.ResponseWriter, r *http.Request) error {
	day := r.URL.Query().Get("day")
	reports, err := s.cfg.Book.Day(r.Context(), day)
	if err != nil {
		return err
	}
	rows := [][]string{entryHeader()}
	for _, report := range reports {
		for _, e := range report.Units {
			rows = append(rows, entryRow(report.Session, e))
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
		rows = append(rows, entryRow(us.Session, us.Entry))
	}
	return table(w, fmt.Sprintf("attendance-%s-%s-%s", report.Tally.Unit.Code, in.From, in.To), rows)
}

func (s *server) monthCSV(w http.ResponseWriter, r *http.Request) error {
	month, err := s.cfg.Book.Month(r.Context(), r.URL.Query().Get("month"))
	if err != nil {
		return err
	}
	rows := [][]string{{"月份", "单位代码", "单位", "类别", "会议", "准时", "迟到", "缺席", "休息日缺席", "早退", "中断", "在会秒数", "点名", "应答", "未答"}}
	for _, t := range month.Units {
		row := []string{month.Month, t.Unit.Code, t.Unit.Name, kindName(t.Unit.Kind)}
		for _, n := range []int{t.Sessions, t.OnTime, t.Late, t.Absent, t.Excused, t.LeftEarly, t.Interruptions, t.PresentSeconds, t.Calls, t.Answered, t.Missed} {
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
