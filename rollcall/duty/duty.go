// Package duty keeps who is on duty at which unit on which day, and reads the roster that a bureau hands in as a table.
package duty

import (
	"context"

	"muster/rollcall"
)

// Officer is somebody on duty at a unit for a day.
type Officer struct {
	Unit   string // code
	Date   string // 2026-11-27, in the bureau's zone
	Name   string
	Number string // police number (警号), distinct in a unit and day
	Phone  string // may be empty
	Role   string // 值班所长, 民警, 辅警 …; may be empty
}

// Store keeps the duty roster.
type Store interface {
	// Officers lists a day's officers in the order of the units; an empty unit stands for all of them.
	Officers(ctx context.Context, date, unit string) ([]Officer, error)
	// PutOfficers adds officers, all or none, replacing those of the same unit, date and number.
	PutOfficers(ctx context.Context, list []Officer) error
	// DropOfficers removes a day's officers and says how many there were.
	DropOfficers(ctx context.Context, date string) (int, error)
}

// Refusals of a whole table. Compare with errors.Is.
var (
	ErrNoTable   = &rollcall.Error{Code: "no_table", ZH: "文件是空的", EN: "the file is empty"}
	ErrNoColumns = &rollcall.Error{
		Code: "no_columns", ZH: "表头缺少必需的列（单位、日期、姓名、警号）", EN: "the header lacks a required column (unit, date, name, number)",
	}
)

// BadRow is a row that was not taken, with the reason in both languages.
type BadRow struct {
	Line   int // of the file, from 1
	ZH, EN string
}
