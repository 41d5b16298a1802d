"""Data in and out: imports of every kind, deliveries and exports against what was submitted."""
import csv
import hashlib
import io
import json
import os
import pathlib
import socket
import time

from support.client import API
from support.registry import case, seeded
from support.rig import NO, YES, line, ndjson


@case(in_slice=True)
def bad_lines_are_reported_by_number_and_the_good_ones_kept(rig):
    project = rig.project(state="draft")
    file = b'{"key":"a","data":{"prompt":"p"}}\n' \
           b'{"key":"b","data":{"prompt":7}}\n' \
           b'not json\n\n' \
           b'{"key":"a","data":{"prompt":"again"}}\n' \
           b'{"key":"c","data":{"prompt":"\xff"}}\n' \
           b'{"key":"d","colour":1,"data":{"prompt":"p"}}\n' \
           b'{"key":"e","data":{"prompt":"last, without a line break"}}'
    report = rig.load(project, file)
    assert (report["imported"], report["duplicate"], report["rejected"]) == (2, 1, 4), report
    assert [error["line"] for error in report["errors"]] == [2, 3, 6, 7], report
    assert report["errors"][0]["field"] == "/data/prompt", report
    assert [task["key"] for task in rig.tasks(project)] == ["a", "e"]
    again = rig.load(project, file)
    assert (again["imported"], again["duplicate"]) == (0, 3), again


@case(in_slice=True)
def refuse_keeps_nothing_of_a_file_with_a_bad_line(rig):
    project = rig.project(state="draft")
    file = ndjson([line(str(n)) for n in range(2000)])
    refused = rig.load(project, file + b"{}\n", 422, "?on_error=refuse")
    assert refused["type"] == "/problems/import-refused", refused
    assert refused["rejected"] == 1 and refused["errors"][0]["line"] == 2001, refused
    assert rig.tasks(project, "?limit=1") == []
    assert rig.load(project, file, 200, "?on_error=refuse")["imported"] == 2000


@case()
def arrays_and_tables_and_unnamed_types(rig):
    project = rig.project(state="draft")
    array = json.dumps([line("a1"), line("a2"), {"data": 1}]).encode()
    report = rig.load(project, array, kind="application/json")
    assert (report["imported"], report["rejected"]) == (2, 1), report
    table = 'key,prompt,priority\r\nc1,"two ""quoted""\nlines, and a comma",3\r\nc2,x\r\n' \
            'c3,y,high\r\nc4,ä,\r\n'.encode()
    report = rig.load(project, table, kind="text/csv")
    assert (report["imported"], report["rejected"]) == (2, 2), report
    assert [error["line"] for error in report["errors"]] == [4, 5], report
    assert rig.load(project, b'\xef\xbb\xbf[{"key":"o","data":{"prompt":"p"}}]',
                    kind="application/octet-stream")["imported"] == 1
    tasks = {task["key"]: task for task in rig.tasks(project)}
    assert sorted(tasks) == ["a1", "a2", "c1", "c4", "o"]
    assert tasks["c1"]["priority"] == 3
    data = rig.manager.get(f"/tasks/{tasks['c1']['id']}")["data"]
    assert data == {"prompt": 'two "quoted"\nlines, and a comma'}, data


@case()
def an_unknown_media_type_is_refused(rig):
    project = rig.project(state="draft")
    reply = rig.load(project, b"<tasks/>", 415, kind="application/xml")
    assert reply["type"] == "/problems/unsupported-media-type", reply


@case()
def an_upload_that_breaks_off_keeps_its_whole_lines_only(rig):
    project = rig.project(state="draft")
    whole = ndjson([line("one"), line("two")])
    with socket.create_connection(("127.0.0.1", rig.server.port)) as raw:
        raw.sendall((f"POST {API}/projects/{project}/tasks HTTP/1.1\r\nHost: x\r\n"
                     f"Authorization: Bearer {rig.manager.token}\r\n"
                     "Content-Type: application/x-ndjson\r\nContent-Length: 100000\r\n\r\n"
                     ).encode() + whole + b'{"key": "three", "da')
        time.sleep(0.2)
    deadline = time.monotonic() + 10
    while len(rig.tasks(project)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [task["key"] for task in rig.tasks(project)] == ["one", "two"]


def resident_mib(pid):
    rows = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(row for row in rows if row.startswith("VmRSS")).split()[1]) / 1024


@case()
def a_long_import_takes_constant_memory(rig):
    project = rig.project(state="draft")
    text = "x" * 9_000
    count = int(os.environ.get("GUILDHALL_IMPORT_MB", "27")) * 111

    def chunks():
        for n in range(count):
            yield ndjson([line(f"k{n}", {"prompt": text})])
    before = resident_mib(rig.server.child())
    report = rig.manager.clone().post(f"/projects/{project}/tasks", None, 200, raw=chunks(),
                                      kind="application/x-ndjson")
    grown = resident_mib(rig.server.child()) - before
    assert report["imported"] == count, report
    # A sanitizer's allocator keeps what was freed, up to a bound of its own.
    most = 600 if {"ASAN_OPTIONS", "TSAN_OPTIONS"} & set(os.environ) else 120
    assert grown < most, f"{grown:.0f} MiB more than before"


def work_through(rig, project, clients, answer):
    """Everybody takes all they are given; {submission id: what was submitted}."""
    made = {}
    for client in clients:
        while not isinstance(held := client.claim(project), str):
            answers = answer(client, held)
            done = client.submit(held, answers, active_ms=1)
            made[done["id"]] = {"task": held["task"]["id"], "answers": answers,
                                "member": client.member,
                                "order": held.get("presentation", {}).get("order")}
    return made


def preference(number):
    return {"key": f"p{number}", "data": {"prompt": f"Question {number}?", "responses": [
        {"text": f"left {number}", "model": "m1"}, {"text": f"right {number}", "model": "m2"}]}}


@case(in_slice=True)
def a_delivery_matches_what_was_submitted(rig):
    project = rig.project([preference(n) for n in range(30)], "preference", overlap=2)
    random = seeded(1)
    shown = []

    def answer(_, held):
        shown.append(held)
        return {"choice": random.choice(["a", "b", "a", "tie"]), "strength": 2,
                "justification": "because “it” is"}
    made = work_through(rig, project, rig.experts(2), answer)
    assert len(made) == 60
    assert not any("model" in json.dumps(held["task"]) for held in shown), "model names are shown"
    assert {tuple(held["presentation"]["order"]) for held in shown} == {(0, 1), (1, 0)}
    delivery = rig.manager.post(f"/projects/{project}/deliveries",
                                {"format": "guildhall", "note": "first"})
    assert delivery["state"] == "ready" and delivery["note"] == "first", delivery
    assert rig.auditor.get(f"/deliveries/{delivery['id']}") == delivery
    file = rig.manager.get(f"/deliveries/{delivery['id']}/records")
    assert hashlib.sha256(file.body).hexdigest() == delivery["manifest"]["sha256"]
    assert len(file.body) == delivery["manifest"]["bytes"]
    records = [json.loads(row) for row in file.body.splitlines()]
    assert delivery["manifest"]["records"] == len(records) == 60
    for record in records:
        sent = made.pop(record["submission"]["id"])
        assert record["submission"]["answers"] == sent["answers"], record
        assert record["submission"]["member"] == sent["member"], record
        assert record["task"]["id"] == sent["task"], record
        assert record["presentation"]["order"] == sent["order"], record
    assert not made
    exported = rig.manager.get(f"/projects/{project}/export?format=guildhall")
    assert sorted(exported.body.splitlines()) == sorted(file.body.splitlines())
    more = rig.load(project, [preference(99)])
    assert more["imported"] == 1
    work_through(rig, project, rig.experts(2), answer)
    frozen = rig.manager.get(f"/deliveries/{delivery['id']}/records")
    assert frozen.body == file.body, "a delivery changed"
    assert rig.manager.items(f"/projects/{project}/deliveries")[0]["id"] == delivery["id"]


@case(in_slice=True)
def a_dataset_of_what_is_sure_enough(rig):
    letters = {"p0": "aaaa", "p1": "bbbb", "p2": "aabb", "p3": "aaaa", "p4": "bbba"}
    project = rig.project([preference(n) for n in range(5)], "preference", overlap=4,
                          experts=4)
    turns = {key: list(said) for key, said in letters.items()}
    keys = {task["id"]: task["key"] for task in rig.tasks(project)}

    def answer(_, held):
        return {"choice": turns[keys[held["task"]["id"]]].pop(0), "strength": 1}
    work_through(rig, project, rig.experts(4), answer)
    path = f"/projects/{project}/deliveries"

    def made(format_, posterior):
        delivery = rig.manager.post(path, {"format": format_, "filter": {"posterior": posterior}})
        for _ in range(100):
            if delivery["state"] != "building":
                break
            time.sleep(0.1)
            delivery = rig.manager.get(f"/deliveries/{delivery['id']}")
        assert delivery["state"] == "ready", delivery
        return delivery["manifest"], rig.manager.get(f"/deliveries/{delivery['id']}/records").body
    manifest, body = made("guildhall", {"least": 0, "question": "choice"})
    said = {row["task"]["key"]: row["task"]["posterior"] for row in map(json.loads,
                                                                        body.splitlines())}
    assert [said[f"p{n}"]["label"] for n in (0, 1, 3, 4)] == ["a", "b", "a", "b"], said
    assert said["p0"]["p"] > said["p4"]["p"] > said["p2"]["p"] >= 0.5, said
    assert manifest["dropped"]["unsure"] == 0 and manifest["records"] == 20, manifest
    assert manifest["posterior"]["question"] == "choice" and manifest["posterior"]["method"]
    least = (said["p4"]["p"] + said["p2"]["p"]) / 2
    manifest, body = made("trl-preference", {"least": least})
    rows = list(map(json.loads, body.splitlines()))
    assert [row["chosen"] for row in rows] == ["left 0", "right 1", "left 3", "right 4"], rows
    assert [row["weight"] for row in rows] == [said[f"p{n}"]["p"] for n in (0, 1, 3, 4)], rows
    assert manifest["dropped"]["unsure"] == 1 and manifest["records"] == 4, manifest
    _, body = made("csv", {})
    assert body.splitlines()[0].endswith(b",data,posterior_label,posterior"), body[:400]
    for wish in ([], {"least": 1.1}, {"least": "0.5"}, {"most": 1}, {"question": "justification"}):
        refused = rig.manager.call("POST", path, {"format": "csv", "filter": {"posterior": wish}})
        assert refused.status == 422 and refused.problem == "bad-filter", (wish, refused)


@case(in_slice=True)
def trainers_formats_follow_the_majority(rig):
    project = rig.project([preference(n) for n in range(4)], "preference", overlap=3)
    wanted = {"p0": "aab", "p1": "bbb", "p2": "abt", "p3": "ttt"}
    turns = {key: list(letters) for key, letters in wanted.items()}
    keys = {task["id"]: task["key"] for task in rig.tasks(project)}

    def answer(_, held):
        letter = turns[keys[held["task"]["id"]]].pop(0)
        return {"choice": "tie"} if letter == "t" else {"choice": letter, "strength": 1}
    work_through(rig, project, rig.experts(3), answer)
    delivery = rig.manager.post(f"/projects/{project}/deliveries", {"format": "trl-preference"})
    rows = [json.loads(row) for row in
            rig.manager.get(f"/deliveries/{delivery['id']}/records").body.splitlines()]
    assert rows == [
        {"prompt": "Question 0?", "chosen": "left 0", "rejected": "right 0"},
        {"prompt": "Question 1?", "chosen": "right 1", "rejected": "left 1"}], rows
    dropped = delivery["manifest"]["dropped"]
    assert dropped.get("tie") == 1 and dropped.get("no_majority") == 1, delivery
    other = rig.manager.get(f"/projects/{project}/export?format=openai-preference")
    first = json.loads(other.body.splitlines()[0])
    assert first["preferred_output"] == [{"role": "assistant", "content": "left 0"}], first
    for name, whole, limit in (("guildhall", 12, 1), ("guildhall", 12, 5), ("guildhall", 12, 1000),
                               ("csv", 12, 2), ("csv", 12, 4), ("trl-preference", 2, 1)):
        path = f"/projects/{project}/export?format={name}"
        every = rig.manager.get(path).body.splitlines()
        some = rig.manager.get(f"{path}&limit={limit}").body.splitlines()
        assert len(every) == whole + (name == "csv"), (name, len(every))
        assert some == every[:min(limit, whole) + (name == "csv")], (name, limit, some)
    for limit in ("0", "1001", "ten"):
        refused = rig.manager.call("GET", f"/projects/{project}/export?limit={limit}")
        assert refused.status == 422 and refused.json["field"] == "limit", refused
    table = rig.manager.get(f"/projects/{project}/export?format=csv")
    rows = list(csv.DictReader(io.StringIO(table.body.decode(), newline="")))
    assert len(rows) == 12 and rows[0]["task_key"] == "p0", rows[:1]
    assert json.loads(rows[0]["answers"])["choice"] == rows[0]["answers.choice"]


FORMS = {
    "rubric": ({"prompt": "p", "response": "r", "rubric": [
        {"id": "c1", "criterion": "x", "points": 2}, {"id": "c2", "criterion": "y", "gate": True}]},
        {"criteria": {"c1": True, "c2": True}}, ["openai-rft", "healthbench"]),
    "demonstration": ({"prompt": "p"}, {"response": "r"}, ["trl-sft", "openai-sft"]),
    "authoring": ({"brief": "b"}, {"prompt": "p", "ideal": "i", "rubric": [
        {"criterion": "c", "points": 5}]}, ["trl-sft", "openai-sft", "openai-rft", "healthbench"]),
    "steps": ({"prompt": "p", "steps": ["1", "2"]}, {"ratings": [1, -1]}, ["trl-stepwise"]),
    "trajectory": ({"messages": [{"role": "user", "content": "u"},
                                 {"role": "assistant", "content": "a"}]},
                   {"steps": [1], "overall": "success"}, ["trl-sft", "openai-sft"]),
    "choice": ({"prompt": "p"}, {"choice": "yes"}, []),
    "spans": ({"text": "héllo"}, {"spans": [{"start": 0, "end": 2, "label": "error"}]}, []),
    "boxes": ({"image": "fil_1"}, {"boxes": [
        {"x": 0.1, "y": 0.25, "w": 0.5, "h": 0.5, "label": "object"}]}, []),
    "segments": ({"media": "fil_1"}, {"segments": [
        {"start_ms": 0, "end_ms": 1500, "label": "speech"}]}, []),
}


@case()
def every_form_can_be_worked_and_delivered_in_its_formats(rig):
    for form, (data, answers, formats) in FORMS.items():
        project = rig.project([line("k", data)], form)
        work_through(rig, project, [rig.expert1], lambda *_, answers=answers: answers)
        ids = []
        for name in ["guildhall", "csv", *formats]:
            made = rig.manager.post(f"/projects/{project}/deliveries", {"format": name})
            assert made["state"] == "ready" and made["manifest"]["records"] == 1, (form, made)
            body = rig.manager.get(f"/deliveries/{made['id']}/records").body
            assert hashlib.sha256(body).hexdigest() == made["manifest"]["sha256"]
            ids.append(made["id"])
        newest = rig.manager.get(f"/projects/{project}/deliveries?limit=1")
        older = rig.manager.get(f"/projects/{project}/deliveries?cursor={newest['next']}")
        assert [one["id"] for one in newest["items"] + older["items"]] == ids[::-1], form
        for name in {"trl-preference", "openai-preference", "trl-sft", "openai-sft",
                     "trl-stepwise", "openai-rft", "healthbench"} - set(formats):
            rig.manager.post(f"/projects/{project}/deliveries", {"format": name}, 400)


@case()
def rubrics_are_scored(rig):
    data, _, _ = FORMS["rubric"]
    for criteria, score in (({"c1": True, "c2": True}, 1), ({"c1": True, "c2": False}, 0),
                            ({"c1": False, "c2": True}, 1 / 3), ({"c1": None, "c2": True}, 1)):
        project = rig.project([line("k", data)], "rubric")
        done = rig.expert1.submit(rig.expert1.claim(project), {"criteria": criteria})
        got = rig.manager.get(f"/submissions/{done['id']}")["score"]
        assert abs(got - score) < 1e-9, (criteria, got)


@case()
def deliveries_resume_by_range_and_know_their_etag(rig):
    project = rig.project([line(f"t{n}") for n in range(20)])
    work_through(rig, project, [rig.expert1], lambda *_: YES)
    made = rig.manager.post(f"/projects/{project}/deliveries", {"format": "guildhall"})
    path = f"/deliveries/{made['id']}/records"
    whole = rig.manager.get(path)
    size, tag = len(whole.body), whole.headers["ETag"]
    assert tag == f'"{made["manifest"]["sha256"]}"' and whole.headers["Accept-Ranges"] == "bytes"
    for asked, first, last in ((f"bytes=0-{size // 2}", 0, size // 2),
                               (f"bytes={size // 2 + 1}-", size // 2 + 1, size - 1),
                               ("bytes=-7", size - 7, size - 1),
                               (f"bytes=5-{size * 9}", 5, size - 1)):
        part = rig.manager.call("GET", path, headers={"Range": asked, "If-Range": tag})
        assert part.status == 206 and part.body == whole.body[first:last + 1], (asked, part)
        assert part.headers["Content-Range"] == f"bytes {first}-{last}/{size}", asked
    changed = rig.manager.call("GET", path, headers={"Range": "bytes=0-3", "If-Range": '"x"'})
    assert changed.status == 200 and changed.body == whole.body
    beyond = rig.manager.call("GET", path, headers={"Range": f"bytes={size}-"})
    assert beyond.status == 416 and beyond.headers["Content-Range"] == f"bytes */{size}", beyond
    for odd in ("lines=1-2", "bytes=9-3", "bytes=a-b"):
        assert rig.manager.call("GET", path, headers={"Range": odd}).status in (200, 416), odd


@case()
def filters_of_a_delivery(rig):
    project = rig.project([line(f"t{n}") for n in range(4)], review_percent=100)
    made = list(work_through(rig, project, [rig.expert1], lambda *_: YES))
    rig.manager.post(f"/submissions/{made[0]}/reviews", {"verdict": "accept"})
    rig.manager.post(f"/submissions/{made[1]}/reviews",
                     {"verdict": "fix", "answers": NO, "reason": "wrong"})
    rig.manager.post(f"/submissions/{made[2]}/reviews", {"verdict": "reject", "reason": "spam"})

    def count(filter_):
        done = rig.manager.post(f"/projects/{project}/deliveries",
                                {"format": "guildhall", "filter": filter_})
        return done["manifest"]["records"]
    assert count({}) == 2 and count({"state": "accepted"}) == 2
    assert count({"state": "any"}) == 4, count({"state": "any"})
    assert count({"since": "2126-01-01T00:00:00Z"}) == 0
    rig.manager.post(f"/projects/{project}/deliveries",
                     {"format": "guildhall", "filter": {"batch": "bat_x"}}, 422)
    lines = rig.manager.get(f"/projects/{project}/export?format=guildhall").body.splitlines()
    fixed = [r for r in map(json.loads, lines) if r["submission"].get("state") == "fixed"]
    assert fixed[0]["submission"]["answers"] == NO and fixed[0]["review"]["verdict"] == "fix"
    schema = rig.anonymous.call("GET", "/schemas/record")
    assert schema.status in (200, 401), schema


@case()
def suggestions_are_shown_only_where_the_project_says_so(rig):
    extra = {"suggestions": [{"answers": YES, "author": "model-x"}],
             "submissions": [{"answers": NO, "author": "vendor-y"}]}
    for show in (False, True):
        project = rig.project([line("a", **extra)], show_suggestions=show)
        held = rig.expert1.claim(project)
        assert bool(held.get("suggestions")) is show, held
        assert "vendor-y" not in json.dumps(held), held
        task = rig.manager.get(f"/tasks/{held['task']['id']}")
        assert task["suggestions"][0]["answers"] == YES, task
