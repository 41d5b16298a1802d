"""Servers that the room may reach: they answer as a model does, and keep what they were sent."""
import json
import re
import socket
import ssl
import threading

REPLY = json.dumps({
    "id": "c", "object": "chat.completion", "created": 1, "model": "m-1",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "All is well."},
                 "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}}).encode()
KEPT = 1 << 16  # of one connection, bytes


class Peer:
    def __init__(self, port, context=None):
        self.port, self.context, self.lock = port, context, threading.Lock()
        self.bytes, self.kept = 0, []
        self.listener = socket.create_server(("127.0.0.1", port), backlog=128)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            threading.Thread(target=self._talk, args=(self.listener.accept()[0],),
                             daemon=True).start()

    def _talk(self, raw):
        try:
            with (self.context.wrap_socket(raw, server_side=True) if self.context else raw) as one:
                rest = b""
                while got := one.recv(1 << 18):
                    rest = self._take(one, rest, got)
        except OSError:
            pass

    def _take(self, one, rest, got):
        with self.lock:
            self.bytes += len(got)
            self.kept.append(got[:KEPT])
        rest += got
        head, mark, body = rest.partition(b"\r\n\r\n")
        found = re.search(rb"(?i)content-length: *(\d+)", head)
        length = int(found[1]) if found else 0
        if not mark or len(body) < length:
            return rest
        one.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                    b"\r\n" % len(REPLY) + REPLY)
        return body[length:]

    def forget(self):
        with self.lock:
            self.bytes, self.kept = 0, []

    def received(self):
        with self.lock:
            return self.bytes, b"".join(self.kept)


def tls(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
