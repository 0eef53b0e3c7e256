package duty

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"muster/rollcall"
)

// columns of the table.
const (
	unitColumn = iota
	dateColumn
	nameColumn
	numberColumn
	phoneColumn
	roleColumn
	columnCount
)

// required is how many of the columns a header must have: they come first.
const required = numberColumn + 1

// longest is how many characters a cell may have.
func longest(column int) int {
	return map[int]int{nameColumn: 32, numberColumn: 16, phoneColumn: 32, roleColumn: 32}[column]
}

// titles are the headers by which a column is known, lower case.
func titles() [columnCount][]string {
	return [columnCount][]string{
		{"单位", "单位代码", "单位编码", "单位名称", "unit", "unit code", "unit_code"},
		{"日期", "值班日期", "date", "day"},
		{"姓名", "值班人员", "name"},
		{"警号", "number", "police number", "police_number"},
		{"电话", "联系电话", "值班电话", "手机", "手机号", "phone"},
		{"职务", "岗位", "角色", "role"},
	}
}

// names of the columns in both languages, for reasons.
func columnName(column int) (zh, en string) {
	zhs := [columnCount]string{"单位", "日期", "姓名", "警号", "电话", "职务"}
	ens := [columnCount]string{"unit", "date", "name", "number", "phone", "role"}
	return zhs[column], ens[column]
}

// ReadCSV reads a table in UTF-8 with a header in Chinese or English. A unit is written by its code or its full name. Rows that
// can't be taken are named; an error is about the table as a whole.
func ReadCSV(r io.Reader, units []rollcall.Unit) ([]Officer, []BadRow, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1 // a short row is a bad row, not the end
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, ErrNoTable
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the header: %w", errors.Join(ErrNoColumns, err))
	}
	table := reader{in: in, units: codes(units)}
	if table.at, err = find(header); err != nil {
		return nil, nil, err
	}
	err = table.rows()
	return table.good, table.bad, err
}

// codes finds a unit's code by code and by name; a name that two units share finds none.
func codes(units []rollcall.Unit) map[string]string {
	out := make(map[string]string, 2*len(units))
	for _, u := range units {
		if _, twice := out[u.Name]; twice {
			out[u.Name] = ""
		} else {
			out[u.Name] = u.Code
		}
	}
	for _, u := range units {
		out[u.Code] = u.Code
	}
	return out
}

// find says at which place of a row each column is, -1 where there is none.
func find(header []string) (at [columnCount]int, err error) {
	var missing []string
	for column, names := range titles() {
		at[column] = slices.IndexFunc(header, func(cell string) bool {
			return slices.Contains(names, strings.ToLower(strings.TrimSpace(strings.TrimPrefix(cell, "\ufeff"))))
		})
		if at[column] < 0 && column < required {
			zh, en := columnName(column)
			missing = append(missing, zh+"/"+en)
		}
	}
	if len(missing) > 0 {
		return at, fmt.Errorf("%w: %s", ErrNoColumns, strings.Join(missing, ", "))
	}
	return at, nil
}

type reader struct {
	in    *csv.Reader
	at    [columnCount]int
	units map[string]string
	good  []Officer
	bad   []BadRow
}

// rows reads all rows below the header.
func (t *reader) rows() error {
	for {
		row, err := t.in.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &broken):
			// An open quotation mark swallows the lines below it: the reason says so.
			t.refuse(broken.StartLine, "引号不成对，读到第 %[1]d 行仍未正确结束", "a quotation mark is open or misplaced, up to line %[1]d", broken.Line)
		case err != nil:
			return fmt.Errorf("read the table: %w", err)
		default:
			t.row(row)
		}
	}
}

func (t *reader) refuse(line int, zh, en string, args ...any) {
	t.bad = append(t.bad, BadRow{Line: line, ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)})
}

// row takes one row or says why not. A row without any content is none: spreadsheets append such rows.
func (t *reader) row(row []string) {
	line, _ := t.in.FieldPos(0)
	var cells [columnCount]string
	for column, place := range t.at {
		if place >= 0 && place < len(row) {
			cells[column] = strings.TrimSpace(row[place])
		}
	}
	if cells == [columnCount]string{} {
		return
	}
	if zh, en := wrong(cells); zh != "" {
		t.bad = append(t.bad, BadRow{Line: line, ZH: zh, EN: en})
		return
	}
	unit := t.units[cells[unitColumn]]
	date, ok := readDate(cells[dateColumn])
	switch {
	case unit == "":
		t.refuse(line, "花名册中没有单位“%s”", "no unit %q in the roster", short(cells[unitColumn]))
	case !ok:
		t.refuse(line, "日期“%s”无效，应为 2026-11-27", "the date %q is not valid: it looks like 2026-11-27", short(cells[dateColumn]))
	default:
		t.good = append(t.good, Officer{
			Unit: unit, Date: date, Name: cells[nameColumn], Number: cells[numberColumn], Phone: cells[phoneColumn], Role: cells[roleColumn],
		})
	}
}

// wrong says what of the cells can't be taken whatever the roster says.
func wrong(cells [columnCount]string) (zh, en string) {
	for column, cell := range cells {
		nameZH, nameEN := columnName(column)
		limit := longest(column)
		switch {
		case cell == "" && column < required:
			return nameZH + "为空", "the " + nameEN + " is empty"
		case limit > 0 && utf8.RuneCountInString(cell) > limit:
			return fmt.Sprintf("%s超过 %d 个字", nameZH, limit), fmt.Sprintf("the %s has more than %d characters", nameEN, limit)
		case !utf8.ValidString(cell) || strings.ContainsFunc(cell, unicode.IsControl):
			return nameZH + "含有无法识别的字符", "the " + nameEN + " has characters that can't be read"
		}
	}
	return "", ""
}

// short keeps a reason readable when the cell is not.
func short(cell string) string {
	const most = 24
	if runes := []rune(cell); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return cell
}

// readDate takes the ways in which spreadsheets write a day.
func readDate(cell string) (string, bool) {
	for _, layout := range []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102"} {
		if day, err := time.Parse(layout, cell); err == nil {
			return day.Format(time.DateOnly), true
		}
	}
	return "", false
}
