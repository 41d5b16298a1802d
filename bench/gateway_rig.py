"""What bench/gateway.py measures: a mock model, and before it a room, another gateway, or nothing.

The gateway's processes are pinned to the first processor of those that this process may use, the
mock and the load to the second."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

import rig
from support import rig as rooms
from support import servers

KEY = "sk-room-0123456789abcdef"
PRICE = {"input": 1_000_000, "cached_input": 500_000, "output": 2_000_000}
PLENTY = 1_000_000_000_000
COLUMNS = ("requests_per_s", "p50_us", "p99_us", "cpu_us", "room_mb", "all_mb")
CORES = sorted(os.sched_getaffinity(0))
TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def on_core(number):
    """What is started in here stays on it."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORES[number]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def descendants(parent):
    text = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True,
                          check=True).stdout
    rows = [tuple(map(int, line.split())) for line in text.splitlines()]
    below, size = {parent}, 0
    while len(below) > size:
        size = len(below)
        below |= {pid for pid, above in rows if above in below}
    return sorted(below)


def cpu_us(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_US


def resident_mb(pid, what):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(rf"^{what}:\s+(\d+)", text, re.MULTILINE).group(1)) / 1024


class Contestant:
    """An address that answers as a model does, and the processes behind it."""

    def __init__(self, name, address, model, headers=(), parent=None, room=None):
        self.name, self.address, self.model, self.headers = name, address, model, headers
        self.room = room
        if parent:
            self.ask(json.dumps({"model": model, "messages": [{"role": "user", "content": "Hi"}]}))
        self.pids = descendants(parent) if parent else []

    def ask(self, body):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        sent = dict(header.split(": ", 1) for header in self.headers)
        connection.request("POST", "/v1/chat/completions", body,
                           {"Content-Type": "application/json", **sent})
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        if reply.status != 200:
            raise RuntimeError(f"{self.name}: {reply.status} {text[:300]}")
        return json.loads(text)

    def cpu_us(self):
        return sum(cpu_us(pid) for pid in self.pids)

    def memory(self):
        """Of the process that serves, all of it; of all processes, shared pages once."""
        served = self.room or (self.pids[0] if self.pids else None)
        return {"room_mb": round(resident_mb(served, "Rss"), 1) if served else 0,
                "all_mb": round(sum(resident_mb(pid, "Pss") for pid in self.pids), 1)}

    def check(self):
        """The processes that were measured are those that are there, and where they should be."""
        for pid in self.pids:
            allowed = os.sched_getaffinity(pid)
            if allowed != {CORES[0]}:
                raise RuntimeError(f"{self.name}: process {pid} may run on {allowed}")


class BenchRoom(rooms.Rig):
    """A room with one model behind one peer, and a key with a budget that lasts."""

    def __init__(self, mock, target):
        super().__init__("sqlite", None, experts=0)
        credential = self.folder / "credential"
        credential.write_text(KEY + "\n")
        servers.run("room", "peer", "add", str(self.folder), "--name", "mock", "--url",
                    f"http://127.0.0.1:{mock}/v1", "--allow", "127.0.0.1", "--dialect", "openai",
                    "--key-file", str(credential), "--bytes-per-day", str(1 << 40))
        model = self.owner.post("/models", {"name": "mock", "currency": "USD", "targets": [{
            "peer": "mock", "dialect": "openai", "model": target, "price": PRICE,
            "default_output": 256, "most_output": 4096, "context": 100_000}]})["id"]
        project = self.manager.post("/projects", {"title": "Bench", "template": "choice"})["id"]
        self.path = f"/projects/{project}"
        budget = self.manager.post(f"{self.path}/budgets", {
            "name": "Budget", "currency": "USD", "money": PLENTY, "tokens": None})["id"]
        self.secret = self.manager.post(f"{self.path}/virtual-keys", {
            "name": "Key", "purpose": "drafting", "budget": budget, "models": [model]})["secret"]


class Stage(contextlib.ExitStack):
    """Whatever was started ends with it."""

    def __enter__(self):
        super().__enter__()
        if len(CORES) < 2:
            raise RuntimeError("two processors are needed: one for the gateway, one for the load")
        with on_core(1):
            mock = subprocess.Popen(
                [rig.program("guildhall-mock-model"), "--port", "0", "--key", KEY],
                stdout=subprocess.PIPE, text=True)
        self.callback(mock.kill)
        self.mock = int(re.search(r"(\d{4,5})", mock.stdout.readline()).group(1))
        os.sched_setaffinity(0, {CORES[1]})
        return self

    def direct(self):
        return Contestant("direct", f"127.0.0.1:{self.mock}", "mock",
                          [f"Authorization: Bearer {KEY}"])

    def guildhall(self, name, folder=None, model="mock"):
        servers.BIN = pathlib.Path(folder or rig.BIN)
        servers.GUILDHALL = str(servers.BIN / "guildhall")
        with on_core(0):
            room = BenchRoom(self.mock, model)
        self.callback(room.close)
        return Contestant(name, f"127.0.0.1:{room.server.port}", "mock",
                          [f"Authorization: Bearer {room.secret}"], room.server.process.pid,
                          room.server.child())

    def unrecorded(self):
        """A folder of executables whose room keeps no records and has no budgets."""
        made = pathlib.Path(self.enter_context(tempfile.TemporaryDirectory()))
        for path in pathlib.Path(rig.BIN).iterdir():
            if path.name.startswith("guildhall"):
                other = path.with_name("bench-room-unrecorded")
                (made / path.name).symlink_to(other if path.name == "guildhall-room" else path)
        (made / "guildhall").unlink()  # it looks for the others beside itself
        shutil.copy2(pathlib.Path(rig.BIN) / "guildhall", made)
        return made

    def peer(self, name, folder):
        if name != "portkey":
            raise RuntimeError(f"how to start {name} is not known here")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        program = pathlib.Path(folder) / "node_modules/@portkey-ai/gateway/build/start-server.js"
        with on_core(0):
            process = subprocess.Popen(
                ["node", str(program), f"--port={port}", "--headless"], cwd=folder,
                env={**os.environ, "NODE_ENV": "production",
                     "TRUSTED_CUSTOM_HOSTS": "localhost,127.0.0.1"},
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.callback(process.kill)
        wait_open(port, process)
        return Contestant(name, f"127.0.0.1:{port}", "mock", [
            f"Authorization: Bearer {KEY}", "x-portkey-provider: openai",
            f"x-portkey-custom-host: http://127.0.0.1:{self.mock}/v1"], process.pid)


def wait_open(port, process):
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        if process.poll() is not None:
            raise RuntimeError("it ended at once")
        time.sleep(0.05)
    raise RuntimeError("it did not listen")


def load(one, body, *args, fails=False):
    """What bench-model-load says; an error where anything went wrong, unless `fails`."""
    headers = [word for header in one.headers for word in ("--header", header)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(body)
        file.flush()
        done = subprocess.run([rig.program("bench-model-load"), one.address, "--body",
                               "@" + file.name, *headers, *map(str, args)], check=False,
                              stdout=subprocess.PIPE, text=True)
    if not done.stdout or (done.returncode != 0 and not fails):
        raise RuntimeError(f"{one.name}: {done.stdout}")
    return rig.last_json(done.stdout)


def measure(one, body, kind, level, seconds):
    """One turn. Processor time covers its warm-up too: of what was sent in both."""
    warm_up = 1
    lines = level if kind == "connections" else 64
    before = one.cpu_us()
    said = load(one, body, "--connections", lines, "--seconds", seconds, "--warm-up", warm_up,
                *(["--rate", level] if kind == "rate" else []), fails=True)
    whole = said["requests"] * (seconds + warm_up) / seconds
    return {**{what: said[what] for what in ("requests_per_s", "p50_us", "p99_us")},
            "cpu_us": (one.cpu_us() - before) / max(whole, 1), **one.memory(),
            "errors": sum(said["errors"].values())}


def slope(points):
    """Least squares."""
    n, sx, sy = len(points), sum(x for x, _ in points), sum(y for _, y in points)
    sxx, sxy = sum(x * x for x, _ in points), sum(x * y for x, y in points)
    return (n * sxy - sx * sy) / (n * sxx - sx * sx) if n * sxx != sx * sx else 0.0
