"""A room with two keepers, the second made from the first one's kit: either leases, each binds
both, every checkpoint has the word of both, and a log that is shown to each otherwise is found."""
import signal
import subprocess
import time

from cases.kept import filled
from support.client import Client
from support.kept import Keeper, KeptRoom, cloned
from support.registry import case
from support.servers import BIN, GUILDHALL, wait_for
from support.way import Way

TERM_S = 10
SILENT_S = 3
UNWITNESSED = 6  # docs/verify.md


def both(folder, key, keepers):
    """What `guildhall verify` says of a log that needs the word of all these."""
    words = [word for keeper in keepers for word in ("--witness", keeper.witness)]
    return subprocess.run([GUILDHALL, "verify", "--log", str(folder / "vault/log"), "--key", key,
                           *words], capture_output=True, text=True, timeout=60).returncode


class TwoKeepers:
    """Made with one; the second, its keys and its name come later, as docs/keeping.md says."""

    def __init__(self, postgres=None):
        self.room = room = KeptRoom(postgres, introduced=False)
        self.ways = [Way(room.server.port), Way(room.server.port)]
        try:
            self.make(room)
        except BaseException:
            self.close()
            raise

    def make(self, room):
        first = room.keeper
        first.add_room(self.ways[0].url, room.key, TERM_S)
        room.open()
        self.project, self.owner, self.expert = filled(room)
        first.stop()
        self.second = Keeper.second(room.base / "second", first)
        room.keepers.append(self.second)
        room.server.stop()
        with (room.folder / "room.keepers").open("a") as names:
            names.write(self.second.id + "\n")
        room.server.start()
        for keeper, other, way in zip(room.keepers, reversed(room.keepers), self.ways):
            way.lead(room.server.port)
            keeper.add_room(way.url, room.key, TERM_S, "--witness", other.witness)
            keeper.serving = ["--silent-after", str(SILENT_S)]
            keeper.start()
        room.wait_open()

    def cosigned(self, keepers):
        return both(self.room.folder, self.room.key, keepers)

    def wait_cosigned(self):
        wait_for(lambda: self.cosigned(self.room.keepers) == 0, 20, "both have cosigned")

    def close(self):
        self.room.close()
        for way in self.ways:
            way.close()


def keys_of(keeper):
    return subprocess.run([BIN / "keeper-keys", keeper.folder], check=True, capture_output=True,
                          text=True).stdout.split()


def takes_over_a_new_project(two, first, second):
    """Its key is made by the first alone; the second asks for it, and gets it from the box."""
    new = two.owner.post("/projects", {"title": "new", "template": "choice", "guidelines": ""})
    wait_for(lambda: second.alarms() == {"missing-key"}, 10, "the second has no key for it")
    assert not first.alarms(), first.alarms()
    second.stop()
    second.with_kit(first, "take-keys")
    assert keys_of(second) == keys_of(first) and len(keys_of(first)) == 3
    second.start()
    return new["id"]


def goes_on_with_one(two, away, here, projects):
    """Past the away one's last lease; meanwhile the log is as it says it is."""
    two.room.wait_open()
    away.stop(signal.SIGKILL)
    gone = time.monotonic()
    two.owner.patch(f"/projects/{two.project}", {"settings": {"overlap": 2}})
    wait_for(lambda: two.cosigned([away, here]) == UNWITNESSED, 5, "unwitnessed")
    wait_for(lambda: two.cosigned([here]) == 0, 5, "with the word of who is there")
    wait_for(lambda: "log-unwitnessed" in here.alarms(), 2 * SILENT_S + 3, "the alarm")
    while time.monotonic() < gone + TERM_S + 1:
        assert two.room.is_open(), f"locked after {time.monotonic() - gone:.1f} s"
        for project in projects:
            two.owner.get(f"/projects/{project}")
        time.sleep(0.1)
    away.start()
    two.wait_cosigned()
    assert here.alarms() == {"log-unwitnessed"} and not away.alarms(), \
        (here.alarms(), away.alarms())


def binds_both(two, one, other):
    one.withdraw()
    two.room.wait_locked(2)
    other.restore()
    end = time.monotonic() + 1
    while time.monotonic() < end:
        assert not two.room.is_open(), "the other's restore opened it"
        reply = two.owner.call("GET", f"/projects/{two.project}")
        assert reply.status == 423, reply
        time.sleep(0.05)
    one.restore()
    two.room.wait_open(5)


@case(in_slice=True)
def two_keepers_either_leases_and_each_withdraws_for_both(rig):
    two = TwoKeepers(rig.postgres)
    try:
        first, second = two.room.keepers
        held = keys_of(first)
        assert len(held) == 2 and keys_of(second) == held, "the room's key and the project's"
        two.wait_cosigned()
        assert not first.alarms() | second.alarms(), (first.alarms(), second.alarms())
        new = takes_over_a_new_project(two, first, second)
        two.wait_cosigned()
        goes_on_with_one(two, away=first, here=second, projects=[two.project, new])
        binds_both(two, first, second)
        binds_both(two, second, first)
        assert isinstance(two.expert.claim(two.project), dict)
        two.wait_cosigned()
    finally:
        two.close()


@case(store="sqlite")
def two_keepers_that_are_shown_two_logs_say_so(rig):
    two, clone = TwoKeepers(), None
    try:
        room, (first, second) = two.room, two.room.keepers
        two.wait_cosigned()
        clone = cloned(room)
        two.ways[0].lead(room.server.port)
        two.ways[1].lead(clone.port)
        wait_for(lambda: room.is_open() and room.is_open(clone), 20, "each leases what it sees")
        strangers = Client(clone, token=two.owner.token)
        for number in range(3):  # each goes its own way
            two.owner.get(f"/projects/{two.project}")
            strangers.patch(f"/projects/{two.project}", {"title": f"Another {number}"})
        for keeper in (first, second):
            wait_for(lambda k=keeper: "log-unwitnessed" in k.alarms(), 4 * SILENT_S, "an alarm")
        for folder in (room.folder, clone.folder):
            assert both(folder, room.key, [first, second]) == UNWITNESSED, folder
        assert both(room.folder, room.key, [first]) == 0, "the control"
        assert both(clone.folder, room.key, [second]) == 0, "the control"
        two.ways[1].lead(room.server.port)
        wait_for(lambda: {"log-fork", "log-rollback"} & second.alarms(), 20, "it sees the other")
        assert list((second.folder / "evidence").iterdir()), "both checkpoints are kept"
        assert not {"log-fork", "log-rollback"} & first.alarms(), first.alarms()
    finally:
        if clone:
            clone.stop()
        two.close()
