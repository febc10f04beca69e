#!/bin/sh
# Checks the pages of a sample site in a real browser. DOCGEN names the program to test.
# Installs what is missing: Chromium by apt (as root), the test library by npm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
docgen=${DOCGEN:-$root/target/debug/docgen}
[ -x "$docgen" ] || { echo "browser tests: no docgen at $docgen; build it first, or set DOCGEN" >&2; exit 1; }

if ! command -v chromium >/dev/null; then
  [ "$(id -u)" = 0 ] || { echo "browser tests: install chromium, or run this as root" >&2; exit 1; }
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >&2
fi
command -v node >/dev/null || { echo "browser tests: install node" >&2; exit 1; }
[ -d "$here/node_modules/axe-core" ] || (cd "$here" && npm ci --silent --no-audit --no-fund >&2)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$docgen" build --site "$here/site" --out "$work/sample" --quiet
"$docgen" build --site "$root" --out "$work/own" --quiet
node "$here/checks.mjs" "$work/sample" "$work/own"
node "$here/live.mjs" "$docgen" "$work"
