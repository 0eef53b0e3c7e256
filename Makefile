# Muster 点调台. `make help` lists what there is to do.

SHELL      := /bin/bash
GO         ?= go
UI         := web/ui
BUILD      := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
GO_FILES    = $(wildcard $(shell git ls-files -co --exclude-standard '*.go' '*.sql' '*.csv' '*.json' go.mod go.sum))
UI_FILES    = $(wildcard $(shell git ls-files -co --exclude-standard $(UI)))
UI_STAMP   := web/dist/.built
NPM_STAMP  := $(UI)/node_modules/.package-lock.json
RUN_FLAGS  ?=

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: doctor
doctor: ## say what this machine lacks, a sentence for each thing
	@scripts/doctor.sh

.PHONY: run
run: doctor build ## a call with 246 simulated stations on this machine; Ctrl-C stops all of it
	@bin/muster demo $(RUN_FLAGS)

.PHONY: build
build: bin/muster ## the pages and the one binary, bin/muster

bin/muster: $(UI_STAMP) $(GO_FILES)
	$(GO) build -trimpath -ldflags '-X main.build=$(BUILD)' -o $@ ./cmd/muster

$(UI_STAMP): $(NPM_STAMP) $(UI_FILES)
	cd $(UI) && npm run --silent build
	@touch $@

$(NPM_STAMP): $(UI)/package.json $(UI)/package-lock.json
	cd $(UI) && npm ci --no-audit --no-fund
	@touch $@

.PHONY: generate
generate: $(NPM_STAMP) ## the TypeScript types of the protocol and of the HTTP API, from the Go types
	$(GO) generate ./...
	cd $(UI) && npm run --silent gen:api

.PHONY: test
test: ## prove correctness: sets everything up, then Go tests, tests of the pages, and calls in a real browser
	@scripts/test.sh

.PHONY: test-go
test-go: ## the Go tests alone, with the race detector
	CGO_ENABLED=1 $(GO) test -race -timeout 10m ./...

.PHONY: test-ui
test-ui: $(NPM_STAMP) ## type check, lint and unit tests of the pages
	cd $(UI) && npm run --silent check:api && npm run --silent typecheck && npm run --silent lint && npm run --silent test

.PHONY: test-browser
test-browser: build ## a call in real Chromium with its fake camera: a host and two stations beside 20 simulated ones
	cd $(UI) && npm run --silent test:browser

.PHONY: test-net
test-net: build ## as root: packets over a slow network; a browser in a second network namespace joins over HTTPS with the local CA
	@scripts/test-net.sh

.PHONY: rehearse
rehearse: build ## figures: 246 stations join, 10 are called; prints one JSON object
	@scripts/rehearse.sh

.PHONY: bench-sfu
bench-sfu: build ## figures: what an outgoing packet costs beside plain Pion, and a whole call; prints one JSON object
	@scripts/bench-sfu.sh

.PHONY: scenarios
scenarios: build ## mornings that are written down, played against live servers: a usual one, and the bad ones
	@scripts/scenarios.sh

.PHONY: year
year: ## figures: a year of mornings with faults, the journal against the truth, in memory and in PostgreSQL; prints one JSON object
	@scripts/year.sh

.PHONY: bench-line
bench-line: ## figures: what packet loss, ten dark seconds and blocked UDP do to a picture; prints one JSON object
	@$(GO) run ./sfu/linebench $(LINE)

.PHONY: bench-browser
bench-browser: build ## figures: a real Chromium camera on the floor: when all see it, and how far its sound and picture are apart; prints one JSON object
	@cd $(UI) && npm run --silent bench:browser

.PHONY: bench-thin
bench-thin: build ## figures, as root: a station behind 2 Mbit/s down, 512 kbit/s up and 40 ms, in real Chromium; prints one JSON object
	@scripts/bench-thin.sh

.PHONY: lint
lint: $(NPM_STAMP) ## golangci-lint and biome
	$(GO) tool -modfile=tools.mod golangci-lint run
	cd $(UI) && npm run --silent lint

.PHONY: clean
clean: ## remove what was built
	rm -rf bin web/dist/assets web/dist/index.html $(UI_STAMP)
