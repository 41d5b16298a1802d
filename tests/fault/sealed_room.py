"""A room with a keeper, for the kill loop: its own process, its vault or both are killed, and its
log is held against what the store has and what clients were shown."""
import os
import re
import signal
import subprocess
import time

from room import BIN, Person, Room
from sealed_log import SealedLog
from support.kept import Keeper
from support.servers import wait_for

VICTIMS = (["guildhall-room"], ["guildhall-vault"], ["guildhall-vault", "guildhall-room"])
READY_S = 60
SETTLED_S = 20
# What was said to a vault that has died meanwhile, and came to the next one, is refused there. The
# keeper says it anew, or its connection has said it again.
SAID_TWICE = {"lease-unknown-challenge", "lease-replayed"}
# The check exports the whole project again and again, and with enough in it a keeper wonders.
EXPORTED = {"openings-out-of-proportion"}
UNSETTLED = (10, 14)  # docs/verify.md: a file that is missing, or belongs to no log of this size
SHOWING = re.compile(r"/projects/[^/]+/assignments(\?.*)?$|/assignments/[^/?]+$")


class Shown(Person):
    """Remembers what it was shown: tasks, and the answers it was to review."""

    def call(self, method, path, *args, **more):
        reply = super().call(method, path, *args, **more)
        if reply.status in (200, 201) and SHOWING.match(path):
            self.remember(reply.json, time.time_ns() // 1_000_000)
        return reply

    def remember(self, held, at):
        if "data" not in held.get("task", {}):
            return
        self.room.shown.append(("task", held["task"]["id"], self.member, at))
        if held.get("review"):
            answers = held["review"]["submission"]["id"]
            self.room.shown.append(("answers", answers, self.member, at))


class SealedRoom(Room):
    PASSING = Room.PASSING | {423}
    PERSON = Shown

    def make(self, store):
        self.keeper = Keeper(self.work / "keeper")
        self.shown, self.broken = [], []
        self.since = self.work / "since"
        self.killed = {"guildhall-room": 0, "guildhall-vault": 0}
        self.command("init", str(self.folder), "--keeper", self.keeper.id, *store)
        self.key = subprocess.run([BIN / "guildhall-vault", self.folder, "--show-key"], check=True,
                                  text=True, capture_output=True).stdout.strip()

    def begin(self, people):
        self.start()
        self.keeper.add_room(f"http://127.0.0.1:{self.port}", self.key)
        self.keeper.start()
        self.wait_ready()
        self.tokens = {name: self.token(role, name) for role, name in people}
        self.sealed_log = SealedLog(self)

    def is_open(self):
        health = self.health()
        return health is not None and health["room"] == "open"

    def wait_ready(self):
        self.wait_healthy()
        wait_for(self.is_open, READY_S, "the keeper has leased the room its keys")

    def strike(self, rng, number):
        time.sleep(rng.uniform(0.02, 0.35))
        self.since.write_bytes((self.folder / "vault/log/checkpoint").read_bytes())
        if number % 5 == 4:
            self.kill_all()
            for name in self.killed:
                self.killed[name] += 1
        else:
            victims = [(name, wait_for(lambda n=name: self.child(n), 30, "somebody to kill"))
                       for name in rng.choice(VICTIMS)]
            for name, pid in victims:
                os.kill(pid, signal.SIGKILL)
                self.killed[name] += 1
        self.wait_healthy()
        self.goes_on()
        if rng.random() < 0.8:  # otherwise the next one strikes before the keys are back
            self.wait_ready()

    def verify(self, *words):
        return subprocess.run([BIN / "guildhall", "verify", "--log", self.folder / "vault/log",
                               "--key", self.key, "--since", self.since, *words],
                              capture_output=True, text=True, timeout=120)

    def goes_on(self):
        """The log is whole, and goes on from the checkpoint of before. Files of a checkpoint that
        waits for its cosignature may be there already, or not any more."""
        end = time.monotonic() + SETTLED_S
        done = self.verify()
        while done.returncode in UNSETTLED and time.monotonic() < end:
            time.sleep(0.05)
            done = self.verify()
        if done.returncode != 0:
            self.broken.append(f"LOG: verify ends with {done.returncode}: {done.stderr}")

    def faults(self, load):
        shown, self.shown = self.shown, []
        faults = list(self.sealed_log.faults(load, shown)) + self.broken
        try:
            wait_for(lambda: self.verify("--witness", self.keeper.witness).returncode == 0,
                     SETTLED_S, "LOG: the keeper has cosigned all of it")
        except AssertionError as error:
            faults.append(str(error))
        alarms = self.keeper.alarms() - SAID_TWICE - EXPORTED
        if alarms:
            faults.append(f"KEEPER: {alarms}")
        return faults

    def told(self):
        log = self.sealed_log
        return (f"; killed the room {self.killed['guildhall-room']} times, the vault"
                f" {self.killed['guildhall-vault']}; {log.size} leaves, {log.compared} deeds in"
                f" their order, {log.opened.count()} bodies shown, all with their opening")

    def stop(self, *how):
        self.keeper.stop()
        return super().stop(*how)

    def close(self):
        self.keeper.stop()
        super().close()
