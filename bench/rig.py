"""What the figures share: scratch folders, a PostgreSQL server, a room's server, HTTP, rows.

Everything runs on loopback in a temporary folder that is removed at the end, also after Ctrl-C.
Python's standard library only."""

import contextlib
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.environ.get("GUILDHALL_BIN", os.path.join(TOP, "build/release/bin"))
PG = "/usr/lib/postgresql/15/bin"
SCRATCH = os.environ.get("GUILDHALL_BENCH_DIR", tempfile.gettempdir())


def program(name):
    return os.path.join(BIN, name)


@contextlib.contextmanager
def binaries(folder, kind):
    """Those of a kind ("plain": bench-room-plain, bench-seed-plain) instead of the real ones."""
    global BIN
    real = BIN
    made = os.path.join(folder, "bin-" + kind)
    if not os.path.exists(made):
        os.mkdir(made)
        for name in os.listdir(real):
            other = {"guildhall-room": f"bench-room-{kind}", "bench-seed": f"bench-seed-{kind}"}
            os.symlink(os.path.join(real, other.get(name, name)), os.path.join(made, name))
        os.remove(os.path.join(made, "guildhall"))  # it looks for the others beside itself
        shutil.copy2(os.path.join(real, "guildhall"), made)
    BIN = made
    try:
        yield
    finally:
        BIN = real


def run(*args, **kwargs):
    return subprocess.run(args, check=True, **kwargs)


def output(*args):
    return run(*args, stdout=subprocess.PIPE, text=True).stdout


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])


class Scratch:
    """A temporary folder."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="guildhall-bench-", dir=SCRATCH)
        os.chmod(self.path, 0o755)  # PostgreSQL runs as another user below it
        return self.path

    def __exit__(self, *unused):
        shutil.rmtree(self.path, ignore_errors=True)


class Postgres:
    """A server of its own, durable as shipped, on a Unix socket alone."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "postgres")
        os.mkdir(self.folder)
        user = None
        if os.geteuid() == 0:  # it refuses to run as root
            user = "postgres"
            who = pwd.getpwnam(user)
            os.chown(self.folder, who.pw_uid, who.pw_gid)
        data = os.path.join(self.folder, "data")
        quiet = {"user": user, "cwd": self.folder, "stdout": subprocess.DEVNULL,
                 "stderr": subprocess.DEVNULL}
        run(f"{PG}/initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-locale", "-E",
            "UTF8", **quiet)
        self.process = subprocess.Popen(
            [f"{PG}/postgres", "-D", data, "-c", "listen_addresses=", "-c",
             f"unix_socket_directories={self.folder}", "-c", "shared_buffers=1GB", "-c",
             "max_wal_size=8GB", "-c", "max_connections=100"], **quiet)
        self.url = f"postgres://postgres@/postgres?host={self.folder}"
        for _ in range(200):
            if subprocess.run([f"{PG}/pg_isready", "-q", "-h", self.folder]).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start")

    def sql(self, text):
        run(f"{PG}/psql", "-q", "-h", self.folder, "-U", "postgres", "-d", "postgres", "-c", text,
            stdout=subprocess.DEVNULL)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)


class Server:
    """`guildhall room serve` on a free port; `room_pid` is the process that serves."""

    def __init__(self, room, store=""):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        web = os.path.join(os.path.dirname(room), "web")  # a page is not what is measured
        os.makedirs(web, exist_ok=True)
        with open(os.path.join(web, "index.html"), "w", encoding="ascii") as page:
            page.write("<!doctype html><title>bench</title>")
        args = [program("guildhall"), "room", "serve", room, "--listen", self.address, "--web", web]
        if store:
            args += ["--store", store]
        began = time.monotonic()
        self.process = subprocess.Popen(args, stdout=subprocess.DEVNULL)
        self.start_ms = None
        while time.monotonic() - began < 60:
            try:
                if self.get("/healthz")[0] == 200:
                    self.start_ms = (time.monotonic() - began) * 1000
                    break
            except OSError:
                pass
            if self.process.poll() is not None:
                raise RuntimeError("the server ended at once")
            time.sleep(0.002)
        if self.start_ms is None:
            self.stop()
            raise RuntimeError("the server did not answer")
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(children, encoding="ascii") as file:
            pids = file.read().split()
        for pid in pids:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
                if file.read().startswith("guildhall-room"):
                    self.room_pid = int(pid)

    def get(self, path, token=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers=self.headers(token))
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()

    @staticmethod
    def headers(token):
        return {"Authorization": f"Bearer {token}"} if token else {}

    def memory_mb(self, what="VmRSS"):
        with open(f"/proc/{self.room_pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(what + ":"):
                    return int(line.split()[1]) / 1024
        raise RuntimeError("no memory figure")

    def forget_peak(self):
        with open(f"/proc/{self.room_pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def cpu_s(self):
        with open(f"/proc/{self.room_pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


class Room:
    """A seeded room in a scratch folder, and who may work in it."""

    def __init__(self, folder, name, store="", **seed):
        self.dir = os.path.join(folder, name)
        self.store = store
        self.people = os.path.join(folder, name + ".people")
        args = [self.dir, "--people", self.people]
        if store:
            args += ["--store", store]
        for key, value in seed.items():
            args += ["--" + key, str(value)]
        run(program("bench-seed"), *args)
        with open(self.people, encoding="ascii") as file:
            self.project = file.readline().split()[0]
            self.token = file.readline().split()[0]

    def manager_token(self, role="manager"):
        args = [program("guildhall"), "room", "token", self.dir, "--role", role, "--name", "bench"]
        if self.store:
            args += ["--store", self.store]
        return output(*args).strip()


def median(values):
    return statistics.median(values) if values else None


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if "model name" in line), "?")
    commit = subprocess.run(["git", "-C", TOP, "describe", "--always", "--dirty"],
                            stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    return {"commit": commit or "unknown", "cores": os.cpu_count(), "cpu": model,
            "load": round(os.getloadavg()[0], 1), "at": time.strftime("%Y-%m-%d %H:%M")}


def report(figure, **values):
    """One line of JSON on standard output, and appended to GUILDHALL_BENCH_LOG if that is set."""
    line = json.dumps({"figure": figure, **machine(), **values})
    print(line, flush=True)
    if os.environ.get("GUILDHALL_BENCH_LOG"):
        with open(os.environ["GUILDHALL_BENCH_LOG"], "a", encoding="utf-8") as file:
            file.write(line + "\n")
