package rehearsal

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Scenario is a morning that is written down in a readable file, to be played against a live server: who does what when, and what
// the pages must be told and the journal must keep.
type Scenario struct {
	Name     string
	Title    string
	Stations int // of the roster, from its first unit on
	Speed    int // minutes of the file that pass in a minute
	Steps    []Step
}

// Step is one line: at a time of the morning somebody does something, or something must be true.
type Step struct {
	Line  int
	At    time.Duration // since midnight
	Words []string
}

// String is the step as it is written.
func (s Step) String() string {
	return fmt.Sprintf("line %d, %02d:%02d:%02d %s", s.Line, int(s.At.Hours()), int(s.At.Minutes())%60, int(s.At.Seconds())%60, strings.Join(s.Words, " "))
}

// ScenarioError says where a scenario is wrong or what did not come true.
type ScenarioError struct {
	Scenario string
	Where    string
	Err      error
}

// Error implements error.
func (e *ScenarioError) Error() string { return fmt.Sprintf("%s: %s: %v", e.Scenario, e.Where, e.Err) }

// Unwrap returns the reason.
func (e *ScenarioError) Unwrap() error { return e.Err }

//go:embed mornings/*.txt
var mornings embed.FS

// ScenarioNames lists the scenarios that come with the program.
func ScenarioNames() []string {
	files, err := fs.Glob(mornings, "mornings/*.txt")
	if err != nil {
		panic("scenario: " + err.Error()) // the pattern is ours
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(path.Base(f), ".txt")
	}
	slices.Sort(files)
	return files
}

// LoadScenario returns a scenario that comes with the program.
func LoadScenario(name string) (Scenario, error) {
	text, err := mornings.ReadFile("mornings/" + name + ".txt")
	if err != nil {
		return Scenario{}, fmt.Errorf("no scenario %q; there are %s", name, strings.Join(ScenarioNames(), ", "))
	}
	return ParseScenario(name, string(text))
}

// ParseScenario reads a scenario: lines "title …", "stations N" and "speed N", then lines of a time and words; # begins a comment.
func ParseScenario(name, text string) (Scenario, error) {
	s := Scenario{Name: name, Speed: 1}
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if err := s.read(n, words); err != nil {
			return s, &ScenarioError{name, fmt.Sprintf("line %d", n), err}
		}
	}
	if s.Title == "" || s.Stations < 1 || len(s.Steps) == 0 {
		return s, &ScenarioError{name, "the file", fmt.Errorf("it needs a title, stations and steps")}
	}
	return s, lines.Err()
}

func (s *Scenario) read(n int, words []string) error {
	var err error
	switch words[0] {
	case "title":
		s.Title = strings.Join(words[1:], " ")
	case "stations":
		s.Stations, err = number(words[1:])
	case "speed":
		s.Speed, err = number(words[1:])
	default:
		step := Step{Line: n, Words: words[1:]}
		if step.At, err = clock(words[0]); err != nil {
			return err
		}
		if len(s.Steps) > 0 && step.At < s.Steps[len(s.Steps)-1].At {
			return fmt.Errorf("%s is before the step above", words[0])
		}
		if len(step.Words) == 0 || verbs()[step.Words[0]] == nil {
			return fmt.Errorf("nobody knows how to %q", strings.Join(step.Words, " "))
		}
		s.Steps = append(s.Steps, step)
	}
	return err
}

func number(words []string) (int, error) {
	if len(words) != 1 {
		return 0, fmt.Errorf("one number is expected")
	}
	n, err := strconv.Atoi(words[0])
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is no number from 1 on", words[0])
	}
	return n, nil
}

// clock reads 08:30 or 08:30:15.
func clock(text string) (time.Duration, error) {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second, nil
		}
	}
	return 0, fmt.Errorf("%q is no time of the morning like 08:30", text)
}

// stationsOf reads "3", "3-12" or "all" against the number of stations.
func stationsOf(text string, n int) ([]int, error) {
	if text == "all" {
		text = fmt.Sprintf("1-%d", n)
	}
	first, last, span := strings.Cut(text, "-")
	if !span {
		last = first
	}
	from, err := strconv.Atoi(first)
	if err != nil {
		return nil, fmt.Errorf("%q is no station", text)
	}
	to, err := strconv.Atoi(last)
	if err != nil || from < 1 || to < from || to > n {
		return nil, fmt.Errorf("%q are no stations of 1 to %d", text, n)
	}
	var out []int
	for i := from; i <= to; i++ {
		out = append(out, i)
	}
	return out, nil
}
