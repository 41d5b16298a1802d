#!/bin/sh
# Every fuzz target for a moment, with the address and undefined-behaviour sanitizers: its corpus
# (tests/fuzz/<target>/) and seeded random mutations of it. One case per target.
#   FUZZ_SEED: of the mutations, printed by each target (default: today's date)
#   FUZZ_RUNS: mutations per target (default 20000)
set -u
cd "$(dirname "$0")/.."
scripts/build.sh asan fuzzers || exit 1
passed=0
failed=0
for source in $(find src -name '*_fuzz.cpp' | sort); do
  target=$(basename "$source" .cpp)
  corpus=
  [ -d "tests/fuzz/$target" ] && corpus="tests/fuzz/$target"
  log="build/logs/$target.log"
  # shellcheck disable=SC2086
  if timeout 60 "build/asan/bin/$target" -runs="${FUZZ_RUNS:-20000}" \
      -seed="${FUZZ_SEED:-$(date +%Y%m%d)}" $corpus > "$log" 2>&1; then
    passed=$((passed + 1))
    echo "ok $target: $(tail -n 1 "$log")"
  else
    failed=$((failed + 1))
    echo "not ok $target"
    cat "$log"
  fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
