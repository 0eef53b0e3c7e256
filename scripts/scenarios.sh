#!/usr/bin/env bash
# Plays the written-down mornings (internal/rehearsal/mornings) five at a time, each against a database and a server of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT
chmod o+x "$cache" # as root the database runs as another user, who has to get in
bin/muster --log-level error scenario --parallel 5 --cache "$cache" "$@"
