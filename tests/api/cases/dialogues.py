"""Live dialogues in a room that reaches no model: every reply ends in an error that says so, and
all else is as ever. What models answer is played in the unit tests."""
import json

from support.registry import case
from support.sql import Sql

SYSTEM = "Sesame-system"
FORM = {"base": "dialogue", "models": ["m-ash", "m-oak"], "system": SYSTEM,
        "parameters": {"temperature": 0}, "rate": {"max": 5}, "may": ["edit", "regenerate"]}


def events(reply):
    """(name, data) of each event of a stream."""
    assert reply.status == 200 and reply.type == "text/event-stream", reply
    out = []
    for block in reply.body.decode().split("\n\n"):
        if block.strip():
            lines = dict(line.split(": ", 1) for line in block.splitlines())
            out.append((lines["event"], json.loads(lines["data"])))
    return out


def held(rig, **form):
    project = rig.project([{"data": {"goal": "Be rude"}}] * 2, template=dict(FORM, **form))
    assignment = rig.expert1.claim(project)
    return project, f"/assignments/{assignment['id']}", assignment["lease"]["token"]


def say(client, path, token, parent=None, text="Hello", **more):
    return client.call("POST", f"{path}/dialogue/turns",
                       {"token": token, "parent": parent, "text": text}, **more)


def answered(rig):
    """As if the newest replies had come whole."""
    Sql(rig).run("UPDATE dialogue_node SET state = 2 WHERE state = 4")


def answer(user, replies, end=None):
    return {"talk": {"turns": [{"user": user, "chosen": None,
                                "ratings": {one: 4 for one in replies}}], "end": end}}


@case(in_slice=True)
def a_turn_is_kept_and_told_event_by_event(rig):
    _, path, token = held(rig)
    told = events(say(rig.expert1, path, token))
    names = [name for name, _ in told]
    assert names[0] == "nodes" and names[-1] == "end" and names.count("done") == 2, told
    nodes = told[0][1]["nodes"]
    assert [one["kind"] for one in nodes] == ["user", "reply", "reply"], nodes
    assert [one["slot"] for one in nodes] == [None, "A", "B"], nodes
    assert all(one["parent"] == nodes[0]["node"] for one in nodes[1:]), nodes
    done = [data for name, data in told if name == "done"]
    assert all(one["state"] == "error" and one["why"] for one in done), done
    dialogue = rig.expert1.get(f"{path}/dialogue")
    assert dialogue["question"] == "talk" and not dialogue["streaming"], dialogue
    assert [one["node"] for one in dialogue["nodes"]] == [one["node"] for one in nodes], dialogue
    assert dialogue["nodes"][0]["text"] == "Hello"
    assert [one["state"] for one in dialogue["nodes"][1:]] == ["error", "error"], dialogue


@case(in_slice=True)
def a_key_begins_a_turn_once(rig):
    _, path, token = held(rig)
    assert say(rig.expert1, path, token, key="once").status == 200
    again = say(rig.expert1, path, token, key="once")
    assert again.status == 409 and again.problem == "idempotency-spent", again
    assert len(rig.expert1.get(f"{path}/dialogue")["nodes"]) == 3


@case(in_slice=True)
def asked_again_edited_submitted_and_reviewed(rig):
    project, path, token = held(rig)
    nodes = events(say(rig.expert1, path, token))[0][1]["nodes"]
    user, first, second = (one["node"] for one in nodes)
    reply = rig.expert1.call("POST", f"{path}/dialogue/replies",
                             {"token": token, "node": user, "slots": ["B"]})
    third, = (one["node"] for one in events(reply)[0][1]["nodes"])
    answered(rig)
    edited = rig.expert1.post(f"{path}/dialogue/edits",
                              {"token": token, "node": first, "text": "Better"})
    assert (edited["kind"], edited["parent"], edited["edited_from"], edited["slot"]) == \
        ("edit", user, first, "A"), edited

    def submit(status, answers):
        return rig.expert1.post(f"{path}/submission", {"token": token, "answers": answers}, status)
    short = submit(422, answer(user, [first, second]))
    assert short["field"] == "/answers/talk/turns/0/ratings", short
    wrong = submit(422, answer(user, [first, second, third], edited["node"][:-1] + "!"))
    assert wrong["field"] == "/answers/talk/end", wrong
    good = answer(user, [first, second, third], edited["node"])
    good["talk"]["turns"][0]["chosen"] = edited["node"]
    done = submit(201, good)
    late = say(rig.expert1, path, token, edited["node"])
    assert late.status == 409 and late.problem == "lease-over", late

    shown = rig.manager.get(f"/submissions/{done['id']}")["dialogue"]
    assert {one["model"] for one in shown["slots"]} == {"m-ash", "m-oak"}, shown
    assert {one["model"] for one in shown["nodes"] if one["kind"] == "reply"} == {"m-ash", "m-oak"}
    assert shown["nodes"][1]["parameters"] == {"temperature": 0, "max_tokens": 1024}, shown
    blind = rig.reviewer.get(f"/submissions/{done['id']}")["dialogue"]
    assert "m-ash" not in json.dumps(blind) and len(blind["nodes"]) == 5, blind

    def delivered(form):
        return rig.manager.expect(200, "GET", f"/projects/{project}/export?format={form}").body
    record, = (json.loads(line) for line in delivered("guildhall").splitlines())
    told = record["submission"]["dialogue"]
    assert told["system"] == SYSTEM and len(told["nodes"]) == 5, told
    messages = json.loads(delivered("openai-sft"))["messages"]
    assert [one["content"] for one in messages] == [SYSTEM, "Hello", "Better"], messages
    assert delivered("trl-preference") == b""  # the other replies are empty: no model wrote one


@case(in_slice=True)
def what_is_blind_stays_so_for_its_holder(rig):
    project, path, token = held(rig)
    body = say(rig.expert1, path, token).body
    seen = [body, *(rig.expert1.call("GET", one).body for one in
                    (f"{path}/dialogue", path, f"/projects/{project}/template",
                     f"/projects/{project}"))]
    for secret in (b"m-ash", b"m-oak", SYSTEM.encode(), b"temperature", b"max_tokens"):
        assert all(secret not in one for one in seen), secret
        assert secret in rig.manager.call("GET", f"/projects/{project}/template").body  # control
    form = rig.expert1.get(f"/projects/{project}/template")["form"]
    assert form["questions"][0]["slots"] == ["A", "B"], form
    for table in ("dialogue_node", "content", "deed"):
        text = "\n".join("|".join(row) for row in Sql(rig).run(f"SELECT * FROM {table}"))
        for secret in ("m-ash", SYSTEM, "Be rude"):
            assert secret not in text and secret.encode().hex() not in text, (table, secret)


@case(in_slice=True)
def only_the_holder_with_the_newest_token_talks(rig):
    _, path, token = held(rig)
    user = events(say(rig.expert1, path, token))[0][1]["nodes"][0]["node"]
    rig.expert2.get(f"{path}/dialogue", 404)
    rig.manager.get(f"{path}/dialogue", 404)
    for status, problem, client, body in (
            (404, "no-dialogue", rig.expert2, {"token": token, "text": "x"}),
            (409, "stale-token", rig.expert1, {"token": "7", "text": "x"}),
            (422, "missing-field", rig.expert1, {"token": token}),
            (422, "bad-text", rig.expert1, {"token": token, "text": " "}),
            (422, "bad-node", rig.expert1, {"token": token, "text": "x", "parent": user}),
            (422, "bad-node", rig.expert1, {"token": token, "text": "x", "parent": 7}),
            (403, "no-branch", rig.expert1, {"token": token, "text": "x"})):
        reply = client.call("POST", f"{path}/dialogue/turns", body)
        assert (reply.status, reply.problem) == (status, problem), (body, reply)
    reply = rig.expert1.call("POST", f"{path}/dialogue/replies",
                             {"token": token, "node": user, "slots": ["C"]})
    assert (reply.status, reply.problem) == (422, "bad-slot"), reply


@case(in_slice=True)
def a_task_without_a_conversation_has_none(rig):
    project = rig.project([{"data": {"prompt": "p"}}])
    assignment = rig.expert1.claim(project)
    assert rig.expert1.get(f"/assignments/{assignment['id']}/dialogue", 404)["type"] == \
        "/problems/no-dialogue"
