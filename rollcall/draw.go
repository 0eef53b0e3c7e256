package rollcall

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"time"
)

// Draw picks one present unit at random among those not called yet (all present ones when every one was). Who was not called
// for long is likelier; branches and kinds that were drawn less often in this session come first. Absent units that are not
// excused are left out, and head the recall list for it: being offline is no way to dodge a draw.
type Draw struct {
	Kind   UnitKind // empty = every kind
	Branch string   // code, empty = every branch
}

// DrawMade makes a draw recomputable.
type DrawMade struct {
	Seed       string   `json:"seed"`
	Candidates []string `json:"candidates"`
	Weights    []int    `json:"weights,omitempty"` // of the candidates; none = all alike
	Unit       string   `json:"unit"`              // empty when all that might be drawn are absent
	Kind       UnitKind `json:"kind,omitempty"`    // what was asked for
	Branch     string   `json:"branch,omitempty"`  //
	Skipped    []string `json:"skipped,omitempty"`
}

// longestWait is in days: a unit that waits longer, or was never called, weighs no more.
const longestWait = 60

func (c Draw) decide(v *View, m moment) ([]draft, Outcome, error) {
	if v.Phase != Open {
		return nil, Outcome{}, ErrNotBegun
	}
	drawn := v.draw(c, m)
	if drawn.Unit == "" && len(drawn.Skipped) == 0 {
		return nil, Outcome{}, ErrNobodyToDraw
	}
	return drawn.drafts(), Outcome{Unit: drawn.Unit, Seed: drawn.Seed, Candidates: len(drawn.Candidates)}, nil
}

// drafts are none for a draw that found neither anybody to call nor anybody who is missing.
func (d DrawMade) drafts() []draft {
	if d.Unit == "" && len(d.Skipped) == 0 {
		return nil
	}
	return []draft{{KindDrawMade, d}}
}

func (v *View) draw(c Draw, m moment) DrawMade {
	candidates := v.leastDrawn(v.drawable(c, m.now))
	d := DrawMade{Seed: m.seed(v), Kind: c.Kind, Branch: c.Branch, Skipped: v.dodging(c, m.now)}
	for _, u := range candidates {
		d.Candidates = append(d.Candidates, u.Code)
		d.Weights = append(d.Weights, v.drawWeight(u.Code))
	}
	d.Unit = d.Recompute()
	return d
}

// Recompute returns the unit that the seed picks: the first 8 bytes of SHA-256 over the seed and each candidate after a line
// break, big endian, modulo the sum of the weights, counted along the candidates. Anybody can compute a draw of the journal
// again with it. It is empty without candidates.
func (d DrawMade) Recompute() string {
	h := sha256.New()
	h.Write([]byte(d.Seed))
	total := uint64(0)
	for i, c := range d.Candidates {
		h.Write([]byte{'\n'})
		h.Write([]byte(c))
		total += d.weight(i)
	}
	if total == 0 {
		return ""
	}
	rest := binary.BigEndian.Uint64(h.Sum(nil)) % total
	for i, c := range d.Candidates {
		if rest < d.weight(i) {
			return c
		}
		rest -= d.weight(i)
	}
	return ""
}

func (d DrawMade) weight(i int) uint64 {
	if len(d.Weights) != len(d.Candidates) || d.Weights[i] < 1 {
		return 1
	}
	return uint64(d.Weights[i])
}

// seeds make the seed of a session's every draw before it is made, so that the unit that will be drawn can get ready. They come
// from a secret of this machine alone, which outlives the process: no journal or page tells the next one.
type seeds struct{ secret []byte }

// newSeeds derives the secret from a key of the machine; without one it is new.
func newSeeds(key []byte) seeds {
	if len(key) == 0 {
		key = make([]byte, sha256.Size)
		_, _ = rand.Read(key) // never fails since Go 1.24
	}
	h := hmac.New(sha256.New, key)
	_, _ = h.Write([]byte("muster: seeds of draws")) // the key signs files, too: what it signs must not be a secret here
	return seeds{secret: h.Sum(nil)}
}

// next is the seed of the draw that the session makes next.
func (s seeds) next(v *View) string {
	h := hmac.New(sha256.New, s.secret)
	_, _ = fmt.Fprintf(h, "%s/%d", v.ID, v.Draws) // a hash never fails
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// asked says whether a draw is about the unit at all.
func (c Draw) asked(u Unit) bool {
	return (c.Kind == "" || u.Kind == c.Kind) && (c.Branch == "" || u.Branch == c.Branch)
}

// drawable lists the units that the draw may pick, in the order of the roster: those not called yet, or all when every one was.
func (v *View) drawable(c Draw, now time.Time) []Unit {
	var fresh, all []Unit
	for _, u := range v.Roster {
		s := v.Seats[u.Code]
		if !c.asked(u) || s.Presence != Here || s.Turn != "" || s.ExcusedAt(now) || !s.DismissedAt.IsZero() {
			continue
		}
		all = append(all, u)
		if s.Calls == 0 {
			fresh = append(fresh, u)
		}
	}
	if len(fresh) > 0 {
		return fresh
	}
	return all
}

// dodging lists the units that the draw has to leave out because they are absent without an excuse.
func (v *View) dodging(c Draw, now time.Time) []string {
	var out []string
	for _, u := range v.Roster {
		s := v.Seats[u.Code]
		if c.asked(u) && s.Presence != Here && s.Calls == 0 && !s.Skipped && !s.ExcusedAt(now) && s.DismissedAt.IsZero() {
			out = append(out, u.Code)
		}
	}
	return out
}

// stratum is what draws are balanced over: the branch of a station, and the kind of everybody else.
func stratum(u Unit) string {
	if u.Kind == Station {
		return u.Branch
	}
	return string(u.Kind)
}

// leastDrawn keeps the units of the strata that were drawn least often in this session.
func (v *View) leastDrawn(units []Unit) []Unit {
	times := map[string]int{}
	for _, id := range v.TurnOrder {
		if t := v.Turns[id]; t.How == "draw" && t.State != TurnIsWithdrawn {
			times[stratum(v.Seats[t.Unit].Unit)]++
		}
	}
	least := math.MaxInt
	for _, u := range units {
		least = min(least, times[stratum(u)])
	}
	var out []Unit
	for _, u := range units {
		if times[stratum(u)] == least {
			out = append(out, u)
		}
	}
	return out
}

// drawWeight is the square of the days since the unit was last called: who waits twice as long is four times as likely.
func (v *View) drawWeight(unit string) int {
	days := longestWait
	if last, known := v.LastCalled[unit]; known {
		days = int(math.Round(v.OpenedAt.Sub(last).Hours() / 24))
	}
	days = min(max(days, 1), longestWait)
	return days * days
}

func foldDrawn(v *View, _ Event, d DrawMade) error {
	v.Drawn = d.Unit
	v.Draws++
	if len(d.Skipped) == 0 {
		return nil
	}
	return v.eachSeat(d.Skipped, func(s *Seat) { s.Skipped = true })
}

// lastCalls is what a session keeps of when its units were called before.
func lastCalls(units []Unit, all map[string]time.Time) map[string]time.Time {
	out := map[string]time.Time{}
	for _, u := range units {
		if at, ok := all[u.Code]; ok {
			out[u.Code] = at.UTC()
		}
	}
	return out
}
