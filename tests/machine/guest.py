#!/usr/bin/env python3
"""Inside the machine that run.py makes: one check after the other, a line of JSON each in
/var/log/guest.jsonl, which run.py reads when the machine is off."""
import json
import os
import pathlib
import re
import subprocess
import time
import traceback
import urllib.error
import urllib.request

LOG = open("/var/log/guest.jsonl", "w", encoding="utf-8")
ROOM = "/var/lib/guildhall/room"
UNIT, BARE_UNIT = "guildhall-room", "guildhall-room@room"
PATIENCE = 180  # s: an emulated processor


def check(holds, what, more="", shown=False):
    """`shown`: what was found is of interest where it is right, too."""
    LOG.write(json.dumps({"holds": bool(holds), "what": what, "more": str(more)[:1500],
                          "shown": shown}) + "\n")
    LOG.flush()
    os.fsync(LOG.fileno())
    print("ok   " if holds else "FAIL ", what, flush=True)


def said(*command, user=None, **more):
    command = [*(["runuser", "-u", user, "--"] if user else []), *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    return done.returncode, done.stdout + done.stderr


def hall(*words):
    code, text = said("guildhall", *words, user="guildhall")
    assert code == 0, text
    return text


def health(port, wanted="open"):
    until, last = time.monotonic() + PATIENCE, None
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as reply:
                last = json.loads(reply.read())
            if last["room"] == wanted:
                return last
        except OSError as error:
            last = {"error": str(error)}
        time.sleep(0.5)
    return {"layers": {}, **(last or {})}


def shows(unit, *names):
    _, text = said("systemctl", "show", unit, *(f"--property={name}" for name in names))
    return dict(line.split("=", 1) for line in text.splitlines())


def journal(unit):
    return said("journalctl", "--unit", unit, "--no-pager", "--output=cat")[1]


def post(path, secret, body):
    request = urllib.request.Request(
        f"http://127.0.0.1:8080{path}", json.dumps(body).encode(),
        {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
        return json.loads(reply.read())


def made():
    """A room and a model's server; the owner's token."""
    said("adduser", "--system", "--group", "--home", "/var/lib/guildhall", "guildhall")
    hall("room", "init", ROOM, "--no-passphrase")
    mock = subprocess.Popen(["guildhall-mock-model", "--port", "0"], stdout=subprocess.PIPE,
                            text=True)
    port = re.search(r"port (\d+)", mock.stdout.readline()).group(1)
    hall("room", "peer", "add", ROOM, "--name", "mock", "--url", f"http://127.0.0.1:{port}/v1",
         "--allow", "127.0.0.1")
    return re.search(r"gh[a-z]+_\w+", hall("room", "token", ROOM, "--role", "owner", "--name",
                                           "Owner")).group()


def asks_a_model(token):
    model = post("/api/v1/models", token, {"name": "fast", "currency": "USD", "targets": [
        {"peer": "mock", "dialect": "openai", "model": "m", "default_output": 100,
         "most_output": 1000, "context": 100_000, "price": {"input": 1_000_000,
                                                            "output": 1_000_000}}]})
    project = post("/api/v1/projects", token, {"title": "A project", "template": "choice"})["id"]
    budget = post(f"/api/v1/projects/{project}/budgets", token, {
        "name": "Budget", "currency": "USD", "money": 10**12, "tokens": None})
    key = post(f"/api/v1/projects/{project}/virtual-keys", token, {
        "name": "Key", "purpose": "drafting", "budget": budget["id"], "models": [model["id"]]})
    reply = post("/v1/chat/completions", key["secret"], {
        "model": "fast", "messages": [{"role": "user", "content": "hello"}]})
    check(reply["choices"][0]["message"]["content"], "unit: a model answers through its boxes")


def under_the_unit():
    token = made()
    check(said("systemctl", "start", UNIT)[0] == 0, "unit: it starts")
    found = health(8080)
    layers = found["layers"]
    check(found.get("room") == "open" and layers.get("alone_in_net") and layers.get("seccomp")
          and layers.get("landlock_abi", 0) > 0, "unit: open, and in its box", found, shown=True)
    asks_a_model(token)
    before = shows(UNIT, "MainPID")["MainPID"]
    said("systemctl", "reload", UNIT)
    time.sleep(5)
    check(health(8080).get("room") == "open" and shows(UNIT, "MainPID")["MainPID"] == before,
          "unit: reloaded, the supervisor and its socket stay")
    os.kill(int(before), 9)
    time.sleep(4)
    after = shows(UNIT, "MainPID", "NRestarts")
    check(health(8080).get("room") == "open" and after["NRestarts"] == "1"
          and after["MainPID"] != before, "unit: killed, it is started again", after)
    said("systemctl", "stop", UNIT)
    left = said("pgrep", "-a", "-u", "guildhall")[1]
    ended = shows(UNIT, "ActiveState", "Result", "ExecMainStatus")
    check(ended == {"ActiveState": "inactive", "Result": "success", "ExecMainStatus": "0"}
          and not left, "unit: stopped with 0, and nothing of it is left", (ended, left))


def ways_out(user):
    where = {**os.environ, "GUILDHALL_BIN": "/usr/local/bin"}
    _, text = said("python3", "/tests/escape/run.py", user=user, env=where)
    last = text.strip().splitlines()[-1] if text.strip() else "nothing"
    found = re.fullmatch(r"(\d+) passed, (\d+) failed, \d+ skipped", last)
    check(found and int(found[1]) > 700 and found[2] == "0",
          f"every way out of every role is blocked and heard, tried by {user or 'root'}",
          last if found and found[2] == "0" else text[-1400:], shown=True)


def demo():
    process = subprocess.Popen(["runuser", "-u", "person", "--", "guildhall", "demo", "--port",
                                "18080"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = health(18080)
    check(found.get("room") == "open" and found["layers"].get("alone_in_net"),
          "the demo runs in its boxes for an ordinary user", found)
    said("pkill", "--oldest", "--full", "^guildhall demo")
    process.wait(60)
    time.sleep(3)


def without_namespaces():
    pathlib.Path("/proc/sys/user/max_user_namespaces").write_text("0")
    said("systemctl", "start", UNIT)
    time.sleep(8)
    ended = shows(UNIT, "ActiveState", "NRestarts", "ExecMainStatus")
    check(ended == {"ActiveState": "failed", "NRestarts": "0", "ExecMainStatus": "2"}
          and "user.max_user_namespaces" in journal(UNIT) and "guildhall-room@" in journal(UNIT),
          "no namespaces: it does not start, says which setting and which unit, and stays down",
          (ended, journal(UNIT)[-800:]))
    os.makedirs("/etc/guildhall", exist_ok=True)
    pathlib.Path("/etc/guildhall/room.conf").write_text(
        "LISTEN=127.0.0.1:8090\nURL=http://127.0.0.1:8090\n")
    said("systemctl", "start", BARE_UNIT)
    found = health(8090)
    check(found.get("room") == "open" and found["layers"].get("seccomp")
          and "NO NAMESPACES" in journal(BARE_UNIT), "no namespaces: the other unit holds it",
          (found, journal(BARE_UNIT)[-800:]))
    said("systemctl", "stop", BARE_UNIT)
    check(shows(BARE_UNIT, "Result")["Result"] == "success", "no namespaces: it stops with 0")


def main():
    check(True, "the machine runs", os.uname().release, shown=True)
    for step in (under_the_unit, demo, lambda: ways_out(None), lambda: ways_out("person"),
                 without_namespaces):
        try:
            step()
        except Exception:  # whatever it is, it is told, and the next is tried
            check(False, "a step ran to its end", traceback.format_exc())
    check(True, "the end")


main()
