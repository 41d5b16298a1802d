"""What the log of a sealed room must hold: every deed of the store once and in its order, and an
opening for every body that somebody was shown, made before it was shown.

The harness has what no client has: the store, to read the deeds, and the keeper's folder, whose key
of the room says who a leaf's "who" is."""
import base64
import collections
import datetime
import hmac
import json
import subprocess
import time

from room import BIN
from support.sql import Sql, expand

WIDTH = 256  # leaves a bundle
CATCH_UP_S = 20


def milliseconds(text):
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round(at.timestamp() * 1000)


def bundle_path(entries, index, width):
    digits = f"{index:03d}" if index < 1000 else \
        f"x{index // 1000:03d}/{index % 1000:03d}"
    return entries / digits if width == WIDTH else entries / f"{digits}.p" / str(width)


class Names:
    """The log's names of things and people, from the API's."""

    def __init__(self, folder, keeper):
        self.folder, self.numbers = folder, {}
        keys = subprocess.run([BIN / "keeper-keys", keeper.folder], check=True, text=True,
                              capture_output=True).stdout.split()
        self.person_key = expand(bytes.fromhex(keys[0]), "guildhall person v1")

    def number(self, name):
        return self.numbers[name]

    def learn(self, names):
        new = sorted(set(names) - set(self.numbers))
        done = subprocess.run([BIN / "fault-ids", self.folder], input="\n".join(new), text=True,
                              capture_output=True, check=True)
        self.numbers.update(zip(new, map(int, done.stdout.split()), strict=True))

    def person(self, number):
        if number == 0:
            return ""
        whole = hmac.digest(self.person_key, number.to_bytes(8, "big"), "sha256")[:16]
        return base64.urlsafe_b64encode(whole).decode().rstrip("=")


class Opened:
    """When each object was opened by whom by the log's word, and when it was shown to them."""

    def __init__(self):
        self.told = collections.defaultdict(list)
        self.shown = collections.defaultdict(list)

    def leaf(self, leaf):
        for kind, number, _ in leaf["objects"]:
            self.told[leaf["who"], kind, number].append(milliseconds(leaf["at"]))

    def faults(self):
        """The nth body that somebody was shown has an nth opening, no later."""
        for (who, kind, number), times in self.shown.items():
            openings = sorted(self.told[who, kind, number])
            for nth, at in enumerate(sorted(times)):
                if nth >= len(openings) or openings[nth] > at:
                    yield (f"UNSEEN: {kind} {number} was shown {len(times)} times to one member, "
                           f"and opened {openings} by the log; shown {sorted(times)}")
                    break

    def count(self):
        return sum(map(len, self.shown.values()))


class SealedLog:
    """Reads what is new in the log and in the store, each time it is asked."""

    def __init__(self, room):
        self.room, self.log = room, room.folder / "vault/log"
        self.names = Names(room.folder, room.keeper)
        self.sql, self.opened = Sql(room), Opened()
        self.size, self.compared, self.place = 0, 0, (0, 0)
        self.deeds = collections.deque()  # leaves that are not compared yet
        self.submitted = collections.Counter()
        self.faulty = []

    def grow(self):
        """Takes up what the published checkpoint covers."""
        size = int((self.log / "checkpoint").read_text().split("\n")[1])
        while self.size < size:
            index = self.size // WIDTH
            width = min(WIDTH, size - index * WIDTH)
            try:
                data = bundle_path(self.log / "tile/entries", index, width).read_bytes()
            except FileNotFoundError:  # another checkpoint is out
                return
            leaves, at = [], 0
            while at < len(data):
                end = at + 2 + int.from_bytes(data[at:at + 2], "big")
                leaves.append(json.loads(data[at + 2:end]))
                at = end
            for leaf in leaves[self.size - index * WIDTH:]:
                self.leaf(leaf)
            self.size = index * WIDTH + len(leaves)

    def settle(self):
        """The load pauses: until nothing new comes."""
        before = -1
        while self.size != before:
            before = self.size
            time.sleep(0.15)
            self.grow()

    def leaf(self, leaf):
        if leaf["verb"] == "content.open":
            self.opened.leaf(leaf)
        elif not leaf["verb"].startswith("keeper."):
            self.deeds.append(leaf)
            if leaf["verb"] == "submission.submit":
                self.submitted[leaf["object"]] += 1

    def stored(self):
        """The deeds that the store has beyond those that were compared."""
        rows = self.sql.run(
            "SELECT tick, deed, at, verb, actor, project, object, version, detail, hash FROM deed"
            f" WHERE room = {self.sql.room} AND (tick, deed) > ({self.place[0]}, {self.place[1]})"
            " ORDER BY tick, deed")
        for tick, deed, at, verb, actor, *numbers, found in rows:
            self.place = (int(tick), int(deed))
            yield [int(at), verb, self.names.person(int(actor)), *map(int, numbers),
                   found.removeprefix("None")]

    def compare(self):
        """Deeds and leaves side by side; the leaves may be more."""
        stored, end = list(self.stored()), time.monotonic() + CATCH_UP_S
        while len(self.deeds) < len(stored) and time.monotonic() < end:
            time.sleep(0.05)
            self.grow()
        if len(self.deeds) < len(stored):
            yield f"DEED: {len(stored) - len(self.deeds)} deeds have no leaf"
        for row in stored[:len(self.deeds)]:
            leaf = self.deeds.popleft()
            found = base64.urlsafe_b64decode(leaf["hash"] + "=" * (-len(leaf["hash"]) % 4)).hex()
            said = [milliseconds(leaf["at"]), leaf["verb"], leaf["who"], leaf["project"],
                    leaf["object"], leaf["version"], leaf["detail"], found]
            self.compared += 1
            if said != row:
                yield f"DEED: the store has {row}, the log {said} in its place"
                return  # what follows is out of step
        if self.deeds:
            yield f"DEED: {len(self.deeds)} leaves more than there are deeds: {self.deeds[0]}"

    def faults(self, load, shown):
        """`shown`: (kind, its id, member, when in ms) of every body that came to a client."""
        self.faulty = self.faulty or list(self.compare())  # out of step once, it stays so
        self.settle()
        made = load.ledger.submissions
        self.names.learn([one[1] for one in shown] + [one[2] for one in shown] + list(made))
        for kind, name, member, at in shown:
            who = self.names.person(self.names.number(member))
            self.opened.shown[who, kind, self.names.number(name)].append(at)
        doubled = [name for name in made if self.submitted[self.names.number(name)] != 1]
        if doubled:
            yield (f"DEED: {len(doubled)} of {len(made)} acknowledged submissions have no leaf of"
                   f" their own, {doubled[0]} has {self.submitted[self.names.number(doubled[0])]}")
        yield from self.faulty
        yield from self.opened.faults()
