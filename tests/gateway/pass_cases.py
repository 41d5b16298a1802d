"""What goes through: byte for byte within a dialect, in meaning between the two."""
import json

from ask import ask
from peer import CHAT, CHAT_STREAM, MESSAGE, MESSAGE_STREAM, USAGE
from rig import CREDENTIAL
from support.registry import case

# Spaces, escapes, numbers and members of the client's own, in its own order.
CHAT_ASKED = (b'{"messages" : [{"role":"user","content":"Gr\\u00fc\xc3\x9fe \\ud83d\\ude00"}],\n'
              b'"temperature":1.50e0, "max_tokens":64,"stream_options":{"include_usage":true},'
              b'"model": "%s" ,"stream":%s}')
MESSAGE_ASKED = (b'{"max_tokens":64 ,"messages":[{"content":[{"type":"text","text":'
                 b'"Gr\\u00fc\xc3\x9fe"}],"role":"user"}],"stream":%s,\t"model":"%s"}')
WAYS = [(path, peer) for path in ("chat", "message") for peer in ("mock-o", "mock-a")]
WORDS = {"type": "object", "properties": {"word": {"type": "string"}, "most": {"type": "integer"}},
         "required": ["word", "most"]}


def natural(path):
    return "mock-o" if path == "chat" else "mock-a"


def told(path, said):
    """Text, calls of tools and reason of a reply, whole or as events, in either dialect."""
    assert said.status == 200, said
    if said.headers["Content-Type"].startswith("text/event-stream"):
        return told_by_chunks(said.events) if path == "chat" else told_by_events(said.events)
    if path == "chat":
        choice = said.json["choices"][0]
        calls = [(one["function"]["name"], json.loads(one["function"]["arguments"]))
                 for one in choice["message"].get("tool_calls") or []]
        return choice["message"]["content"] or "", calls, choice["finish_reason"]
    blocks = said.json["content"]
    text = "".join(one["text"] for one in blocks if one["type"] == "text")
    calls = [(one["name"], one["input"]) for one in blocks if one["type"] == "tool_use"]
    return text, calls, said.json["stop_reason"]


def told_by_chunks(events):
    assert events[-1] == (None, "[DONE]"), events[-2:]
    text, calls, reason = "", {}, None
    for _, chunk in events[:-1]:
        for choice in chunk["choices"]:
            text += choice["delta"].get("content") or ""
            reason = choice["finish_reason"] or reason
            for one in choice["delta"].get("tool_calls") or []:
                call = calls.setdefault(one["index"], ["", ""])
                call[0] += one["function"].get("name") or ""
                call[1] += one["function"].get("arguments") or ""
    return text, [(name, json.loads(asked)) for name, asked in calls.values()], reason


def told_by_events(events):
    names = [name for name, _ in events]
    assert names.count("message_start") == 1 and names[-1] == "message_stop", names
    blocks, reason = {}, None
    for name, data in events:
        assert name == data["type"], (name, data)
        if name == "content_block_start":
            assert data["index"] == len(blocks), data
            blocks[data["index"]] = [data["content_block"].get("name"), ""]
        elif name == "content_block_delta":
            delta = data["delta"]
            blocks[data["index"]][1] += delta.get("text") or delta.get("partial_json") or ""
            if delta["type"] in ("thinking_delta", "signature_delta"):
                blocks[data["index"]][0] = "(thinking)"
        elif name == "message_delta":
            reason = data["delta"]["stop_reason"]
    text = "".join(said for name, said in blocks.values() if name is None)
    calls = [(name, json.loads(said or "{}")) for name, said in blocks.values()
             if name and name != "(thinking)"]
    return text, calls, reason


def tools_for(path):
    names = ("look_up", "count_up")
    if path == "chat":
        return [{"type": "function", "function": {"name": name, "parameters": WORDS}}
                for name in names]
    return [{"name": name, "input_schema": WORDS} for name in names]


def ask_way(key, path, text, **more):
    return (key.chat if path == "chat" else key.message)(text, **more)


@case()
def requests_and_replies_pass_byte_for_byte_within_a_dialect(rig):
    for peer, path, asked, whole, pieces in (
            (rig.openai, "/v1/chat/completions", CHAT_ASKED, CHAT, CHAT_STREAM),
            (rig.anthropic, "/v1/messages", MESSAGE_ASKED, MESSAGE, MESSAGE_STREAM)):
        name = "openai" if peer is rig.openai else "anthropic"
        target = rig.target(name)
        key = rig.key(target)
        for streamed in (b"false", b"true"):
            parts = (key.model.encode(), streamed)
            raw = asked % (parts if name == "openai" else parts[::-1])
            peer.will(pieces if streamed == b"true" else whole)
            said = key.ask(path, raw)
            assert said.status == 200, said
            assert said.body == (b"".join(pieces) if streamed == b"true" else whole), said
            sent = peer.asked[0].body
            assert sent == raw.replace(key.model.encode(), target["model"].encode()), (sent, raw)


@case()
def what_the_mock_says_is_what_the_client_gets(rig):
    for path, peer in (("chat", "mock-o"), ("message", "mock-a")):
        # The last is more than may be under way at once: it goes on as the client takes it.
        for items in ("", "thinking", "parallel-tools=2", "huge=200000", "huge=900000"):
            target = rig.target(peer, items, most_output=4_000_000)
            key = rig.key(target)
            for stream in (False, True):
                body = {"messages": [{"role": "user", "content": "Use a tool: use a tool."}],
                        "max_tokens": 4_000_000 if "huge" in items else 4096, "stream": stream}
                if items == "parallel-tools=2":
                    body["tools"] = tools_for(path)
                if path == "chat" and stream:
                    body["stream_options"] = {"include_usage": True}
                route = "/v1/chat/completions" if path == "chat" else "/v1/messages"
                past = rig.mock.ask(route, {"model": target["model"], **body})
                said = key.ask(route, body)
                assert past.status == 200 and said.body == past.body, (path, items, said, past)
                assert items != "huge=900000" or len(said.body) > 3 * (256 << 10), len(said.body)


@case()
def between_the_dialects_the_meaning_stays(rig):
    for path, peer in WAYS:
        key, own = rig.key(rig.target(peer, "")), rig.key(rig.target(natural(path), ""))
        reasons = {"chat": ("stop", "length"), "message": ("end_turn", "max_tokens")}[path]
        for stream in (False, True):
            for most, reason in ((400, reasons[0]), (5, reasons[1])):
                # An own target has another name, so the text is compared with echo below.
                text, calls, why = told(path, ask_way(key, path, "Hello there", max_tokens=most,
                                                      stream=stream))
                assert text and not calls and why == reason, (path, peer, stream, text, why)
        echo = rig.key(rig.target(peer, "echo"))
        for words in ("as I  said\nbefore", "Gr\u00fc\u00dfe \U0001f600 \"quoted\" \\ \u2028"):
            for stream in (False, True):
                assert told(path, ask_way(echo, path, words, stream=stream))[0] == words
        assert told(path, ask_way(own, path, "Hello there", max_tokens=400))[0]


@case()
def tools_are_called_in_parallel_in_every_direction(rig):
    for path, peer in WAYS:
        key = rig.key(rig.target(peer, "parallel-tools=3"))
        for stream in (False, True):
            said = ask_way(key, path, "Please look_up rivers and count_up to five",
                           tools=tools_for(path), stream=stream, max_tokens=1000)
            text, calls, reason = told(path, said)
            assert [name for name, _ in calls] == ["look_up", "count_up", "look_up"], calls
            assert all(set(asked) >= {"word", "most"} for _, asked in calls), calls
            assert reason == ("tool_calls" if path == "chat" else "tool_use"), (path, peer, reason)


@case()
def results_of_tools_are_answered_in_every_direction(rig):
    for path, peer in WAYS:
        key = rig.key(rig.target(peer, ""))
        if path == "chat":
            turns = [{"role": "user", "content": "look_up rivers"},
                     {"role": "assistant", "content": None, "tool_calls": [
                         {"id": "call_1", "type": "function",
                          "function": {"name": "look_up", "arguments": '{"word":"rivers"}'}}]},
                     {"role": "tool", "tool_call_id": "call_1", "content": "found"}]
        else:
            turns = [{"role": "user", "content": "look_up rivers"},
                     {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1",
                                                        "name": "look_up",
                                                        "input": {"word": "rivers"}}]},
                     {"role": "user", "content": [{"type": "tool_result", "content": "found",
                                                   "tool_use_id": "toolu_1"}]}]
        text, calls, _ = told(path, ask_way(key, path, "", messages=turns, max_tokens=300,
                                            tools=tools_for(path)))
        assert text and not calls, (path, peer, text, calls)


@case()
def thoughts_are_no_part_of_the_text(rig):
    for path, peer in WAYS:
        key = rig.key(rig.target(peer, "thinking,echo"))
        for stream in (False, True):
            said = ask_way(key, path, "only this", stream=stream, max_tokens=2000)
            assert told(path, said)[0] == "only this", (path, peer, said)
    said = rig.key(rig.target("mock-a", "thinking")).message("Think of rivers", max_tokens=2000)
    assert said.json["content"][0]["type"] == "thinking", said
    assert said.json["content"][0]["signature"], said


@case()
def usage_is_told_only_where_it_was_asked_for(rig):
    key = rig.key("openai")
    rig.openai.will(CHAT_STREAM)
    silent = key.chat(stream=True)
    assert b'"choices":[],"usage"' not in silent.body and silent.events[-1][1] == "[DONE]", silent
    sent = json.loads(rig.openai.asked[0].body)
    assert sent["stream_options"]["include_usage"] is True, sent  # what it costs has to be known
    assert key.recorded()[0]["measured"] is True
    asked = key.chat(stream=True, stream_options={"include_usage": True})
    assert asked.body.count(USAGE) == 1, asked
    across = rig.key(rig.target("mock-a", ""))
    for wanted in (False, True):
        events = across.chat(stream=True, stream_options={"include_usage": wanted}).events
        usages = [data["usage"] for _, data in events[:-1] if data.get("usage")]
        assert len(usages) == (1 if wanted else 0), events[-4:]


@case()
def models_are_listed_in_both_dialects(rig):
    key = rig.key("mock-o")
    said = key.ask("/v1/models", None, method="GET")
    assert said.status == 200 and said.json["object"] == "list", said
    assert [one["id"] for one in said.json["data"]] == [key.model], said
    said = ask(rig.server.port, "/v1/models", None, None, "GET",
               {"x-api-key": key.secret, "anthropic-version": "2023-06-01"})
    assert said.json["has_more"] is False and said.json["data"][0]["type"] == "model", said
    # Both SDKs read them: each member that theirs requires is there.
    assert {"first_id", "last_id"} <= set(said.json), said


@case()
def embeddings_responses_and_counts_are_those_of_the_provider(rig):
    key, theirs = rig.key(target := rig.target("mock-o")), rig.key(other := rig.target("mock-a"))
    routes = ((key, target, "/v1/embeddings", {"input": ["a river", "a lake"]}),
              (key, target, "/v1/responses", {"input": "Hello there", "max_output_tokens": 100,
                                              "store": False}),
              (key, target, "/v1/responses", {"input": "Hello there", "max_output_tokens": 100,
                                              "store": False, "stream": True}),
              (theirs, other, "/v1/messages/count_tokens",
               {"messages": [{"role": "user", "content": "Hello there"}]}))
    for one, where, route, body in routes:
        said = one.ask(route, body)
        past = rig.mock.ask(route, {"model": where["model"], **body})
        assert said.status == 200 and said.body == past.body, (route, said, past)
    for one, (_, _, route, body) in zip((theirs, theirs, theirs, key), routes):
        said = one.ask(route, body)
        assert said.status == 400 and said.json["error"]["type"] == "invalid_request_error", said


@case()
def nothing_of_the_client_but_its_request_reaches_the_provider(rig):
    secrets = {"Cookie": "session=canary-1", "X-Forwarded-For": "canary-2",
               "OpenAI-Organization": "canary-3", "Referer": "http://canary-4/",
               "User-Agent": "canary-5", "traceparent": "00-canary-6", "X-Api-Key": "canary-7",
               "Proxy-Authorization": "Basic canary-8"}
    for name, peer, said in (("openai", rig.openai, CHAT), ("anthropic", rig.anthropic, MESSAGE)):
        key = rig.key(name)
        peer.will(said)
        send = key.chat if name == "openai" else key.message
        assert send(headers=secrets).status == 200
        asked = peer.asked[0]
        whole = repr(asked.headers) + asked.path
        assert "canary" not in whole and key.secret not in whole, whole
        assert key.secret.encode() not in asked.body and b"canary" not in asked.body
        ours = ([f"Bearer {CREDENTIAL}"], []) if name == "openai" else ([], [CREDENTIAL])
        assert (asked.header("authorization"), asked.header("x-api-key")) == ours, asked.headers
    assert key.message(headers={"anthropic-beta": "some-beta", **secrets}).status == 200
    assert peer.asked[-1].header("anthropic-beta") == ["some-beta"]  # the control: on the list


@case()
def nothing_of_the_provider_but_its_reply_reaches_the_client(rig):
    rig.openai.will(lambda asked: asked.whole(200, CHAT, Set_Cookie="a=canary", Server="canary",
                                              X_Internal="canary", X_Request_Id="canary",
                                              Request_Id="req-7"))
    said = rig.key("openai").chat()
    assert said.status == 200 and "canary" not in str(said.headers), said
    assert said.headers["request-id"] == "req-7", said  # the control
    assert said.headers["Cache-Control"] == "no-store", said
    for reply in (said, rig.key("openai").ask("/v1/embeddings", {})):
        names = [name.lower() for name in reply.headers.keys()]
        assert len(names) == len(set(names)), reply


@case()
def no_redirect_is_followed(rig):
    for status in (301, 302, 307, 308):
        rig.anthropic.will(MESSAGE)
        rig.openai.will(lambda asked, status=status: asked.whole(
            status, b"", Location=f"http://127.0.0.1:{rig.anthropic.port}/v1/messages"))
        said = rig.key("openai").chat()
        assert said.status >= 400 and not rig.anthropic.asked, said
        assert "location" not in {name.lower() for name in said.headers}, said
