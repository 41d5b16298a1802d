"""A stream of server-sent events, read in a thread of its own."""
import http.client
import socket
import threading
import time

from support.client import API


class Events:
    """Reads a stream of events in a thread of its own."""

    def __init__(self, client, path):
        self.connection = http.client.HTTPConnection("127.0.0.1", client.server.port, timeout=30)
        self.connection.request("GET", f"{API}{path}", None, client.headers())
        self.socket = self.connection.sock
        self.reply = self.connection.getresponse()
        contract = client.server.contract
        contract.answered.add(contract.find("GET", path)[:2])
        self.text, self.times = "", []
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        try:
            while piece := self.reply.readline():
                self.text += piece.decode()
                if piece.startswith(b"data:"):
                    self.times.append(time.monotonic())
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)  # a close alone would wait for the reading thread
        self.thread.join(10)
        self.connection.close()
