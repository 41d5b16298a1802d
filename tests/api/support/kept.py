"""A room whose keys are with a keeper, and that keeper, both the real processes."""
import json
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from support.client import Client
from support.servers import BIN, GUILDHALL, Server, run, wait_for

KEEPER_S = 30


class Keeper:
    def __init__(self, folder, *options):
        self.folder = pathlib.Path(folder)
        self.named(run("keeper", "init", str(self.folder), "--no-passphrase", *options))

    def named(self, made):
        self.id = re.search(r"keeper1:\S+", made).group()
        self.witness = re.search(r"witness (\S+)", self.say("status")[1])[1]
        self.process, self.serving = None, []

    @classmethod
    def second(cls, folder, first):
        """Beside the first, from its kit and keys.box."""
        made = cls.__new__(cls)
        made.folder = pathlib.Path(folder)
        made.named(made.with_kit(first, "recover", "--second", "--no-passphrase"))
        return made

    def with_kit(self, other, command, *words):
        """A command that takes the other's keys.box, and its shares as they are typed."""
        kit = run("keeper", "kit", str(other.folder), "--shares", "2/3")
        shares = [part.split("\n")[1] for part in kit.split("\nShare ")[1:]]
        done = subprocess.run([GUILDHALL, "keeper", command, str(self.folder), *words,
                               "--box", str(other.folder / "keys.box")],
                              input="\n".join(shares[1:]) + "\n", capture_output=True, text=True,
                              timeout=60)
        assert done.returncode == 0, done
        return done.stdout

    def add_room(self, url, key, term=60, *more):
        return run("keeper", "add-room", str(self.folder), "--url", url, "--room-key", key,
                   "--term", str(term), *more)

    def start(self):
        self.process = subprocess.Popen([GUILDHALL, "keeper", "serve", str(self.folder),
                                         *self.serving],
                                        stderr=(self.folder / "keeper.log").open("a"))
        wait_for(lambda: self.say("status")[1].startswith("running"), 30, "the keeper runs")
        return self

    def alarms(self):
        """Of all its rooms, by what its running process says; not those of a lost connection."""
        try:
            rooms = json.loads((self.folder / "status.json").read_text())["rooms"]
        except FileNotFoundError:
            return set()
        return {name for room in rooms for name in room["alarms"]
                if not name.startswith(("http-", "room-refuses"))}

    def stop(self, how=signal.SIGTERM):
        """Also when it is stopped already."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait(30)
        self.process = None

    def say(self, what, *scope):
        done = subprocess.run([GUILDHALL, "keeper", what, str(self.folder), *scope],
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def withdraw(self, *scope):
        status, said = self.say("withdraw", *scope)
        assert status == 0, said
        return said

    def restore(self, *scope):
        status, said = self.say("restore", *scope)
        assert status == 0, said
        return said


def leaves_of(log):
    """Every leaf of a log that there is by now, as objects, in order; none where there is none."""
    def whole():
        size = int((log / "checkpoint").read_text().split("\n")[1])
        found = leaves_now(log / "tile/entries")
        return [found] if len(found) >= size else None
    return wait_for(whole, 10, "as many as signed for")[0] if (log / "checkpoint").exists() else []


def leaves_now(entries):
    """What lies there, but for files that went meanwhile: a log writes wider ones instead."""
    found = {}
    for path in list(entries.rglob("*")):
        name = str(path.relative_to(entries))
        number = int(re.sub(r"[x/]", "", name.split(".p")[0]))
        try:
            data, index = path.read_bytes(), number * 256
        except (IsADirectoryError, FileNotFoundError):
            continue
        while data:
            size = int.from_bytes(data[:2], "big")
            found[index] = json.loads(data[2:2 + size])
            data, index = data[2 + size:], index + 1
    return [found[index] for index in sorted(found)]


class KeptRoom:
    """Made locked; `open` waits for its keeper's lease."""

    def __init__(self, postgres=None, term=60, keepers=1, introduced=True):
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-kept-"))
        self.folder = self.base / "room"
        self.keepers = [Keeper(self.base / f"keeper{n}") for n in range(keepers)]
        self.keeper = self.keepers[0]
        store = ["--store", postgres.database()] if postgres else []
        named = [word for keeper in self.keepers for word in ("--keeper", keeper.id)]
        run("room", "init", str(self.folder), *named, *store)
        self.key = subprocess.run([str(BIN / "guildhall-vault"), str(self.folder), "--show-key"],
                                  capture_output=True, text=True, check=True).stdout.strip()
        self.server = Server(self.folder).start()
        for keeper in self.keepers if introduced else []:
            keeper.add_room(f"http://127.0.0.1:{self.server.port}", self.key, term)
        self.people = {}

    def health(self, server=None):
        return Client(server or self.server).send("GET", "/healthz").json

    def is_open(self, server=None):
        return self.health(server)["room"] == "open"

    def wait_open(self, seconds=KEEPER_S):
        wait_for(self.is_open, seconds, "the room is open")

    def wait_locked(self, seconds=KEEPER_S):
        wait_for(lambda: not self.is_open(), seconds, "the room is locked")

    def open(self):
        self.keeper.start()
        self.wait_open()
        return self

    def add(self, role, name=None):
        token = run("room", "token", str(self.folder), "--role", role,
                    "--name", name or role).strip()
        client = Client(self.server, token=token)
        client.member = client.get("/me")["member"]["id"]
        self.people[name or role] = client
        return client

    def leaves(self):
        return leaves_of(self.folder / "vault/log")

    def close(self):
        for keeper in self.keepers:
            keeper.stop()
        status = self.server.stop()
        shutil.rmtree(self.base, ignore_errors=True)
        return status


def cloned(room):
    """A copy of the room's folder, served beside it; the room has another port afterwards."""
    room.server.stop()
    clone = room.base / "clone"
    subprocess.run(["cp", "-a", str(room.folder), str(clone)], check=True)
    settings = clone / "room.json"
    settings.write_text(settings.read_text().replace(str(room.folder), str(clone)))
    room.server.start()
    return Server(clone).start()


def leaf_appears(room, verb, seconds=10):
    def look():
        return [leaf for leaf in room.leaves() if leaf["verb"] == verb]
    return wait_for(look, seconds, f"a leaf {verb}")


def pause(process_id, seconds):
    """Stopped as by a debugger, or a machine that sleeps."""
    import os
    os.kill(process_id, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(process_id, signal.SIGCONT)


class Recorder:
    """Between keeper and room: passes every exchange on, and keeps what the keeper said."""

    def __init__(self, port):
        import http.client
        import http.server
        import threading
        bodies = self.bodies = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                bodies.append(body)
                onward = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                onward.request("POST", self.path, body,
                               {"Content-Type": "application/octet-stream"})
                reply = onward.getresponse()
                try:
                    data = reply.read()
                except http.client.HTTPException:  # held, and the room ended meanwhile
                    self.close_connection = True
                    return
                onward.close()
                self.send_response(reply.status)
                self.send_header("Content-Length", str(len(data)))
                try:
                    self.end_headers()
                    self.wfile.write(data)
                except (BrokenPipeError, ConnectionResetError):  # the keeper was ended meanwhile
                    self.close_connection = True

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
