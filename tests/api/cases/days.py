"""Figures by day, and what one person has done today."""
import datetime

from support.registry import case
from support.rig import YES, line


def moment(minutes=0):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now - datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


@case(in_slice=True)
def days_count_what_happened(rig):
    project = rig.project([line(f"t{n}") for n in range(4)], review_percent=100, max_open=9)
    made = [rig.expert1.submit(rig.expert1.claim(project), YES)["id"] for _ in range(3)]
    rig.manager.post(f"/projects/{project}/reviews", {"submissions": made[:1]}, 200)
    for one, verdict in zip(made[1:], ("return", "reject")):
        rig.manager.post(f"/submissions/{one}/reviews", {"verdict": verdict, "reason": "other"})
    today = moment()[:10]
    for client in (rig.manager, rig.reviewer, rig.auditor):
        days = client.get(f"/projects/{project}/days")["items"]
        assert len(days) == 30 and days[-1]["day"] == today, days
        both = [{k: sum(day[k] for day in days) for k in days[0] if k != "day"}]
        assert both == [{"submitted": 3, "accepted": 1, "returned": 1, "rejected": 1,
                         "active_ms": 0}], both
    assert rig.expert1.call("GET", f"/projects/{project}/days").status == 403
    far = rig.manager.get(f"/projects/{project}/days?from=2020-02-28&to=2020-03-01")["items"]
    assert [day["day"] for day in far] == ["2020-02-28", "2020-02-29", "2020-03-01"], far
    assert all(day["submitted"] == 0 for day in far), far
    for query, field in (("from=yesterday", "from"), ("to=2020-13-01", "to"),
                         ("to=2020-01-01T00:00:00Z", "to"),
                         ("from=2021-01-02&to=2021-01-01", "from"),
                         ("from=2021-01-01&to=2022-02-05", "from")):
        reply = rig.manager.call("GET", f"/projects/{project}/days?{query}")
        assert (reply.status, reply.json["field"]) == (422, field), (query, reply)
    assert len(rig.manager.get(
        f"/projects/{project}/days?from=2021-01-01&to=2022-02-04")["items"]) == 400


@case(in_slice=True)
def today_is_ones_own(rig):
    project = rig.project([line(f"t{n}") for n in range(4)], review_percent=100, max_open=9,
                          pay_minor=6000, pay_currency="EUR")
    path = f"/projects/{project}/today"
    for _ in range(2):
        rig.expert1.submit(rig.expert1.claim(project), YES)
    rig.expert2.submit(rig.expert2.claim(project), YES)
    rig.expert1.post(f"/projects/{project}/activities", {"entries": [
        {"class": "guidelines", "started_at": moment(30), "ended_at": moment(15)},
        {"class": "work", "source": "manual", "started_at": moment(15), "ended_at": moment()}]})
    own = rig.expert1.get(f"{path}?since={moment(60)}")
    assert own["submitted"] == 2 and own["currency"] == "EUR", own
    assert (own["active_ms"], own["other_ms"]) == (900_000, 900_000), own
    assert own["earned_minor"] == 3000, own
    part = rig.expert1.get(f"{path}?since={moment(20)}")
    assert part["active_ms"] == 900_000 and 299_000 <= part["other_ms"] <= 300_000, part
    assert rig.expert3.get(f"{path}?since={moment(60)}")["submitted"] == 0
    # A review that was given is work too.
    rig.reviewer.post(f"/projects/{project}/reviews",
                      {"submissions": [rig.manager.items(f"/projects/{project}/submissions")
                                       [0]["id"]]}, 200)
    assert rig.reviewer.get(f"{path}?since={moment(60)}")["submitted"] == 1
    rig.manager.patch(f"/projects/{project}", {"settings": {"pay_per": "task"}})
    assert rig.expert1.get(f"{path}?since={moment(60)}")["earned_minor"] == 12_000
    rig.manager.patch(f"/projects/{project}", {"settings": {"pay_minor": 0}})
    none = rig.expert1.get(path)
    assert (none["earned_minor"], none["currency"]) == (0, ""), none
    assert none["since"].endswith("T00:00:00.000Z"), none
    assert rig.auditor.call("GET", path).status == 403
    for since in ("today", moment(8 * 24 * 60), ""):
        reply = rig.expert1.call("GET", f"{path}?since={since}")
        assert (reply.status, reply.json["field"]) == (422, "since"), reply
