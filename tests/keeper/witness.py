"""The keeper as witness of its rooms' logs: each fault is an alarm, and without it there is none.

Called by run.py with its helpers; each case has a keeper and a vault in memory of its own.
"""

import json
import os
import re
import shutil
import signal
import time

SILENT_S = 4


class Case:
    """A vault with a log of 10 entries, and keepers that have cosigned it."""

    def __init__(self, rig, scratch, name, keepers=1):
        self.rig, self.folders, self.vkeys, ids = rig, [], [], []
        for number in range(keepers):
            folder = os.path.join(scratch, f"witness-{name}-{number}")
            made = rig.keeper("init", folder, "--no-passphrase").stdout
            self.folders.append(folder)
            ids.append(rig.keeper_id(made))
            self.vkeys.append(re.search(r"guildhall/keeper-\S+", made).group())
        self.vault = rig.Vault(*ids)
        for number, folder in enumerate(self.folders):
            others = [arg for vkey in self.vkeys[:number] + self.vkeys[number + 1:]
                      for arg in ("--witness", vkey)]
            rig.keeper("add-room", folder, "--url", self.vault.url, "--room-key", self.vault.key,
                       *others)
        self.published = os.path.join(scratch, f"published-{name}")
        self.serving = [self.serve(folder) for folder in self.folders]
        self.vault.say("grow 10")

    def serve(self, folder):
        return self.rig.Serving(folder, "--silent-after", str(SILENT_S))

    def status(self, number=0):
        try:
            with open(os.path.join(self.folders[number], "status.json")) as file:
                return json.load(file)["rooms"][0]
        except (OSError, ValueError, IndexError):
            return {"alarms": {}, "witness": {"size": -1}}

    def size(self, number=0):
        return self.status(number)["witness"]["size"]

    def until(self, test, seconds=15):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if test():
                return True
            time.sleep(0.05)
        return test()

    def cosigned(self, size, number=0):
        return self.until(lambda: self.size(number) == size)

    def alarms(self, number=0):
        return {name for name in self.status(number)["alarms"]
                if not name.startswith(("http-", "room-"))}

    def alarmed(self, alarm, number=0):
        return self.until(lambda: alarm in self.alarms(number))

    def lines(self):
        """How many signatures the published checkpoint has."""
        if os.path.exists(self.published):
            os.remove(self.published)
        self.vault.say(f"publish {self.published}")
        self.until(lambda: os.path.exists(self.published))
        with open(self.published) as file:
            return sum(line.startswith("\u2014 ") for line in file)

    def stop(self):
        for serving in self.serving:
            if serving.process.poll() is None:
                serving.stop()
        self.vault.stop()


def quiet(suite, case):
    suite.check("a log is cosigned", case.cosigned(10), case.status())
    suite.check("and published with the cosignature", case.lines() == 2)
    for size in range(20, 60, 10):
        case.vault.say("grow 10")
        case.vault.say("deeds 10")
        case.vault.say("open 400")
        suite.check(f"to {size} entries", case.cosigned(size), case.status())
    time.sleep(1.5 * SILENT_S)
    suite.check("a log without news is no alarm", not case.alarms(), case.status())
    shown = case.rig.keeper("status", case.folders[0]).stdout
    suite.check("status says what was cosigned and by which key",
                "cosigned to 50 entries" in shown and case.vkeys[0] in shown, shown)


def fork(suite, case):
    case.cosigned(10)
    case.vault.say("fork")
    suite.check("a fork is an alarm", case.alarmed("log-fork"), case.status())
    evidence = os.listdir(os.path.join(case.folders[0], "evidence"))
    suite.check("with both checkpoints kept", len(evidence) == 1, evidence)
    case.vault.say("grow 5")
    time.sleep(1)
    suite.check("and is not cosigned", case.size() == 10, case.status())


def rollback(suite, case):
    case.cosigned(10)
    case.vault.say("cut 3")
    case.vault.say("forget")
    suite.check("a rollback is an alarm", case.alarmed("log-rollback"), case.status())
    suite.check("and is not cosigned", case.size() == 10, case.status())


def silence(suite, case):
    case.cosigned(10)
    case.vault.say("mute")
    suite.check("a room that says nothing of its log is an alarm", case.alarmed("log-silent"),
                case.status())


def absence(suite, case):
    case.cosigned(10)
    case.vault.stop()
    suite.check("a room that is not reached is one", case.alarmed("log-silent"), case.status())


def proportion(suite, case):
    case.cosigned(10)
    case.vault.say("open 1999")
    case.vault.say("grow 1")
    case.cosigned(11)
    suite.check("some openings are no alarm", not case.alarms(), case.status())
    case.vault.say("open 2000")
    case.vault.say("grow 1")
    suite.check("openings out of proportion are", case.alarmed("openings-out-of-proportion"),
                case.status())


def budget(suite, case):
    case.cosigned(10)
    case.vault.say("refuse 1")
    case.vault.say("grow 1")
    suite.check("what the budget refused is one", case.alarmed("openings-out-of-proportion"),
                case.status())


def set_back(suite, case):
    """Only witness.json is from a backup: the keeper's own newer signature tells."""
    case.cosigned(10)
    folder = case.folders[0]
    old = os.path.join(folder, "witness.json")
    shutil.copy(old, case.published + ".backup")
    case.vault.say("grow 10")
    case.cosigned(20)
    case.lines()
    case.serving[0].stop()
    shutil.copy(case.published + ".backup", old)
    case.serving[0] = case.serve(folder)
    case.vault.say("grow 1")
    suite.check("a keeper that was set back notices", case.alarmed("witness-behind"),
                case.status())
    time.sleep(1)
    suite.check("and cosigns nothing", case.size() == 10, case.status())
    told = case.rig.keeper("trust-checkpoint", folder, "--room", case.vault.url, "--checkpoint",
                           case.published)
    suite.check("until it is told", told.returncode == 0 and "from 20 entries" in told.stdout,
                told.stdout + told.stderr)
    case.vault.say("grow 1")
    suite.check("then it goes on", case.cosigned(22), case.status())


def restored(suite, case):
    """The folder is from a backup, and the room knows nothing either: the folder tells."""
    case.cosigned(10)
    case.serving[0].stop()
    copy = case.folders[0] + "-restored"
    shutil.copytree(case.folders[0], copy)
    case.folders[0] = copy
    case.vault.say("forget")
    case.vault.say("grow 1")
    case.serving[0] = case.serve(copy)
    suite.check("a restored folder cosigns nothing", case.alarmed("witness-behind"), case.status())
    suite.check("whatever the room says", case.size() == 10, case.status())
    case.lines()
    case.rig.keeper("trust-checkpoint", copy, "--room", case.vault.url, "--checkpoint",
                    case.published)
    case.vault.say("grow 1")
    suite.check("until it is told the newest checkpoint", case.cosigned(12), case.status())


def killed(suite, case):
    size = 10
    case.cosigned(size)
    for _ in range(12):
        case.vault.say("grow 1")
        size += 1
        time.sleep(0.013)
        case.serving[0].stop(signal.SIGKILL)
        case.serving[0] = case.serve(case.folders[0])
    suite.check("killed again and again, it goes on", case.cosigned(size, 0), case.status())
    suite.check("without an alarm", not case.alarms(), case.status())
    suite.check("and what is published has its cosignature",
                case.until(lambda: case.lines() == 2), case.lines())


def two(suite, case):
    case.vault.say("grow 5")
    suite.check("two keepers cosign", case.cosigned(15, 0) and case.cosigned(15, 1))
    suite.check("the same checkpoint", case.until(lambda: case.lines() == 3), case.lines())
    for _ in range(2 * SILENT_S):
        case.vault.say("grow 1")
        time.sleep(1)
    suite.check("without an alarm", not case.alarms(0) | case.alarms(1),
                f"{case.status(0)} {case.status(1)}")
    case.vault.say("views")
    end = time.monotonic() + 4 * SILENT_S
    while time.monotonic() < end and not ({"log-unwitnessed"} == case.alarms(0) == case.alarms(1)):
        case.vault.say("grow 1")
        time.sleep(0.5)
    suite.check("two views are an alarm at both",
                "log-unwitnessed" in case.alarms(0) & case.alarms(1),
                f"{case.status(0)} {case.status(1)}")
    suite.check("and no checkpoint has both signatures", case.lines() == 2)


def run(suite, scratch, rig):
    for case, keepers in ((quiet, 1), (fork, 1), (rollback, 1), (silence, 1), (absence, 1),
                          (proportion, 1), (budget, 1), (set_back, 1), (restored, 1), (killed, 1),
                          (two, 2)):
        world = Case(rig, scratch, case.__name__, keepers)
        try:
            case(suite, world)
        finally:
            world.stop()
