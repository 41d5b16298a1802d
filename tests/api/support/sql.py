"""The database of a served room, written past the server; and the keys that lie beside a room
without a keeper, for who has them too."""
import base64
import hmac
import json
import sqlite3
import subprocess

from support.servers import POSTGRES


def expand(key, info):
    """HKDF-Expand with SHA-256, 32 bytes (RFC 5869)."""
    return hmac.digest(key, info.encode() + b"\1", "sha256")


class Sql:
    """Values are written into the text: integers, ASCII words, bytes, None."""

    def __init__(self, rig):
        self.rig = rig
        self.room = json.loads((rig.folder / "room.json").read_text())["room"]

    def text_of(self, value):
        if value is None:
            return "NULL"
        if isinstance(value, bytes):
            return f"'\\x{value.hex()}'" if self.rig.postgres else f"x'{value.hex()}'"
        return str(value) if isinstance(value, int) else f"'{value}'"

    def run(self, text, *values):
        """The rows, as lists of text; bytes as hex."""
        filled = text.format(*(self.text_of(value) for value in values))
        if not self.rig.postgres:
            database = sqlite3.connect(self.rig.folder / "room.db", timeout=30)
            try:
                rows = database.execute(filled).fetchall()
                database.commit()
            finally:
                database.close()
            return [[one.hex() if isinstance(one, bytes) else str(one) for one in row]
                    for row in rows]
        done = subprocess.run(
            [POSTGRES / "psql", "-d", self.rig.url, "-qAt", "-F", "|", "-c", filled], check=True,
            capture_output=True, text=True, timeout=60, cwd=self.rig.postgres.folder,
            **self.rig.postgres.as_user)
        return [[one.removeprefix("\\x") for one in row.split("|")]
                for row in done.stdout.splitlines()]

    def insert(self, table, **columns):
        names = ", ".join(columns)
        holes = ", ".join("{}" for _ in columns)
        self.run(f"INSERT INTO {table} ({names}) VALUES ({holes})", *columns.values())

    def index_key(self):
        """From the file beside the store, as the room's process has it."""
        master = (self.rig.folder / "room.key").read_bytes()
        return expand(hmac.digest(b"\0" * 32, master, "sha256"), "guildhall index v1")

    def hash_of(self, sort, text):
        """How a session or token is found."""
        return hmac.digest(self.index_key(), sort.encode() + b"\0" + text.encode(), "sha256")

    def key_of(self, project):
        """A project's key, or the room's own (0), from the key file of a room without a keeper."""
        raw = (self.rig.folder / "room.keys").read_bytes()
        text = raw[raw.index(b"{"):].decode("latin-1")  # a digest follows
        key = json.JSONDecoder().raw_decode(text)[0]["keys"][str(project)]
        return base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))

    def right_mac(self, table, *fields, epoch=0):
        """What the vault would say of a row: canonical bytes as in identity/authority.h."""
        def one(value):
            if isinstance(value, int):
                return value.to_bytes(8, "big")
            raw = value.encode() if isinstance(value, str) else value
            return len(raw).to_bytes(8, "big") + raw
        rows = b"".join(one(value) for value in (table, self.room, *fields, epoch))
        return hmac.digest(expand(self.key_of(0), "guildhall authority v1"), rows, "sha256")
