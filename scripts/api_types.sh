#!/usr/bin/env bash
# Writes web/src/api/generated.ts from what the server says of its API: after a change of routes.
#   scripts/api_types.sh [FOLDER OF THE EXECUTABLES (build/dev/bin)]
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${1:-build/dev/bin}
room=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null; rm -rf "$room"' EXIT
"$bin/guildhall" room init "$room/room" --no-passphrase > /dev/null
"$bin/guildhall" room serve "$room/room" --listen 127.0.0.1:0 --web web/dist \
  > "$room/said" &
server=$!
port=
for _ in $(seq 100); do
  port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$room/said" | head -n 1)
  [ -n "$port" ] &&
    curl -sf "http://127.0.0.1:$port/api/v1/openapi.json" -o "$room/openapi.json" && break
  sleep 0.1
done
node web/scripts/openapi.mjs "$room/openapi.json" > web/src/api/generated.ts
