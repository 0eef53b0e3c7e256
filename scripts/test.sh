#!/usr/bin/env bash
# All of `make test`: sets up, then runs every kind of test and says how long each took. Stops at the first that fails.
set -eu
cd "$(dirname "$0")/.."
step() {
  local name=$1 from=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  "$@"
  printf '== %s: %d s\n' "$name" $((SECONDS - from))
}
vet() { go vet ./... && test -z "$(gofmt -l $(git ls-files '*.go') | tee /dev/stderr)"; }

step "this machine" scripts/doctor.sh
step "what the tests need" scripts/setup-tests.sh
step "go vet and gofmt" vet
step "build" make --no-print-directory build
step "pages: types, lint, unit tests" make --no-print-directory test-ui
step "Go tests" make --no-print-directory test-go
step "written-down mornings against live servers" make --no-print-directory scenarios
step "calls in a real browser" make --no-print-directory test-browser
if unshare --net true 2>/dev/null; then
  step "a browser in a second network namespace" make --no-print-directory test-net
else
  printf '\n== NOT RUN: make test-net. It needs root on a machine that allows network namespaces.\n'
fi
printf '\nAll tests passed in %d s.\n' "$SECONDS"
