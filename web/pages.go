package web

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// dist is what `make build` made of web/ui; in a fresh clone it holds a placeholder only.
//
//go:embed all:dist
var dist embed.FS

const notBuilt = `<!doctype html><meta charset="utf-8"><title>Muster</title>
<p>页面尚未构建：请在项目目录运行 make build。<p>The pages were not built into this binary: run make build in the project's folder.`

// pages serves the built pages: hashed assets for ever, everything else fresh. A path without an extension is a page of the
// app, so that reload and bookmarks work; a missing asset stays a 404.
func pages() http.Handler {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("web: the embedded folder is missing: " + err.Error()) // can't be: the build would have failed
	}
	files := http.FileServerFS(root)
	index, err := fs.ReadFile(root, "index.html")
	if err != nil {
		index = []byte(notBuilt)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if name != "" && name != "index.html" && path.Ext(name) != "" {
			if strings.HasPrefix(name, "assets/") {
				w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			}
			files.ServeHTTP(w, r)
			return
		}
		if accept := r.Header.Get("Accept"); name != "" && !strings.Contains(accept, "text/html") && !strings.Contains(accept, "*/*") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(index)
	})
}
