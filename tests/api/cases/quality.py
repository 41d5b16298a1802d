"""The figures on quality: who is good, what is right, and that nothing is opened twice for them."""
import random
import time

from support.registry import case
from support.rig import line
from support.sql import Sql

LABELS = ("yes", "no")


def truth_of(number):
    return LABELS[number * 7 % 10 < 5]


def other(label):
    return LABELS[label == "yes"]


def answer_all(rig, project, skills, seed, count, of=lambda key: truth_of(int(key)), wrong=other,
               shuffled=False):
    """Expert k answers every task, right as often as skills[k] says; shuffled: anybody's."""
    chance = random.Random(seed)
    keys = {task["id"]: task["key"] for task in rig.tasks(project)}
    assert len(keys) == count, len(keys)
    for client, skill in zip(rig.experts(len(skills)), skills):
        while True:
            reply = client.call("POST", f"/projects/{project}/assignments")
            if reply.status == 204:
                break
            held = reply.json
            right = of(keys[held["task"]["id"]])
            knows = chance.random() < (chance.choice(skills) if shuffled else skill)
            client.submit(held, {"choice": right if knows else wrong(right)}, active_ms=0)


def read(rig, project):
    """The figures once all answers are read."""
    for _ in range(120):
        figures = rig.manager.get(f"/projects/{project}/quality")
        if figures["reading"]["done"]:
            return figures
        time.sleep(0.5)
    raise AssertionError(figures["reading"])


def until(wanted, get, what=None):
    """Figures are computed anew some seconds after a change at the latest."""
    for _ in range(60):
        found = get()
        if found == wanted:
            return
        time.sleep(0.1)
    raise AssertionError((found, wanted, what))


def spearman(one, other_):
    def ranks(values):
        order = sorted(range(len(values)), key=lambda i: values[i])
        return {at: rank for rank, at in enumerate(order)}
    a, b, n = ranks(one), ranks(other_), len(one)
    return 1 - 6 * sum((a[i] - b[i]) ** 2 for i in range(n)) / (n * (n * n - 1))


def finds_who_is_good(rig, project, skills):
    """How well the order of the people follows their known skill."""
    rows = rig.manager.items(f"/projects/{project}/quality/members")
    place = {row["member"]: row for row in rows}
    assert len(place) == len(skills), place
    found = [place[client.member]["skill"]["lower"] for client in rig.experts(len(skills))]
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1)), rows
    assert all(row["skill"]["lower"] <= row["skill"]["mean"] <= row["skill"]["upper"]
               for row in rows), rows
    return spearman(found, skills)


SKILLS = (0.98, 0.94, 0.9, 0.85, 0.75, 0.66, 0.58, 0.5)


@case(in_slice=True)
def the_page_finds_who_is_good(rig):
    count = 40
    lines = [line(str(n), {"prompt": f"Number {n}?"}) for n in range(count)]
    rho = {}
    for shuffled in (False, True):
        project = rig.project(lines, experts=len(SKILLS), overlap=len(SKILLS), max_open=1)
        answer_all(rig, project, SKILLS, 5, count, shuffled=shuffled)
        figures = read(rig, project)
        rho[shuffled] = finds_who_is_good(rig, project, SKILLS)
        if shuffled:
            continue
        question = figures["questions"][0]
        assert question["judgments"] == count * len(SKILLS), question
        assert question["tasks"] == count and question["people"] == len(SKILLS), question
        assert 0.2 < question["agreement"]["value"] < 0.7, question
        assert question["agreement"]["error"] > 0 and question["truth"]["method"], question
        keys = {task["id"]: task["key"] for task in rig.tasks(project)}
        tasks = rig.manager.items(f"/projects/{project}/quality/tasks")
        right = sum(row["label"] == truth_of(int(keys[row["task"]])) for row in tasks)
        assert len(tasks) == count and right >= count - 2, right
        assert [row["sure"] for row in tasks] == sorted(row["sure"] for row in tasks), tasks
        worst = {alert["member"] for alert in figures["alerts"] if alert["kind"] == "low-skill"}
        assert rig.expert(1).member not in worst, figures["alerts"]
    assert rho[False] > 0.85, rho
    assert rho[True] < 0.6, rho  # the control: with answers shuffled nobody can be found


@case(in_slice=True)
def figures_are_kept_up_to_date_without_a_second_opening(rig):
    project = rig.project([line(f"k{n}") for n in range(3)], overlap=3, max_open=3,
                          review_percent=100)
    path = f"/projects/{project}/quality"
    none = rig.manager.get(path)
    assert none["reading"] == {"done": True, "answers": 0, "read": 0, "left_out": 0,
                               "damaged": 0}, none
    assert none["questions"] == [] and none["alerts"] == [], none
    assert rig.manager.items(f"{path}/members") == []

    def opened():
        seen = rig.auditor.get(f"/log/openings?project={project}&limit=200")["items"]
        return sum(item["count"] for item in seen if item["reason"] == "quality")

    def count():
        question = read(rig, project)["questions"]
        return question[0]["judgments"] if question else 0

    first = rig.expert1.submit(rig.expert1.claim(project), {"choice": "yes"})
    until(1, count)
    assert opened() == 0, "what was submitted while the figures are held is opened by nobody"
    second = rig.expert2.submit(rig.expert2.claim(project), {"choice": "no"})
    until(2, count)
    rig.manager.post(f"/submissions/{first['id']}/reviews", {"verdict": "reject",
                                                             "reason": "wrong"})
    until(1, count)
    rig.manager.post(f"/submissions/{second['id']}/reviews",
                     {"verdict": "fix", "answers": {"choice": "yes"}})
    fixed = {"submission": second["id"], "member": rig.expert2.member, "label": "no"}
    until([fixed], lambda: rig.manager.items(f"{path}/tasks")[0]["votes"],
          "a fixed answer stays its author's own")
    held = rig.expert3.claim(project)
    third = rig.expert3.submit(held, {"choice": "yes"})
    rig.manager.post(f"/submissions/{third['id']}/reviews", {"verdict": "return",
                                                             "reason": "wrong"})
    until(1, count)
    again = rig.expert3.get(f"/assignments/{third['assignment']}")
    rig.expert3.post(f"/submissions/{third['id']}/revision",
                     {"token": again["lease"]["token"], "answers": {"choice": "no"}})
    until(2, count)
    assert opened() == 0
    # Another process, or this one after a start, reads them all.
    rig.server.stop()
    rig.server.start()
    until(2, count)
    until(2, opened)


@case(in_slice=True)
def check_tasks_count_with_what_is_right(rig):
    lines = [line(f"g{n}", gold={"answers": {"choice": "yes"}}) for n in range(4)]
    lines += [line(f"w{n}") for n in range(12)]
    project = rig.project(lines, overlap=3, max_open=5, gold_percent=50)
    path = f"/projects/{project}/quality"
    for client, label in ((rig.expert1, "yes"), (rig.expert2, "no")):
        for _ in range(40):
            reply = client.call("POST", f"/projects/{project}/assignments")
            if reply.status == 204:
                break
            client.submit(reply.json, {"choice": label})
    question = read(rig, project)["questions"][0]
    assert question["gold"] >= 1 and question["consensus"]["gold_tasks"] >= 1, question
    tasks = rig.manager.items(f"{path}/tasks")
    golden = [row for row in tasks if row["gold"] is not None]
    assert golden and all((row["gold"], row["label"]) == ("yes", "yes") and row["sure"] > 0.999999
                          for row in golden), tasks
    people = {row["member"]: row for row in rig.manager.items(f"{path}/members")}
    good, bad = people[rig.expert1.member], people[rig.expert2.member]
    assert good["gold_right"] == good["gold_seen"] > 0 == bad["gold_right"], people
    assert good["rank"] == 1 and bad["rank"] == 2, people
    # The right answer is another: so are the figures.
    for row in golden:
        rig.manager.patch(f"/tasks/{row['task']}", {"gold": {"choice": "no"}})
    until(rig.expert2.member, lambda: rig.manager.items(f"{path}/members")[0]["member"])


@case(in_slice=True)
def figures_are_for_those_who_run_the_project(rig):
    project = rig.project([line("a")], overlap=2)
    for part in ("", "/tasks", "/members", "/vendors"):
        path = f"/projects/{project}/quality{part}"
        for client in (rig.owner, rig.manager, rig.auditor):
            assert client.call("GET", path).status == 200, part
        for client in (rig.expert1, rig.reviewer):
            assert client.call("GET", path).status == 403, part
        assert rig.anonymous.call("GET", path).status == 401, part
    rig.expert1.submit(rig.expert1.claim(project), {"choice": "yes"})
    read(rig, project)
    for query, field in (("question=none", "question"), ("order=best", "order"),
                         ("limit=0", "limit"), ("cursor=x", "cursor")):
        reply = rig.manager.call("GET", f"/projects/{project}/quality/tasks?{query}")
        assert (reply.status, reply.json["field"]) == (422, field), (query, reply)
    asked = rig.manager.items(f"/projects/{project}/quality/tasks?question=choice")
    assert len(asked) == 1, asked


@case(in_slice=True)
def what_was_altered_in_the_store_is_counted_and_ends_no_figures(rig):
    lines = [line(f"g{n}", gold={"answers": {"choice": "yes"}}) for n in range(2)]
    project = rig.project(lines + [line(f"k{n}") for n in range(4)], overlap=3, max_open=9,
                          gold_percent=50)
    for client in rig.experts(3):
        while (reply := client.call("POST", f"/projects/{project}/assignments")).status == 201:
            client.submit(reply.json, {"choice": "yes"})
    sql = Sql(rig)
    number = sql.run("SELECT max(project) FROM project WHERE room = {}", sql.room)[0][0]
    of_project = f"room = {sql.room} AND project = {number}"
    answers = [int(row[0]) for row in sql.run(
        f"SELECT answers_ref FROM revision WHERE {of_project} ORDER BY assignment")]
    gold = [int(row[0]) for row in sql.run(
        f"SELECT gold_ref FROM task WHERE {of_project} AND kind = 2")]
    all_answers = len(answers)
    assert all_answers >= 12 and len(gold) == 2, (answers, gold)

    def put(ref, other_ref):
        sql.run("UPDATE content SET body = (SELECT body FROM content WHERE ref = {}) WHERE"
                f" {of_project} AND ref = {{}}", other_ref, ref)
    put(answers[0], answers[1])  # moved
    put(gold[0], answers[1])
    sql.run(f"DELETE FROM content WHERE {of_project} AND ref = {{}}", answers[2])
    figures = read(rig, project)
    assert figures["reading"] == {"done": True, "answers": all_answers, "read": all_answers,
                                  "left_out": 0, "damaged": 3}, figures["reading"]
    assert figures["questions"][0]["judgments"] == all_answers - 2, figures["questions"]
    assert figures["questions"][0]["gold"] in (1, 2), figures["questions"]


@case(in_slice=True)
def rubrics_and_vendors(rig):
    rubric = [{"id": f"c{n}", "criterion": f"Says {n}", "points": 1} for n in range(6)]
    lines = [line(f"r{n}", {"prompt": "p", "response": "r", "rubric": rubric}) for n in range(4)]
    project = rig.project(lines, template="rubric", overlap=2, max_open=9)
    north = rig.invite("expert", [project], vendor="Agency North")
    south = rig.invite("expert", [project], vendor="Agency South")
    for client in (north, south):
        for _ in range(4):
            verdicts = {f"c{n}": n % 2 == 0 if client is north or n else None for n in range(6)}
            client.submit(client.claim(project), {"criteria": verdicts})
    question = read(rig, project)["questions"][0]
    assert question["parts"] and question["tasks"] == 24 and question["judgments"] == 48, question
    assert question["labels"] == ["no", "yes", "cannot-tell"], question
    parts = {row["part"] for row in rig.manager.items(f"/projects/{project}/quality/tasks")}
    assert parts == {f"c{n}" for n in range(6)}, parts
    vendors = rig.manager.items(f"/projects/{project}/quality/vendors")
    assert {(v["vendor"], v["people"], v["judgments"]) for v in vendors} == {
        ("Agency North", 1, 24), ("Agency South", 1, 24)}, vendors
    assert all(v["against"]["tasks"] == 24 and 0 <= v["against"]["p"] <= 1
               for v in vendors), vendors


@case()
def more_is_asked_only_where_it_pays(rig):
    count, least, most = 40, 2, 7
    skills = (0.97, 0.95, 0.92, 0.9, 0.85, 0.8, 0.75)
    lines = [line(str(n), {"prompt": f"Number {n}?"}) for n in range(count)]
    project = rig.project(lines, experts=len(skills), overlap=most, overlap_floor=least,
                          max_open=1)
    keys = {task["id"]: task["key"] for task in rig.tasks(project)}
    assert all(task["overlap"] == least for task in rig.tasks(project))
    chance, quiet = random.Random(3), 0
    while quiet < 5:
        answered = 0
        for client, skill in zip(rig.experts(len(skills)), skills):
            while (reply := client.call("POST", f"/projects/{project}/assignments")).status == 201:
                right = truth_of(int(keys[reply.json["task"]["id"]]))
                said = right if chance.random() < skill else other(right)
                client.submit(reply.json, {"choice": said})
                answered += 1
        quiet = 0 if answered else quiet + 1
        time.sleep(0.7)
    tasks = rig.tasks(project)
    given = [task["submitted"] for task in tasks]
    assert all(task["state"] == "done" for task in tasks), tasks
    assert all(least <= n <= most for n in given), given
    assert len(set(given)) > 1 and sum(given) < count * most * 0.8, given
    wanted = rig.progress(project)["submissions"]["wanted"]
    assert wanted == sum(given), (wanted, given)
    votes = {row["task"]: [vote["label"] for vote in row["votes"]]
             for row in rig.manager.items(f"/projects/{project}/quality/tasks")}
    agreed = [n for task, n in zip(tasks, given) if len(set(votes[task["id"]])) == 1]
    differed = [n for task, n in zip(tasks, given) if len(set(votes[task["id"]])) > 1]
    assert sum(differed) / len(differed) > sum(agreed) / len(agreed), (agreed, differed)
