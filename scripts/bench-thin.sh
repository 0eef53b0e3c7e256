#!/usr/bin/env bash
# Figures of a station behind a thin line, as root: a browser in a network namespace of its own gets 2 Mbit/s, may send 512 kbit/s, and
# its media takes 20 ms each way. Hall and the units that are called are in browsers on this side. The last line is one JSON object.
# DOWN, UP and DELAY change the line, SWITCHES how often the floor changes.
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" -ne 0 ]; then
  echo "make bench-thin needs root: it makes network namespaces." >&2
  exit 1
fi
scripts/setup-tests.sh

mid=muster-mid-$$ far=muster-far-$$ port=18645
here=10.213.79.1 between=10.213.79.2 gate=10.213.80.1 there=10.213.80.2
data=$(mktemp -d)
chmod o+x "$data" # as root the database runs as another user, who has to get in
server= relay=
finish() {
  for pid in $relay $server; do kill "$pid" 2>/dev/null && wait "$pid" || true; done
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

bin/muster serve --rehearsal --data "$data" --http 127.0.0.1:$((port + 2)) --media-port $((port + 3)) --log-level warn &
server=$!
for _ in $(seq 600); do
  [ -f "$data/rehearsal.json" ] && break
  kill -0 "$server"
  sleep 0.1
done
kill "$server"
wait "$server"
echo 'a password of the test' | bin/muster user add --data "$data" --role host tester 2>/dev/null

# The address behind the relay is not this machine's: it is what the server announces.
bin/muster serve --local-ca --data "$data" --http "$here:$port" --media-port $((port + 1)) --media-address "$here" --media-address "$gate" --log-level warn &
server=$!
go build -o "$data/linerelay" ./sfu/linerelay
ip netns exec "$mid" "$data/linerelay" -at "$gate" -to "$here" -tcp "$port" -udp $((port + 1)) -delay "${DELAY:-20ms}" &
relay=$!
for _ in $(seq 600); do
  curl --silent --fail --insecure "https://$here:$port/readyz" >/dev/null 2>&1 && break
  kill -0 "$server"
  sleep 0.1
done
link() { bin/muster link --data "$data" --base "https://$1:$port" "$2" 2>/dev/null; }
printf '#!/bin/sh\nexec ip netns exec %q %q --ignore-certificate-errors "$@"\n' "$far" "${CHROMIUM:-/usr/bin/chromium}" >"$data/far"
printf '#!/bin/sh\nexec %q --ignore-certificate-errors "$@"\n' "${CHROMIUM:-/usr/bin/chromium}" >"$data/near"
chmod +x "$data/far" "$data/near"

links=("$(link "$gate" 210102530000)" "$(link "$here" 210102510000)" "$(link "$here" 210102520000)")
for l in "${links[@]}"; do [ -n "$l" ] || { echo "no join link could be made" >&2; exit 1; }; done

cd web/ui
MUSTER_THIN=$(printf '{"url":"https://%s:%s","thin":"%s","a":"%s","b":"%s","units":["210102510000","210102520000"],"host":"tester","password":"a password of the test","near":"%s","far":"%s"}' \
  "$here" "$port" "${links[@]}" "$data/near" "$data/far") \
  npx playwright test --config playwright.thin.config.ts
