package rollcall_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"muster/rollcall"
)

// bureau is a roster with a branch, three stations of it, and a police type.
func bureau() []rollcall.Unit {
	branch := "210103000000"
	out := []rollcall.Unit{
		{Code: "210100010000", Name: "法制支队", Short: "法制", Kind: rollcall.PoliceType, Branch: "210100010000"},
		{Code: branch, Name: "沈河分局", Short: "沈河", Kind: rollcall.Branch, Branch: branch},
	}
	for i := range 3 {
		code := fmt.Sprintf("2101035%d0000", i)
		out = append(out, rollcall.Unit{Code: code, Name: code, Short: code, Kind: rollcall.Station, Branch: branch})
	}
	for i := range out {
		out[i].Order = i
	}
	return out
}

// inWaitingRoom is a call that waits for its begin, with everybody here.
func inWaitingRoom(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	if err := h.store.PutUnits(t.Context(), bureau()); err != nil {
		t.Fatal(err)
	}
	h.open(rollcall.Extra)
	for i, u := range bureau() {
		h.do("", rollcall.Enter{Unit: u.Code, Conn: fmt.Sprint("c", i)})
	}
	return h
}

// morning is a call that has begun with everybody here; the first station is on the floor and has answered.
func morning(t *testing.T) (h *house, answered string) {
	t.Helper()
	h = inWaitingRoom(t)
	h.do("", rollcall.Begin{})
	answered = h.do("", rollcall.Call{Unit: bureau()[2].Code, How: "hand"}).Turn
	h.do("", rollcall.Mark{Turn: answered})
	return h, answered
}

// given is one command in a state in which it is right, and what must be true afterwards.
type given struct {
	waiting bool // in the waiting room, with everybody here
	early   bool // it may be given there, too
	after   bool // and when the call is over
	before  func(h *house, turn string)
	command func(turn string) rollcall.Command
	holds   func(v *rollcall.View, turn string) bool
	ends    bool // the session
	passing bool // it ends with the server or page that it belongs to
}

// givens has a row for every command; TestEveryCommandHasARow holds it to that.
func givens() map[string]given {
	all := turnGivens()
	for _, more := range []map[string]given{callGivens(), sessionGivens(), deskGivens(), excuseGivens(), micGivens()} {
		maps.Copy(all, more)
	}
	return all
}

func code(i int) string { return bureau()[i].Code }

// finished fills in the ids that only the running call knows.
func finished(h *house, cmd rollcall.Command) rollcall.Command {
	switch c := cmd.(type) {
	case rollcall.Mark:
		c.Turn = h.Current().Floor[0]
		return c
	case rollcall.Answer:
		c.Turn = h.Current().Floor[0]
		return c
	case rollcall.Shown:
		c.Turn = h.Current().Floor[0]
		return c
	case rollcall.OpenSound:
		c.Turn = h.Current().Floor[0]
		return c
	case rollcall.AnswerRoll:
		c.Roll = h.Current().Roll.ID
		return c
	case rollcall.Excuse:
		if c.Fault != "" {
			c.Fault = h.Current().Faults[0].ID
		}
		return c
	case rollcall.Unexcuse:
		if c.Excuse < 0 {
			c.Excuse = h.Current().Seats[code(3)].Excuses[0].ID
		}
		return c
	case rollcall.RejectFault:
		c.Fault = h.Current().Faults[0].ID
		return c
	}
	return cmd
}

// TestEveryCommandHoldsTwiceAndAfterAKill gives each command, gives it again under the same id, ends the server right after
// it, and gives it once more to the next server: it was carried out once, and the journal says by whom.
func TestEveryCommandHoldsTwiceAndAfterAKill(t *testing.T) {
	for name, g := range givens() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var h *house
			turn := ""
			if g.waiting {
				h = inWaitingRoom(t)
			} else {
				h, turn = morning(t)
			}
			if g.before != nil {
				g.before(h, turn)
			}
			once(t, h, turn, g)
		})
	}
}

func once(t *testing.T, h *house, turn string, g given) {
	t.Helper()
	session := h.Current().ID
	command := finished(h, g.command(turn))
	first := h.do("the-command", command)
	events := h.events(session)
	if v, err := rollcall.Fold(events); err != nil || !g.holds(v, turn) {
		t.Fatalf("it does not hold: %+v, %v", v, err)
	}
	was := carriedOut(events)
	if len(was) == 0 || was[0].Actor.ID != "host" {
		t.Fatalf("the journal does not say that the host did it: %+v", was)
	}
	if again := h.do("the-command", command); again != first {
		t.Errorf("again it led to %+v, at first to %+v", again, first)
	}
	h.stop()
	h.start(h.store)
	if !g.ends {
		h.until("taken up", func(v *rollcall.View) bool { return v != nil })
	}
	if again := h.do("the-command", command); again != first {
		t.Errorf("after the kill it led to %+v, at first to %+v", again, first)
	}
	if v, err := rollcall.Fold(h.events(session)); err != nil || g.holds(v, turn) == g.passing {
		t.Errorf("after the kill it does not hold: %+v, %v", v, err)
	}
	if now := carriedOut(h.events(session)); len(now) != len(was) {
		t.Errorf("the command has %d events in the journal, at first %d", len(now), len(was))
	}
}

// carriedOut are the events that the command led to.
func carriedOut(events []rollcall.Event) []rollcall.Event {
	return slices.DeleteFunc(slices.Clone(events), func(e rollcall.Event) bool { return e.Command != "the-command" })
}

func (h *house) events(session string) []rollcall.Event {
	h.t.Helper()
	events, err := h.store.Events(h.t.Context(), session)
	if err != nil {
		h.t.Fatal(err)
	}
	return events
}

// TestEveryCommandHasARow holds the table to all commands of the package.
func TestEveryCommandHasARow(t *testing.T) {
	// What pages report and what they do by coming and going is repeated by its content; a dossier is the server's own.
	without := []string{"Enter", "Leave", "Speech", "Devices", "FreezeDossier", "given"}
	rows := map[string]bool{}
	for _, g := range givens() {
		rows[reflect.TypeOf(g.command("")).Name()] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range decides.FindAllStringSubmatch(string(source), -1) {
			commands++
			if !rows[m[1]] && !slices.Contains(without, m[1]) {
				t.Errorf("%s: the command %s has no row in givens", name, m[1])
			}
		}
	}
	if commands < 40 {
		t.Errorf("only %d commands were found", commands)
	}
}

// decides finds what makes a type a Command.
var decides = regexp.MustCompile(`(?m)^func \((?:\w+ )?(\w+)\) decide\(`)
