"""Hostile HTTP on /v1: each is refused in the dialect's words, and the next request works."""
import json
import socket

from ask import ask
from pass_cases import tools_for
from peer import CHAT
from support.registry import case

BODIES = (b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe\x00", b'{"model":1}',
          b'{"model":"\\ud800"}',
          b'{"model":"m","messages":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
          b'{"model":"m","model":"n","messages":[]}', b'{"messages":[]}',
          b'{"model":"' + b"m" * 100_000 + b'","messages":[]}',
          b'{"model":"m","messages":[],"n":-1}',
          b'{"model":"m","messages":[],"max_tokens":1e400}',
          b'{"model":"m","messages":[],"max_tokens":-5}')
# What would make a provider fetch, run or keep something, or cost what nobody counted.
MEMBERS = ({"background": True}, {"previous_response_id": "resp_1"}, {"base_url": "http://x/"},
           {"api_key": "sk-x"}, {"extra_headers": {"a": "b"}}, {"service_tier": "priority"},
           {"web_search_options": {}}, {"store": True})


def raw(port, data):
    """The first line of what is answered; nothing where the connection is just ended."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(data)
            return connection.recv(65536).split(b"\r\n")[0].decode()
        except OSError:
            return ""


def works(rig, key):
    rig.openai.will(CHAT)
    assert key.chat().status == 200


@case()
def bodies_that_are_none_are_refused(rig):
    key = rig.key("openai")
    rig.openai.will(CHAT)
    for path in ("/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/embeddings",
                 "/v1/messages/count_tokens"):
        for body in BODIES:
            said = ask(rig.server.port, path, body.replace(b'"m"', b'"%s"' % key.model.encode()),
                       key.secret)
            assert 400 <= said.status < 500, (path, body[:60], said)
            assert said.json["error"]["message"], said
            assert ("type" in said.json) == path.startswith("/v1/messages"), said
    assert not rig.openai.asked
    works(rig, key)


@case()
def members_that_reach_beyond_the_answer_are_refused(rig):
    key = rig.key("openai")
    rig.openai.will(CHAT)
    for more in MEMBERS:
        said = key.chat(**more, max_tokens=50)
        assert said.status in (400, 403), (more, said)
        assert said.headers.get("x-should-retry") in (None, "false"), said
    image = [{"type": "image_url", "image_url": {"url": "http://169.254.169.254/x.png"}}]
    assert key.chat(image, max_tokens=50).status in (400, 403)
    search = [{"type": "web_search_20250305", "name": "web_search"}]
    assert key.message("Hi", tools=search).status in (400, 403)
    assert not rig.openai.asked
    assert key.chat(tools=tools_for("chat"), max_tokens=50).status == 200  # the control


@case()
def methods_and_paths_are_a_closed_list(rig):
    key = rig.key("openai")
    rig.openai.will(CHAT)
    for path in ("/v1/chat/completions", "/v1/messages", "/v1/models"):
        for method in ("PUT", "DELETE", "PATCH", "GET", "POST"):
            if (method == "GET") == (path == "/v1/models"):
                if method in ("GET", "POST"):
                    continue
            body = {"model": key.model} if method != "GET" else None
            said = ask(rig.server.port, path, body, key.secret, method)
            assert said.status in (404, 405) and said.body, (method, path, said)
    for path in ("/v1", "/v1/", "/v1//chat/completions", "/v1/chat/completions/",
                 "/v1/Chat/completions", "/v1/files", "/v1/proxy/chat/completions",
                 "/v1/chat/completions%00", "/v1/%2e%2e/api",
                 "/v1/../v1/chat/completions", "/v1/models/x/../../y",
                 "/v1/admin", "/openai/v1/chat/completions", "/v1/chat/completions;a=b"):
        said = ask(rig.server.port, path, {"model": key.model, "messages": []}, key.secret)
        assert 400 <= said.status < 500, (path, said)
    assert not rig.openai.asked
    works(rig, key)


@case()
def odd_requests_hurt_nobody(rig):
    key = rig.key("openai")
    body = json.dumps({"model": key.model, "max_tokens": 50, "messages": [
        {"role": "user", "content": "Hi"}]}).encode()
    head = (f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key.secret}"
            "\r\nContent-Type: application/json\r\n").encode()
    length = b"Content-Length: %d\r\n" % len(body)
    rig.openai.will(CHAT)
    for more in (b"X-Huge: " + b"x" * 200_000 + b"\r\n" + length,
                 b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + length,
                 length + b"Transfer-Encoding: chunked\r\n", b"Content-Length: -1\r\n",
                 b"Content-Length: 99999999999999999999\r\n", length + b"Content-Length: 3\r\n",
                 b"Bad Header\r\n" + length, length + b"X: a\x00b\r\n",
                 b"Transfer-Encoding: identity\r\n"):
        line = raw(rig.server.port, head + more + b"\r\n" + body)
        assert not line.startswith("HTTP/1.1 5"), (more[:60], line)
    assert raw(rig.server.port, b"\x16\x03\x01\x02\x00" * 100).find(" 200") < 0
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        said = ask(rig.server.port, "/v1/chat/completions", body, key.secret,
                   headers={"Content-Type": kind})
        assert said.status in (200, 400, 415), (kind, said)
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    assert raw(rig.server.port, chunked).startswith("HTTP/1.1 200")
    works(rig, key)
    rig.wait_idle()
