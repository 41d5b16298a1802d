"""Processes of a peer that die, or that their sandbox had to stop."""
import os
import signal
import threading

from ask import Caller
from peer import CHAT, CHAT_STREAM
from rig import descendants
from support.client import Client
from support.registry import case
from support.servers import wait_for

ROLES = ("dialler", "shim", "translator")


def works_again(rig, key):
    rig.openai.will(CHAT)
    said = []
    try:
        wait_for(lambda: said.append(key.chat()) or said[-1].status == 200, 10, "the next works")
    except AssertionError as why:
        raise AssertionError(f"{why}: {said[-1]!r}") from why


@case()
def each_role_killed_ends_what_is_under_way_and_the_next_works(rig):
    for role in ROLES:
        for stream in (False, True):
            gone = threading.Event()

            def answer(asked, stream=stream, gone=gone):
                if stream:
                    asked.begin()
                    asked.piece(CHAT_STREAM[0])
                asked.left(20)
                gone.set()
            rig.openai.will(answer)
            key = rig.key("openai")
            caller = Caller(rig.server.port, "/v1/chat/completions", {
                "model": key.model, "stream": stream, "max_tokens": 50,
                "messages": [{"role": "user", "content": "Hi"}]}, key.secret)
            rig.openai.wait_asked()
            if stream:
                caller.until(b"Hello")
            asked = rig.openai.asked
            os.kill(rig.role(role, "openai"), signal.SIGKILL)
            assert gone.wait(10), f"the provider still sees who asked, without {role}"
            if stream:
                text = caller.rest()
                assert b'"error":{' in text and b"[DONE]" not in text, text
            else:
                rig.openai.will(CHAT)
                text = caller.until(b"\r\n\r\n")
                # A whole reply may be asked for again: nothing of it had gone out.
                assert text.startswith((b"HTTP/1.1 200", b"HTTP/1.1 502", b"HTTP/1.1 503")), text
            caller.leave()
            works_again(rig, key)
            rig.wait_idle()
            found = key.exchanges()
            assert any(one["state"] in ("incomplete", "error") for one in found), found
            assert len(asked) >= 1 and key.settled()["spent"]["money"] == \
                sum(one["cost"] for one in found) > 0, found


@case()
def the_launcher_killed_is_started_again(rig):
    key = rig.key("openai")
    works_again(rig, key)
    before = rig.server.child("guildhall-launcher")
    assert before, "no launcher below the supervisor"
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: rig.server.child("guildhall-launcher") not in (None, before), 20,
             "another launcher")
    wait_for(lambda: rig.server.healthy(), 20, "the room serves")
    wait_for(lambda: Client(rig.server, token=rig.owner.token).call("GET", "/me").status == 200, 20,
             "and answers")
    works_again(rig, key)


@case()
def a_role_that_its_sandbox_stops_stays_stopped_and_says_so(rig):
    rig.add_peer("stopped", rig.openai.port, "openai")
    key = rig.key({**rig.target("openai"), "peer": "stopped"})
    works_again(rig, key)
    os.kill(rig.role("translator", "stopped"), signal.SIGSYS)  # as its filter would end it
    wait_for(lambda: "stopped by its sandbox" in rig.server.tail(), 10, "it says so")
    rig.openai.will(CHAT)
    for _ in range(3):
        said = key.chat()
        assert said.status == 503 and b"start the room anew" in said.body, said
    assert not rig.openai.asked and not descendants(rig.server.process.pid,
                                                    "guildhall-shim --peer stopped ")
    both = rig.key({**rig.target("openai"), "peer": "stopped"}, "mock-o")
    assert both.chat().status == 200  # another target takes over
    other = rig.key("openai")
    works_again(rig, other)  # the control: other peers go on
    os.kill(rig.server.child("guildhall-launcher"), signal.SIGKILL)
    wait_for(lambda: key.chat().status == 200, 30, "it runs again, once a person started it anew")
