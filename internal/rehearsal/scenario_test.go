package rehearsal

import (
	"strings"
	"testing"
)

func TestTheMorningsThatComeWithTheProgramCanBeRead(t *testing.T) {
	names := ScenarioNames()
	if len(names) < 9 {
		t.Fatalf("only %v", names)
	}
	for _, name := range names {
		s, err := LoadScenario(name)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, step := range s.Steps {
			choices := map[string]func() map[string]verb{"host": hostVerbs, "server": serverVerbs, "database": databaseVerbs, "expect": expectVerbs}
			if known, chosen := choices[step.Words[0]]; chosen && (len(step.Words) < 2 || known()[step.Words[1]] == nil) {
				t.Errorf("%s, %s: nobody knows how to do that", name, step)
			}
			words := strings.Join(step.Words, " ")
			if step.Words[0] == "stations" && stationDeeds()[strings.Join(step.Words[2:], " ")] == nil {
				t.Errorf("%s, %s: stations do not know how to do that", name, step)
			}
			if strings.HasPrefix(words, "expect station ") && stationScreens()[step.Words[3]] == nil {
				t.Errorf("%s, %s: nobody knows what that looks like", name, step)
			}
		}
	}
}

func TestABadScenarioNamesItsLine(t *testing.T) {
	head := "title x\nstations 3\n"
	for text, want := range map[string]string{
		"":                                "needs a title",
		head:                              "needs a title, stations and steps",
		head + "08:30 host":               "",
		head + "25:00 host opens 08:30":   "line 3: \"25:00\" is no time",
		head + "08:30 guest dances":       "line 3: nobody knows how to \"guest dances\"",
		head + "08:30":                    "line 3: nobody knows",
		head + "08:30 host a\n08:29 host": "line 4: 08:29 is before",
		"title x\nstations many":          "line 2: \"many\" is no number",
	} {
		_, err := ParseScenario("bad", text)
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for text, n := range map[string]int{"all": 9, "3": 1, "3-5": 3, "0": 0, "5-3": 0, "8-10": 0, "x": 0} {
		list, err := stationsOf(text, 9)
		if len(list) != n || (n == 0) != (err != nil) {
			t.Errorf("%q are %v, %v", text, list, err)
		}
	}
}
