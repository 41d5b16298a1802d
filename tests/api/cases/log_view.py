"""The log as it is served, asked and proved: static files for anybody, who opened what for owners
and auditors, and a proof for each accepted submission that both verifiers believe."""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from support.client import Client
from support.registry import case
from support.kept import KeptRoom, leaf_appears
from support.rig import NO, YES, line, ndjson
from support.servers import BIN, GUILDHALL, ROOT, wait_for

sys.path.insert(0, str(ROOT / "sdk/python"))
try:
    import guildhall_verify as twin
except ImportError:
    twin = None
TWIN = [sys.executable, str(ROOT / "sdk/python/guildhall_verify.py")]
VERIFIERS = [[GUILDHALL, "verify"]] + ([TWIN] if twin else [])


def vkey(rig):
    return subprocess.run([BIN / "guildhall-vault", str(rig.folder), "--show-key"], check=True,
                          capture_output=True, text=True).stdout.strip()


def verify(words, env=None):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          timeout=120, check=False, env=env)
    return done.returncode, done.stdout, done.stderr


def verified(rig, text, code=0):
    """What both verifiers say of a proof."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        for program in VERIFIERS:
            got, out, err = verify([*program, "--proof", file.name, "--key", vkey(rig)])
            assert got == code, (program, got, out, err)
    return out


def entry_of(text):
    return json.loads(base64.b64decode(text.decode().split("\n")[1].removeprefix("extra ")))


def proof_of(client, submission):
    """As soon as the log has it."""
    def there():
        reply = client.call("GET", f"/submissions/{submission}/proof")
        assert reply.status == 200 or reply.problem == "not-in-log", reply
        return reply.body if reply.status == 200 else None
    return wait_for(there, 10, "the acceptance is in the log")


def openings(rig, **query):
    return rig.owner.items("/log/openings?" + urllib.parse.urlencode(query))


def copy_log(rig, to):
    """A copy that verifies: files of a log that is written come and go."""
    def good():
        shutil.rmtree(to)
        try:
            shutil.copytree(rig.folder / "vault/log", to)
        except shutil.Error:
            return False
        return verify([*VERIFIERS[0], "--log", to, "--key", vkey(rig)])[0] == 0
    wait_for(good, 30, "a whole copy of the log")


@case(in_slice=True)
def anybody_reads_the_log_and_verifies_it_while_it_is_written(rig):
    project = rig.project([line(f"t{n}") for n in range(60)], max_open=50)
    stop = threading.Event()

    def work():
        expert = rig.expert1.clone()
        while not stop.is_set() and isinstance(task := expert.claim(project), dict):
            expert.submit(task, YES)
    thread = threading.Thread(target=work)
    thread.start()
    url = f"http://127.0.0.1:{rig.server.port}/log"
    try:
        for program in VERIFIERS:
            code, out, err = verify([*program, "--log", url, "--key", vkey(rig)])
            assert code == 0 and "content.open" in out, (code, out, err)
    finally:
        stop.set()
        thread.join()
    plain = rig.anonymous
    reply = plain.send("GET", "/log/checkpoint")
    assert reply.status == 200 and reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert reply.headers["Cache-Control"] == "no-cache"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert plain.send("HEAD", "/log/checkpoint").status == 200
    for method in ("POST", "PUT", "DELETE"):
        assert plain.send(method, "/log/checkpoint").status == 405
    # The control: a copy with one bit changed is found.
    with tempfile.TemporaryDirectory() as copy:
        copy_log(rig, copy)
        entries = pathlib.Path(copy, "tile/entries")
        path = entries / "000" if (entries / "000").exists() else \
            max((entries / "000.p").iterdir(), key=lambda p: int(p.name))
        raw = path.read_bytes()
        path.write_bytes(raw[:40] + bytes([raw[40] ^ 1]) + raw[41:])
        for program in VERIFIERS:
            code, _, err = verify([*program, "--log", copy, "--key", vkey(rig)])
            assert code != 0 and len(err) > 20, (code, err)


@case(in_slice=True)
def full_and_partial_tiles_are_served_as_the_format_says(rig):
    def size():
        return int(rig.anonymous.send("GET", "/log/checkpoint").body.split(b"\n")[1])
    while size() < 600:
        rig.project([line(f"t{n}") for n in range(3)], experts=1)
        for _ in range(40):
            rig.manager.get("/projects")
            rig.manager.get(f"/tasks/{rig.tasks(rig.project([line('x')]))[0]['id']}")
    full = rig.anonymous.send("GET", "/log/tile/0/000")
    assert full.status == 200 and len(full.body) == 256 * 32
    assert "immutable" in full.headers["Cache-Control"], full.headers["Cache-Control"]
    entries = rig.anonymous.send("GET", "/log/tile/entries/000").body
    for width in (1, 100, 255):  # the files went when the full one came
        partial = rig.anonymous.send("GET", f"/log/tile/0/000.p/{width}")
        assert partial.body == full.body[:width * 32], width
        assert "immutable" not in partial.headers["Cache-Control"]
        some = rig.anonymous.send("GET", f"/log/tile/entries/000.p/{width}").body
        assert entries.startswith(some), width
        count, at = 0, 0
        while at < len(some):
            at += 2 + int.from_bytes(some[at:at + 2], "big")
            count += 1
        assert (count, at) == (width, len(some))
    assert rig.anonymous.send("GET", "/log/tile/0/000.p/256").status == 404
    assert rig.anonymous.send("GET", "/log/tile/0/999").status == 404
    assert rig.anonymous.send("GET", "/log/tile/entries/999.p/3").status == 404


@case(in_slice=True)
def nothing_beside_the_log_can_be_named(rig):
    secret = (rig.folder / "room.keys").read_bytes()
    outside = ["../log.key", "../../room.keys", "../../room.json", "..", ".", "", "/", "tile",
               "tile/", "tile/0", "tile/0/", "tile/entries", "tile/../../log.key",
               "tile/0/000/../../../../log.key", "%2e%2e/log.key", "..%2flog.key",
               "tile/%2e%2e/%2e%2e/log.key", "checkpoint/", "checkpoint%00", "checkpoint%00.txt",
               "./checkpoint", "/checkpoint", "//etc/passwd", "/etc/passwd", "tile/0/x000/000",
               "tile/00/000", "tile/-1/000", "tile/64/000", "tile/0/0", "tile/0/000.p/0",
               "tile/0/000.p/01", "tile/0/000.p/+1", "tile/0/000.P/1", "tile/0/000.p",
               "1/checkpoint", "0/checkpoint", "02/checkpoint", "17/checkpoint", "2",
               "2/../checkpoint", "-2/checkpoint", "999999999999999999999/checkpoint",
               "tile\\0\\000", "~root", "log.key", "pending", "room.db"]
    for path in outside:
        reply = rig.anonymous.send("GET", "/log/" + path)
        assert reply.status in (400, 404), (path, reply)
        assert secret not in reply.body and b"root:" not in reply.body, path
    link = rig.folder / "vault/log/tile/0/998"
    link.symlink_to(rig.folder / "room.json")
    try:
        assert rig.anonymous.send("GET", "/log/tile/0/998").status == 404
    finally:
        link.unlink()
    assert rig.anonymous.send("GET", "/log/checkpoint").status == 200, "the control"


@case(in_slice=True)
def every_accepted_submission_has_its_proof(rig):
    project = rig.project([line("free")], review_percent=0, gold_percent=0)
    free = rig.expert1.submit(rig.expert1.claim(project), YES)
    text = proof_of(rig.expert1, free["id"])
    verified(rig, text)
    leaf = entry_of(text)
    assert leaf["verb"] == "submission.submit" and leaf["version"] == 1, leaf
    assert proof_of(rig.manager, free["id"]).split(b"\n")[1] == text.split(b"\n")[1]

    project = rig.project([line(f"t{n}") for n in range(4)], review_percent=100, max_open=9)
    made = [rig.expert1.submit(rig.expert1.claim(project), YES) for _ in range(4)]
    for verdict, one in zip(("accept", "fix", "reject"), made):
        assert rig.expert1.call("GET", f"/submissions/{one['id']}/proof").problem == "not-accepted"
        body = {"verdict": verdict, "reason": "other"}
        rig.manager.post(f"/submissions/{one['id']}/reviews",
                         dict(body, answers=NO) if verdict == "fix" else body)
    for one, detail in ((made[0], 1), (made[1], 2)):
        text = proof_of(rig.expert1, one["id"])
        verified(rig, text)
        leaf = entry_of(text)
        assert (leaf["verb"], leaf["detail"]) == ("submission.review", detail), leaf
    for one in made[2:]:
        rig.expert1.expect(404, "GET", f"/submissions/{one['id']}/proof")
    # Nobody else's.
    assert rig.expert2.call("GET", f"/submissions/{made[0]['id']}/proof").status == 404
    assert rig.anonymous.call("GET", f"/submissions/{made[0]['id']}/proof").status == 401
    # A check task looks accepted, and has a proof like any other.
    project = rig.project([line(f"g{n}", gold={"answers": YES}) for n in range(9)]
                          + [line(f"w{n}") for n in range(9)], gold_percent=50, max_open=50)
    states = set()
    while states != {"accepted", "submitted"}:
        one = rig.expert1.submit(rig.expert1.claim(project), YES)
        assert one["state"] == "accepted", one
        states.add(rig.manager.get(f"/submissions/{one['id']}")["state"])
        verified(rig, proof_of(rig.expert1, one["id"]))


@case()
def a_proof_with_one_byte_changed_is_none(rig):
    project = rig.project([line("one")], review_percent=0, gold_percent=0)
    text = proof_of(rig.expert1, rig.expert1.submit(rig.expert1.claim(project), YES)["id"])
    for at in range(7, len(text), max(1, len(text) // 12)):  # each costs two processes
        with tempfile.NamedTemporaryFile() as file:
            file.write(text[:at] + bytes([text[at] ^ 1]) + text[at + 1:])
            file.flush()
            for program in VERIFIERS:
                code, _, err = verify([*program, "--proof", file.name, "--key", vkey(rig)])
                assert code in (4, 5, 15, 16) and err, (program, at, code)
    verified(rig, text)
    if twin:  # and every one of them, by the one that needs no process
        key, missed = twin.Key.parse(vkey(rig)), []
        for at in range(len(text)):
            try:
                twin.verify_proof(text[:at] + bytes([text[at] ^ 1]) + text[at + 1:], key)
                missed.append(at)
            except twin.Found:
                pass
        assert not missed, missed


@case(in_slice=True)
def an_opening_is_told_with_who_and_why(rig):
    project = rig.project([line("seen"), line("other")], max_open=9)
    task = rig.expert1.claim(project)
    submission = rig.expert1.submit(task, YES)
    rig.manager.get(f"/submissions/{submission['id']}")
    id_ = task["task"]["id"]

    def told():
        mine = [one for one in openings(rig, task=id_) if one["member"] == rig.expert1.member]
        return mine if any(one["reason"] == "work" for one in mine) else None
    mine = wait_for(told, 10, "the opening is in the log")
    for one in mine:
        assert one["project"] == project and one["count"] >= len(one["objects"]) >= 1, one
        assert one["objects"][0]["type"] in ("task", "extra", "answers", "draft"), one
    assert {"type": "task", "id": id_} in [thing for one in mine for thing in one["objects"]]

    def read():
        found = openings(rig, submission=submission["id"])
        return found if rig.manager.member in {one["member"] for one in found} else None
    by = wait_for(read, 10, "the manager's reading is in the log")
    assert {"type": "answers", "id": submission["id"]} in [t for one in by for t in one["objects"]]
    shown = [one for one in openings(rig, task=id_) if one["member"] == rig.expert1.member]
    assert len(shown) == 1, ("opened to be shown, and not again to check the answers", shown)
    everything = openings(rig, member=rig.expert1.member)
    assert {one["member"] for one in everything} == {rig.expert1.member}
    assert {one["index"] for one in mine} <= {one["index"] for one in everything}
    assert [one["index"] for one in everything] == sorted((one["index"] for one in everything),
                                                          reverse=True)
    # By time: what is asked for, and nothing of before or after.
    at = mine[0]["at"]
    same = openings(rig, member=rig.expert1.member, **{"from": at, "to": at})
    assert mine[0]["index"] in {one["index"] for one in same}
    assert {one["at"] for one in same} == {at}
    assert not openings(rig, to="2020-01-01T00:00:00Z")
    assert not openings(rig, **{"from": "2099-01-01T00:00:00Z"})
    assert all(one["project"] == project for one in openings(rig, project=project))
    # Page by page it is the same.
    few = rig.owner.items(f"/log/openings?limit=1&task={id_}")
    assert [one["index"] for one in few] == [one["index"] for one in openings(rig, task=id_)]
    # Each line has its proof.
    for one in mine[:3]:
        text = rig.owner.get(f"/log/proof?index={one['index']}").body
        verified(rig, text)
        leaf = entry_of(text)
        assert (leaf["at"], leaf["who"], leaf["reason"]) == (one["at"], one["who"], one["reason"])


@case(in_slice=True)
def only_owners_and_auditors_ask_and_these_in_their_projects(rig):
    for client in (rig.expert1, rig.reviewer, rig.manager):
        assert client.call("GET", "/log/openings").problem == "forbidden"
    assert rig.anonymous.call("GET", "/log/openings").status == 401
    rig.auditor.get("/log/openings")
    inside, outside = rig.project([line("in")]), rig.project([line("out")])
    for project in (inside, outside):
        rig.manager.get(f"/tasks/{rig.tasks(project)[0]['id']}")
    wait_for(lambda: {inside, outside} <= {one["project"] for one in openings(rig)}, 10, "both")
    bound = rig.invite("auditor", [inside])
    assert {one["project"] for one in bound.items("/log/openings")} == {inside}
    assert not bound.items(f"/log/openings?project={outside}")
    assert not rig.invite("auditor").items("/log/openings")
    for query in ("from=yesterday", "to=x", "log=0", "log=17", "limit=0", "cursor=x"):
        assert rig.owner.call("GET", f"/log/openings?{query}").problem == "bad-parameter", query
    for query in ("task=x", f"task={rig.expert1.member}", f"member={rig.project()}", "submission=",
                  "project=1", "about=2"):
        assert rig.owner.call("GET", f"/log/openings?{query}").status == 404, query
    assert rig.owner.call("GET", "/log/openings?log=9").problem == "no-log"
    assert rig.owner.call("GET", "/log/proof").problem == "bad-parameter"
    assert rig.owner.call("GET", "/log/proof?index=99999999").problem == "no-such-leaf"
    state = rig.expert1.get("/log")
    assert state["key"] == vkey(rig) and state["size"] > 0 and state["logs"] == 1, state
    assert state["checkpoint"].startswith(state["origin"] + "\n")


@case(in_slice=True)
def what_a_removed_member_opened_is_still_told(rig):
    project = rig.project([line("x")], experts=0)
    gone = rig.invite("expert", [project])
    task = gone.claim(project)
    assert isinstance(task, dict), task
    wait_for(lambda: openings(rig, member=gone.member), 10, "the opening is in the log")
    rig.owner.delete(f"/members/{gone.member}")
    assert gone.member in {one["member"] for one in openings(rig, task=task["task"]["id"])}


@case(in_slice=True)
def the_command_prints_what_was_opened_and_proves_it(rig):
    project = rig.project([line("cli")])
    task = rig.expert1.claim(project)
    rig.expert1.submit(task, YES)
    id_ = task["task"]["id"]
    wait_for(lambda: openings(rig, task=id_), 10, "the opening is in the log")
    url = f"http://127.0.0.1:{rig.server.port}"
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(rig.owner.token + "\n")
        file.flush()
        common = ["--room", url, "--token-file", file.name]
        keyed = [*common, "--key", vkey(rig)]
        code, out, err = verify([GUILDHALL, "log", "who", id_, *keyed])
        assert code == 0 and rig.expert1.member in out and f"task {id_}" in out, (out, err)
        assert "each proved" in out.splitlines()[-1], out
        count = len(openings(rig, member=rig.expert1.member))
        code, out, err = verify([GUILDHALL, "log", "opened-by", rig.expert1.member, *keyed,
                                 "--json", "--from", "2020-01-01T00:00:00Z"])
        lines = [json.loads(text) for text in out.splitlines()]
        assert code == 0 and len(lines) >= count > 0, err
        assert {one["member"] for one in lines} == {rig.expert1.member}
        assert all(one["proved_at_size"] > one["index"] for one in lines)
        code, out, err = verify([GUILDHALL, "log", "opened-by", rig.expert1.member, *keyed,
                                 "--to", "2020-01-01T00:00:00Z"])
        assert (code, out) == (0, "0 openings, each proved.\n"), (out, err)
        # Another log's key: not one line is printed.
        other = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
        code, out, err = verify([GUILDHALL, "log", "who", id_, *common, "--key", other])
        assert code == 5 and not out and "has not signed" in err, (code, out, err)
        for words, want in (([id_], 2), (["prj_x", "--key", vkey(rig)], 17),
                            (["nonsense", "--key", vkey(rig)], 2)):
            code, out, err = verify([GUILDHALL, "log", "who", *words, *common])
            assert code == want and err, (words, code, err)
    env = dict(os.environ, GUILDHALL_TOKEN=rig.expert1.token)
    code, out, err = verify([GUILDHALL, "log", "who", id_, "--room", url, "--key", vkey(rig)], env)
    assert code == 17 and "403" in err, (code, err)
    code, out, err = verify([GUILDHALL, "log", "who", id_, "--room", url, "--key", vkey(rig)])
    assert code == 2 and "token" in err, (code, err)


@case()
def a_lying_room_is_caught_by_the_command(rig):
    """A proxy before the room that changes one thing of one line, or hands out another's proof."""
    import http.server
    project = rig.project([line("lie")])
    task = rig.expert1.claim(project)
    id_ = task["task"]["id"]
    wait_for(lambda: openings(rig, task=id_), 10, "the opening is in the log")
    spoil = {"how": None}

    class Proxy(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            path = self.path
            if spoil["how"] == "proof":
                path = path.replace("proof?index=", "proof?index=1&was=")
            token = {"Authorization": self.headers["Authorization"]}
            reply = Client(rig.server).send("GET", path, headers=token)
            body = reply.body
            if spoil["how"] == "line" and "openings" in path:
                page = json.loads(body)
                page["items"][0]["at"] = "2026-01-01T00:00:00.000Z"
                body = json.dumps(page).encode()
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = dict(os.environ, GUILDHALL_TOKEN=rig.owner.token)
    words = [GUILDHALL, "log", "who", id_, "--room", f"http://127.0.0.1:{server.server_port}",
             "--key", vkey(rig)]
    assert verify(words, env)[0] == 0, "the control"
    for how in ("line", "proof"):
        spoil["how"] = how
        code, out, err = verify(words, env)
        assert code == 16 and not out and "Leaf" in err, (how, code, out, err)
    server.shutdown()


@case(in_slice=True)
def the_log_is_read_while_the_room_is_locked(rig):
    room = KeptRoom(rig.postgres)
    try:
        plain = Client(room.server)
        assert not room.is_open() and plain.send("GET", "/log/checkpoint").status in (200, 404)
        room.open()
        owner, expert = room.add("owner"), room.add("expert")
        project = owner.post("/projects", {
            "title": "Kept", "template": "choice", "guidelines": "x",
            "settings": {"review_percent": 0, "gold_percent": 0}})["id"]
        owner.post(f"/projects/{project}/members", {"member": expert.member}, 204)
        owner.post(f"/projects/{project}/tasks", None, 200, raw=ndjson([line("one")]),
                   kind="application/x-ndjson")
        owner.patch(f"/projects/{project}", {"state": "open"})
        made = expert.submit(expert.claim(project), YES)
        text = proof_of(expert, made["id"])
        assert owner.items("/log/openings"), "the control"
        room.keeper.withdraw()
        room.wait_locked()
        assert owner.call("GET", "/log/openings").problem == "locked"
        leaf_appears(room, "keeper.withdraw")  # and soon after, in what is published
        deadline = time.monotonic() + 10
        while True:
            code, out, err = verify([GUILDHALL, "verify", "--key", room.key, "--log",
                                     f"http://127.0.0.1:{room.server.port}/log"])
            if "keeper.withdraw" in out or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        assert code == 0 and "keeper.withdraw" in out, (code, out, err)
        assert owner.get("/log")["key"] == room.key
        assert expert.get(f"/submissions/{made['id']}/proof").body.split(b"\n")[1] == \
            text.split(b"\n")[1], "the proof needs no key"
    finally:
        room.close()
