#!/usr/bin/env bash
# Figures of a station behind a thin line, as root: a browser in a network namespace of its own gets 2 Mbit/s, may send 512 kbit/s, and
# its media takes 20 ms each way. Hall and called units are simulated, with 1.5 Mbit/s each: more browsers than one would measure the
# processors of this machine. The last line is one JSON object. DOWN, UP and DELAY change the line, SWITCHES how often the floor changes.
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" -ne 0 ]; then
  echo "make bench-thin needs root: it makes network namespaces." >&2
  exit 1
fi
scripts/setup-tests.sh

mid=muster-mid-$$ far=muster-far-$$ pages=18645 media=18646
here=10.213.79.1 between=10.213.79.2 gate=10.213.80.1 there=10.213.80.2
data=$(mktemp -d)
chmod o+x "$data" # as root the database runs as another user, who has to get in
children=()
finish() {
  for pid in "${children[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" || true; done
  ip netns del "$far" 2>/dev/null || true
  ip netns del "$mid" 2>/dev/null || true
  rm -rf "$data"
}
trap finish EXIT

# up NAMESPACE DEVICE ADDRESS
up() { ip -n "$1" address add "$3/30" dev "$2" && ip -n "$1" link set "$2" up && ip -n "$1" link set lo up; }
ip netns add "$mid"
ip netns add "$far"
ip link add "mt$$" type veth peer name host netns "$mid"
ip address add "$here/30" dev "mt$$"
ip link set "mt$$" up
up "$mid" host "$between"
ip -n "$mid" link add line type veth peer name line netns "$far"
up "$mid" line "$gate"
up "$far" line "$there"
ip netns exec "$mid" tc qdisc add dev line root tbf rate "${DOWN:-2mbit}" burst 16k latency 300ms
ip netns exec "$far" tc qdisc add dev line root tbf rate "${UP:-512kbit}" burst 8k latency 300ms

# Sample users work on loopback only, so one relay leads from the cable to it and a second one, with the delay, from the line to the cable.
bin/muster serve --rehearsal --data "$data" --http "127.0.0.1:$pages" --media-port "$media" --media-address 127.0.0.1 --media-address "$gate" \
  --log-level "${LOG:-warn}" &
server=$!
children+=("$server")
go build -o "$data/linerelay" ./sfu/linerelay
"$data/linerelay" -at "$here" -to 127.0.0.1 -tcp "$pages" -udp "$media" -delay 0 &
children+=("$!")
ip netns exec "$mid" "$data/linerelay" -at "$gate" -to "$here" -tcp "$pages" -udp "$media" -delay "${DELAY:-20ms}" &
children+=("$!")
for _ in $(seq 600); do
  [ -f "$data/rehearsal.json" ] && break
  kill -0 "$server" # it has said why it ended
  sleep 0.1
done
link=$(bin/muster link --data "$data" --base "http://$gate:$pages" "${UNIT:-210102530000}")
printf '#!/bin/sh\nexec ip netns exec %q %q --unsafely-treat-insecure-origin-as-secure=http://%s:%s "$@"\n' \
  "$far" "${CHROMIUM:-/usr/bin/chromium}" "$gate" "$pages" >"$data/far"
chmod +x "$data/far"

cd web/ui
MUSTER_THIN=$(printf '{"link":"%s","data":"%s","browser":"%s"}' "$link" "$data" "$data/far") npx playwright test --config playwright.thin.config.ts
