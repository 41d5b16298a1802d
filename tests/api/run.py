#!/usr/bin/env python3
"""The API from outside, against the real binaries, on both stores.

    tests/api/run.py [--slice] [--store sqlite|postgres] [--unboxed STORE] [--only TEXT] [--list]

--slice is the part that sanitizer builds run; --unboxed runs one store's rooms without their
boxes, where leaks can be looked for. The executables are those in $GUILDHALL_BIN
(build/dev/bin); $GUILDHALL_DATA names the real inputs, $GUILDHALL_SEED the seed,
$GUILDHALL_IMPORT_MB how long the long import is (27). Cases are `cases/*.test` (support/script.py
says how they read) and the functions marked @case in the modules of `cases/`."""
import argparse
import importlib
import os
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from support import contract, registry, script, stores  # noqa: E402
from support.count import Count  # noqa: E402
from support.rig import Rig  # noqa: E402
from support.servers import BIN, Postgres, Server  # noqa: E402


def collect():
    cases = []
    for path in sorted((HERE / "cases").glob("*.test")):
        parsed = script.parse(path.read_text(), path.name)
        setup = parsed.pop("setup", [])
        for name, steps in parsed.items():
            def run(rig, path=path, setup=setup, steps=steps):
                script.Run(rig, path.name).steps(setup + steps)
            cases.append(registry.Case(f"{path.stem}: {name}", run, in_slice=True))
    for path in sorted((HERE / "cases").glob("[a-z]*.py")):
        importlib.import_module(f"cases.{path.stem}")
    return cases + registry.cases


def run_store(store, postgres, cases, count, options):
    contract.ANSWERED.clear()
    Server.boxed = store != options.unboxed
    rig = Rig(store, postgres)
    coverage = registry.Case("every route was answered with success", lambda rig: covered(rig))
    stop = registry.Case("the server stops with status 0", lambda rig: stopped(rig))
    for case in cases:
        if case.store in (None, store):
            count.one(case, rig, store)
    if not options.only and not options.slice:
        count.one(coverage, rig, store)
    count.one(stop, rig, store)
    if count.failed:
        print("the server said last:\n" + rig.server.tail())
    rig.close()


def covered(rig):
    missing = rig.server.contract.missing()
    assert not missing, "never seen to succeed: " + ", ".join(missing)


def stopped(rig):
    status = rig.server.stop()
    assert status == 0, f"exit status {status}: {rig.server.tail()}"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--slice", action="store_true")
    options.add_argument("--store", choices=["sqlite", "postgres"])
    options.add_argument("--unboxed", choices=["sqlite", "postgres"])
    options.add_argument("--only", default="")
    options.add_argument("--list", action="store_true")
    options = options.parse_args()
    cases = [case for case in collect() if options.only in case.name and
             (case.in_slice or not options.slice)]
    if options.list:
        print("\n".join(case.name for case in cases))
        return 0
    if not (BIN / "guildhall-room").exists():
        print(f"no executables in {BIN}\n0 passed, 1 failed, 0 skipped")
        return 1
    if not options.store:
        return stores.at_once()
    started, count = time.monotonic(), Count()
    print(f"executables in {BIN}, seed {registry.seed()}")
    if options.store == "sqlite":
        run_store("sqlite", None, cases, count, options)
    elif why := Postgres.missing():
        count.skip("the PostgreSQL store", why)
    else:
        postgres = Postgres()
        try:
            run_store("postgres", postgres, cases, count, options)
        finally:
            postgres.stop()
    print(f"{time.monotonic() - started:.0f} s")
    print(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped")
    return 1 if count.failed else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    sys.exit(main())
