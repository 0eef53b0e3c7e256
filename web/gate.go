package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"muster/rollcall"
	"muster/rollcall/account"
)

const (
	// loginLife is how long a login lasts: a long day.
	loginLife = 12 * time.Hour
	// userKey is where a login keeps its user's name, proofKey what it was proved with.
	userKey, proofKey = "user", "proof"
)

// Who is somebody who got through the gate: a user, or a unit by its join link.
type Who struct {
	Role  string // "host", "admin", "observer" or "station"
	ID    string // login name, or the unit's code
	Name  string // what a person reads
	Unit  string // the unit's code (station)
	Actor rollcall.Actor
	// Dossiers are shown to an observer who has this.
	Dossiers bool
}

// GateConfig is what a Gate works with.
type GateConfig struct {
	Accounts account.Store
	Roster   rollcall.RosterStore
	Logins   scs.Store
	TLS      bool // the pages are served over HTTPS
	Loopback bool // only this machine can reach the server
	// AdminToken and HostToken let programs of a rehearsal in, empty otherwise.
	AdminToken, HostToken string
}

// Gate decides who may come in: by the cookie of a login, or by a token.
type Gate struct {
	cfg    GateConfig
	logins *scs.SessionManager
}

// NewGate makes the gate of a server.
func NewGate(cfg GateConfig) *Gate {
	logins := scs.New()
	logins.Store = cfg.Logins
	logins.Lifetime = loginLife
	logins.HashTokenInStore = true
	logins.Cookie.Name = "muster"
	logins.Cookie.HttpOnly = true
	logins.Cookie.SameSite = http.SameSiteLaxMode
	if cfg.TLS {
		logins.Cookie.Name = "__Host-muster"
		logins.Cookie.Secure = true
	}
	return &Gate{cfg: cfg, logins: logins}
}

// Authenticate says who sends the request: by token, if one is given, else by the cookie. Its errors wrap a rollcall.Error.
func (g *Gate) Authenticate(r *http.Request, token string) (Who, error) {
	switch {
	case token != "" && same(token, g.cfg.HostToken):
		return g.rehearser(r, "host", "rehearsal", "演练主持")
	case token != "" && same(token, g.cfg.AdminToken):
		return g.rehearser(r, "admin", "rehearsal", "演练管理")
	case token != "":
		return g.unit(r, token)
	}
	cookie, err := r.Cookie(g.logins.Cookie.Name)
	if err != nil {
		return Who{}, errUnauthenticated
	}
	ctx, err := g.logins.Load(r.Context(), cookie.Value)
	if err != nil {
		return Who{}, fmt.Errorf("read the login: %w", err)
	}
	return g.user(r, g.logins.GetString(ctx, userKey), g.logins.GetString(ctx, proofKey))
}

// same compares without telling by its time how much was right.
func same(given, wanted string) bool {
	return wanted != "" && subtle.ConstantTimeCompare([]byte(given), []byte(wanted)) == 1
}

func (g *Gate) rehearser(r *http.Request, role, id, name string) (Who, error) {
	if !g.local(r) {
		return Who{}, errSample
	}
	return Who{Role: role, ID: id, Name: name, Actor: rollcall.Actor{Kind: role, ID: id, Name: name}}, nil
}

func (g *Gate) unit(r *http.Request, token string) (Who, error) {
	link, err := g.cfg.Accounts.LinkByHash(r.Context(), account.HashToken(token))
	switch {
	case errors.Is(err, rollcall.ErrNotFound):
		return Who{}, errUnknownLink
	case err != nil:
		return Who{}, fmt.Errorf("read the join link: %w", err)
	case !link.RevokedAt.IsZero():
		return Who{}, errRevoked
	case link.Sample && !g.local(r):
		return Who{}, errSample
	}
	unit, err := g.unitOf(r.Context(), link.Unit)
	if err != nil {
		return Who{}, err
	}
	return Who{Role: "station", ID: unit.Code, Name: unit.Name, Unit: unit.Code, Actor: rollcall.Actor{Kind: "unit", ID: unit.Code, Name: unit.Name}}, nil
}

func (g *Gate) unitOf(ctx context.Context, code string) (rollcall.Unit, error) {
	unit, err := g.cfg.Roster.Unit(ctx, code)
	switch {
	case errors.Is(err, rollcall.ErrNotFound):
		return rollcall.Unit{}, rollcall.ErrUnknownUnit
	case err != nil:
		return rollcall.Unit{}, fmt.Errorf("read the roster: %w", err)
	}
	return unit, nil
}

// user returns the user of a login, who may have been disabled or have got another password since.
func (g *Gate) user(r *http.Request, name, proof string) (Who, error) {
	if name == "" {
		return Who{}, errUnauthenticated
	}
	u, err := g.cfg.Accounts.User(r.Context(), name)
	switch {
	case errors.Is(err, rollcall.ErrNotFound) || err == nil && (u.Disabled || !same(proof, proofOf(u))):
		return Who{}, errUnauthenticated
	case err != nil:
		return Who{}, fmt.Errorf("read the user: %w", err)
	case u.Sample && !g.local(r):
		return Who{}, errSample
	}
	role := string(u.Role)
	return Who{
		Role: role, ID: u.Name, Name: u.Display, Actor: rollcall.Actor{Kind: role, ID: u.Name, Name: u.Display}, Dossiers: u.Dossiers,
	}, nil
}

// local says whether the request comes from this machine to a server that nobody else can reach.
func (g *Gate) local(r *http.Request) bool {
	return g.cfg.Loopback && fromHere(r)
}

// fromHere says whether the request comes from this machine.
func fromHere(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback()
}

// logIn starts a login under a new token.
func (g *Gate) logIn(ctx context.Context, u account.User) error {
	if err := g.logins.RenewToken(ctx); err != nil {
		return fmt.Errorf("start the login: %w", err)
	}
	g.logins.Put(ctx, userKey, u.Name)
	g.logins.Put(ctx, proofKey, proofOf(u))
	return nil
}

// proofOf changes with the password, so that a new one ends the logins by the old one.
func proofOf(u account.User) string {
	sum := sha256.Sum256([]byte(u.PasswordHash))
	return hex.EncodeToString(sum[:])
}

func (g *Gate) logOut(ctx context.Context) error {
	if err := g.logins.Destroy(ctx); err != nil {
		return fmt.Errorf("end the login: %w", err)
	}
	return nil
}

// bearer is the token in the Authorization header (RFC 6750), empty when there is none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}
