#!/usr/bin/env bash
# Figures of the media plane: what an outgoing packet costs beside plain Pion, then a whole call. The last line is one JSON object.
# BENCH goes to the first (such as "-rounds 5"), REHEARSAL to `muster rehearse`.
set -eu
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
go build -o "$out/sfubench" ./sfu/sfubench
# shellcheck disable=SC2086 # options
"$out/sfubench" ${BENCH:-} | tee "$out/packets"
go test -run '^$' -bench 'Forward|Seal|Send' -benchtime 0.5s ./sfu ./sfu/egress | grep '^Benchmark'
# shellcheck disable=SC2086
scripts/rehearse.sh --stations 246 --turns 20 --profile full ${REHEARSAL:-} | tee "$out/call"
node -e '
const last = (f) => JSON.parse(require("fs").readFileSync(f, "utf8").trim().split("\n").pop());
const p = last(process.argv[1]), c = last(process.argv[2]);
console.log(JSON.stringify({
  us_per_packet: p.us_per_packet, us_per_packet_gso: p.us_per_packet_gso, us_per_packet_reading: c.server_cpu_us_per_packet,
  ratio_single: p.ratio_single, ratio_frames: p.ratio_frames, packets_lost: c.packets_lost, missed: c.missed,
  switch_ms_p50: c.switch_ms.p50, switch_ms_p95: c.switch_ms.p95, switch_ms_max: c.switch_ms.max,
  storm_ms_last: c.join_ms.max, storm_cpu_s: c.server_join_cpu_s, rss_mb: c.server_rss_mb,
}));' "$out/packets" "$out/call"
