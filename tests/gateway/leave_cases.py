"""Clients that leave: the provider is let go at once, and nothing of them stays."""
from ask import Caller
from peer import CHAT, CHAT_STREAM, MESSAGE_STREAM
from support.registry import case
from support.servers import wait_for

CROWD = 300
ROUTES = (("/v1/chat/completions", "openai"), ("/v1/messages", "anthropic"),
          ("/v1/messages", "openai"), ("/v1/chat/completions", "anthropic"))


def call(rig, key, path, **more):
    return Caller(rig.server.port, path, {
        "model": key.model, "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}],
        **more}, key.secret)


@case()
def who_leaves_a_whole_reply_frees_the_provider(rig):
    keys = []
    for path, name in ROUTES:
        left = []
        peer = getattr(rig, name).will(lambda asked, left=left: left.append(asked.left(20)))
        key = rig.key(name)
        caller = call(rig, key, path)
        peer.wait_asked()
        assert not left
        caller.leave()
        wait_for(lambda left=left: left, 10, "the provider is let go")
        assert left == [True]
        keys.append(key)
    for key in keys:
        made = key.recorded()[0]
        assert made["state"] == "cancelled" and made["cost"] > 0, made  # it may have been billed
        assert key.settled()["spent"]["money"] == made["cost"]
    rig.wait_idle()


@case()
def who_leaves_a_stream_frees_the_provider(rig):
    for path, name in ROUTES:
        left, pieces = [], CHAT_STREAM if name == "openai" else MESSAGE_STREAM

        def answer(asked, left=left, pieces=pieces):
            asked.begin()
            for data in pieces[:2 if pieces is CHAT_STREAM else 4]:
                asked.piece(data)
            left.append(asked.left(20))
        getattr(rig, name).will(answer)
        key = rig.key(name)
        caller = call(rig, key, path, stream=True)
        caller.until(b"Hello")
        assert not left
        caller.leave()
        wait_for(lambda left=left: left, 10, "the provider is let go")
        assert left == [True]
        made = key.recorded()[0]
        assert made["state"] == "cancelled" and made["cost"] > 0, made
        assert b"Hello" in rig.content(made)["reply"].encode()
    rig.wait_idle()


@case()
def a_crowd_that_leaves_fills_nothing(rig):
    key = rig.key("openai")
    left = []
    rig.openai.will(lambda asked: left.append(asked.left(60)))
    callers = [call(rig, key, "/v1/chat/completions") for _ in range(CROWD)]
    rig.openai.wait_asked(CROWD, 30)
    assert rig.under_way() == CROWD and not left
    for caller in callers:
        caller.leave()
    wait_for(lambda: len(left) == CROWD, 20, "the provider is let go by each")
    assert all(left)
    rig.wait_idle()
    found = key.recorded(CROWD, 30)
    assert {one["state"] for one in found} == {"cancelled"}
    assert key.settled()["spent"]["money"] == sum(one["cost"] for one in found)
    rig.openai.will(CHAT)
    assert key.chat().status == 200  # and there is room for more


@case()
def who_reads_slowly_holds_up_nobody(rig):
    slow = rig.key(rig.target("mock-o", "huge=8000000", most_output=4_000_000))
    caller = call(rig, slow, "/v1/chat/completions", stream=True, max_tokens=4_000_000)
    quick = rig.key("mock-o")
    for _ in range(20):
        assert quick.chat(stream=True).status == 200
    caller.leave()
    rig.wait_idle()
