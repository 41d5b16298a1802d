"""Rooms served by the real binary, and a PostgreSQL of the tests' own."""
import grp
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time

from support import contract
from support.client import API, Client

ROOT = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("GUILDHALL_BIN", ROOT / "build/dev/bin")).resolve()
GUILDHALL = str(BIN / "guildhall")
POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
START_S = 60  # sanitizer builds take their time


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


def run(*words):
    done = subprocess.run([GUILDHALL, *words], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"guildhall {' '.join(words[:2])}: {done.stderr}")
    return done.stdout


class Server:
    """`guildhall room serve` on a free port of loopback."""
    boxed = True

    def __init__(self, folder, store=None, public_url=None):
        self.folder, self.store, self.public_url = pathlib.Path(folder), store, public_url
        self.contract = None
        self.process = self.port = None
        self.options = []
        self.web = self.folder / "web"
        self.web.mkdir(exist_ok=True)
        (self.web / "index.html").write_text("<!doctype html><title>test</title>")
        self.log = self.folder / f"server-{id(self)}.log"

    def start(self):
        words = [GUILDHALL, "room", "serve", str(self.folder), "--listen", "127.0.0.1:0",
                 "--web", str(self.web)]
        words += ["--store", self.store] if self.store else []
        words += ["--public-url", self.public_url] if self.public_url else []
        words += self.options
        words += [] if self.boxed else ["--insecure-no-sandbox"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True,
                                        stderr=self.log.open("a"))
        line = self.process.stdout.readline()
        found = re.search(r"port (\d+)", line)
        if not found:
            raise AssertionError(f"the server did not start: {line!r} {self.tail()}")
        self.port = int(found.group(1))
        wait_for(self.healthy, START_S, "the server is ready")
        if self.contract is None:
            self.contract = contract.load(
                Client(self).send("GET", f"{API}/openapi.json").body)
        return self

    def healthy(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}: {self.tail()}")
        client = Client(self)
        try:
            return client.send("GET", "/healthz").status == 200
        except OSError:
            return False
        finally:
            client.close()

    def child(self, name="guildhall-room"):
        """The process that serves, below the supervisor; or its vault, "guildhall-vault"."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        for pid in pathlib.Path(path).read_text().split():
            try:
                if pathlib.Path(f"/proc/{pid}/cmdline").read_text().startswith(name):
                    return int(pid)
            except OSError:
                pass  # it has just ended
        return None

    def stop(self, how=signal.SIGTERM):
        """The exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(60)
        self.process.stdout.close()
        self.process = None
        return status

    def tail(self):
        return self.log.read_text()[-3000:] if self.log.exists() else ""


class Postgres:
    """A cluster in a temporary folder, reached by its Unix socket only."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-api-pg-"))
        self.folder.chmod(0o755)  # a server has no rights but its user's, root's neither
        self.as_user = {}
        self.count = 0
        if os.geteuid() == 0:  # initdb refuses root
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.as_user = {"user": "postgres", "group": grp.getgrgid(user.pw_gid).gr_name,
                            "extra_groups": []}
        self.program("initdb", "-D", f"{self.folder}/data", "-A", "trust", "-U", "postgres",
                     "--no-locale", "-E", "UTF8", "--no-sync")
        self.process = subprocess.Popen(
            [POSTGRES / "postgres", "-D", f"{self.folder}/data", "-c", "listen_addresses=",
             "-c", f"unix_socket_directories={self.folder}", "-c", "fsync=off",
             "-c", "max_connections=200", "-c", "shared_buffers=64MB"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.as_user)
        wait_for(self.ready, START_S, "PostgreSQL is ready")

    @staticmethod
    def missing():
        """Why there is none, or None."""
        if not (POSTGRES / "initdb").exists():
            return "no postgresql-15 package"
        return None

    def program(self, name, *words):
        subprocess.run([POSTGRES / name, *words], check=True, cwd=self.folder, timeout=120,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.as_user)

    def ready(self):
        return subprocess.run([POSTGRES / "pg_isready", "-h", str(self.folder)], check=False,
                              stdout=subprocess.DEVNULL).returncode == 0

    def database(self):
        """The address of a new, empty database."""
        self.count += 1
        name = f"room{self.count}"
        self.program("createdb", "-h", str(self.folder), "-U", "postgres", name)
        return f"postgres://postgres@/{name}?host={self.folder}"

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
