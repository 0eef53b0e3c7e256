#!/usr/bin/env bash
# Runs a server with sample data and rehearses against it: STATIONS (246), TURNS (10), PROFILE (demo or full).
set -eu
cd "$(dirname "$0")/.."
data=$(mktemp -d /tmp/muster-rehearse.XXXXXX)
http=127.0.0.1:${HTTP_PORT:-8240}
bin/muster serve --rehearsal --data "$data" --http "$http" --media-port "${MEDIA_PORT:-8241}" --log-level warn &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$data"' EXIT
bin/muster rehearse --url "http://$http" --data "$data" --stations "${STATIONS:-246}" --turns "${TURNS:-10}" \
  --profile "${PROFILE:-demo}" --json
