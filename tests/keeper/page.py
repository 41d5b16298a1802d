#!/usr/bin/env python3
"""The keeper's page, as requests: who is let in, withdrawing, restoring; and a room's wish.

Uses GUILDHALL_BIN and the vault in memory of run.py. Last line: N passed, N failed, N skipped.
"""

import http.client
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

import run
import tokens
from run import BIN, Suite, Vault, keeper, keeper_id

PHRASE = "correct horse battery"


class Page:
    """A keeper that serves its page, and a browser's requests to it."""

    def __init__(self, folder, *args):
        self.process = subprocess.Popen(
            [os.path.join(BIN, "guildhall"), "keeper", "serve", folder, "--page", "0", *args],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.headers = {}
        self.read_address()

    def read_address(self):
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/#(\S+)", line)
        self.port, self.token = int(found.group(1)), found.group(2)

    def says_more(self):
        return bool(select.select([self.process.stdout], [], [], 0.3)[0])

    def ask(self, path, body=None, **headers):
        """Status and answer. A header that is None is left out."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Content-Type": "application/json", **self.headers, **headers}
        host = sent.pop("Host", f"127.0.0.1:{self.port}")
        line.putrequest("GET" if body is None else "POST", path, skip_host=True)
        line.putheader("Host", host)
        text = b"" if body is None else json.dumps(body).encode()
        for name, value in sent.items():
            if value is not None:
                line.putheader(name.replace("_", "-"), value)
        if body is not None:
            line.putheader("Content-Length", str(len(text)))
        line.endheaders(text)
        reply = line.getresponse()
        data = reply.read()
        self.reply = reply
        line.close()
        try:
            return reply.status, json.loads(data)
        except ValueError:
            return reply.status, {}

    def enter(self):
        status, answer = self.ask("/enter", {"token": self.token})
        if status == 200:
            self.cookie = self.reply.getheader("Set-Cookie")
            self.headers = {"Cookie": self.cookie.split(";")[0], "Guildhall-Page": answer["word"]}
        return status

    def stop(self):
        self.process.terminate()
        return self.process.wait(20)


def entrance(suite, page):
    suite.check("the page itself is there", page.ask("/")[0] == 200)
    policy = page.reply.getheader("Content-Security-Policy") or ""
    suite.check("under a strict policy", "default-src 'none'" in policy, policy)
    suite.check("no state without a token", page.ask("/status")[0] == 401)
    suite.check("no order without a token", page.ask("/withdraw", {})[0] == 401)
    suite.check("a wrong token is refused", page.ask("/enter", {"token": "x" * 43})[0] == 401)
    first = page.token
    suite.check("the printed token lets in", page.enter() == 200)
    suite.check("the cookie is out of scripts' and other sites' reach",
                "HttpOnly" in page.cookie and "SameSite=Strict" in page.cookie, page.cookie)
    suite.check("it lets in once", page.ask("/enter", {"token": first})[0] == 401)
    page.read_address()
    suite.check("another is printed", page.token != first)
    suite.check("state", page.ask("/status")[0] == 200)
    for host in ("evil.example", f"localhost:{page.port}", f"evil.example:{page.port}"):
        suite.check(f"as {host} nothing is answered", page.ask("/status", Host=host)[0] == 403)
    suite.check("another page's order is refused",
                page.ask("/withdraw", {}, Origin="http://127.0.0.1:1")[0] == 403)
    suite.check("a cookie alone is not enough",
                page.ask("/withdraw", {}, **{"Guildhall-Page": None})[0] == 401)
    suite.check("nothing was withdrawn by all that",
                not any(room["orders"] for room in page.ask("/status")[1]["rooms"]))


def confirmed(page, project, seconds=10):
    """The room's signed word that this was withdrawn, once it has come; 0: the whole room."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        live = page.ask("/status")[1]["rooms"][0]["live"] or {}
        word = live.get("confirmed")
        if word and word["withdrawn"] and word["project"] == project:
            return word
        time.sleep(0.05)
    return None


def orders(suite, page, vault):
    room = {"room": vault.url}
    began = time.monotonic()
    suite.check("withdraw asks for nothing", page.ask("/withdraw", room)[0] == 200)
    suite.check("and the vault has no key", vault.wait(set()))
    took_ms = 1000 * (time.monotonic() - began)
    print(f"withdrawn on the page, to the vault's last key: {took_ms:.0f} ms")
    word = confirmed(page, 0)
    suite.check("the room's signed word is shown",
                word and word["whole_room"] and word["statement"] and word["verdict"], str(word))
    suite.check("restore without the passphrase is refused", page.ask("/restore", room)[0] == 422)
    status, answer = page.ask("/restore", {**room, "passphrase": "wrong"})
    suite.check("a wrong passphrase is refused, clearly",
                status == 422 and answer["type"].endswith("bad-passphrase")
                and "wrong" in answer["detail"], str(answer))
    suite.check("the keys stay away", not vault.wait({1, 2}, 1))
    right = {**room, "passphrase": PHRASE}
    suite.check("the right one restores", page.ask("/restore", right)[0] == 200)
    suite.check("and the keys are back", vault.wait({1, 2}))
    suite.check("one project is withdrawn",
                page.ask("/withdraw", {**room, "project": 1})[0] == 200 and vault.wait({2}))
    suite.check("and restored", page.ask("/restore", {**right, "project": 1})[0] == 200
                and vault.wait({1, 2}))
    guesses = [page.ask("/restore", {**room, "passphrase": f"guess {n}"})[0] for n in range(8)]
    suite.check("guessing is limited", guesses[0] == 422 and guesses[-1] == 429, str(guesses))
    suite.check("even the right one waits then", page.ask("/restore", right)[0] == 429)
    suite.check("withdrawing does not", page.ask("/withdraw", room)[0] == 200 and vault.wait(set()))


def alarms_of(page, seconds=10):
    """The room's alarms, once there is one."""
    until = time.monotonic() + seconds
    alarms = {}
    while not alarms and time.monotonic() < until:
        alarms = (page.ask("/status")[1]["rooms"][0]["live"] or {}).get("alarms", {})
        time.sleep(0.02)
    return alarms


def wishes(suite, page, vault, folder):
    keeper("restore", folder, "--passphrase-file", os.path.join(os.path.dirname(folder), "phrase"))
    suite.check("restored by command", vault.wait({1, 2}))
    vault.say("wish 0 1")
    suite.check("a wish of the room's is obeyed", vault.wait({2}))
    alarms = alarms_of(page)
    suite.check("and is an alarm", alarms.get("room-asked-to-withdraw") == 1, str(alarms))
    suite.check("by the keeper's own statement", confirmed(page, 1))


def ignored(suite, folder, vault, phrase):
    keeper("restore", folder, "--project", 1, "--passphrase-file", phrase)
    page = Page(folder, "--passphrase-file", phrase, "--ignore-wishes")
    try:
        suite.check("restored", vault.wait({1, 2}))
        page.enter()
        vault.say("wish 1 0")
        alarms = alarms_of(page)
        suite.check("with --ignore-wishes it is an alarm only",
                    "room-asked-to-withdraw" in alarms and not vault.wait(set(), 1), str(alarms))
    finally:
        suite.check("stops", page.stop() == 0)


def under_token(suite, scratch):
    if not tokens.module():
        suite.skip("the page of a keeper under a token: softhsm2 is not installed")
        return
    tokens.Machine(scratch, "page", "one")
    on, folder = tokens.Under(run, scratch), os.path.join(scratch, "under-token")
    # Behind a module that the folder may not choose by itself: --pkcs11 is of the page, too.
    os.environ.update(ODD_TOKEN_REAL=on.module, ODD_TOKEN_LOG=os.path.join(scratch, "sign-ins"))
    vault = Vault(keeper_id(on.init(folder, "one", by=on.odd).stdout))
    keeper("add-room", folder, "--url", vault.url, "--room-key", vault.key)
    refused = keeper("serve", folder, "--pin-file", on.pin)
    suite.check("a module of one's own is named to serve", refused.returncode == 2
                and "--pkcs11" in refused.stderr, refused.stderr)
    page = Page(folder, "--pin-file", on.pin, "--pkcs11", on.odd)
    try:
        page.enter()
        vault.say("want 1")
        suite.check("under a token, a key arrives", vault.wait({1}))
        suite.check("the page says what it asks for", page.ask("/status")[1]["asks"] == "pin")
        suite.check("it withdraws", page.ask("/withdraw", {})[0] == 200 and vault.wait(set()))
        os.unlink(os.environ["ODD_TOKEN_LOG"])
        for body in ({}, {"pin": tokens.WRONG}, {"passphrase": tokens.PIN}):
            status, answer = page.ask("/restore", body)
            suite.check("restore takes the PIN only", status == 422
                        and answer["type"].endswith("bad-pin"), f"{body} {answer}")
        with open(os.environ["ODD_TOKEN_LOG"]) as file:
            suite.check("the token was asked once: nothing typed is no try", len(list(file)) == 1)
        suite.check("the keys stay away", not vault.wait({1}, 1))
        for _ in range(2):
            suite.check("the PIN restores",
                        page.ask("/restore", {"pin": tokens.PIN})[0] == 200 and vault.wait({1}))
            page.ask("/withdraw", {})
            vault.wait(set())
    finally:
        suite.check("it stops when told", page.stop() == 0)
        vault.stop()


def main():
    suite = Suite()
    scratch = tempfile.mkdtemp(prefix="keeper-page-")
    folder, phrase = os.path.join(scratch, "keeper"), os.path.join(scratch, "phrase")
    with open(phrase, "w") as file:
        file.write(PHRASE + "\n")
    made = keeper("init", folder, "--passphrase-file", phrase)
    vault = Vault(keeper_id(made.stdout))
    page = None
    try:
        keeper("add-room", folder, "--url", vault.url, "--room-key", vault.key)
        page = Page(folder, "--passphrase-file", phrase)
        entrance(suite, page)
        for project in (1, 2):
            vault.say(f"want {project}")
        suite.check("keys arrive", vault.wait({1, 2}))
        orders(suite, page, vault)
        wishes(suite, page, vault, folder)
        suite.check("nothing more is printed", not page.says_more())
        suite.check("it stops when told", page.stop() == 0)
        page = None
        ignored(suite, folder, vault, phrase)
        under_token(suite, scratch)
    finally:
        if page:
            page.stop()
        vault.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{suite.passed} passed, {suite.failed} failed, {suite.skipped} skipped")
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
