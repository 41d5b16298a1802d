"""The server's life: events, health, figures, graceful stop, a new process behind the same socket,
two servers on one store, what survives a restart."""
import collections
import http.client
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from support.client import API, Client
from support.events import Events
from support.registry import case
from support.rig import NO, YES, line, together
from support.servers import Server, run, wait_for

WEB = pathlib.Path(__file__).resolve().parents[3] / "web"


class Room:
    """A room of the case's own, so that it may be stopped."""

    def __init__(self, rig):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-api-own-"))
        self.url = rig.postgres.database() if rig.postgres else None
        run("room", "init", str(self.folder), "--no-passphrase",
            *(["--store", self.url] if self.url else []))
        self.token = run("room", "token", str(self.folder), "--role", "owner", "--name",
                         "O").strip()
        self.server = Server(self.folder).start()
        self.owner = Client(self.server, self.token)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def project(self, tasks, **settings):
        project = self.owner.post("/projects", {"title": "P", "template": "choice",
                                                "settings": settings})["id"]
        lines = b"".join(b'{"key":"%d","data":{"prompt":"p"}}\n' % n for n in range(tasks))
        self.owner.post(f"/projects/{project}/tasks", None, 200, raw=lines,
                        kind="application/x-ndjson")
        self.owner.patch(f"/projects/{project}", {"state": "open"})
        return project


@case(in_slice=True)
def events_say_what_changes_at_most_four_times_a_second(rig):
    project = rig.project([line(f"t{n}") for n in range(30)], max_open=50)
    events = Events(rig.manager, f"/projects/{project}/events")
    assert events.reply.status == 200
    assert events.reply.headers["Content-Type"].startswith("text/event-stream")
    wait_for(lambda: events.times, 10, "the first event")
    started = time.monotonic()
    while not isinstance(held := rig.expert1.claim(project), str):
        rig.expert1.submit(held, YES)
    wait_for(lambda: '"done":30' in events.text, 10, "the last count")
    spent = time.monotonic() - started
    assert len(events.times) <= 4 * spent + 4, (len(events.times), spent)
    assert events.text.startswith("event: progress\ndata: {"), events.text[:80]
    events.close()


@case(in_slice=True)
def health_and_figures(rig):
    for path in ("/healthz", "/openapi.json", "/schemas/record"):
        assert rig.owner.call("GET", path).status == 200, path
    assert rig.owner.call("GET", "/metrics").status == 200
    health = rig.anonymous.send("GET", "/healthz")
    said = health.json
    boxed = said.pop("sandbox"), "layers" in said  # sealed: what they say
    said.pop("layers", None)
    assert boxed == (("on", True) if rig.server.boxed else ("off", False)), health
    assert health.status == 200 and said == {"status": "ok", "room": "open", "store": "ok"}, health
    assert rig.anonymous.send("GET", "/metrics").status == 401
    assert rig.expert1.send("GET", "/metrics", None, rig.expert1.headers()).status == 403
    figures = rig.auditor.send("GET", "/metrics", None, rig.auditor.headers())
    assert figures.status == 200 and figures.type == "text/plain", figures
    text = figures.body.decode()
    assert re.search(r"^guildhall_\w+(\{[^}]*\})? [0-9.e+]+$", text, re.M), text[:300]
    assert "prj_" not in text and "mem_" not in text


@case(in_slice=True)
def the_pages_know_this_very_api(rig):
    """web/src/api/generated.ts is what this server says of itself."""
    with tempfile.NamedTemporaryFile(suffix=".json") as described:
        described.write(rig.owner.call("GET", "/openapi.json").body)
        described.flush()
        made = subprocess.run(["node", WEB / "scripts/openapi.mjs", described.name], check=True,
                              capture_output=True, text=True).stdout
    assert made == (WEB / "src/api/generated.ts").read_text(), "scripts/api_types.sh makes it anew"


@case()
def everything_acknowledged_is_there_after_a_restart(rig):
    with Room(rig) as room:
        project = room.project(3, review_percent=0)
        held = room.owner.claim(project)
        body = {"token": held["lease"]["token"], "answers": YES, "active_ms": 3}
        path = f"/assignments/{held['id']}/submission"
        first = room.owner.call("POST", path, body, key="once")
        made = room.owner.call("POST", "/projects", {"title": "K", "template": "choice"}, key="p")
        draft = room.owner.claim(project)
        room.owner.put(f"/assignments/{draft['id']}/draft",
                       {"token": draft["lease"]["token"], "revision": 1, "answers": NO})
        keys = [room.owner.get("/journal-key") for _ in range(2)]
        assert room.server.stop() == 0
        room.server.start()
        keys.append(room.owner.get("/journal-key"))
        assert keys[0] == keys[1] == keys[2] and len(keys[0]["key"]) == 43, "the key must stay"
        again = room.owner.call("POST", path, body, key="once")
        assert again.status == 201 and again.body == first.body, again
        again = room.owner.call("POST", "/projects", {"title": "K", "template": "choice"}, key="p")
        assert again.status == 201 and again.body == made.body, again
        other = room.owner.call("POST", "/projects", {"title": "L", "template": "choice"}, key="p")
        assert other.problem == "idempotency-mismatch", other
        assert room.owner.get(f"/assignments/{draft['id']}")["draft"]["answers"] == NO
        assert room.owner.get(f"/projects/{project}/progress")["submissions"]["submitted"] == 1


def slow_import(room, project, started):
    """An import whose bytes come over a second; its report."""
    def chunks():
        for n in range(20):
            yield b'{"key":"s%d","data":{"prompt":"p"}}\n' % n
            if n == 10:  # well under way: what still waits to be accepted is not in flight
                started.set()
            time.sleep(0.05)
    return Client(room.server, room.token).post(
        f"/projects/{project}/tasks", None, 200, raw=chunks(), kind="application/x-ndjson")


@case(in_slice=True)
def a_stop_lets_requests_in_flight_finish(rig):
    with Room(rig) as room:
        project, started, reports = room.project(1), threading.Event(), []
        thread = threading.Thread(
            target=lambda: reports.append(slow_import(room, project, started)))
        thread.start()
        started.wait(10)
        assert room.server.stop() == 0
        thread.join(30)
        assert reports and reports[0]["imported"] == 20, reports
        room.server.start()
        assert room.owner.get(f"/projects/{project}/progress")["tasks"]["total"] == 21


@case(in_slice=True)
def a_new_process_behind_the_socket_loses_no_connection(rig):
    with Room(rig) as room:
        project = room.project(1)
        before, over, counts, errors = room.server.child(), threading.Event(), [], []

        def knock():
            done = 0
            while not over.is_set():
                connection = http.client.HTTPConnection("127.0.0.1", room.server.port, timeout=30)
                try:
                    connection.request("GET", f"{API}/projects/{project}", None,
                                       room.owner.headers())
                    reply = connection.getresponse()
                    reply.read()
                    if reply.status != 200:
                        errors.append(reply.status)
                except (OSError, http.client.HTTPException) as error:
                    errors.append(repr(error))
                connection.close()
                done += 1
            counts.append(done)
        threads = [threading.Thread(target=knock) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            time.sleep(0.3)
            child = room.server.child()
            os.kill(room.server.process.pid, signal.SIGHUP)
            wait_for(lambda c=child: room.server.child() not in (None, c), 30, "a new process")
            wait_for(room.server.healthy, 30, "ready again")
        over.set()
        for thread in threads:
            thread.join(60)
        assert room.server.child() != before
        assert not errors, collections.Counter(map(str, errors))
        assert min(counts) > 3, counts


@case()
def a_process_that_dies_is_started_again(rig):
    with Room(rig) as room:
        project = room.project(2)
        held = room.owner.claim(project)
        room.owner.submit(held, YES)
        child = room.server.child()
        os.kill(child, signal.SIGKILL)
        wait_for(lambda: room.server.child() not in (None, child), 30, "a new process")
        wait_for(room.server.healthy, 30, "ready again")
        room.owner.close()
        assert room.owner.get(f"/projects/{project}/progress")["submissions"]["submitted"] == 1


@case(store="postgres")
def two_servers_on_one_store_are_one_room(rig):
    second = Server(rig.folder).start()
    try:
        tasks, overlap = 60, 2
        project = rig.project([line(f"t{n}") for n in range(tasks)], experts=8, overlap=overlap)
        events = Events(rig.manager, f"/projects/{project}/events")
        seen = collections.Counter()

        def work(client):
            while True:
                held = client.claim(project)
                if held == "none-left":
                    return
                if isinstance(held, str):
                    time.sleep(0.01)
                    continue
                client.submit(held, YES)
                seen[held["task"]["id"]] += 1
        together([lambda n=n: work(rig.expert(n).clone([rig.server, second][n % 2]))
                  for n in range(1, 9)])
        assert sorted(seen.values()) == [overlap] * tasks, collections.Counter(seen.values())
        time.sleep(0.3)  # counts are computed four times a second at most
        for server in (rig.server, second):
            progress = rig.manager.clone(server).get(f"/projects/{project}/progress")
            assert progress["tasks"]["done"] == tasks, progress
        wait_for(lambda: f'"done":{tasks}' in events.text, 10, "the other's events")
        events.close()
        key = rig.manager.clone(second)
        body = {"title": "Either", "template": "choice"}
        replies = [rig.manager.call("POST", "/projects", body, key="both"),
                   key.call("POST", "/projects", body, key="both")]
        assert replies[0].body == replies[1].body, replies
        assert not second.contract.breaches, second.contract.breaches
    finally:
        assert second.stop() == 0


@case()
def links_and_passwords(rig):
    project = rig.project([line("a")])
    made = rig.owner.post("/members", {"role": "expert", "name": "L", "email": "l@x.example",
                                       "projects": [project]})
    code = made["link"].rsplit("/", 1)[1]
    assert "/#/join/" in made["link"], made
    seen = rig.anonymous.post("/invites/check", {"code": code}, 200)
    assert seen["role"] == "expert" and seen["needs_password"] is True, seen
    short = rig.anonymous.call("POST", "/invites/accept", {"code": code, "password": "short"})
    assert short.status == 422 and short.json["field"] == "/password", short
    rig.anonymous.post("/invites/accept", {"code": code, "password": "long enough, this"})
    used = rig.anonymous.call("POST", "/invites/accept",
                              {"code": code, "password": "long enough, too"})
    assert used.status in (404, 410), used
    wrong = rig.anonymous.call("POST", "/sessions", {"email": "l@x.example", "password": "x" * 12})
    assert wrong.status == 401, wrong
    signed = rig.anonymous.call("POST", "/sessions",
                                {"email": "L@X.example", "password": "long enough, this"})
    assert signed.status == 201, signed
    cookie = signed.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=" in cookie, cookie
    person = Client(rig.server, cookie=cookie.split(";")[0])
    assert [p["id"] for p in person.items("/projects")] == [project]
    key = person.get("/journal-key")
    assert key["key"] not in rig.server.tail(), "the server wrote a key into its log"
    assert key["key"] != rig.owner.get("/journal-key")["key"]
    person.delete("/sessions/current")
    again = rig.anonymous.call("POST", "/sessions",
                               {"email": "l@x.example", "password": "long enough, this"})
    back = Client(rig.server, cookie=again.headers["Set-Cookie"].split(";")[0])
    assert back.get("/journal-key") == key, "another session, another key"
    assert person.call("GET", "/journal-key").status == 401
    assert person.call("GET", "/me").status == 401
