"""Traces of requests to models: what a collector is told, and what it never is."""
import itertools
import json

from peer import CHAT, CHAT_STREAM, Peer
from rig import CREDENTIAL
from support.registry import case
from support.servers import run, wait_for

CANARY = "Kanarienvogel-91c4"
number = itertools.count(1)
KEYS = {"gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model",
        "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "error.type",
        "guildhall.first_byte_ms", "guildhall.purpose", "guildhall.project", "guildhall.exchange"}


def collector(rig):
    peer = Peer()
    peer.name = f"collector-{next(number)}"
    peer.will(lambda asked: asked.whole(200, b"{}"))
    run("room", "peer", "add", str(rig.folder), "--kind", "traces", "--name", peer.name,
        "--url", f"http://127.0.0.1:{peer.port}", "--allow", "127.0.0.1")
    return peer


def drop(rig, peer):
    run("room", "peer", "remove", str(rig.folder), "--name", peer.name)
    peer.close()


def spans_of(peer):
    out = []
    for asked in list(peer.asked):
        assert (asked.method, asked.path) == ("POST", "/v1/traces"), asked.path
        assert dict(asked.headers)["content-type"] == "application/json"
        for resource in json.loads(asked.body)["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                out += scope["spans"]
    return out


def attributes(span):
    return {one["key"]: next(iter(one["value"].values())) for one in span["attributes"]}


def found(peer, key, count=1):
    mine = [one for one in spans_of(peer) if attributes(one)["guildhall.project"] == key.project]
    return mine if len(mine) >= count else None


@case()
def a_request_to_a_model_is_a_span_without_content(rig):
    peer = collector(rig)
    try:
        name, model = rig.model(rig.target("openai", f"={CANARY}-theirs"))
        rig.owner.patch(f"/models/{model}", {"name": f"{CANARY}-model"})
        key = rig.key(model=(f"{CANARY}-model", model), purpose="judge")
        rig.manager.patch(f"/projects/{key.project}", {"title": CANARY})
        rig.openai.will(CHAT.replace(b"theirs", CANARY.encode()).replace(b"chatcmpl-1",
                                                                       CANARY.encode()))
        assert key.chat(CANARY).status == 200
        wait_for(lambda: found(peer, key), 20, "a span")
        span = found(peer, key)[0]
        of = attributes(span)
        assert set(of) <= KEYS, of
        exchange = key.recorded(1)[0]
        assert of["gen_ai.request.model"] == model and of["guildhall.exchange"] == exchange["id"]
        assert of["gen_ai.operation.name"] == "chat" and of["guildhall.purpose"] == "judge"
        assert (of["gen_ai.usage.input_tokens"], of["gen_ai.usage.output_tokens"]) == ("7", "5")
        assert span["name"] == f"chat {model}" and span["kind"] == 3 and "status" not in span
        assert int(span["endTimeUnixNano"]) >= int(span["startTimeUnixNano"])
        assert len(span["traceId"]) == 32 and len(span["spanId"]) == 16
        rig.openai.will(lambda asked: (asked.begin(), asked.piece(CHAT_STREAM[0]), asked.cut()))
        key.chat(CANARY, stream=True)
        rig.openai.will(lambda asked: asked.whole(400, json.dumps(
            {"error": {"message": CANARY, "type": CANARY}}).encode()))
        key.chat(CANARY)
        wait_for(lambda: found(peer, key, 3), 20, "three spans")
        errors = {attributes(one).get("error.type") for one in found(peer, key, 3)}
        assert errors == {None, "incomplete", "refused-upstream"}, errors
        told = b"".join(one.body + str(one.headers).encode() for one in peer.asked)
        for secret in (CANARY, CREDENTIAL, name, "openai.com", rig.manager.member, key.secret):
            assert secret.encode() not in told, told
    finally:
        drop(rig, peer)


@case()
def a_collector_that_is_away_costs_spans_and_nothing_else(rig):
    peer = collector(rig)
    try:
        key = rig.key("openai")
        rig.openai.will(CHAT)
        peer.will(lambda asked: asked.whole(503, b""))
        before = rig.metric('guildhall_trace_spans_total{fate="dropped"}')
        assert key.chat().status == 200
        wait_for(lambda: rig.metric('guildhall_trace_spans_total{fate="dropped"}') > before, 20,
                 "it is counted")
        peer.will(lambda asked: asked.whole(200, b"{}"))
        sent = rig.metric('guildhall_trace_spans_total{fate="sent"}')
        assert key.chat().status == 200
        wait_for(lambda: rig.metric('guildhall_trace_spans_total{fate="sent"}') > sent, 20,
                 "the next arrives")
        assert len(found(peer, key)) == 1
    finally:
        drop(rig, peer)


@case()
def without_a_collector_nothing_is_kept(rig):
    key = rig.key("openai")
    rig.openai.will(CHAT)
    assert key.chat().status == 200
    key.recorded(1)
    peer = collector(rig)
    try:
        other = rig.key("openai")
        rig.openai.will(CHAT)
        wait_for(lambda: other.chat().status == 200 and found(peer, other), 20, "a span")
    finally:
        drop(rig, peer)
