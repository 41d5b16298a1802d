#!/bin/sh
# Configures (once) and builds targets of one preset: scripts/build.sh PRESET [TARGET...]
set -eu
cd "$(dirname "$0")/.."
preset=$1
shift
if [ ! -f "build/$preset/build.ninja" ]; then
  mkdir -p build
  cmake --preset "$preset" > "build/$preset.configure.log" 2>&1 || {
    cat "build/$preset.configure.log"
    exit 1
  }
fi
# Ninja has no "those that exist": a role whose main is not in the tree is left out here.
targets=
if [ $# -gt 0 ]; then
  known=$(ninja -C "build/$preset" -t targets all | sed -n 's/^\([^:/]*\): phony$/\1/p')
  for target in "$@"; do
    if printf '%s\n' "$known" | grep -qx -- "$target"; then targets="$targets $target"; fi
  done
  [ -n "$targets" ] || exit 0
fi
# shellcheck disable=SC2086
exec ninja -C "build/$preset" -j "$(nproc)" --quiet $targets
