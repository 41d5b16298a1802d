"""Budgets: never more than there is, whoever asks at once and whatever dies."""
import os
import signal
import threading

from peer import CHAT
from support.registry import case
from support.rig import together
from support.servers import Server, wait_for

ASKED, ALLOWED = 1_000, 100
CONTEXT, OUTPUT = 150, 50
# What is reserved of one request is what the provider says that it used: to the last token.
WORST = CONTEXT + 2 * OUTPUT
DEAREST = (CHAT.replace(b'"prompt_tokens":7', b'"prompt_tokens":%d' % CONTEXT)
           .replace(b'"completion_tokens":5', b'"completion_tokens":%d' % OUTPUT))


def storm(key, servers, count):
    """So many requests at once, spread over the servers; how many of each status."""
    statuses, lock = {}, threading.Lock()

    def one(server):
        try:
            said = key.chat("Hi", server, max_tokens=OUTPUT).status
        except OSError:
            said = "none"
        with lock:
            statuses[said] = statuses.get(said, 0) + 1
    threading.stack_size(256 << 10)
    together([lambda server=servers[number % len(servers)]: one(server)
              for number in range(count)])
    threading.stack_size(0)
    return statuses


def adds_up(key, money, succeeded=None):
    """The budget is what the exchanges say, and within its bound."""
    budget = key.settled(60)
    exchanges = key.exchanges()
    spent = budget["spent"]["money"]
    assert spent == sum(one["cost"] for one in exchanges), (budget, len(exchanges))
    assert spent + budget["lost"]["money"] <= money, budget
    if succeeded is not None:
        assert sum(one["state"] == "complete" for one in exchanges) == succeeded, len(exchanges)
    return budget


@case()
def a_thousand_at_once_spend_what_a_hundred_may(rig):
    rig.openai.will(DEAREST)
    key = rig.key(rig.target("openai", context=CONTEXT), money=ALLOWED * WORST)
    statuses = storm(key, [rig.server], ASKED)
    assert set(statuses) <= {200, 429} and statuses[200] + statuses[429] == ASKED, statuses
    assert 0 < statuses[200] <= ALLOWED and statuses[200] == len(rig.openai.asked), statuses
    adds_up(key, ALLOWED * WORST, statuses[200])
    while key.chat("Hi", max_tokens=OUTPUT).status == 200:  # what was reserved at that moment
        pass
    assert adds_up(key, ALLOWED * WORST)["spent"]["money"] == ALLOWED * WORST  # all of it, exactly


@case()
def tokens_are_counted_as_money_is(rig):
    rig.openai.will(DEAREST)
    key = rig.key(rig.target("openai", context=CONTEXT), tokens=10 * (CONTEXT + OUTPUT))
    statuses = storm(key, [rig.server], 100)
    assert 0 < statuses[200] <= 10 and statuses[200] + statuses[429] == 100, statuses
    assert adds_up(key, 1 << 60)["spent"]["tokens"] == statuses[200] * (CONTEXT + OUTPUT)


@case(store="postgres")
def two_nodes_spend_one_budget(rig):
    second = Server(rig.folder)
    second.options = ["--node", "2"]
    second.contract = rig.server.contract
    second.start()
    try:
        rig.openai.will(DEAREST)
        key = rig.key(rig.target("openai", context=CONTEXT), money=ALLOWED * WORST)
        statuses = storm(key, [rig.server, second], ASKED)
        assert set(statuses) <= {200, 429} and statuses[200] + statuses[429] == ASKED, statuses
        assert 0 < statuses[200] <= ALLOWED and statuses[200] == len(rig.openai.asked), statuses
        adds_up(key, ALLOWED * WORST, statuses[200])
        # Neither node has a rate of its own.
        rated = rig.key("openai", requests_per_minute=10)
        statuses = storm(rated, [rig.server, second], 60)
        assert 0 < statuses[200] <= 20, statuses  # a minute may turn once
    finally:
        assert second.stop() == 0


@case()
def a_room_killed_in_the_middle_counts_nothing_twice(rig):
    release = threading.Event()

    def answer(asked):
        if len(rig.openai.asked) > ALLOWED // 2:
            release.wait(30)
        asked.whole(200, DEAREST)
    rig.openai.will(answer)
    money = 10 * ALLOWED * WORST
    key = rig.key(rig.target("openai", context=CONTEXT), money=money)
    statuses = {}
    crowd = threading.Thread(
        target=lambda: statuses.update(storm(key, [rig.server], ALLOWED)))
    crowd.start()
    rig.openai.wait_asked(ALLOWED, 30)
    child = rig.server.child()
    os.kill(child, signal.SIGKILL)
    release.set()
    crowd.join()
    assert statuses.get(200, 0) <= ALLOWED // 2, statuses
    wait_for(lambda: rig.server.child() not in (None, child) and rig.server.healthy(), 30,
             "the room is back")
    sent = len(rig.openai.asked)
    wait_for(lambda: key.budget()["lost"]["money"] > 0, 90, "what the dead process held is lost")
    budget = adds_up(key, money)
    # Each request that was sent is spent or within what is lost; nothing is free that was not.
    spent, lost = budget["spent"]["money"], budget["lost"]["money"]
    assert spent % WORST == 0 and spent + lost >= sent * WORST, (budget, sent)
    assert lost <= money // 16 + ALLOWED * WORST, budget  # reserved, and one block beyond
    assert key.chat("Hi", max_tokens=OUTPUT).status == 200
    released = rig.manager.post(f"/budgets/{key.budget_id}/release", {}, 200)
    assert released["released"]["money"] == lost, released
    assert adds_up(key, money)["lost"]["money"] == 0
