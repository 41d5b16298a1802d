"""Arena-hard's questions with two models' answers, judged by experts of known skill: the figures
must find who is good, and what is right better than a majority does."""
import random

from cases.quality import finds_who_is_good, read
from cases.real import arena
from support.registry import case

SKILLS = (0.95, 0.92, 0.89, 0.86, 0.82, 0.78, 0.74, 0.7, 0.66, 0.62, 0.58, 0.55)
TASKS, OVERLAP = 300, 5  # 125 answers each: fewer, and chance alone turns their order


def coin(key):
    """What is taken for right; half the tasks each."""
    return random.Random(f"right {key}").choice("ab")


def work(rig, project, shuffled, seed=23):
    """Everybody in turns, so that each meets others; shuffled: anybody's skill each time. The
    tasks' keys, and how often each was right."""
    chance = random.Random(seed)
    keys = {task["id"]: task["key"] for task in rig.tasks(project)}
    people = list(zip(rig.experts(len(SKILLS)), SKILLS))
    orders, given, hits = set(), [0] * len(SKILLS), [0] * len(SKILLS)
    while people:
        for client, skill in list(people):
            reply = client.call("POST", f"/projects/{project}/assignments")
            if reply.status == 204:
                people.remove((client, skill))
                continue
            orders.add(tuple(reply.json["presentation"]["order"]))
            right = coin(keys[reply.json["task"]["id"]])
            knows = chance.random() < (chance.choice(SKILLS) if shuffled else skill)
            said = right if knows else "ab"[right == "a"]
            client.submit(reply.json, {"choice": said, "strength": 1})
            person = SKILLS.index(skill)
            given[person] += 1
            hits[person] += said == right
    assert orders == {(0, 1), (1, 0)} and sum(given) == TASKS * OVERLAP, (orders, given)
    return keys, [hit / max(1, n) for hit, n in zip(hits, given)]


def best_two(rig, project):
    rows = rig.manager.items(f"/projects/{project}/quality/members")
    number = {client.member: at for at, client in enumerate(rig.experts(len(SKILLS)))}
    return {number[row["member"]] for row in rows[:2]}


@case()
def arena_hard_with_experts_of_known_skill(rig):
    lines = list(arena())
    assert len(lines) == 500
    rho = {}
    for shuffled in (False, True):
        project = rig.project(lines[:TASKS], template="preference", experts=len(SKILLS),
                              overlap=OVERLAP, max_open=1)
        keys, shares = work(rig, project, shuffled)
        question = read(rig, project)["questions"][0]
        assert (question["tasks"], question["judgments"]) == (TASKS, TASKS * OVERLAP), question
        rho[shuffled] = finds_who_is_good(rig, project, SKILLS)
        if shuffled:
            continue
        # Chance made somebody right oftener than they are able: by what they did, the best three,
        # and whoever is one answer from it.
        third = sorted(shares)[-3]
        assert all(shares[at] >= third - 1.5 * len(SKILLS) / (TASKS * OVERLAP)
                   for at in best_two(rig, project)), (best_two(rig, project), shares)
        tasks = rig.manager.items(f"/projects/{project}/quality/tasks")
        got = sum(row["label"] == coin(keys[row["task"]]) for row in tasks)
        majority = sum(max("ab", key=[v["label"] for v in row["votes"]].count)
                       == coin(keys[row["task"]]) for row in tasks)
        assert got >= majority, (got, majority)
        ranking = rig.manager.get(f"/projects/{project}/quality/ranking")
        assert {one["model"] for one in ranking["models"]} == {
            "gpt-4-0314", "gpt-3.5-turbo-0125"}, ranking
    assert rho[False] >= 0.8, rho
    assert rho[True] < 0.8, rho  # the control: nobody can be found
