#!/usr/bin/env python3
"""Going dark under load: from the keeper's command to the last task that was still opened.

    bench/dark.py [--rounds 2000] [--store sqlite|postgres]

Milliseconds by one clock: the command's start, and the end of the last reply with status 200 of any
of four readers. The executables are those in $GUILDHALL_BIN (build/release/bin)."""
import argparse
import os
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
os.environ.setdefault("GUILDHALL_BIN", str(ROOT / "build/release/bin"))
sys.path.insert(0, str(ROOT / "tests/api"))
sys.dont_write_bytecode = True

from support.dark import dark_rounds  # noqa: E402
from support.kept import KeptRoom  # noqa: E402
from support.servers import Postgres  # noqa: E402


def line(times):
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return (f"{len(times)} withdrawals: last opening p50 {statistics.median(times):.0f} ms, "
            f"p99 {p99:.0f} ms, max {max(times):.0f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    args = parser.parse_args()
    postgres = Postgres() if args.store == "postgres" else None

    def told(number, times):
        if number % 100 == 0:
            print(line(times), flush=True)
    print(line(dark_rounds(KeptRoom(postgres), args.rounds, told)))


if __name__ == "__main__":
    main()
