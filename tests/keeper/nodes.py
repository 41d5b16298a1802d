"""A room that two servers serve, at one keeper: what `add-room --node-of` asks for and refuses, and
orders for either that bind both.

Called by run.py with its helpers. The vaults in memory are all of one room, each with a log of its
own.
"""

import json
import os
import time


class Case:
    """A keeper under a passphrase, which keeps the first vault and does not run."""

    def __init__(self, rig, scratch):
        self.rig, self.folder = rig, os.path.join(scratch, "nodes")
        phrase = os.path.join(scratch, "nodes-phrase")
        with open(phrase, "w") as file:
            file.write("correct horse battery\n")
        self.phrase = ("--passphrase-file", phrase)
        made = self.keeper("init", *self.phrase)
        self.vaults = [rig.Vault(rig.keeper_id(made.stdout)) for _ in range(4)]
        self.add(0)
        self.serving = None

    def keeper(self, command, *args):
        return self.rig.keeper(command, self.folder, *args)

    def add(self, number, *more):
        vault = self.vaults[number]
        return self.keeper("add-room", "--url", vault.url, "--room-key", vault.key, *more)

    def serve(self):
        self.serving = self.rig.Serving(self.folder, *self.phrase)

    def stop(self):
        if self.serving:
            self.serving.stop()
        self.serving = None

    def want(self, vaults, projects=(1, 2)):
        for vault in vaults:
            for project in projects:
                vault.say(f"want {project}")

    def alarm_at(self, vault, seconds=10):
        """Whether the keeper says of this one that it is nobody's node."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            of_it = self.keeper("status").stdout.split(vault.url + "  term")[1].split("  term")[0]
            if "alarm unknown-node" in of_it:
                return True
            time.sleep(0.1)
        return False

    def write_state(self, change):
        """As somebody who can write the keeper's folder, and has no passphrase."""
        path = os.path.join(self.folder, "state.json")
        with open(path) as file:
            state = json.load(file)
        change(state)
        state["revision"] += 1
        with open(path + ".new", "w") as file:
            json.dump(state, file)
        os.rename(path + ".new", path)


def joins(suite, case):
    first, second = case.vaults[:2]
    node = ("--node-of", first.key)
    said = case.add(1, "--node-of", second.key, *case.phrase)
    suite.check("a node of a room that nobody knows", said.returncode == 2
                and "knows no room" in said.stderr, said.stderr)
    case.serve()
    case.want([first])
    suite.check("nodes: the first is leased to", first.wait({1, 2}))
    said = case.add(1, *node, *case.phrase)
    suite.check("not while the keeper runs", said.returncode != 0
                and "Stop the keeper" in said.stderr, said.stderr)
    case.stop()
    said = case.add(1, *node)
    suite.check("a node takes the passphrase", said.returncode != 0, said.stdout)
    case.keeper("withdraw", "--project", 1)
    said = case.add(1, *node, *case.phrase)
    suite.check("a node is added", said.returncode == 0 and "node" in said.stdout, said.stderr)
    status = case.keeper("status").stdout
    suite.check("status has both, and that they are one",
                f"one room with {second.url}" in status and f"one room with {first.url}" in status,
                status)
    case.want([second])
    case.serve()
    suite.check("it is leased the keys, and told what is withdrawn already",
                second.wait({2}) and first.wait({2}))
    status = case.keeper("status").stdout
    suite.check("it says so at both", status.count("project 1 withdrawn") == 2, status)


def orders(suite, case):
    first, second = case.vaults[:2]
    back = case.keeper("restore", "--room", second.url, "--project", 1, *case.phrase)
    suite.check("restored at one, both are open", back.returncode == 0 and first.wait({1, 2})
                and second.wait({1, 2}), back.stderr)
    for room in (first, second):
        gone = case.keeper("withdraw", "--room", room.url)
        suite.check("withdrawn at one, both are dark", gone.returncode == 0 and
                    gone.stdout.count("vault says so") == 2 and first.wait(set())
                    and second.wait(set()), gone.stdout)
        case.keeper("restore", "--room", room.url, *case.phrase)
        suite.check("and restored", first.wait({1, 2}) and second.wait({1, 2}))
    second.say("wish 0 1")
    suite.check("a wish that one passes on is obeyed at both, at once",
                second.wait({2}, 5) and first.wait({2}, 5), (first.held, second.held))
    done = case.keeper("shred", "--project", 2, "--yes", *case.phrase)
    suite.check("a project's key is destroyed at both, without asking which room",
                done.returncode == 0 and first.wait(set()) and second.wait(set()),
                done.stdout + done.stderr)
    case.keeper("restore", "--project", 1, *case.phrase)
    suite.check("the other comes back", first.wait({1}) and second.wait({1}))


def strangers(suite, case):
    first, _, third, fourth = case.vaults
    case.want([third, fourth], [1])
    case.add(2)
    suite.check("a further server that nobody called a node gets no key of its own",
                case.alarm_at(third) and not third.held, str(third.held))

    def written(state):
        state["rooms"].append({**state["rooms"][0], "url": fourth.url, "orders": [],
                               "verifier_key": fourth.key, "node_of": first.key})
    case.write_state(written)
    suite.check("one that was written into the state file gets none",
                case.alarm_at(fourth) and not fourth.wait({1}, 3), str(fourth.held))
    suite.check("and the others go on", first.held == {1}, str(first.held))
    case.stop()
    for number in (2, 3):
        said = case.add(number, "--node-of", case.vaults[1].key, *case.phrase)
        suite.check("whoever has the passphrase may add them", said.returncode == 0, said.stderr)
    case.serve()
    suite.check("then they have it", third.wait({1}) and fourth.wait({1}))


def leaves(suite, case):
    first, second, third = case.vaults[:3]
    said = case.keeper("remove-node", "--url", first.url, *case.phrase)
    suite.check("the first is no further node", said.returncode == 2, said.stdout)
    said = case.keeper("remove-node", "--url", second.url, *case.phrase)
    suite.check("no node leaves while the keeper runs", said.returncode != 0, said.stdout)
    case.stop()
    gone = case.keeper("remove-node", "--url", second.url, *case.phrase)
    suite.check("a node leaves", gone.returncode == 0 and
                second.url not in case.keeper("status").stdout, gone.stderr)
    second.say("restart")
    second.wait(set())
    case.add(1)  # by who has no passphrase
    case.serve()
    suite.check("and gets nothing any more", case.alarm_at(second) and not second.held)
    suite.check("the others go on", first.held == third.held == {1}, (first.held, third.held))


def run(suite, scratch, rig):
    case = Case(rig, scratch)
    try:
        joins(suite, case)
        orders(suite, case)
        strangers(suite, case)
        leaves(suite, case)
    finally:
        case.stop()
        for vault in case.vaults:
            vault.stop()
