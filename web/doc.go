// Package web is what browsers reach over HTTP: the API under /api, logins, exports and the pages that are embedded in the
// binary. It mounts the websocket of package signaling without knowing it.
package web

//go:generate sh -c "go run ../cmd/muster openapi > openapi.json"
