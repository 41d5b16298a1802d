"""A room with a keeper that two servers serve over one PostgreSQL: each has a log, a lease and
witnessing of its own, the keys and what is ordered are the room's."""
import json
import os
import subprocess
import time

from cases.kept import CANARY, filled
from support.client import Client
from support.kept import KeptRoom
from support.registry import case
from support.rig import YES
from support.servers import GUILDHALL, Server, run, wait_for
from support.way import Way

TERM_S = 30


def verified(log, key, witness):
    return subprocess.run([GUILDHALL, "verify", "--log", str(log), "--key", key, "--witness",
                           witness], capture_output=True, text=True, timeout=60).returncode == 0


def log_key(room, number):
    return run("room", "log-key", str(room.folder), "--node", str(number)).strip()


def node(room, number):
    """Another server of the room; it is not introduced to the keeper."""
    server = Server(room.folder)
    server.options = ["--node", str(number)]
    return server.start()


def address(server):
    return f"http://127.0.0.1:{server.port}"


class TwoNodes:
    def __init__(self, postgres):
        self.room = room = KeptRoom(postgres, introduced=False)
        self.more = []
        self.ways = [Way(room.server.port)]
        try:
            room.keeper.add_room(self.ways[0].url, room.key, TERM_S)
            room.open()
            self.project, self.owner, self.expert = filled(room)
            self.key = log_key(room, 2)  # before it ever runs
            self.second = node(room, 2)
            self.more.append(self.second)
            self.ways.append(Way(self.second.port))
            self.introduce(self.ways[1].url, self.key)
            self.wait_open()
        except BaseException:
            self.close()
            raise
        self.there = {name: Client(self.second, token=client.token)
                      for name, client in room.people.items()}

    def introduce(self, url, key):
        self.room.keeper.stop()
        self.room.keeper.add_room(url, key, TERM_S, "--node-of", self.room.key)
        self.room.keeper.start()

    def is_open(self):
        return [self.room.is_open(one) for one in (self.room.server, self.second)]

    def wait_open(self):
        wait_for(lambda: self.is_open() == [True, True], 30, "both are open")

    def reads(self):
        """What each server answers to who asks for the project."""
        return [client.call("GET", f"/projects/{self.project}").status
                for client in (self.owner, self.there["owner"])]

    def close(self):
        for server in self.more:
            server.stop()
        self.room.close()
        for way in self.ways:
            way.close()


def work_of_one_is_read_at_the_other(two):
    here, there = two.owner, two.there
    assert there["owner"].get(f"/projects/{two.project}")["title"].startswith(CANARY)
    held = there["expert"].claim(two.project)
    assert held["task"]["data"]["prompt"].startswith(CANARY), held
    made = there["expert"].submit(held, YES)
    assert here.get(f"/submissions/{made['id']}")["answers"] == YES
    for owner in (here, there["owner"]):  # each makes its own figures of what both took
        read = owner.get(f"/projects/{two.project}/quality")["reading"]
        assert read["done"] and read["read"] == read["answers"] >= 1, read
    mine = there["owner"].post("/projects", {"title": f"{CANARY}-second", "template": "choice",
                                             "guidelines": f"{CANARY}-there"})
    assert here.get(f"/projects/{mine['id']}")["title"] == f"{CANARY}-second"
    return mine["id"]


def orders_bind_both(two):
    room, (first, second) = two.room, [way.url for way in two.ways]
    status = json.loads((room.keeper.folder / "status.json").read_text())
    project = str(min(one for entry in status["rooms"] for one in entry["wanted"] if one))
    for by, scope in ((second, []), (first, []), (first, ["--project", project]),
                      (second, ["--project", project])):
        said = room.keeper.withdraw("--room", by, *scope)
        assert said.count("vault says so") == 2, said
        wait_for(lambda: two.reads() == [423, 423], 2, "both are dark")
        assert two.is_open() == [bool(scope)] * 2
        room.keeper.restore("--room", second if by == first else first, *scope)
        wait_for(lambda: two.reads() == [200, 200], 10, "both serve again")


def what_the_owner_asks_at_one(two):
    two.there["owner"].post("/room/withdrawal", {}, 202)
    wait_for(lambda: two.is_open() == [False, False], 5, "the owner's wish locks both")
    two.room.keeper.restore()
    two.wait_open()


@case(store="postgres")
def two_nodes_of_a_room_with_a_keeper_are_one_room(rig):
    two = TwoNodes(rig.postgres)
    try:
        room = two.room
        refused = subprocess.run([GUILDHALL, "room", "serve", str(room.folder), "--listen",
                                  "127.0.0.1:0", "--web", str(room.server.web)],
                                 capture_output=True, text=True, timeout=60)
        assert refused.returncode == 2 and "--node" in refused.stderr, refused
        work_of_one_is_read_at_the_other(two)
        orders_bind_both(two)
        what_the_owner_asks_at_one(two)
        for folder, key in (("vault", room.key), ("vault-2", two.key)):
            wait_for(lambda f=folder, k=key: verified(room.folder / f / "log", k,
                                                      room.keeper.witness), 20, f"{folder}'s log")
        assert room.keeper.alarms() == {"room-asked-to-withdraw"}, room.keeper.say("status")[1]
        # Whichever starts first, each is the node that it was.
        for server in (room.server, two.second):
            server.stop()
        for server, way in ((two.second, two.ways[1]), (room.server, two.ways[0])):
            server.start()
            way.lead(server.port)
            wait_for(lambda s=server: room.is_open(s), 20, "the node is open")
        assert "lease-forged" not in room.keeper.alarms()
        assert two.reads() == [200, 200]
    finally:
        two.close()


@case(store="postgres")
def a_node_that_only_the_state_file_names_gets_no_key(rig):
    two = TwoNodes(rig.postgres)
    try:
        room = two.room
        key = log_key(room, 3)
        third = node(room, 3)
        two.more.append(third)
        path = room.keeper.folder / "state.json"
        room.keeper.stop()
        state = json.loads(path.read_text())
        entry = {**state["rooms"][1], "url": address(third), "verifier_key": key, "counter": 0}
        assert entry["node_of"] == room.key, entry
        state["rooms"].append(entry)
        (path.parent / "state.new").write_text(json.dumps(state))
        os.rename(path.parent / "state.new", path)
        room.keeper.start()
        wait_for(lambda: "unknown-node" in room.keeper.alarms(), 10, "the alarm")
        end = time.monotonic() + 3
        while time.monotonic() < end:
            assert not room.is_open(third), "a stranger got the room's key"
            time.sleep(0.05)
        asked = Client(third, token=two.owner.token)
        assert asked.call("GET", f"/projects/{two.project}").status == 423
        two.wait_open()
        two.introduce(address(third), key)  # the control: by who has the keeper's root
        wait_for(lambda: room.is_open(third), 20, "the third is open")
        assert asked.get(f"/projects/{two.project}")["title"].startswith(CANARY)
    finally:
        two.close()
