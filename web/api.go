package web

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// newAPI mounts the API's operations.
func (s *server) newAPI(mux *http.ServeMux) huma.API {
	config := huma.DefaultConfig("Muster 点调台", "1")
	config.OpenAPIPath = "/api/openapi"
	config.DocsPath, config.SchemasPath = "", ""
	config.CreateHooks = nil // no $schema links in bodies
	config.Transformers = append(config.Transformers, ownErrors)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"login":  {Type: "apiKey", In: "cookie", Name: s.cfg.Gate.logins.Cookie.Name},
		"bearer": {Type: "http", Scheme: "bearer"},
	}
	api := humago.New(mux, config)
	s.loginRoutes(api)
	s.unitRoutes(api)
	s.userRoutes(api)
	s.scheduleRoutes(api)
	s.excuseRoutes(api)
	s.plannedRoutes(api)
	s.journalRoutes(api)
	s.calendarRoutes(api)
	s.dutyRoutes(api)
	s.attendanceRoutes(api)
	s.auditRoutes(api)
	s.checkRoutes(api)
	s.overdueRoutes(api)
	s.commandRoutes(api)
	if s.cfg.Rehearsal != nil {
		s.rehearsalRoutes(api)
	}
	return api
}

// Roles that a route may ask for.
var (
	anybody   = []string(nil)
	hostOrUp  = []string{"host", "admin"}
	adminOnly = []string{"admin"}
)

type whoKey struct{}

// whoOf returns who sends the request; the route asked for a role, so that somebody is there.
func whoOf(ctx context.Context) Who {
	who, _ := ctx.Value(whoKey{}).(Who)
	return who
}

// requestWithin bounds the reading of a body, and with it the whole request: when the time for reading is over, net/http
// cancels a request that is still being worked on. The framework's own five seconds are too few for a database under load.
const requestWithin = 30 * time.Second

// route describes one operation.
type route struct {
	method, path, id, summary string
	roles                     []string
}

// handle registers an operation: it checks the role, and turns the handler's error into the API's.
func handle[In, Out any](s *server, api huma.API, r route, f func(ctx context.Context, in *In) (*Out, error)) {
	handleUpTo(s, api, 1<<20, r, f)
}

// handleUpTo is handle for an operation whose body may have that many bytes.
func handleUpTo[In, Out any](s *server, api huma.API, most int64, r route, f func(ctx context.Context, in *In) (*Out, error)) {
	op := huma.Operation{
		Method: r.method, Path: r.path, OperationID: r.id, Summary: r.summary, MaxBodyBytes: most, BodyReadTimeout: requestWithin,
	}
	refusals := []int{http.StatusUnprocessableEntity, http.StatusInternalServerError}
	if r.roles != nil {
		op.Security = []map[string][]string{{"login": {}}, {"bearer": {}}}
		op.Middlewares = huma.Middlewares{s.roleCheck(r.roles)}
		refusals = append(refusals, http.StatusUnauthorized, http.StatusForbidden)
	}
	op.Responses = errorResponses(api, refusals)
	huma.Register(api, op, func(ctx context.Context, in *In) (*Out, error) {
		out, err := f(ctx, in)
		if err != nil {
			return nil, refuse(s.log, err)
		}
		return out, nil
	})
}

// errorResponses describes refusals by the body that they really have: huma would describe its own model.
func errorResponses(api huma.API, statuses []int) map[string]*huma.Response {
	body := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[apiError](), true, "")
	out := make(map[string]*huma.Response, len(statuses))
	for _, status := range statuses {
		out[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status), Content: map[string]*huma.MediaType{"application/json": {Schema: body}},
		}
	}
	return out
}

// roleCheck lets only some roles pass.
func (s *server) roleCheck(roles []string) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		who, err := s.admit(r, roles)
		if err != nil {
			writeError(w, s.log, err)
			return
		}
		next(huma.WithValue(ctx, whoKey{}, who))
	}
}

// admit authenticates a request and checks the role.
func (s *server) admit(r *http.Request, roles []string) (Who, error) {
	who, err := s.cfg.Gate.Authenticate(r, bearer(r))
	if err != nil {
		return Who{}, err
	}
	for _, role := range roles {
		if role == who.Role {
			return who, nil
		}
	}
	return Who{}, errForbidden
}

// plain is a route outside the API's description, such as a download: it checks the role the same way.
func (s *server) plain(roles []string, f func(w http.ResponseWriter, r *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.admit(r, roles)
		if err == nil {
			err = f(w, r.WithContext(context.WithValue(r.Context(), whoKey{}, who)))
		}
		if err != nil {
			writeError(w, s.log, err)
		}
	})
}

// OpenAPI returns the description of the API as JSON, the same for every server: what only a rehearsal has is in it too.
func OpenAPI() ([]byte, error) {
	s := &server{cfg: Config{Gate: NewGate(GateConfig{}), Rehearsal: &Rehearsal{}}}
	out, err := s.newAPI(http.NewServeMux()).OpenAPI().MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return out, nil
}
