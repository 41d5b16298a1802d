"""Several processes serve one room: one at a time puts its deeds into its log, and another goes on
when that one dies, stands still or stops."""
import collections
import datetime
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time
import types

from cases.serving import Room
from support.client import Client
from support.kept import leaves_of
from support.registry import case
from support.rig import YES
from support.servers import GUILDHALL, Server, run, wait_for
from support.sql import Sql

TAKEN_OVER_S = 2
FROZEN_S = 75  # 10 s, unless it stands still inside a transaction: the store waits 60 s for that


def at_ms(text):
    return round(datetime.datetime.fromisoformat(text).timestamp() * 1000)


class Logs:
    """The deeds of a room, by the store and by each of its logs, and how often."""

    def __init__(self, rig, folder, url):
        self.folder = folder
        self.sql = Sql(types.SimpleNamespace(folder=folder, url=url, postgres=rig.postgres))

    def done(self):
        rows = self.sql.run("SELECT at, verb, project, object, version, detail FROM deed WHERE "
                            "room = {}", self.sql.room)
        return collections.Counter((int(row[0]), row[1], *map(int, row[2:])) for row in rows)

    def told(self, number):
        found = leaves_of(self.folder / ("vault" if number == 1 else f"vault-{number}") / "log")
        return collections.Counter(
            (at_ms(leaf["at"]), leaf["verb"], leaf["project"], leaf["object"], leaf["version"],
             leaf["detail"]) for leaf in found if leaf["verb"] != "content.open")

    def wait_whole(self, seconds=10):
        """Every deed is in a log."""
        wait_for(lambda: not self.done() - (self.told(1) | self.told(2)), seconds, "all deeds told")

    def check(self):
        """Nothing missed in all, nothing twice in one, nothing that was not done."""
        done, logs = self.done(), [self.told(1), self.told(2)]
        assert not done - (logs[0] | logs[1]), done - (logs[0] | logs[1])
        for log in logs:
            assert not log - done, log - done

    def in_both(self):
        return sum((self.told(1) & self.told(2)).values())


class Working:
    """Somebody who submits at a server until it is gone, or told to stop."""

    def __init__(self, room, server, project):
        self.over, self.made = threading.Event(), []

        def work():
            client = Client(server, room.token)
            while not self.over.is_set():
                try:
                    held = client.claim(project)
                    if held == "none-left":
                        return
                    if isinstance(held, dict):
                        self.made.append(client.submit(held, YES)["id"])
                except (OSError, AssertionError, EOFError):
                    return
        self.thread = threading.Thread(target=work)
        self.thread.start()

    def stop(self):
        self.over.set()
        self.thread.join()
        return self.made


def kill(server):
    """All of it at once, as when its machine loses power."""
    own = [server.process.pid, server.child("guildhall-vault"), server.child()]
    for pid in own:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it went with its supervisor
    server.stop(signal.SIGKILL)


def submitted(client, project):
    return client.submit(client.claim(project), YES)["id"]


def proof_is_of(folder, client, submission):
    """The log whose key signed it."""
    def there():
        reply = client.call("GET", f"/submissions/{submission}/proof")
        return reply.body if reply.status == 200 else None
    text, signers = wait_for(there, 10, "the acceptance is in a log"), []
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        for name in ("vault", "vault-2"):
            key = (folder / name / "log.vkey").read_text().strip()
            done = subprocess.run([GUILDHALL, "verify", "--proof", file.name, "--key", key],
                                  capture_output=True, text=True, check=False, timeout=60)
            signers += [name] if done.returncode == 0 else []
    return signers


@case(store="postgres")
def the_deeds_go_on_in_anothers_log_when_a_process_dies(rig):
    with Room(rig) as room:
        second = Server(room.folder).start()
        try:
            logs = Logs(rig, room.folder, room.url)
            project = room.project(3_000, review_percent=0, gold_percent=0, max_open=50)
            people = [Working(room, server, project) for server in (room.server, second) * 2]
            wait_for(lambda: all(len(one.made) > 20 for one in people), 60, "they work")
            assert not logs.told(2), "one process at a time"
            kill(room.server)
            wait_for(lambda: logs.told(2), TAKEN_OVER_S, "the second has taken over")
            for one in people:
                one.stop()
            at_second = Client(second, room.token)
            submission = submitted(at_second, project)
            assert proof_is_of(room.folder, at_second, submission) == ["vault-2"]
            number = str(max(deed[2] for deed in logs.done()))
            refused = subprocess.run([GUILDHALL, "room", "shred", str(room.folder), "--project",
                                      number, "--yes"], capture_output=True, text=True, timeout=60)
            assert refused.returncode == 2 and "Stop the room" in refused.stderr, refused
            # Back again, it tells the rest of what it had taken in, and feeds nothing more.
            room.server.start()
            logs.wait_whole()
            logs.check()
            before, doubled = logs.told(1), logs.in_both()
            room.owner = Client(room.server, room.token)
            made = [submitted(room.owner, project) for _ in range(5)]
            logs.wait_whole()
            time.sleep(0.5)
            assert logs.told(1) == before, logs.told(1) - before
            assert proof_is_of(room.folder, room.owner, made[-1]) == ["vault-2"]
            # Handed over in good order, nothing is doubled.
            assert second.stop() == 0
            made = [submitted(room.owner, project) for _ in range(5)]
            logs.wait_whole()
            logs.check()
            assert logs.told(1) - before and logs.in_both() == doubled
            assert proof_is_of(room.folder, room.owner, made[-1]) == ["vault"]
        finally:
            second.stop()


@case(store="postgres")
def a_process_that_stands_still_loses_the_turn(rig):
    with Room(rig) as room:
        second = Server(room.folder).start()
        frozen = room.server.child()
        try:
            logs = Logs(rig, room.folder, room.url)
            project = room.project(200, review_percent=0, gold_percent=0)
            submitted(room.owner, project)
            logs.wait_whole()
            os.kill(frozen, signal.SIGSTOP)
            at_second = Client(second, room.token)
            submitted(at_second, project)
            wait_for(lambda: logs.told(2), FROZEN_S, "the second has taken over")
            before = logs.told(1)
            os.kill(frozen, signal.SIGCONT)
            for client in (at_second, Client(room.server, room.token)):
                submitted(client, project)
            logs.wait_whole()
            logs.check()
            time.sleep(0.5)
            assert logs.told(1) == before, "at most the step that it was in"
        finally:
            os.kill(frozen, signal.SIGCONT)
            second.stop()


@case(store="postgres")
def a_backup_is_named_in_the_log_whose_turn_it_is(rig):
    with Room(rig) as room, tempfile.TemporaryDirectory() as base:
        second, restored = Server(room.folder).start(), None
        try:
            logs = Logs(rig, room.folder, room.url)
            project = room.project(20, review_percent=0, gold_percent=0)
            submitted(room.owner, project)
            logs.wait_whole()
            kill(room.server)
            submitted(Client(second, room.token), project)
            wait_for(lambda: logs.told(2), 5, "the second has taken over")
            run("room", "backup", str(room.folder), "--to", f"{base}/saved")
            named = [{deed[1] for deed in logs.told(number)} for number in (1, 2)]
            assert "room.backup" in named[1] - named[0], named
            both = logs.in_both()
            for name, status in (("vault", 24), ("vault-2", 0)):
                key = (room.folder / name / "log.vkey").read_text().strip()
                url = rig.postgres.database()
                done = subprocess.run([GUILDHALL, "room", "restore", f"{base}/saved", "--to",
                                       f"{base}/{name}", "--keys", str(room.folder), "--store", url,
                                       "--key", key], capture_output=True, text=True, timeout=120)
                assert done.returncode == status, (name, done)
            # It goes on: nothing is told again.
            restored = Server(f"{base}/vault-2").start()
            logs = Logs(rig, pathlib.Path(f"{base}/vault-2"), url)
            submitted(Client(restored, room.token), project)
            logs.wait_whole()
            for number in (1, 2):
                more = logs.told(number) - logs.done()
                assert {deed[1] for deed in more} <= {"room.backup", "room.restore"}, more
            assert logs.in_both() == both, "told again"
        finally:
            if restored:
                restored.stop()
            second.stop()
