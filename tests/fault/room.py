"""A room of the harness's own: the real binaries in a temporary folder, on a port that stays the
same, with people of every role; and the plainest client that can tell "answered" from "unknown"."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "api"))
from support.servers import BIN, wait_for  # noqa: E402

API = "/api/v1"


class Lost(Exception):
    """No whole reply came: whether the request took effect is not known."""


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        try:
            return self.json["type"].rsplit("/", 1)[1]
        except (ValueError, KeyError):
            return ""

    def __repr__(self):
        return f"{self.status} {self.body[:400]!r}"


class Person:
    """One member over one connection. `call` gives a Reply or raises Lost; it never sends twice."""

    def __init__(self, room, token, member=None, close_each=False):
        self.room, self.token, self.member = room, token, member
        self.close_each = close_each  # a connection per request
        self.connection = None

    def clone(self, **more):
        return type(self)(self.room, self.token, self.member, **more)

    def call(self, method, path, body=None, key=None, raw=None, kind=None):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            raw, kind = json.dumps(body).encode(), "application/json"
        if kind:
            headers["Content-Type"] = kind
        if key:
            headers["Idempotency-Key"] = key
        if self.close_each:
            headers["Connection"] = "close"
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.room.port,
                                                             timeout=40)
            self.connection.request(method, API + path, raw, headers)
            reply = self.connection.getresponse()
            whole = Reply(reply.status, reply.headers, reply.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Lost(repr(error)) from None
        if self.close_each:
            self.close()
        return whole

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def sure(self, method, path, body=None, status=(200, 201, 204), **more):
        """For the harness's own steps, while nothing is being killed; a lost reply of an idle
        connection is asked for again."""
        for attempt in range(3):
            try:
                reply = self.call(method, path, body, **more)
            except Lost:
                if attempt == 2:
                    raise
                continue
            if reply.status not in status:
                raise AssertionError(f"{method} {path}: {reply!r}")
            return reply

    def items(self, path):
        cursor, items = "", []
        while cursor is not None:
            page = self.sure("GET", path + ("&" if "?" in path else "?") + "limit=200" +
                             (f"&cursor={cursor}" if cursor else "")).json
            items += page["items"]
            cursor = page["next"]
        return items


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Room:
    PASSING = {409, 429, 503, 507}  # what it may say to a good request while it is being shot at
    PERSON = Person

    def __init__(self, postgres=None, folder=None, experts=8, reviewers=2, binaries=BIN):
        self.guildhall = str(binaries / "guildhall")
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="guildhall-fault-"))
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-fault-out-"))
        self.url = postgres.database() if postgres else None
        self.web = self.work / "web"
        self.web.mkdir()
        (self.web / "index.html").write_text("<!doctype html><title>fault</title>")
        self.log = self.work / "server.log"
        self.process, self.port, self.postgres = None, free_port(), postgres
        self.make(["--store", self.url] if self.url else [])
        self.begin([("owner", "manager")] + [("expert", f"e{n}") for n in range(experts)] +
                   [("reviewer", f"r{n}") for n in range(reviewers)])
        self.manager = self.person("manager")
        self.experts = [self.person(f"e{n}") for n in range(experts)]
        self.reviewers = [self.person(f"r{n}") for n in range(reviewers)]

    def make(self, store):
        self.command("init", str(self.folder), "--no-passphrase", *store)

    def begin(self, people):
        self.tokens = {name: self.token(role, name) for role, name in people}
        self.start()

    def command(self, *words):
        done = subprocess.run([self.guildhall, "room", *words], capture_output=True, text=True,
                              timeout=120)
        if done.returncode != 0:
            raise AssertionError(f"guildhall room {words[0]}: {done.stderr}")
        return done.stdout

    def token(self, role, name):
        return self.command("token", str(self.folder), "--role", role, "--name", name).strip()

    def person(self, name):
        person = self.PERSON(self, self.tokens[name])
        person.member = person.sure("GET", "/me").json["member"]["id"]
        return person

    def start(self):
        self.process = subprocess.Popen(
            [self.guildhall, "room", "serve", str(self.folder), "--listen",
             f"127.0.0.1:{self.port}", "--web", str(self.web)],
            stdout=subprocess.PIPE, text=True, stderr=self.log.open("a"))
        line = self.process.stdout.readline()
        if not re.search(r"port \d+", line):
            raise AssertionError(f"the server did not start: {line!r} {self.tail()}")
        self.wait_healthy()

    def wait_healthy(self, seconds=60):
        wait_for(self.healthy, seconds, "the server is ready")

    def healthy(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}: {self.tail()}")
        return self.health() is not None

    def health(self):
        """What it says of itself, where it is well."""
        probe = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            probe.request("GET", "/healthz")
            reply = probe.getresponse()
            return json.loads(reply.read()) if reply.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            probe.close()

    def child(self, name="guildhall-room"):
        """The process that serves, below the supervisor, or its vault; None while there is none."""
        pid = self.process.pid
        for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            try:
                if pathlib.Path(f"/proc/{child}/cmdline").read_text().startswith(name):
                    return int(child)
            except OSError:
                pass  # it has just ended
        return None

    def kill_child(self, name="guildhall-room"):
        """SIGKILL to whoever serves now, or to its vault; which process that was."""
        pid = wait_for(lambda: self.child(name), 30, "a server process to kill")
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_all(self):
        """SIGKILL to the supervisor, whose children die with it; then all anew."""
        children = [self.child(), self.child("guildhall-vault")]
        self.process.kill()
        self.process.wait(30)
        self.process.stdout.close()
        for child in filter(None, children):
            wait_for(lambda c=child: not pathlib.Path(f"/proc/{c}").exists(), 30, "a child's end")
        self.start()

    def strike(self, rng, number):
        """A kill at a random moment. The supervisor waits longer before each restart of a server
        that keeps dying, so every fifth time it is killed as well and begins anew."""
        time.sleep(rng.uniform(0.02, 0.35))
        if number % 5 == 4:
            self.kill_all()
        else:
            self.kill_child()
            self.wait_healthy()

    def wait_ready(self):
        """It can be asked for everything."""
        self.wait_healthy()

    def told(self):
        """More for the report."""
        return ""

    def faults(self, _):
        """What is wrong besides what check.py finds, in words."""
        return []

    def stop(self, how=signal.SIGTERM):
        """The exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(60)
        self.process.stdout.close()
        return status

    def close(self):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.work, ignore_errors=True)

    def tail(self):
        return self.log.read_text()[-3000:] if self.log.exists() else ""

    def project(self, **settings):
        """An open project on the built-in choice form, with everybody in it."""
        project = self.manager.sure("POST", "/projects", {
            "title": "Fault", "template": "choice", "settings": settings}).json["id"]
        for person in self.experts + self.reviewers:
            self.manager.sure("POST", f"/projects/{project}/members", {"member": person.member})
        self.manager.sure("PATCH", f"/projects/{project}", {"state": "open"})
        return project
