"""Models that judge, draft and make up tasks, through the real processes: what is asked, what comes
of it, what waits, and that nothing is counted twice."""
import json
import os
import signal
import threading

from dark_cases import KeptModels
from peer import DONE, USAGE, chat_event
from rig import PLENTY
from support.registry import case
from support.servers import wait_for

GOOD, POOR = "A contract between two parties.", "A dog's lead."


class Said:
    """A peer that answers by `answer(system, user)`, and remembers what it was asked about."""

    def __init__(self, rig, answer):
        self.asked, self.lock = [], threading.Lock()

        def reply(asked):
            system, user = (one["content"] for one in json.loads(asked.body)["messages"])
            with self.lock:
                self.asked.append(user)
            text = answer(system, user)
            asked.stream([chat_event(json.dumps(text)[1:-1]), chat_event("", '"stop"'), USAGE,
                          DONE])
        rig.openai.will(reply)

    def about(self, word):
        return sum(word in user for user in self.asked)


def better(system, user):
    """The letter of the good response, wherever it stands."""
    first = user.index(GOOD) < user.index(POOR)
    return json.dumps({"reasons": "One is right.", "answers": {
        "choice": "a" if first else "b", "strength": 2}})


def pair(number, word=""):
    return {"key": str(number), "data": {"prompt": f"What is a lease? #{number}# {word}",
                                         "responses": [{"text": GOOD}, {"text": POOR}]}}


def has_key(rig, project, purpose, *targets, money=PLENTY):
    """A model that this project may use for this purpose; its name."""
    name, model = rig.model(*(rig.target(one) if isinstance(one, str) else one
                              for one in targets))
    budget = rig.budget(project, money)
    rig.manager.post(f"/projects/{project}/virtual-keys", {
        "name": "Key", "purpose": purpose, "budget": budget, "models": [model]})
    return name, budget


def work(rig, project, model, kind="judge", template="judge.pairwise", **more):
    return rig.manager.post(f"/projects/{project}/model-work", {
        "kind": kind, "template": template, "model": model, **more})["id"]


def becomes(rig, work_id, state, seconds=60, **counts):
    """The work, once it is in this state and has come so far."""
    seen = []

    def there():
        seen[:] = [rig.manager.get(f"/model-work/{work_id}")]
        return seen[0]["state"] == state and all(seen[0]["counts"][name] == count
                                                 for name, count in counts.items())
    try:
        wait_for(there, seconds, f"it is {state} {counts}")
    except AssertionError as why:
        raise AssertionError(f"{why}: {seen}") from why
    return seen[0]


def delivered(rig, project, **more):
    reply = rig.manager.send("GET", f"/api/v1/projects/{project}/export?format=guildhall"
                             + "".join(f"&{key}={value}" for key, value in more.items()),
                             None, rig.manager.headers())
    assert reply.status == 200, reply
    return [json.loads(line) for line in reply.body.splitlines()]


@case()
def a_judge_is_one_more_rater_and_says_that_it_is_a_model(rig):
    lines = [pair(n, {3: "garbled", 7: "garbled", 11: "once"}.get(n, "")) for n in range(20)]
    project = rig.project(lines, template="preference", experts=1)
    once, lock = [], threading.Lock()

    def answer(system, user):
        with lock:
            once.extend(["once"] * ("once" in user))
            early = len(once) <= 2  # both orders of the first try
        if "garbled" in user or ("once" in user and early):
            return "I would say the first."
        return better(system, user)
    said = Said(rig, answer)
    model, _ = has_key(rig, project, "judge", "openai")
    made = work(rig, project, model, tries=3)
    done = becomes(rig, made, "done", answered=18, left=2)
    # Both orders of each: 17 at once, one at the second try, two thrice and then left to people.
    assert done["counts"]["asked"] == 17 + 2 + 2 * 3 and len(said.asked) == 2 * 25, done
    assert done["counts"]["cost"] == 50 * 17 and done["reason"] is None, done
    answers = rig.manager.items(f"/model-work/{made}/answers")
    assert len(answers) == len({one["task"] for one in answers}) == 20
    left = [one for one in answers if one["state"] == "left"]
    assert [(one["tries"], one["reason"], one["answers"]) for one in left] == \
        [(3, "reply-not-json", None)] * 2, left
    exchanges = {one["id"]: one for one in rig.manager.items(f"/projects/{project}/exchanges")}
    wait_for(lambda: len(rig.manager.items(f"/projects/{project}/exchanges")) == 50, 10, "all kept")
    exchanges = {one["id"] for one in rig.manager.items(f"/projects/{project}/exchanges")
                 if one["purpose"] == "judge"}
    for one in answers:
        origin = one["origin"]
        assert (origin["kind"], origin["model"]) == ("model", model), origin
        assert origin["template"] == {"name": "judge.pairwise", "version": 1}, origin
        assert len(origin["exchanges"]) == 2 * one["tries"], one
        assert set(origin["exchanges"]) <= exchanges, origin
        if one["state"] == "answered":
            assert one["answers"]["choice"] == "a" and one["answers"]["strength"] == 2, one
    # It took nobody's place, and whoever answers sees nothing of it.
    assert all(task["state"] == "open" and task["submitted"] == 0 for task in rig.tasks(project))
    assert rig.manager.items(f"/projects/{project}/submissions") == []
    held = rig.expert1.claim(project)
    shown = json.dumps(rig.expert1.get(f"/assignments/{held['id']}"))
    assert model not in shown and "model" not in json.loads(shown), shown
    task = held["task"]["id"]
    assert rig.expert1.call("GET", f"/tasks/{task}").status == 403
    rig.expert1.submit(held, {"choice": "b", "strength": 1})
    detail = rig.manager.get(f"/tasks/{task}")
    assert len(detail["submissions"]) == 1 and len(detail["model_answers"]) == 1, detail
    lines = delivered(rig, project)
    origins = [line["submission"].get("origin") for line in lines]
    assert len(lines) == 2 and origins[0] is None and origins[1]["kind"] == "model", lines
    assert origins[1]["template"] == {"name": "judge.pairwise", "version": 1}, origins
    assert lines[1]["submission"]["answers"]["choice"] == "a" and lines[1]["submission"][
        "member"] == "model", lines
    assert rig.progress(project)["submissions"]["submitted"] == 1


@case()
def a_draft_is_shown_as_a_model_s_and_told_in_the_delivery(rig):
    project = rig.project([{"data": {"prompt": "What is a lease?"}}] * 2, experts=1,
                          template="demonstration", show_suggestions=True, max_open=5)
    before = rig.expert1.claim(project)
    said = Said(rig, lambda system, user: json.dumps({"answers": {"response": "A contract."}}))
    model, _ = has_key(rig, project, "drafting", "openai")
    made = work(rig, project, model, "draft", "draft.answer")
    becomes(rig, made, "done", answered=2)
    assert len(said.asked) == 2
    # Whoever had begun is not shown what came after.
    assert rig.expert1.get(f"/assignments/{before['id']}")["suggestions"] == []
    held = rig.expert1.claim(project)
    suggestion, = rig.expert1.get(f"/assignments/{held['id']}")["suggestions"]
    assert suggestion["answers"] == {"response": "A contract."}, suggestion
    assert suggestion["author"] == "model" and suggestion["origin"]["kind"] == "model", suggestion
    assert len(suggestion["origin"]["exchanges"]) == 1 and model not in json.dumps(suggestion)
    for one, text in ((before, "Mine."), (held, "A contract for a time.")):
        rig.expert1.submit(one, {"response": text})
    lines = {line["submission"]["answers"]["response"]: line for line in delivered(rig, project)}
    assert len(lines) == 2 and "drafts" not in lines["Mine."]["submission"], lines
    drafts = lines["A contract for a time."]["submission"]["drafts"]
    assert [one["model"] for one in drafts] == [model] and drafts[0]["exchanges"] == \
        suggestion["origin"]["exchanges"], drafts


@case()
def what_is_made_up_is_no_task_before_a_person_takes_it(rig):
    project = rig.project([], experts=1, template="demonstration", max_open=9)
    number = iter(range(100))

    def answer(system, user):
        return json.dumps({"tasks": [{"prompt": f"Question {next(number)}?"} for _ in range(5)]})
    Said(rig, answer)
    model, _ = has_key(rig, project, "drafting", "openai")
    made = work(rig, project, model, "generate", "generate.variants", count=10,
                brief="Questions of tenants.", seeds=[{"prompt": "What is rent?"}])
    becomes(rig, made, "done", made=10, answered=2)
    assert rig.expert1.claim(project) == "none-left" and rig.tasks(project) == []
    path = f"/projects/{project}/proposals"
    first, second, third, *rest = rig.manager.items(f"{path}?state=proposed")
    assert len(rest) == 7 and first["origin"]["kind"] == "generated", first
    assert rig.expert1.call("GET", path).status == 403
    assert rig.expert1.call("POST", f"/proposals/{first['id']}/accept", {}).status == 403
    taken = rig.manager.post(f"/proposals/{first['id']}/accept", {}, 200)
    assert taken["state"] == "accepted" and taken["task"] and not taken["edited"], taken
    edited = rig.reviewer.post(f"/proposals/{second['id']}/accept",
                               {"data": {"prompt": "What is a deposit?"}}, 200)
    assert edited["edited"], edited
    assert rig.manager.post(f"/proposals/{third['id']}/refuse", None, 200)["state"] == "refused"
    for decided in (first, second, third):
        again = rig.manager.call("POST", f"/proposals/{decided['id']}/accept", {})
        assert again.status == 409 and again.problem == "proposal-decided", again
    bad = rig.manager.call("POST", f"/proposals/{rest[0]['id']}/accept", {"data": {"x": 1}})
    assert bad.status == 422 and bad.problem == "invalid-data", bad
    assert len(rig.manager.items(f"{path}?state=proposed")) == 7
    assert len(rig.tasks(project)) == 2 and rig.progress(project)["tasks"]["total"] == 2
    prompts = {}
    for _ in range(2):
        held = rig.expert1.claim(project)
        prompts[held["task"]["id"]] = held["task"]["data"]["prompt"]
        rig.expert1.submit(held, {"response": "Yes."})
    assert prompts == {taken["task"]: first["data"]["prompt"],
                       edited["task"]: "What is a deposit?"}, prompts
    assert rig.expert1.claim(project) == "none-left"
    assert rig.manager.get(f"/tasks/{taken['task']}")["origin"]["model"] == model
    lines = {line["task"]["id"]: line["task"]["origin"] for line in delivered(rig, project)}
    for task, was_edited in ((taken["task"], False), (edited["task"], True)):
        origin = lines[task]
        assert (origin["kind"], origin["model"], origin["edited"]) == \
            ("generated", model, was_edited), origin
        assert origin["seeds"] == [{"prompt": "What is rent?"}] and origin["exchanges"], origin
    verbs = [deed["verb"] for deed in rig.manager.items(f"/projects/{project}/activity")]
    assert verbs.count("proposal.accept") == 2 and verbs.count("proposal.refuse") == 1, verbs
    assert verbs.count("model_work.create") == 1, verbs


@case()
def a_server_killed_in_the_middle_counts_no_task_twice(rig):
    project = rig.project([pair(n) for n in range(30)], template="preference", experts=1)
    half, gate = threading.Event(), threading.Event()
    seen = []

    def answer(system, user):
        seen.append(user)
        if len(seen) > 24:
            half.set()
            gate.wait(60)
        return better(system, user)
    said = Said(rig, answer)
    model, _ = has_key(rig, project, "judge", "openai")
    made = work(rig, project, model)
    assert half.wait(60), "it came to the middle"
    before = rig.server.child()
    os.kill(before, signal.SIGKILL)
    gate.set()
    wait_for(lambda: rig.server.child() not in (None, before) and rig.server.healthy(), 30,
             "it serves again")
    done = becomes(rig, made, "done", 90, answered=30)
    assert done["counts"]["asked"] == 30 and done["counts"]["left"] == 0, done
    answers = rig.manager.items(f"/model-work/{made}/answers")
    assert len(answers) == len({one["task"] for one in answers}) == 30, len(answers)
    assert all(one["tries"] == 1 and len(one["origin"]["exchanges"]) == 2 for one in answers)
    # The control: what was under way was asked again.
    assert len(said.asked) > 60, (len(said.asked), len(seen))


@case()
def what_cannot_be_asked_waits_and_says_why(rig):
    project = rig.project([pair(n) for n in range(6)], template="preference", experts=1)
    no_key = rig.manager.call("POST", f"/projects/{project}/model-work", {
        "kind": "judge", "template": "judge.pairwise", "model": rig.model(rig.target(
            "mock-o"))[0]})
    assert no_key.status == 409 and no_key.problem == "no-model-key", no_key
    Said(rig, better)
    # A budget that one question is too much for.
    model, budget = has_key(rig, project, "judge", rig.target("openai", context=4_000), money=100)
    made = work(rig, project, model)
    waiting = becomes(rig, made, "waiting", answered=0)
    assert waiting["reason"] == "budget-exhausted" and waiting["counts"]["left"] == 0, waiting
    rig.manager.patch(f"/budgets/{budget}", {"money": PLENTY})
    becomes(rig, made, "done", answered=6, left=0)
    # A peer that cannot be reached takes no task's tries.
    away = rig.target("openai")
    away["peer"] = "nobody"
    model, _ = has_key(rig, project, "judge", away)
    other = work(rig, project, model, tries=1)
    waiting = becomes(rig, other, "waiting", asked=0, left=0)
    # The first tries find nobody; then the target rests, and nobody is looked for.
    assert waiting["reason"] in ("peer-unavailable", "upstream-unavailable"), waiting
    rig.manager.patch(f"/model-work/{other}", {"state": "paused"})
    assert rig.manager.get(f"/model-work/{other}")["state"] == "paused"


@case()
def a_room_gone_dark_has_nothing_judged_and_goes_on_when_it_is_light(rig):
    kept = KeptModels(rig.postgres)
    try:
        project = kept.manager.post("/projects", {"title": "Kept", "template": "preference"})["id"]
        kept.manager.patch(f"/projects/{project}", {"state": "open"})
        kept.load(project, [pair(n) for n in range(12)])
        first, gate = threading.Event(), threading.Event()

        def answer(system, user):
            first.set()
            gate.wait(60)
            return better(system, user)
        said = Said(kept, answer)
        model, _ = has_key(kept, project, "judge", "openai")
        made = work(kept, project, model)
        assert first.wait(30), "a model is asked"
        kept.room.keeper.withdraw()
        wait_for(lambda: kept.manager.call("GET", f"/model-work/{made}").status == 423, 20,
                 "it is dark")
        gate.set()
        asked = len(said.asked)
        assert kept.manager.call("POST", f"/projects/{project}/model-work", {
            "kind": "judge", "template": "judge.pairwise", "model": model}).status == 423
        kept.room.keeper.restore()
        wait_for(lambda: kept.manager.call("GET", f"/model-work/{made}").status == 200, 20,
                 "it is light")
        done = becomes(kept, made, "done", 90, answered=12, left=0)
        assert done["counts"]["asked"] >= 12 and len(said.asked) > asked, done
        assert len(kept.manager.items(f"/model-work/{made}/answers")) == 12
    finally:
        kept.close()


@case()
def the_mock_judges_and_prefers_a_place(rig):
    """It answers the same letter in both orders, so that what counts is a tie."""
    project = rig.project([pair(n) for n in range(3)], template="preference", experts=1)
    reply = json.dumps({"reasons": "r", "answers": {"choice": "a", "strength": 1}},
                       separators=(",", ":"))
    model, _ = has_key(rig, project, "judge", rig.target("mock-o", f"json={reply}"))
    made = work(rig, project, model, share=100)
    becomes(rig, made, "done", answered=3)
    answers = rig.manager.items(f"/model-work/{made}/answers")
    assert [one["answers"] for one in answers] == [{"choice": "tie"}] * 3, answers
