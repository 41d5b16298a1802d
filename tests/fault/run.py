#!/usr/bin/env python3
"""Faults against the real server: nothing acknowledged is lost, doubled or over-collected.

    tests/fault/run.py [--slice] [--kills N] [--store sqlite|postgres] [--seed N] [--only TEXT]
                       [--mutant] [--keep]

Whole, each kill loop takes 1,000 kills over both stores; --slice takes two minutes. --mutant
runs the loops alone, against a server that acknowledges before it commits and vaults that write
the log late or twice (bin/guildhall-room-mutant, guildhall-vault-late, guildhall-vault-twice),
and passes only if what is wrong is found. The executables are those in $GUILDHALL_BIN
(build/dev/bin)."""
import argparse
import os
import pathlib
import random
import sys
import threading
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

import cases  # noqa: E402
import kills  # noqa: E402
from cases import Skip  # noqa: E402
from room import BIN  # noqa: E402
from support.servers import Postgres  # noqa: E402


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lock = threading.Lock()

    def one(self, name, function, *args):
        started = time.monotonic()
        try:
            said = function(*args) or ""
            outcome = "ok  "
        except Skip as why:
            said, outcome = str(why), "skip"
        except Exception:  # noqa: BLE001 - a case failed
            said, outcome = "\n" + traceback.format_exc(), "FAIL"
        with self.lock:
            self.passed += outcome == "ok  "
            self.skipped += outcome == "skip"
            self.failed += outcome == "FAIL"
            print(f"{outcome}  {name}: {said}  {time.monotonic() - started:.1f} s", flush=True)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--slice", action="store_true")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--store", choices=["sqlite", "postgres"])
    parser.add_argument("--seed", type=int, default=int(os.environ.get("GUILDHALL_SEED", "0")))
    parser.add_argument("--only", default="")
    parser.add_argument("--mutant", action="store_true")
    parser.add_argument("--keep", action="store_true", help="the rooms of failed kill loops")
    chosen = parser.parse_args()
    chosen.seed = chosen.seed or random.SystemRandom().randrange(1, 1_000_000)
    chosen.kills = chosen.kills or (6 if chosen.slice else 500)
    return chosen


def run_store(chosen, store, postgres, count):
    def one(name, function, *args):
        if chosen.only in name:
            count.one(f"{store:8} {name}", function, *args)
    one("kill -9 under load", kills.kill_loop, chosen, postgres)
    one("sealed room, kill -9 of server and vault", kills.sealed_loop, chosen, postgres)
    one("SIGTERM under load", cases.sigterm_under_load, chosen, postgres)
    one("SIGHUP under load", cases.sighup_under_load, chosen, postgres)
    if postgres:
        one("sessions of the database ended under load", cases.backends_ended, chosen, postgres)
    else:
        one("full disk", cases.full_disk, chosen, postgres)


def mutants(chosen, count):
    for name, caught in (("acknowledges early", kills.mutant_is_caught),
                         ("opens before the log knows", kills.late_vault_is_caught),
                         ("puts deeds into the log twice", kills.twice_vault_is_caught)):
        if chosen.only in f"the mutant that {name}":
            count.one(f"the mutant that {name} is caught", caught, chosen)


def sqlite_cases(chosen, count):
    run_store(chosen, "sqlite", None, count)
    mutants(chosen, count)


def postgres_cases(chosen, count):
    why = Postgres.missing()
    if why:
        return count.one("postgres everything", cases.skip, why)
    postgres = Postgres()
    try:
        run_store(chosen, "postgres", postgres, count)
    finally:
        postgres.stop()


def main():
    chosen = options()
    if not (BIN / "guildhall-room").exists():
        print(f"no executables in {BIN}\n0 passed, 1 failed, 0 skipped")
        return 1
    started, count = time.monotonic(), Count()
    print(f"executables in {BIN}, seed {chosen.seed}", flush=True)
    if chosen.mutant:
        mutants(chosen, count)
    else:
        slow = None
        if chosen.store != "postgres" and chosen.only in "slow clients":
            slow = threading.Thread(target=count.one, args=(  # mostly waits: beside the others
                "sqlite   slow clients", cases.slow_clients, chosen))
            slow.start()
        jobs = []
        if chosen.store != "postgres":
            jobs.append(lambda: sqlite_cases(chosen, count))
        if chosen.store != "sqlite":
            jobs.append(lambda: postgres_cases(chosen, count))
        threads = [threading.Thread(target=job) for job in jobs]
        for thread in threads:
            thread.start()
            if not chosen.slice:  # there the stores share the time
                thread.join()
        for thread in threads:
            thread.join()
        if slow:
            slow.join()
    print(f"{time.monotonic() - started:.0f} s, seed {chosen.seed}")
    print(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped")
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
