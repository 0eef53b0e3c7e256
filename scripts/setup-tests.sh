#!/usr/bin/env bash
# Installs what the tests need beyond Go and Node.js: a C compiler for the race detector, a browser, Chinese fonts, and for the
# tests over a network ip, certutil and curl. As root on Debian it installs them; else it prints the one line to type and fails.
set -eu
packages=()
command -v gcc >/dev/null || packages+=(gcc libc6-dev)
command -v chromium >/dev/null || packages+=(chromium)
command -v ip >/dev/null || packages+=(iproute2)
command -v certutil >/dev/null || packages+=(libnss3-tools)
command -v curl >/dev/null || packages+=(curl)
if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=zh family)" ]; then
  packages+=(fontconfig fonts-noto-cjk)
fi
[ ${#packages[@]} -eq 0 ] && exit 0

line="apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need more than this machine has. Type as root: $line" >&2
  exit 1
fi
echo "Installing for the tests: ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "Could not install: $line" >&2
  exit 1
fi
rm -f "$log"
