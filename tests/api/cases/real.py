"""Real inputs, worked to the end by ten simulated experts through the API; the delivery is then
held against what was submitted, record by record. Skipped where the inputs are absent:
GUILDHALL_DATA names their folder."""
import csv
import hashlib
import json
import os
import pathlib
import threading
import time

from support.registry import Skip, case, seeded
from support.rig import together
from support.servers import ROOT

DATA = pathlib.Path(os.environ.get("GUILDHALL_DATA", ROOT.parent / "shared" / "data"))


def folder(name):
    if not (DATA / name).is_dir():
        raise Skip(f"no {DATA / name}")
    return DATA / name


def rows(path):
    with path.open() as lines:
        return [json.loads(row) for row in lines]


def arena():
    """Prompts with two models' answers."""
    here = folder("arena-hard")
    sides = []
    for path in sorted(here.glob("answers-*.jsonl")):
        sides.append({row["uid"]: (row["messages"][-1]["content"], row["model"])
                      for row in rows(path)})
    for row in rows(here / "question.jsonl"):
        responses = []
        for side in sides:
            content, model = side[row["uid"]]
            text = content["answer"] if isinstance(content, dict) else content
            responses.append({"text": text, "model": model})
        yield {"key": row["uid"], "data": {"prompt": row["prompt"], "responses": responses}}


SHORT = ("I would compare three options by price and by how well they fit, and name the shop for "
         "each. Without knowing your budget I cannot be exact.",
         "Buy the first one that you find; they are all the same.")


def rubrics():
    """One row per criterion, grouped by task; hurdles are gates. Every other task gets the second
    of two responses."""
    tasks = {}
    for path in sorted(folder("mercor-ace").glob("ACE-*.csv")):
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                tasks.setdefault((path.stem, row["Task ID"]), []).append(row)
    for number, ((domain, task), criteria) in enumerate(sorted(tasks.items())):
        yield {"key": f"{domain}-{task}", "batch": domain, "data": {
            "prompt": criteria[0]["Prompt"], "response": SHORT[number % 2],
            "rubric": [{"id": f"c{index}", "criterion": row[criterion_column(row)], "points": 1,
                        "gate": "hurdle" in row[hurdle_column(row)].lower()}
                       for index, row in enumerate(criteria)]}}


def column(row, *words):
    return next(name for name in row if all(word in name.lower() for word in words))


def criterion_column(row):
    return next((n for n in ("Criterion", "Description", "Criteria") if n in row),
                None) or column(row, "criteri")


def hurdle_column(row):
    return next((n for n in row if "hurdle" in n.lower()), None) or column(row, "tag")


def runs():
    """Tool-using runs as trajectories."""
    path = next(iter(sorted(folder("tau-bench").glob("*airline*.json*"))), None)
    if path is None:
        raise Skip(f"no airline runs in {DATA / 'tau-bench'}")
    text = path.read_text()
    items = json.loads(text) if text.lstrip().startswith("[") else rows(path)
    for number, run in enumerate(items):
        yield {"key": f"run-{number}", "data": {"messages": run.get("traj") or run["messages"]}}


def judge_pair(random, _):
    choice = random.choice(["a", "b", "tie", "both_bad"])
    return {"choice": choice, "strength": random.randint(1, 3),
            "justification": "Größer ≠ besser"}


def grade(random, data):
    return {"criteria": {c["id"]: random.choice([True, False, None]) for c in data["rubric"]}}


def rate(random, data):
    steps = sum(1 for message in data["messages"] if message["role"] == "assistant")
    return {"steps": [random.choice([-1, 0, 1]) for _ in range(steps)],
            "overall": random.choice(["success", "partial", "failure"])}


def to_the_end(rig, project, answer, people=10):
    """Everybody takes what they are given until nothing is left; {submission id: what was sent}."""
    sent, lock = {}, threading.Lock()

    def work(number):
        client, random = rig.expert(number).clone(), seeded(number)
        while True:
            held = client.claim(project)
            if held == "none-left":
                return
            if isinstance(held, str):
                time.sleep(0.02)
                continue
            answers = answer(random, held["task"]["data"])
            client.put(f"/assignments/{held['id']}/draft",
                       {"token": held["lease"]["token"], "revision": 1, "answers": answers})
            made = client.submit(held, answers, active_ms=5, key=f"s-{held['id']}")
            with lock:
                sent[made["id"]] = {"task": held["task"]["id"], "answers": answers,
                                    "member": client.member, "shown": held["task"]["data"],
                                    "presentation": held.get("presentation")}
    together([lambda n=n: work(n) for n in range(1, people + 1)])
    return sent


def order_of(made):
    """In which order the responses were shown; nothing where there is nothing to order."""
    return (made.get("presentation") or {}).get("order") or []


def hidden(data):
    """The data as an expert is shown it: without model names."""
    if "responses" not in data:
        return data
    return dict(data, responses=[{k: v for k, v in one.items() if k != "model"}
                                 for one in data["responses"]])


def whole_way(rig, form, lines, answer, overlap=1):
    lines = list(lines)
    by_key = {one["key"]: one for one in lines}
    project = rig.project(template=form, experts=10, overlap=overlap)
    report = rig.load(project, lines)
    assert (report["imported"], report["rejected"]) == (len(lines), 0), report
    assert len(by_key) == len(lines)
    sent = to_the_end(rig, project, answer)
    assert len(sent) == len(lines) * overlap, len(sent)
    delivery = rig.manager.post(f"/projects/{project}/deliveries", {"format": "guildhall"})
    while delivery["state"] == "building":
        time.sleep(0.1)
        delivery = rig.manager.get(f"/deliveries/{delivery['id']}")
    body = rig.manager.get(f"/deliveries/{delivery['id']}/records").body
    assert hashlib.sha256(body).hexdigest() == delivery["manifest"]["sha256"]
    per_task = {}
    for row in body.splitlines():
        record = json.loads(row)
        mine = sent.pop(record["submission"]["id"])
        task = record["task"]
        assert record["submission"]["answers"] == mine["answers"], record["submission"]
        assert record["submission"]["member"] == mine["member"], record["submission"]
        assert task["id"] == mine["task"] and task["data"] == by_key[task["key"]]["data"], task
        assert mine["shown"] == hidden(task["data"]), task["key"]
        assert order_of(record) == order_of(mine), record["submission"]["id"]
        assert task["batch"] == by_key[task["key"]].get("batch"), task["batch"]
        per_task[task["key"]] = per_task.get(task["key"], 0) + 1
    assert not sent, f"{len(sent)} submissions are not in the delivery"
    assert per_task == dict.fromkeys(by_key, overlap)
    progress = rig.progress(project)
    assert progress["tasks"]["done"] == len(lines) and progress["leased"] == 0, progress
    return project


@case()
def arena_hard_as_500_preference_tasks(rig):
    lines = list(arena())
    assert len(lines) == 500
    project = whole_way(rig, "preference", lines, judge_pair)
    rows_ = rig.manager.get(f"/projects/{project}/export?format=trl-preference").body
    prompts = {line["data"]["prompt"] for line in lines}
    assert all(json.loads(row)["prompt"] in prompts for row in rows_.splitlines())


@case()
def mercor_ace_as_80_rubrics(rig):
    lines = list(rubrics())
    assert len(lines) == 80 and sum(len(one["data"]["rubric"]) for one in lines) == 592, len(lines)
    assert any(c["gate"] for one in lines for c in one["data"]["rubric"])
    project = whole_way(rig, "rubric", lines, grade, overlap=2)
    rows_ = rig.manager.get(f"/projects/{project}/export?format=healthbench").body.splitlines()
    assert sum(len(json.loads(row)["rubrics"]) for row in rows_) == 592
    gates = sum(c["tags"] == ["gate"] for row in rows_ for c in json.loads(row)["rubrics"])
    assert gates == sum(c["gate"] for one in lines for c in one["data"]["rubric"])


@case()
def tau_bench_airline_as_200_trajectories(rig):
    lines = list(runs())
    assert len(lines) == 200, len(lines)
    whole_way(rig, "trajectory", lines, rate)
