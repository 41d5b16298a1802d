#!/bin/sh
# The figures of docs/benchmarks.md (bench/README.md names them): all of them, or those given.
set -eu
cd "$(dirname "$0")/.."
scripts/build.sh release guildhall guildhall-room guildhall-vault \
  bench-seed bench-lines bench-http-load \
  bench-store-load bench-claim-cost \
  bench-room-plain bench-room-sealing bench-seed-plain bench-seed-sealing
export GUILDHALL_BIN="$PWD/build/release/bin"
exec python3 bench/run.py "$@"
