#!/usr/bin/env bash
# Says what this machine lacks to build and run Muster: a sentence for each thing, exit 1 when anything is missing.
set -u
missing=0
lack() { printf '  ✗ %s\n' "$1"; missing=1; }

# at_least HAVE WANT: is version HAVE at least WANT? (1.26 < 1.26.8 < 1.27)
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

if ! command -v go >/dev/null; then
  lack "Go is not installed: Muster needs Go 1.26 or newer (https://go.dev/dl)."
elif ! at_least "$(go env GOVERSION | sed 's/^go//')" 1.26; then
  lack "Go is $(go env GOVERSION), Muster needs Go 1.26 or newer (https://go.dev/dl)."
fi
if ! command -v node >/dev/null; then
  lack "Node.js is not installed: the pages are built with Node.js 20 or newer (https://nodejs.org)."
elif ! at_least "$(node --version | sed 's/^v//')" 20; then
  lack "Node.js is $(node --version), the pages are built with Node.js 20 or newer (https://nodejs.org)."
fi
command -v npm >/dev/null || lack "npm is not installed: it comes with Node.js and installs what the pages are built with."
command -v make >/dev/null || lack "make is not installed (Debian: apt-get install make)."
command -v git >/dev/null || lack "git is not installed: the build stamps its version with it (Debian: apt-get install git)."

if [ "$missing" -ne 0 ]; then
  echo "Install what is marked ✗, then try again."
  exit 1
fi
