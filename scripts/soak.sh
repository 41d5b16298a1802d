#!/bin/bash
# The long harnesses, whole.
#   scripts/soak.sh [fault|upkeep|gateway|fuzz|asan|tsan|deep|plain|soak|machine...]
#   GATEWAY_MINUTES: under load, for its memory (default 30)
#   FUZZ_SECONDS: for each fuzz target (default 600)
# Logs and what the harnesses print go to soak-results/<UTC time>/; the figures worth keeping are
# copied from there into docs/reliability.md by hand, with commit and machine.
set -uo pipefail
cd "$(dirname "$0")/.."
results="soak-results/$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "$results" build/logs
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
bad=0

step() {  # name command...
  local name=$1
  shift
  echo "==== $name"
  if "$@" 2>&1 | tee "$results/$name.log"; then echo "---- $name: passed"
  else echo "---- $name: FAILED"; bad=$((bad + 1)); fi
}

fault() {
  [[ -f tests/fault/run.py ]] || return 0
  scripts/build.sh release || return 1
  scripts/build.sh release guildhall-room-mutant guildhall-vault-late guildhall-vault-twice \
    || return 1
  GUILDHALL_BIN="$PWD/build/release/bin" python3 tests/fault/run.py
}

upkeep() {
  scripts/build.sh release || return 1
  GUILDHALL_KILLS=1000 GUILDHALL_BIN="$PWD/build/release/bin" python3 tests/upkeep/run.py
}

# 2,000 streams of which each token is counted, a body of 4 MB, memory under load.
gateway() {
  scripts/build.sh release || return 1
  local code=0
  for of in "--streams 2000 --seconds 20" "--body 4194304" "--soak ${GATEWAY_MINUTES:-30}"; do
    # shellcheck disable=SC2086
    GUILDHALL_BIN="$PWD/build/release/bin" python3 bench/gateway.py $of || code=1
  done
  return $code
}

soak() {
  [[ -f tests/soak/run.py ]] || return 0
  scripts/build.sh release && GUILDHALL_BIN="$PWD/build/release/bin" python3 tests/soak/run.py
}

# Debian 12 with its own kernel and service manager.
machine() {
  scripts/setup.sh machine && scripts/web.sh && scripts/build.sh release &&
    scripts/build.sh dev escape-probes &&
    GUILDHALL_BIN="$PWD/build/release/bin" python3 tests/machine/run.py
}

sanitizer() {
  scripts/build.sh "$1" || return 1
  local code=0
  GUILDHALL_BIN="$PWD/build/$1/bin" "build/$1/bin/unit-tests" || code=1
  if [[ -f tests/api/run.py ]]; then
    GUILDHALL_BIN="$PWD/build/$1/bin" python3 tests/api/run.py \
      $([[ $1 == asan ]] && echo --unboxed sqlite) || code=1
  fi
  return $code
}

fuzz() {
  scripts/build.sh fuzz fuzzers || return 1
  local source target folders code=0
  for source in $(find src -name '*_fuzz.cpp' | sort); do
    target=$(basename "$source" .cpp)
    folders=("build/corpus/$target")  # the first is where libFuzzer writes
    mkdir -p "${folders[0]}"
    if [[ -d tests/fuzz/$target ]]; then folders+=("tests/fuzz/$target"); fi
    echo "$target"
    "build/fuzz/bin/$target" -max_total_time="${FUZZ_SECONDS:-600}" -print_final_stats=1 \
      -artifact_prefix="$results/" "${folders[@]}" > "$results/$target.log" 2>&1 || code=1
    grep -aE 'ERROR|SUMMARY|stat::|Test unit' "$results/$target.log"
  done
  return $code
}

wanted=("$@")
((${#wanted[@]})) || wanted=(fault upkeep gateway fuzz asan tsan deep plain soak machine)
for name in "${wanted[@]}"; do
  case $name in
    fault | upkeep | gateway | fuzz | soak | machine) step "$name" "$name" ;;
    asan | tsan) step "$name" sanitizer "$name" ;;
    deep) step deep scripts/lint.py --deep ;;
    plain) step plain scripts/build.sh plain ;;  # does each source include what it uses?
    *) echo "no harness is called $name"; bad=$((bad + 1)) ;;
  esac
done
echo "results in $results; $bad failed"
((bad == 0))
