#!/bin/sh
# The figures of docs/benchmarks.md: each a program build/release/bin/bench-<name>, or a script
# bench/<name>.py or .sh. All of them, or those named. Prints machine and commit first.
set -eu
cd "$(dirname "$0")/.."
scripts/build.sh release
export GUILDHALL_BIN="$PWD/build/release/bin"
commit=$(git describe --always --dirty 2>/dev/null || echo unknown)
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
memory=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)
echo "commit $commit; $(nproc) x $cpu; $((memory / 1048576)) GB; Linux $(uname -r)"

names=$*
if [ -z "$names" ]; then
  for main in bench/*_main.cpp bench/*.py bench/*.sh; do
    if [ -f "$main" ]; then
      name=$(basename "$main" | sed 's/_main\.cpp$//; s/\.[a-z]*$//; s/_/-/g')
      names="$names $name"
    fi
  done
fi
for name in $names; do
  echo "==== $name"
  file=bench/$(echo "$name" | tr - _)
  if [ -f "$file.py" ]; then python3 "$file.py"
  elif [ -f "$file.sh" ]; then sh "$file.sh"
  else "$GUILDHALL_BIN/bench-$name"
  fi
done
