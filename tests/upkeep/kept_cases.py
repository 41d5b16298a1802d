"""Rooms whose keys are with a keeper: restored from a backup, and cloned."""
import pathlib
import shutil
import subprocess
import tempfile
import time

from backup_cases import leaves, verify, vkey_of
from cases.kept import CANARY, filled, project_numbers
from life import found, room_command
from support.client import Client
from support.kept import KeptRoom, cloned
from support.rig import YES
from support.servers import GUILDHALL, Server, wait_for
from support.way import Way

TAMPERED = 5  # docs/verify.md: another key signed it


class Kept:
    """A kept room behind an address that stays, filled, with an answer in it."""

    def __init__(self, postgres):
        self.postgres = postgres
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-kept-backup-"))
        self.room = KeptRoom(postgres, introduced=False)
        self.way, self.keeper = Way(self.room.server.port), self.room.keeper
        self.more = []
        try:
            self.keeper.add_room(self.way.url, self.room.key)
            self.room.open()
            self.project, self.owner, self.expert = filled(self.room)
            self.made = self.expert.submit(self.expert.claim(self.project), YES)["id"]
        except BaseException:
            self.close()
            raise

    def serve(self, folder):
        self.more.append(Server(folder).start())
        return self.more[-1]

    def stays_locked(self, server, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert not self.room.is_open(server)
            time.sleep(0.1)

    def close(self):
        for server in self.more:
            server.stop()
        self.room.close()
        self.way.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def tell(kept, new_key, old_key):
    """`add-room` for a room that was restored: its exit status and sentence."""
    done = subprocess.run([GUILDHALL, "keeper", "add-room", str(kept.keeper.folder), "--url",
                           kept.way.url, "--room-key", new_key,
                           *(["--restored-from", old_key] if old_key else [])], text=True,
                          capture_output=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def told(kept, new_key):
    """Each thing that the keeper will not do, and then what it takes."""
    status, said = tell(kept, new_key, None)
    assert status == 2 and "--restored-from" in said, (status, said)
    status, said = tell(kept, new_key, kept.room.key)
    assert status != 0 and "Stop the keeper" in said, (status, said)
    kept.keeper.stop()
    status, said = tell(kept, new_key, new_key)
    assert status != 0 and "no key" in said, (status, said)
    status, said = tell(kept, new_key, kept.room.key)
    assert status == 0 and "the 2 keys" in said, (status, said)
    kept.keeper.start()


def backed_up(kept):
    said = room_command("backup", kept.room.folder, "--to", kept.folder / "one").stdout
    assert "verified" in said, said
    hits = found([path for path in (kept.folder / "one").rglob("*") if path.is_file()], [CANARY])
    assert not hits, hits[:5]


def restored(kept):
    """A new room beside the old one, which is stopped; and its log's key."""
    store = ["--store", kept.postgres.database()] if kept.postgres else []
    said = room_command("restore", kept.folder / "one", "--to", kept.folder / "two", "--keys",
                        kept.room.folder, "--key", kept.room.key, *store).stdout
    new_key = vkey_of(kept.folder / "two")
    assert f"--room-key {new_key} --restored-from {kept.room.key}" in said, said
    assert not (kept.folder / "two/room.keys").exists() and new_key != kept.room.key
    return kept.serve(kept.folder / "two"), new_key


def a_kept_room_is_restored_and_opens_when_its_keeper_is_told(postgres):
    kept = Kept(postgres)
    try:
        backed_up(kept)
        number = project_numbers(kept.room)[0]
        kept.keeper.withdraw("--project", str(number))  # what the backup does not know
        kept.room.server.stop()
        server, new_key = restored(kept)
        kept.way.lead(server.port)
        wait_for(lambda: "lease-forged" in kept.keeper.alarms(), 20, "a stranger at its address")
        kept.stays_locked(server, 2)
        told(kept, new_key)
        wait_for(lambda: kept.room.is_open(server), 30, "it is leased its keys")
        log = kept.folder / "two/vault/log"
        wait_for(lambda: verify(log, new_key, kept.keeper.witness).returncode == 0, 10, "cosigned")
        assert verify(log, kept.room.key).returncode == TAMPERED, "no fork in the old name"
        owner = Client(server, token=kept.owner.token)
        wait_for(lambda: owner.call("GET", f"/projects/{kept.project}").status == 423, 5,
                 "what was withdrawn since the backup is withdrawn")
        kept.keeper.restore("--project", str(number))
        wait_for(lambda: owner.call("GET", f"/projects/{kept.project}").status == 200, 10, "light")
        assert owner.get(f"/submissions/{kept.made}")["answers"] == YES
        owner.post("/projects", {"title": "New", "template": "choice", "guidelines": "x"})
        wait_for(lambda: "project.create" in verbs_since_restore(log), 10, "the log goes on")
        wait_for(lambda: verify(log, new_key, kept.keeper.witness).returncode == 0, 10, "cosigned")
        assert not kept.keeper.alarms(), kept.keeper.alarms()
    finally:
        kept.close()


def verbs_since_restore(log):
    told = leaves(log)
    first = [leaf["verb"] for leaf in told].index("room.restore")
    assert told[first]["detail"] == first, "the first new leaf names where it goes on from"
    return [leaf["verb"] for leaf in told[first:]]


def a_locked_kept_room_gives_no_backup(postgres):
    kept = Kept(postgres)
    try:
        kept.keeper.stop()
        kept.room.server.stop()
        refused = room_command("backup", kept.room.folder, "--to", kept.folder / "one",
                               check=False)
        assert refused.returncode in (1, 2) and "leased" in refused.stderr, refused
        assert not list(kept.folder.iterdir()), "what is not finished leaves nothing"
    finally:
        kept.close()


def a_cloned_kept_room_stays_dark_and_is_seen_at_the_address(postgres):
    if postgres:
        return  # a clone of the folder is a clone of the room on SQLite only
    kept = Kept(None)
    try:
        clone = cloned(kept.room)
        kept.more.append(clone)
        kept.way.lead(kept.room.server.port)
        kept.room.wait_open()
        stranger = Client(clone, token=kept.owner.token)
        for _ in range(5):  # both run; the keeper dials one of them
            assert kept.owner.get(f"/projects/{kept.project}")["id"] == kept.project
            assert stranger.call("GET", f"/projects/{kept.project}").status == 423
            time.sleep(0.2)
        kept.stays_locked(clone, 1)
        size = wait_for(lambda: witnessed(kept), 10, "the keeper has cosigned what came since")
        kept.way.lead(clone.port)  # whoever has the address shows the older log
        wait_for(lambda: {"log-rollback", "log-fork"} & kept.keeper.alarms(), 20,
                 f"less than {size} entries, or others, is an alarm")
        assert list((kept.keeper.folder / "evidence").iterdir())
        kept.stays_locked(clone, 3)  # and it is leased nothing
        clone.stop()
        elsewhere(kept, clone)
    finally:
        kept.close()


def witnessed(kept):
    """The size of the log, once the keeper has cosigned all of it."""
    log = kept.room.folder / "vault/log"
    done = verify(log, kept.room.key, kept.keeper.witness)
    return len(leaves(log)) if done.returncode == 0 else 0


def elsewhere(kept, clone):
    """A copy without the machine's key, as on another machine, does not even start."""
    settings = clone.folder / "room.json"
    text = settings.read_text()
    at = text.index('"machine_key":"') + len('"machine_key":"')
    settings.write_text(text[:at] + str(kept.folder / "other.key") + text[text.index('"', at):])
    refused = subprocess.run([GUILDHALL, "room", "serve", str(clone.folder), "--listen",
                              "127.0.0.1:0", "--web", str(clone.web)], text=True,
                             capture_output=True, timeout=60)
    assert refused.returncode == 2 and "another machine" in refused.stderr, refused


CASES = [a_kept_room_is_restored_and_opens_when_its_keeper_is_told,
         a_locked_kept_room_gives_no_backup,
         a_cloned_kept_room_stays_dark_and_is_seen_at_the_address]
