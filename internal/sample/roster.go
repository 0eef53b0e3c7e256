package sample

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"

	"muster/rollcall"
)

//go:embed roster.csv
var rosterFile string

// Units returns the sample roster in display order: police types, branches, stations. Most of its names are invented; the
// head of roster.csv says which are not.
func Units() []rollcall.Unit {
	units, err := readRoster(rosterFile)
	if err != nil {
		panic(fmt.Sprintf("sample: roster.csv: %v", err)) // the file is part of the program, and tested
	}
	return units
}

func readRoster(file string) ([]rollcall.Unit, error) {
	reader := csv.NewReader(strings.NewReader(file))
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, err
	}
	units := make([]rollcall.Unit, 0, len(rows)-1)
	for i, row := range rows[1:] {
		units = append(units, rollcall.Unit{
			Code: row[0], Kind: rollcall.UnitKind(row[1]), Branch: row[2], Name: row[3], Short: row[4], Order: i,
		})
	}
	return units, nil
}
