#!/usr/bin/env python3
"""The gateway of models from outside, with the real binaries on both stores: programs with virtual
keys on one side, the mock model and providers that misbehave on the other.

    tests/gateway/run.py [--store sqlite|postgres] [--only TEXT]

Uses GUILDHALL_BIN; $GUILDHALL_SEED is the seed. Last line: N passed, N failed, N skipped."""
import argparse
import importlib
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "api")]
sys.dont_write_bytecode = True

from rig import ModelRig  # noqa: E402
from support import registry, stores  # noqa: E402
from support.count import Count  # noqa: E402
from support.servers import BIN, Postgres  # noqa: E402


def run_store(store, postgres, only, count):
    rig = ModelRig(store, postgres)
    before = count.failed
    try:
        for case in registry.cases:
            if case.store in (None, store) and only in case.name:
                count.one(case, rig, store)
                rig.drop_models()
        if count.failed > before:
            print("the server said last:\n" + rig.server.tail())
    finally:
        rig.close()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--store", choices=["sqlite", "postgres"])
    options.add_argument("--only", default="")
    options = options.parse_args()
    if not options.store:
        return stores.at_once()
    for path in sorted(HERE.glob("*_cases.py")):
        importlib.import_module(path.stem)
    started, count = time.monotonic(), Count()
    print(f"executables in {BIN}, seed {registry.seed()}")
    if options.store == "sqlite":
        run_store("sqlite", None, options.only, count)
    elif why := Postgres.missing():
        count.skip("the PostgreSQL store", why)
    else:
        postgres = Postgres()
        try:
            run_store("postgres", postgres, options.only, count)
        finally:
            postgres.stop()
    print(f"{time.monotonic() - started:.0f} s")
    print(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped")
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
