"""What lies on the disk: no content in any of its bytes, and nothing that was moved or altered
opens: rows of the database, uploads and deliveries alike."""
import base64
import http.client
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time

from support.registry import case
from support.rig import line
from support.servers import BIN, wait_for

CANARY = "Qanary"


def forms_of(word):
    """The word's bytes as they may lie in a file."""
    raw = word.encode()
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield word.encode("utf-16-le")
    yield word.encode("utf-16-be")
    for shift in range(3):  # base64 of a text that holds it, at each alignment
        whole = base64.b64encode(b"\0" * shift + raw)
        yield whole[4 if shift else 0:len(raw) // 3 * 4 - 4]


def files_of(rig):
    folders = [rig.folder, *([pathlib.Path(rig.postgres.folder)] if rig.postgres else [])]
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and "web" not in path.parts:
                yield path


def found(paths, words):
    """(word, file) for every word that lies in a file in any form."""
    patterns = [(word, form) for word in words for form in forms_of(word)]
    hits = []
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError:
            continue  # a temporary file of the database that is gone
        hits += [(word, path.name) for word, form in patterns if form in data]
    return hits


def plant(rig):
    """One word of its own in every kind of content; the words, and a project that holds them."""
    words = []

    def word(kind):
        words.append(f"{CANARY}{kind}{os.urandom(6).hex()}")
        return words[-1]
    project = rig.manager.post("/projects", {
        "title": word("title"), "template": "choice", "guidelines": word("guidelines"),
        "settings": {"review_percent": 100, "gold_percent": 0}})["id"]
    for client in (rig.reviewer, rig.expert1, rig.expert2):
        rig.manager.post(f"/projects/{project}/members", {"member": client.member}, 204)
    report = rig.load(project, [
        line(word("key"), {"prompt": word("prompt")}, batch=word("batch"),
             suggestions=[{"answers": {"choice": "yes"}, "author": word("author")}]),
        line(word("goldkey"), {"prompt": "x"}, batch=words[-2],
             gold={"answers": {"choice": "yes"}, "reason": word("gold")})])
    assert report["imported"] == 2, report
    rig.manager.patch(f"/projects/{project}", {"state": "open"})
    task = rig.expert1.claim(project)
    assert isinstance(task, dict), task
    rig.expert1.put(f"/assignments/{task['id']}/draft", {
        "token": task["lease"]["token"], "revision": 1,
        "answers": {"choice": "yes", "justification": word("draft")}})
    rig.expert1.post(f"/assignments/{task['id']}/notes", {"kind": "question", "text": word("note")})
    made = rig.expert1.submit(task, {"choice": "yes", "justification": word("answer")})
    rig.manager.post(f"/submissions/{made['id']}/reviews", {
        "verdict": "return", "reason": "other", "note": word("review")})
    rig.invite("expert", name=word("name"), email=f"{word('mail')}@example.org",
               vendor=word("vendor"))
    return words, project, task


def plant_files(rig, project, words):
    """The same in uploads, their names, and a delivery; what each of them must give back."""
    def word(kind):
        words.append(f"{CANARY}{kind}{os.urandom(6).hex()}")
        return words[-1]
    kept = []
    long_text = b"".join(f"{n} ".encode() for n in range(200_000))
    for kind, body in (
            ("text/plain", word("text").encode()),
            ("text/plain", long_text + word("far").encode() + long_text),
            ("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rtEXt" + word("image").encode()),
            ("application/pdf", b"%PDF-1.7\n(" + word("pdf").encode() + b") Tj\n%%EOF\n")):
        made = rig.expert1.post(f"/projects/{project}/files", None, 201, raw=body, kind=kind,
                                headers={"Content-Disposition":
                                         f'attachment; filename="{word("filename")}.bin"'})
        kept.append((f"/files/{made['id']}", body))
    other = rig.project([line(word("donekey"), {"prompt": word("doneprompt")})], experts=1)
    made = rig.expert1.submit(rig.expert1.claim(other),
                              {"choice": "yes", "justification": word("done")})
    assert made["state"] in ("accepted", "in_review", "submitted"), made
    delivery = rig.manager.post(f"/projects/{other}/deliveries",
                                {"format": "guildhall", "note": word("deliverynote")})
    assert delivery["state"] == "ready", delivery
    path = f"/deliveries/{delivery['id']}/records"
    assert words[-2].encode() in rig.manager.get(path).body, "the delivery holds what was planted"
    return kept


@case(in_slice=True)
def no_byte_on_the_disk_shows_content(rig):
    words, project, _ = plant(rig)
    kept = plant_files(rig, project, words)
    assert len(list((rig.folder / "blobs").iterdir())) >= len(kept) + 1, "files are looked at"
    time.sleep(0.5)  # the log has it too
    assert (rig.folder / "vault/log/checkpoint").exists()
    if rig.postgres:
        rig.postgres.program("psql", "-h", str(rig.postgres.folder), "-U", "postgres", "-c",
                             "CHECKPOINT")
    hits = found(files_of(rig), words)
    assert not hits, hits
    metrics = rig.auditor.send("GET", "/metrics", None, rig.auditor.headers())
    assert metrics.status == 200
    metrics = metrics.body
    assert not [word for word in words if word.encode() in metrics]
    # The controls: content is there for who may see it, and the search finds it in every form.
    assert rig.manager.get(f"/projects/{project}")["title"] == words[0]
    for path, body in kept:
        assert rig.expert1.get(path).body == body, path
    planted = rig.folder / "planted"
    try:
        for form in (str.encode, lambda t: t.encode().hex().encode(),
                     lambda t: t.encode("utf-16-le"), lambda t: base64.b64encode(t.encode()),
                     lambda t: base64.b64encode(b"1" + t.encode()),
                     lambda t: base64.b64encode(b"22" + t.encode())):
            planted.write_bytes(b"before" + form(words[3]) + b"after")
            assert found([planted], words) == [(words[3], "planted")] * 1, form
    finally:
        planted.unlink()


@case(store="sqlite", in_slice=True)
def what_was_moved_or_altered_does_not_open(rig):
    project = rig.project([line(f"t{n}", {"prompt": f"Task {n} of two."}) for n in range(2)])
    tasks = [task["id"] for task in rig.tasks(project)]
    path = [f"/tasks/{task}" for task in tasks]
    for one in path:
        rig.manager.get(one)
    database = sqlite3.connect(rig.folder / "room.db", timeout=30)
    refs = [row[0] for row in database.execute(
        "SELECT data_ref FROM task ORDER BY task DESC LIMIT 2").fetchall()][::-1]
    kept = [database.execute("SELECT body FROM content WHERE ref = ?", (ref,)).fetchone()[0]
            for ref in refs]

    def put(ref, body):
        database.execute("UPDATE content SET body = ? WHERE ref = ?", (body, ref))
        database.commit()

    def refused(at):
        reply = rig.manager.call("GET", path[at])
        assert reply.status == 500, reply
        assert reply.json["type"] == "/problems/seal-broken", reply
        assert b"Task" not in reply.body
    assert len(kept[0]) == len(kept[1]), "of one padded size"
    put(refs[0], kept[1])  # swapped
    put(refs[1], kept[0])
    refused(0)
    refused(1)
    put(refs[1], kept[1])
    for body in (kept[0][:-1], kept[0] + b"\0", kept[0][:40], bytes([2]),
                 kept[0][:30] + bytes([kept[0][30] ^ 1]) + kept[0][31:]):
        put(refs[0], body)
        refused(0)
    put(refs[0], kept[0])
    assert rig.manager.get(path[0])["data"]["prompt"].startswith("Task"), "the control"
    database.close()


@case(in_slice=True)
def a_file_that_was_cut_swapped_or_moved_does_not_open(rig):
    project = rig.project([line("t")])
    texts = [os.urandom(16) * 20_000 for _ in range(2)]  # 320,000 bytes: several parts
    paths, files = [], []
    for text in texts:
        before = set((rig.folder / "blobs").iterdir())
        made = rig.expert1.post(f"/projects/{project}/files", None, 201, raw=text,
                                kind="text/plain")
        paths.append(f"/files/{made['id']}")
        files += set((rig.folder / "blobs").iterdir()) - before
    raw = [file.read_bytes() for file in files]
    assert len(raw[0]) == len(raw[1]) > len(texts[0]), "of one padded size"
    head, chunk = 56, 16384 + 16

    def part(of, number):
        return raw[of][head + number * chunk:head + (number + 1) * chunk]

    def put(number, bytes_):
        at = head + number * chunk
        return raw[0][:at] + bytes_ + raw[0][at + len(bytes_):]
    for what, altered in {
            "another file": raw[1], "cut": raw[0][:-1], "a chunk less": raw[0][:-chunk],
            "grown": raw[0] + b"\0", "empty": b"", "of another file": put(1, part(1, 1)),
            "reordered": put(1, part(0, 2) + part(0, 1)), "repeated": put(1, part(0, 0)),
            "a bit": put(0, bytes([part(0, 0)[0] ^ 1])),
            "another head": raw[1][:head] + raw[0][head:]}.items():
        files[0].write_bytes(altered)
        reply = rig.expert1.call("GET", paths[0])
        assert reply.status == 500 and reply.problem == "seal-broken", (what, reply.status)
        assert texts[0][:16] not in reply.body, what
    # Further on the status is out already: what is broken is not sent, and the reply is cut off.
    files[0].write_bytes(put(18, bytes([part(0, 18)[0] ^ 1])))
    try:
        cut = rig.expert1.call("GET", paths[0]).body
    except (OSError, http.client.HTTPException):
        cut = b""
    assert len(cut) < len(texts[0])
    reply = rig.expert1.call("GET", paths[0], headers={"Range": "bytes=300000-300099"})
    assert reply.status == 500 and reply.problem == "seal-broken", reply.status
    part_only = rig.expert1.call("GET", paths[0], headers={"Range": "bytes=5-104"})
    assert part_only.status == 206 and part_only.body == texts[0][5:105], "what is sound opens"
    files[0].write_bytes(raw[0])
    assert rig.expert1.get(paths[0]).body == texts[0], "the control"
    assert rig.expert1.get(paths[1]).body == texts[1]


@case(in_slice=True)
def the_log_is_whole_and_tells_who_opened(rig):
    project = rig.project([line("only", {"prompt": "Seen once."})])
    rig.expert1.submit(rig.expert1.claim(project), {"choice": "yes"})
    folder = rig.folder / "vault/log"

    def leaves():
        out = []
        for bundle in sorted(folder.glob("tile/entries/**/*")):
            data = bundle.read_bytes() if bundle.is_file() else b""
            while data:
                size = int.from_bytes(data[:2], "big")
                out.append(json.loads(data[2:2 + size]))
                data = data[2 + size:]
        return out

    def has(verb):
        return [leaf for leaf in leaves() if leaf["verb"] == verb]
    wait_for(lambda: has("submission.submit") and has("task.import"), 10, "deeds are in the log")
    opened = [leaf for leaf in has("content.open") if leaf["reason"] == "work"
              and any(kind == "task" for kind, *_ in leaf["objects"])]
    submitted = has("submission.submit")[-1]
    assert submitted["who"] in {leaf["who"] for leaf in opened}, "the claimed task was opened"
    vkey = subprocess.run([BIN / "guildhall-vault", str(rig.folder), "--show-key"], check=True,
                          capture_output=True, text=True).stdout.strip()
    done = subprocess.run([BIN / "guildhall", "verify", "--log", str(folder), "--key", vkey],
                          check=False, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout, done.stderr)


@case(in_slice=True)
def a_dead_vault_is_replaced_and_nothing_is_lost(rig):
    project = rig.project([line(f"t{n}") for n in range(3)], max_open=9)
    first = rig.expert1.claim(project)
    os.kill(rig.server.child("guildhall-vault"), signal.SIGKILL)

    def serves():  # until then the vault's absence is said: 503
        try:
            reply = rig.expert1.call("POST", f"/assignments/{first['id']}/submission", {
                "token": first["lease"]["token"], "answers": {"choice": "yes"}})
        except OSError:
            return False
        assert reply.status in (201, 503), reply
        return reply.status == 201
    wait_for(serves, 30, "room and vault are there again")
    assert rig.manager.get(f"/tasks/{first['task']['id']}")["data"] == first["task"]["data"]


@case(in_slice=True)
def the_room_and_its_vault_are_confined(rig):
    """By the kernel's own word of each: what tests/escape shows of a role holds of these. A room
    that was told to run without its box says so to everyone, and the kernel agrees."""
    boxed = rig.server.boxed
    assert rig.expert1.get("/me")["room"]["insecure_no_sandbox"] is not boxed
    layers = rig.anonymous.send("GET", "/healthz").json.get("layers")
    if boxed:
        assert layers["role"] == "room" and layers["seccomp"] and layers["alone_in_net"], layers
    none = "0" * 16
    wanted = {"Seccomp": "2", "NoNewPrivs": "1", "CapEff": none, "CapBnd": none} if boxed else \
        {"Seccomp": "0", "NoNewPrivs": "0"}
    for role in ("guildhall-room", "guildhall-vault"):
        process = pathlib.Path(f"/proc/{rig.server.child(role)}")
        said = (process / "status").read_text().splitlines()
        status = dict(one.split(":\t", 1) for one in said if ":\t" in one)
        assert {name: status[name] for name in wanted} == wanted, (role, status)
    if not boxed:
        return
    try:
        seen = process / "root" / str(rig.folder)[1:]
        there = set(os.listdir(seen))
    except PermissionError:
        return  # only root may look into a process that is not dumpable
    assert "vault" in there and not any((seen / "peers").iterdir()), there
    assert not (process / "root/etc").exists() and not (process / "root/proc").exists()
