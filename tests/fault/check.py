"""What must hold after every fault, asked through the API while the people pause."""
import collections
import json
import time

from room import Lost

# Progress is computed at most four times a second; and PostgreSQL finishes what a killed server
# had already asked it to commit.
SETTLE_S = 0.4


def check(room, load, repeats=12):
    """Everything that is wrong, in words; empty when all holds."""
    time.sleep(SETTLE_S)
    ledger, project, manager = load.ledger, load.project, room.manager
    faults = []
    submissions = manager.items(f"/projects/{project}/submissions")
    tasks = manager.items(f"/projects/{project}/tasks")
    progress = manager.sure("GET", f"/projects/{project}/progress").json
    answers = exported(manager, project)
    by_id = {}
    for one in submissions:
        if one["id"] in by_id:
            faults.append(f"{one['id']} is listed twice")
        by_id[one["id"]] = one
    faults += acknowledged(ledger, by_id, answers)
    faults += over_collected(load, submissions, tasks)
    faults += sums(ledger, submissions, tasks, progress)
    faults += drafts(ledger)
    faults += repeated(ledger, repeats)
    faults += [f"unexpected: {text}" for text in ledger.unexpected]
    faults += [f"a client broke: {text}" for text in load.errors]
    return faults


def exported(manager, project):
    """id -> (revision, answers) of every submission, from the export."""
    reply = manager.sure("GET", f"/projects/{project}/export?format=guildhall&state=any")
    found = {}
    for line in reply.body.splitlines():
        record = json.loads(line)["submission"]
        found[record["id"]] = (record["revision"], record["answers"])
    return found


def acknowledged(ledger, by_id, answers):
    """Every acknowledged submission is there, once, with the answers it was acknowledged with."""
    for name, known in ledger.submissions.items():
        held = by_id.get(name)
        if held is None:
            yield f"LOST: the acknowledged {name} is not there"
            continue
        for field in ("task", "member", "assignment"):
            if held[field] != known[field]:
                yield f"{name}: {field} is {held[field]}, acknowledged with {known[field]}"
    for name, revisions in ledger.revisions.items():
        newest = max(revisions)
        if name not in by_id:
            yield f"LOST: {name}, whose revision {newest} was acknowledged, is not there"
            continue
        if by_id[name]["revision"] < newest:
            yield f"LOST: {name} is at revision {by_id[name]['revision']}, not {newest}"
        if name in answers and answers[name][0] == newest and answers[name][1] != revisions[newest]:
            yield f"{name}: other answers than acknowledged: {answers[name]}"
    for name, (revision, given) in answers.items():
        if name not in by_id:
            yield f"{name} is exported, not listed"
        elif revision != by_id[name]["revision"]:
            yield f"{name} is exported at revision {revision}, listed at another"
        if given["justification"] not in ledger.attempted:
            yield f"{name}: nobody sent these answers: {given}"
    missing = [n for n, one in by_id.items() if n not in answers and one["state"] != "rejected"]
    if missing:
        yield f"{len(missing)} submissions are not exported, {missing[0]} for one"
    final = {"accept": "accepted", "reject": "rejected", "fix": "fixed"}
    for name, (verdict, _) in ledger.verdicts.items():
        state = by_id[name]["state"] if name in by_id else "absent"
        if verdict in final and state != final[verdict]:
            yield f"LOST: {name} is {state} after an acknowledged {verdict}"


def over_collected(load, submissions, tasks):
    placed, people, every = (collections.Counter() for _ in range(3))
    for one in submissions:
        every[one["task"]] += 1
        placed[one["task"]] += one["state"] != "rejected"
        people[one["task"], one["member"]] += 1
    for (task, member), count in people.items():
        if count > 1:
            yield f"{member} answered {task} {count} times"
        if (task, member) in load.ledger.skips:
            yield f"{member} answered {task}, having skipped it"
    for task in tasks:
        if placed[task["id"]] + task["leased"] > load.overlap:
            yield f"{task['id']} has {placed[task['id']]} answers and {task['leased']} leases"
        if task["submitted"] != every[task["id"]]:
            yield f"{task['id']} says {task['submitted']} submitted, listed {every[task['id']]}"
    unknown = set(placed) - {task["id"] for task in tasks}
    if unknown:
        yield f"answers to tasks that are not there: {unknown}"


def sums(ledger, submissions, tasks, progress):
    """The counters against what the lists hold."""
    states = collections.Counter(one["state"] for one in submissions)
    kept = collections.Counter(task["state"] for task in tasks)
    counted = {**progress["submissions"], **{f"tasks {k}": v for k, v in progress["tasks"].items()},
               "leased": progress["leased"]}
    listed = {"submitted": len(submissions), "in_review": states["in_review"],
              "accepted": states["accepted"] + states["fixed"], "returned": states["returned"],
              "rejected": states["rejected"], "tasks total": len(tasks),
              "tasks open": kept["open"], "tasks done": kept["done"],
              "leased": sum(task["leased"] for task in tasks)}
    for name, number in listed.items():
        if counted[name] != number:
            yield f"progress says {name} {counted[name]}, the lists {number}"
    if len(tasks) < ledger.imported:
        yield f"LOST: {ledger.imported} tasks were acknowledged, {len(tasks)} are there"


def drafts(ledger, sample=10):
    kept = [(name, held) for name, held in ledger.drafts.items() if name not in ledger.ended]
    for name, (person, revision, answers) in kept[-sample:]:
        reply = person.sure("GET", f"/assignments/{name}", status=(200, 404, 409, 410))
        if reply.status != 200:
            continue  # the reservation has run out
        draft = reply.json.get("draft")
        if not draft or draft["revision"] < revision:
            yield f"LOST: draft {revision} of {name} was acknowledged, there is {draft}"
        elif draft["revision"] == revision and draft["answers"] != answers:
            yield f"draft {revision} of {name}: other answers than acknowledged"


def repeated(ledger, sample):
    """The same key gives the same reply, whatever died meanwhile."""
    every = ledger.repeats
    chosen = every[-sample:] + every[:: max(1, len(every) // max(1, sample))][:sample]
    for person, path, body, key, first in chosen:
        try:
            again = person.call("POST", path, body, key=key)
        except Lost:
            again = person.call("POST", path, body, key=key)
        if again.status != 201 or again.body != first:
            yield f"{path} under {key}: first {first!r}, again {again!r}"
