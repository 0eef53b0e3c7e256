package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/signaling/wire"
)

// Environment is what a scenario may break, and find again.
type Environment interface {
	// Admin returns the administrator's token of the server that runs now.
	Admin() (string, error)
	KillServer() error
	StartServer(ctx context.Context) error
	StopDatabase(ctx context.Context) error
	StartDatabase(ctx context.Context) error
}

// stage is a scenario that is being played.
type stage struct {
	scenario Scenario
	cfg      Config
	env      Environment
	fleet    *fleet
	units    []unit
	host     *actor
	stations []*actor
	devices  map[int]*device
	guests   map[string]*device // observers
	begun    time.Time
	session  string // the one that the scenario opened
	turn     string // the one that was called last
}

// Play plays a scenario against a running server and returns what did not come true, as a *ScenarioError.
func Play(ctx context.Context, cfg Config, scenario Scenario, env Environment) error {
	if err := cfg.complete(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &stage{scenario: scenario, cfg: cfg, env: env, devices: map[int]*device{}, guests: map[string]*device{}}
	if err := s.setUp(ctx); err != nil {
		return &ScenarioError{scenario.Name, "before it began", err}
	}
	defer s.clear()
	s.begun = time.Now()
	for _, step := range scenario.Steps {
		if err := sleep(ctx, time.Until(s.when(step.At))); err != nil {
			return err
		}
		cfg.Progress(step.String())
		if err := verbs()[step.Words[0]](ctx, s, step.Words[1:]); err != nil {
			return &ScenarioError{scenario.Name, step.String(), err}
		}
	}
	return nil
}

// when is the real moment of a time of the morning.
func (s *stage) when(at time.Duration) time.Time {
	return s.begun.Add((at - s.scenario.Steps[0].At) / time.Duration(s.scenario.Speed))
}

func (s *stage) setUp(ctx context.Context) error {
	server, err := s.server()
	if err != nil {
		return err
	}
	guests, err := server.guests(ctx)
	if err != nil {
		return err
	}
	if s.scenario.Stations > len(guests.Units) {
		return fmt.Errorf("the roster has %d units", len(guests.Units))
	}
	s.units = guests.Units
	if s.fleet, err = newFleet(s.cfg, guests.Units[:s.scenario.Stations]); err != nil {
		return err
	}
	for i := range s.scenario.Stations {
		token := guests.Units[i].Token
		s.stations = append(s.stations, s.actor(guests.Units[i], wire.PageStation, func(context.Context) (string, error) { return token, nil }))
	}
	s.host = s.actor(unit{Code: "hall", Short: "指挥大厅", number: 255}, wire.PageConsole, s.hostToken)
	if err := s.host.come(ctx); err != nil {
		return err
	}
	line, err := cameraLine(s.host.client.hello.Lines)
	if err != nil {
		return err
	}
	return s.fleet.drawAll(ctx, line)
}

func (s *stage) actor(u unit, page string, token func(context.Context) (string, error)) *actor {
	return &actor{station: station{participant: participant{fleet: s.fleet, unit: u}}, seen: newSeen(), page: page, token: token}
}

// server is the HTTP side of the server that runs now.
func (s *stage) server() (*server, error) {
	admin, err := s.env.Admin()
	if err != nil {
		return nil, err
	}
	return newServer(s.cfg.URL, admin, s.cfg.Roots), nil
}

// hostToken asks for it each time: a server that was started again has another one.
func (s *stage) hostToken(ctx context.Context) (string, error) {
	server, err := s.server()
	if err != nil {
		return "", err
	}
	guests, err := server.guests(ctx)
	return guests.HostToken, err
}

// clear sends everybody home.
func (s *stage) clear() {
	var group errgroup.Group
	for _, d := range s.devices {
		group.Go(func() error { d.close(); return nil })
	}
	for _, d := range s.guests {
		group.Go(func() error { d.close(); return nil })
	}
	for _, a := range append(s.stations, s.host) {
		group.Go(func() error { a.leave(); return nil })
	}
	_ = group.Wait() // no error leaves
}

// command is the host's; on a socket that is being lost it is given again once the page is back.
func (s *stage) command(ctx context.Context, kind string, data, result any) error {
	var failure error
	for deadline := time.Now().Add(comesTrue); time.Now().Before(deadline); {
		failure = s.host.client.command(ctx, kind, data, result)
		var refusal *Refusal
		if failure == nil || errors.As(failure, &refusal) {
			return failure
		}
		if err := sleep(ctx, again); err != nil {
			return err
		}
	}
	return failure
}

// calling is command for those that call somebody: the turn is the one that commands without a unit are about then.
func (s *stage) calling(ctx context.Context, kind string, data any) error {
	var called wire.CallResult
	err := s.command(ctx, kind, data, &called)
	if err == nil && called.Turn != "" {
		s.turn = called.Turn
	}
	return err
}

// current is the turn that was called last.
func (s *stage) current() (string, error) {
	if s.turn == "" {
		return "", errors.New("nobody was called")
	}
	return s.turn, nil
}

func (s *stage) station(word string) (*actor, error) {
	list, err := stationsOf(word, len(s.stations))
	if err != nil {
		return nil, err
	}
	return s.stations[list[0]-1], nil
}

// each lets stations do something side by side.
func (s *stage) each(word string, do func(n int, a *actor) error) error {
	list, err := stationsOf(word, len(s.stations))
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(16)
	for _, n := range list {
		group.Go(func() error {
			if err := do(n, s.stations[n-1]); err != nil {
				return fmt.Errorf("station %d: %w", n, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// event is a row of the journal as the API hands it out.
type event struct {
	Kind, Actor string
}

func (s *stage) journal(ctx context.Context) ([]event, error) {
	var out struct{ Events []event }
	err := s.read(ctx, "journal", &out)
	return out.Events, err
}

// entry is a unit's attendance as the API hands it out.
type entry struct {
	Unit      struct{ Code string }
	Status    string
	Pending   bool
	Excused   bool
	LeftEarly bool `json:"left_early"`
	Calls     int
	Answered  int
	Missed    int
	Rolls     int
	Answers   int `json:"rolls_answered"`
	Officers  []struct{ Name string }
	Lacks     []struct{ Device, What string }
}

func (s *stage) attendance(ctx context.Context) (map[string]entry, error) {
	var out struct{ Units []entry }
	err := s.read(ctx, "attendance", &out)
	entries := map[string]entry{}
	for _, e := range out.Units {
		entries[e.Unit.Code] = e
	}
	return entries, err
}

func (s *stage) read(ctx context.Context, what string, into any) error {
	if s.session == "" {
		return errors.New("no call was opened")
	}
	server, err := s.server()
	if err != nil {
		return err
	}
	return server.get(ctx, "/api/sessions/"+s.session+"/"+what, func(r io.Reader) error { return json.NewDecoder(r).Decode(into) })
}
