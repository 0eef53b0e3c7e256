package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall/duty"
)

type officer struct {
	Unit   string `json:"unit" doc:"code"`
	Date   string `json:"date" doc:"2026-11-27"`
	Name   string `json:"name"`
	Number string `json:"number" doc:"police number"`
	Phone  string `json:"phone"`
	Role   string `json:"role"`
}

type dutyInput struct {
	Date string `query:"date" required:"true" doc:"2026-11-27"`
	Unit string `query:"unit" pattern:"^[0-9]{12}$" doc:"all units when it is missing"`
}

type dutyOutput struct {
	Body struct {
		Officers []officer `json:"officers" doc:"in the order of the roster"`
	}
}

type tableInput struct {
	RawBody []byte `contentType:"text/csv" doc:"UTF-8 or GB 18030, as Excel writes it"`
}

type badRow struct {
	Line      int    `json:"line" doc:"of the file, from 1"`
	Message   string `json:"message" doc:"in Chinese"`
	MessageEN string `json:"message_en"`
}

type imported struct {
	Rows int      `json:"rows" doc:"how many rows went in"`
	Days []string `json:"days" doc:"the days that they are of"`
	Bad  []badRow `json:"bad" doc:"rows that did not go in, at most 1000"`
	Left int      `json:"left" doc:"how many more did not go in"`
}

type importedOutput struct{ Body imported }

type dayPathInput struct {
	Date string `path:"date" doc:"2026-11-27"`
}

type deletedOutput struct {
	Body struct {
		Deleted int `json:"deleted" doc:"how many rows there were"`
	}
}

const (
	// largestTable is a month of 246 units with six officers a day, with room to spare.
	largestTable = 8 << 20
	// mostBadRows is how many bad rows are named: a wrong file has no more to say than that.
	mostBadRows = 1000
)

func (s *server) dutyRoutes(api huma.API) {
	handle(s, api, route{"GET", "/api/duty", "listDuty", "Who is on duty on a day", hostOrUp}, s.listDuty)
	handleUpTo(s, api, largestTable, route{"POST", "/api/duty", "importDuty", "Add rows of a table to the duty roster; a row of the same unit, date and number is replaced, so that a table can be sent again", adminOnly}, s.importDuty)
	handle(s, api, route{"DELETE", "/api/duty/{date}", "deleteDuty", "Remove a day's duty roster", adminOnly}, s.deleteDuty)
}

// goodDay returns a day as it is kept.
func goodDay(given string) (string, error) {
	day, err := time.Parse(time.DateOnly, given)
	if err != nil {
		return "", &detailed{errBadDay, given}
	}
	return day.Format(time.DateOnly), nil
}

func (s *server) listDuty(ctx context.Context, in *dutyInput) (*dutyOutput, error) {
	day, err := goodDay(in.Date)
	if err != nil {
		return nil, err
	}
	list, err := s.cfg.Duty.Officers(ctx, day, in.Unit)
	if err != nil {
		return nil, err
	}
	out := &dutyOutput{}
	out.Body.Officers = make([]officer, 0, len(list))
	for _, o := range list {
		out.Body.Officers = append(out.Body.Officers, officer(o))
	}
	return out, nil
}

// importDuty takes the good rows of a table and names the others.
func (s *server) importDuty(ctx context.Context, in *tableInput) (*importedOutput, error) {
	units, err := s.cfg.Roster.Units(ctx)
	if err != nil {
		return nil, err
	}
	good, bad, err := duty.ReadCSV(bytes.NewReader(inUTF8(in.RawBody)), units)
	if errors.Is(err, duty.ErrNoColumns) {
		return nil, &detailed{duty.ErrNoColumns, strings.TrimPrefix(err.Error(), duty.ErrNoColumns.EN+": ")}
	}
	if err != nil {
		return nil, err
	}
	if len(good) > 0 {
		if err := s.cfg.Duty.PutOfficers(ctx, good); err != nil {
			return nil, err
		}
	}
	out := &importedOutput{importOf(good, bad)}
	what := fmt.Sprintf("%d rows, %d bad", len(good), len(bad))
	return out, s.audit(ctx, whoOf(ctx).ID, "duty.import", span(out.Body.Days), what)
}

func importOf(good []duty.Officer, bad []duty.BadRow) imported {
	out := imported{Rows: len(good), Days: []string{}, Bad: []badRow{}}
	for _, o := range good {
		out.Days = append(out.Days, o.Date)
	}
	slices.Sort(out.Days)
	out.Days = slices.Compact(out.Days)
	for _, b := range bad[:min(len(bad), mostBadRows)] {
		out.Bad = append(out.Bad, badRow{Line: b.Line, Message: b.ZH, MessageEN: b.EN})
	}
	out.Left = len(bad) - len(out.Bad)
	return out
}

// span names days by the first and the last.
func span(days []string) string {
	switch len(days) {
	case 0:
		return "-"
	case 1:
		return days[0]
	}
	return days[0] + "/" + days[len(days)-1]
}

func (s *server) deleteDuty(ctx context.Context, in *dayPathInput) (*deletedOutput, error) {
	day, err := goodDay(in.Date)
	if err != nil {
		return nil, err
	}
	n, err := s.cfg.Duty.DropOfficers(ctx, day)
	if err != nil {
		return nil, err
	}
	out := &deletedOutput{}
	out.Body.Deleted = n
	return out, s.audit(ctx, whoOf(ctx).ID, "duty.delete", day, fmt.Sprintf("%d rows", n))
}
