"""What models do in projects, as the API has it: who may have it done, what is refused, and what
comes of it with the mock model. How it holds against faults is in tests/gateway."""
from support.mock import Mock, done, work
from support.registry import case
from support.sql import Sql

JUDGE = {"kind": "judge", "template": "judge.code-review", "model": "m"}


def refused(rig, project, problem, **body):
    reply = rig.manager.call("POST", f"/projects/{project}/model-work", {**JUDGE, **body})
    assert reply.problem == problem, (body, reply)
    return reply


@case(in_slice=True)
def a_judge_s_answers_stand_beside_people_s(rig):
    project = rig.project([{"data": {"prompt": f"Is water wet? {n}"}} for n in range(3)],
                          overlap=2)
    with Mock(rig) as mock:
        refused(rig, project, "no-model-key", model=mock.name)
        model = mock.model(project, "judge")
        refused(rig, project, "no-model-key", model=model, kind="draft", template="draft.answer")
        refused(rig, project, "bad-model-work", model=model, kind="sing")
        refused(rig, project, "bad-model-work", model=model, template="judge.nothing")
        refused(rig, project, "bad-model-work", model=model, version=77)
        refused(rig, project, "bad-model-work", model=model, template="draft.answer")
        refused(rig, project, "bad-model-work", model=model, tries=0)
        refused(rig, project, "bad-model-work", model=model, tries=11)
        refused(rig, project, "bad-model-work", model=model, share=101)
        refused(rig, project, "bad-model-work", model=model, count=3)
        refused(rig, project, "not-for-this-form", model=model, template="judge.rubric")
        made = work(rig, project, "judge", "judge.code-review", model)
        assert rig.reviewer.call("GET", f"/model-work/{made}").status == 403
        seen = done(rig, made)
        assert seen["counts"]["answered"] + seen["counts"]["left"] == 3, seen
        assert seen["reason"] is None and seen["counts"]["cost"] > 0, seen
    listed, = rig.manager.get(f"/projects/{project}/model-work")["items"]
    assert listed == rig.auditor.get(f"/model-work/{made}"), listed
    answers = rig.manager.items(f"/model-work/{made}/answers?limit=2")
    assert len({one["task"] for one in answers}) == 3, answers
    for one in answers:
        assert one["origin"]["work"] == made and one["origin"]["model"] == model, one
        assert one["state"] == "left" or one["answers"]["choice"] in ("yes", "no"), one
    assert rig.manager.items(f"/projects/{project}/submissions") == []
    assert all(task["state"] == "open" for task in rig.tasks(project))
    first, second = rig.expert1.claim(project), rig.expert2.claim(project)
    assert first["task"]["id"] == second["task"]["id"]  # both places are people's
    paused = rig.manager.patch(f"/model-work/{made}", {"state": "paused", "tries": 5})
    assert (paused["state"], paused["tries"], paused["version"]) == ("paused", 5, 2), paused
    stale = rig.manager.call("PATCH", f"/model-work/{made}", {"state": "asleep"})
    assert stale.problem == "bad-model-work", stale
    prompts = rig.manager.get("/prompts")["items"]
    assert {"judge.pairwise", "judge.rubric", "draft.answer"} <= {one["name"] for one in prompts}


@case(in_slice=True)
def proposals_are_decided_once(rig):
    project = rig.project(template="demonstration")
    with Mock(rig) as mock:
        model = mock.model(project, "drafting", ":json=" + TASKS)
        for body, field in (({"count": 0}, "/count"), ({"brief": "x" * 20_000}, "/brief"),
                            ({"brief": ""}, "/brief"), ({"seeds": [{"odd": 1}]}, "/seeds")):
            reply = refused(rig, project, "bad-model-work", model=model, kind="generate", **{
                "template": "generate.variants", "count": 1, "brief": "b", **body})
            assert reply.json["field"] == field, reply
        made = work(rig, project, "generate", "generate.variants", model, count=2, brief="b")
        assert done(rig, made)["counts"]["made"] == 2
    path = f"/projects/{project}/proposals"
    first, second = rig.reviewer.items(path)
    assert first["origin"]["kind"] == "generated" and first["data"] == {"prompt": "One?"}, first
    assert rig.manager.call("GET", path + "?state=odd").problem == "bad-parameter"
    assert rig.expert1.claim(project) == "none-left"
    rig.reviewer.post(f"/proposals/{first['id']}/accept", {}, 200)
    rig.reviewer.post(f"/proposals/{second['id']}/refuse", None, 200)
    assert rig.reviewer.call("POST", f"/proposals/{second['id']}/accept",
                             {}).problem == "proposal-decided"
    assert rig.expert1.claim(project)["task"]["data"] == {"prompt": "One?"}
    assert rig.expert2.claim(project) in ("none-left", "all-leased")
    assert [one["id"] for one in rig.reviewer.items(path + "?state=refused")] == [second["id"]]


@case(in_slice=True)
def nothing_of_it_lies_in_the_clear(rig):
    project = rig.project([{"data": {"prompt": "Is water wet?"}}], template="demonstration")
    with Mock(rig) as mock:
        model = mock.model(project, "drafting", ":json=" + TASKS.replace("One", "Qanary-task"))
        made = work(rig, project, "generate", "generate.variants", model, count=2,
                    brief="Qanary-brief", seeds=[{"prompt": "Qanary-seed"}])
        done(rig, made)
    text = ""
    for table in ("model_work", "model_answer", "proposal", "content", "deed"):
        text += str(Sql(rig).run(f"SELECT * FROM {table}"))
    assert "Qanary" not in text and model not in text
    assert "generate" not in text  # nor which prompt


TASKS = '{"tasks":[{"prompt":"One?"},{"prompt":"Two?"}]}'
