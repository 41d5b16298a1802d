#!/usr/bin/env python3
"""The incident of March 2026, replayed: a malicious library in a role of the connector takes what
it sees and tries to get it out, while a request with a planted playbook goes through.

A real room is served with one role replaced by one that has the thief linked in (thief.h); each
way out has a peer of its own. In namespaces of its own a sink listens on every address, the
metadata service's too. The control is the same without sandbox. Prints a table of roles and ways,
what the peers were sent, and the report of what went through a stopped connector. Last line: N
passed, N failed, N skipped."""
import ctypes
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import traceback
import types
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REAL = pathlib.Path(os.environ.get("GUILDHALL_BIN", ROOT / "build/dev/bin")).resolve()
sys.path[:0] = [str(ROOT / "tests/api"), str(ROOT / "tests/escape")]
sys.dont_write_bytecode = True

import sink as outside  # noqa: E402
from peers import Peer, tls  # noqa: E402
from support import servers  # noqa: E402
from support.client import Client, Reply  # noqa: E402
from support.exchanges import PRICE  # noqa: E402
from support.kept import leaves_of  # noqa: E402
from support.servers import Server, run, wait_for  # noqa: E402

WORLD = pathlib.Path("/run/incident")
ROOM = WORLD / "room"
PLANTED = ("home/.env", "home/.aws/credentials", "home/.ssh/id_ed25519",
           "home/.config/gcloud/credentials.db", "home/.kube/config")
KUBE = pathlib.Path("/run/secrets/kubernetes.io/serviceaccount/token")
KEY, PROMPT, RUBRIC, FILE = (f"CANARY-{word}-7Q2" for word in ("KEY", "PROMPT", "RUBRIC", "FILE"))
PLAYBOOK = (KEY, PROMPT, RUBRIC, FILE)
ROLES = ("dialler", "shim", "translator")
PLAIN, BULK, FOREIGN, TLS = 7001, 7002, 7003, 7004
PATIENCE_S = 10
BUDGET = 4 << 20  # of the peer that is sent all that goes, bytes a day
CONNECTIONS = 16  # ways.cpp
BURST = 512 << 10  # what a new connection sends before its pace is kept, bytes

WAYS = ("tcp", "udp", "dns", "mptcp", "metadata", "unix", "turn", "fast-open", "pass", "splice",
        "io-uring", "memory", "execute", "output", "silent")
OWN = {"shim": ("foreign", "bulk"), "dialler": ("misdial", "misdial-tls", "spent"),
       "translator": ("garbage-room", "garbage-shim", "forged", "reply")}
# What must become of each in its box; the control's is after it. Both are letters of the table.
ANYONE = {"tcp": "Bo", "udp": "Bo", "dns": "Bo", "mptcp": "Bo", "metadata": "Bo", "unix": "Bo",
          "turn": "..", "fast-open": "..", "pass": "qq", "splice": "Bo", "io-uring": "Bo",
          "memory": "Bo", "execute": "Bo", "output": "qq", "silent": "So"}
EXPECTED = {
    "shim": ANYONE | {"turn": "Bo", "fast-open": "Bq", "foreign": "PP", "bulk": "PP"},
    "translator": ANYONE | {"garbage-room": "qq", "garbage-shim": "qq", "forged": "PP",
                            "reply": "CC"},
    # It lives in the host's network. By TCP it reaches its peer's port and that of names, where
    # Landlock has ports; by UDP what it likes: it has nothing to tell there.
    "dialler": ANYONE | {"tcp": "qo", "udp": "eo", "dns": "eo", "metadata": "qo", "unix": "qo",
                         "silent": "So", "misdial": "!!", "misdial-tls": "qq", "spent": "qq"},
}
def landlock_abi():
    return max(0, ctypes.CDLL(None).syscall(444, None, 0, 1))


# An older kernel's Landlock has no ports, or no abstract sockets.
EXPECTED["dialler"] |= {way: "eo" for abi, way in ((4, "tcp"), (4, "metadata"), (6, "unix"))
                        if landlock_abi() < abi}
LEGEND = """
B blocked, the peer stopped and the room told    S the same, for having closed its output
q nothing came of it        . nothing to try it with     o out: at the sink, with what it had
e empty-handed: at the sink, without a word of the playbook
P to its peer, and nowhere else                 C told to the client who had asked
! out, with the playbook: not claimed to be held (docs/threat-model.md)
"""


def prompt_of(way):
    return f"{PROMPT} by {way}."


class Cases:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good, title, why=""):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        if not good:
            print(f"FAILED {title}: {why}", flush=True)


class World:
    """What is outside: planted secrets, the sink, the peers."""

    def __init__(self):
        outside.bring_up("169.254.169.254")
        outside.bring_up("10.66.0.1", b"lo:sink")
        assert outside.hide_behind_memory("/run"), "a tmpfs can be mounted"
        outside.hide_behind_memory("/etc/cron.d")
        for path in [WORLD / one for one in PLANTED] + [KUBE, pathlib.Path("/etc/cron.d/planted")]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"secret={FILE}\n")
        numbers = types.SimpleNamespace(tcp=8080, udp=9999, dns=53, web=80, peer=7000,
                                        abstract="guildhall-incident-sink", folder=str(WORLD))
        self.sink = outside.Sink(numbers)
        for port in (PLAIN, TLS):  # the peers' ports, where nobody is a peer
            self.sink.listen(socket.create_server(("10.66.0.1", port), backlog=128))
        certificate, key = WORLD / "peer.pem", WORLD / "peer.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=peer",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
                        certificate], check=True, capture_output=True)
        self.certificate = certificate
        self.peers = {port: Peer(port) for port in (PLAIN, BULK, FOREIGN)}
        self.peers[TLS] = Peer(TLS, tls(certificate, key))

    def forget(self):
        self.sink.received()
        self.sink.bytes.clear()
        for peer in self.peers.values():
            peer.forget()


class Rig:
    """A room with one role replaced, and a peer, a model and a request for each way."""

    def __init__(self, world, role, boxed):
        self.world, self.role, self.boxed = world, role, boxed
        world.forget()
        self.ways = ("none", *WAYS, *OWN[role])
        self.bin = WORLD / f"bin-{role}"
        if not self.bin.exists():
            shutil.copytree(REAL, self.bin, ignore=lambda _, names: {
                n for n in names if not n.startswith("guildhall") or "thief" in n or "mutant" in n})
            shutil.copy2(REAL / f"guildhall-{role}-thief", self.bin / f"guildhall-{role}")
        servers.GUILDHALL = str(self.bin / "guildhall")
        shutil.rmtree(ROOM, ignore_errors=True)
        run("room", "init", str(ROOM), "--no-passphrase")
        (WORLD / "key").write_text(KEY + "\n")
        for way in self.ways:
            self.add_peer(way)
        self.server = Server(ROOM)
        self.server.options = [] if boxed else ["--insecure-no-sandbox"]
        try:
            self.server.start()
        except AssertionError as why:
            raise AssertionError(f"{why}: {self.server.tail()}") from why
        self.owner = Client(self.server, run("room", "token", str(ROOM), "--role", "owner",
                                             "--name", "O").strip())
        self.secret = self.fill()

    def add_peer(self, way):
        port = {"bulk": BULK, "foreign": FOREIGN, "misdial-tls": TLS}.get(way, PLAIN)
        scheme = "https" if port == TLS else "http"
        budget = BUDGET if way == "bulk" and self.boxed else 1 << 30
        run("room", "peer", "add", str(ROOM), "--name", f"try-{way}", "--url",
            f"{scheme}://127.0.0.1:{port}/v1", "--allow", "127.0.0.1", "--key-file",
            str(WORLD / "key"), "--bytes-per-day", str(budget),
            *(["--ca-file", str(self.world.certificate)] if port == TLS else []))

    def fill(self):
        models = [self.owner.post("/models", {"name": f"try-{way}", "currency": "USD", "targets": [
            {"peer": f"try-{way}", "dialect": "openai", "model": "m-1", "price": PRICE,
             "default_output": 100}]})["id"] for way in self.ways]
        self.project = self.owner.post("/projects", {"title": "p", "template": "choice"})["id"]
        budget = self.owner.post(f"/projects/{self.project}/budgets",
                                 {"name": "b", "currency": "USD", "tokens": 1 << 40})["id"]
        return self.owner.post(f"/projects/{self.project}/virtual-keys", {
            "name": "k", "purpose": "judge", "budget": budget, "models": models})["secret"]

    def ask(self, way):
        """The reply; status 0 where nobody answered in time: a thief at the other end does not."""
        body = json.dumps({"model": f"try-{way}", "max_tokens": 20, "messages": [
            {"role": "system", "content": RUBRIC}, {"role": "user", "content": prompt_of(way)}]})
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
        try:
            connection.request("POST", "/v1/chat/completions", body, {
                "Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"})
            reply = connection.getresponse()
            return Reply(reply.status, reply.headers, reply.read())
        except OSError:
            return Reply(0, {}, b"")
        finally:
            connection.close()

    def play(self):
        with ThreadPoolExecutor(4) as pool:
            self.replies = dict(zip(self.ways, pool.map(self.ask, self.ways)))
        time.sleep(0.2)  # what was sent last arrives
        self.out = self.world.sink.received()
        for _ in range(100 if self.boxed else 1):  # one is stopped only after a while
            self.told = {one["name"][4:]: one for one in self.owner.get("/peers")["items"]}
            if self.told["silent"]["stopped_by"]:
                break
            time.sleep(0.1)

    def mark(self, way):
        at_sink = f"LOOT {self.role} {way}".encode()
        lines = [line for line in self.out.split(b"\n") if at_sink in line]
        if way.startswith("misdial"):  # it is the shim that sends then, if it does
            lines = [self.out] if prompt_of(way).encode() in self.out else []
        words = [word for word in PLAYBOOK if any(word.encode() in line for line in lines)]
        to_peer = any(f"LOOT {self.role} {way}".encode() in peer.received()[1]
                      for peer in self.world.peers.values())
        stopped = self.told[way]["stopped_by"]
        if lines:
            return "!" if way.startswith("misdial") else "e" if self.boxed and not words else "o"
        if stopped:
            return "S" if stopped["why"] == "silent" else "B"
        if to_peer:
            return "P"
        if at_sink in self.replies[way].body:
            return "C"
        return "." if way in ("turn", "fast-open") and self.role != "shim" else "q"

    def close(self):
        self.server.stop()


def table(marks):
    print(f"\nLandlock ABI {landlock_abi()}\n{LEGEND}")
    print(f"{'':14}" + "".join(f"{role:>22}" for role in ROLES))
    print(f"{'':14}" + "".join(f"{'boxed  control':>22}" for _ in ROLES))
    for way in (*WAYS, *(way for role in ROLES for way in OWN[role])):
        cells = "".join(f"{marks[role].get(way, '  ')[0]:>15}{marks[role].get(way, '  ')[1]:>7}"
                        for role in ROLES)
        print(f"{way:14}{cells}")
    print(flush=True)


def check_room_goes_on(rig, cases):
    cases.check(rig.replies["none"].status == 200, f"{rig.role}: the honest request is answered",
                rig.replies["none"])
    again = rig.ask("none")
    cases.check(again.status == 200, f"{rig.role}: the room goes on", again)
    log = rig.server.log.read_text()
    for word in ("CANARY", "LOOT"):
        cases.check(word not in log, f"{rig.role}: nothing taken is in the room's log", word)


def check_told(rig, cases):
    """The deeds, in the room's log; and the report of each peer that was stopped."""
    def ended():
        return [leaf for leaf in leaves_of(ROOM / "vault/log") if leaf["verb"] == "peer.stop"]
    stopped = [way for way, one in rig.told.items() if one["stopped_by"]]
    wait_for(lambda: len(ended()) >= len(stopped), 20, "every stop is a leaf of the log")
    cases.check(len(ended()) == len(stopped), f"{rig.role}: no other stop is in the log")
    cases.check("a peer was stopped by its sandbox" in rig.server.log.read_text() or not stopped,
                f"{rig.role}: the room's log says so")
    by = {rig.told[way]["stopped_by"]["role"] for way in stopped}
    cases.check(by == {rig.role}, f"{rig.role}: it is named", by)


def exposure(rig, way):
    return rig.owner.get(f"/peers/try-{way}/exposure")


def check_report(rig, way, cases):
    import hashlib
    digest = hashlib.sha256((REAL / f"guildhall-{rig.role}-thief").read_bytes()).hexdigest()
    all_ids = {one["id"] for one in rig.owner.items(f"/projects/{rig.project}/exchanges")}
    report = wait_for(lambda: (lambda one: one if one["runs"] and one["runs"][0]["ended_at"] and
                               one["runs"][0]["exchanges"] else None)(exposure(rig, way)), 20,
                      "the report is complete")
    first = report["runs"][0]
    found = {one["sha256"] for one in first["executables"] if one["role"] == rig.role}
    cases.check(found == {digest}, f"{rig.role}: the report names the executable", report)
    ids = {one["id"] for run_ in report["runs"] for one in run_["exchanges"]}
    cases.check(len(ids) == 1 and ids <= all_ids, f"{rig.role}: and the one exchange", report)
    other = {one["id"] for run_ in exposure(rig, "none")["runs"] for one in run_["exchanges"]}
    cases.check(not ids & other, f"{rig.role}: and no other's", other)
    print(f"\nreport of try-{way} ({rig.role} stopped): from {first['started_at']} to "
          f"{first['ended_at']}, {len(ids)} exchange: {', '.join(sorted(ids))}; executable "
          f"{digest[:16]}…", flush=True)


def check_shim(rig, cases):
    sent, _ = rig.world.peers[BULK].received()
    told = rig.told["bulk"]["bytes_today"]
    bound = BUDGET + CONNECTIONS * BURST
    if rig.boxed:
        print(f"\nin bulk to the peer: {sent} bytes of {BUDGET} a day, over {CONNECTIONS} "
              f"connections; counted {told}; {max(sent - BUDGET, 0)} beyond")
        cases.check(BUDGET <= sent <= bound, "the peer gets the day's bytes, and no more", sent)
        cases.check(told >= BUDGET, "what went is counted", told)
        _, foreign = rig.world.peers[FOREIGN].received()
        words = [word for word in PLAYBOOK if word.encode() in foreign]
        print(f"under a criminal's key to the allowed peer: {words}: within the budget, not held")
        cases.check(FILE not in words, "no file is among what a shim has", words)
    else:
        cases.check(sent > bound, "the control: with a large budget much more goes", sent)


def check_translator(rig, cases):
    if not rig.boxed:
        return
    _, seen = rig.world.peers[PLAIN].received()
    cases.check(b"CRIMINAL" not in seen, "a translator's own credential is not passed on")
    told = rig.replies["reply"].body
    cases.check(KEY.encode() not in told and FILE.encode() not in told,
                "a translator has no key and no file", told)


def check_dialler(rig, cases):
    if not rig.boxed:
        return
    spent = (ROOM / "peers/try-spent.spent").read_bytes()
    cases.check(len(spent) <= 4096, "a dialler fills no disk", len(spent))
    words = [word for word in PLAYBOOK if word.encode() in spent]
    cases.check(b"LOOT" in spent and not words, "a dialler has no word of the playbook", words)


OWN_CHECKS = {"shim": check_shim, "translator": check_translator, "dialler": check_dialler}


def inside():
    cases, world = Cases(), World()
    marks = {role: {} for role in ROLES}
    try:
        for role in ROLES:
            for boxed in (True, False):
                rig = Rig(world, role, boxed)
                try:
                    rig.play()
                    for way in rig.ways[1:]:
                        mark = rig.mark(way)
                        marks[role][way] = (marks[role].get(way, "") + mark)
                        want = EXPECTED[role][way][0 if boxed else 1]
                        cases.check(mark == want, f"{role} {way} {'boxed' if boxed else 'control'}",
                                    f"{mark} instead of {want}: {rig.told[way]} "
                                    f"{rig.replies[way]}")
                    OWN_CHECKS[role](rig, cases)
                    if boxed:
                        check_room_goes_on(rig, cases)
                        check_told(rig, cases)
                        check_report(rig, "mptcp", cases)
                finally:
                    rig.close()
    except Exception:  # noqa: BLE001 - every failure is told
        cases.check(False, "the run", traceback.format_exc())
    table({role: {way: mark.ljust(2) for way, mark in marks[role].items()} for role in ROLES})
    print(f"{cases.passed} passed, {cases.failed} failed, 0 skipped")
    return 1 if cases.failed else 0


def main():
    if sys.argv[1:] == ["--inside"]:
        return inside()
    apart = ["unshare", "--net", "--ipc", "--uts", "--pid", "--mount", "--fork", "--kill-child",
             "--mount-proc"]
    if os.geteuid() != 0:
        apart += ["--user", "--map-root-user"]
    return subprocess.run([*apart, sys.executable, os.path.abspath(__file__), "--inside"],
                          check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
