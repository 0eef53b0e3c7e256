package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"muster/rollcall/account"
)

type loginInput struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"64"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

type me struct {
	Name    string `json:"name" doc:"login name"`
	Display string `json:"display"`
	Role    string `json:"role" enum:"host,admin"`
}

type meOutput struct{ Body me }

type buildOutput struct {
	Body struct {
		Build     string `json:"build"`
		Rehearsal bool   `json:"rehearsal" doc:"sample data; logins are printed by make run"`
		LocalCA   bool   `json:"local_ca" doc:"/ca.crt has a certificate to install"`
	}
}

type empty struct{}

func (s *server) loginRoutes(api huma.API) {
	handle(s, api, route{"POST", "/api/login", "login", "Log a host or administrator in", anybody}, s.logIn)
	handle(s, api, route{"POST", "/api/logout", "logout", "Log out", anybody}, s.logOut)
	handle(s, api, route{"GET", "/api/me", "me", "Who is logged in", hostOrUp}, s.me)
	handle(s, api, route{"GET", "/api/build", "build", "What server this is", anybody}, s.build)
}

func (s *server) logIn(ctx context.Context, in *loginInput) (*meOutput, error) {
	name := strings.ToLower(strings.TrimSpace(in.Body.Name))
	user, err := account.Login(ctx, s.cfg.Accounts, name, in.Body.Password)
	if err != nil {
		s.log.Info("a login was refused", "name", name, "remote", remoteOf(ctx))
		return nil, err
	}
	if user.Sample && !isLocal(ctx) {
		return nil, errSample
	}
	if err := s.audit(ctx, user.Name, "login", user.Name, remoteOf(ctx)); err != nil {
		return nil, err
	}
	if err := s.cfg.Gate.logIn(ctx, user); err != nil {
		return nil, err
	}
	return &meOutput{me{Name: user.Name, Display: user.Display, Role: string(user.Role)}}, nil
}

func (s *server) logOut(ctx context.Context, _ *empty) (*empty, error) {
	return nil, s.cfg.Gate.logOut(ctx)
}

func (s *server) me(ctx context.Context, _ *empty) (*meOutput, error) {
	who := whoOf(ctx)
	return &meOutput{me{Name: who.ID, Display: who.Name, Role: who.Role}}, nil
}

func (s *server) build(context.Context, *empty) (*buildOutput, error) {
	var out buildOutput
	out.Body.Build, out.Body.Rehearsal, out.Body.LocalCA = s.cfg.Build, s.cfg.Rehearsal != nil, len(s.cfg.CA) > 0
	return &out, nil
}

type requestKey struct{}

// seen is what handlers may need of a request beside its body.
type seen struct {
	remote string
	local  bool
}

// noteRequest puts it into the context.
func (s *server) noteRequest(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), requestKey{}, seen{r.RemoteAddr, s.cfg.Gate.local(r)})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func remoteOf(ctx context.Context) string {
	v, _ := ctx.Value(requestKey{}).(seen)
	return v.remote
}

func isLocal(ctx context.Context) bool {
	v, _ := ctx.Value(requestKey{}).(seen)
	return v.local
}
