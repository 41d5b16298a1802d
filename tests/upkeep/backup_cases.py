"""Backups made while a room works, restored; tampered ones refused; a restored one is no fork."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time

from life import Life, found, room_command
from support.client import Client
from support.rig import YES, line
from support.servers import GUILDHALL, Server


def vkey_of(folder):
    return (folder / "vault/log.vkey").read_text().strip()


def verify(log, key, *witnesses):
    words = [word for witness in witnesses for word in ("--witness", witness)]
    return subprocess.run([GUILDHALL, "verify", "--log", str(log), "--key", key, *words],
                          check=False, capture_output=True, text=True)


def leaves(log):
    out = []
    def order(path):
        return int("".join(part.strip("x") for part in
                           str(path.relative_to(log / "tile/entries")).split(".p")[0].split("/")))
    widest = {}
    for path in (log / "tile/entries").rglob("*"):
        if path.is_file():
            at = order(path)
            if at not in widest or path.stat().st_size > widest[at].stat().st_size:
                widest[at] = path
    for _, path in sorted(widest.items()):
        data = path.read_bytes()
        while data:
            size = int.from_bytes(data[:2], "big")
            out.append(json.loads(data[2:2 + size]))
            data = data[2 + size:]
    return out


class Work:
    """People who submit as fast as they can, and what they were told."""

    def __init__(self, life, project):
        self.life, self.project, self.stopping = life, project, False
        self.done = []  # (when it was acknowledged, submission)
        self.threads = [threading.Thread(target=self.work, args=(client,))
                        for client in (life.expert1, life.expert2)]
        for thread in self.threads:
            thread.start()

    def work(self, client):
        client = Client(client.server, token=client.token)
        while not self.stopping:
            task = client.claim(self.project)
            if not isinstance(task, dict):
                return
            made = client.submit(task, YES)
            self.done.append((time.monotonic(), made["id"]))

    def stop(self):
        self.stopping = True
        for thread in self.threads:
            thread.join()


def fresh_store(life):
    return ["--store", life.postgres.database()] if life.postgres else []


def a_backup_under_load_is_restored_whole(postgres):
    life, folder = Life(postgres), pathlib.Path(tempfile.mkdtemp(prefix="guildhall-backup-"))
    restored = None
    try:
        project = life.project([line(f"w{n}") for n in range(3_000)], experts=2)
        work = Work(life, project)
        while len(work.done) < 20:
            time.sleep(0.02)
        began = time.monotonic()
        said = room_command("backup", life.folder, "--to", folder / "one").stdout
        assert "verified" in said, said
        work.stop()
        assert room_command("backup", life.folder, "--to", folder / "one", check=False).returncode
        hits = found([path for path in (folder / "one").rglob("*") if path.is_file()], life.words)
        assert not hits, hits[:5]
        names = {path.name for path in (folder / "one").rglob("*")}
        assert not names & {"log.key", "room.key", "room.keys"}, names
        before = [made for when, made in work.done if when < began]
        assert before, "somebody worked"
        refused = room_command("restore", folder / "one", "--to", folder / "two",
                               *fresh_store(life), check=False)
        assert refused.returncode == 2 and "--keys" in refused.stderr, refused
        assert not (folder / "two").exists()
        said = room_command("restore", folder / "one", "--to", folder / "two", "--keys",
                            life.folder, "--key", vkey_of(life.folder), *fresh_store(life)).stdout
        log = folder / "two/vault/log"
        new_key = vkey_of(folder / "two")
        assert new_key in said and new_key != vkey_of(life.folder), said
        assert verify(log, new_key).returncode == 0
        assert verify(log, vkey_of(life.folder)).returncode == 5, "it is no fork in the old name"
        restored = Server(folder / "two").start()
        manager = Client(restored, token=life.manager.token)
        there = {item["id"] for item in manager.items(f"/projects/{project}/submissions")}
        assert set(before) <= there, len(set(before) - there)
        lost = [made for _, made in work.done if made not in there]
        print(f"      {len(before)} submissions before it began, all there; {len(lost)} of "
              f"{len(work.done)} came after it")
        assert manager.get(f"/projects/{life.planted}")["title"] == life.words[0]
        manager.post("/projects", {"title": "New", "template": "choice", "guidelines": "x"})
        time.sleep(0.5)
        assert verify(log, new_key).returncode == 0
        told = leaves(log)
        again = [leaf for leaf in told if leaf["verb"] == "room.restore"]
        assert len(again) == 1 and told[again[0]["detail"]] == again[0], "the first new leaf"
        tail = [leaf["verb"] for leaf in told[again[0]["detail"]:]]
        assert "project.create" in tail and "submission.submit" not in tail, tail[:20]
    finally:
        if restored:
            restored.stop()
        life.done()
        shutil.rmtree(folder, ignore_errors=True)


def a_backup_of_a_room_that_is_not_served_has_its_leaf(postgres):
    life, folder = Life(postgres), pathlib.Path(tempfile.mkdtemp(prefix="guildhall-backup-"))
    try:
        life.server.stop()
        room_command("backup", life.folder, "--to", folder / "one", "--with-keys")
        assert (folder / "one/room.keys").exists()
        room_command("restore", folder / "one", "--to", folder / "two", *fresh_store(life))
        assert (folder / "two/room.keys").exists()
    finally:
        life.done()
        shutil.rmtree(folder, ignore_errors=True)


def a_tampered_backup_is_refused_by_its_fault(postgres):
    life, folder = Life(postgres), pathlib.Path(tempfile.mkdtemp(prefix="guildhall-backup-"))
    try:
        room_command("backup", life.folder, "--to", folder / "good", "--with-keys")
        store = next((folder / "good/store").iterdir()).name

        def flip(path, at=-1):
            data = bytearray(path.read_bytes())
            data[at] ^= 1
            path.write_bytes(data)

        def relist(copy):
            """Whoever alters a file can alter the list as well."""
            flip(copy / "store" / store, 5_000)
            listed = json.loads((copy / "backup.json").read_text())
            for file in listed["files"]:
                data = (copy / file["path"]).read_bytes()
                file["sha256"] = hashlib.sha256(data).hexdigest()
            (copy / "backup.json").write_text(json.dumps(listed))
        bundle = str(next((folder / "good/vault/log/tile/entries").rglob("*.p/*"))
                     .relative_to(folder / "good"))
        faults = [
            (lambda copy: flip(copy / "store" / store, 5_000), 22, "not what was backed up"),
            (lambda copy: (copy / "store" / store).unlink(), 21, "missing"),
            (lambda copy: (copy / "blobs").mkdir(exist_ok=True) or
             (copy / "blobs/more").write_text("x"), 23, "does not belong"),
            (lambda copy: (copy / "backup.json").write_text("{}"), 20, "backup.json"),
            (relist, 24, "does not name"),
            (lambda copy: flip(copy / bundle), None, "vault/log"),
            (lambda copy: flip(copy / "vault/log/checkpoint", -5), None, "vault/log"),
            (lambda copy: (copy / bundle).unlink(), 10, "vault/log"),
            (lambda copy: (copy / "vault/log/extra").write_text("x"), 14, "vault/log"),
        ]
        for alter, code, words in faults:
            shutil.rmtree(folder / "bad", ignore_errors=True)
            shutil.copytree(folder / "good", folder / "bad")
            alter(folder / "bad")
            said = room_command("restore", folder / "bad", "--to", folder / "new",
                                *fresh_store(life), check=False)
            assert said.returncode == code if code else said.returncode in range(4, 15), \
                (code, said)
            assert words in said.stderr, (words, said)
            assert not (folder / "new").exists()
        wrong = room_command("restore", folder / "good", "--to", folder / "new", "--key",
                             vkey_of(life.folder)[:-6] + "AAAAA=", check=False)
        assert wrong.returncode == 2, wrong
        room_command("restore", folder / "good", "--to", folder / "new", *fresh_store(life))
    finally:
        life.done()
        shutil.rmtree(folder, ignore_errors=True)


CASES = [a_backup_under_load_is_restored_whole,
         a_backup_of_a_room_that_is_not_served_has_its_leaf,
         a_tampered_backup_is_refused_by_its_fault]
