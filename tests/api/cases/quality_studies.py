"""How compared models stand, and what more judgments would buy."""
import random
import time

from cases.quality import SKILLS, answer_all, read, truth_of, until
from support.registry import case
from support.rig import line

MODELS = ("swift", "plain", "slow")


def pair(key, one, other, **more):
    return line(key, {"prompt": f"{key}?", "responses": [{"text": "x", "model": one},
                                                         {"text": "y", "model": other}]}, **more)


def ranking(rig, project, question="choice"):
    for _ in range(120):
        found = rig.manager.get(f"/projects/{project}/quality/ranking?question={question}")
        if found["reading"]["done"]:
            return found
        time.sleep(0.5)
    raise AssertionError(found["reading"])


def opened(rig, project):
    seen = rig.auditor.get(f"/log/openings?project={project}&limit=200")["items"]
    return sum(item["count"] for item in seen if item["reason"] == "quality")


def judge(rig, project, people, better):
    """`better(key, models)` is the letter, or the word, that everybody says."""
    of = {task["id"]: task["key"] for task in rig.tasks(project)}
    orders = set()
    for client in rig.experts(people):
        while (reply := client.call("POST", f"/projects/{project}/assignments")).status == 201:
            orders.add(tuple(reply.json["presentation"]["order"]))
            said = better(of[reply.json["task"]["id"]], client)
            client.submit(reply.json, {"choice": said, **({"strength": 1} if len(said) == 1
                                                          else {})})
    return orders


@case(in_slice=True)
def models_are_ranked_wherever_they_stood(rig):
    models, chance = {}, random.Random(2)
    for n in range(36):
        one, other = MODELS[n % 3], MODELS[(n + 1 + n // 3 % 2) % 3]
        models[f"k{n}"] = (one, other)
    project = rig.project([pair(key, *names) for key, names in models.items()], experts=4,
                          template="preference", overlap=4, max_open=1)
    rig.manager.get(f"/projects/{project}/quality")  # held from now on: answers need no opening

    met = dict.fromkeys(MODELS, 0)

    def better(key, _):
        wins = min(range(2), key=lambda i: MODELS.index(models[key][i]))
        draw = chance.random()
        for model in models[key] if draw >= 0.05 else ():
            met[model] += 1
        return "both_bad" if draw < 0.05 else "tie" if draw < 0.15 else "ab"[
            wins if draw < 0.9 else 1 - wins]
    orders = judge(rig, project, 4, better)
    assert orders == {(0, 1), (1, 0)}, orders  # shown either way round, answered by letter
    # Other data from now on; the answers are about what was shown.
    task = next(task for task in rig.tasks(project) if task["key"] == "k0")
    rig.manager.patch(f"/tasks/{task['id']}", {"data": pair("k0", "slow", "slower")["data"]})
    read(rig, project)
    found = ranking(rig, project)
    assert [one["model"] for one in found["models"]] == list(MODELS), found
    assert {one["model"]: one["wins"] + one["ties"] + one["losses"]
            for one in found["models"]} == met, (found, met)
    assert found["method"] == "bradley-terry-davidson", found
    assert found["error"] == "sandwich-by-person" and found["groups"] == 1, found
    assert found["both_bad"] + found["judgments"] == 144 and found["both_bad"] > 0, found
    assert found["unnamed"] == 0, found
    rows = found["models"]
    assert sum(one["wins"] for one in rows) == sum(one["losses"] for one in rows), rows
    assert sum(one["wins"] for one in rows) + sum(one["ties"] for one in rows) / 2 \
        == found["comparisons"] == found["judgments"], found
    assert rows[0]["win_rate"]["lower"] > 0.5 > rows[2]["win_rate"]["upper"], rows
    for row in rows:
        for figure in (row["strength"], row["win_rate"]):
            assert figure["lower"] < figure["mean"] < figure["upper"], row
    # Each task's data was opened once, and never again.
    until(36, lambda: opened(rig, project))
    assert ranking(rig, project) == found
    time.sleep(1)
    assert opened(rig, project) == 36, opened(rig, project)


@case(in_slice=True)
def without_names_there_is_no_ranking(rig):
    unnamed = [line(f"u{n}", {"prompt": "p", "responses": [{"text": "x"}, {"text": "y"}]})
               for n in range(3)]
    project = rig.project(unnamed, template="preference", overlap=2, max_open=1)
    judge(rig, project, 2, lambda *_: "a")
    read(rig, project)
    found = ranking(rig, project)
    assert (found["models"], found["unnamed"], found["judgments"]) == ([], 6, 0), found
    until(6 + 3, lambda: opened(rig, project))
    choice = rig.project([line("a")], overlap=2)
    rig.expert1.submit(rig.expert1.claim(choice), {"choice": "yes"})
    read(rig, choice)
    assert ranking(rig, choice)["models"] == []
    time.sleep(1)
    assert opened(rig, choice) == 1, "a form that compares nothing: no task is opened"


@case(in_slice=True)
def more_judgments_more_right_labels(rig):
    count = 40
    lines = [line(str(n), {"prompt": f"Number {n}?"}) for n in range(count)]
    lines += [line("g", gold={"answers": {"choice": "yes"}})]
    project = rig.project(lines, experts=len(SKILLS), overlap=len(SKILLS), max_open=1,
                          gold_percent=10, pay_minor=250, pay_per="task", pay_currency="EUR")
    answer_all(rig, project, SKILLS, 5, count + 1,
               of=lambda key: "yes" if key == "g" else truth_of(int(key)))
    read(rig, project)
    cost = rig.manager.get(f"/projects/{project}/quality/cost")
    assert (cost["tasks"], cost["single"], cost["sampled"]) == (count, 0, False), cost
    assert cost["check"] == 1 and cost["judgments"] == count * len(SKILLS), cost
    assert cost["pay"] == {"minor": 250, "currency": "EUR", "per": "task"}, cost
    points = cost["points"]
    assert [one["judgments"] for one in points] == list(range(1, len(SKILLS) + 1)), points
    assert [round(one["same"]["judgments"], 6) for one in points] \
        == list(range(1, len(SKILLS) + 1)), points
    assert points[-1]["same"]["right"] > points[0]["same"]["right"] + 0.1, points
    assert all(one["adaptive"]["judgments"] <= one["judgments"] + 1e-9 for one in points), points
    # Who gets which task differs from run to run; that it gains is shown where that is fixed.
    gain = [one["adaptive"]["right"] - one["same"]["right"] for one in points[1:-1]]
    assert sum(gain) / len(gain) > -0.03, points
    assert rig.manager.get(f"/projects/{project}/quality/cost") == cost


@case(in_slice=True)
def studies_are_for_those_who_run_the_project(rig):
    project = rig.project([line("a")], overlap=2)
    for part in ("/ranking", "/cost"):
        path = f"/projects/{project}/quality{part}"
        for client in (rig.owner, rig.manager, rig.auditor):
            empty = client.get(path)
            assert empty["question"] == "" and (empty.get("models"), empty.get("points")) in (
                ([], None), (None, [])), empty
        for client in (rig.expert1, rig.reviewer):
            assert client.call("GET", path).status == 403, part
        assert rig.anonymous.call("GET", path).status == 401, part
        reply = rig.manager.call("GET", f"{path}?question=none")
        assert (reply.status, reply.json["field"]) == (422, "question"), reply
