package sample

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"muster/rollcall"
	"muster/rollcall/incident"
)

// days is how many days back, beside the present one, there are incidents of.
const days = 3

// incidents invents what was reported to the stations up to now. A station's day is drawn from the day and the station
// alone, and is shown as far as it has come by now: loading again later brings the same incidents, further on.
func incidents(units []rollcall.Unit, now time.Time, zone *time.Location) []incident.Incident {
	var list []incident.Incident
	today := now.In(zone)
	for _, u := range units {
		if u.Kind != rollcall.Station {
			continue
		}
		for back := days; back >= 0; back-- {
			day := time.Date(today.Year(), today.Month(), today.Day()-back, 0, 0, 0, 0, zone)
			list = append(list, stationDay(u, day, now)...)
		}
	}
	return append(list, namedCase(units, now)...)
}

// dice gives the same throws for the same words.
func dice(words ...string) *rand.Rand {
	sum := fnv.New64a()
	for _, word := range words {
		sum.Write([]byte(word))
		sum.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(sum.Sum64(), uint64(len(words))))
}

func pick[T any](d *rand.Rand, list []T) T { return list[d.IntN(len(list))] }

// between throws a duration.
func between(d *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(d.Int64N(int64(high-low))).Truncate(time.Second)
}

func stationDay(u rollcall.Unit, day, now time.Time) []incident.Incident {
	date := day.Format("20060102")
	d := dice("incidents", u.Code, date)
	var list []incident.Incident
	for i := range 3 + d.IntN(10) {
		id := fmt.Sprintf("JQ%s%s%02d", date, u.Code[:8], i+1)
		reported := day.Add(time.Duration(hourOfDay(d) * float64(time.Hour))).Truncate(time.Second)
		n := write(dice(id), u, id, reported)
		if !n.ReportedAt.After(now) {
			list = append(list, asOf(n, now))
		}
	}
	return list
}

// hourOfDay throws when something happens: most of it in the late afternoon and evening, little before dawn.
func hourOfDay(d *rand.Rand) float64 {
	if d.IntN(4) == 0 {
		return d.Float64() * 24
	}
	return math.Mod(17.5+d.NormFloat64()*4+24, 24)
}

// write invents the whole course of an incident, also what is still to come.
func write(d *rand.Rand, u rollcall.Unit, id string, reported time.Time) incident.Incident {
	p := pickPlot(d)
	lat, lon := position(u, d)
	place := u.Short + pick(d, placesOf(u, p.places))
	n := incident.Incident{
		ID: id, Unit: u.Code, Level: p.level, Category: p.category, Sub: p.sub, Source: pickSource(d), Place: place, Lat: lat, Lon: lon,
		Reporter: incident.Mask(person(d)), Summary: fill(p.summary, place, d), Officer: person(d), Handling: fill(p.handling, place, d),
		Criminal: p.ending == filed, Repeated: d.IntN(100) < p.repeats, BodyCamera: "ZF" + id[2:],
	}
	n.ReportedAt = reported
	n.DispatchedAt = n.ReportedAt.Add(between(d, 20*time.Second, 90*time.Second))
	n.SignedAt = n.DispatchedAt.Add(between(d, 5*time.Second, 170*time.Second))
	n.LeftAt = n.SignedAt.Add(between(d, 30*time.Second, 8*time.Minute))
	n.ArrivedAt = n.LeftAt.Add(between(d, 3*time.Minute, 20*time.Minute))
	if d.IntN(200) == 0 {
		return n // forgotten: it will be overdue
	}
	n.FedBackAt = n.ArrivedAt.Add(between(d, 15*time.Minute, 150*time.Minute))
	if p.ending == settled {
		return n
	}
	n.AcceptedAt = n.FedBackAt.Add(between(d, 30*time.Minute, 5*time.Hour))
	n.CaseNumber = fmt.Sprintf("A%s%s%04d", u.Code, reported.Format("200601"), 1+d.IntN(9999))
	if p.ending == filed {
		n.FiledAt = n.AcceptedAt.Add(between(d, 2*time.Hour, 20*time.Hour))
	}
	n.Evidence = evidence()
	if d.IntN(60) == 0 {
		n.Evidence = n.Evidence[:1] // the rest never comes: it will be overdue
	}
	return n
}

// asOf takes from an incident what has not happened yet, and says where it stands.
func asOf(n incident.Incident, now time.Time) incident.Incident {
	for _, at := range []*time.Time{
		&n.DispatchedAt, &n.SignedAt, &n.LeftAt, &n.ArrivedAt, &n.FedBackAt, &n.AcceptedAt, &n.FiledAt,
	} {
		if at.After(now) {
			*at = time.Time{}
		}
	}
	if n.AcceptedAt.IsZero() {
		n.CaseNumber = ""
	}
	had := n.Evidence
	n.Evidence = []string{}
	for i, piece := range had {
		if !n.AcceptedAt.IsZero() && now.Sub(n.AcceptedAt) > time.Duration(i+1)*4*time.Hour {
			n.Evidence = append(n.Evidence, piece)
		}
	}
	outcome := n.Handling
	switch {
	case n.SignedAt.IsZero():
		n.Status, n.Handling, n.Officer, n.BodyCamera = "open", "已派警，等待签收", "", ""
	case n.LeftAt.IsZero():
		n.Status, n.Handling, n.BodyCamera = "open", "已签收，准备出警", ""
	case n.ArrivedAt.IsZero():
		n.Status, n.Handling = "open", "民警正在赶往现场"
	case n.FedBackAt.IsZero():
		n.Status, n.Handling = "open", "民警已到场，正在处置"
	case n.AcceptedAt.IsZero():
		n.Status = "fed_back"
	case n.FiledAt.IsZero():
		n.Status, n.Handling = "accepted", outcome+"；已受案，正在调查取证"
	default:
		n.Status, n.Handling = "filed", outcome+"；已立案侦查"
	}
	if n.Status == "fed_back" && now.Sub(n.FedBackAt) > 24*time.Hour && !n.Criminal {
		n.Status, n.Handling = "closed", outcome+"；已回访，办结"
	}
	return n
}

// namedCase is the case that a legal-affairs notice names: accepted, and after a day without any evidence in its file.
func namedCase(units []rollcall.Unit, now time.Time) []incident.Incident {
	for _, u := range units {
		if u.Short != "启工" {
			continue
		}
		reported := now.Add(-32 * time.Hour).Truncate(time.Hour)
		return []incident.Incident{{
			ID: "JQ" + u.Code[:8] + "0612", Unit: u.Code, Level: 3, Category: "治安案件", Sub: "殴打他人", Source: "110报警", Reporter: "孙**",
			Place: "启工烧烤店", Lat: 41.795, Lon: 123.355, Summary: "报警人称在启工烧烤店因结账与邻桌发生口角，被人殴打",
			ReportedAt: reported, DispatchedAt: reported.Add(time.Minute), SignedAt: reported.Add(2 * time.Minute),
			LeftAt: reported.Add(6 * time.Minute), ArrivedAt: reported.Add(15 * time.Minute), FedBackAt: reported.Add(time.Hour),
			Officer: "高磊", Handling: "双方带回所内；已受案，办案平台无询问笔录、证人证言、现场勘察等证据材料", Status: "accepted",
			CaseNumber: "A" + u.Code + reported.Format("200601") + "0612", AcceptedAt: reported.Add(3 * time.Hour), Evidence: []string{},
			BodyCamera: "ZF" + u.Code[:8] + "0612",
		}}
	}
	return nil
}

func pickPlot(d *rand.Rand) plot {
	list := plots()
	total := 0
	for _, p := range list {
		total += p.weight
	}
	throw := d.IntN(total)
	for _, p := range list {
		if throw -= p.weight; throw < 0 {
			return p
		}
	}
	return list[len(list)-1]
}

func pickSource(d *rand.Rand) string {
	return pick(d, []string{"110报警", "110报警", "110报警", "110报警", "群众来所", "微信报警", "巡逻发现", "12345转办"})
}

func person(d *rand.Rand) string { return pick(d, surnames()) + pick(d, givenNames()) }

func fill(text, place string, d *rand.Rand) string {
	return strings.NewReplacer("{place}", place, "{n}", strconv.Itoa(2+d.IntN(6))).Replace(text)
}

// placesOf knows the branches that are mostly country by their region code.
func placesOf(u rollcall.Unit, where setting) []string {
	switch u.Code[:6] {
	case "210115", "210123", "210124", "210181":
		return countryPlaces(where)
	}
	return townPlaces(where)
}

// position throws a point near the middle of the branch.
func position(u rollcall.Unit, d *rand.Rand) (lat, lon float64) {
	middle := map[string][2]float64{
		"210102": {41.79, 123.40}, "210103": {41.80, 123.46}, "210104": {41.81, 123.47}, "210105": {41.82, 123.41}, "210106": {41.80, 123.36},
		"210111": {41.66, 123.34}, "210112": {41.72, 123.48}, "210113": {42.05, 123.52}, "210114": {41.80, 123.31}, "210115": {41.52, 122.73},
		"210123": {42.75, 123.35}, "210124": {42.50, 123.41}, "210181": {41.99, 122.83}, "210171": {41.76, 123.24}, "210172": {41.80, 123.43},
	}[u.Code[:6]]
	spread := func(middle float64) float64 { return math.Round((middle+(d.Float64()-0.5)*0.06)*1e5) / 1e5 }
	return spread(middle[0]), spread(middle[1])
}
