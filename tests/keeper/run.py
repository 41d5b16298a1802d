#!/usr/bin/env python3
"""The keeper's commands and its running process, against a vault in memory behind HTTP.

Uses GUILDHALL_BIN. Prints how long withdrawals took, from the command's start to the vault's last
key. Last line: N passed, N failed, N skipped.
"""

import os
import queue
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import nodes
import tokens
import witness

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("GUILDHALL_BIN", os.path.join(ROOT, "build/dev/bin"))
WITHDRAWALS = int(os.environ.get("GUILDHALL_WITHDRAWALS", "20"))


class Vault:
    """keeper-vault, and what it holds as its lines tell."""

    def __init__(self, *keepers):
        self.process = subprocess.Popen([os.path.join(BIN, "keeper-vault"), *keepers], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        port, self.key = self.process.stdout.readline().split()
        self.url = f"http://127.0.0.1:{port}"
        self.lines = queue.Queue()
        self.held, self.changed_ms = set(), 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            at, _, *held = line.split()
            self.lines.put((int(at), {int(project) for project in held}))

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def wait(self, held, seconds=20):
        """True once the vault holds exactly these."""
        until = time.monotonic() + seconds
        while self.held != held:
            try:
                self.changed_ms, self.held = self.lines.get(timeout=until - time.monotonic())
            except (queue.Empty, ValueError):
                return False
        return True

    def stop(self):
        try:
            self.say("quit")
            self.process.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()


class TlsFront:
    """A certificate of its own, and a socket that passes on to `port` what comes over TLS."""

    def __init__(self, scratch, port):
        self.cert, key = os.path.join(scratch, "cert.pem"), os.path.join(scratch, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=room",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
                        "-out", self.cert], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.cert, key)
        self.behind = ("127.0.0.1", port)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            plain, _ = self.socket.accept()
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain):
        try:
            with self.context.wrap_socket(plain, server_side=True) as front, \
                    socket.create_connection(self.behind) as back:
                threading.Thread(target=self._pass, args=(back, front), daemon=True).start()
                self._pass(front, back)
        except OSError:
            pass

    @staticmethod
    def _pass(source, to):
        try:
            while data := source.recv(65536):
                to.sendall(data)
            to.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def keeper(*args, typed=None):
    command = [os.path.join(BIN, "guildhall"), "keeper", *map(str, args)]
    return subprocess.run(command, text=True, capture_output=True, input=typed, timeout=60)


class Serving:
    def __init__(self, folder, *args):
        self.process = subprocess.Popen(
            [os.path.join(BIN, "guildhall"), "keeper", "serve", folder, *args],
            stderr=subprocess.DEVNULL)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(20)


class Suite:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def check(self, title, good, more=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {title} {more}")

    def skip(self, why):
        self.skipped += 1
        print(f"skipped: {why}")


def keeper_id(text):
    return re.search(r"keeper1:\S+", text).group()


def passphrases(suite, scratch):
    folder, phrase = os.path.join(scratch, "locked"), os.path.join(scratch, "phrase")
    with open(phrase, "w") as file:
        file.write("correct horse battery\n")
    wrong = os.path.join(scratch, "wrong")
    with open(wrong, "w") as file:
        file.write("incorrect horse\n")
    made = keeper("init", folder, "--passphrase-file", phrase)
    suite.check("init under a passphrase", made.returncode == 0, made.stderr)
    began = time.monotonic()
    refused = keeper("kit", folder, "--shares", "2/3", "--passphrase-file", wrong)
    suite.check("a wrong passphrase is refused, clearly and late",
                refused.returncode == 2 and "passphrase is wrong" in refused.stderr
                and time.monotonic() - began >= 2, refused.stderr)
    again = keeper("init", folder, "--passphrase-file", phrase)
    suite.check("no keeper is made over another", again.returncode == 2)
    suite.check("status says that there is a passphrase",
                "under a passphrase" in keeper("status", folder).stdout)
    asked = subprocess.run([os.path.join(BIN, "guildhall-keeper"), "serve", folder], text=True,
                           capture_output=True, stdin=subprocess.DEVNULL, timeout=60,
                           start_new_session=True)
    suite.check("without a terminal it says so", asked.returncode == 2, asked.stderr)


def recovery(suite, scratch, folder, vault):
    kit = keeper("kit", folder, "--shares", "2/3")
    shares = [block.split("\n")[1] for block in kit.stdout.split("\nShare ")[1:]]
    suite.check("a kit has its shares", len(shares) == 3, kit.stderr)
    new = os.path.join(scratch, "rebuilt")
    box = os.path.join(folder, "keys.box")
    few = keeper("recover", new, "--box", box, "--no-passphrase", typed=shares[0] + "\n")
    suite.check("one share of two is not enough", few.returncode == 2 and not os.path.exists(new),
                few.stderr)
    typo = shares[0].replace(shares[0][3], "Z" if shares[0][3] != "Z" else "Y", 1)
    typed = f"{typo}\n{shares[2]}\n\n{shares[0].lower()}\n"
    rebuilt = keeper("recover", new, "--box", box, "--no-passphrase", typed=typed)
    suite.check("a keeper is rebuilt from two shares", rebuilt.returncode == 0, rebuilt.stderr)
    suite.check("a mistyped share is named", "guildhall:" in rebuilt.stderr, rebuilt.stderr)
    suite.check("it says what no passphrase means", "has every key" in rebuilt.stderr)
    suite.check("it is the same keeper",
                keeper_id(rebuilt.stdout) == keeper_id(kit.stdout), rebuilt.stdout)
    keeper("add-room", new, "--url", vault.url, "--room-key", vault.key)
    vault.say("restart")
    vault.wait(set())
    serving = Serving(new)
    suite.check("the rebuilt keeper leases the keys that the vault had", vault.wait({1, 2}))
    alarms = keeper("status", new).stdout
    suite.check("without an alarm", "alarm" not in alarms, alarms)
    serving.stop()


def over_tls(suite, scratch):
    folder = os.path.join(scratch, "tls")
    vault = Vault(keeper_id(keeper("init", folder, "--no-passphrase").stdout))
    front = TlsFront(scratch, int(vault.url.rsplit(":", 1)[1]))
    right, wrong = (f"https://{host}:{front.port}" for host in ("127.0.0.1", "localhost"))
    serving = Serving(folder)
    try:
        vault.say("want 1")
        # Authorities that do not know the certificate, and a name that is not in it.
        keeper("add-room", folder, "--url", right, "--room-key", vault.key)
        keeper("add-room", folder, "--url", wrong, "--room-key", vault.key,
               "--ca-file", front.cert)
        suite.check("no key goes to who cannot show a certificate", not vault.wait({1}, 3))
        status = keeper("status", folder).stdout
        suite.check("and each is an alarm", status.count("alarm http-tls") == 2, status)
        serving.stop()
        keeper("add-room", folder, "--url", right, "--room-key", vault.key,
               "--ca-file", front.cert)
        serving = Serving(folder)
        suite.check("with its authority it is believed", vault.wait({1}))
    finally:
        serving.stop()
        vault.stop()


def withdrawals(suite, folder, vault):
    took = []
    for _ in range(WITHDRAWALS):
        began_ms = time.monotonic() * 1000
        done = keeper("withdraw", folder)
        good = done.returncode == 0 and vault.wait(set()) and "vault says so" in done.stdout
        took.append(vault.changed_ms - began_ms)
        back = keeper("restore", folder)
        good = good and back.returncode == 0 and vault.wait({1, 2})
        if not good:
            suite.check("withdrawn and restored", False, done.stdout + done.stderr + back.stderr)
            return
    took.sort()
    print(f"{len(took)} withdrawals, command to last key: p50 {took[len(took) // 2]:.0f} ms, "
          f"max {took[-1]:.0f} ms")
    suite.check("withdrawn and restored, again and again", True)


def service(suite, scratch):
    folder = os.path.join(scratch, "open")
    made = keeper("init", folder, "--no-passphrase")
    suite.check("init without a passphrase says what that means",
                made.returncode == 0 and "has every key" in made.stderr, made.stderr)
    vault = Vault(keeper_id(made.stdout))
    for bad in (["--url", "http://room.example", "--room-key", vault.key],
                ["--url", vault.url, "--room-key", "room+00000000+AAAA"],
                ["--url", vault.url, "--room-key", vault.key, "--term", "9"]):
        suite.check("add-room refuses", keeper("add-room", folder, *bad).returncode == 2, str(bad))
    added = keeper("add-room", folder, "--url", vault.url, "--room-key", vault.key, "--term", "10")
    suite.check("add-room", added.returncode == 0, added.stderr)
    serving = Serving(folder)
    vault.say("want 1")
    suite.check("a key arrives", vault.wait({1}))
    vault.say("want 2")
    suite.check("a project that is new gets its key without waiting", vault.wait({1, 2}, 5))
    one = keeper("withdraw", folder, "--project", 1)
    suite.check("one project is withdrawn", one.returncode == 0 and vault.wait({2}), one.stderr)
    suite.check("status says so", "project 1 withdrawn" in keeper("status", folder).stdout)
    keeper("restore", folder, "--project", 1)
    suite.check("and restored", vault.wait({1, 2}))
    withdrawals(suite, folder, vault)
    suite.check("a second one in the folder is refused", Serving(folder).process.wait(20) == 2)
    time.sleep(12)
    suite.check("leases are renewed", vault.lines.empty(), "a key was dropped")
    status = keeper("status", folder).stdout
    suite.check("status", "running" in status and "leased 1 2" in status, status)
    vault.say("restart")
    suite.check("a vault that restarts is leased anew", vault.wait(set()) and vault.wait({1, 2}))

    os.kill(serving.process.pid, signal.SIGSTOP)
    suite.check("a keeper that is frozen: keys end with their term", vault.wait(set(), 15))
    os.kill(serving.process.pid, signal.SIGCONT)
    suite.check("and come back", vault.wait({1, 2}))
    suite.check("it stops when told", serving.stop() == 0)
    late = keeper("withdraw", folder)
    suite.check("withdrawn while nothing runs: says when the leases end",
                late.returncode == 3 and "within 10 s" in late.stdout, late.stdout)
    suite.check("and they do", vault.wait(set(), 15))
    serving = Serving(folder)
    time.sleep(2)
    suite.check("a withdrawal is told by the next that runs",
                "not confirmed" not in keeper("status", folder).stdout)
    keeper("restore", folder)
    suite.check("restored", vault.wait({1, 2}))
    serving.stop()
    return folder, vault


def main():
    suite = Suite()
    scratch = tempfile.mkdtemp(prefix="keeper-")
    vault = None
    try:
        passphrases(suite, scratch)
        if shutil.which("openssl"):
            over_tls(suite, scratch)
        else:
            suite.skip("openssl is not installed")
        folder, vault = service(suite, scratch)
        recovery(suite, scratch, folder, vault)
        nodes.run(suite, scratch, sys.modules[__name__])
        witness.run(suite, scratch, sys.modules[__name__])
        tokens.run(suite, scratch, sys.modules[__name__])
    finally:
        if vault:
            vault.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{suite.passed} passed, {suite.failed} failed, {suite.skipped} skipped")
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
