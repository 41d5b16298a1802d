"""Exchanges with models as the recorder would have left them, for tests of a room that carries no
model traffic: written into the store, without content."""
from support.sql import Sql

PRICE = {"input": 1_000_000, "cached_input": 500_000, "output": 2_000_000}
MODEL = {"currency": "USD", "targets": [
    {"peer": "acme-canary-works", "dialect": "openai", "model": "m-1", "price": PRICE,
     "default_output": 100}]}
STATES = ("complete", "incomplete", "error", "cancelled", "refused-upstream")

made = iter(range(1 << 39, 1 << 40))  # far beyond the keys that a room hands out in a test


def exchange(rig, project, state="complete", key=1, at=1_750_000_000_000):
    """Its id."""
    sql = Sql(rig)
    number = next(made)
    inner = inner_key(rig, sql, project)
    sql.insert("exchange", room=int(sql.room), project=int(inner), exchange=number, at=at,
               virtual_key=key, budget=1, purpose=2, member=0, state=STATES.index(state) + 1,
               measured=1, first_ms=-1, whole_ms=40, input_tokens=3, cached_tokens=1,
               output_tokens=4, cost=7, body_ref=0)
    return rig.owner.get(f"/projects/{project}/exchanges?limit=1")["items"][0]["id"]


def inner_key(rig, sql, project):
    """A project's key inside: that of the newest deed which only it can have left."""
    rig.owner.patch(f"/projects/{project}/exchange-settings", {"keep_days": 0})
    return sql.run("SELECT project FROM deed WHERE verb = 'exchange.keep'"
                   " ORDER BY tick DESC, deed DESC LIMIT 1")[0][0]
