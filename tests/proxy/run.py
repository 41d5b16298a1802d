#!/usr/bin/env python3
"""The room behind nginx with TLS, by the very example in packaging/.

Starts a room and nginx on free ports of the loopback address with a certificate of its own, and
does over TLS what depends on the proxy: secure cookies, addresses, streaming both ways, events.
Skipped with a message where nginx or openssl is absent. Last line: N passed, N failed, N skipped.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("GUILDHALL_BIN", os.path.join(ROOT, "build/dev/bin"))
EXAMPLE = os.path.join(ROOT, "packaging/nginx.conf.example")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")


def write_nginx(folder, room_port, tls_port):
    """The example, with this machine's ports and files in place of the placeholders."""
    with open(EXAMPLE, encoding="utf-8") as file:
        server = file.read()
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{tls_port} ssl"),
        ("/etc/ssl/room.example.pem", f"{folder}/room.pem"),
        ("/etc/ssl/room.example.key", f"{folder}/room.key.pem"),
        ("http://127.0.0.1:8080", f"http://127.0.0.1:{room_port}"),
    ):
        assert old in server, f"the example no longer has {old}"
        server = server.replace(old, new)
    temp = "".join(f"{name}_temp_path {folder}/{name};\n" for name in
                   ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""
    with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as file:
        file.write(f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
                   f"events {{}}\nhttp {{\naccess_log off;\n{temp}{server}}}\n")


class Rig:
    def __init__(self, folder):
        self.folder = folder
        self.children = []
        self.room_port, self.tls_port = free_port(), free_port()
        self.url = f"https://room.example:{self.tls_port}"
        room = f"{folder}/room"
        guildhall = os.path.join(BIN, "guildhall")
        subprocess.run([guildhall, "room", "init", room, "--no-passphrase"],
                       check=True, stdout=subprocess.DEVNULL)
        self.token = subprocess.run(
            [guildhall, "room", "token", room, "--role", "owner", "--name", "proxy test"],
            check=True, capture_output=True, text=True).stdout.strip()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=room.example", "-addext", "subjectAltName=DNS:room.example",
                        "-keyout", f"{folder}/room.key.pem", "-out", f"{folder}/room.pem"],
                       check=True, capture_output=True)
        write_nginx(folder, self.room_port, self.tls_port)
        self.start([guildhall, "room", "serve", room, "--listen", f"127.0.0.1:{self.room_port}",
                    "--public-url", self.url, "--trusted-proxy", "127.0.0.1"])
        self.start(["nginx", "-c", f"{folder}/nginx.conf"])
        wait_for(self.room_port)
        wait_for(self.tls_port)
        self.context = ssl.create_default_context(cafile=f"{folder}/room.pem")

    def start(self, command):
        with open(f"{self.folder}/children.log", "ab") as log:
            self.children.append(subprocess.Popen(command, stdout=log, stderr=log))

    def connect(self):
        raw = socket.create_connection(("127.0.0.1", self.tls_port), timeout=30)
        connection = http.client.HTTPConnection("room.example", self.tls_port)
        connection.sock = self.context.wrap_socket(raw, server_hostname="room.example")
        return connection

    def call(self, method, path, body=None, headers=None, token=True):
        connection = self.connect()
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = f"Bearer {self.token}"
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, "/api/v1" + path, body, headers)
        reply = connection.getresponse()
        return reply, reply.read()

    def stop(self):
        for child in self.children:
            child.send_signal(signal.SIGTERM)
        return [child.wait(timeout=30) for child in self.children]


def make_project(rig):
    _, body = rig.call("POST", "/projects", {"title": "Behind a proxy", "template": "preference"})
    return json.loads(body)["id"]


def case_secure_cookie(rig):
    _, body = rig.call("POST", "/members", {"role": "manager", "email": "m@room.example",
                                            "everywhere": True})
    link = json.loads(body)["link"]
    assert link.startswith(rig.url + "/#/join/"), link
    reply, _ = rig.call("POST", "/invites/accept",
                        {"code": link.rsplit("/", 1)[1], "password": "correct horse battery"},
                        token=False)
    cookie = reply.getheader("Set-Cookie")
    assert reply.status == 201, reply.status
    assert cookie.startswith("__Host-guildhall=") and "; Secure" in cookie, cookie


def case_import_streams(rig):
    project = make_project(rig)
    line = json.dumps({"data": {"prompt": "p" * 2000,
                                "responses": [{"text": "one"}, {"text": "two"}]}}) + "\n"

    def pieces():
        for _ in range(500):
            yield (line * 10).encode()

    reply, body = rig.call("POST", f"/projects/{project}/tasks", pieces(),
                           {"Content-Type": "application/x-ndjson"})
    assert reply.status == 200, body
    assert json.loads(body)["imported"] == 5000, body


def case_events_flow(rig):
    project = make_project(rig)
    connection = rig.connect()
    connection.request("GET", f"/api/v1/projects/{project}/events",
                       headers={"Authorization": f"Bearer {rig.token}"})
    reply = connection.getresponse()
    assert reply.getheader("Content-Type").startswith("text/event-stream")
    first = reply.fp.readline() + reply.fp.readline()
    assert b"event: progress" in first, first
    rig.call("POST", f"/projects/{project}/tasks",
             [{"data": {"prompt": "p", "responses": [{"text": "a"}, {"text": "b"}]}}])
    until = time.monotonic() + 10
    while time.monotonic() < until:
        seen = reply.fp.readline()
        if b'"total":1' in seen:
            return
    raise AssertionError("the change did not arrive")


def case_forged_address_is_not_believed(rig):
    """Sign-in attempts are counted by address: a forged header must not give a fresh count."""
    statuses = set()
    for attempt in range(110):
        reply, _ = rig.call("POST", "/sessions", {"email": f"x{attempt}@room.example",
                                                  "password": "wrong password here"},
                            {"X-Forwarded-For": f"203.0.113.{attempt}"}, token=False)
        statuses.add(reply.status)
        if reply.status == 429:
            return
    raise AssertionError(f"never refused: {statuses}")


CASES = [case_secure_cookie, case_import_streams, case_events_flow,
         case_forged_address_is_not_believed]


def main():
    if not shutil.which("nginx") or not shutil.which("openssl"):
        print("skipped: nginx and openssl are not both installed")
        print(f"0 passed, 0 failed, {len(CASES)} skipped")
        return 0
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="guildhall-proxy-") as folder:
        rig = Rig(folder)
        try:
            for case in CASES:
                try:
                    case(rig)
                    passed += 1
                except Exception as error:  # each case is reported, the next one runs
                    failed += 1
                    print(f"FAILED {case.__name__}: {type(error).__name__}: {error}")
        finally:
            codes = rig.stop()
        if codes[0] != 0:
            failed += 1
            print(f"FAILED stop: the room ended with {codes[0]}")
        else:
            passed += 1
        if failed:
            with open(f"{folder}/children.log", encoding="utf-8", errors="replace") as log:
                print(re.sub(r"ghl_\w+", "ghl_…", log.read()[-3000:]))
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
