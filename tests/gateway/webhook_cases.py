"""Webhooks: who is told of what is done in a project, signed, in order, at least once."""
import base64
import hashlib
import hmac
import itertools
import json
import os
import pathlib
import signal
import threading
import time

from dark_cases import KeptModels
from peer import Peer
from rig import CREDENTIAL
from support.registry import case
from support.rig import YES, line
from support.servers import run, wait_for

CANARY = "Kanarienvogel-7f3a"
number = itertools.count(1)


def verified(asked, secret):
    """The notice, once its signature is seen to be right: Standard Webhooks, by its text."""
    of = dict(asked.headers)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{of['webhook-id']}.{of['webhook-timestamp']}.".encode() + asked.body
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert of["webhook-signature"] == f"v1,{right}", of
    assert abs(time.time() - int(of["webhook-timestamp"])) < 60, of
    return json.loads(asked.body)


class Hook:
    """A peer of the kind webhook, and a project that has it told."""

    def __init__(self, rig, events, lines=(), project=None, signed=None,
                 **settings):
        self.rig, self.peer, self.name = rig, Peer(), f"hook-{next(number)}"
        self.peer.will(lambda asked: asked.whole(204, b""))
        said = add_hook_peer(rig, self.name, f"http://127.0.0.1:{self.peer.port}/told/here")
        if signed:
            signed(said)
        self.project = project or rig.project(lines, experts=1, **settings)
        self.path = f"/projects/{self.project}/webhooks"
        made = rig.manager.post(self.path, {"peer": self.name, "events": events})
        self.secret, self.id = made["secret"], made["webhook"]["id"]
        assert self.secret.startswith("whsec_") and len(base64.b64decode(self.secret[6:])) == 32

    def state(self):
        return next(one for one in self.rig.manager.get(self.path)["items"]
                    if one["id"] == self.id)

    def told(self, count, seconds=20):
        """Once so many were told, and written down."""
        wait_for(lambda: self.state()["told"] >= count, seconds, f"{count} told: {self.state()}")
        return [verified(one, self.secret) for one in self.peer.asked]

    def title(self, text):
        self.rig.manager.patch(f"/projects/{self.project}", {"title": text})

    def close(self):
        self.rig.manager.delete(f"/webhooks/{self.id}")
        self.peer.close()


def add_hook_peer(rig, name, url, *more):
    return run("room", "peer", "add", str(rig.folder), "--kind", "webhook", "--name", name,
               "--url", url, "--allow", "127.0.0.1", *more)


@case()
def what_is_done_is_told_in_order_and_signed(rig):
    hook = Hook(rig, ["tasks.imported", "submission.submitted", "submission.accepted",
                      "project.changed"], review_percent=100)
    hook.title(CANARY)
    rig.load(hook.project, [line(CANARY, {"prompt": CANARY})])
    expert = rig.expert(1)
    got = expert.claim(hook.project)
    expert.submit(got, YES)
    made = rig.manager.items(f"/projects/{hook.project}/submissions")[0]["id"]
    rig.manager.post(f"/submissions/{made}/reviews", {"verdict": "accept"})
    rig.manager.patch(f"/projects/{hook.project}", {"state": "paused"})
    told = hook.told(5)
    assert [one["type"] for one in told] == [
        "project.changed", "tasks.imported", "submission.submitted", "submission.accepted",
        "project.changed"], told
    task = rig.tasks(hook.project)[0]["id"]
    assert told[2]["data"]["task"] == task and told[2]["data"]["submission"].startswith("sub_")
    assert told[3]["data"]["submission"] == told[2]["data"]["submission"], told
    assert [one["data"].get("state") for one in told] == ["open", None, None, None, "paused"]
    for asked in hook.peer.asked:
        assert (asked.method, asked.path) == ("POST", "/told/here"), asked.path
        assert set(json.loads(asked.body)) == {"type", "timestamp", "data"}
        known = {"host", "content-type", "accept", "user-agent", "content-length", "webhook-id",
                 "webhook-timestamp", "webhook-signature"}
        assert set(dict(asked.headers)) <= known, asked.headers
        whole = asked.body + str(asked.headers).encode()
        for secret in (CANARY, "A project", CREDENTIAL, expert.member, rig.manager.member):
            assert secret.encode() not in whole, whole
    ids = [asked.header("webhook-id")[0] for asked in hook.peer.asked]
    assert len(set(ids)) == 5 and all(one.startswith("evt_") for one in ids), ids
    hook.close()


@case()
def a_webhook_is_told_what_it_asked_for_and_what_came_after_it(rig):
    hook = Hook(rig, ["tasks.imported"], [line("before")])
    hook.title("Another")
    rig.load(hook.project, [line("after")])
    other = rig.project([line("elsewhere")], experts=1)
    told = hook.told(1)
    assert [one["type"] for one in told] == ["tasks.imported"], told
    assert told[0]["data"] == {"project": hook.project} != {"project": other}, told
    rig.manager.delete(f"/webhooks/{hook.id}")
    rig.load(hook.project, [line("nobody is told")])
    hook.id = rig.manager.post(hook.path, {"peer": hook.name,
                                           "events": ["project.changed"]})["webhook"]["id"]
    hook.title("The last")
    wait_for(lambda: len(hook.peer.asked) == 2, 20, "the next is told")
    assert json.loads(hook.peer.asked[1].body)["type"] == "project.changed"
    hook.close()


@case()
def a_refusal_is_tried_again_under_the_same_id_and_holds_up_what_follows(rig):
    hook = Hook(rig, ["project.changed", "tasks.imported"])
    refused = []

    def answer(asked):
        refused.append(asked)
        asked.whole(500 if len(refused) < 3 else 200, b"<html>no JSON</html>")
    hook.peer.will(answer)
    hook.title("One")
    wait_for(lambda: hook.state()["tries"] >= 1, 20, "a failure is seen")
    state = hook.state()
    assert state["last_status"] == 500 and state["last_error"] == "http-status", state
    assert state["failing_since"] and state["next_try"] and state["state"] == "active", state
    rig.load(hook.project, [line("second")])
    told = hook.told(2)
    ids = [asked.header("webhook-id")[0] for asked in hook.peer.asked]
    assert ids[0] == ids[1] == ids[2] != ids[3] and len(ids) == 4, ids
    assert [one["type"] for one in told] == ["project.changed"] * 3 + ["tasks.imported"], told
    state = hook.state()
    assert state["tries"] == 0 and state["last_error"] is None and not state["next_try"], state
    hook.close()


@case()
def a_redirect_is_a_refusal_and_followed_nowhere(rig):
    hook, elsewhere = Hook(rig, ["project.changed"]), Peer()
    elsewhere.will(lambda asked: asked.whole(200, b""))
    for status in (301, 302, 307, 308):
        hook.peer.will(lambda asked, status=status: asked.whole(
            status, b"", Location=f"http://127.0.0.1:{elsewhere.port}/told/here"))
        before = hook.state()["tries"]
        if status == 301:
            hook.title("One")
        else:
            rig.manager.post(f"/webhooks/{hook.id}/resume", None, 204)
            before = 0
        wait_for(lambda: hook.state()["tries"] > before and hook.state()["last_status"] == status,
                 20, f"{status} is seen")
    assert not elsewhere.asked
    elsewhere.close()
    hook.close()


@case()
def gone_disables_and_a_person_resumes(rig):
    hook = Hook(rig, ["project.changed"])
    hook.peer.will(lambda asked: asked.whole(410, b""))
    hook.title("One")
    wait_for(lambda: hook.state()["state"] == "disabled", 20, "it is disabled")
    assert hook.state()["last_status"] == 410 and hook.state()["next_try"] is None
    hook.title("Two")
    verbs = [one["verb"] for one in rig.manager.get(f"/projects/{hook.project}/activity")["items"]]
    assert "webhook.disable" in verbs and "webhook.create" in verbs, verbs
    asked = len(hook.peer.asked)
    assert asked == 1, asked
    hook.peer.will(lambda asked: asked.whole(200, b""))
    rig.manager.post(f"/webhooks/{hook.id}/resume", None, 204)
    assert len(hook.told(2)) == 2  # what was missed meanwhile, too
    hook.close()


@case()
def killed_between_the_delivery_and_its_record_it_is_told_again_as_the_same(rig):
    hook = Hook(rig, ["project.changed"])
    held = threading.Event()

    def answer(asked):
        held.wait(30)
    hook.peer.will(answer)
    hook.title("One")
    hook.peer.wait_asked(1, 20)
    first = hook.peer.asked[0]
    os.kill(rig.server.child("guildhall-room"), signal.SIGKILL)
    held.set()
    hook.peer.will(lambda asked: asked.whole(200, b""))
    wait_for(lambda: rig.server.healthy(), 30, "the room serves again")
    told = hook.told(1, 30)
    again = hook.peer.asked[0]
    assert again.header("webhook-id") == first.header("webhook-id"), (first, again)
    assert again.body == first.body and len(told) == 1, told
    hook.title("Two")
    assert len(hook.told(2)) == 2
    assert hook.peer.asked[1].header("webhook-id") != first.header("webhook-id")
    hook.close()


@case()
def a_room_gone_dark_tells_nobody_and_tells_it_later(rig):
    kept = KeptModels(rig.postgres)
    try:
        project = kept.manager.post("/projects", {"title": "One", "template": "choice"})["id"]
        hook = Hook(kept, ["project.changed"], project=project, signed=kept.sign)
        hook.title("Two")
        hook.told(1)
        # The deed is done, and not told, when the key goes.
        hook.peer.will(lambda asked: asked.whole(500, b""))
        hook.title("Three")
        wait_for(lambda: hook.state()["tries"] > 0, 20, "it is not told")
        kept.room.keeper.withdraw()
        kept.room.wait_locked()
        hook.peer.will(lambda asked: asked.whole(200, b""))
        time.sleep(4)  # the pauses after two failures are over
        assert not hook.peer.asked, "told in the dark"
        kept.room.keeper.restore()
        kept.room.wait_open()
        hook.told(2, 40)
        hook.close()
    finally:
        kept.close()


@case()
def only_peers_of_its_kind_and_events_of_the_list(rig):
    hook = Hook(rig, ["project.changed"])
    for wrong in ({"peer": "openai"}, {"peer": "nobody"}, {"peer": "../x"}, {"events": []},
                  {"events": ["project.change"]}, {"events": ["exchange.record"]}):
        said = rig.manager.call("POST", hook.path, {"peer": hook.name,
                                                    "events": ["project.changed"], **wrong})
        assert said.status == 422 and said.problem == "bad-webhook", (wrong, said)
    for client, status in ((rig.expert(1), 403), (rig.reviewer, 403), (rig.anonymous, 401)):
        body = {"peer": hook.name, "events": ["project.changed"]}
        assert client.call("POST", hook.path, body).status == status
        assert client.call("DELETE", f"/webhooks/{hook.id}").status in (status, 404)
    listed = rig.auditor.get(hook.path)["items"]
    assert [one["peer"] for one in listed] == [hook.name] and hook.secret not in str(listed)
    assert rig.auditor.call("DELETE", f"/webhooks/{hook.id}").status == 403
    for _ in range(15):
        rig.manager.post(hook.path, {"peer": hook.name, "events": ["note.opened"]})
    said = rig.manager.call("POST", hook.path, {"peer": hook.name, "events": ["note.opened"]})
    assert said.status == 409 and said.problem == "too-many-webhooks", said
    hook.close()


@case()
def a_webhook_serves_as_no_model_and_a_model_as_no_webhook(rig):
    hook = Hook(rig, ["project.changed"])
    key = rig.key({**rig.target("openai"), "peer": hook.name})
    said = key.chat(CANARY)
    assert said.status >= 400, said
    assert not hook.peer.asked, [one.path for one in hook.peer.asked]
    hook.title("One")
    hook.told(1)  # the control: it is reached
    hook.close()


@case("sqlite")
def the_secret_and_the_peers_name_lie_nowhere_in_the_clear(rig):
    hook = Hook(rig, ["project.changed"])
    hook.title("One")
    hook.told(1)
    raw = base64.b64decode(hook.secret[6:])
    for path in pathlib.Path(rig.folder).rglob("*"):
        if not path.is_file() or path.is_socket():
            continue
        data = path.read_bytes()
        assert hook.secret.encode() not in data and raw not in data, path
        if path.name.startswith("room.db"):
            assert hook.name.encode() not in data, path
    metrics = rig.owner.send("GET", "/metrics", None, rig.owner.headers()).body
    assert hook.name.encode() not in metrics
    assert rig.metric("guildhall_webhook_told_total") >= 1
    hook.close()
