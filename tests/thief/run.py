#!/usr/bin/env python3
"""A malicious library in the room's process (thief.cpp) takes what it can: how much that is, what
stops it, what the log shows of it and how soon the keeper raises an alarm. Never nothing: what
live leases open, it can have, within the budgets.

The executables are those in $GUILDHALL_BIN (build/dev/bin), guildhall-room-thief among them."""
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REAL = pathlib.Path(os.environ.get("GUILDHALL_BIN", ROOT / "build/dev/bin")).resolve()
bin_folder = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-thief-bin-"))
for name in ("guildhall", "guildhall-vault", "guildhall-launcher", "guildhall-keeper"):
    shutil.copy2(REAL / name, bin_folder / name)
shutil.copy2(REAL / "guildhall-room-thief", bin_folder / "guildhall-room")
os.environ["GUILDHALL_BIN"] = str(bin_folder)
sys.path.insert(0, str(ROOT / "tests/api"))
sys.dont_write_bytecode = True

from support.kept import KeptRoom  # noqa: E402
from support.servers import wait_for  # noqa: E402

TASKS = 3_000
PROMPT = 400
MEMBER_BUDGET = 6_000
ALARM = "openings-out-of-proportion"


def alarms(room):
    return room.keeper.say("status")[1]


def filled():
    room = KeptRoom().open()
    owner = room.add("owner")
    project = owner.post("/projects", {"title": "plans", "template": "choice",
                                       "guidelines": ""})["id"]
    lines = "".join(json.dumps({"data": {"prompt": f"{n} " + "x" * PROMPT}}) + "\n"
                    for n in range(TASKS))
    owner.post(f"/projects/{project}/tasks", None, 200, raw=lines.encode(),
               kind="application/x-ndjson")
    return room, owner


def opened_by_the_log(room):
    return sum(leaf["detail"] for leaf in room.leaves() if leaf["verb"] == "content.open")


def rob(room, how):
    before = opened_by_the_log(room)
    started = time.monotonic()
    (room.folder / "thief.go").write_text(how)
    out = room.folder / "thief.out"
    seconds = None
    while not out.exists() or (seconds is None and time.monotonic() < started + 40):
        if seconds is None and ALARM in alarms(room):
            seconds = time.monotonic() - started
        if out.exists() and seconds is not None:
            break
        time.sleep(0.2)
        assert time.monotonic() < started + 60, "the thief does not come out"
    loot = json.loads(out.read_text())
    wait_for(lambda: opened_by_the_log(room) - before >= loot["objects"], 10,
             "the log names every object that was taken")
    told = f"alarm after {seconds:.1f} s" if seconds is not None else "no alarm"
    print(f"      {how}: {loot['objects']} objects, {loot['bytes']} bytes in {loot['ms']} ms, "
          f"{loot['refused']} refusals; {told}", flush=True)
    return loot, seconds


def one_member_is_stopped_by_its_budget():
    room, _ = filled()
    try:
        assert ALARM not in alarms(room), "the control: without a thief there is no alarm"
        loot, _ = rob(room, "one")
        assert 0 < loot["objects"] <= MEMBER_BUDGET, loot
        assert loot["refused"] == 1 and loot["why"] == "opening-budget", loot
    finally:
        room.close()


def many_names_raise_the_alarm():
    room, owner = filled()
    try:
        assert ALARM not in alarms(room), "the control: without a thief there is no alarm"
        loot, seconds = rob(room, "many")
        assert loot["objects"] > MEMBER_BUDGET and seconds is not None, (loot, seconds)
        room.keeper.withdraw()  # what a person does who reads it
        room.wait_locked(5)
        assert owner.call("GET", "/projects").status == 423
    finally:
        room.close()


def main():
    passed = failed = 0
    for case in (one_member_is_stopped_by_its_budget, many_names_raise_the_alarm):
        try:
            case()
            passed += 1
            print(f"ok {case.__name__.replace('_', ' ')}", flush=True)
        except Exception:  # noqa: BLE001 - every failure is told
            failed += 1
            print(f"not ok {case.__name__.replace('_', ' ')}\n{traceback.format_exc()}", flush=True)
    shutil.rmtree(bin_folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
