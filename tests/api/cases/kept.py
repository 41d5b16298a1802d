"""A room whose keys are with a keeper: locked until it leases them, dark when it withdraws them or
is gone, and back without a restart."""
import base64
import os
import signal
import subprocess
import time

from support import memory
from support.client import Client
from support.dark import dark_rounds
from support.events import Events
from support.kept import KeptRoom, Recorder, leaf_appears, pause
from support.registry import Skip, case
from support.rig import YES
from support.servers import BIN, GUILDHALL, run, wait_for

CANARY = "Qanary-kept"
SHORT_TERM_S = 10


def filled(room, title=f"{CANARY}-title"):
    """A project with people and tasks; the experts and the manager."""
    owner, expert = room.people.get("owner") or room.add("owner"), room.people.get("expert")
    expert = expert or room.add("expert")
    project = owner.post("/projects", {"title": title, "template": "choice",
                                       "guidelines": f"{CANARY}-guidelines"})["id"]
    owner.post(f"/projects/{project}/members", {"member": expert.member}, 204)
    body = "".join(f'{{"key": "{CANARY}-{n}", "data": {{"prompt": "{CANARY}-prompt-{n}"}}}}\n'
                   for n in range(4)).encode()
    owner.post(f"/projects/{project}/tasks", None, 200, raw=body, kind="application/x-ndjson")
    owner.patch(f"/projects/{project}", {"state": "open"})
    return project, owner, expert


def every_get(room, client, ids):
    """Each GET of the API that these ids can fill, with its reply."""
    document = client.get("/openapi.json")
    for path, methods in document["paths"].items():
        if "get" not in methods or path.endswith("/events"):
            continue
        try:
            filled_in = path.format(**ids)
        except KeyError:
            continue
        if filled_in.startswith(("/healthz", "/metrics")):
            yield path, client.send("GET", filled_in, headers=client.headers())
        else:
            yield path, client.call("GET", filled_in)


def assert_dark(room, ids):
    """No reply holds a word of content, and what is content says that it is locked."""
    locked = []
    for client in room.people.values():
        for path, reply in every_get(room, client, ids):
            assert CANARY.encode() not in reply.body, (path, reply)
            assert reply.status < 500, (path, reply)
            if reply.status == 423:
                assert reply.problem == "locked", reply
                locked.append(path)
    for path in ("/me", "/projects", "/projects/{project}", "/projects/{project}/tasks",
                 "/projects/{project}/guidelines", "/journal-key"):
        assert path in locked, (path, locked)


@case(in_slice=True)
def kept_goes_dark_and_comes_back(rig):
    room = KeptRoom(rig.postgres)
    try:
        assert not room.is_open() and room.health()["status"] == "ok"
        refused = subprocess.run([GUILDHALL, "room", "token", str(room.folder), "--role", "owner",
                                  "--name", "x"], capture_output=True, text=True, timeout=60)
        assert refused.returncode == 2 and "not leased" in refused.stderr, refused
        room.open()
        project, owner, expert = filled(room)
        expert.submit(expert.claim(project), YES)
        quality = f"/projects/{project}/quality"
        assert owner.get(quality)["questions"][0]["judgments"] == 1
        held = expert.claim(project)
        process, ids = room.server.child(), {"project": project, "task": held["task"]["id"],
                                             "assignment": held["id"], "member": owner.member}
        shown = [path for path, reply in every_get(room, owner, ids)
                 if CANARY.encode() in reply.body]
        assert len(shown) >= 4, f"the control: only {shown} show anything"
        said = room.keeper.withdraw()
        room.wait_locked(2)
        assert_dark(room, ids)
        for path in (quality, f"{quality}/members", f"{quality}/tasks"):
            assert owner.call("GET", path).status == 423, "what was held is forgotten"
        assert "since" in room.health(), room.health()
        for client, path, body in ((owner, f"/projects/{project}/tasks", None),
                                   (expert, f"/assignments/{held['id']}/submission",
                                    {"token": held["lease"]["token"], "answers": YES}),
                                   (expert, f"/projects/{project}/assignments", {"kind": "work"})):
            assert client.call("POST", path, body).status in (423,), (path, said)
        leaf = leaf_appears(room, "keeper.withdraw")[-1]
        assert leaf["who"] == "" and leaf["detail"] == 1, leaf
        state = owner.call("GET", "/room/keys").json
        assert state["room"] == "locked" and state["last_statement"]["kind"] == "withdrawal"
        assert state["last_statement"]["keeper"] == room.keeper.id, state
        room.keeper.restore()
        room.wait_open()
        assert room.server.child() == process, "without a restart"
        assert CANARY in owner.get(f"/projects/{project}")["title"]
        assert owner.get(quality)["questions"][0]["judgments"] == 1
        again = expert.get(f"/assignments/{held['id']}")
        assert again["state"] == "leased" and again["lease"]["token"] == held["lease"]["token"]
        expert.submit(held, YES, active_ms=60_000)
        leaf_appears(room, "keeper.restore")
        assert room.close() == 0
    finally:
        room.close()


@case()
def kept_what_the_owner_wishes_the_keeper_does(rig):
    room = KeptRoom(rig.postgres).open()
    try:
        _, owner, expert = filled(room)
        events = Events(expert, "/room/events")
        wait_for(lambda: '"room":"open"' in events.text, 10, "the room's word that it is open")
        said = expert.call("POST", "/room/withdrawal", {})
        assert said.status == 403, said
        assert not owner.post("/room/withdrawal", {}, 202)["wish"]["answered"]
        room.wait_locked()
        wait_for(lambda: '"room":"locked"' in events.text, 10, "the room's word that it is dark")
        state = owner.get("/room/keys")
        assert state["wish"]["answered"] and state["last_statement"]["kind"] == "withdrawal", state
        assert "room-asked-to-withdraw" in room.keeper.say("status")[1]
        stranger = Client(room.server).call("POST", "/keeper/exchange", raw=b"")
        assert stranger.status == 200, stranger  # a challenge, which is no secret
        room.keeper.restore()
        room.wait_open()
        events.close()
    finally:
        room.close()


@case()
def kept_one_project_goes_dark_alone(rig):
    room = KeptRoom(rig.postgres).open()
    try:
        one, owner, expert = filled(room, f"{CANARY}-one")
        other, _, _ = filled(room, "the other")
        number = next(p for p in room.keeper.say("status")[1].split() if p.isdigit())
        wanted = {p["id"]: p["leased"] for p in owner.get("/room/keys")["projects"]}
        assert wanted == {one: True, other: True}, wanted
        numbers = project_numbers(room)
        room.keeper.withdraw("--room", f"http://127.0.0.1:{room.server.port}",
                             "--project", str(numbers[0]))
        wait_for(lambda: owner.call("GET", f"/projects/{one}").status == 423, 5, f"dark {number}")
        assert owner.call("GET", f"/projects/{other}").status == 200
        assert expert.call("POST", f"/projects/{one}/assignments", {"kind": "work"}).status == 423
        assert isinstance(expert.claim(other), dict)
        assert room.is_open()
        room.keeper.restore("--room", f"http://127.0.0.1:{room.server.port}",
                            "--project", str(numbers[0]))
        wait_for(lambda: owner.call("GET", f"/projects/{one}").status == 200, 10, "light again")
    finally:
        room.close()


def project_numbers(room):
    """The inner numbers of its projects, in order, as the log says them."""
    found = []
    for leaf in leaf_appears(room, "project.create"):
        found.append(leaf["project"])
    return found


@case()
def kept_without_its_keeper_ends_with_the_term(rig):
    if rig.postgres:
        return  # the store has no part in it
    room = KeptRoom(rig.postgres, term=SHORT_TERM_S).open()
    try:
        project, owner, _ = filled(room)
        room.keeper.stop(signal.SIGKILL)
        gone = time.monotonic()
        room.wait_locked(SHORT_TERM_S + 2)
        assert time.monotonic() - gone <= SHORT_TERM_S + 1
        assert owner.call("GET", f"/projects/{project}").status == 423
        room.keeper.start()
        room.wait_open()
        # Stopped for longer than the term, the vault opens nothing when it goes on.
        room.keeper.stop(signal.SIGKILL)
        pause(room.server.child("guildhall-vault"), SHORT_TERM_S + 1)
        assert owner.call("GET", f"/projects/{project}").status == 423
        # A vault that died has no lease any more.
        room.keeper.start()
        room.wait_open()
        room.keeper.stop(signal.SIGKILL)
        before = room.server.child("guildhall-vault")
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: room.server.child("guildhall-vault") not in (None, before), 30, "another")
        wait_for(lambda: room.server.healthy(), 30, "served again")
        assert not room.is_open()
        room.keeper.start()
        room.wait_open()
        assert CANARY in owner.get(f"/projects/{project}")["title"]
    finally:
        room.close()


@case()
def kept_cloned_room_asks_for_a_lease(rig):
    if rig.postgres:
        return  # a clone of the folder is a clone of the room on SQLite only
    room = KeptRoom().open()
    try:
        project, owner, _ = filled(room)
        room.server.stop()
        clone = room.base / "clone"
        subprocess.run(["cp", "-a", str(room.folder), str(clone)], check=True)
        text = (clone / "room.json").read_text().replace(str(room.folder), str(clone))
        (clone / "room.json").write_text(text)
        from support.servers import Server
        other = Server(clone).start()
        try:
            stranger = Client(other, token=owner.token)
            assert stranger.call("GET", f"/projects/{project}").status == 423
            time.sleep(3)
            assert stranger.call("GET", f"/projects/{project}").status == 423
        finally:
            other.stop()
    finally:
        room.close()


@case()
def kept_hostile_exchanges_change_nothing(rig):
    if rig.postgres:
        return  # the store has no part in it
    room = KeptRoom().open()
    try:
        project, owner, _ = filled(room)
        client = Client(room.server)
        path = "/api/v1/keeper/exchange"
        for body, status in ((b"", 200), (b"\0" * 4, 400), (os.urandom(4_000), 400),
                             (b"\0\0\0\x05\x02abcd", 200), (b"x" * (1 << 20), 400),
                             (b"x" * ((1 << 20) + 1), 413)):
            reply = client.call("POST", "/keeper/exchange", raw=body)
            client.close()
            assert reply.status == status, (len(body), reply)
        # 40 polls that are held, by nobody in particular: requests are served all the same.
        import socket
        held = []
        poll = b"\0\0\0\x09\x01\0\0\x61\xa8\0\0\0\0"
        for _ in range(40):
            one = socket.create_connection(("127.0.0.1", room.server.port))
            one.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
                        % (path.encode(), len(poll), poll))
            held.append(one)
        assert CANARY in owner.get(f"/projects/{project}")["title"]
        assert owner.call("GET", "/projects").status == 200
        for one in held:
            one.close()
        assert room.is_open()
    finally:
        room.close()


@case()
def keys_under_a_passphrase(rig):
    import pathlib
    import shutil
    import tempfile
    from support.servers import Server
    if rig.postgres:
        return
    base = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-pass-"))
    try:
        (base / "pass").write_text("correct horse\n")
        (base / "wrong").write_text("battery staple\n")
        folder = base / "room"
        said = run("room", "init", str(folder), "--passphrase-file", str(base / "pass"))
        assert "passphrase" in said, said
        token = run("room", "token", str(folder), "--role", "owner", "--name", "o",
                    "--passphrase-file", str(base / "pass")).strip()
        server = Server(folder)
        server.options = ["--passphrase-file", str(base / "pass")]
        server.start()
        owner = Client(server, token=token)
        assert owner.get("/room/keys")["held_by"] == "file"
        server.stop()
        before = (folder / "room.keys").read_bytes()
        assert before.startswith(b"guildhall key file 1\n\x01"), before[:30]
        server.options = ["--passphrase-file", str(base / "wrong")]
        try:
            server.start()
            raise RuntimeError("it started under a wrong passphrase")
        except AssertionError:
            assert "passphrase" in server.tail(), server.tail()
        none = subprocess.run([GUILDHALL, "room", "init", str(base / "other")], text=True,
                              capture_output=True, timeout=60, start_new_session=True)
        assert none.returncode == 2 and "--no-passphrase" in none.stderr, none
        assert not (base / "other" / "room.json").exists()
    finally:
        shutil.rmtree(base, ignore_errors=True)


@case(store="sqlite")
def kept_memory_holds_no_key(rig):
    if not memory.readable():
        raise Skip("only root reads another process's memory")
    room = KeptRoom().open()
    try:
        project, owner, expert = filled(room)
        for _ in range(3):
            owner.get(f"/projects/{project}/tasks")
            held = expert.claim(project)
            if isinstance(held, dict):
                expert.submit(held, YES)
        listed = subprocess.run([str(BIN / "keeper-keys"), str(room.keeper.folder)],
                                capture_output=True, text=True, check=True).stdout.split()
        assert len(listed) == 2, listed  # the room's own, and the project's
        keys = [bytes.fromhex(word) for word in listed]
        words = [*keys, *(word.encode() for word in listed),
                 *(base64.b64encode(key).rstrip(b"=") for key in keys)]
        vault, process = room.server.child("guildhall-vault"), room.server.child()
        canary = [b"Qanary-kept-prompt", "Qanary-kept-prompt".encode("utf-16-le")]
        for pid, name in ((vault, "vault"), (process, "room")):
            found, size = memory.counts(pid, words)
            assert size > 1 << 20 and not any(found.values()), ("leased", name, found)
        shown, _ = memory.counts(process, canary)
        assert shown[canary[0]] > 0, "the control: what was shown is still in the room's heap"
        room.keeper.withdraw()
        room.wait_locked(5)
        for pid, name in ((vault, "vault"), (process, "room")):
            found, _ = memory.counts(pid, words)
            assert not any(found.values()), ("locked", name, found)
        left, _ = memory.counts(vault, canary)
        assert not any(left.values()), ("plaintext in the vault", left)
        left, size = memory.counts(process, canary)
        print(f"      after the lock the room's heap holds {left[canary[0]]} copies of a prompt "
              f"that was shown ({shown[canary[0]]} before), in {size >> 20} MiB", flush=True)
    finally:
        room.close()


@case()
def kept_goes_dark_within_a_second_under_load(rig):
    """The stopwatch of bench/dark.py, a few rounds of it."""
    times = dark_rounds(KeptRoom(rig.postgres), rounds=5)
    assert len(times) == 5, times


@case(store="sqlite")
def kept_recorded_leases_open_nothing(rig):
    room = KeptRoom(introduced=False)
    recorder = Recorder(room.server.port)
    try:
        room.keeper.add_room(f"http://127.0.0.1:{recorder.port}", room.key)
        room.open()
        project, owner, _ = filled(room)
        room.keeper.withdraw()
        room.wait_locked(5)
        room.keeper.stop()
        assert len(recorder.bodies) > 4, "there is something to replay"
        client = Client(room.server)
        for body in [*recorder.bodies, *reversed(recorder.bodies)]:
            client.send("POST", "/api/v1/keeper/exchange", without_poll(body))
            client.close()
            assert not room.is_open()
        assert owner.call("GET", f"/projects/{project}").status == 423
        # Nor in the vault's next life, which knows the counters.
        os.kill(room.server.child("guildhall-vault"), signal.SIGKILL)
        time.sleep(0.3)
        wait_for(room.server.healthy, 30, "served again")
        for body in recorder.bodies:
            client.send("POST", "/api/v1/keeper/exchange", without_poll(body))
            client.close()
            assert not room.is_open()
        room.keeper.start()
        room.keeper.restore("--room", f"http://127.0.0.1:{recorder.port}")
    finally:
        recorder.close()
        room.close()


def without_poll(body):
    """The keeper's frames, but for those that have the answer held."""
    kept, at = b"", 0
    while at < len(body):
        size = int.from_bytes(body[at:at + 4], "big") + 4
        kept += body[at:at + size] if body[at + 4] != 1 else b""
        at += size
    return kept


@case(store="sqlite")
def kept_a_store_of_last_week_is_refused(rig):
    room = KeptRoom().open()
    try:
        project, owner, expert = filled(room)
        room.server.stop()
        old = {path.name: path.read_bytes() for path in room.folder.glob("room.db*")}
        room.server.start()
        room.keeper.add_room(f"http://127.0.0.1:{room.server.port}", room.key)
        room.wait_open()
        held = Client(room.server, token=expert.token).claim(project)
        leaf_appears(room, "assignment.claim")
        room.server.stop()
        now = {path.name: path.read_bytes() for path in room.folder.glob("room.db*")}
        for name, data in old.items():
            (room.folder / name).write_bytes(data)
        refused = subprocess.run([GUILDHALL, "room", "serve", str(room.folder), "--listen",
                                  "127.0.0.1:0", "--web", str(room.server.web)],
                                 capture_output=True, text=True, timeout=60)
        assert refused.returncode == 2 and "older than the room's log" in refused.stderr, refused
        for name, data in now.items():  # the control: the newer one is served
            (room.folder / name).write_bytes(data)
        room.server.start()
        assert isinstance(held, dict)
    finally:
        room.close()
