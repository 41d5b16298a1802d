#!/usr/bin/env python3
"""A room's life, with the real binaries on both stores: sealing one of before rooms were sealed,
backup, restore, also of a room with a keeper; the shredding of a project.

    tests/upkeep/run.py [--slice] [--store sqlite|postgres] [--only TEXT]

Uses GUILDHALL_BIN; $GUILDHALL_KILLS says how often sealing is killed (6), $GUILDHALL_SEED the
seed. Last line: N passed, N failed, N skipped."""
import argparse
import importlib
import os
import pathlib
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "api")]
sys.dont_write_bytecode = True

from support.registry import Skip, seed  # noqa: E402
from support.servers import BIN, Postgres  # noqa: E402


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--store", choices=["sqlite", "postgres"])
    options.add_argument("--only", default="")
    options = options.parse_args()
    passed = failed = skipped = 0
    print(f"executables in {BIN}, seed {seed()}")
    for store in ("sqlite", "postgres"):
        if options.store not in (None, store):
            continue
        why = Postgres.missing() if store == "postgres" else None
        if why:
            skipped += 1
            print(f"skip  {store}: {why}")
            continue
        postgres = Postgres() if store == "postgres" else None
        for name in ("seal_cases", "backup_cases", "kept_cases", "shred_cases"):
            for case in importlib.import_module(name).CASES:
                label = f"{store:8} {case.__name__.replace('_', ' ')}"
                if options.only not in label:
                    continue
                started = time.monotonic()
                try:
                    case(postgres)
                    passed += 1
                    print(f"ok    {label}  {time.monotonic() - started:.2f} s", flush=True)
                except Skip as reason:
                    skipped += 1
                    print(f"skip  {label}: {reason}", flush=True)
                except Exception:
                    failed += 1
                    print(f"FAIL  {label}\n{traceback.format_exc()}", flush=True)
        if postgres:
            postgres.stop()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
