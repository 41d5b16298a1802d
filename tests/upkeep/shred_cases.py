"""A project's key is destroyed: no room, database or backup of before opens the project again. The
control for the backup is in kept_cases: where nothing was shredded, the same backup opens."""
import base64
import hashlib
import json
import subprocess

from kept_cases import Kept, backed_up, restored, tell
from life import Life, room_command
from support.client import Client
from support.kept import leaf_appears
from support.servers import GUILDHALL, wait_for
from cases.kept import project_numbers


def dark_for_good(client, project):
    reply = client.call("GET", f"/projects/{project}")
    return reply.status == 423 and "destroyed" in reply.json["detail"]


def receipt_of(kept, number):
    """The keeper's, once the room's vault has said that it heard."""
    files = wait_for(lambda: list((kept.keeper.folder / "receipts").glob(f"{number}-*.json")), 10,
                     "a receipt")
    receipt = json.loads(files[0].read_text())
    assert receipt["project"] == number and receipt["verdict"] and receipt["room_key"]
    return hashlib.sha256(base64.b64decode(receipt["statement"])).digest()


def what_a_keeper_shredded_no_backup_opens(postgres):
    kept = Kept(postgres)
    try:
        backed_up(kept)
        number = str(project_numbers(kept.room)[0])
        other = kept.owner.post("/projects", {"title": "Stays", "template": "choice",
                                              "guidelines": "x"})["id"]
        asked = subprocess.run([GUILDHALL, "keeper", "shred", str(kept.keeper.folder), "--project",
                                number], input="no\n", capture_output=True, text=True, timeout=60)
        assert asked.returncode == 2 and "Nothing was destroyed" in asked.stderr, asked
        assert kept.owner.get(f"/projects/{kept.project}")["id"] == kept.project
        status, said = kept.keeper.say("shred", "--project", number, "--yes")
        assert status == 0 and "the room's vault says so" in said, (status, said)
        wait_for(lambda: dark_for_good(kept.owner, kept.project), 5, "dark, and it says why")
        assert kept.owner.get(f"/projects/{other}")["title"] == "Stays"
        leaf = leaf_appears(kept.room, "keeper.shred")[-1]
        assert leaf["project"] == int(number), leaf
        told = base64.urlsafe_b64decode(leaf["hash"] + "=" * (-len(leaf["hash"]) % 4))
        assert told == receipt_of(kept, int(number)), "the leaf is the receipt's"
        state = kept.owner.get("/room/keys")["keepers"][0]
        assert state["shredded_projects"] == [kept.project], state
        status, said = kept.keeper.say("restore", "--project", number)
        assert status == 2 and "destroyed" in said, (status, said)
        kept.room.server.stop()
        server, new_key = restored(kept)
        kept.way.lead(server.port)
        kept.keeper.stop()
        status, said = tell(kept, new_key, kept.room.key)
        assert status == 0, said
        kept.keeper.start()
        wait_for(lambda: kept.room.is_open(server), 30, "the rest of it opens")
        owner = Client(server, token=kept.owner.token)
        wait_for(lambda: dark_for_good(owner, kept.project), 10, "what was shredded does not")
    finally:
        kept.close()


def what_a_room_shredded_itself_stays_shut(postgres):
    life = Life(postgres)
    try:
        number = max(life_projects(life))  # not the one with the planted words
        command = ("shred", life.folder, "--project", number, "--yes")
        refused = room_command(*command, check=False)
        assert refused.returncode == 2 and "Stop the room" in refused.stderr, refused
        life.server.stop()
        unknown = room_command("shred", life.folder, "--project", 7, "--yes", check=False)
        assert unknown.returncode == 2 and "no key" in unknown.stderr, unknown
        assert "key.shred" in room_command(*command).stdout
        again = room_command(*command, check=False)
        assert again.returncode == 2, again
        life.server.start()
        shut = [p["id"] for p in life.all_projects if dark_for_good(life.owner, p["id"])]
        assert len(shut) == 1 and len(life.all_projects) > 1, shut
        assert life.manager.get(f"/projects/{life.planted}")["title"] in life.words
    finally:
        life.done()


def life_projects(life):
    """The inner numbers of its projects, and what the API calls them."""
    life.all_projects = life.owner.items("/projects")
    raw = (life.folder / "room.keys").read_bytes()
    keys = json.JSONDecoder().raw_decode(raw[raw.index(b"{"):].decode("latin-1"))[0]["keys"]
    return [int(name) for name in keys if name != "0"]


CASES = [what_a_keeper_shredded_no_backup_opens, what_a_room_shredded_itself_stays_shut]
