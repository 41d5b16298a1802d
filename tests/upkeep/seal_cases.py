"""A room with content of before rooms were sealed is sealed in place, whatever kills it."""
import re
import shutil
import sqlite3
import subprocess

from life import KILLS, Life, database_of, digests, room_command, set_store, tool
from support.registry import Skip, seeded
from support.servers import GUILDHALL


def unsealed(life):
    """The room as it was before sealing: plain, without a log. Its keys stay: what else they made
    (marks of members) would have to be made anew."""
    life.server.stop()
    before = digests(life.folder)
    tool("unseal", life.folder)
    (life.folder / "room.sock").unlink(missing_ok=True)
    shutil.rmtree(life.folder / "vault")
    return before


class Copies:
    """The unsealed room, to begin anew from."""

    def __init__(self, life):
        self.life = life
        self.kept = life.folder.with_name(life.folder.name + "-kept")
        # The server that refused it left its socket, which cannot be copied.
        shutil.copytree(life.folder, self.kept, ignore=shutil.ignore_patterns("room.sock"))
        self.number = 0
        self.made = []

    def fresh(self):
        shutil.rmtree(self.life.folder)
        shutil.copytree(self.kept, self.life.folder)
        if self.life.postgres:
            self.number += 1
            name = f"{database_of(self.life.url)}_{self.number}"
            self.life.cluster(f"CREATE DATABASE {name} TEMPLATE {database_of(self.life.url)}")
            self.made.append(name)
            set_store(self.life.folder, self.life.url.replace(database_of(self.life.url), name, 1))

    def drop(self, but_last):
        if self.life.postgres:
            for name in [database_of(self.life.url), *self.made[:-1 if but_last else None]]:
                self.life.cluster(f"DROP DATABASE {name}")
        shutil.rmtree(self.kept, ignore_errors=True)


def seal(life, seconds):
    """Runs `room seal`; kills it after so long. Its exit status, or None, and what it had to do."""
    running = subprocess.Popen([GUILDHALL, "room", "seal", str(life.folder)], text=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        said = running.communicate(timeout=seconds)[1]
        status = running.returncode
        assert status == 0, said
    except subprocess.TimeoutExpired:
        running.kill()
        said, status = running.communicate()[1], None
    left = re.search(r"0 of (\d+) rows", said)
    return status, int(left[1]) if left else None


def a_room_of_before_is_sealed_in_place_whatever_kills_it(postgres):
    life = Life(postgres, tasks=4_000)
    try:
        before = unsealed(life)
        said = subprocess.run([GUILDHALL, "room", "serve", str(life.folder), "--listen",
                               "127.0.0.1:0", "--web", str(life.server.web)], check=False,
                              capture_output=True, text=True, timeout=60)
        assert said.returncode == 2 and "guildhall room seal" in said.stderr, said
        assert {word for word, _ in life.searched()} == set(life.words), "the control: plain"
        copies, rng, kills, wholes = Copies(life), seeded(7), 0, 0
        stages, status = set(), None
        copies.fresh()
        while kills < KILLS or status is None:  # the last run is whole
            status, left = seal(life, rng.uniform(0.05, 0.9) if kills < KILLS else 300)
            stages.add(left)
            if status is None:
                kills += 1
                continue
            wholes += 1
            after = digests(life.folder)
            assert after == before, (len(before), len(after), set(before.items()) ^
                                     set(after.items()))
            if kills < KILLS:
                copies.fresh()
        print(f"      killed {kills} times, sealed whole {wholes} times; to do when begun again: "
              f"{sorted(n for n in stages if n is not None)}")
        again = room_command("seal", life.folder)
        assert "sealed already" in again.stdout, again
        copies.drop(but_last=True)
        hits = life.searched()
        assert not hits, (len(hits), hits[:5])
        life.server.start()
        assert life.manager.get(f"/projects/{life.planted}")["title"] == life.words[0]
        for path, body in life.files:
            assert life.manager.get(path).body == body, path
        made = life.manager.items(f"/projects/{life.planted}/submissions")[0]["id"]
        assert life.manager.get(f"/submissions/{made}")["answers"]["justification"] in life.words
    finally:
        life.done()


def without_its_last_step_plain_text_stays(postgres):
    """The mutant: every body is sealed, and nothing is written anew."""
    if not postgres and "SECURE_DELETE" in {
            row[0] for row in sqlite3.connect(":memory:").execute("PRAGMA compile_options")}:
        raise Skip("this SQLite wipes what it frees by itself (SECURE_DELETE)")
    life = Life(postgres)
    try:
        unsealed(life)
        tool("half", life.folder)
        hits = {word for word, _ in life.searched()}
        assert hits, "the search finds what was left"
        print(f"      {len(hits)} of {len(life.words)} words found")
    finally:
        life.done()


CASES = [a_room_of_before_is_sealed_in_place_whatever_kills_it,
         without_its_last_step_plain_text_stays]
