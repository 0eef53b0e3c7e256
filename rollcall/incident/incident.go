// Package incident holds what is known of the last days' emergency calls and makes a unit's dossier from it.
package incident

import (
	"context"
	"time"
)

// Incident is one emergency call 警情 and its handling. Times that have not come yet are zero.
type Incident struct {
	ID           string // 编号
	Unit         string // code of the unit that handles it 处警单位
	Level        int    // 级别, 1 is the gravest
	Category     string // 类别
	Sub          string // 细类
	Source       string // 报警方式
	Reporter     string // 报警人, always masked
	Place        string // 地址
	Lat, Lon     float64
	Summary      string
	ReportedAt   time.Time // 报警
	DispatchedAt time.Time // 派警
	SignedAt     time.Time // 签收
	LeftAt       time.Time // 出警
	ArrivedAt    time.Time // 到场
	FedBackAt    time.Time // 反馈
	Officer      string    // 处警民警
	Handling     string    // 处置结果
	Status       string    // "open", "fed_back", "accepted", "filed", "closed"
	CaseNumber   string    // 受案号
	AcceptedAt   time.Time // 受案
	Criminal     bool      // 刑事, else 行政
	FiledAt      time.Time // 立案
	Evidence     []string  // what the case file has: 询问笔录 证人证言 现场勘察 …
	BodyCamera   string    // 执法记录仪 clip number
	Repeated     bool      // 重复警情
}

// Patrol is a unit's plan for a day.
type Patrol struct {
	Unit     string
	Day      string // 2026-11-24 in the schedule's zone
	Officers int
	Vehicles int
	Places   []string
	Note     string
}

// Store keeps incidents and patrol plans.
type Store interface {
	// Incidents lists a unit's incidents reported in [from, to), newest first. For a branch it includes its stations'; for a
	// police type, all of the city's with the level 1 or 2.
	Incidents(ctx context.Context, unit string, from, to time.Time) ([]Incident, error)
	// Unfinished lists the incidents of all units reported in [from, to) that are not closed, oldest first.
	Unfinished(ctx context.Context, from, to time.Time) ([]Incident, error)
	PutIncidents(ctx context.Context, list []Incident) error      // insert or replace by ID
	Patrol(ctx context.Context, unit, day string) (Patrol, error) // rollcall.ErrNotFound
	PutPatrols(ctx context.Context, list []Patrol) error
}
