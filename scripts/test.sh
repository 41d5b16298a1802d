#!/bin/bash
# Runs the suites in order, or those named on the command line, and sums their cases.
#
#   scripts/test.sh [SUITE...]
#
# A suite is a line of the table below and a command. It ends its output with
# "N passed, N failed[, N skipped]", which is summed; one that exits non-zero without a failed
# case, prints no such line, runs nothing or exceeds its time counts as one failed. Suites run
# with GUILDHALL_BIN naming the folder of the executables to test. Logs are kept in build/logs.
# The last line is the sum: "N passed, N failed", and ", N skipped" where there are any.
set -uo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/logs

# name | present if this exists (or -) | time limit, s | command
table='
style  | tests/style/style_test.py | 120  | python3 tests/style/style_test.py
build  | -                         | 1800 | one_case scripts/build.sh dev
web    | web/package.json          | 400  | web_suite
unit   | src/base/test_main.cpp    | 900  | on_dev build/dev/bin/unit-tests
links  | tests/links/run.py       | 60   | on_dev python3 tests/links/run.py
escape | tests/escape/run.py       | 300  | on_dev python3 tests/escape/run.py
incident | tests/incident/run.py   | 400  | incident_suite
judging | tests/judging/injections_main.cpp | 120 | on_dev build/dev/bin/judging-injections
quality | tests/quality/run.py    | 300  | on_dev python3 tests/quality/run.py
keeper | tests/keeper/run.py       | 400  | on_dev python3 tests/keeper/run.py
page   | tests/keeper/page.py      | 240  | on_dev python3 tests/keeper/page.py
upkeep | tests/upkeep/run.py      | 900  | on_dev python3 tests/upkeep/run.py
verify | tests/verify/run.py      | 500  | on_dev python3 tests/verify/run.py
api    | tests/api/run.py          | 1200 | on_dev python3 tests/api/run.py
gateway | tests/gateway/run.py   | 900  | on_dev python3 tests/gateway/run.py
clients | tests/clients/run.py   | 300  | on_dev python3 tests/clients/run.py
proxy  | tests/proxy/run.py       | 300  | on_dev python3 tests/proxy/run.py
packaging | tests/packaging/run.py | 300 | on_dev python3 tests/packaging/run.py
fault  | tests/fault/run.py        | 900  | fault_suite
thief  | tests/thief/run.py        | 500  | thief_suite
e2e    | tests/e2e/run.mjs         | 1800 | on_dev node tests/e2e/run.mjs
docs   | tests/docs/run.py         | 400  | on_dev python3 tests/docs/run.py
asan   | tests/api/run.py          | 1800 | sanitizer_suite asan sqlite
fuzz   | src/base/fuzz_main.cpp    | 1200 | scripts/fuzz_slice.sh
tsan   | tests/api/run.py          | 1800 | sanitizer_suite tsan
gcc    | -                         | 1800 | one_case scripts/build.sh gcc
lint   | -                         | 1800 | scripts/lint.py
'

one_case() {
  if "$@"; then echo "1 passed, 0 failed, 0 skipped"
  else echo "0 passed, 1 failed, 0 skipped"; return 1; fi
}

# With the executables and pages built: a suite may be asked for alone.
on_dev() {
  scripts/build.sh dev && scripts/web.sh && "$@"
}

fault_suite() {
  scripts/build.sh dev guildhall-room-mutant guildhall-vault-late guildhall-vault-twice &&
    on_dev python3 tests/fault/run.py --slice
}

incident_suite() {
  scripts/build.sh dev guildhall-dialler-thief guildhall-shim-thief guildhall-translator-thief &&
    on_dev python3 tests/incident/run.py
}

thief_suite() {
  scripts/build.sh dev guildhall-room-thief && on_dev python3 tests/thief/run.py
}

web_suite() {
  scripts/web.sh || return 1
  (cd web && npm run --silent check) || return 1
  (cd web && npm test --silent)
}

# The API's slice once more, on a build that watches memory or threads. In a box leaks cannot be
# looked for: one store's rooms run without.
sanitizer_suite() {
  scripts/build.sh "$1" guildhall guildhall-room guildhall-vault guildhall-keeper guildhall-verify \
    guildhall-launcher guildhall-dialler guildhall-shim guildhall-translator guildhall-mock-model \
    keeper-keys || return 1
  GUILDHALL_BIN="$PWD/build/$1/bin" python3 tests/api/run.py --slice ${2:+--unboxed "$2"}
}
export -f one_case on_dev fault_suite incident_suite thief_suite web_suite sanitizer_suite
export GUILDHALL_BIN="$PWD/build/dev/bin"
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

passed=0 failed=0 skipped=0 ran=0
known=
failures=()

run_suite() {  # name limit command
  local log="build/logs/$1.log" started=$SECONDS code line p=0 f=0 s=0
  printf '\n==== %s\n' "$1"
  timeout --kill-after=20 "$2" bash -c "$3" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
    p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]} s=${BASH_REMATCH[4]:-0}
  fi
  if ((code != 0 && f == 0)); then
    f=1
    if ((code == 124 || code == 137)); then echo "$1: stopped after $2 s"
    else echo "$1: exit code $code"; fi
  elif ((p + f + s == 0)); then
    f=1
    echo "$1: reported no cases"
  fi
  ((passed += p, failed += f, skipped += s, ran += 1))
  if ((f > 0)); then failures+=("$1 ($f, see $log)"); fi
  printf -- '---- %s: %d passed, %d failed, %d skipped, %d s\n' "$1" "$p" "$f" "$s" \
    $((SECONDS - started))
}

while IFS='|' read -r name present limit command; do
  name=${name// /} present=${present// /} limit=${limit// /}
  [[ -n $name ]] || continue
  known+=" $name"
  if (($# > 0)) && [[ " $* " != *" $name "* ]]; then continue; fi
  if [[ $present != - && ! -e $present ]]; then continue; fi
  run_suite "$name" "$limit" "$command" < /dev/null
done <<< "$table"

for name in "$@"; do
  if [[ " $known " != *" $name "* ]]; then
    echo "no suite is called $name; there are:$known"
    ((failed += 1))
  fi
done
if ((ran == 0 && failed == 0)); then
  echo "no suite ran"
  failed=1
fi

printf '\n%d suites in %d s\n' "$ran" "$SECONDS"
for failure in "${failures[@]}"; do
  echo "failed: $failure"
  log=${failure##*see } && log=${log%)}
  grep -aE '^ *(FAIL|not ok|[^ ]+: (fatal )?error:)|ERROR: |WARNING: ThreadSan' "$log" | head -n 12
done
if ((skipped > 0)); then echo "$passed passed, $failed failed, $skipped skipped"
else echo "$passed passed, $failed failed"; fi
((failed == 0))
