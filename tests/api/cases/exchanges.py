"""The list of exchanges: pages, filters, and one without its content. Names and secrets of the
gateway are in no byte of the store; a key or a bound that is written past the room counts for
nothing."""
from support.exchanges import MODEL, STATES, exchange
from support.registry import case
from support.sql import Sql

CANARY = "Qanary-gateway"


@case(in_slice=True)
def exchanges_are_listed_newest_first_by_pages_and_filters(rig):
    project = rig.project()
    for number in range(10):
        exchange(rig, project, STATES[number % 5], at=1_750_000_000_000 + number)
    seen, cursor = [], ""
    while True:
        page = rig.manager.get(f"/projects/{project}/exchanges?limit=3{cursor}")
        seen += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert [one["at"] for one in seen] == sorted((one["at"] for one in seen), reverse=True)
    assert len({one["id"] for one in seen}) == 10
    assert seen[0]["state"] == "refused-upstream" and seen[0]["cost"] == 7
    assert seen[0]["first_ms"] is None and seen[0]["member"] is None
    path = f"/projects/{project}/exchanges"
    assert len(rig.manager.get(f"{path}?state=error")["items"]) == 2
    assert len(rig.manager.get(f"{path}?key={seen[0]['key']}&state=error")["items"]) == 2
    assert len(rig.manager.get(f"{path}?from=2025-06-15T15:06:40.004Z")["items"]) == 6
    reply = rig.manager.get(f"/exchanges/{seen[0]['id']}")
    assert reply["content"] is None and reply["has_content"] is False, reply


def with_key(rig):
    project = rig.project()
    model = rig.owner.post("/models", dict(MODEL, name=f"{CANARY} {project}"))["id"]
    budget = rig.manager.post(f"/projects/{project}/budgets",
                              {"name": CANARY, "currency": "USD", "money": 5})["id"]
    key = rig.manager.post(f"/projects/{project}/virtual-keys",
                           {"name": CANARY, "purpose": "judge", "budget": budget,
                            "models": [model]}, 201)
    return project, key


@case(in_slice=True)
def names_and_secrets_of_the_gateway_are_not_in_the_store(rig):
    _, key = with_key(rig)
    sql = Sql(rig)
    for table in ("content", "model", "virtual_key", "budget", "deed"):
        text = "\n".join("|".join(row) for row in sql.run(f"SELECT * FROM {table}"))
        for secret in (CANARY, "acme-canary-works", key["secret"]):
            assert secret.encode().hex() not in text and secret not in text, (table, secret)


@case(in_slice=True)
def a_key_or_a_bound_written_past_the_room_is_refused(rig):
    project, _ = with_key(rig)
    for table, column, path in (("virtual_key", "expires_at", "virtual-keys"),
                                ("budget", "units", "budgets")):
        sql = Sql(rig)
        newest = sql.run(f"SELECT max({table}) FROM {table}")[0][0]
        sql.run(f"UPDATE {table} SET {column} = {column} + 1 WHERE {table} = {newest}")
        reply = rig.manager.get(f"/projects/{project}/{path}", 403)
        assert reply["type"] == "/problems/authority-broken", reply
        sql.run(f"UPDATE {table} SET {column} = {column} - 1 WHERE {table} = {newest}")
        rig.manager.get(f"/projects/{project}/{path}")


@case(in_slice=True)
def peers_are_listed_and_what_went_through_one_that_nobody_used_is_nothing(rig):
    listed = rig.manager.get("/peers")
    assert listed["items"] == [] and listed["next"] is None, listed
    report = rig.owner.get("/peers/acme-canary-works/exposure?from=2026-03-24T10:39:00.000Z")
    assert report["runs"] == [] and report["more"] is False, report
    assert report["from"] == "2026-03-24T10:39:00.000Z", report
    assert rig.owner.call("GET", "/peers/acme-canary-works/exposure?to=yesterday").status == 422
    assert rig.manager.call("GET", "/peers/acme-canary-works/exposure").status == 403
