"""Who writes the database past the server makes nobody an owner: each row that grants something
and was not written by this room is refused, said in the log and counted. The control is the same
attack with the vault's own key, from the key file: then, and only then, it succeeds."""
import json
import os
import string
import time

from support.client import Client
from support.registry import case
from support.rig import line
from support.servers import wait_for
from support.sql import Sql

LETTERS = string.ascii_letters + string.digits


def code():
    return "".join(LETTERS[byte % 62] for byte in os.urandom(43))


def refusals(rig):
    """How many rows the log says were refused."""
    found = set()  # a bundle that was not full lies there in several lengths
    for bundle in sorted((rig.folder / "vault/log").glob("tile/entries/**/*")):
        data = bundle.read_bytes() if bundle.is_file() else b""
        while data:
            size = int.from_bytes(data[:2], "big")
            if b'"authority.refuse"' in data[2:2 + size]:
                found.add(data[2:2 + size])
            data = data[2 + size:]
    return len(found)


def counted(rig):
    text = rig.auditor.send("GET", "/metrics", None, rig.auditor.headers()).body.decode()
    return next(int(row.split()[1]) for row in text.splitlines()
                if row.startswith("guildhall_authority_refused_total "))


class Attack:
    """One person's session, and the database."""

    def __init__(self, rig, role="expert", projects=()):
        self.rig, self.sql = rig, Sql(rig)
        self.person = rig.invite(role, projects)
        self.code = self.person.cookie.split("=", 1)[1]
        self.hash = self.sql.hash_of("session", self.code)
        self.key = int(self.sql.run("SELECT member FROM session WHERE session_hash = {}",
                                    self.hash)[0][0])
        self.owner = int(self.sql.run(
            "SELECT member FROM member WHERE role = 'owner' AND state = 'active'"
            " AND mac IS NOT NULL ORDER BY member LIMIT 1")[0][0])

    def set(self, column, value):
        """The member's row; gives back what stood there."""
        before = self.sql.run(f"SELECT {column} FROM member WHERE member = {{}}", self.key)[0][0]
        self.sql.run(f"UPDATE member SET {column} = {{}} WHERE member = {{}}", value, self.key)
        return int(before) if isinstance(value, int) else before

    def session(self, member, mac, now=None):
        """A session of `member` with a code that the attacker chose."""
        now = now or int(time.time() * 1000)
        mine = code()
        found = self.sql.hash_of("session", mine)
        self.sql.insert("session", room=self.sql.room, session_hash=found, member=member,
                        created_at=now, seen_at=now, expires_at=now + 3_600_000,
                        mac=mac)
        return Client(self.rig.server, cookie=f"{self.person.cookie.split('=')[0]}={mine}")


def refused(client, path="/me", how="GET"):
    reply = client.call(how, path)
    assert reply.status == 403 and reply.problem == "authority-broken", reply


def logged(rig, before, what):
    wait_for(lambda: refusals(rig) > before, 15, f"{what} is in the log")


@case(in_slice=True)
def a_changed_member_is_refused_and_said(rig):
    one = Attack(rig)
    for column, value in (("role", "owner"), ("everywhere", 1), ("vendor", 77)):
        entries, count = refusals(rig), counted(rig)
        before = one.set(column, value)
        refused(one.person)
        one.set(column, before)
        assert one.person.get("/me")["member"]["role"] == "expert"
        assert counted(rig) > count
        logged(rig, entries, column)


@case(in_slice=True)
def forged_rows_are_refused_and_the_right_mac_is_the_difference(rig):
    one, now = Attack(rig), int(time.time() * 1000)
    wrong = os.urandom(32)
    entries = refusals(rig)
    for mac in (None, b"", wrong, wrong[:31]):
        refused(one.session(one.owner, mac))
    logged(rig, entries, "a session")
    shape = rig.owner.post("/tokens", {"name": "shape"})["token"]
    at = one.sql.hash_of("token", shape)
    kept = one.sql.run("SELECT member FROM token WHERE token_hash = {}", at)[0][0]
    one.sql.run("UPDATE token SET member = {} WHERE token_hash = {}", one.key, at)
    refused(Client(rig.server, token=shape))  # another's token made one's own
    one.sql.run("UPDATE token SET member = {} WHERE token_hash = {}", int(kept), at)
    assert Client(rig.server, token=shape).get("/me")["member"]["role"] == "owner"
    # An owner of one's own, with a session.
    forged = one.key + 1_000_000_000
    one.sql.insert("member", room=one.sql.room, member=forged, role="owner", state="active",
                   everywhere=1, vendor=0, profile_ref=1, version=1, created_at=now, mac=wrong)
    refused(one.session(forged, wrong))
    assert str(forged) not in json.dumps(rig.owner.items("/members"))
    one.sql.run("DELETE FROM member WHERE member = {}", forged)
    # The control: the same row with the MAC that the vault's key gives.
    epoch = int(one.sql.run("SELECT epoch FROM member WHERE member = {}", one.owner)[0][0])
    mine = code()
    found = one.sql.hash_of("session", mine)
    one.sql.insert("session", room=one.sql.room, session_hash=found, member=one.owner,
                   created_at=now, seen_at=now, expires_at=now + 3_600_000,
                   mac=one.sql.right_mac("session", found, one.owner, now, now + 3_600_000,
                                         epoch=epoch))
    thief = Client(rig.server, cookie=f"{one.person.cookie.split('=')[0]}={mine}")
    assert thief.get("/me")["member"]["role"] == "owner", "the control"
    one.sql.run("DELETE FROM session WHERE session_hash = {}", found)


@case(in_slice=True)
def a_membership_written_past_the_server_opens_no_project(rig):
    project = rig.project([line("t")], experts=0)
    one = Attack(rig)
    one.person.get(f"/projects/{project}", 404)
    number = int(one.sql.run("SELECT MAX(project) FROM project")[0][0])
    one.sql.insert("membership", room=one.sql.room, project=number, member=one.key, quota=0,
                   created_at=1, mac=os.urandom(32))
    entries = refusals(rig)
    refused(one.person, f"/projects/{project}")
    refused(one.person, f"/projects/{project}/assignments", "POST")
    logged(rig, entries, "a membership")
    one.sql.run("DELETE FROM membership WHERE member = {}", one.key)
    one.person.get(f"/projects/{project}", 404)


@case(in_slice=True)
def who_was_removed_does_not_come_back(rig):
    one = Attack(rig)
    session = one.sql.run("SELECT created_at, seen_at, expires_at, mac FROM session"
                          " WHERE session_hash = {}", one.hash)[0]
    member = one.sql.run("SELECT state, version, epoch, profile_ref, mac FROM member"
                         " WHERE member = {}", one.key)[0]
    rig.owner.delete(f"/members/{one.person.member}")
    one.person.get("/me", 401)
    one.sql.insert("session", room=one.sql.room, session_hash=one.hash, member=one.key,
                   created_at=int(session[0]), seen_at=int(session[1]),
                   expires_at=int(session[2]), mac=bytes.fromhex(session[3]))
    refused(one.person)  # the session is of an epoch that is over
    one.set("state", "active")
    refused(one.person)
    # The whole row of before, which its MAC fits: this room's process has seen the newer one.
    rig.owner.items("/members")
    time.sleep(2.1)
    one.sql.run("UPDATE member SET state = {}, version = {}, epoch = {}, profile_ref = {},"
                " mac = {} WHERE member = {}", member[0], int(member[1]), int(member[2]),
                int(member[3]), bytes.fromhex(member[4]), one.key)
    entries = refusals(rig)
    refused(one.person)
    logged(rig, entries, "an older row")
    one.sql.run("DELETE FROM session WHERE session_hash = {}", one.hash)
