#!/bin/sh
# Builds web/dist when something under web/ is newer than it.
set -eu
cd "$(dirname "$0")/.."
[ -f web/package.json ] || { echo "web: no web/ in this tree, nothing to build"; exit 0; }
mkdir -p build
if [ -d web/dist ] && [ -f build/web.stamp ] &&
   [ -z "$(find web -path web/node_modules -prune -o -path web/dist -prune -o \
           -type f -newer build/web.stamp -print -quit)" ]; then
  exit 0
fi
started=$(mktemp build/web.XXXXXX)
(cd web && npm run --silent build)
mv "$started" build/web.stamp
