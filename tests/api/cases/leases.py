"""Exactness of the work: leases that run out, overlap under many hands, gold, idempotency."""
import collections
import json
import time

from support.client import API
from support.registry import case
from support.rig import NO, YES, line, together


def expire(lease_s=1):
    time.sleep(lease_s + 0.15)


@case(in_slice=True)
def a_late_submission_is_taken_if_its_place_is_free(rig):
    project = rig.project([line("a")], lease_s=1)
    held = rig.expert1.claim(project)
    expire()
    made = rig.expert1.submit(held, YES)
    assert made["state"] == "accepted", made
    assert rig.progress(project)["tasks"]["done"] == 1


@case(in_slice=True)
def a_late_submission_is_refused_if_the_place_is_taken_and_kept_as_a_draft(rig):
    project = rig.project([line("a")], lease_s=1)
    first = rig.expert1.claim(project)
    expire()
    # Whoever asks in the very moment in which the lapsed lease is taken back asks again.
    second = next(held for held in (rig.expert2.claim(project) for _ in range(20))
                  if not isinstance(held, str) or time.sleep(0.05))
    assert second["task"]["id"] == first["task"]["id"], second
    reply = rig.expert1.call("POST", f"/assignments/{first['id']}/submission",
                             {"token": first["lease"]["token"], "answers": NO})
    assert (reply.status, reply.problem) == (409, "place-taken"), reply
    assert reply.json["draft_kept"] is True, reply
    assert rig.expert1.get(f"/assignments/{first['id']}")["draft"]["answers"] == NO
    rig.expert2.submit(second, YES)
    counts = rig.progress(project)["submissions"]
    assert (counts["submitted"], counts["accepted"]) == (1, 1), counts


@case()
def an_expired_lease_may_go_back_with_its_draft_and_a_new_token(rig):
    project = rig.project([line("a")], lease_s=1)
    first = rig.expert1.claim(project)
    rig.expert1.put(f"/assignments/{first['id']}/draft",
                    {"token": first["lease"]["token"], "revision": 1, "answers": NO})
    expire()
    again = rig.expert1.claim(project)
    assert again["task"]["id"] == first["task"]["id"], again
    assert again["draft"]["answers"] == NO, again
    assert again["lease"]["token"] != first["lease"]["token"], again
    stale = rig.expert1.call("POST", f"/assignments/{first['id']}/submission",
                             {"token": first["lease"]["token"], "answers": YES})
    assert (stale.status, stale.problem) == (409, "stale-token"), stale
    assert rig.expert1.get(f"/assignments/{again['id']}")["draft"]["answers"] == YES
    rig.expert1.submit(again, YES)


@case()
def a_heartbeat_keeps_the_lease(rig):
    project = rig.project([line("a")], lease_s=1)
    held = rig.expert1.claim(project)
    for _ in range(3):
        time.sleep(0.6)
        rig.expert1.post(f"/assignments/{held['id']}/heartbeat",
                         {"token": held["lease"]["token"]}, 200)
    assert rig.expert2.claim(project) == "all-leased"
    rig.expert1.submit(held, YES)


@case(in_slice=True)
def overlap_is_exact_under_sixteen_hands(rig):
    tasks, overlap = 60, 3
    project = rig.project([line(f"t{n}") for n in range(tasks)], experts=16, overlap=overlap,
                          max_open=2)
    done = collections.defaultdict(list)

    def work(client, number):
        while True:
            held = client.claim(project)
            if isinstance(held, str):
                if held == "none-left":
                    return
                time.sleep(0.01)
                continue
            if len(done[number]) % 7 == 6:
                client.post(f"/assignments/{held['id']}/skip",
                            {"token": held["lease"]["token"], "reason": "other"}, 204)
                done[number].append(None)
                continue
            client.submit(held, YES)
            done[number].append(held["task"]["id"])
    together([lambda n=n: work(rig.expert(n).clone(), n) for n in range(1, 17)])
    counts = collections.Counter(task for tasks in done.values() for task in tasks if task)
    for mine in done.values():
        had = [task for task in mine if task]
        assert len(had) == len(set(had)), "a task went twice to one person"
    assert sorted(counts.values()) == [overlap] * tasks, collections.Counter(counts.values())
    progress = rig.progress(project)
    assert progress["submissions"]["accepted"] == tasks * overlap, progress
    assert progress["tasks"]["done"] == tasks and progress["leased"] == 0, progress


@case()
def quota_of_the_project_counts_leases_too(rig):
    project = rig.project([line(f"t{n}") for n in range(5)], quota=2, max_open=5)
    first, second = rig.expert1.claim(project), rig.expert1.claim(project)
    assert rig.expert1.claim(project) == "quota"
    rig.expert1.submit(first, YES)
    assert rig.expert1.claim(project) == "quota"
    rig.expert1.submit(second, YES)
    assert rig.expert1.claim(project) == "quota"
    assert not isinstance(rig.expert2.claim(project), str)


@case(in_slice=True)
def check_tasks_look_like_any_other_and_are_scored(rig):
    gold = {"answers": {"choice": "yes"}, "reason": "It is wet."}
    project = rig.project([line("g", gold=gold)] + [line(f"t{n}") for n in range(3)],
                          gold_percent=50, gold_feedback=True, max_open=50)
    work, checks = [], []
    for _ in range(40):
        held = rig.expert1.claim(project)
        if isinstance(held, str):
            break
        assert held["kind"] == "work" and "gold" not in json.dumps(held), held
        made = rig.expert1.submit(held, YES)
        (checks if "gold" in made else work).append(made)
    assert len(work) == 3, work
    assert not checks or checks[0]["gold"] == {"right": True, "agreement": 1,
                                               "answers": {"choice": "yes"},
                                               "reason": "It is wet."}, checks
    shown = json.dumps(rig.expert1.get(f"/projects/{project}")) + \
        json.dumps(rig.expert1.items(f"/projects/{project}/submissions?mine"))
    assert "gold" not in shown.replace("gold_feedback", ""), shown
    assert rig.progress(project)["submissions"]["wanted"] == 3


@case()
def check_tasks_are_asked_and_counted(rig):
    lines = [line(f"g{n}", gold={"choice": "yes"}) for n in range(20)]
    project = rig.project(lines + [line(f"t{n}") for n in range(40)], gold_percent=50,
                          max_open=50, review_percent=100)
    made = []
    while not isinstance(held := rig.expert1.claim(project), str):
        made.append(rig.expert1.submit(held, NO if len(made) % 2 else YES))
    assert not any("gold" in one for one in made), "no feedback was asked for"
    figures = next(m for m in rig.manager.items(f"/projects/{project}/members")
                   if m["member"]["id"] == rig.expert1.member)
    assert 5 <= figures["gold_seen"] <= 20, figures
    assert 0 < figures["gold_right"] < figures["gold_seen"], figures
    delivered = rig.manager.post(f"/projects/{project}/deliveries",
                                 {"format": "guildhall", "filter": {"state": "any"}})
    assert delivered["manifest"]["records"] == 40, delivered


@case(in_slice=True)
def the_same_key_gives_the_same_answer(rig):
    body = {"title": "Once", "template": "choice"}
    first = rig.manager.call("POST", "/projects", body, key="k-1")
    again = rig.manager.call("POST", "/projects", body, key="k-1")
    assert first.status == again.status == 201 and first.body == again.body, again
    assert again.headers["Idempotency-Replayed"] == "true"
    other = rig.manager.call("POST", "/projects", dict(body, title="Twice"), key="k-1")
    assert (other.status, other.problem) == (422, "idempotency-mismatch"), other
    someone = rig.owner.call("POST", "/projects", body, key="k-1")
    assert someone.status == 201 and someone.json["id"] != first.json["id"], someone
    refused = rig.manager.call("POST", "/projects", {"title": "T", "template": "none"}, key="k-2")
    assert refused.status == 422
    assert rig.manager.call("POST", "/projects", body, key="k-2").status == 201


@case(in_slice=True)
def one_key_in_many_hands_runs_once(rig):
    replies = []
    body = {"title": "Race", "template": "choice"}
    together([lambda c=rig.manager.clone(): replies.append(
        c.call("POST", "/projects", body, key="race")) for _ in range(12)])
    made = {reply.json["id"] for reply in replies if reply.status == 201}
    assert len(made) == 1, replies
    assert all(reply.status == 201 or reply.problem == "idempotency-running"
               for reply in replies), replies


@case(in_slice=True)
def a_submission_is_idempotent_also_after_it_moved_on(rig):
    project = rig.project([line("a")], review_percent=100)
    held = rig.expert1.claim(project)
    path = f"/assignments/{held['id']}/submission"
    body = {"token": held["lease"]["token"], "answers": YES, "active_ms": 5}
    first = rig.expert1.call("POST", path, body, key="s-1")
    again = rig.expert1.call("POST", path, body, key="s-1")
    assert first.status == again.status == 201 and first.body == again.body, again
    other = rig.expert1.call("POST", path, dict(body, answers=NO), key="s-1")
    assert (other.status, other.problem) == (422, "idempotency-mismatch"), other
    assert rig.progress(project)["submissions"]["submitted"] == 1


@case(in_slice=True)
def removed_people_lose_everything_at_once(rig):
    project = rig.project([line("a")])
    gone = rig.invite("expert", [project])
    token = gone.post("/tokens", {"name": "t"})["token"]
    held = gone.claim(project)
    assert rig.expert1.claim(project) == "all-leased"
    rig.owner.delete(f"/members/{gone.member}")
    for headers in ({"Cookie": gone.cookie}, {"Authorization": f"Bearer {token}"}):
        assert gone.send("GET", f"{API}/me", None, headers).status == 401
    taken = rig.expert1.claim(project)
    assert taken["task"]["id"] == held["task"]["id"], taken


@case()
def out_of_the_project_means_out_of_its_leases(rig):
    project = rig.project([line("a")])
    held = rig.expert1.claim(project)
    rig.manager.delete(f"/projects/{project}/members/{rig.expert1.member}")
    assert rig.expert1.call("POST", f"/assignments/{held['id']}/submission",
                            {"token": held["lease"]["token"], "answers": YES}).status == 404
    assert rig.expert2.claim(project)["task"]["id"] == held["task"]["id"]


@case(in_slice=True)
def differing_answers_are_settled_by_a_third_person(rig):
    project = rig.project([line("a"), line("b")], overlap=2, adjudicate=True)
    for client, answers in ((rig.expert1, (YES, YES)), (rig.expert2, (YES, NO))):
        for answer in answers:
            client.submit(client.claim(project), answer)
    assert rig.progress(project)["adjudications"] == {"open": 1, "done": 0}
    held = rig.reviewer.claim(project, "adjudication")
    sides = held["adjudication"]["submissions"]
    assert sorted(side["answers"]["choice"] for side in sides) == ["no", "yes"], held
    assert rig.reviewer.claim(project, "adjudication") in ("none-left", "all-leased")
    rig.reviewer.post(f"/tasks/{held['task']['id']}/adjudication",
                      {"token": "12345", "answers": NO}, 409)
    rig.reviewer.post(f"/tasks/{held['task']['id']}/adjudication",
                      {"token": held["lease"]["token"], "answers": NO})
    counts = rig.progress(project)["adjudications"]
    assert counts == {"open": 0, "done": 1}, counts
    answers = {sub["adjudicated"]: sub["answers"]["choice"] for sub in (
        json.loads(row)["submission"] for row in rig.manager.get(
            f"/projects/{project}/export?format=guildhall").body.splitlines())
        if sub.get("adjudicated")}
    assert answers == {True: "no"}, answers


@case()
def nobody_reviews_their_own_work(rig):
    project = rig.project([line("a")], review_percent=100)
    held = rig.reviewer.claim(project)
    made = rig.reviewer.submit(held, YES)
    assert isinstance(rig.reviewer.claim(project, "review"), str)
    rig.manager.post(f"/submissions/{made['id']}/reviews", {"verdict": "accept"})
    held = None
    project = rig.project([line("a")], review_percent=100)
    made = rig.manager.submit(rig.manager.claim(project), YES)
    refused = rig.manager.call("POST", f"/submissions/{made['id']}/reviews",
                               {"verdict": "accept"})
    assert (refused.status, refused.problem) == (403, "own-work"), refused


@case()
def many_verdicts_under_one_key_are_given_once(rig):
    project = rig.project([line(f"t{n}") for n in range(6)], review_percent=100, max_open=6)
    made = [rig.expert1.submit(rig.expert1.claim(project), YES)["id"] for _ in range(6)]
    body, replies = {"submissions": made}, []
    path = f"/projects/{project}/reviews"
    together([lambda c=rig.reviewer.clone(): replies.append(
        c.call("POST", path, body, key="bulk-1")) for _ in range(4)])
    done = [reply.json for reply in replies if reply.status == 200]
    assert done and all(one == {"accepted": 6, "refused": []} for one in done), replies
    assert all(r.status == 200 or r.problem == "idempotency-running" for r in replies), replies
    assert rig.progress(project)["submissions"]["accepted"] == 6
    reviews = [len(rig.manager.get(f"/submissions/{one}")["reviews"]) for one in made]
    assert reviews == [1] * 6, reviews
    over = rig.reviewer.call("POST", path, {"submissions": ["x"] * 201})
    assert (over.status, over.problem) == (422, "too-many-submissions"), over


@case()
def two_reviewers_accept_the_same_at_once(rig):
    project = rig.project([line(f"t{n}") for n in range(20)], review_percent=100, max_open=20)
    made = [rig.expert1.submit(rig.expert1.claim(project), YES)["id"] for _ in range(20)]
    replies = []
    together([lambda c=c: replies.append(c.post(f"/projects/{project}/reviews",
                                                {"submissions": made}, 200))
              for c in (rig.reviewer.clone(), rig.manager.clone())])
    refused = {one["type"] for reply in replies for one in reply["refused"]}
    assert refused <= {"/problems/review-taken", "/problems/bad-transition"}, refused
    progress = rig.progress(project)
    assert progress["submissions"]["accepted"] == 20, progress
    assert progress["reviews"] == {"open": 0, "done": 20}, progress
    assert progress["leased"] == 0, progress


@case()
def submissions_are_listed_by_time_either_way_round(rig):
    project = rig.project([line(f"t{n}") for n in range(6)], review_percent=50, max_open=9)
    held = [rig.expert1.claim(project) for _ in range(6)]
    made = [rig.expert1.submit(one, YES)["id"] for one in reversed(held)]
    path = f"/projects/{project}/submissions"

    def pages(query):
        found, cursor = [], ""
        while True:
            page = rig.manager.get(f"{path}?limit=2{query}{cursor}")
            found += page["items"]
            if not page["next"]:
                return found
            cursor = f"&cursor={page['next']}"
    # Several may lie in one millisecond: then their keys decide.
    for query in ("", f"&member={rig.expert1.member}"):
        oldest, newest = pages(query), pages("&order=newest" + query)
        assert sorted(s["id"] for s in oldest) == sorted(made), oldest
        times = [s["submitted_at"] for s in oldest]
        assert times == sorted(times) and times[0] < times[-1], times
        assert [s["id"] for s in newest] == [s["id"] for s in reversed(oldest)], newest
        assert newest[0]["id"] in made[3:], (newest, made)
    states = {s["id"]: s["state"] for s in pages("")}
    for state in ("in_review", "accepted"):
        found = {s["id"] for s in pages(f"&state={state}&order=newest")}
        assert found == {one for one in made if states[one] == state}, (state, found)


@case()
def a_filter_does_not_tell_check_tasks_from_others(rig):
    project = rig.project([line("g", gold={"choice": "yes"}), line("t")], gold_percent=50,
                          max_open=9)
    while not isinstance(held := rig.expert1.claim(project), str):
        rig.expert1.submit(held, YES)
    mine = f"/projects/{project}/submissions?mine"
    everything = rig.expert1.items(mine)
    assert {one["state"] for one in everything} == {"accepted"}, everything
    assert rig.expert1.items(mine + "&state=submitted") == []
    assert len(rig.expert1.items(mine + "&state=accepted")) == len(everything)
