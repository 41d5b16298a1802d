"""Bodies no honest client sends: each gets a problem or a cut, and the server goes on."""
import json
import socket
import time

from support.client import API
from support.registry import case, seeded
from support.rig import YES, line


def raw_exchange(rig, data, read_s=10):
    """What the server says to these bytes, until it closes or is done with one answer."""
    with socket.create_connection(("127.0.0.1", rig.server.port), timeout=read_s) as wire:
        wire.sendall(data)
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = wire.recv(65536)
            if not piece:
                break
            answer += piece
    return answer


def post_raw(rig, path, body, kind="application/json"):
    return rig.manager.call("POST", path, raw=body, kind=kind)


@case(in_slice=True)
def malformed_json_is_a_400_with_its_place(rig):
    bodies = [b"{", b"}", b'{"a":}', b'{"a":1,}', b"nul", b'"\\x"', b'"\\ud800"', b"[1 2]",
              b"\xff\xfe{}", b'{"title": "\xc3\x28"}', b'{"title": "\xed\xa0\x80"}', b"01",
              b'{"title": NaN}', b"{} {}", b'{"title": "a", "title": "b"}',
              b"\xef\xbb\xbf{}", b"[" * 200, b'{"a":' * 5000]
    for body in bodies:
        reply = post_raw(rig, "/projects", body)
        assert reply.status == 400 and reply.problem in ("bad-json", "malformed"), (body, reply)
    assert post_raw(rig, "/projects", b"").status == 422


@case()
def truncated_and_bent_bodies_never_break_the_server(rig):
    random = seeded(7)
    good = json.dumps({"title": "T", "template": {"base": "choice", "options": ["a", "b"]},
                       "guidelines": "ä € 😀", "settings": {"overlap": 2}}).encode()
    for _ in range(300):
        body = bytearray(good[:random.randrange(1, len(good))] if random.random() < 0.3 else good)
        for _ in range(random.randrange(1, 4)):
            body[random.randrange(len(body))] = random.randrange(256)
        reply = post_raw(rig, "/projects", bytes(body))
        assert reply.status in (201, 400, 422), (bytes(body), reply)
    assert rig.manager.get("/me")


@case(in_slice=True)
def wrong_types_everywhere_are_refused_by_name(rig):
    """Every field of every JSON body of the document, with each wrong type."""
    project = rig.project([line("a"), line("b")], max_open=2)
    held = rig.expert1.claim(project)
    ids = {"project": project, "task": held["task"]["id"], "assignment": held["id"],
           "member": rig.expert3.member}
    tried = 0
    for method, path, _, route in rig.server.contract.routes:
        content = route.get("requestBody", {}).get("content", {}).get("application/json")
        names = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        if not content or not names <= set(ids):
            continue
        who = rig.expert1 if "{assignment}" in path else rig.owner
        schema = content["schema"]
        for name, field in schema.get("properties", {}).items():
            for value in (7, "x", True, [], {}, None):
                if fits(value, field) or value is None and name not in schema.get("required", []):
                    continue
                body = {need: sample(schema["properties"][need])
                        for need in schema.get("required", [])}
                body[name] = value
                reply = who.call(method, path.format(**ids), body)
                assert reply.status == 422 and reply.json.get("field") == f"/{name}", \
                    (method, path, body, reply)
                tried += 1
        reply = who.call(method, path.format(**ids), {"no_such_field": 1})
        assert reply.status == 422, (method, path, reply)
    assert tried > 80, tried


KINDS = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}


def fits(value, field):
    names = field.get("type")
    if not names:
        return True
    for name in names if isinstance(names, list) else [names]:
        if name in KINDS and isinstance(value, KINDS[name]) and \
                not (isinstance(value, bool) and name != "boolean"):
            return field.get("format") != "date-time"
    return False


def sample(field):
    if field.get("format") == "date-time":
        return "2026-01-01T00:00:00Z"
    return {"string": "x", "integer": 1, "boolean": True, "object": {}, "array": []}.get(
        field.get("type"), "x")


@case(in_slice=True)
def too_much_is_refused_at_a_stated_limit(rig):
    assert post_raw(rig, "/projects", b'{"title":"' + b"x" * (40 << 20) + b'"}').status == 413
    reply = rig.manager.call("POST", "/projects", {"title": "x" * 5000, "template": "choice"})
    assert reply.status == 422 and reply.json["field"] == "/title", reply
    long_path = rig.manager.send("GET", f"{API}/projects?x=" + "y" * 20_000, None,
                                 rig.manager.headers())
    assert long_path.status in (400, 414, 431), long_path
    key = rig.manager.call("POST", "/projects", {"title": "T", "template": "choice"}, key="k" * 201)
    assert key.status == 422 and key.json["field"] == "Idempotency-Key", key
    project = rig.project(state="draft")
    big = json.dumps(line("big", {"prompt": "x" * (9 << 20)})).encode() + b"\n"
    report = rig.load(project, big + json.dumps(line("small")).encode())
    assert (report["imported"], report["rejected"]) == (1, 1), report
    assert report["errors"][0]["line"] == 1, report
    rig.manager.post(f"/projects/{project}/deliveries", {"format": "csv"})


@case()
def http_that_is_not_http(rig):
    for data in (b"\r\n\r\n\r\n", b"GARBAGE\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00",
                 b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                 b"POST /api/v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 b"POST /api/v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                 b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n"):
        try:
            answer = raw_exchange(rig, data, read_s=2)
        except (TimeoutError, ConnectionError):
            answer = b""
        assert not answer or b" 4" in answer.split(b"\r\n")[0] or b"passwd" in data, (data, answer)
        assert b"root:" not in answer
    assert rig.manager.get("/me")


@case(in_slice=True)
def ids_of_others_are_not_there(rig):
    mine, theirs = rig.project([line("a")]), rig.project([line("a")], experts=0)
    made = rig.manager.submit(rig.manager.claim(theirs), YES)
    task = rig.tasks(theirs)[0]["id"]
    delivery = rig.manager.post(f"/projects/{theirs}/deliveries", {"format": "csv"})["id"]
    someone = rig.invite("manager", [mine])
    for path in (f"/projects/{theirs}", f"/tasks/{task}", f"/submissions/{made['id']}",
                 f"/deliveries/{delivery}", f"/deliveries/{delivery}/records",
                 f"/projects/{theirs}/members", f"/projects/{theirs}/export?format=csv",
                 f"/projects/{theirs}/events", f"/projects/{theirs}/files"):
        reply = someone.call("GET", path)
        assert reply.status in (404, 405), (path, reply)
    assert [p["id"] for p in someone.items("/projects")] == [mine]
    # An id that is right, under a project that is not its own.
    made = rig.manager.call("GET", f"/projects/{mine}/submissions?task={task}")
    assert made.status in (404, 422) or made.json["items"] == [], made


@case()
def refusals_carry_nothing_of_what_was_sent(rig):
    secret = "swordfish-and-caviar"
    for body in ({"title": secret * 500, "template": "choice"}, {"title": "T", "template": secret},
                 {"title": "T", "template": "choice", "settings": {"overlap": secret}},
                 {"title": "T", "template": {"title": secret, "views": secret}}):
        reply = rig.manager.call("POST", "/projects", body)
        assert reply.status == 422 and secret.encode() not in reply.body, reply
    assert secret not in rig.server.log.read_text()


@case()
def many_wrong_passwords_are_slowed_down(rig):
    statuses = []
    for _ in range(14):
        statuses.append(rig.anonymous.call("POST", "/sessions", {
            "email": "target@x.example", "password": "wrong wrong wrong"}).status)
    assert statuses[:5] == [401] * 5 and statuses[-1] == 429, statuses


@case()
def answers_are_never_cached_and_headers_are_strict(rig):
    reply = rig.manager.call("GET", "/me")
    assert reply.headers["Cache-Control"] == "no-store", reply.headers
    page = rig.anonymous.send("GET", "/")
    policy = page.headers["Content-Security-Policy"]
    assert page.status == 200 and "default-src 'none'" in policy or "'self'" in policy, policy
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy, policy
    time.sleep(0)
