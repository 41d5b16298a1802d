"""Refusals, in the words of who asks. Kinds as the SDKs know them, and whether to try again."""
import json

from ask import ask
from held import held
from peer import CHAT, MESSAGE
from support.registry import case
from support.servers import wait_for

DIALECTS = (("/v1/chat/completions", "openai"), ("/v1/messages", "anthropic"))
# What an error is called: OpenAI's status, type and code; Anthropic's status and type.
KEY = ((401, "authentication_error", "bad_virtual_key"), (401, "authentication_error"))
MODEL = ((404, "invalid_request_error", "model_not_found"), (404, "not_found_error"))
BUDGET = ((429, "insufficient_quota", "insufficient_quota"), (402, "billing_error"))
RATE = ((429, "rate_limit_error", "rate_limit_exceeded"), (429, "rate_limit_error"))


def body_of(model="m", **more):
    return {"model": model, "max_tokens": 50, **more,
            "messages": [{"role": "user", "content": "Hi"}]}


def is_said(said, path, words):
    """That a reply is this error in the dialect of its path, and nothing else."""
    expected = words[0] if path != "/v1/messages" else words[1]
    error = said.json["error"]
    assert said.headers["Content-Type"].startswith("application/json"), said
    assert said.status == expected[0] and error["type"] == expected[1], (said, expected)
    if path == "/v1/messages":
        assert set(said.json) == {"type", "error"} and said.json["type"] == "error", said
        assert set(error) == {"type", "message"}, said
    else:
        assert set(error) == {"message", "type", "param", "code"}, said
        assert error["code"] == expected[2], said
    assert error["message"].endswith("."), said


def retries(said):
    return said.headers.get("x-should-retry"), said.headers.get("retry-after-ms")


@case()
def a_key_that_is_none_opens_nothing(rig):
    key = rig.key("openai")
    rig.openai.will(CHAT)
    changed = key.secret[:-8] + ("AAAAAAAA" if key.secret[-8:] != "AAAAAAAA" else "BBBBBBBB")
    for path, _ in DIALECTS:
        for secret in (None, "", "bad", "ghl_" + "0" * 36, changed, rig.owner.token,
                       key.secret + "x", "\u00e9".encode().decode("latin-1")):
            is_said(ask(rig.server.port, path, body_of(key.model), secret), path, KEY)
            # What is long is not even read.
            is_said(ask(rig.server.port, path, b"{" * (1 << 20), secret), path, KEY)
        assert key.ask(path, b"{" * (1 << 20)).status == 400
    assert not rig.openai.asked
    assert key.ask("/v1/messages", body_of(key.model), headers={  # the control, Anthropic's way
        "Authorization": "", "x-api-key": key.secret}).status == 200
    assert ask(rig.server.port, "/v1/models", None, "bad", "GET").status == 401
    assert rig.owner.send("GET", "/api/v1/me", None, {
        "Authorization": f"Bearer {key.secret}"}).status == 401  # and it is no token of the room


@case()
def a_revoked_key_ends_within_a_second(rig):
    key = rig.key("openai")
    rig.openai.will(CHAT)
    assert key.chat().status == 200
    rig.manager.delete(f"/virtual-keys/{key.id}")
    wait_for(lambda: key.chat().status == 401, 3, "the key is refused")
    is_said(key.chat(), "/v1/chat/completions", KEY)
    is_said(key.message(), "/v1/messages", KEY)


@case()
def a_model_that_the_key_does_not_name_is_not_there(rig):
    key, other = rig.key("openai"), rig.key("openai")
    rig.openai.will(CHAT)
    for path, _ in DIALECTS:
        for name in ("nope", other.model, key.model + " ", "x" * 200):
            said = ask(rig.server.port, path, body_of(name), key.secret)
            is_said(said, path, MODEL)
            assert retries(said) == ("false", None), said
    assert not rig.openai.asked


@case()
def what_has_no_bound_is_not_sent(rig):
    for path, name in DIALECTS:
        peer = getattr(rig, name).will(CHAT if name == "openai" else MESSAGE)
        unpriced = rig.key(rig.target(name, price=None))
        said = unpriced.ask(path, body_of(unpriced.model))
        assert said.status == 400 and "costs" in said.json["error"]["message"], said
        assert retries(said) == ("false", None), said
        ceiling = rig.key(rig.target(name, most_output=100))
        assert ceiling.ask(path, body_of(ceiling.model, max_tokens=101)).status == 400
        assert not peer.asked
        assert ceiling.ask(path, body_of(ceiling.model, max_tokens=100)).status == 200
    unbound = rig.key(rig.target("openai", default_output=0))
    unlimited = body_of(unbound.model)
    del unlimited["max_tokens"]
    rig.openai.will(CHAT)
    said = unbound.ask("/v1/chat/completions", unlimited)
    assert said.status == 400 and not rig.openai.asked, said
    bound = rig.key(rig.target("openai", default_output=77))
    assert bound.ask("/v1/chat/completions", {**unlimited, "model": bound.model}).status == 200
    sent = json.loads(rig.openai.asked[0].body)
    assert 77 in (sent.get("max_tokens"), sent.get("max_completion_tokens")), sent


@case()
def an_exhausted_budget_says_so_and_not_to_try_again(rig):
    for path, name in DIALECTS:
        peer = getattr(rig, name).will(CHAT if name == "openai" else MESSAGE)
        key = rig.key(rig.target(name, context=150), money=400)  # 250 are reserved
        spent = 7 + 2 * 5
        for _ in range(30):
            said = key.ask(path, body_of(key.model))
            if said.status != 200:
                break
            assert key.recorded(len(peer.asked))[0]["cost"] == spent
        is_said(said, path, BUDGET)
        assert retries(said) == ("false", None), said
        assert len(peer.asked) >= 1 and key.settled()["spent"]["money"] == spent * len(peer.asked)
        rig.manager.patch(f"/budgets/{key.budget_id}", {"money": 10_000})
        wait_for(lambda: key.ask(path, body_of(key.model)).status == 200, 3, "more is to spend")
        rig.manager.patch(f"/budgets/{key.budget_id}", {"state": "paused"})
        wait_for(lambda: key.ask(path, body_of(key.model)).status != 200, 3, "it is paused")
        said = key.ask(path, body_of(key.model))
        is_said(said, path, ((429, "insufficient_quota", "budget_paused"), (402, "billing_error")))
        assert retries(said) == ("false", None), said


@case()
def what_others_have_reserved_may_be_free_soon(rig):
    for path, name in DIALECTS:
        peer = getattr(rig, name)
        key = rig.key(rig.target(name, context=150), money=400)
        with held(rig, peer, key, path, 1):
            said = key.ask(path, body_of(key.model, max_tokens=80))
            words = ((429, "rate_limit_error", "budget_reserved"), (429, "rate_limit_error"))
            is_said(said, path, words)
            again, after_ms = retries(said)
            assert again is None and 0 < int(after_ms) <= 5_000, said
            assert int(said.headers["retry-after"]) >= 1, said


@case()
def rates_of_a_key_and_of_a_model_bind(rig):
    for path, name in DIALECTS:
        peer = getattr(rig, name).will(CHAT if name == "openai" else MESSAGE)
        model = rig.model(rig.target(name), requests_per_minute=3)
        for key in (rig.key(name, requests_per_minute=3), rig.key(model=model)):
            before = len(peer.asked)
            replies = [key.ask(path, body_of(key.model)) for _ in range(8)]
            passed = [one for one in replies if one.status == 200]
            # A minute of the clock may turn once.
            assert 3 <= len(passed) <= 6 and len(peer.asked) - before == len(passed), replies
            refused = next(one for one in replies if one.status != 200)
            is_said(refused, path, RATE)
            assert 0 < int(retries(refused)[1]) <= 60_000, refused
        tokens = rig.key(name, tokens_per_minute=10_000)
        peer.will((CHAT if name == "openai" else MESSAGE).replace(b"7,", b"5000,"))
        statuses = [tokens.ask(path, body_of(tokens.model)).status for _ in range(6)]
        assert 200 in statuses and 429 in statuses, statuses
        over = tokens.ask(path, body_of(tokens.model, max_tokens=10_001))
        assert over.status == 413, over


@case()
def a_credential_that_is_refused_is_not_the_clients(rig):
    for path, name in DIALECTS:
        for status in (401, 402, 403):
            getattr(rig, name).will(lambda asked, status=status: asked.whole(
                status, b'{"type":"error","error":{"type":"authentication_error","message":'
                        b'"canary: sk-room is wrong"}}'))
            key = rig.key(name)
            said = key.ask(path, body_of(key.model))
            words = ((503, "server_error", "upstream_unavailable"), (529, "overloaded_error"))
            is_said(said, path, words)
            assert b"canary" not in said.body, said


@case()
def errors_of_the_provider_are_told_in_the_clients_dialect(rig):
    theirs = {"openai": b'{"error":{"message":"Too long.","type":"invalid_request_error",'
                        b'"param":"messages","code":"context_length_exceeded"}}',
              "anthropic": b'{"type":"error","error":{"type":"invalid_request_error",'
                           b'"message":"Too long."}}'}
    for path, own in DIALECTS:
        for name, body in theirs.items():
            getattr(rig, name).will(lambda asked, body=body: asked.whole(400, body))
            key = rig.key(name)
            for stream in (False, True):
                said = key.ask(path, body_of(key.model, stream=stream))
                assert said.status == 400 and said.json["error"]["message"] == "Too long.", said
                assert said.json["error"]["type"] == "invalid_request_error", said
                if name == own:
                    assert said.body == body, said
            assert len(getattr(rig, name).asked) == 2  # what the client did wrong is not repeated


@case()
def large_bodies_pass_and_larger_ones_do_not(rig):
    rig.openai.will(CHAT)
    key = rig.key(rig.target("openai", context=0))
    for size, status in ((4 << 20, 200), (11 << 20, 200), (33 << 20, 413)):
        said = key.chat("x" * size, max_tokens=50)
        assert said.status == status, (size, said)
        if status == 200:
            assert len(rig.openai.asked[-1].body) > size
    assert key.ask("/v1/messages", {"max_tokens": 9, "messages": [
        {"role": "user", "content": "x" * (33 << 20)}]}).status == 413
