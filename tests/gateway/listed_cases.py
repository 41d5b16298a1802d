"""The list of peers is what counts: who is taken off it is let go at once, in mid-reply too."""
import threading

from ask import Caller
from peer import CHAT, CHAT_STREAM, Peer
from support.registry import case
from support.servers import run, wait_for


@case()
def who_is_taken_off_the_list_is_let_go_and_who_is_changed_is_reached_anew(rig):
    first, second, gone = Peer(), Peer(), threading.Event()
    try:
        rig.add_peer("moving", first.port, "openai")
        key = rig.key("moving")
        first.will(CHAT)
        assert key.chat().status == 200

        def begins(asked):
            asked.begin()
            asked.piece(CHAT_STREAM[0])
            if asked.left(20):
                gone.set()
        first.will(begins)
        caller = Caller(rig.server.port, "/v1/chat/completions", {
            "model": key.model, "stream": True, "max_tokens": 50,
            "messages": [{"role": "user", "content": "Hi"}]}, key.secret)
        caller.until(b"Hello")
        run("room", "peer", "remove", str(rig.folder), "--name", "moving")
        assert gone.wait(10), "the peer that is listed no more still talks"
        assert b'"error":{' in caller.rest()
        first.will(CHAT)
        assert key.chat().status == 503 and not first.asked
        # Another server under the same name.
        rig.add_peer("moving", second.port, "openai")
        second.will(CHAT)
        wait_for(lambda: key.chat().status == 200, 30, "the new one answers")
        rig.add_peer("moving", first.port, "openai")
        second.will(lambda asked: asked.reset())
        wait_for(lambda: key.chat().status == 200, 40, "the changed one is reached")
        assert len(first.asked) == 1
    finally:
        first.close()
        second.close()
