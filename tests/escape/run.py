#!/usr/bin/env python3
"""Every way out, in every role: blocked, heard, and nothing at the sink.

Runs escape-probes (GUILDHALL_BIN) in namespaces of its own, in which a sink listens on every
address, the metadata service's too. Each probe is run unconfined first (the control: a probe that
cannot get through there proves nothing), then in each role, then in roles that lack a layer (the
mutants: what each layer is there for). Prints a table of probes and roles. Last line: N passed, N
failed, N skipped.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from sink import Sink, World

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("GUILDHALL_BIN", os.path.join(ROOT, "build/dev/bin"))
PROBES = os.path.join(BIN, "escape-probes")
ROLES = ("room", "vault", "dialler", "shim", "translator", "converter")
SIGSYS, KILLED_STATUS = 31, 86

# What a kernel or machine may not be able to do at all, so that there is nothing to block.
MAY_BE_VOID = {
    "sctp": "the kernel has no SCTP",
    "vsock": "the kernel has no VSOCK loopback",
    "icmp-ping": "net.ipv4.ping_group_range is empty",
    "raw-ip": "the caller is not root", "icmp-raw": "the caller is not root",
    "packet": "the caller is not root",
    "i386": "the kernel runs no i386 programs", "x32": "the kernel has no x32",
    "terminal": "there is no terminal, or dev.tty.legacy_tiocsti is 0",
    "memory-program": "vm.memfd_noexec is set",
    "bpf": "kernel.unprivileged_bpf_disabled is set",
    "perf": "kernel.perf_event_paranoid is set",
    "user-faults": "the kernel has no userfaultfd", "keyring": "the kernel has no keyrings",
    "io-uring": "kernel.io_uring_disabled is set",
    "ptrace": "kernel.yama.ptrace_scope is set", "read-memory": "kernel.yama.ptrace_scope is set",
    "take-descriptor": "kernel.yama.ptrace_scope is set",
    "by-handle": "the file system has no handles, or the caller is not root",
    "message-queue": "the kernel has no message queues",
    "mptcp": "net.mptcp.enabled is 0", "tcp-v6": "no IPv6", "udp-v6": "no IPv6",
    "write-cron": "the caller is not root", "write-library": "the caller is not root",
}
# The dialler may make and connect Unix sockets: it finds none, so there is nothing to hear.
DIALLER_QUIET = {"unix-path", "unix-abstract", "pass-on"}

LEGEND = """
B blocked, with a line in the log    K killed by it
q blocked without a line: nothing is there, or libraries try such a call
. this role holds nothing to try it with    D the dialler's task
o open: only a newer kernel's Landlock (6) closes it
"""


class Run(NamedTuple):
    role: str
    without: str
    probe: str


class Result(NamedTuple):
    outcome: str  # through, blocked, nothing, died
    detail: str
    killed: bool
    heard: bool
    leaked: bool  # the marker was at the sink

    @property
    def out(self):
        return self.outcome == "through" or self.leaked


class Bench:
    """Runs probes some at a time, each with a marker and a folder of its own."""

    def __init__(self, world, sink):
        self.world, self.sink = world, sink
        self.nonce = f"{random.getrandbits(64):016x}"

    def marker(self, run):
        return f"escape.{'.'.join(run)}.{self.nonce}".replace(",", "+")

    def _one(self, run):
        folder = self.world.folder_of_a_run()
        done = subprocess.run([PROBES, "run", *run, self.marker(run), folder], timeout=60,
                              check=False, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)
        shutil.rmtree(folder)
        return done

    def run(self, runs):
        with ThreadPoolExecutor(3) as pool:
            ended = list(pool.map(self._one, runs))
        received = self.sink.received()
        return {run: self._judge(run, done, received) for run, done in zip(runs, ended)}

    def _judge(self, run, done, received):
        leaked = self.marker(run).encode() in received
        if done.returncode != 0 or "not entered" in done.stderr:
            return Result("unstarted", (done.stdout + done.stderr).strip(), False, False, leaked)
        signal, status, outcome, detail = done.stdout.strip().split("|", 3)
        killed = int(signal) == SIGSYS or int(status) == KILLED_STATUS
        if outcome == "died" and not killed:
            detail = f"signal {signal}, status {status}: {done.stderr.strip()}"
        heard = "refused a system call" in done.stderr or "in no table" in done.stderr
        return Result(outcome, detail, killed, heard, leaked)


class Cases:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def check(self, good, title, why=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {title}: {why}")
        return good


class Probe(NamedTuple):
    name: str
    show: str
    sends: bool
    dials: bool


def read_list():
    lines = subprocess.run([PROBES, "list"], capture_output=True, text=True, check=True).stdout
    *probes, sink = (line.split() for line in lines.splitlines())
    return [Probe(n, show, s == "sends", d == "dials") for n, show, s, d in probes], sink[1:]


def control(bench, probes, cases):
    """Which probes get through unconfined, by role: what a role holds decides some."""
    results = bench.run([Run(role, "everything", p.name) for p in probes for role in ROLES])
    works = {}
    for probe in probes:
        mine = {role: results[Run(role, "everything", probe.name)] for role in ROLES}
        good = {role for role, r in mine.items()
                if r.outcome == "through" and (r.leaked or not probe.sends)}
        works[probe.name] = good
        if not good and probe.name in MAY_BE_VOID:
            cases.skipped += 1
            print(f"void   {probe.name}: {MAY_BE_VOID[probe.name]} ({mine['room'].detail})")
        else:
            cases.check(good, f"control {probe.name}",
                        "does not get out even unconfined: " + str(mine["shim"]))
    return works


def mark(probe, role, result, works, abi):
    """One letter of the table; ! where it is not as it must be."""
    if role == "dialler" and probe.name == "unix-abstract" and abi < 6:
        return "o"
    if probe.dials and role == "dialler":
        return "D" if result.out else "!"
    if result.out or result.outcome == "unstarted":
        return "!"
    if result.outcome == "nothing":
        return "." if role not in works[probe.name] else "!"
    if result.outcome == "died":
        return "K" if result.killed else "!"
    if result.heard:
        return "B"
    quiet = probe.show == "quiet" or (role == "dialler" and probe.name in DIALLER_QUIET)
    return "q" if quiet else "!"


def full(bench, probes, works, abi, cases):
    results = bench.run([Run(role, "nothing", p.name) for p in probes for role in ROLES])
    print(LEGEND)
    print(f"{'':20}" + "".join(f"{role:>11}" for role in ROLES))
    counts = Counter()
    for probe in probes:
        marks = []
        for role in ROLES:
            result = results[Run(role, "nothing", probe.name)]
            marks.append(mark(probe, role, result, works, abi))
            cases.check(marks[-1] != "!", f"{role} {probe.name}", str(result))
        print(f"{probe.name:20}" + "".join(f"{m:>11}" for m in marks))
        counts.update(marks)
    print("\n" + ", ".join(f"{count} {letter}" for letter, count in counts.most_common()))


# (role, layers left out, what then gets out, what still does not): each layer matters, and where
# two overlap, either holds alone.
MUTANTS = (
    ("shim", "seccomp", {"io-uring", "new-user", "fork-bomb", "map-code"},
     {"tcp", "udp", "mptcp", "passwd", "turn-connected"}),
    ("shim", "seccomp,landlock", {"turn-connected"}, {"tcp", "passwd"}),
    ("shim", "seccomp,landlock,mount", {"datagram-pair", "unix-path"}, {"tcp"}),
    ("room", "seccomp", {"fork-bomb", "listener-sendmsg"},
     {"tcp", "turn-listening", "turn-connected"}),
    ("room", "seccomp,landlock", {"turn-connected", "turn-listening", "listener-sendmsg"},
     {"tcp", "passwd"}),
    ("room", "landlock", set(), {"turn-listening", "listener-sendmsg", "passwd", "rename-out"}),
    ("translator", "net", set(), {"tcp", "udp", "mptcp", "unix-abstract"}),
    ("translator", "seccomp,net", {"udp", "mptcp", "dns-udp"}, {"passwd"}),
    ("translator", "seccomp,net,landlock", {"tcp", "udp", "unix-abstract", "metadata"}, {"passwd"}),
    ("translator", "seccomp", {"dumpable"}, {"unix-abstract", "signal-outside"}),
    ("dialler", "landlock", {"unix-abstract"}, {"listen", "passwd", "mptcp"}),
    ("dialler", "mount", {"unix-path"}, {"dotenv", "write-tmp"}),
    ("vault", "mount", set(), {"passwd", "other-room", "rename-out", "write-tmp"}),
    ("vault", "mount,landlock", {"passwd", "other-room", "rename-out", "write-tmp", "climb-out"},
     {"tcp", "execute"}),
    ("converter", "seccomp,pid", {"fork-bomb"}, {"tcp", "passwd"}),
    ("converter", "seccomp,pid,landlock", {"signal-outside"}, {"passwd"}),
)


# Landlock is not asked about data in the SYN by the kernels of today. That it gets out is shown,
# and not asserted: a later kernel may ask.
NOT_ASSERTED = {("room", "seccomp", "listener-sendmsg")}


def landlock_holds(abi, probe, without):
    """Whether a kernel's Landlock is new enough for what a mutant's row says it holds."""
    needs = {"turn-connected": 4, "turn-listening": 4}.get(probe, 0)
    return "landlock" in without or "seccomp" not in without or abi >= needs


def mutants(bench, works, abi, cases):
    runs = [Run(role, without, name) for role, without, opens, holds in MUTANTS
            for name in sorted(opens | holds)]
    results = bench.run(runs)
    print()
    for role, without, opens, holds in MUTANTS:
        out = []
        for name in sorted(opens | holds):
            result = results[Run(role, without, name)]
            if role not in works[name] or not landlock_holds(abi, name, without):
                cases.skipped += 1
                continue
            out += [name] if result.out else []
            if (role, without, name) in NOT_ASSERTED:
                continue
            cases.check(result.out == (name in opens), f"{role} without {without}: {name}",
                        ("stays in: " if name in opens else "gets out: ") + str(result))
        print(f"{role} without {without}: {', '.join(out) or 'none'} of "
              f"{len(opens | holds)} get out")


def landlock_abi():
    import ctypes
    return max(0, ctypes.CDLL(None).syscall(444, None, 0, 1))


def inside():
    probes, numbers = read_list()
    folder = tempfile.mkdtemp(prefix="guildhall-escape-")
    cases = Cases()
    try:
        world = World(folder, numbers)
        bench = Bench(world, Sink(world))
        abi = landlock_abi()
        print(f"{len(probes)} probes, {len(ROLES)} roles; Landlock ABI {abi}; "
              f"{'root' if world.root else 'not root'}")
        works = control(bench, probes, cases)
        full(bench, probes, works, abi, cases)
        mutants(bench, works, abi, cases)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{cases.passed} passed, {cases.failed} failed, {cases.skipped} skipped")
    return 1 if cases.failed else 0


def main():
    if sys.argv[1:] == ["--inside"]:
        return inside()
    # A network with nothing of the machine's, and process numbers of our own, so that the sink has
    # every port and "the first process" holds a planted secret.
    apart = ["unshare", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child",
             "--mount-proc"]
    if os.geteuid() != 0:
        apart += ["--user", "--map-root-user"]
    secret = f"GUILDHALL-SECRET-{random.getrandbits(64):016x}"
    env = dict(os.environ, GUILDHALL_ESCAPE_SECRET=secret,
               GUILDHALL_ESCAPE_ROOT=str(int(os.geteuid() == 0)))
    return subprocess.run([*apart, sys.executable, os.path.abspath(__file__), "--inside"], env=env,
                          check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
