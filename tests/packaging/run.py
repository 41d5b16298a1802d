#!/usr/bin/env python3
"""The units of packaging/, a host without user namespaces, and the demo with other models.

What a unit says of system calls is put around the real executables (confine.py), since a test has
no service manager; what systemd-analyze says of them is read where it is there. A host without
namespaces is had by a user namespace whose limit of further ones is 0. Last line: N passed, N
failed, N skipped."""
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
import traceback
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BIN = pathlib.Path(os.environ.get("GUILDHALL_BIN", ROOT / "build/dev/bin")).resolve()
sys.path.insert(0, str(ROOT / "tests/api"))
sys.dont_write_bytecode = True

from model_server import SAID, ModelServer  # noqa: E402
from support import contract  # noqa: E402
from support.client import Client  # noqa: E402
from support.servers import run, wait_for  # noqa: E402

UNITS = ROOT / "packaging"
BOXED, PLAIN = UNITS / "guildhall-room.service", UNITS / "guildhall-room@.service"
MOST_EXPOSED = {BOXED: 3.0, PLAIN: 1.5}  # systemd's figure: 10 is anything goes
NO_NAMESPACES = ["unshare", "--user", "--map-root-user", "sh", "-c",
                 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh"]


class Skip(Exception):
    pass


class Made:
    """A room in a folder of its own, and a server of it under whatever stands before."""

    def __init__(self, before, options=()):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-unit-"))
        self.room = self.top / "room"
        run("room", "init", str(self.room), "--no-passphrase")
        self.before, self.options = before, options
        self.process = None
        self.log = self.top / "log"
        self.web = self.top / "web"
        self.web.mkdir()
        (self.web / "index.html").write_text("<!doctype html><title>test</title>")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        shutil.rmtree(self.top, ignore_errors=True)

    def start(self):
        words = [*self.before, str(BIN / "guildhall"), "room", "serve", str(self.room), "--listen",
                 "127.0.0.1:0", "--web", str(self.web), *self.options]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True,
                                        stderr=self.log.open("a"))
        found = re.search(r"port (\d+)", self.process.stdout.readline())
        assert found, f"it did not start ({self.process.wait(20)}): {self.log.read_text()}"
        self.port = int(found.group(1))
        self.health = wait_for(self.healthy, 60, "the room serves")
        self.contract = contract.load(Client(self).send("GET", "/api/v1/openapi.json").body)
        return self

    def healthy(self):
        assert self.process.poll() is None, self.log.read_text()
        return health(f"http://127.0.0.1:{self.port}")

    def does_its_work(self):
        token = run("room", "token", str(self.room), "--role", "owner", "--name", "O").strip()
        owner = Client(self, token=token)
        project = owner.post("/projects", {"title": "Under a unit", "template": "choice"})
        assert owner.get(f"/projects/{project['id']}")["title"] == "Under a unit"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def health(base):
    try:
        return json.load(urllib.request.urlopen(f"{base}/healthz", timeout=5))
    except OSError:
        return None


def under(unit):
    return [sys.executable, str(HERE / "confine.py"), str(unit)]


def analyze(*words):
    if not shutil.which("systemd-analyze"):
        raise Skip("there is no systemd-analyze here")
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


def installed(unit, folder):
    """The unit as it would be, with our executable in the place it names."""
    name = unit.name.replace("@.", "@one.")
    path = pathlib.Path(folder) / name
    path.write_text(unit.read_text().replace("/usr/local/bin/guildhall", str(BIN / "guildhall")))
    return path


def systemd_takes_the_units_as_they_are():
    with tempfile.TemporaryDirectory() as folder:
        for unit in (BOXED, PLAIN):
            path = installed(unit, folder)
            told = analyze("verify", "--man=no", str(path))
            words = [line for line in (told.stdout + told.stderr).splitlines() if path.name in line]
            assert not words and told.returncode == 0, (unit.name, told)
            path.write_text(path.read_text().replace("ProtectHome=yes", "ProtectHone=yes"))
            assert "ProtectHone" in analyze("verify", "--man=no", str(path)).stderr, "the control"


def systemd_finds_them_tight():
    with tempfile.TemporaryDirectory() as folder:
        for unit, most in MOST_EXPOSED.items():
            path = installed(unit, folder)
            told = analyze("security", "--offline=true", "--no-pager", str(path))
            figure = float(re.search(r"Overall exposure level for .*: ([0-9.]+)", told.stdout)[1])
            print(f"      {unit.name}: exposure {figure}", flush=True)
            assert figure <= most, (unit.name, figure)


def confinable():
    analyze("syscall-filter", "@default")


def a_room_boxes_its_roles_under_the_unit():
    confinable()
    with Made(under(BOXED)) as made:
        made.start()
        assert made.health["sandbox"] == "on" and made.health["layers"]["alone_in_net"], made.health
        made.does_its_work()
        assert made.stop() == 0, made.log.read_text()


def a_room_serves_under_the_unit_for_hosts_without_namespaces():
    confinable()
    with Made(under(PLAIN), ["--no-namespaces"]) as made:
        made.start()
        layers = made.health["layers"]
        assert made.health["sandbox"] == "on" and not layers["alone_in_net"], made.health
        assert layers["seccomp"] and layers["landlock_abi"] > 0, layers
        made.does_its_work()
        assert made.stop() == 0
        said = made.log.read_text()
        for role in ("room", "vault"):
            assert re.search(f'NO NAMESPACES.*role="{role}"', said), said
        # The next start says it again.
        made.start().stop()
        assert made.log.read_text().count("NO NAMESPACES") == 4, made.log.read_text()


def that_unit_gives_no_namespaces():
    """The control: without the option the same room says why it does not start."""
    confinable()
    with Made(under(PLAIN)) as made:
        done = subprocess.run([*made.before, str(BIN / "guildhall"), "room", "serve",
                               str(made.room), "--listen", "127.0.0.1:0"], capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == 2 and "network and root of its own" in done.stderr, done


def can_forbid():
    if subprocess.run([*NO_NAMESPACES, "true"], capture_output=True, check=False).returncode != 0:
        raise Skip("this host gives no user namespace to forbid further ones in")


def a_host_without_user_namespaces_is_told_cause_and_remedy():
    can_forbid()
    with Made(NO_NAMESPACES) as made:
        done = subprocess.run([*made.before, str(BIN / "guildhall"), "room", "serve",
                               str(made.room), "--listen", "127.0.0.1:0"], capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == 2 and not done.stdout, done
        for words in ("user.max_user_namespaces is 0: raise it", "guildhall-room@.service",
                      "--no-namespaces", "--insecure-no-sandbox"):
            assert words in done.stderr, (words, done.stderr)
        assert "unprivileged_userns_clone is 0" not in done.stderr, "what is not in the way"


def what_has_no_box_shouts_at_each_start():
    with Made([], ["--insecure-no-sandbox"]) as made:
        for starts in (1, 2):
            made.start()
            assert made.health["sandbox"] == "off" and "layers" not in made.health, made.health
            assert made.stop() == 0
            said = made.log.read_text()
            for role in ("room", "vault"):
                assert len(re.findall(f'INSECURE.*role="{role}"', said)) == starts, (role, said)


def the_vault_asks_for_a_passphrase_from_its_box():
    with tempfile.TemporaryDirectory() as folder:
        room, phrase = pathlib.Path(folder) / "room", pathlib.Path(folder) / "phrase"
        phrase.write_text("a phrase to be typed\n")
        run("room", "init", str(room), "--passphrase-file", str(phrase))
        (pathlib.Path(folder) / "index.html").write_text("<!doctype html><title>test</title>")
        child, terminal = pty.fork()
        if child == 0:
            os.execv(BIN / "guildhall", ["guildhall", "room", "serve", str(room), "--listen",
                                         "127.0.0.1:0", "--web", folder])
        try:
            said = os.read(terminal, 4096)
            while b"passphrase" not in said:
                said += os.read(terminal, 4096)
            # What is typed before the echo is off is thrown away with it.
            wait_for(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO, 20, "no echo")
            os.write(terminal, b"a phrase to be typed\n")
            port = re.search(rb"port (\d+)", said)[1].decode()
            found = wait_for(lambda: health(f"http://127.0.0.1:{port}"), 60, "it serves")
            assert found["room"] == "open" and found["sandbox"] == "on", found
        finally:
            os.kill(child, signal.SIGTERM)
            assert os.waitpid(child, 0)[1] == 0
            os.close(terminal)


class Demo:
    """`guildhall demo` on a free port, under whatever stands before."""

    def __init__(self, *options, before=()):
        self.folder = tempfile.mkdtemp(prefix="guildhall-demo-test-")
        self.log = (pathlib.Path(self.folder) / "said").open("w+")
        self.process = subprocess.Popen(
            [*before, str(BIN / "guildhall"), "demo", "--port", "0", *options], stdout=self.log,
            stderr=subprocess.STDOUT, env=dict(os.environ, TMPDIR=self.folder))

    def __enter__(self):
        wait_for(lambda: "Stop with Ctrl-C" in self.said() or self.process.poll() is not None, 90,
                 "the demo stands")
        found = re.search(r"http://127\.0\.0\.1:(\d+)/#", self.said())
        assert found, self.said()
        self.port = int(found[1])
        self.base = f"http://127.0.0.1:{self.port}"
        self.health = wait_for(self.has_its_keys, 60, "it serves")
        self.contract = contract.load(Client(self).send("GET", "/api/v1/openapi.json").body)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def has_its_keys(self):
        found = health(self.base)
        return found if found and found["room"] == "open" else None

    def said(self):
        return pathlib.Path(self.log.name).read_text()

    def enter(self, name):
        code = re.search(rf"^ +{name} +\S+/#/join/(\S+)", self.said(), re.M)[1]
        reply = Client(self).call("POST", "/invites/accept", {"code": code},
                                  headers={"Sec-Fetch-Site": "same-origin"})
        assert reply.status == 201, reply
        cookie = reply.headers["Set-Cookie"].split(";")[0]
        return Client(self, cookie=cookie)

    def talk(self, text):
        """The replies to one turn, as the expert is shown them."""
        expert = self.enter("Expert 2")
        project, = (one["id"] for one in expert.items("/projects")
                    if one["title"] == "Advice, in conversation")
        held = expert.post(f"/projects/{project}/assignments", {}, 201)
        path = f"/assignments/{held['id']}/dialogue"
        reply = expert.call("POST", f"{path}/turns", {"token": held["lease"]["token"],
                                                      "parent": None, "text": text})
        assert reply.status == 200, reply
        return [one for one in expert.get(path)["nodes"] if one["kind"] == "reply"]


def the_demo_goes_on_without_models():
    can_forbid()
    with Demo(before=NO_NAMESPACES) as demo:
        assert "user.max_user_namespaces is 0" in demo.said(), demo.said()
        assert "goes on without boxes, and so without models" in demo.said(), demo.said()
        assert demo.health["sandbox"] == "on", demo.health
        assert not demo.health["layers"]["alone_in_net"], demo.health


def the_demo_talks_with_a_server_of_ones_own():
    with ModelServer() as server:
        with Demo("--model-url", server.url, "--model", "small-one") as demo:
            replies = demo.talk("Does anybody hear me?")
            assert [(one["state"], one["text"]) for one in replies] == [("complete", SAID)], replies
            path, asked, key = server.asked[-1]
            assert path == "/v1/chat/completions" and asked["model"] == "small-one", server.asked
            assert asked["messages"][-1] == {"role": "user", "content": "Does anybody hear me?"}
            assert key is None, "no key was given, so none is sent"
            assert "Mock model" not in demo.said(), demo.said()


def the_demo_talks_with_a_mock_that_runs_apart():
    mock = subprocess.Popen([str(BIN / "guildhall"), "mock-model", "--port", "0"], text=True,
                            stdout=subprocess.PIPE)
    try:
        port = re.search(r"port (\d+)", mock.stdout.readline())[1]
        with Demo("--model-url", f"http://127.0.0.1:{port}/v1", "--model", "mock:echo") as demo:
            reply, = demo.talk("Just as I said it.")
            assert (reply["state"], reply["text"]) == ("complete", "Just as I said it."), reply
    finally:
        mock.terminate()
        mock.wait(10)
        mock.stdout.close()


def a_model_server_that_is_not_there_is_said_at_once():
    with ModelServer() as server:
        gone = server.url
    for url, words in ((gone, ("No model server answers", gone, "Connection refused")),
                       ("http://no-such-host.invalid/v1", ("no-such-host.invalid", "no address")),
                       ("127.0.0.1:8000", ("is no address of a model server", "http://HOST:PORT")),
                       ("http://127.0.0.1:x/v1", ("is no address of a model server",))):
        done = subprocess.run([str(BIN / "guildhall"), "demo", "--port", "0", "--model-url", url,
                               "--model", "m"], capture_output=True, text=True, timeout=60,
                              check=False)
        assert done.returncode == 2 and not done.stdout, (url, done)
        for word in words:
            assert word in done.stderr, (word, done.stderr)


CASES = (systemd_takes_the_units_as_they_are, systemd_finds_them_tight,
         a_room_boxes_its_roles_under_the_unit,
         a_room_serves_under_the_unit_for_hosts_without_namespaces, that_unit_gives_no_namespaces,
         a_host_without_user_namespaces_is_told_cause_and_remedy,
         what_has_no_box_shouts_at_each_start,
         the_vault_asks_for_a_passphrase_from_its_box, the_demo_goes_on_without_models,
         the_demo_talks_with_a_server_of_ones_own, the_demo_talks_with_a_mock_that_runs_apart,
         a_model_server_that_is_not_there_is_said_at_once)


def main():
    passed = failed = skipped = 0
    chosen = sys.argv[2] if sys.argv[1:2] == ["--only"] else ""
    for one in CASES:
        title = one.__name__.replace("_", " ")
        if chosen not in title:
            continue
        began = time.monotonic()
        try:
            one()
            passed += 1
            print(f"ok    {title} ({time.monotonic() - began:.0f} s)", flush=True)
        except Skip as why:
            skipped += 1
            print(f"skip  {title}: {why}", flush=True)
        except Exception:  # noqa: BLE001
            failed += 1
            print(f"FAIL  {title}\n{traceback.format_exc()}", flush=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
