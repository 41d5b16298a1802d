"""Requests that are held open at a provider until a case lets them go."""
import contextlib
import threading

from ask import Caller
from peer import CHAT, MESSAGE


@contextlib.contextmanager
def held(rig, peer, key, path, count, **more):
    """So many requests are under way inside; the provider answers them at the end."""
    release = threading.Event()

    def answer(asked):
        assert release.wait(60)
        asked.whole(200, CHAT if peer is rig.openai else MESSAGE)
    peer.will(answer)
    callers = [Caller(rig.server.port, path, {
        "model": key.model, "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}],
        **more}, key.secret) for _ in range(count)]
    try:
        peer.wait_asked(count)
        yield callers
    finally:
        release.set()
        for one in callers:
            one.leave()
