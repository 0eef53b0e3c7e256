package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"muster/internal/localca"
	"muster/internal/sample"
	"muster/internal/selfcheck"
	"muster/internal/standin"
	"muster/rollcall"
	"muster/rollcall/account"
	"muster/rollcall/incident"
	"muster/rollcall/schedule"
	"muster/sfu"
	"muster/signaling"
	"muster/signaling/wire"
	"muster/web"
)

// house is the running server: its rooms, wired.
type house struct {
	cfg      *serveCommand
	db       *database
	lead     *lead
	key      []byte // signs what stands in for the database
	log      *slog.Logger
	media    *sfu.Server
	budgets  []sfu.Budget
	listen   []netip.Addr // of the media
	director *rollcall.Director
	calendar *schedule.Calendar
	runner   *schedule.Runner
	stand    *standin.House
	check    *selfcheck.Watch
	pages    *signaling.Server
	http     *http.Server
	sample   *rehearsalSecrets // nil in use
}

// rehearsalSecrets let simulated stations and a simulated host in.
type rehearsalSecrets struct {
	links             []byte // of account.SampleToken
	admin, hostTicket string
}

// serve builds the house and runs it until ctx ends.
func (c *serveCommand) serve(ctx context.Context, db *database, lead *lead, key []byte, log *slog.Logger) (err error) {
	h := &house{cfg: c, db: db, lead: lead, key: key, log: log}
	if c.Rehearsal {
		if err := h.loadSample(ctx); err != nil {
			return err
		}
	}
	if err := h.openMedia(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.media.Close()) }()
	if err := h.wire(); err != nil {
		return err
	}
	reading, cancel := context.WithTimeout(ctx, calendarPatience)
	if err := h.calendar.Refresh(reading); err != nil {
		log.Warn("the days are as they came with the program", "error", err)
	}
	cancel()
	listener, err := net.Listen("tcp", c.HTTP)
	if err != nil {
		return fmt.Errorf("cannot listen on --http %s: %w", c.HTTP, err)
	}
	paceCollections()
	return h.run(ctx, listener)
}

// calendarPatience is how long the calendar's days may take: the server does not wait for them.
const calendarPatience = 2 * time.Second

func (h *house) loadSample(ctx context.Context) error {
	links, err := secret(h.cfg.file("sample.key"))
	if err != nil {
		return err
	}
	if err := os.Remove(h.cfg.file(rehearsalFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("cannot remove the file of the last rehearsal: %w", err)
	}
	admin, _ := account.NewToken()
	host, _ := account.NewToken()
	h.sample = &rehearsalSecrets{links: links, admin: admin, hostTicket: host}
	if h.lead.away() {
		return nil // the copy has it from before
	}
	if err := sample.Load(ctx, h.db.Store, time.Now(), links); err != nil {
		return fmt.Errorf("cannot load the sample data: %w", err)
	}
	return nil
}

func (h *house) openMedia() error {
	listen, public, err := mediaAddresses(h.cfg.HTTP, h.cfg.MediaAddress)
	if err != nil {
		return err
	}
	if h.budgets, err = mediaBudgets(h.cfg.MediaBudget); err != nil {
		return err
	}
	h.listen = listen
	h.media, err = sfu.New(sfu.Config{
		Budgets: h.budgets, Port: h.cfg.MediaPort, Listen: listen, Public: public, DSCP: h.cfg.MediaDSCP,
		Codec: sfu.VideoCodec(h.cfg.Codec), Log: h.log,
	})
	return err
}

// wire makes the rooms know each other.
func (h *house) wire() (err error) {
	if h.calendar, err = schedule.NewCalendar(h.db); err != nil {
		return err
	}
	h.stand = standin.Open(h.db, h.cfg.file("standin.json"), h.key, h.log)
	h.director, err = rollcall.NewDirector(rollcall.DirectorConfig{
		Journal: h.db, Sessions: h.db, Roster: h.stand, Dossiers: incident.Dossiers{Store: h.db}, Epoch: h.lead.epoch,
		SpoolDir: h.cfg.file("spool"), SpoolKey: h.key, Away: h.lead.away(), Superseded: h.lead.superseded, Calendar: h.calendar.Verdict, Next: func() (rollcall.Due, bool) { return h.runner.Next() }, Log: h.log,
		LastCalls: h.db.LastCalls, Planned: h.stand.PlannedExcuses, Rules: rollcall.DefaultRules().Faster(h.cfg.Speed),
	})
	if err != nil {
		return err
	}
	h.runner = schedule.NewRunner(h.stand, h.calendar, h.director, h.log)
	lines, err := networks(h.cfg.Network)
	if err != nil {
		return err
	}
	gate := web.NewGate(h.gate())
	h.pages, err = signaling.New(signaling.Config{
		Media: h.media, Calls: h.director, Units: h.stand.Units, Build: build, Log: h.log,
		Duty: h.onDuty, Networks: lines, UnitCap: h.cfg.unitCap(), LowBitrate: h.cfg.LowBitrate * 1000,
		Authenticate: func(r *http.Request, join wire.Join) (signaling.Identity, error) {
			who, err := gate.Authenticate(r, join.Token)
			return signaling.Identity{Role: who.Role, Name: who.Name, ID: who.ID, Unit: who.Unit, Actor: who.Actor, Dossiers: who.Dossiers}, err
		},
	})
	if err != nil {
		return err
	}
	security, ca, err := h.security()
	if err != nil {
		return err
	}
	if h.check, err = h.watch(security); err != nil {
		return err
	}
	cfg := web.Config{
		Gate: gate, Accounts: h.stand, Audit: h.stand, Roster: h.stand, Journal: h.db, Sessions: h.db, Schedules: h.stand, Planned: h.stand,
		Duty: h.db, Calendar: h.calendar, Calendars: h.db,
		Book: h.db.book(), Amend: h.director.Amend, Command: h.command, Overdue: incident.Dossiers{Store: h.db}.Overdue, Socket: h.pages, Ready: h.stand.Ready, Check: h.check, Metrics: h.metrics(), Build: build, CA: ca,
		Revoked: h.pages.Revoke, RevokedUser: h.pages.RevokeUser, Log: h.log,
	}
	if h.sample != nil {
		cfg.Rehearsal = &web.Rehearsal{Secret: h.sample.links, HostToken: h.sample.hostTicket}
	}
	h.http = &http.Server{
		Handler: web.New(cfg), TLSConfig: security, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	}
	return nil
}

// onDuty is who the duty roster has at a unit, in the words of the call.
func (h *house) onDuty(ctx context.Context, unit string, at time.Time) ([]rollcall.Officer, error) {
	list, err := h.db.Officers(ctx, at.In(zone()).Format(time.DateOnly), unit)
	out := make([]rollcall.Officer, 0, len(list))
	for _, o := range list {
		out = append(out, rollcall.Officer{Name: o.Name, Number: o.Number, Role: o.Role, Listed: true})
	}
	return out, err
}

// command gives a command to the call for who has no page open.
func (h *house) command(ctx context.Context, who web.Who, kind, id string, data json.RawMessage) (any, error) {
	return h.pages.Command(ctx, signaling.Identity{Role: who.Role, Name: who.Name, ID: who.ID, Actor: who.Actor}, kind, id, data)
}

func (h *house) gate() web.GateConfig {
	loopback, err := isLoopback(h.cfg.HTTP)
	cfg := web.GateConfig{
		Accounts: h.stand, Roster: h.stand, Logins: standin.NewLogins(h.db.HTTPSessions(), h.stand), TLS: h.cfg.scheme() == "https", Loopback: err == nil && loopback,
	}
	if h.sample != nil {
		cfg.AdminToken, cfg.HostToken = h.sample.admin, h.sample.hostTicket
	}
	return cfg
}

// security is the TLS configuration, nil for plain HTTP on loopback, and the certificate that PCs have to install.
func (h *house) security() (*tls.Config, []byte, error) {
	switch {
	case h.cfg.TLSCert != "":
		pair, err := tls.LoadX509KeyPair(h.cfg.TLSCert, h.cfg.TLSKey)
		if err != nil {
			return nil, nil, fmt.Errorf("the certificate can't be used: %w", err)
		}
		return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, nil, nil
	case h.cfg.LocalCA:
		ca, err := localca.Open(h.cfg.file("ca"))
		if err != nil {
			return nil, nil, err
		}
		hostname, err := os.Hostname()
		if err != nil {
			hostname = ""
		}
		names, err := certificateNames(h.cfg.HTTP, h.cfg.MediaAddress, hostname)
		if err != nil {
			return nil, nil, err
		}
		cfg, err := ca.Config(names)
		return cfg, ca.PEM(), err
	}
	return nil, nil, nil
}

func (h *house) metrics() prometheus.Gatherer {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), h.media, h.pages)
	return r
}

// run serves until ctx ends. What ends first ends the others; the director goes last, so that every page's leaving is kept.
func (h *house) run(ctx context.Context, listener net.Listener) error {
	directing, stopDirector := context.WithCancel(context.WithoutCancel(ctx))
	defer stopDirector()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	directed := make(chan error, 1)
	go func() {
		err := h.director.Run(directing)
		cancel(err)
		directed <- err
	}()
	group, ctx := errgroup.WithContext(ctx)
	if h.sample == nil {
		group.Go(func() error { return h.runner.Run(ctx) })
	} else {
		// The regular call must not take the place of the drill: whoever rehearses at 08:15 wants to go on.
		h.log.Info("schedules rest while this server rehearses")
	}
	group.Go(func() error { return h.stand.Run(ctx) })
	group.Go(func() error { return h.check.Run(ctx) })
	group.Go(func() error { return h.pages.Run(ctx) })
	group.Go(func() error { return h.serveHTTP(listener) })
	group.Go(func() error {
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		return errors.Join(h.http.Shutdown(stop), h.http.Close())
	})
	if h.sample != nil {
		group.Go(func() error { return h.openRehearsal(ctx, listener.Addr().String()) })
	}
	h.log.Info("serving", "pages", h.cfg.scheme()+"://"+listener.Addr().String(), "media_port", h.media.Port(), "build", build)
	err := group.Wait()
	stopDirector()
	return errors.Join(err, <-directed)
}

func (h *house) serveHTTP(listener net.Listener) error {
	serve := h.http.Serve
	if h.http.TLSConfig != nil {
		serve = func(l net.Listener) error { return h.http.ServeTLS(l, "", "") }
	}
	if err := serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("the pages can't be served: %w", err)
	}
	return nil
}

// openRehearsal opens a drill unless a call is open from before, and leaves word for programs on this machine.
func (h *house) openRehearsal(ctx context.Context, address string) error {
	req := rollcall.StartRequest{Kind: rollcall.Drill}
	_, err := h.director.Start(ctx, rollcall.Meta{Actor: rollcall.System()}, req)
	if err != nil && !errors.Is(err, rollcall.ErrSessionOpen) {
		return fmt.Errorf("cannot open the rehearsal's drill: %w", err)
	}
	units, err := h.stand.Units(ctx)
	if err != nil {
		return err
	}
	base := h.cfg.scheme() + "://" + address
	info := rehearsalInfo{URL: base, AdminToken: h.sample.admin, Password: sample.Password}
	for _, u := range units {
		if u.Kind == rollcall.Station {
			info.StationLink = joinLink(base, account.SampleToken(h.sample.links, u.Code))
			break
		}
	}
	return writeRehearsal(h.cfg.file(rehearsalFile), info)
}
