package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"muster/internal/selfcheck"
	"muster/internal/standin"
)

// serveCommand runs the server.
type serveCommand struct {
	databaseFlags
	HTTP         string       `name:"http" default:"127.0.0.1:8230" env:"MUSTER_HTTP" help:"Address of the pages."`
	MediaPort    int          `default:"8231" env:"MUSTER_MEDIA_PORT" help:"UDP port of the media, and TCP on the same number."`
	MediaDSCP    int          `name:"media-dscp" env:"MUSTER_MEDIA_DSCP" help:"Mark media for the network's queues, 1 to 63 (RFC 2474); 0 does not."`
	MediaBudget  []string     `env:"MUSTER_MEDIA_BUDGET" help:"Repeatable: what may be sent in all, such as 800M, or to a part of the network, such as 10.1.0.0/16=50M; pictures become smaller for it."`
	Network      []string     `env:"MUSTER_NETWORK" help:"Repeatable: a part of the network that hangs on one line, such as 和平专线=10.12.0.0/16; many units of it that go at once are a line fault."`
	UnitCap      float64      `env:"MUSTER_UNIT_CAP" help:"What one station is sent in all, in Mbit/s, such as 2.5; pictures become smaller for it. 0 is what its line carries."`
	LowBitrate   int          `default:"60" env:"MUSTER_LOW_BITRATE" help:"What a camera's smallest picture may take, in kbit/s: every unit sends it all through a call."`
	Codec        string       `default:"vp8" enum:"vp8,h264" env:"MUSTER_CODEC" help:"What all video is in: vp8 or h264. A browser without it takes part with sound only."`
	MediaAddress []netip.Addr `env:"MUSTER_MEDIA_ADDRESS" help:"Repeatable: an address of this machine to serve media on, or what a NAT shows to clients. Like --http when not given."`
	TLSCert      string       `name:"tls-cert" type:"path" env:"MUSTER_TLS_CERT" help:"Certificate chain (PEM)."`
	TLSKey       string       `name:"tls-key" type:"path" env:"MUSTER_TLS_KEY" help:"Its private key (PEM)."`
	LocalCA      bool         `name:"local-ca" env:"MUSTER_LOCAL_CA" help:"HTTPS by an own small CA, kept in the data folder; /ca.crt is its certificate."`
	AlertWebhook string       `env:"MUSTER_ALERT_WEBHOOK" help:"URL (http or https) that gets what the self-check before a call finds bad, as JSON. It may hold a token: better give it in the environment."`
	Rehearsal    bool         `env:"MUSTER_REHEARSAL" help:"Sample data and an open drill; loopback only."`
	Speed        int          `name:"rehearsal-speed" default:"1" help:"With --rehearsal: the rules' time passes so many times as fast, for scenarios."`
}

// Validate refuses what could only go wrong later.
func (c *serveCommand) Validate() error {
	loopback, err := isLoopback(c.HTTP)
	_, badNetwork := networks(c.Network)
	switch {
	case err != nil:
		return err
	case c.MediaPort < 0 || c.MediaPort > 65535:
		return fmt.Errorf("--media-port %d is no port: it is 1 to 65535, or 0 for a free one", c.MediaPort)
	case badNetwork != nil:
		return badNetwork
	case c.UnitCap < 0 || c.UnitCap > mostUnitCap:
		return fmt.Errorf("--unit-cap %g is no rate: it is in Mbit/s, at most %d, or 0 for none", c.UnitCap, mostUnitCap)
	case c.LowBitrate < leastLowBitrate || c.LowBitrate > mostLowBitrate:
		return fmt.Errorf("--low-bitrate %d is no rate: it is in kbit/s, %d to %d", c.LowBitrate, leastLowBitrate, mostLowBitrate)
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key belong together")
	case c.badWebhook():
		return fmt.Errorf("--alert-webhook: %w", selfcheck.ErrBadWebhook)
	case c.LocalCA && c.TLSCert != "":
		return errors.New("--local-ca and --tls-cert exclude each other")
	case !loopback && !c.LocalCA && c.TLSCert == "":
		return errPlainHTTP
	case c.Speed < 0 || c.Speed > 120 || c.Speed > 1 && !c.Rehearsal:
		return errors.New("--rehearsal-speed is 1 to 120, and needs --rehearsal")
	case !loopback && c.Rehearsal:
		return errors.New("--rehearsal has users with a password that everybody can read: it serves loopback only")
	}
	return nil
}

// Rates beyond these are a mistake in the unit: mostUnitCap is in Mbit/s, the others in kbit/s.
const mostUnitCap, leastLowBitrate, mostLowBitrate = 1000, 20, 300

// Run serves until ctx ends, or until the server may not lead any more.
func (c *serveCommand) Run(ctx context.Context, log *slog.Logger) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	startCollections()
	if err := os.MkdirAll(c.Data, 0o711); err != nil {
		return fmt.Errorf("cannot make the data folder %s: %w", c.Data, err)
	}
	key, err := secret(c.file("standin.key"))
	if err != nil {
		return err
	}
	db, err := c.connect(ctx, log)
	if err != nil {
		return err
	}
	defer func() {
		cancel(nil)
		err = errors.Join(err, db.close())
	}()
	lead, err := takeLead(ctx, db, standin.Mandates(c.file("lead.json"), key), c.file("lead.lock"), log)
	if err != nil {
		return err
	}
	db.running.Go(func() { db.watch(ctx) })
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		lead.keep(ctx, cancel)
	}()
	defer func() {
		cancel(nil)
		<-kept
		err = errors.Join(err, lead.release(err))
	}()
	if err := c.serve(ctx, db, lead, key, log); err != nil {
		return err
	}
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// stopWithin bounds how long open pages may delay the end.
const stopWithin = 5 * time.Second

func (c *serveCommand) scheme() string {
	if c.LocalCA || c.TLSCert != "" {
		return "https"
	}
	return "http"
}

func (c *serveCommand) file(name string) string { return filepath.Join(c.Data, name) }
