"""What goes wrong on the provider's side, and what the client sees of it. The long times (a first
token after two minutes, a minute between tokens, breakers' rests) are held in the unit tests:
gateway/attempts_test.cpp, connector/chain_test.cpp."""
import socket
import threading

from ask import Caller
from pass_cases import WAYS, ask_way, natural, told
from peer import CHAT, CHAT_STREAM, MESSAGE, MESSAGE_STREAM
from support.registry import case
from support.servers import wait_for

BROKEN = ("cut=3", "reset=3", "no-terminal", "malformed-json", "error-event=3")


def fail_with(status, **headers):
    return lambda asked: asked.whole(status, b'{"error":{"message":"No.","type":"x"}}', **headers)


def first_then(first, then):
    """`first` for the first request, `then` for the others."""
    turns = []

    def answer(asked):
        turns.append(asked)
        (first if len(turns) == 1 else then)(asked)
    return answer


def good(asked):
    asked.whole(200, CHAT, Request_Id="second")


def state(key, name, number=1):
    found = key.recorded(number)
    assert found[0]["state"] == name, found
    return found[0]


@case()
def faults_of_the_moment_are_tried_again(rig):
    faults = [fail_with(status, Request_Id="first")
              for status in (408, 409, 429, 500, 502, 503, 529)]
    faults += [lambda asked: asked.reset(), lambda asked: asked.cut(),
               fail_with(429, Retry_After="1")]
    for fault in faults:
        key = rig.key("openai")
        rig.openai.will(first_then(fault, good))
        said = key.chat()
        assert said.status == 200 and said.body == CHAT, said
        assert said.headers["request-id"] == "second", said
        assert [one.body for one in rig.openai.asked] == [rig.openai.asked[0].body] * 2


@case()
def what_will_not_change_is_not_tried_again(rig):
    for status in (400, 413, 422):
        key = rig.key("openai", "anthropic")
        rig.openai.will(fail_with(status))
        rig.anthropic.will(MESSAGE)
        said = key.chat()
        assert said.status == status, said
        assert len(rig.openai.asked) == 1 and not rig.anthropic.asked
        assert state(key, "refused-upstream")["cost"] == 0
    key = rig.key("openai")
    rig.openai.will(fail_with(429, Retry_After="60"))
    said = key.chat()
    assert said.status == 429 and said.headers["retry-after"] == "60", said
    assert len(rig.openai.asked) == 1


@case()
def the_second_target_answers_and_nothing_of_the_first_is_seen(rig):
    for first, second, told_as in (("openai", "anthropic", "chat"), ("anthropic", "openai", "chat"),
                                   ("openai", "anthropic", "message")):
        for fault in (fail_with(500, Request_Id="first", Retry_After_Ms="1"),
                      fail_with(401, Request_Id="first"), fail_with(404, Request_Id="first"),
                      lambda asked: asked.reset()):
            key = rig.key(first, second)
            getattr(rig, first).will(fault)
            getattr(rig, second).will(MESSAGE if second == "anthropic" else CHAT)
            for stream in (False, True):
                if stream:
                    getattr(rig, second).will(MESSAGE_STREAM if second == "anthropic"
                                              else CHAT_STREAM)
                said = ask_way(key, told_as, "Hello", stream=stream)
                assert said.status == 200 and told(told_as, said)[0], said
                heads = {name.lower() for name in said.headers}
                assert not heads & {"request-id", "retry-after", "retry-after-ms"}, said
                assert b"No." not in said.body
    # Who answered is what is recorded, a moment after the answer.
    wait_for(lambda: key.rig.content(key.exchanges()[0])["peer"] == "anthropic", 10,
             "the second target's record")


@case()
def a_target_that_fails_again_and_again_rests(rig):
    key = rig.key("openai", "anthropic")
    rig.openai.will(fail_with(500))
    rig.anthropic.will(MESSAGE)
    for _ in range(12):
        assert key.chat().status == 200
    assert 5 <= len(rig.openai.asked) <= 6, len(rig.openai.asked)
    assert len(rig.anthropic.asked) == 12
    alone = rig.key(rig.target("openai"))  # the control: another target of the same peer
    rig.openai.will(CHAT)
    assert alone.chat().status == 200


@case()
def a_server_that_is_not_there_is_told_in_the_clients_dialect(rig):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    rig.add_peer("nobody", port, "openai")
    key = rig.key(rig.target("nobody"))
    said = key.chat()
    assert said.status == 503 and said.json["error"]["code"] == "upstream_unavailable", said
    said = key.message()
    assert said.status == 529 and said.json["error"]["type"] == "overloaded_error", said
    assert key.settled()["spent"]["money"] == 0
    stranger = rig.key({**rig.target("openai"), "peer": "never-added"})
    assert stranger.chat().status in (404, 503), stranger.chat()


def is_broken(path, said):
    """The dialect's error event is the last one, and nothing says that it went well."""
    assert said.status == 200, said
    name, last = said.events[-1]
    assert isinstance(last, dict) and last["error"]["message"], said.events[-2:]
    if path == "message":
        assert name == "error" and last["type"] == "error", said.events[-1]
    assert b"[DONE]" not in said.body and b"message_stop" not in said.body, said
    assert b'"finish_reason":"stop"' not in said.body, said
    return last["error"]


@case()
def a_stream_that_breaks_ends_in_an_error_event(rig):
    keys = []
    for path, peer in WAYS:
        for fault in BROKEN:
            if fault == "malformed-json" and peer == natural(path):
                continue  # passes as it is, or ends: see the next case
            key = rig.key(rig.target(peer, fault))
            is_broken(path, ask_way(key, path, "Hello there", stream=True))
            keys.append(key)
    for key in keys:
        made = state(key, "incomplete")
        assert made["cost"] > 0 and key.settled()["spent"]["money"] == made["cost"], made


@case()
def what_is_no_event_never_becomes_a_good_end(rig):
    for path, peer in WAYS:
        for fault in ("garbage", "malformed-json"):
            key = rig.key(rig.target(peer, fault))
            said = ask_way(key, path, "Hello there", stream=True)
            made = key.recorded()[0]["state"]
            ended = b"[DONE]" in said.body or b"message_stop" in said.body
            assert made == ("complete" if ended else "incomplete"), (path, fault, made, said)
            if not ended:
                is_broken(path, said)


@case()
def nothing_is_tried_again_once_a_byte_went_out(rig):
    for name, pieces, route in (("openai", CHAT_STREAM[:1], "/v1/chat/completions"),
                                ("anthropic", MESSAGE_STREAM[:4], "/v1/messages")):
        seen, path = threading.Event(), "chat" if name == "openai" else "message"

        def answer(asked, pieces=pieces, seen=seen):
            asked.begin()
            for data in pieces:
                asked.piece(data)
            assert seen.wait(20)
            asked.reset()
        peer = getattr(rig, name).will(answer)
        other = rig.anthropic if name == "openai" else rig.openai
        other.will(MESSAGE_STREAM if name == "openai" else CHAT_STREAM)
        key = rig.key(name, "anthropic" if name == "openai" else "openai")
        caller = Caller(rig.server.port, route, {
            "model": key.model, "stream": True, "max_tokens": 50,
            "messages": [{"role": "user", "content": "Hi"}]}, key.secret)
        caller.until(b"Hello")
        seen.set()
        text = caller.rest()
        assert text.count(b'"error":{') == 1, text
        assert b"[DONE]" not in text and b"message_stop" not in text, text
        assert len(peer.asked) == 1 and not other.asked
        caller.leave()
        # The control: before the first byte there is another attempt, on the same and elsewhere.
        for broken in (lambda asked: asked.reset(), lambda asked: (asked.begin(), asked.reset())):
            peer.will(broken)
            said = ask_way(key, path, "Hello", stream=True)
            assert said.status == 200 and told(path, said)[0] == "Hello there", said
            assert len(peer.asked) == 2 and len(other.asked) == 1
            other.will(other.answer)


@case()
def a_stream_that_never_begins_is_a_refusal(rig):
    for path, peer in WAYS:
        for fault in ("cut=0", "reset=0"):
            key = rig.key(rig.target(peer, fault))
            said = ask_way(key, path, "Hello", stream=True)
            if said.status == 200:  # Anthropic's stream says who it is before any token
                is_broken(path, said)
            else:
                assert said.status == 502 and said.json["error"], said


@case()
def whole_replies_that_break_are_errors(rig):
    keys = []
    for path, peer in WAYS:
        for fault, code in (("cut=3", "upstream_cut"), ("reset=3", "upstream_cut"),
                            ("cut=0", "upstream_cut"), ("garbage", "upstream_malformed"),
                            ("malformed-json", "upstream_malformed")):
            key = rig.key(rig.target(peer, fault))
            said = ask_way(key, path, "Hello there")
            assert said.status == 502, (path, peer, fault, said)
            if path == "chat":
                assert said.json["error"]["code"] == code, (fault, said)
            keys.append(key)
    for key in keys:
        spent = key.settled()["spent"]["money"]
        assert spent == sum(one["cost"] for one in key.exchanges()) > 0, spent


@case()
def an_error_in_place_of_a_stream_is_a_status(rig):
    for path, peer in WAYS:
        key = rig.key(rig.target(peer, "error=400"))
        said = ask_way(key, path, "Hello", stream=True)
        assert said.status == 400 and said.headers["Content-Type"] == "application/json", said
        key = rig.key(rig.target(peer, "slow-headers=300"))
        assert told(path, ask_way(key, path, "Hello", stream=True))[0]


@case()
def a_provider_that_comments_and_pauses_is_understood(rig):
    rig.openai.will([b": OPENROUTER PROCESSING\n\n", *CHAT_STREAM[:1], b": still\n\n",
                     *CHAT_STREAM[1:]])
    key = rig.key("openai")
    assert told("chat", key.chat(stream=True))[0] == "Hello there"
    assert told("message", key.message(stream=True))[0] == "Hello there"
    rig.openai.will([b'data: {"error":{"code":502,"message":"Overloaded."},"choices":[]}\n\n'])
    said = key.message(stream=True)
    assert said.events[-1][0] == "error" or said.status >= 500, said


@case()
def each_piece_is_passed_on_when_it_comes(rig):

    more = threading.Event()

    def answer(asked):
        asked.begin()
        asked.piece(CHAT_STREAM[0])
        assert more.wait(20)
        for data in CHAT_STREAM[1:]:
            asked.piece(data)
        asked.end()
    rig.openai.will(answer)
    key = rig.key("openai")
    for path in ("/v1/chat/completions", "/v1/messages"):
        more.clear()
        caller = Caller(rig.server.port, path, {
            "model": key.model, "stream": True, "max_tokens": 50,
            "messages": [{"role": "user", "content": "Hi"}]}, key.secret)
        caller.until(b"Hello")  # the provider has not said more yet
        more.set()
        caller.until(b"[DONE]" if path.endswith("completions") else b"message_stop")
        caller.leave()


@case()
def numbered_tokens_come_all_and_in_order(rig):
    for path, peer in WAYS:
        key = rig.key(rig.target(peer, "numbered,tokens=2000"))
        said = ask_way(key, path, "Count", stream=True, max_tokens=4096)
        assert told(path, said)[0] == "".join(f"#{n} " for n in range(2000)), (path, peer)
