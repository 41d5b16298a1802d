"""Route × role × own and foreign project, from the policies in the OpenAPI document: the answer
to each must be the declared one. And proof that a wrong declaration would be seen."""
import json
import re

from support.client import API, Reply
from support.contract import misfits
from support.exchanges import MODEL, exchange
from support.mock import made_up
from support.registry import case
from support.rig import YES
from support.servers import run

ROLES = ("owner", "manager", "reviewer", "expert", "auditor")
# Would end or starve what the walk still needs.
LAST = ("DELETE", "/members/{member}"), ("DELETE", "/projects/{project}/members/{member}"), \
       ("POST", "/members/{member}/link"), ("DELETE", "/tokens/{token}"), \
       ("DELETE", "/sessions/current"), ("POST", "/tasks/{task}/cancel")


def things(rig):
    """A project with one of everything in it: what stands for each parameter of a path."""
    project = rig.project([{"key": str(n), "data": {"prompt": "p"}} for n in range(40)],
                          experts=2, overlap=2, max_open=50)
    assignment = rig.expert1.claim(project)
    submission = rig.expert1.submit(assignment, YES)
    victim = rig.owner.post("/members", {"role": "expert", "name": "V",
                                       "email": f"{project}@x.example", "projects": [project]})
    model = rig.owner.post("/models", dict(MODEL, name=f"m-{project}"))["id"]
    budget = rig.manager.post(f"/projects/{project}/budgets",
                              {"name": "b", "currency": "USD", "tokens": 1})["id"]
    key = rig.manager.post(f"/projects/{project}/virtual-keys",
                           {"name": "k", "purpose": "judge", "budget": budget,
                            "models": [model]})["key"]["id"]
    work, proposal = made_up(rig, project)
    run("room", "peer", "add", str(rig.folder), "--kind", "webhook", "--name", "policy-hook",
        "--url", "http://127.0.0.1:9/", "--allow", "127.0.0.1")
    hook = rig.manager.post(f"/projects/{project}/webhooks", {
        "peer": "policy-hook", "events": ["delivery.failed"]})["webhook"]["id"]
    return {
        "webhook": hook, "model_work": work, "proposal": proposal,
        "exchange": exchange(rig, project), "model": model, "budget": budget, "virtual_key": key,
        "project": project, "task": assignment["task"]["id"], "assignment": assignment["id"],
        "submission": submission["id"], "member": victim["member"]["id"], "version": "1",
        "batch": rig.manager.post(f"/projects/{project}/batches", {"name": "b"})["id"],
        "delivery": rig.manager.post(f"/projects/{project}/deliveries", {"format": "csv"})["id"],
        "file": rig.manager.post(f"/projects/{project}/files", raw=b"x", kind="text/plain")["id"],
        "group": rig.manager.post(f"/projects/{project}/groups",
                                  {"name": "g", "members": []})["id"],
        "peer": "acme",
        "token": rig.owner.post("/tokens", {"name": "t"})["id"],
        "note": rig.expert1.post(f"/assignments/{assignment['id']}/notes",
                                 {"kind": "flag", "text": "x"})["id"],
    }


def ask(client, method, path, route):
    """Status and problem type. Bodies are empty: permission is settled before they are read."""
    headers = dict(client.headers())
    content = route.get("requestBody", {}).get("content", {})
    body = None
    if "application/json" in content:
        headers["Content-Type"], body = "application/json", b"{}"
    elif content:
        headers["Content-Type"], body = "application/x-ndjson", b""
    if path.endswith("/events"):  # never ends: the head is enough
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", client.server.port, timeout=30)
        connection.request(method, API + path, body, headers)
        reply = connection.getresponse()
        status = reply.status
        text = reply.read() if status >= 400 else b""
        reply.close()
        connection.close()
        return status, json.loads(text)["type"] if text else ""
    reply = client.send(method, API + path, body, headers)
    return reply.status, reply.json["type"] if reply.status >= 400 else ""


def allowed(policy, role, own):
    """The declared outcome: "in", or the status of the refusal."""
    if policy["scope"] == "public":
        return "in"
    if role == "anonymous":
        return 401
    if policy["scope"] == "project" and not own and role != "owner":
        return 404
    return "in" if role in policy["roles"] else 403


def differs(expected, seen):
    status, problem = seen
    if expected == "in":
        return status in (401,) or problem == "/problems/forbidden"
    return status != expected


def walk(rig):
    own, foreign = things(rig), things(rig)
    people = {role: rig.invite(role, [own["project"]]) for role in ROLES if role != "owner"}
    people.update(owner=rig.owner.clone(), anonymous=rig.anonymous.clone())
    routes = sorted(rig.server.contract.routes, key=lambda r: ((r[0], r[1]) in LAST, r[1]))
    seen = {}
    for method, path, _, route in routes:
        for role in ("anonymous", "auditor", "expert", "reviewer", "manager", "owner"):
            for mine, ids in ((False, foreign), (True, own)):
                if not mine and route["x-guildhall-policy"]["scope"] != "project":
                    continue
                if path.startswith("/healthz") or path.startswith("/metrics"):
                    continue
                filled = re.sub(r"\{(\w+)\}", lambda m, i=ids: i[m[1]], path)
                client = people[role]
                if (method, path) == ("DELETE", "/sessions/current"):
                    client = rig.expert1 if role == "expert" else people[role].clone()
                    if client.cookie:
                        continue  # would sign the walker out
                seen[method, path, role, mine] = ask(client, method, filled, route)
    return routes, seen


def compare(routes, seen, policy_of):
    return [f"{method} {path} as {role}, {'own' if mine else 'foreign'}: "
            f"{allowed(policy_of(route), role, mine)} declared, {got} seen"
            for method, path, _, route in routes
            for (m, p, role, mine), got in seen.items() if (m, p) == (method, path)
            and differs(allowed(policy_of(route), role, mine), got)]


@case(in_slice=True)
def every_route_answers_each_role_as_declared(rig):
    routes, seen = walk(rig)
    assert len(seen) > 400, len(seen)
    found = compare(routes, seen, lambda route: route["x-guildhall-policy"])
    assert not found, "\n".join(found)
    # The walk can fail: one role more or less in any policy is caught.
    for method, path, _, route in routes:
        policy = route["x-guildhall-policy"]
        if policy["scope"] == "public" or (method, path, "manager", True) not in seen or \
                (method, path) == ("DELETE", "/sessions/current"):
            continue
        for role in ROLES:
            roles = set(policy["roles"]) ^ {role}
            planted = dict(policy, roles=roles)
            one = [(method, path, None, route)]
            assert compare(one, seen, lambda _, planted=planted: planted), \
                f"a wrong {role} in {method} {path} would not be seen"


@case()
def a_breach_of_the_contract_is_seen(rig):
    """The checks that every answer passes through do fail: bodies with one planted fault each."""
    contract = rig.server.contract
    project = rig.manager.get(f"/projects/{rig.project()}")
    good = {"$ref": "#/components/schemas/Project"}
    assert contract_misfits(project, good, contract) == []
    for change in ({"state": "asleep"}, {"title": 7}, {"guidelines_version": 1.5},
                   {"guidelines_version": True}, {"template": {"kind": "choice"}},
                   {"template": []}, {"colour": "red"}):
        assert contract_misfits({**project, **change}, good, contract), change
    for name in project:
        less = {key: value for key, value in project.items() if key != name}
        assert contract_misfits(less, good, contract), name
    empty = {"$ref": "#/components/schemas/TaskList"}
    assert contract_misfits({"items": [], "next": None}, empty, contract) == []
    assert contract_misfits({"items": [{}], "next": None}, empty, contract)
    assert contract_misfits({"items": [], "next": 3}, empty, contract)
    problem = {"type": "/problems/x", "title": "X", "status": 404, "detail": "d"}
    for status, kind, body in ((404, "application/json", problem), (409, None, problem),
                               (404, None, dict(problem, type="x")),
                               (404, None, dict(problem, status=403)), (418, None, problem),
                               (404, None, {})):
        text = json.dumps(dict(body, status=418) if status == 418 else body)
        reply = Reply(status, {"Content-Type": kind or "application/problem+json"}, text)
        assert contract.check("GET", "/me", reply), (status, kind, body)
    stranger = Reply(200, {"Content-Type": "application/json"}, "{}")
    assert contract.check("GET", "/nowhere", stranger)
    assert contract.check("POST", "/projects", stranger), "200 where 201 is declared"


def contract_misfits(value, schema, contract):
    return misfits(value, schema, contract.schemas)


@case(in_slice=True)
def a_write_by_cookie_must_come_from_our_own_pages(rig):
    project = rig.project()
    manager = rig.invite("manager", [project])
    body = json.dumps({"title": "changed"}).encode()
    for origin, status in (({"Sec-Fetch-Site": "cross-site"}, 403),
                           ({"Sec-Fetch-Site": "same-site"}, 403), ({}, 403),
                           ({"Origin": "https://elsewhere.example"}, 403),
                           ({"Origin": f"http://127.0.0.1:{rig.server.port}"}, 200),
                           ({"Sec-Fetch-Site": "same-origin"}, 200)):
        headers = {"Cookie": manager.cookie, "Content-Type": "application/json", **origin}
        reply = manager.send("PATCH", f"{API}/projects/{project}", body, headers)
        assert reply.status == status, (origin, reply)
        assert status == 200 or reply.problem == "cross-site", reply
    assert manager.send("GET", f"{API}/projects/{project}", None,
                        {"Cookie": manager.cookie}).status == 200


@case()
def tokens_that_are_none(rig):
    for token in ("", "ghl_", "ghl_" + "0" * 36, "x" * 40, rig.owner.token[:-1] + "!"):
        reply = rig.owner.send("GET", f"{API}/me", None, {"Authorization": f"Bearer {token}"})
        assert reply.status == 401, (token, reply)
    assert rig.owner.send("GET", f"{API}/me", None,
                          {"Authorization": "Basic b3duZXI6"}).status == 401
