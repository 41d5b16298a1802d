"""The other faults: stops and restarts under load, a full disk, a database that hangs up, clients
that dawdle."""
import os
import pathlib
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import time

from check import check
from load import Load
from room import API, Lost, Room
from support.servers import wait_for

OVERLAP = 2
SETTINGS = {"overlap": OVERLAP, "review_percent": 30, "max_open": 2, "lease_s": 600}
SHOWN = 12


class Skip(Exception):
    """Raised where a case cannot run; the text says why."""


def skip(why):
    raise Skip(why)


class Loaded:
    """A room under load; at the end everything acknowledged must be there."""

    def __init__(self, chosen, postgres=None, folder=None, **more):
        self.room = Room(postgres, folder=folder)
        self.project = self.room.project(**SETTINGS)
        self.load = Load(self.room, self.project, chosen.seed, OVERLAP, **more)
        wait_for(lambda: self.load.ledger.count() > 10, 30, "work is being done")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.load.stop()
        if kind:
            print(self.room.tail())
        self.room.close()

    def grows(self, by=10, seconds=30):
        before = self.load.ledger.count()
        wait_for(lambda: self.load.ledger.count() > before + by, seconds, "work goes on")

    def whole(self):
        self.load.pause()
        faults = check(self.room, self.load)
        assert not faults, "\n  " + "\n  ".join(faults[:SHOWN])
        return f"{self.load.ledger.count()} acknowledged"


def sigterm_under_load(chosen, postgres):
    """Requests in flight are answered, the status is 0, and nothing acknowledged is lost."""
    with Loaded(chosen, postgres) as it:
        begun, replies = threading.Event(), []

        def slowly():
            for n in range(12):
                yield b'{"key":"slow%d","data":{"prompt":"p"}}\n' % n
                if n == 6:  # well under way: what still waits to be accepted is not in flight
                    begun.set()
                time.sleep(0.05)

        def long_request():
            try:
                replies.append(it.room.manager.clone().call(
                    "POST", f"/projects/{it.project}/tasks", raw=slowly(),
                    kind="application/x-ndjson"))
            except Lost as error:
                replies.append(error)
        thread = threading.Thread(target=long_request)
        thread.start()
        begun.wait(20)
        status = it.room.stop()
        thread.join(30)
        assert status == 0, f"exit status {status}"
        assert getattr(replies[0], "status", None) == 200, f"in flight: {replies[0]!r}"
        assert replies[0].json["imported"] == 12, replies[0]
        it.room.start()
        it.grows()
        with it.load.ledger.lock:
            it.load.ledger.imported += 12
        return it.whole()


def sighup_under_load(chosen, postgres):
    """A new process behind the same socket: connections wait, none is refused or cut."""
    with Loaded(chosen, postgres, close_each=True) as it:
        it.load.latency_s = 0.0
        for _ in range(3):
            child = it.room.child()
            os.kill(it.room.process.pid, signal.SIGHUP)
            wait_for(lambda c=child: it.room.child() not in (None, c), 30, "a new process")
            it.room.wait_healthy()
            it.grows(5)
        gap_ms = it.load.latency_s * 1000
        assert it.load.ledger.lost == 0, f"{it.load.ledger.lost} requests were not answered"
        return f"3 restarts, longest wait of a request {gap_ms:.0f} ms, {it.whole()}"


def backends_ended(chosen, postgres):
    """The database's sessions are ended again and again; the server stays and goes on."""
    with Loaded(chosen, postgres) as it:
        child, name = it.room.child(), it.room.url.split("/")[3].split("?")[0]
        end, rounds = time.monotonic() + (2 if chosen.slice else 20), 0
        while time.monotonic() < end:
            postgres.program("psql", "-h", str(postgres.folder), "-U", "postgres", "-d", "postgres",
                             "-c", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                   f" WHERE datname = '{name}'")
            rounds += 1
            time.sleep(0.1)
        it.grows()
        assert it.room.child() == child, "the server died"
        return f"{rounds} times, {it.whole()}; {it.load.ledger.problems}"


class SmallDisk:
    """A folder that can be full: a small file system where we may mount one, otherwise a limit on
    the size of the server's files."""
    BYTES = 64 << 20

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-fault-disk-"))
        self.mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self.BYTES}", "tmpfs", str(self.folder)],
            check=False, stderr=subprocess.DEVNULL).returncode == 0
        self.ballast = self.folder / "ballast"

    def fill(self, pid):
        if not self.mounted:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            return
        size = 1 << 20  # then smaller and smaller pieces, until not a byte is left
        with self.ballast.open("ab", buffering=0) as file:
            while size:
                try:
                    if file.write(b"x" * size) < size:
                        raise OSError("less than asked")
                except OSError:
                    size //= 2

    def free(self, pid):
        if self.mounted:
            self.ballast.unlink()
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

    def close(self):
        if self.mounted:
            subprocess.run(["umount", str(self.folder)], check=False)
        self.folder.rmdir()


def full_disk(chosen, _):
    """Writes are refused with 507, reads go on, the server lives, and goes on with space."""
    disk = SmallDisk()
    try:
        with Loaded(chosen, folder=disk.folder / "room") as it:
            child, problems = it.room.child(), it.load.ledger.problems
            disk.fill(child)
            # SQLite tells a full disk from other faults; it takes a file's limit for one of those.
            kinds = ["507 disk-full"] + ([] if disk.mounted else ["503 store-failed"])
            wait_for(lambda: sum(problems.get(kind, 0) for kind in kinds) > 20, 30,
                     "writes are refused")
            refused = sum(problems.get(kind, 0) for kind in kinds)
            assert it.room.manager.clone().items(f"/projects/{it.project}/submissions")
            health = it.room.healthy()
            disk.free(child)
            it.grows()
            assert it.room.child() == child, "the server died"
            how = "tmpfs" if disk.mounted else "RLIMIT_FSIZE"
            return f"{how}, {refused} refused and more, healthy {health}, {it.whole()}; {problems}"
    finally:
        disk.close()


class Dawdlers:
    """Connections that bring or take hardly anything."""
    EACH = 30

    def __init__(self, room, project):
        self.port, self.open = room.port, []
        auth = f"Authorization: Bearer {room.manager.token}\r\n"
        head = f"GET {API}/projects HTTP/1.1\r\nHost: x\r\n{auth}X-Long: ".encode()
        body = (f"POST {API}/projects HTTP/1.1\r\nHost: x\r\n{auth}Content-Type: application/json"
                "\r\nContent-Length: 4000\r\n\r\n").encode()
        greedy = (f"GET {API}/projects/{project}/guidelines/latest HTTP/1.1\r\nHost: x\r\n{auth}"
                  "\r\n").encode()
        greedy *= 8  # more than the kernel keeps for a socket
        self.senders = [self.connect(part[:30]) for part in [head] * self.EACH]
        self.senders += [self.connect(part) for part in [body] * self.EACH]
        self.greedy = [self.connect(greedy, 4096) for _ in range(self.EACH)]

    def connect(self, first, receive=0):
        one = socket.socket()
        if receive:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        one.connect(("127.0.0.1", self.port))
        one.sendall(first)
        self.open.append(one)
        return one

    def dribble(self):
        for one in self.senders:
            try:
                one.send(b" ")
            except OSError:
                pass  # cut off, as it should be

    def close(self):
        for one in self.open:
            one.close()


def sockets_of(pid):
    count = 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            count += os.readlink(f"/proc/{pid}/fd/{name}").startswith("socket:")
        except OSError:
            pass
    return count


def slow_clients(chosen):
    """One byte a second, or never reading: cut off at the stated limits, nobody else waits."""
    room = Room(experts=1, reviewers=1)
    dawdlers = None
    try:
        project = room.project()
        room.manager.sure("POST", f"/projects/{project}/guidelines",
                          {"markdown": "word " * 200_000})
        child, before = room.child(), sockets_of(room.child())
        dawdlers, started, longest = Dawdlers(room, project), time.monotonic(), 0.0
        wait_for(lambda: sockets_of(child) >= before + 3 * Dawdlers.EACH, 10, "all are connected")
        while sockets_of(child) > before + 2:
            spent = time.monotonic() - started
            assert spent < 60, f"{sockets_of(child) - before} still connected after {spent:.0f} s"
            dawdlers.dribble()
            asked = time.monotonic()
            assert room.healthy(), "not healthy beside slow clients"
            longest = max(longest, time.monotonic() - asked)
            time.sleep(1)
        assert room.child() == child, "the server died"
        assert longest < 5, f"somebody else waited {longest:.1f} s"
        return (f"{3 * Dawdlers.EACH} cut off within {time.monotonic() - started:.0f} s, longest"
                f" wait of others {longest * 1000:.0f} ms")
    finally:
        if dawdlers:
            dawdlers.close()
        room.close()
