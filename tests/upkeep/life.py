"""What the cases share: a filled room, its tool, a search for words, and short ways to commands."""
import json
import os
import pathlib
import shutil
import subprocess

from cases.sealed import found, plant, plant_files
from support.rig import Rig, line
from support.servers import BIN, GUILDHALL

KILLS = int(os.environ.get("GUILDHALL_KILLS", "6"))


def room_command(*words, check=True):
    done = subprocess.run([GUILDHALL, "room", *map(str, words)], capture_output=True, text=True,
                          timeout=300, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"room {words[0]}: {done.returncode} {done.stdout} {done.stderr}")
    return done


def tool(mode, folder):
    done = subprocess.run([BIN / "upkeep-room", mode, str(folder)], capture_output=True, text=True,
                          timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(f"upkeep-room {mode}: {done.stderr}")
    return done.stdout


def digests(folder):
    """What each body holds, but for the answers kept for repeated requests: they go with age."""
    return {tuple(row.split()[:2]): row.split()[2] for row in tool("digest", folder).splitlines()}


class Life(Rig):
    """A served room with words planted in every kind of content, and tasks besides."""

    def __init__(self, postgres, tasks=0):
        super().__init__("postgres" if postgres else "sqlite", postgres, experts=2)
        words, self.planted, self.task = plant(self)
        self.files = plant_files(self, self.planted, words)
        # Addresses are kept in small letters.
        self.words = [word.lower() if "mail" in word else word for word in words]
        self.data = self.load_files()
        if tasks:
            self.project([line(f"k{n}", {"prompt": f"{self.words[3]} {n} " + "x" * (n % 900)})
                          for n in range(tasks)], experts=2)

    def load_files(self):
        """A task amended while it is held, an answer kept for a repeated request, a skip."""
        project = self.project([line(f"a{n}", {"prompt": f"Task {n}."}) for n in range(3)],
                               experts=2)
        held = self.expert1.claim(project)
        self.manager.patch(f"/tasks/{held['task']['id']}", {"data": {"prompt": "Amended."}})
        skipped = self.expert2.claim(project)
        self.expert2.post(f"/assignments/{skipped['id']}/skip", {
            "token": skipped["lease"]["token"], "reason": "other", "note": "Not for me."}, 204)
        return project

    def cluster(self, sql, database="postgres"):
        self.postgres.program("psql", "-h", str(self.postgres.folder), "-U", "postgres", "-d",
                              database, "-c", sql)

    def store_files(self):
        """Every file that holds the store, the room's folder among them."""
        if self.postgres:
            # What the server's administrator does (docs/operations.md).
            for sql in ("ALTER SYSTEM SET wal_recycle = off", "SELECT pg_reload_conf()",
                        "SELECT pg_switch_wal()", "CHECKPOINT", "SELECT pg_switch_wal()",
                        "CHECKPOINT"):
                self.cluster(sql)
        folders = [self.folder] + ([pathlib.Path(self.postgres.folder)] if self.postgres else [])
        return [path for folder in folders for path in folder.rglob("*")
                if path.is_file() and "web" not in path.parts]

    def searched(self):
        return found(self.store_files(), self.words)

    def done(self):
        if self.server.process:
            self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def database_of(url):
    return url.split("@/")[1].split("?")[0]


def set_store(folder, url):
    path = folder / "room.json"
    value = json.loads(path.read_text())
    value["store"] = url
    path.write_text(json.dumps(value))
