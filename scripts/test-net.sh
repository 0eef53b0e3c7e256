#!/usr/bin/env bash
# As root: packets over a slow network; and a browser in a second network namespace, behind a pair of virtual cables, joins a call
# over HTTPS. The server's certificate is signed by its own local CA; the browser trusts it only after the CA's certificate, taken
# from /ca.crt, was installed, as on another PC of the network.
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" -ne 0 ]; then
  echo "make test-net needs root: it makes a network namespace." >&2
  exit 1
fi
scripts/setup-tests.sh

net=muster-$$
here=10.213.77.1 there=10.213.77.2
data=$(mktemp -d)
chmod o+x "$data" # as root the database runs as another user, who has to get in
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }
  ip netns del "$net" 2>/dev/null || true # takes its end of the cable with it, and so the other
  rm -rf "$data"
}
trap finish EXIT

# wait_for FILE-OR-URL: until it is there; the server has said why if it ended.
wait_for() {
  for _ in $(seq 600); do
    case $1 in
      https:*) curl --silent --fail --cacert "$data/ca/ca.crt" "$1" >/dev/null 2>&1 && return ;;
      *) [ -f "$1" ] && return ;;
    esac
    kill -0 "$server"
    sleep 0.1
  done
  echo "$1 did not come up" >&2
  return 1
}

ip netns add "$net"
ip link add "${net:0:13}h" type veth peer name eth0 netns "$net"
ip address add "$here/30" dev "${net:0:13}h"
ip link set "${net:0:13}h" up
ip -n "$net" address add "$there/30" dev eth0
ip -n "$net" link set eth0 up
ip -n "$net" link set lo up

# A network that takes 20 Mbit/s: what is sent faster has to wait, and nothing may be lost.
slow=10.213.78
ip link add "${net:0:13}s" type veth peer name eth1 netns "$net"
ip address add "$slow.1/30" dev "${net:0:13}s"
ip link set "${net:0:13}s" up
ip -n "$net" address add "$slow.2/30" dev eth1
ip -n "$net" link set eth1 up
tc qdisc add dev "${net:0:13}s" root tbf rate 20mbit burst 32k limit 4mb
MUSTER_SLOW_NETWORK=$slow.2 MUSTER_SLOW_NETNS=$net go test -count=1 -v -run "FullSocket|SlowNetwork" ./sfu/egress ./sfu

# The sample roster, without the sample users: these work on loopback only.
bin/muster serve --rehearsal --data "$data" --http 127.0.0.1:18543 --media-port 18544 --log-level warn &
server=$!
wait_for "$data/rehearsal.json"
kill "$server"
wait "$server"
echo 'a password of the test' | bin/muster user add --data "$data" --role host tester 2>/dev/null
unit=210102510000

bin/muster serve --local-ca --data "$data" --http "$here:18545" --media-port 18546 --log-level warn &
server=$!
wait_for "https://$here:18545/readyz"
link=$(bin/muster link --data "$data" --base "https://$here:18545" "$unit" 2>/dev/null || true)
[ -n "$link" ] || { echo "no join link could be made" >&2; exit 1; }

# A browser's certificate store with the CA in it, and one without.
mkdir -p "$data/trusting/.pki/nssdb" "$data/strange"
certutil -d "sql:$data/trusting/.pki/nssdb" -N --empty-password
curl --silent --fail --cacert "$data/ca/ca.crt" -o "$data/downloaded.crt" "https://$here:18545/ca.crt"
certutil -d "sql:$data/trusting/.pki/nssdb" -A -t C,, -n muster -i "$data/downloaded.crt"
for kind in trusting strange; do
  printf '#!/bin/sh\nexport HOME=%q\nexec ip netns exec %q %q "$@"\n' "$data/$kind" "$net" "${CHROMIUM:-/usr/bin/chromium}" >"$data/$kind/chromium"
  chmod +x "$data/$kind/chromium"
done

cd web/ui
MUSTER_NET=$(printf '{"url":"https://%s:18545","link":"%s","unit":"%s","host":"tester","password":"a password of the test","trusting":"%s","strange":"%s","cable":"%s"}' \
  "$here" "$link" "$unit" "$data/trusting/chromium" "$data/strange/chromium" "${net:0:13}h") npx playwright test --config playwright.net.config.ts
