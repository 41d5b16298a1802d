#!/usr/bin/env python3
"""The gateway as the vendors' own JavaScript SDKs see it: a room with models of both kinds of
provider is served, and cases.mjs asks it. What they left behind is looked at afterwards.

Uses GUILDHALL_BIN and node_modules beside this file (scripts/setup.sh). Last line: N passed,
N failed, N skipped."""
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "gateway"), str(HERE.parent / "api")]
sys.dont_write_bytecode = True

from rig import ModelRig  # noqa: E402

# What a case asks for by name, of each kind of provider: the mock's items.
MODELS = {"plain": "", "echo": "echo", "tools": "parallel-tools=2", "thinking": "thinking",
          "slow": "token=50,tokens=400", "busy-twice": "status=429-times=2", "cut": "cut=3",
          "error-event": "error-event=3", "wrong": "error=400", "down": "error=500"}


def keys_of(rig, peer):
    made = {name: rig.key(rig.target(peer, items)) for name, items in MODELS.items()}
    made["poor"] = rig.key(rig.target(peer), money=1)
    made["limited"] = rig.key(rig.target(peer), requests_per_minute=1)
    return made


def main():
    if not (HERE / "node_modules").is_dir():
        print("no node_modules: scripts/setup.sh test\n0 passed, 1 failed, 0 skipped")
        return 1
    rig = ModelRig("sqlite", None)
    try:
        keys = {peer: keys_of(rig, peer) for peer in ("mock-o", "mock-a")}
        told = {"port": rig.server.port, "peers": {
            peer: {name: {"model": key.model, "key": key.secret} for name, key in made.items()}
            for peer, made in keys.items()}}
        done = subprocess.run(["node", str(HERE / "cases.mjs")], input=json.dumps(told), text=True,
                              stdout=subprocess.PIPE, timeout=240)
        print(done.stdout, end="")
        passed, failed = map(int, re.search(r"(\d+) ok, (\d+) not ok", done.stdout).groups())
        for peer, made in keys.items():
            states = {one["state"] for one in made["slow"].exchanges()}
            good = states == {"cancelled"} and rig.under_way() == 0
            passed, failed = passed + good, failed + (not good)
            print(f"{'ok' if good else 'FAIL'}    {peer}: who aborted is recorded so: {states}")
        print(f"{passed} passed, {failed} failed, 0 skipped")
        return 1 if failed or done.returncode else 0
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
