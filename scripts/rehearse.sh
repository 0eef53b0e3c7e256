#!/usr/bin/env bash
# Figures of a whole call: starts a server with sample data of its own, lets a fleet join and be called, prints the result as one
# JSON object on the last line. Options go to `muster rehearse`, such as --profile full --turns 20.
set -eu
cd "$(dirname "$0")/.."
data=$(mktemp -d)
chmod o+x "$data" # as root the database runs as another user, who has to get in
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }
  rm -rf "$data"
}
trap finish EXIT

port=${PORT:-18430}
bin/muster serve --rehearsal --data "$data" --http "127.0.0.1:$port" --media-port $((port + 1)) --log-level warn &
server=$!
for _ in $(seq 600); do
  [ -f "$data/rehearsal.json" ] && break
  kill -0 "$server" # it has said why it ended
  sleep 0.1
done
bin/muster rehearse --data "$data" --json "$@"
