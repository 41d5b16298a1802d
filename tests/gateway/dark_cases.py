"""A room whose key is withdrawn: nothing is asked of a model, and what is under way ends."""
import json
import re
import threading

from ask import Caller
from peer import CHAT, CHAT_STREAM, Peer
from rig import Key, ModelRig
from support.kept import KeptRoom
from support.registry import case
from support.servers import run, wait_for


class KeptModels(ModelRig):
    """The same rig over a room with a keeper."""

    def __init__(self, postgres):  # noqa: super's makes a room of its own
        self.room = KeptRoom(postgres).open()
        self.folder, self.server, self.postgres = self.room.folder, self.room.server, postgres
        self.clients = {name: self.room.add(name) for name in ("owner", "manager")}
        self.models, self.openai = [], Peer()
        self.sign(self.add_peer("openai", self.openai.port, "openai"))

    def sign(self, said):
        """The list, as the command that changed it says how."""
        _, of, made = re.search(r"sign-peers (\S+) --list (\S+) --out (\S+)", said).groups()
        run("keeper", "sign-peers", str(self.room.keeper.folder), "--list", of, "--out", made,
            "--yes")

    def close(self):
        self.openai.close()
        self.room.close()


def streamed(rig, key):
    """A stream of which a first piece has come, and when its provider was let go."""
    gone = threading.Event()

    def answer(asked):
        asked.begin()
        asked.piece(CHAT_STREAM[0])
        if asked.left(30):
            gone.set()
    rig.openai.will(answer)
    caller = Caller(rig.server.port, "/v1/chat/completions", {
        "model": key.model, "stream": True, "max_tokens": 50,
        "messages": [{"role": "user", "content": "Hi"}]}, key.secret)
    caller.until(b"Hello")
    return caller, gone


def ends(rig, caller, gone):
    assert gone.wait(10), "the provider still talks"
    text = caller.rest()
    assert text.count(b'"error":{') == 1 and b"withdrawn" in text and b"[DONE]" not in text, text
    caller.leave()


@case()
def a_room_gone_dark_asks_no_model(rig):
    kept = KeptModels(rig.postgres)
    try:
        key: Key = kept.key("openai")
        other = kept.key("openai")
        kept.openai.will(CHAT)
        for one in (key, other):
            said = one.chat()
            assert said.status == 200, said
        for whole in (True, False):
            caller, gone = streamed(kept, key)
            scope = [] if whole else ["--project", project_of(kept, key)]
            kept.room.keeper.withdraw(*scope)
            ends(kept, caller, gone)
            kept.openai.will(CHAT)
            for said in (key.chat(), key.message(), key.chat(stream=True)):
                assert said.status == 423, said
                assert said.headers["x-should-retry"] == "false", said
            if whole:
                assert other.chat().status == 423
                listed = key.ask("/v1/models", None, method="GET")
                assert listed.status == 423 and key.model.encode() not in listed.body, listed
                assert not kept.openai.asked
            else:
                assert other.chat().status == 200  # only that project is dark
            kept.room.keeper.restore(*scope)
            wait_for(lambda: key.chat().status == 200, 20, "it is light again")
        wait_for(lambda: sum(one["state"] == "error" for one in key.exchanges()) == 2, 20,
                 "what was under way is recorded, with its key back")
        assert all(one["has_content"] for one in key.exchanges())
        spent = key.settled()["spent"]["money"]
        assert spent == sum(one["cost"] for one in key.exchanges()), spent
    finally:
        kept.close()


def project_of(kept, key):
    """Its number at the keeper: the project that was asked for first."""

    status = json.loads((kept.room.keeper.folder / "status.json").read_text())
    wanted = sorted(one for entry in status["rooms"] for one in entry["wanted"] if one)
    return str(wanted[0])
