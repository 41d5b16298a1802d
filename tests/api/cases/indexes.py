"""Who has the store and the room's folder cannot try out whom or what it is about: addresses,
vendors and the tasks' keys are found by hashes under keys that neither holds. The control is the
same guess with those keys: it is right."""
import hmac
import struct

from support.registry import case
from support.rig import line
from support.sql import Sql, expand

EMAIL, VENDOR, KEY = "ada@guess.example", "Guess and Sons", "matter-1"


def task_digest(sql, project, key):
    return hmac.digest(sql.index_key(), b"task-key" + struct.pack("<q", project) + key.encode(),
                       "sha256")[:16]


def blind(sql, project, sort, digest):
    """What the vault makes of it."""
    index = expand(sql.key_of(project), "guildhall index v1")
    return hmac.digest(index, sort.encode() + b"\0" + digest, "sha256")


@case(in_slice=True)
def what_can_be_guessed_cannot_be_looked_up(rig):
    rig.owner.post("/members", {"role": "expert", "name": "Ada", "email": EMAIL, "vendor": VENDOR,
                                "projects": []}, 201)
    rig.project([line(KEY)])
    sql = Sql(rig)
    project = int(sql.run("SELECT max(project) FROM task_key")[0][0])
    kept = {"email": sql.run("SELECT email_hash FROM member WHERE email_hash IS NOT NULL"),
            "vendor": sql.run("SELECT name_hash FROM vendor"),
            "task-key": sql.run("SELECT key_hash FROM task_key")}
    guesses = {"email": (0, sql.hash_of("email", EMAIL)),
               "vendor": (0, sql.hash_of("vendor", VENDOR)),
               "task-key": (project, task_digest(sql, project, KEY))}
    for sort, (of, digest) in guesses.items():
        assert [digest.hex()] not in kept[sort], sort
        right = blind(sql, of, sort, digest)[:len(digest)]
        assert [right.hex()] in kept[sort], (sort, right.hex(), kept[sort])
