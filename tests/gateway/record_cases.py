"""Every exchange is written down, sealed, with its deed; nothing of it is to be found elsewhere."""
import json

from peer import CHAT, CHAT_STREAM, MESSAGE
from rig import CREDENTIAL, Key
from support.kept import leaves_of
from support.registry import case
from support.servers import wait_for
from support.sql import Sql

CANARY = "Qanary-of-a-prompt"
MOST = 32 << 20  # kMaxModelBody


def raw_body(key, **more):
    return json.dumps({"model": key.model, "max_tokens": 50, "messages": [
        {"role": "user", "content": CANARY}], **more}).encode()


@case()
def every_exchange_is_kept_as_it_was_said(rig):
    for name, peer, path, reply in (("openai", rig.openai, "/v1/chat/completions", CHAT),
                                    ("openai", rig.openai, "/v1/chat/completions", CHAT_STREAM),
                                    ("anthropic", rig.anthropic, "/v1/messages", MESSAGE)):
        target = rig.target(name)
        key, body = rig.key(target), {}
        if reply is CHAT_STREAM:
            body = {"stream": True, "stream_options": {"include_usage": True}}
        peer.will(reply)
        raw = raw_body(key, **body)
        said = key.ask(path, raw)
        made = key.recorded()[0]
        assert made["state"] == "complete" and made["has_content"] and made["measured"], made
        assert (made["input_tokens"], made["output_tokens"], made["cost"]) == (7, 5, 17), made
        assert made["purpose"] == "drafting" and made["key"] == key.id, made
        kept = rig.content(made)
        assert kept["model"] == key.model and kept["peer"] == name, kept
        assert kept["target"] == target["model"] and kept["reply_cut"] is False, kept
        assert (kept["request"].encode(), kept["reply"].encode()) == (raw, said.body), kept


@case()
def exchanges_are_found_by_purpose_model_and_time(rig):
    key = rig.key("openai")
    judge = Key(rig, key.project, key.budget_id, rig.manager.post(
        f"/projects/{key.project}/virtual-keys", {
            "name": "Judge", "purpose": "judge", "budget": key.budget_id,
            "models": [rig.models[-1]]}), key.model)
    rig.openai.will(CHAT)
    for number, one in enumerate((key, judge, key), 1):
        assert one.chat().status == 200
        key.recorded(number)
    times = [one["at"] for one in key.exchanges()]

    def found(query):
        return [(one["purpose"], times.index(one["at"])) for one in rig.manager.get(
            f"/projects/{key.project}/exchanges?{query}")["items"]]
    assert found("purpose=judge") == [("judge", 1)]
    assert found("purpose=drafting&state=complete") == [("drafting", 0), ("drafting", 2)]
    assert found(f"purpose=drafting&key={judge.id}") == []
    assert found("purpose=drafting&state=error") == []
    asked = rig.models[-1]
    rig.key("openai")
    assert found(f"model={asked}&purpose=drafting") == [("drafting", 0), ("drafting", 2)]
    assert found(f"model={asked}&state=complete&key={judge.id}") == [("judge", 1)]
    assert asked != rig.models[-1] and found(f"model={rig.models[-1]}") == []
    # Both ends belong to the time.
    assert found(f"from={times[1]}&to={times[1]}") == [("judge", 1)]
    assert found(f"to={times[1]}") == [("judge", 1), ("drafting", 2)]
    page = rig.manager.get(f"/projects/{key.project}/exchanges?limit=1&to={times[1]}")
    assert found(f"limit=1&to={times[1]}&cursor={page['next']}") == [("drafting", 2)]
    for wrong in ("purpose=fun", "to=yesterday"):
        rig.manager.get(f"/projects/{key.project}/exchanges?{wrong}", 422)
    rig.manager.get(f"/projects/{key.project}/exchanges?model=nothing", 404)


@case()
def a_request_of_the_greatest_length_is_recorded_whole(rig):
    key = rig.key("openai")
    rig.openai.will(CHAT)
    numbers = "".join(f"{number} " for number in range(5_000_000))
    raw = raw_body(key, user=numbers[:MOST - len(raw_body(key, user=""))])
    assert len(raw) == MOST
    assert key.ask("/v1/chat/completions", raw, seconds=120).status == 200
    made = key.recorded()[0]
    assert rig.content(made)["request"].encode() == raw
    longer = key.ask("/v1/chat/completions", raw + b" ", seconds=120)
    assert longer.status == 413, longer


@case()
def every_exchange_has_its_deed_in_the_log(rig):
    key = rig.key("openai")
    rig.openai.will(CHAT)
    log = rig.folder / "vault/log"

    def leaves():
        found = [leaf for leaf in leaves_of(log) if leaf["verb"] == "exchange.record"]
        return [leaf for leaf in found if leaf["project"] == found[-1]["project"]]
    for _ in range(7):
        assert key.chat(CANARY).status == 200
    key.recorded(7)
    wait_for(lambda: len(leaves()) >= 7, 10, "their deeds")
    made = leaves()
    assert len(made) == 7, made
    assert len({json.dumps(leaf, sort_keys=True) for leaf in made}) == 7
    assert CANARY not in json.dumps(made) and key.secret not in json.dumps(made)
    # Reading one is a deed as well.
    count = len(leaves_of(log))
    assert rig.content(key.exchanges()[0])["request"].count(CANARY) == 1
    wait_for(lambda: len(leaves_of(log)) > count, 10, "the reading's own")


@case()
def nothing_of_an_exchange_is_anywhere_in_the_clear(rig):
    target = rig.target("openai", "Qanary-model")
    key = rig.key(target)
    rig.openai.will(CHAT.replace(b"theirs", b"Qanary-reply"))
    for headers in ({}, {"X-Api-Key": "Qanary-header"}):
        assert key.chat(CANARY, headers=headers).status == 200
        assert b"Qanary-reply" in key.chat(CANARY).body
    rig.openai.will(lambda asked: asked.whole(500, b'{"error":{"message":"Qanary-fault"}}'))
    assert key.chat(CANARY).status == 500  # errors are where logs usually say too much
    key.ask("/v1/chat/completions", b'{"model":"Qanary-broken')
    rig.wait_idle()
    words = [word.encode() for word in ("Qanary", key.secret, key.secret[4:], CREDENTIAL,
                                        key.model)]
    metrics = rig.owner.send("GET", "/metrics", None, rig.owner.headers()).body
    assert b"gen_ai_client_token_usage_total" in metrics
    searched = {"metrics": metrics, "the server's log": rig.server.log.read_bytes()}
    for path in rig.folder.rglob("*"):
        if path.is_file() and not path.name.endswith(".key"):
            searched[str(path)] = path.read_bytes()
    if rig.postgres:
        for path in (rig.postgres.folder / "data").rglob("*"):
            if path.is_file():
                searched[str(path)] = path.read_bytes()
    for where, data in searched.items():
        for word in words:
            assert word not in data, (where, word)
    # The control: the search would find them, and what is opened has them.
    assert rig.content(key.exchanges()[-1])["request"].count(CANARY) == 1
    rows = Sql(rig).run("SELECT count(*) FROM exchange")
    assert int(rows[0][0]) > 0
